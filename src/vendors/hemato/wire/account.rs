//! Users and their tokens.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::core::Secret;

/// A sign-in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Login {
    /// E-mail address.
    #[schema(example = "ali@example.com", value_type = String)]
    pub user: Secret<String>,
    /// SHA-256 of the password, as 64 hexadecimal digits in lower case. The password itself is not taken.
    #[schema(value_type = String)]
    pub pass_hash: Secret<String>,
}

/// Somebody who signed in.
#[derive(Serialize, ToSchema)]
pub struct LoginResults {
    /// When, in nanoseconds since 1970.
    #[schema(example = "1682945428455621477")]
    pub login_timestamp: String,
    /// The token to send with each request.
    pub token: SessionToken,
    /// Who it is.
    pub user: UserView,
}

/// A session's token.
#[derive(Serialize, ToSchema)]
pub struct SessionToken {
    /// The JSON Web Token. It is good for an hour, in the region that gave it out.
    #[serde(rename = "HY_APP_AUTH_v1")]
    pub token: String,
}

/// A user.
#[derive(Serialize, ToSchema)]
pub struct UserView {
    /// E-mail address.
    pub email: String,
    /// The id, which tokens name as `sub`.
    pub id: String,
    /// The name that is shown.
    pub screen_name: String,
    /// The name that is signed in with.
    pub user_name: String,
}

/// A token that holds.
#[derive(Serialize, ToSchema)]
pub struct Greeting {
    /// `true`.
    pub valid: bool,
    /// What the token claims.
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
    /// Whose it is.
    pub user: UserView,
    /// The region.
    #[schema(example = "dev")]
    pub region: &'static str,
    /// In so many seconds it is good for nothing.
    pub expires_in: i64,
}

/// A token that does not hold.
#[derive(Serialize, ToSchema)]
pub struct Rejection {
    /// `false`.
    pub valid: bool,
    /// Why, in a word each.
    #[schema(example = json!(["aud_mismatch"]))]
    pub reasons: Vec<String>,
}
