//! Signing in, and users (contract IM-10, IM-13, IM-70 to IM-72, IM-90).

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::core::Secret;

/// Who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Login {
    /// E-mail address.
    #[schema(value_type = String, example = "user@example.com")]
    pub email: Secret<String>,
    /// Password.
    #[schema(value_type = String, format = Password, example = "password123")]
    pub password: Secret<String>,
}

/// Somebody who is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// Who it is.
    pub user: SignedInUser,
    /// The bearer token of the next requests; it is good for an hour.
    pub token: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedInUser {
    /// The user's id.
    #[serde(rename = "_id")]
    #[schema(example = "67f46037df638f437b934206")]
    pub id: String,
    /// The person's name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// `doctor` or `admin`.
    pub role: String,
}

/// Oneself.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// Who it is.
    #[serde(flatten)]
    pub user: SignedInUser,
    /// What the person is a specialist of; null where nobody said.
    pub specialization: Option<String>,
}

/// A user, as an administrator sees it.
#[derive(Serialize, ToSchema)]
pub struct User {
    /// Who it is.
    #[serde(flatten)]
    pub user: SignedInUser,
    /// What the person is a specialist of; null where nobody said.
    pub specialization: Option<String>,
    /// Whether the person can sign in.
    #[serde(rename = "isActive")]
    pub is_active: bool,
}

/// How people may sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = SignInMethods)]
pub struct Methods {
    /// With e-mail address and password.
    pub password: bool,
    /// With Google.
    pub google: bool,
}

/// Where somebody goes on who signs in with Google.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GoogleQuery {
    /// `pages`: to this server's own pages. Left out: to the configured client.
    #[param(pattern = "^pages$")]
    pub to: Option<String>,
}

/// What Google sends the browser back with.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GoogleReturn {
    /// What the browser was sent there with.
    pub state: Option<String>,
    /// What the person is recognised by.
    pub code: Option<String>,
    /// Who answers.
    pub iss: Option<String>,
    /// Why the person was not signed in there.
    pub error: Option<String>,
}

/// A user who is to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewUser {
    /// The person's name.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Dr. Ananya Singh")]
    pub name: Secret<String>,
    /// E-mail address, of ASCII letters.
    #[schema(value_type = String, format = Email, max_length = 254, example = "ananya.singh@hospital.com")]
    pub email: Secret<String>,
    /// At least 8 characters.
    #[schema(value_type = String, format = Password, min_length = 8, example = "correct horse battery")]
    pub password: Secret<String>,
    /// `doctor` or `admin`.
    #[schema(pattern = "^(doctor|admin)$", example = "doctor")]
    pub role: String,
    /// What the person is a specialist of.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200, example = "Radiology")]
    pub specialization: Option<Secret<String>>,
}

/// What is to change of a user. What is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct UserChange {
    /// `doctor` or `admin`.
    #[serde(default, deserialize_with = "super::given")]
    #[schema(pattern = "^(doctor|admin)$", example = "admin")]
    pub role: Option<String>,
    /// Whether the person can sign in.
    #[serde(default, rename = "isActive", deserialize_with = "super::given")]
    pub is_active: Option<bool>,
    /// What the person is a specialist of; null or nothing takes it away.
    #[serde(default, deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Chief Radiology")]
    pub specialization: Option<Option<Secret<String>>>,
    /// The person's name.
    #[serde(default, deserialize_with = "super::given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Secret<String>>,
}

/// Whether the server works.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    #[schema(value_type = String, example = "ok")]
    pub status: &'static str,
}
