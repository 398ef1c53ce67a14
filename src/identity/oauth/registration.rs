//! Making clients known. <https://www.rfc-editor.org/rfc/rfc7591>

use serde_json::Value;

use super::client::{Client, GrantType};
use super::client_keys::{ClientKeys, Unfit};
use super::management::KIND;
use super::redirect_uri;
use crate::core::Secret;
use crate::fhir::definitions;
use crate::identity::purposes::{NotAPurpose, Purposes};
use crate::identity::scopes::{self, Context, NotAScope, TooMany};
use crate::identity::{Identity, Scopes, fingerprint};
use crate::storage::audit::Note;
use crate::storage::oauth::clients::{self, ClientRow};
use crate::storage::{StorageError, TenantId, tenants};

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
    /// What it may want data for, the usual first; treatment, where there is none.
    pub purposes: Vec<String>,
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
    /// A purpose is not one, or there are too many.
    #[error(transparent)]
    Purposes(#[from] NotAPurpose),
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
    pub async fn register_client(
        &self,
        tenant: &str,
        new: &NewClient,
        note: Note,
    ) -> Result<Registered, NotRegistered> {
        let tenant = self.tenant_named(tenant).await?;
        self.register_client_of(tenant, new, note).await
    }

    /// Registers a client of a tenant.
    ///
    /// # Errors
    /// Why it was not registered.
    pub async fn register_client_of(
        &self,
        tenant: TenantId,
        new: &NewClient,
        note: Note,
    ) -> Result<Registered, NotRegistered> {
        let secret = match new.proof {
            NewProof::Secret => Some(Secret::new(self.ids.random(32))),
            NewProof::Public | NewProof::Keys(_) | NewProof::KeysAt(_) => None,
        };
        let row = self.client_row(tenant, new, secret.as_ref())?;
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            clients::insert(&mut transaction, &row).await?;
            note.add(&mut transaction, tenant, KIND, row.id).await
        }
        .await;
        transaction.finish(kept).await?;
        Ok(Registered { client: row.try_into()?, secret })
    }

    fn client_row(
        &self,
        tenant: TenantId,
        new: &NewClient,
        secret: Option<&Secret<String>>,
    ) -> Result<ClientRow, NotRegistered> {
        let name = checked_name(&new.name)?;
        check_redirect_uris(&new.redirect_uris)?;
        let scopes = checked_scopes(&new.scope)?;
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
        let grants = grants(kind, &new.redirect_uris, &scopes)?;
        Ok(ClientRow {
            tenant: tenant.number(),
            id: self.ids.uuid(),
            name,
            kind: kind.to_owned(),
            grants,
            redirect_uris: new.redirect_uris.clone(),
            jwks,
            jwks_uri,
            secret: secret.map(|secret| fingerprint(secret.expose())),
            scope: scopes.to_string(),
            created_at: self.clock.now(),
            purposes: Purposes::parse(&new.purposes)?.codes().to_vec(),
        })
    }

    pub(super) async fn tenant_named(&self, name: &str) -> Result<TenantId, NotRegistered> {
        let found = tenants::find(&self.store, name).await?;
        found.ok_or_else(|| NotRegistered::Tenant(name.to_owned()))
    }
}

impl NewProof {
    /// The proof by the word for it (RFC 7591, 2) and the keys that it needs.
    #[must_use]
    pub fn of(method: &str, jwks: Option<&Value>, jwks_uri: Option<&str>) -> Option<Self> {
        match (method, jwks, jwks_uri) {
            ("none", None, None) => Some(Self::Public),
            ("client_secret_basic", None, None) => Some(Self::Secret),
            ("private_key_jwt", Some(keys), None) => Some(Self::Keys(keys.to_string())),
            ("private_key_jwt", None, Some(address)) => Some(Self::KeysAt(address.to_owned())),
            _ => None,
        }
    }
}

/// A client's name, without blanks around it.
pub(super) fn checked_name(name: &str) -> Result<String, NotRegistered> {
    let is_plain = !name.contains(char::is_control);
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || !is_plain {
        return Err(NotRegistered::Name);
    }
    Ok(name.trim().to_owned())
}

pub(super) fn check_redirect_uris(uris: &[String]) -> Result<(), NotRegistered> {
    let unfit = |uri: &&String| !redirect_uri::is_fit(uri);
    match uris.iter().find(unfit).or(uris.get(MOST_URIS)) {
        Some(uri) => Err(NotRegistered::RedirectUri(uri.clone())),
        None => Ok(()),
    }
}

pub(super) fn checked_scopes(scope: &str) -> Result<Scopes, NotRegistered> {
    scopes::counted(scope)?;
    Ok(Scopes::parse(scope, definitions::is_resource_type)?)
}

/// What a client may ask by.
pub(super) fn grants(
    kind: &str,
    redirect_uris: &[String],
    scopes: &Scopes,
) -> Result<Vec<String>, NotRegistered> {
    let mut grants = Vec::new();
    if !redirect_uris.is_empty() {
        grants.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
    if kind == "confidential" && scopes.has_context(Context::System) {
        grants.push(GrantType::ClientCredentials);
    }
    if grants.is_empty() {
        return Err(NotRegistered::Useless);
    }
    Ok(grants.into_iter().map(|grant| grant.as_str().to_owned()).collect())
}
