//! A document as a DocumentReference: what kind it is, whom it says it is about, and what it was read into.

use serde_json::{Value, json};

use super::paper::{PRINTED_PATIENT, Paper};
use super::{New, instant, reference, set};
use crate::fhir::codes::Code;

/// The DocumentReference of a document that was read into these resources.
#[must_use]
pub fn document(paper: &Paper<'_>, code: Code, encounter: Option<&New>, read_into: &[New]) -> New {
    let context = paper.context;
    let media = reference("Media", &context.ids.media);
    let related: Vec<_> = std::iter::once(media).chain(read_into.iter().map(New::reference)).collect();
    let mut circumstances = json!({});
    set(&mut circumstances, "encounter", encounter.map(|encounter| json!([encounter.reference()])));
    let mut resource = paper.resource(
        "DocumentReference",
        json!({
            "status": "current",
            "docStatus": "preliminary",
            "type": code.concept(),
            "date": instant(context.now),
            "author": [context.project()],
            "content": [{
                "attachment": { "contentType": paper.image.media_type, "size": paper.image.size_bytes },
            }],
        }),
    );
    if let Some(patient) = paper.printed_patient() {
        set(&mut resource, "contained", Some(json!([patient])));
        let printed = json!({ "reference": format!("#{PRINTED_PATIENT}") });
        set(&mut circumstances, "sourcePatientInfo", Some(printed));
    }
    set(&mut circumstances, "related", Some(related.into()));
    set(&mut resource, "subject", Some(paper.subject()));
    set(&mut resource, "context", Some(circumstances));
    paper.with_id(resource)
}

/// Whether the document says anything of a person.
#[must_use]
pub fn names_somebody(paper: &Paper<'_>) -> bool {
    paper.printed_patient().as_ref().is_some_and(Value::is_object)
}
