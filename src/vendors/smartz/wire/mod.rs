//! What goes over the line.

mod catalogue;
mod dashboard;
mod device;
mod live;
mod notification;
mod organisation;
mod patient;
mod portal;
mod settings;
mod telemetry;
mod token;

pub use catalogue::{Manufacturer, Manufacturers, NewManufacturer, NewProduct, Product, Products};
pub use dashboard::{Link, LinkCode, Links, Me, SignIn, SignUp, SignedIn};
pub use device::{Device, Devices, MadeDevice, NewDevice, NodeKey, Wearer};
pub use live::{Acknowledge, Alert, Alerts, Event, Events, History, NewEvent, Point, Resident, Status, Ward};
pub use notification::{MadeNotification, NewNotification, Notification, Notifications};
pub use organisation::{NewOrganisation, Organisation, Organisations};
pub use patient::{Entry, NewPatient, Patient, PatientChange, Patients, Schedule};
pub use portal::{
    Analytics, Api, Application, Applications, ApplicationsKey, Cancelled, Day, LinkRequest, Listed,
    MadeApplication, MadeSubscription, NewApplication, NewSubscription, OfSubscription, PortalProduct,
    PortalProducts, PrimaryKey, SecondaryKey, Subscriptions, Totals,
};
pub use settings::Settings;
pub use telemetry::{Batch, Message, Reading, Taken};
pub use token::{Token, TokenFailure, TokenRequest};

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::query::Page;

/// A refusal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The HTTP status.
    #[schema(example = 404)]
    pub status_code: u16,
    /// What is wrong.
    #[schema(example = "Resource not found")]
    pub message: String,
}

/// Which page a list is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Paged {
    /// Number of the page, from 1 on.
    pub page: u32,
    /// Objects on a page at most.
    pub page_size: u32,
    /// How many there are on all pages.
    pub total: i64,
}

impl Paged {
    /// A page of so many.
    #[must_use]
    pub fn new(page: Page, total: i64) -> Self {
        Self { page: page.number, page_size: page.size, total }
    }
}

/// A member that may be missing, null or something.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}
