//! Telling which client asks, at the token endpoint and its neighbours. <https://www.rfc-editor.org/rfc/rfc6749#section-2.3>

use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::client::{Client, Proof};
use super::client_keys::ClientKeys;
use super::{Refusal, TOKEN, assertion};
use crate::core::Secret;
use crate::identity::{Identity, fingerprint};
use crate::storage::oauth::{clients, used_assertions};

/// One text for a client that is not known and for a proof that does not hold.
const UNKNOWN: &str =
    "there is no such client, or it does not show who it is in the way that it registered for";

/// What a client presents of itself.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Its id alone.
    Id(String),
    /// Its id and secret, by HTTP Basic.
    Secret(String, Secret<String>),
    /// What it signed, and its id where it gave that too.
    Assertion(Option<String>, Secret<String>),
}

impl Identity {
    /// The client with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client(&self, id: &str) -> Result<Option<Client>, Refusal> {
        let Some(id) = Uuid::try_parse(id).ok().filter(|uuid| uuid.to_string() == id) else {
            return Ok(None);
        };
        let mut transaction = self.store.begin_presented(&id.to_string()).await?;
        let found = clients::find(&mut transaction, id).await;
        let row = transaction.finish(found).await?;
        Ok(row.map(Client::try_from).transpose()?)
    }

    /// The client that presents this at the endpoint with this path.
    ///
    /// # Errors
    /// [`Refusal::InvalidClient`] when it does not hold.
    pub async fn authenticate_oauth_client(
        &self,
        credential: &Credential,
        path: &str,
    ) -> Result<Client, Refusal> {
        let id = match credential {
            Credential::Id(id) | Credential::Secret(id, _) => id.clone(),
            Credential::Assertion(id, assertion) => {
                let subject = assertion::subject(assertion.expose()).map(|subject| subject.to_string());
                let subject =
                    subject.ok_or(Refusal::InvalidClient("the assertion is not a JWT of a client"))?;
                if id.as_ref().is_some_and(|id| *id != subject) {
                    return Err(Refusal::InvalidClient("client_id and the assertion name different clients"));
                }
                subject
            }
        };
        let client = self.client(&id).await?.ok_or(Refusal::InvalidClient(UNKNOWN))?;
        match (credential, &client.proof) {
            (Credential::Id(_), Proof::None) => {}
            (Credential::Secret(_, secret), Proof::Secret(hash)) if is_secret(secret, hash) => {}
            (Credential::Assertion(_, assertion), Proof::Keys(_) | Proof::KeysAt(_)) => {
                let audiences = [self.address_of(TOKEN), self.address_of(path)];
                let checked = |keys: &ClientKeys| {
                    assertion::check(assertion.expose(), client.id, keys, &audiences, self.clock.now())
                };
                let asserted = match &client.proof {
                    Proof::KeysAt(address) => self.checked_with_keys_at(address, checked).await,
                    Proof::Keys(keys) => checked(keys),
                    Proof::None | Proof::Secret(_) => Err(UNKNOWN),
                };
                let asserted = asserted.map_err(Refusal::InvalidClient)?;
                let (hash, until) = (fingerprint(&asserted.id), asserted.expires_at);
                let mut transaction = self.store.begin(client.tenant).await?;
                let noted =
                    used_assertions::note(&mut transaction, client.tenant, client.id, &hash, until).await;
                if !transaction.finish(noted).await? {
                    return Err(Refusal::InvalidClient("an assertion with this jti was used before"));
                }
            }
            (Credential::Id(_) | Credential::Secret(..) | Credential::Assertion(..), _) => {
                return Err(Refusal::InvalidClient(UNKNOWN));
            }
        }
        Ok(client)
    }
}

fn is_secret(secret: &Secret<String>, hash: &str) -> bool {
    fingerprint(secret.expose()).as_bytes().ct_eq(hash.as_bytes()).into()
}
