//! `/v1/token`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::core::Secret;

/// What an application asks for a token with, as JSON or as a form.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `client_credentials`.
    #[serde(default)]
    #[schema(example = "client_credentials")]
    pub grant_type: Option<String>,
    /// The App Id.
    #[serde(default, alias = "appId")]
    pub client_id: Option<String>,
    /// The App Key.
    #[serde(default, alias = "appKey")]
    #[schema(value_type = Option<String>)]
    pub client_secret: Option<Secret<String>>,
}

/// An access token.
#[derive(Serialize, ToSchema)]
pub struct Token {
    /// A signed JSON Web Token: send it as `Authorization: Bearer`.
    pub access_token: String,
    /// `Bearer`.
    #[schema(value_type = String, example = "Bearer")]
    pub token_type: &'static str,
    /// For so many seconds it is good.
    #[schema(example = 3600)]
    pub expires_in: i64,
}

/// Why there is none (RFC 6749, 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenFailure {
    /// `invalid_client`, `invalid_request` or `unsupported_grant_type`; missing where the subscription key is at fault.
    pub error: Option<String>,
    /// What is wrong.
    pub error_description: Option<String>,
    /// The HTTP status, where the subscription key is at fault.
    #[serde(rename = "statusCode")]
    pub status_code: Option<u16>,
    /// What is wrong with it.
    pub message: Option<String>,
}
