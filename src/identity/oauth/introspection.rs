//! Telling another server what a token is good for. <https://www.rfc-editor.org/rfc/rfc7662>

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::client::Proof;
use super::web_session::fhir_user;
use super::{Client, LaunchContext, Refusal};
use crate::identity::{Account, Identity, fingerprint};
use crate::storage::oauth::grants;
use crate::storage::{StorageError, accounts};

/// An access token that holds.
#[derive(Debug)]
pub struct Introspected {
    /// The client that it was given to; none of an operator's.
    pub client: Option<Uuid>,
    /// Its scopes.
    pub scope: String,
    /// What it is for, where that was said.
    pub purpose: Option<String>,
    /// When it was given.
    pub issued_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
    /// The account of the person, and the resource that stands for it, relative to the FHIR base.
    pub person: Option<(Uuid, String)>,
    /// Where the client was launched from.
    pub context: LaunchContext,
}

impl Identity {
    /// What a token of the asking client's tenant is good for; none when it is good for nothing there. The database is asked, so
    /// that a token which was taken back anywhere is told so at once.
    ///
    /// # Errors
    /// When the asking client cannot show who it is: anybody could try tokens out by it.
    pub async fn introspect(&self, asking: &Client, token: &str) -> Result<Option<Introspected>, Refusal> {
        if matches!(asking.proof, Proof::None) {
            return Err(Refusal::InvalidClient("only a client that shows who it is may ask about tokens"));
        }
        let found = self.find_access_token(&fingerprint(token)).await?;
        let Some(row) = found.filter(|row| row.tenant == asking.tenant.number()) else { return Ok(None) };
        let mut transaction = self.store.begin(asking.tenant).await?;
        let read = async {
            let account = match row.account {
                Some(id) => accounts::find(&mut transaction, asking.tenant, id).await?,
                None => None,
            };
            let grant = match row.of_grant {
                Some(id) => grants::find(&mut transaction, asking.tenant, id).await?,
                None => None,
            };
            Ok::<_, StorageError>((account, grant))
        }
        .await;
        let (account, grant) = transaction.finish(read).await?;
        let person = |account: Account| (account.id, fhir_user(&account));
        Ok(Some(Introspected {
            client: row.client,
            scope: row.scope,
            purpose: row.purpose,
            issued_at: row.created_at,
            expires_at: row.expires_at,
            person: account.map(person),
            context: grant.as_ref().map(LaunchContext::of).transpose()?.unwrap_or_default(),
        }))
    }
}
