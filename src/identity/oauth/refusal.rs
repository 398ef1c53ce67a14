//! Why no token was given out, in the words of RFC 6749, 5.2.

use crate::identity::scopes::TooMany;
use crate::identity::session_tokens::SigningFailed;
use crate::storage::StorageError;

/// A refused or failed request to the authorisation server. The texts are shown to the client's developer.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The request is malformed.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The client is unknown, or did not show to be the one it says it is.
    #[error("{0}")]
    InvalidClient(&'static str),
    /// The code or refresh token does not hold.
    #[error("{0}")]
    InvalidGrant(&'static str),
    /// The person who decides has signed out.
    #[error("the person has signed out")]
    SignedOut,
    /// The client may not use this grant type.
    #[error("the client is not registered for this grant type")]
    UnauthorizedClient,
    /// There is no such grant type here.
    #[error("the grant types are authorization_code, refresh_token and client_credentials")]
    UnsupportedGrantType,
    /// No scope can be granted.
    #[error("{0}")]
    InvalidScope(&'static str),
    /// A token could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<TooMany> for Refusal {
    fn from(_: TooMany) -> Self {
        Self::InvalidScope("there may be 100 scopes")
    }
}

impl Refusal {
    /// The `error` of the answer; none of a fault of ours.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::InvalidRequest(_) | Self::SignedOut => Some("invalid_request"),
            Self::InvalidClient(_) => Some("invalid_client"),
            Self::InvalidGrant(_) => Some("invalid_grant"),
            Self::UnauthorizedClient => Some("unauthorized_client"),
            Self::UnsupportedGrantType => Some("unsupported_grant_type"),
            Self::InvalidScope(_) => Some("invalid_scope"),
            Self::Signing(_) | Self::Storage(_) => None,
        }
    }
}
