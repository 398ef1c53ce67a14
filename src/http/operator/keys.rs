//! What goes over the line of organisations' keys, and what is wrong with what they are to be.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::errors::Refusal;
use crate::identity::organization_keys::{NotKept, OrganizationKey};

/// A key that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// The organisation, of Hemato.
    pub organization_id: String,
    /// By what tokens name it: letters, digits and `-._~+=:@`. One is made where there is none.
    #[serde(default)]
    #[schema(max_length = 200, example = "01234567-789d-46b7-b38c-45d4562f5c12")]
    pub kid: Option<String>,
    /// `RS256` or `RS384`: the one algorithm that the key is for.
    #[schema(example = "RS256")]
    pub alg: String,
    /// An RSA public key of 2048 to 4096 bits: `BEGIN PUBLIC KEY` or `BEGIN RSA PUBLIC KEY`.
    pub public_key_pem: String,
    /// What `iss` of its tokens must be.
    #[schema(example = "lab.example.org")]
    pub issuer: String,
}

/// A public key by which an organisation signs its tokens.
#[derive(Serialize, ToSchema)]
pub struct KeyView {
    /// By what tokens name it.
    pub kid: String,
    /// The organisation.
    pub organization_id: String,
    /// Its tenant.
    pub tenant_id: String,
    /// The one algorithm that the key is for.
    pub alg: String,
    /// What `iss` of its tokens must be.
    pub issuer: String,
    /// SHA-256 of the key's DER (SubjectPublicKeyInfo), hexadecimal.
    pub fingerprint: String,
    /// The key, as SubjectPublicKeyInfo.
    pub public_key_pem: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused, if it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The keys of an organisation.
#[derive(Serialize, ToSchema)]
pub struct Keys {
    /// In the order of their kids, those that were revoked too.
    pub items: Vec<KeyView>,
    /// `after` of the next page; none on the last.
    pub next: Option<String>,
}

/// Which keys are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KeysQuery {
    /// Their organisation.
    #[param(required)]
    pub organization_id: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// So many at most: 1 to 100, else 100.
    pub limit: Option<i64>,
}

impl From<OrganizationKey> for KeyView {
    fn from(key: OrganizationKey) -> Self {
        Self {
            kid: key.kid,
            organization_id: key.organization,
            tenant_id: key.tenant.to_string(),
            alg: key.algorithm,
            issuer: key.issuer,
            fingerprint: key.fingerprint,
            public_key_pem: key.public_key,
            created_at: key.created_at,
            revoked_at: key.revoked_at,
        }
    }
}

impl From<NotKept> for Refusal {
    fn from(error: NotKept) -> Self {
        match error {
            NotKept::Taken => {
                Self::Conflict("A key has or had this kid: no second one may be named by it".to_owned())
            }
            NotKept::Storage(error) => error.into(),
        }
    }
}
