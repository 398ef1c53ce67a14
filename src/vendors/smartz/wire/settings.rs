//! By which numbers readings are judged.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// By which numbers the readings of an organisation, or of one of its patients, are judged.
#[derive(Serialize, ToSchema)]
#[schema(as = ContinenceSettings)]
pub struct Settings {
    /// What differs from the defaults, and of a patient from the organisation: a merge patch (RFC 7396).
    #[schema(value_type = Object, example = json!({ "levels": { "change": 70 }, "timezone": "Europe/Berlin" }))]
    pub differs: Value,
    /// All of them.
    #[schema(value_type = Object)]
    pub settings: Value,
}
