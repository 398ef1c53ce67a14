//! Face scans from the resources that are stored. Pure.

pub mod consent;
pub mod profile;
pub mod reading;
pub mod report;
pub mod result;
pub mod risk;
pub mod session;

use serde_json::{Number, Value};

use super::{list, text};

/// Whether a resource is about this Patient.
#[must_use]
pub fn is_about(resource: &Value, element: &str, patient: &str) -> bool {
    let reference = resource.get(element).and_then(|subject| text(subject, "reference"));
    reference.and_then(|reference| reference.strip_prefix("Patient/")) == Some(patient)
}

/// Whether a resource has an identifier of this system.
#[must_use]
pub fn is_identified(resource: &Value, system: &str) -> bool {
    list(resource, "identifier").any(|identifier| text(identifier, "system") == Some(system))
}

/// The decimal of an extension.
fn decimal(resource: &Value, url: &str) -> Option<Number> {
    let mut found = list(resource, "extension").filter(|extension| text(extension, "url") == Some(url));
    found.next()?.get("valueDecimal")?.as_number().cloned()
}

/// Id of the session that a resource belongs to.
fn session(resource: &Value) -> Option<String> {
    let reference = text(resource.get("encounter")?, "reference")?;
    Some(reference.strip_prefix("Encounter/")?.to_owned())
}
