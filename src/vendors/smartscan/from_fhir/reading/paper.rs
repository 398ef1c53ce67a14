//! What all documents tell alike: whom they are about, and what they print in words.

use serde_json::Value;

use super::{Named, Stored, list, text};
use crate::fhir::codes::Code;
use crate::vendors::smartscan::codes::{PRINTED_FIELD, SHOWN_AS};

/// The text that an element has beside its value, or instead of it.
pub fn shown_as(element: &Value) -> Option<&str> {
    let is_it = |extension: &&Value| text(extension, "url") == Some(SHOWN_AS);
    list(element, "extension").find(is_it).and_then(|extension| text(extension, "valueString"))
}

/// A date as it was written, whether it is one of FHIR or not.
pub fn written<'a>(holder: &'a Value, name: &str) -> Option<&'a str> {
    text(holder, name).or_else(|| shown_as(holder.get(format!("_{name}"))?))
}

/// The field for which a resource has no element.
pub fn printed<'a>(resource: &'a Value, code: Code) -> Option<&'a str> {
    let part =
        |extension: &'a Value, name| list(extension, "extension").find(|e| text(e, "url") == Some(name));
    list(resource, "extension")
        .filter(|extension| text(extension, "url") == Some(PRINTED_FIELD))
        .find(|extension| {
            part(extension, "field").and_then(|e| e.get("valueCoding")).is_some_and(|c| code.is_coded_by(c))
        })
        .and_then(|extension| text(part(extension, "text")?, "valueString"))
}

/// The words of a concept.
pub fn words<'a>(holder: &'a Value, name: &str) -> Option<&'a str> {
    text(holder.get(name)?, "text")
}

/// Adds a value, where there is one.
pub fn add(values: &mut Named, name: &'static str, value: Option<&str>) {
    values.extend(value.map(|value| (name, value.into())));
}

/// What a document says of the person; the names are the vendor's for date of birth, and so on.
pub fn add_patient(values: &mut Named, stored: Stored<'_>, birth_date: &'static str) {
    let document = stored.first("DocumentReference");
    let contained = document.into_iter().flat_map(|document| list(document, "contained"));
    let Some(patient) = contained.into_iter().find(|c| text(c, "resourceType") == Some("Patient")) else {
        return;
    };
    let first = |name| list(patient, name).next();
    add(values, "patientName", first("name").and_then(|name| text(name, "text")));
    add(values, birth_date, written(patient, "birthDate"));
    add(values, "patientAddress", first("address").and_then(|address| text(address, "text")));
    add(values, "medicalRecordNumber", first("identifier").and_then(|number| text(number, "value")));
}
