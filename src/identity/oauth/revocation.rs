//! Taking tokens back. <https://www.rfc-editor.org/rfc/rfc7009>

use super::code::take_back;
use super::refresh::PREFIX;
use super::{Client, Refusal};
use crate::identity::{Identity, fingerprint};
use crate::storage::StorageError;
use crate::storage::access_tokens;
use crate::storage::oauth::{clients, grants, refresh_tokens};

impl Identity {
    /// Takes a client's token back: an access token alone, with a refresh token all that was given for the same grant. What is not
    /// a token of this client is no fault (RFC 7009, 2.2).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke(&self, client: &Client, token: &str) -> Result<(), Refusal> {
        let (tenant, hash) = (client.tenant, fingerprint(token));
        let mut transaction = self.store.begin(tenant).await?;
        let revoked = async {
            clients::hold(&mut transaction, tenant, client.id).await?;
            if !token.starts_with(PREFIX) {
                let removed = access_tokens::remove(&mut transaction, tenant, client.id, &hash).await?;
                return Ok(if removed { vec![hash] } else { Vec::new() });
            }
            let Some(row) = refresh_tokens::find(&mut transaction, tenant, &hash).await? else {
                return Ok(Vec::new());
            };
            let grant = grants::find_locked(&mut transaction, tenant, row.of_grant).await?;
            match grant.filter(|grant| grant.client == client.id) {
                Some(grant) => take_back(&mut transaction, tenant, grant.id).await,
                None => Ok(Vec::new()),
            }
        }
        .await;
        let taken: Vec<String> = transaction.finish::<_, StorageError>(revoked).await?;
        self.forget(&taken);
        Ok(())
    }
}
