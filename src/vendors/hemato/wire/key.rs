//! Public keys by which an organisation signs its tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::organization_keys::OrganizationKey;

/// A key that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewKey {
    /// By what tokens name it; one is made where there is none.
    #[schema(max_length = 200)]
    pub kid: Option<String>,
    /// `RS256` or `RS384`: the one algorithm that the key is for.
    #[schema(example = "RS256")]
    pub alg: String,
    /// An RSA public key of 2048 to 4096 bits, as PEM or as a JSON Web Key.
    pub public_key: String,
    /// What `iss` of its tokens must be.
    #[schema(example = "lab.example.org")]
    pub issuer: String,
}

/// A key.
#[derive(Serialize, ToSchema)]
pub struct KeyView {
    /// By what tokens name it.
    pub kid: String,
    /// The one algorithm that the key is for.
    pub alg: String,
    /// What `iss` of its tokens must be.
    pub issuer: String,
    /// SHA-256 of the key's DER (SubjectPublicKeyInfo), hexadecimal.
    pub fingerprint: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused, if it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The keys of the caller's organisation.
#[derive(Serialize, ToSchema)]
pub struct Keys {
    /// In the order of their kids, those that were revoked too.
    pub keys: Vec<KeyView>,
    /// `after` of the next page; none on the last.
    pub next: Option<String>,
}

impl From<OrganizationKey> for KeyView {
    fn from(key: OrganizationKey) -> Self {
        Self {
            kid: key.kid,
            alg: key.algorithm,
            issuer: key.issuer,
            fingerprint: key.fingerprint,
            created_at: key.created_at,
            revoked_at: key.revoked_at,
        }
    }
}
