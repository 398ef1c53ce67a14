//! How often API keys were used (contract SS-48 to SS-50).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How many requests a plan allows.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PlanLimits {
    /// In an hour.
    #[schema(example = 100)]
    pub hour: i64,
    /// In a day, UTC.
    #[schema(example = 1000)]
    pub day: i64,
    /// In a month of the calendar, UTC.
    #[schema(example = 10_000)]
    pub month: i64,
}

/// What was done with the API keys, in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stats {
    /// Calls since midnight, UTC.
    pub requests_today: i64,
    /// Calls since the first of the month, UTC.
    pub requests_this_month: i64,
    /// The part of this month's calls that gave a reading; 0 where there was no call.
    #[schema(value_type = f64, minimum = 0, maximum = 1, example = 0.987)]
    pub success_rate: Number,
    /// How sure this month's readings were; 0 where there was none.
    #[schema(value_type = f64, minimum = 0, maximum = 1, example = 0.93)]
    pub average_confidence: Number,
    /// Keys that were not revoked.
    pub active_keys: i64,
    /// `free`, `basic`, `pro` or `enterprise`.
    #[schema(example = "free")]
    pub plan: String,
    /// What it allows.
    pub limits: PlanLimits,
}

/// The numbers, in their envelope.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatsAnswer {
    /// Always true.
    pub success: bool,
    /// The numbers.
    pub stats: Stats,
}

/// What the overview is to be of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AnalyticsQuery {
    /// So many hours, days, weeks, months or years up to now, five years at most; 30 days without it. Hours and days are whole ones, the
    /// current one counts.
    #[param(pattern = "^[1-9][0-9]*[hdwmy]$", example = "7d")]
    pub period: Option<String>,
}

/// The calls of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Day {
    /// The day, UTC.
    pub date: NaiveDate,
    /// How many calls there were.
    pub requests: i64,
    /// How many of them were refused or failed.
    pub errors: i64,
}

/// The calls of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct Analytics {
    /// The period.
    #[schema(example = "7d")]
    pub period: String,
    /// How many calls there were.
    pub total: i64,
    /// Every day of it, oldest first.
    pub by_day: Vec<Day>,
    /// How many readings there were, by type of device or document.
    pub by_device_type: BTreeMap<String, i64>,
    /// How many calls there were, by the status that they were answered with.
    pub by_status: BTreeMap<String, i64>,
}

/// The overview, in its envelope.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalyticsAnswer {
    /// Always true.
    pub success: bool,
    /// The overview.
    pub analytics: Analytics,
}

/// Which calls are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallsQuery {
    /// The page, from 1 on; 1 without it.
    #[param(value_type = Option<i64>, minimum = 1, example = 1)]
    pub page: Option<String>,
    /// Calls a page, 1 to 1000; 50 without it.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000, example = 20)]
    pub limit: Option<String>,
}

/// A call with an API key. Nothing of what was read is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Call {
    /// Its id.
    pub id: Uuid,
    /// When it came in.
    pub timestamp: DateTime<Utc>,
    /// Its method.
    #[schema(example = "POST")]
    pub method: String,
    /// Its path below the mount.
    #[schema(example = "/api/v1/extract-medical-data")]
    pub path: String,
    /// The status that it was answered with.
    #[schema(example = 200)]
    pub status: i32,
    /// What kind of device or document was recognised.
    #[schema(example = "blood-pressure")]
    pub device_type: Option<String>,
    /// How sure the reading was.
    #[schema(value_type = Option<f64>, example = 0.95)]
    pub confidence: Option<Number>,
    /// How long it took.
    pub processing_time_ms: i64,
    /// Why it was refused.
    #[schema(example = "INVALID_IMAGE_FORMAT")]
    pub error_code: Option<String>,
    /// The project of the key.
    pub project_id: String,
    /// The key's first characters.
    #[schema(example = "dk_9RYwbXa")]
    pub key_prefix: String,
}

/// A page of calls, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calls {
    /// Always true.
    pub success: bool,
    /// The calls.
    pub logs: Vec<Call>,
    /// Which page it is.
    pub page: i64,
    /// How many calls a page has at most.
    pub limit: i64,
    /// How many calls there are in all.
    pub total: i64,
}
