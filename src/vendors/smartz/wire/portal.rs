//! The developer portal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Paged;

/// What can be subscribed to.
#[derive(Serialize, ToSchema)]
pub struct PortalProducts {
    /// The one product.
    pub items: Vec<PortalProduct>,
}

/// A product: APIs that one subscription opens.
#[derive(Serialize, ToSchema)]
pub struct PortalProduct {
    /// Its id.
    #[schema(value_type = String, example = "smartz-api-product")]
    pub id: &'static str,
    /// Its name.
    #[schema(value_type = String)]
    pub name: &'static str,
    /// The APIs.
    pub apis: Vec<Api>,
}

/// An API.
#[derive(Serialize, ToSchema)]
pub struct Api {
    /// Its id.
    #[schema(value_type = String, example = "organisation-api")]
    pub id: &'static str,
    /// Its name.
    #[schema(value_type = String)]
    pub name: &'static str,
}

/// A subscription that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewSubscription {
    /// What is subscribed to.
    #[schema(example = "smartz-api-product")]
    pub product_id: String,
    /// A name to know it by.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

/// A subscription with its keys. It has no end.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeSubscription {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is subscribed to.
    pub product_id: String,
    /// `active` or `cancelled`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// The primary key; it is shown only now.
    pub primary_key: String,
    /// The secondary key; it is shown only now.
    pub secondary_key: String,
    /// When it was made.
    pub created_at: String,
}

/// A subscription as it is listed: never a key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Subscription)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is subscribed to.
    pub product_id: String,
    /// `active` or `cancelled`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// How the primary key begins.
    pub primary_key_hint: String,
    /// How the secondary key begins.
    pub secondary_key_hint: String,
    /// When it was made.
    pub created_at: String,
}

/// All subscriptions of the account.
#[derive(Serialize, ToSchema)]
pub struct Subscriptions {
    /// The oldest first.
    pub items: Vec<Listed>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// A new primary key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrimaryKey {
    /// The subscription.
    pub id: String,
    /// The key; it is shown only now.
    pub primary_key: String,
}

/// A new secondary key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecondaryKey {
    /// The subscription.
    pub id: String,
    /// The key; it is shown only now.
    pub secondary_key: String,
}

/// A subscription that is cancelled.
#[derive(Serialize, ToSchema)]
pub struct Cancelled {
    /// The subscription.
    pub id: String,
    /// `cancelled`.
    #[schema(value_type = String)]
    pub state: &'static str,
}

/// An application that is to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewApplication {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What it is, such as `web`, `mobile` or `server`.
    #[serde(rename = "type")]
    #[schema(min_length = 1, max_length = 200, example = "web")]
    pub kind: String,
    /// The code of an organisation that is to let it in.
    #[serde(default, alias = "linkKey", alias = "shareCode")]
    #[schema(value_type = Option<String>)]
    pub link_code: Option<crate::core::Secret<String>>,
}

/// By which code an application is let in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkRequest {
    /// The code.
    #[serde(alias = "linkKey", alias = "shareCode")]
    #[schema(value_type = String)]
    pub link_code: crate::core::Secret<String>,
}

/// An application.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// The App Id.
    pub app_id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The ids of the organisations that let it in.
    pub organisations: Vec<String>,
    /// When it was registered.
    pub created_at: String,
}

/// An application with its key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeApplication {
    /// The application.
    #[serde(flatten)]
    pub application: Application,
    /// The App Key; it is shown only now.
    pub app_key: String,
}

/// A new App Key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationsKey {
    /// The App Id.
    pub app_id: String,
    /// The App Key; it is shown only now.
    pub app_key: String,
}

/// All applications of the account.
#[derive(Serialize, ToSchema)]
pub struct Applications {
    /// The oldest first.
    pub items: Vec<Application>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// What the account's subscriptions were used for.
#[derive(Serialize, ToSchema)]
pub struct Analytics {
    /// From then on.
    pub from: String,
    /// Until then.
    pub to: String,
    /// All calls.
    pub totals: Totals,
    /// By days, UTC, and only those with calls.
    pub days: Vec<Day>,
    /// By subscriptions.
    pub subscriptions: Vec<OfSubscription>,
}

/// How calls ended.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// How many there were.
    pub calls: i64,
    /// Answered with a status of 2xx or 3xx.
    pub successful: i64,
    /// Kept out: 401, 403 or 429.
    pub blocked: i64,
    /// Refused or failed otherwise.
    pub failed: i64,
    /// How long they took, in milliseconds on average.
    pub average_duration_ms: i64,
}

/// The calls of a day.
#[derive(Serialize, ToSchema)]
pub struct Day {
    /// The day.
    #[schema(example = "2026-11-21")]
    pub date: String,
    /// Its calls.
    #[serde(flatten)]
    pub totals: Totals,
}

/// The calls with a subscription.
#[derive(Serialize, ToSchema)]
pub struct OfSubscription {
    /// The subscription.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its calls.
    #[serde(flatten)]
    pub totals: Totals,
}
