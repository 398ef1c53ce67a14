//! A note on a patient as a DocumentReference that holds its text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Context, instant, reference};
use crate::fhir::codes::loinc::PROGRESS_NOTE;
use crate::vendors::imagemedix::codes::NOTE;

/// The media type of a note.
pub const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

/// The DocumentReference of a checked note.
#[must_use]
pub fn document(content: &str, id: &str, patient: &str, context: &Context) -> Value {
    json!({
        "resourceType": "DocumentReference",
        "identifier": [{ "system": NOTE, "value": id }],
        "status": "current",
        "docStatus": "final",
        "type": PROGRESS_NOTE.concept(),
        "subject": reference(patient),
        "date": instant(context.now),
        "author": [reference(&context.author)],
        "content": [{ "attachment": { "contentType": PLAIN_TEXT, "data": STANDARD.encode(content) } }],
    })
}
