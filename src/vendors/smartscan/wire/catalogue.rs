//! What can be read, and whether the server works (contract SS-30, SS-31).

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether a picture shows a device or a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// A device with a display, or a test strip.
    Device,
    /// A document.
    Document,
}

/// A type of device or document.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DeviceType {
    /// The value of `device_type`.
    #[schema(example = "blood-pressure")]
    pub id: &'static str,
    /// What it is called.
    #[schema(example = "Blood Pressure Monitor")]
    pub name: &'static str,
    /// Device or document.
    pub category: Category,
    /// The names that `extracted_data` may have.
    pub fields: &'static [&'static str],
    /// Brands or kinds that the vendor names.
    pub brands: &'static [&'static str],
}

/// All types of devices and documents.
#[derive(Serialize, ToSchema)]
pub struct DeviceTypes {
    /// Always true.
    pub success: bool,
    /// The types.
    #[schema(value_type = Vec<DeviceType>)]
    pub device_types: &'static [DeviceType],
    /// How many there are.
    #[schema(example = 15)]
    pub total: usize,
}

/// How the server is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// Always true.
    pub success: bool,
    /// `ok`.
    #[schema(value_type = String, example = "ok")]
    pub status: &'static str,
    /// The server's version.
    #[schema(value_type = String, example = "0.1.0")]
    pub version: &'static str,
    /// For how long it has run.
    pub uptime_seconds: u64,
    /// What time it is there.
    pub timestamp: DateTime<Utc>,
}
