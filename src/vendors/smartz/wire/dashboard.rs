//! Signing in, and link codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::core::Secret;

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    #[schema(value_type = String)]
    pub password: Secret<String>,
}

/// What somebody who signed in receives.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// Send it as `Authorization: Bearer`.
    pub token: String,
    /// For so many seconds it is good.
    pub expires_in: i64,
}

/// By which code an organisation lets applications in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkCode {
    /// The code, shown only now.
    #[schema(example = "7K3M-9QXA-2BTE")]
    pub link_code: String,
    /// From when on it is good for nothing.
    pub expires_at: String,
}
