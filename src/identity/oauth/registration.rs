//! Which clients there are.

use uuid::Uuid;

use super::client::{Client, GrantType};
use super::client_keys::{ClientKeys, Unfit};
use super::redirect_uri;
use crate::core::Secret;
use crate::fhir::definitions;
use crate::identity::scopes::{self, Context, NotAScope, TooMany};
use crate::identity::{Identity, Scopes, fingerprint};
use crate::storage::oauth::clients::{self, ClientRow};
use crate::storage::{StorageError, TenantId, access_tokens, tenants};

/// Most redirect URIs of a client, and the longest name of one.
const MOST_URIS: usize = 20;
const LONGEST_NAME: usize = 200;

/// How a new client is to show who it is.
#[derive(Clone, Debug)]
pub enum NewProof {
    /// Not at all.
    Public,
    /// By a secret that we make.
    Secret,
    /// By these keys, a JSON Web Key Set.
    Keys(String),
    /// By the keys at this address.
    KeysAt(String),
}

/// A client that is to be.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What people are shown.
    pub name: String,
    /// How it shows who it is.
    pub proof: NewProof,
    /// Where answers may be sent; with one, the client may ask people.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scope: String,
}

/// Why a client was not registered.
#[derive(Debug, thiserror::Error)]
pub enum NotRegistered {
    /// There is no tenant of that name.
    #[error("there is no tenant named {0:?}")]
    Tenant(String),
    /// The name is empty or too long, or has control characters.
    #[error("a client needs a name of at most 200 characters, none of them a control character")]
    Name,
    /// A scope is not one.
    #[error(transparent)]
    Scope(#[from] NotAScope),
    /// There are too many scopes.
    #[error(transparent)]
    Scopes(#[from] TooMany),
    /// The keys are not fit.
    #[error(transparent)]
    Keys(#[from] Unfit),
    /// The keys cannot be fetched from there.
    #[error("jwks_uri must be an https address that anybody can reach, without user and fragment")]
    KeysAddress,
    /// A redirect URI is not fit.
    #[error(
        "{0:?} cannot be a redirect URI: https with a host, http with localhost, or a scheme of the app's own with a dot; no fragment, no user, no blank"
    )]
    RedirectUri(String),
    /// Neither scopes for itself nor somewhere to send people's answers to.
    #[error(
        "the client could never get a token: it needs a redirect URI, or system/ scopes and a way to show who it is"
    )]
    Useless,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A client that was registered.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, where it has one: shown only now.
    pub secret: Option<Secret<String>>,
}

impl Identity {
    /// Registers a client of the tenant of that name.
    ///
    /// # Errors
    /// Why it was not registered.
    pub async fn register_client(&self, tenant: &str, new: &NewClient) -> Result<Registered, NotRegistered> {
        let tenant = self.tenant_named(tenant).await?;
        let secret = match new.proof {
            NewProof::Secret => Some(Secret::new(self.ids.random(32))),
            NewProof::Public | NewProof::Keys(_) | NewProof::KeysAt(_) => None,
        };
        let row = self.client_row(tenant, new, secret.as_ref())?;
        let mut transaction = self.store.begin(tenant).await?;
        let kept = clients::insert(&mut transaction, &row).await;
        transaction.finish(kept).await?;
        Ok(Registered { client: row.try_into()?, secret })
    }

    fn client_row(
        &self,
        tenant: TenantId,
        new: &NewClient,
        secret: Option<&Secret<String>>,
    ) -> Result<ClientRow, NotRegistered> {
        let is_plain = !new.name.contains(char::is_control);
        if new.name.trim().is_empty() || new.name.chars().count() > LONGEST_NAME || !is_plain {
            return Err(NotRegistered::Name);
        }
        let unfit = |uri: &&String| !redirect_uri::is_fit(uri);
        if let Some(uri) = new.redirect_uris.iter().find(unfit).or(new.redirect_uris.get(MOST_URIS)) {
            return Err(NotRegistered::RedirectUri(uri.clone()));
        }
        scopes::counted(&new.scope)?;
        let scopes = Scopes::parse(&new.scope, definitions::is_resource_type)?;
        let (kind, jwks, jwks_uri) = match &new.proof {
            NewProof::Public => ("public", None, None),
            NewProof::Secret => ("confidential", None, None),
            NewProof::Keys(jwks) => {
                ClientKeys::parse(jwks)?;
                ("confidential", Some(jwks.clone()), None)
            }
            NewProof::KeysAt(address) if self.is_address_of_keys(address) => {
                ("confidential", None, Some(address.clone()))
            }
            NewProof::KeysAt(_) => return Err(NotRegistered::KeysAddress),
        };
        let mut grants = Vec::new();
        if !new.redirect_uris.is_empty() {
            grants.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
        }
        if kind == "confidential" && scopes.has_context(Context::System) {
            grants.push(GrantType::ClientCredentials);
        }
        if grants.is_empty() {
            return Err(NotRegistered::Useless);
        }
        Ok(ClientRow {
            tenant: tenant.number(),
            id: self.ids.uuid(),
            name: new.name.trim().to_owned(),
            kind: kind.to_owned(),
            grants: grants.into_iter().map(|grant| grant.as_str().to_owned()).collect(),
            redirect_uris: new.redirect_uris.clone(),
            jwks,
            jwks_uri,
            secret: secret.map(|secret| fingerprint(secret.expose())),
            scope: scopes.to_string(),
            created_at: self.clock.now(),
        })
    }

    /// The clients of the tenant of that name, oldest first.
    ///
    /// # Errors
    /// When there is no such tenant, or the database fails.
    pub async fn clients(&self, tenant: &str) -> Result<Vec<Client>, NotRegistered> {
        let tenant = self.tenant_named(tenant).await?;
        let mut transaction = self.store.begin(tenant).await?;
        let rows = clients::list(&mut transaction, tenant).await;
        let rows = transaction.finish(rows).await?;
        Ok(rows.into_iter().map(Client::try_from).collect::<Result<_, _>>()?)
    }

    /// Removes a client and takes back its tokens; false when the tenant has no such client.
    ///
    /// # Errors
    /// When there is no such tenant, or the database fails.
    pub async fn remove_client(&self, tenant: &str, id: Uuid) -> Result<bool, NotRegistered> {
        let tenant = self.tenant_named(tenant).await?;
        let mut transaction = self.store.begin(tenant).await?;
        let removed = async {
            clients::lock(&mut transaction, tenant, id).await?;
            // Whatever names the client goes with it; these are named to be forgotten.
            let tokens = access_tokens::remove_of_client(&mut transaction, tenant, id).await?;
            let removed = clients::remove(&mut transaction, tenant, id).await?;
            Ok::<_, StorageError>((removed, tokens))
        }
        .await;
        let (removed, tokens) = transaction.finish(removed).await?;
        self.forget(&tokens);
        Ok(removed)
    }

    async fn tenant_named(&self, name: &str) -> Result<TenantId, NotRegistered> {
        let found = tenants::find(&self.store, name).await?;
        found.ok_or_else(|| NotRegistered::Tenant(name.to_owned()))
    }
}
