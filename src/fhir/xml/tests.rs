//! What is refused, what comes back as it was, and everything in between that chance makes up.

mod made_up;
mod refused;
mod round_trips;

use serde_json::Value;

use super::{parse_resource, write};

/// Reads a document that must be good.
#[track_caller]
fn read(xml: &str) -> Value {
    parse_resource(xml.as_bytes()).unwrap_or_else(|issue| panic!("{issue}: {xml}"))
}

/// The resource of this JSON text.
#[track_caller]
fn json(text: &str) -> Value {
    crate::fhir::json::parse_resource(text.as_bytes()).unwrap()
}

/// Writes a resource that must be good, without the declaration.
#[track_caller]
fn written(resource: &Value) -> String {
    let xml = write(resource, false).unwrap();
    xml.strip_prefix(r#"<?xml version="1.0" encoding="UTF-8"?>"#).unwrap().to_owned()
}
