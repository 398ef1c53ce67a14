//! A program that may ask for tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Refusal;
use super::client_keys::ClientKeys;
use crate::fhir::definitions;
use crate::identity::Scopes;
use crate::identity::purposes::{NotRegistered, Purposes, TREATMENT};
use crate::storage::oauth::clients::{self, ClientRow};
use crate::storage::oauth::grants::GrantRow;
use crate::storage::{Connection, StorageError, TenantId};

/// A way to get a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// A person's consent, by a code.
    AuthorizationCode,
    /// The client's own rights.
    ClientCredentials,
    /// What a person consented to before.
    RefreshToken,
}

impl GrantType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::ClientCredentials, Self::RefreshToken];

    /// The word for it in requests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// The grant type with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// How a client shows who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It cannot: the program is in the hands of whoever runs it.
    None,
    /// By a secret, of which the SHA-256 is kept.
    Secret(String),
    /// By assertions that it signs.
    Keys(ClientKeys),
    /// By assertions that it signs with the keys at this address.
    KeysAt(String),
}

impl Proof {
    /// What kind of client shows itself so, in the words of RFC 6749, 2.1.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "public",
            Self::Secret(_) | Self::Keys(_) | Self::KeysAt(_) => "confidential",
        }
    }

    /// The word for it in metadata (RFC 7591, 2).
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Secret(_) => "client_secret_basic",
            Self::Keys(_) | Self::KeysAt(_) => "private_key_jwt",
        }
    }

    /// Where the keys are, if they are elsewhere.
    #[must_use]
    pub fn jwks_uri(&self) -> Option<&str> {
        match self {
            Self::KeysAt(address) => Some(address),
            Self::None | Self::Secret(_) | Self::Keys(_) => None,
        }
    }
}

/// A registered client.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its tenant.
    pub tenant: TenantId,
    /// The `client_id`.
    pub id: Uuid,
    /// What people are shown.
    pub name: String,
    /// What it may ask by.
    pub grants: Vec<GrantType>,
    /// Where an answer may be sent.
    pub redirect_uris: Vec<String>,
    /// How it shows who it is.
    pub proof: Proof,
    /// What it may ask for.
    pub scopes: Scopes,
    /// What it may want data for.
    pub purposes: Purposes,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

impl Client {
    /// What a token is for that is asked for with this purpose, or without one.
    ///
    /// # Errors
    /// When the client may not want data for that.
    pub fn purpose(&self, asked: Option<&str>) -> Result<Option<&str>, Refusal> {
        let told = "purpose_of_use is none that the client is registered for";
        self.purposes.choose(asked).map_err(|NotRegistered| Refusal::InvalidRequest(told))
    }

    /// The same of a token for what a person granted: one of the purposes that the person was told, which the client still has.
    pub(super) fn purpose_of(
        &self,
        grant: &GrantRow,
        asked: Option<&str>,
    ) -> Result<Option<String>, NotRegistered> {
        let told = Purposes::parse(&grant.purposes).map_err(|_| NotRegistered)?;
        let purpose = told.choose(asked)?;
        self.purposes.choose(Some(purpose.unwrap_or(TREATMENT)))?;
        Ok(purpose.map(str::to_owned))
    }

    /// The client as it is now, held until the transaction ends; none when it is no more, or shows itself otherwise or wants data for
    /// something else by now. Between the look at a client and what it is given lies as much time as its own server takes to tell its
    /// keys.
    pub(super) async fn held(&self, connection: &mut Connection) -> Result<Option<Self>, StorageError> {
        let row = clients::hold(connection, self.tenant, self.id).await?;
        let now = row.map(Self::try_from).transpose()?;
        Ok(now.filter(|now| now.proof == self.proof && now.purposes == self.purposes))
    }
}

impl TryFrom<ClientRow> for Client {
    type Error = StorageError;

    fn try_from(row: ClientRow) -> Result<Self, StorageError> {
        let corrupt =
            |column| StorageError::Corrupt { table: "oauth_client", column, row: row.id.to_string() };
        let proof = match (row.kind.as_str(), &row.jwks, &row.secret) {
            ("confidential", None, None) => Proof::KeysAt(row.jwks_uri.ok_or_else(|| corrupt("jwks_uri"))?),
            _ if row.jwks_uri.is_some() => return Err(corrupt("jwks_uri")),
            ("public", None, None) => Proof::None,
            ("confidential", Some(jwks), None) => {
                Proof::Keys(ClientKeys::parse(jwks).map_err(|_| corrupt("jwks"))?)
            }
            ("confidential", None, Some(secret)) => Proof::Secret(secret.clone()),
            _ => return Err(corrupt("kind")),
        };
        let grants = row.grants.iter().map(|word| GrantType::parse(word)).collect::<Option<_>>();
        Ok(Self {
            tenant: TenantId::from_row(row.tenant),
            id: row.id,
            grants: grants.ok_or_else(|| corrupt("grants"))?,
            proof,
            scopes: Scopes::parse(&row.scope, definitions::is_resource_type).map_err(|_| corrupt("scope"))?,
            purposes: Purposes::parse(&row.purposes).map_err(|_| corrupt("purposes"))?,
            name: row.name,
            redirect_uris: row.redirect_uris,
            created_at: row.created_at,
        })
    }
}
