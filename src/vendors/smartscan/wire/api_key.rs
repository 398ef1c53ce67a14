//! API keys (contract SS-45 to SS-47).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The key that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewApiKey {
    /// The project that it is for.
    #[serde(alias = "projectId")]
    pub project_id: String,
    /// A name to know it by.
    #[serde(default)]
    #[schema(example = "reading room")]
    pub name: Option<String>,
}

/// Whether a key was revoked. One that was not opens something as long as its project is there and active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// It was not.
    Active,
    /// It was revoked.
    Revoked,
}

/// A key as it is listed: never the key itself.
#[derive(Serialize, ToSchema)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// The owner's name for it.
    pub name: String,
    /// The project that it belongs to.
    pub project_id: String,
    /// Its first characters.
    #[schema(example = "dk_9RYwbXa")]
    pub key_prefix: String,
    /// Whether it was revoked.
    pub status: KeyStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last presented, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// One key, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyAnswer {
    /// Always true.
    pub success: bool,
    /// The key as it is listed.
    pub api_key: ApiKey,
}

/// The tenant's keys, oldest first.
#[derive(Serialize, ToSchema)]
pub struct ApiKeys {
    /// Always true.
    pub success: bool,
    /// The keys.
    pub api_keys: Vec<ApiKey>,
}

/// A new key, shown this once.
#[derive(Serialize, ToSchema)]
pub struct ShownApiKey {
    /// Its id.
    pub id: String,
    /// The key itself: it cannot be read again.
    #[schema(example = "dk_your_api_key_here")]
    pub key: String,
    /// The project that it belongs to.
    pub project_id: String,
    /// The owner's name for it.
    pub name: String,
}

/// A new key, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct ShownApiKeyAnswer {
    /// Always true.
    pub success: bool,
    /// The key.
    pub api_key: ShownApiKey,
}
