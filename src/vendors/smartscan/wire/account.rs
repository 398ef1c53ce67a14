//! Accounts: registering, signing in, one's own profile (contract SS-40 to SS-43).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::core::Secret;

/// The account that is wanted. A role in the body is not looked at.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Registration {
    /// E-mail address, of ASCII letters.
    #[schema(format = Email, max_length = 254, example = "alice@example.org")]
    pub email: String,
    /// At least 8 characters.
    #[schema(value_type = String, format = Password, min_length = 8, example = "correct horse battery")]
    pub password: Secret<String>,
    /// The person's name.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Alice Liddell")]
    pub name: Secret<String>,
}

/// Who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Login {
    /// E-mail address.
    #[schema(example = "alice@example.org")]
    pub email: String,
    /// Password.
    #[schema(value_type = String, format = Password, example = "correct horse battery")]
    pub password: Secret<String>,
}

/// Somebody who is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// Always true.
    pub success: bool,
    /// The bearer token of the next requests.
    pub token: String,
    /// How many seconds it is good for.
    #[schema(example = 3600)]
    pub expires_in: i64,
    /// Who it is.
    pub user: User,
}

/// A person with an account.
#[derive(Serialize, ToSchema)]
pub struct User {
    /// The account's id.
    pub id: String,
    /// E-mail address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// `user` or `admin`.
    pub role: String,
    /// `free`, `basic`, `pro` or `enterprise`.
    pub plan: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// Always true.
    pub success: bool,
    /// Who it is.
    pub user: User,
}

/// One's own profile.
#[derive(Serialize, ToSchema)]
pub struct Profile {
    /// E-mail address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Whom the person works for.
    pub company: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// `free`, `basic`, `pro` or `enterprise`.
    pub plan: String,
    /// When the account was opened.
    pub created_at: DateTime<Utc>,
}

/// One's own profile, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct ProfileAnswer {
    /// Always true.
    pub success: bool,
    /// The profile.
    pub profile: Profile,
}

/// What is to change in one's profile. What is absent stays; null or nothing removes. E-mail address, role and plan cannot be
/// changed here and are not looked at, so that a profile can be sent back as it was read.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ProfileChange {
    /// The person's name; it cannot be removed.
    #[serde(default, deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, nullable = false, min_length = 1, max_length = 200, example = "Alice Liddell")]
    pub name: Option<Option<Secret<String>>>,
    /// Whom the person works for.
    #[serde(default, deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Wonderland Clinic")]
    pub company: Option<Option<Secret<String>>>,
    /// Telephone number.
    #[serde(default, deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, max_length = 40, example = "+44 20 7946 0000")]
    pub phone: Option<Option<Secret<String>>>,
}
