//! What goes over the line, with exactly the names that the vendor documents.

mod account;
mod api_key;
mod catalogue;
mod extraction;
pub mod face_scan;
mod project;
mod usage;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use account::{Login, Me, Profile, ProfileAnswer, ProfileChange, Registration, SignedIn, User};
pub use api_key::{ApiKey, ApiKeyAnswer, ApiKeys, KeyStatus, NewApiKey, ShownApiKey, ShownApiKeyAnswer};
pub use catalogue::{Category, DeviceType, DeviceTypes, Health};
pub use extraction::{Extraction, ExtractionBundle, ExtractionForm, ImageInfo, Reading, Region};
pub use project::{NewProject, Project, ProjectAnswer, Projects};
pub use usage::{
    Analytics, AnalyticsAnswer, AnalyticsQuery, Call, Calls, CallsQuery, Day, PlanLimits, Stats, StatsAnswer,
};

/// The envelope of every refusal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    /// Always false.
    #[schema(example = false)]
    pub success: bool,
    /// A sentence for the reader.
    #[schema(example = "API key is invalid or expired")]
    pub error: String,
    /// What a program can act on.
    #[schema(value_type = String, example = "INVALID_API_KEY")]
    pub error_code: &'static str,
    /// More, by field or limit; empty where there is no more to say.
    #[schema(value_type = Object)]
    pub details: Value,
    /// Where waiting helps: for how many seconds.
    #[serde(rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
}

/// Tells a field that is null from one that is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(field).map(Some)
}
