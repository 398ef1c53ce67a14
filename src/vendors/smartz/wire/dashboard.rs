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
    #[schema(example = "7K3M9QXA2BTE")]
    pub link_code: String,
    /// From when on it is good for nothing.
    pub expires_at: String,
}

/// Who opens an account.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignUp {
    /// Name.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Secret<String>,
    /// E-mail address.
    #[schema(max_length = 254)]
    pub email: String,
    /// Password.
    #[schema(value_type = String, min_length = 8)]
    pub password: Secret<String>,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// E-mail address.
    pub email: String,
    /// Name, where it is known.
    pub name: Option<String>,
    /// `admin`, who manages organisations, or `user`.
    pub role: String,
}

/// The applications that an organisation lets in.
#[derive(Serialize, ToSchema)]
pub struct Links {
    /// The oldest link first.
    pub items: Vec<Link>,
}

/// An application that an organisation lets in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The App Id.
    pub app_id: String,
    /// What its owner calls it.
    pub name: Option<String>,
    /// What its owner says it is.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Since when it is let in.
    pub linked_at: String,
}
