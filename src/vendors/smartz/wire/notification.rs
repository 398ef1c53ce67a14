//! Who is told of what happens, by posting.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Paged;
use crate::core::Secret;

/// An address that is to be told.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewNotification {
    /// Where to: an https address that anybody can reach, without user and fragment.
    #[schema(value_type = String, max_length = 2000, example = "https://example.com/hooks/smartz")]
    pub url: Secret<String>,
    /// Of what: `status`, `event`, `alert`, each once.
    #[schema(min_items = 1, max_items = 3, example = json!(["alert"]))]
    pub events: Vec<String>,
}

/// An address that is told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Its id.
    pub id: String,
    /// Where to.
    pub url: String,
    /// Of what.
    pub events: Vec<String>,
    /// Whether it is told anything.
    pub active: bool,
    /// When it was made.
    pub created_at: String,
}

/// One that was made.
#[derive(Serialize, ToSchema)]
pub struct MadeNotification {
    /// The notification.
    #[serde(flatten)]
    pub notification: Notification,
    /// What its deliveries are signed with; it is shown only now.
    pub secret: String,
}

/// All of an organisation.
#[derive(Serialize, ToSchema)]
pub struct Notifications {
    /// The oldest first.
    pub items: Vec<Notification>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}
