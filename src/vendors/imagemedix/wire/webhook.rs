//! Webhooks, and what was posted to them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::core::Secret;

/// A webhook that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewWebhook {
    /// Where to: an https address that anybody can reach, without user and fragment.
    #[schema(value_type = String, max_length = 2000, example = "https://example.com/hooks/imagemedix")]
    pub url: Secret<String>,
    /// What it is told of: `scan.uploaded`, `scan.analyzed`, `scan.failed`, each once.
    #[schema(min_items = 1, max_items = 3, example = json!(["scan.analyzed", "scan.failed"]))]
    pub events: Vec<String>,
}

/// What is to change of a webhook. What is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookChange {
    /// Where to; the secret stays.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub url: Option<Secret<String>>,
    /// What it is told of.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 3)]
    pub events: Option<Vec<String>>,
    /// Whether it is told anything. What it was still to be told when it is closed is stopped.
    #[serde(default)]
    pub is_active: Option<bool>,
}

/// A webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Its id.
    #[serde(rename = "_id")]
    #[schema(example = "67f460abdf638f437b934239")]
    pub id: String,
    /// Where to.
    #[schema(value_type = String)]
    pub url: String,
    /// What it is told of.
    pub events: Vec<String>,
    /// Whether it is told anything.
    pub is_active: bool,
    /// When it was made.
    pub created_at: String,
}

/// A webhook that was made.
#[derive(Serialize, ToSchema)]
pub struct MadeWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What its deliveries are signed with; it is shown only now. `X-ImageMedix-Signature` of each is `t=<seconds since 1970>,v1=<HMAC-SHA256
    /// of the seconds, a dot and the body, hexadecimal>`.
    pub secret: String,
}

/// Which deliveries are listed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Number of the page.
    #[param(minimum = 1, default = 1)]
    pub page: Option<u32>,
    /// Deliveries on a page; more than 100 are 100.
    #[param(minimum = 1, default = 10)]
    pub limit: Option<u32>,
}

/// A page of deliveries.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deliveries {
    /// The newest first.
    pub deliveries: Vec<Delivery>,
    /// Number of the page.
    pub current_page: u32,
    /// How many pages there are.
    pub total_pages: i64,
    /// How many deliveries there are.
    pub total_deliveries: i64,
}

/// Something that a webhook is told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookDelivery)]
pub struct Delivery {
    /// Its id, as `X-ImageMedix-Delivery` and the body have it.
    #[serde(rename = "_id")]
    pub id: String,
    /// What happened.
    pub event: String,
    /// The scan that it happened to.
    pub scan_id: String,
    /// `pending`, `delivered`, `failed` after nine tries, or `stopped` where the webhook was closed before.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// When it happened.
    pub created_at: String,
    /// When it is tried next; only while it is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<String>,
    /// When it ended; only once it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// The first one first.
    pub attempts: Vec<Attempt>,
}

/// A try to deliver something.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookAttempt)]
pub struct Attempt {
    /// When it began.
    pub at: String,
    /// How long it took, in milliseconds; absent while it goes on, or where the server ended in the midst of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// The status of the answer, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// Why there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
