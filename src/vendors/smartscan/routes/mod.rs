//! The operations, one a file.

pub mod api_keys;
pub mod device_types;
pub mod extract_medical_data;
pub mod extraction_fhir;
pub mod face_scan;
pub mod health;
pub mod login;
pub mod me;
pub mod profile;
pub mod projects;
pub mod register;
pub mod usage;

use crate::fhir::ResourceType;
use crate::records::Error;

/// A type that R4 has.
fn resource_type(name: &'static str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or(Error::UnknownType)
}
