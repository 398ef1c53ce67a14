//! Notes from DocumentReferences, whoever wrote these.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{list, text};
use crate::vendors::imagemedix::{object_id, time, wire};

/// A note with the id of the Practitioner who wrote it; none where the document has no text.
#[must_use]
pub fn note(document: &Value) -> Option<wire::NoteOf<String>> {
    let attachments = || list(document, "content").filter_map(|content| content.get("attachment"));
    let written = attachments().find_map(plain_text);
    let content = written.or_else(|| text(document, "description").map(str::to_owned))?;
    let created_at = text(document, "date").and_then(time::of_fhir);
    Some(wire::NoteOf { content, created_by: author(document).map(object_id::of), created_at })
}

/// Id of the Practitioner who wrote it.
#[must_use]
pub fn author(document: &Value) -> Option<&str> {
    let mut authors = list(document, "author").filter_map(|author| text(author, "reference"));
    authors.find_map(|author| author.strip_prefix("Practitioner/"))
}

fn plain_text(attachment: &Value) -> Option<String> {
    let media = text(attachment, "contentType").unwrap_or_default();
    let data = text(attachment, "data").filter(|_| media.starts_with("text/plain"))?;
    String::from_utf8(STANDARD.decode(data).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::imagemedix::to_fhir::Context;
    use crate::vendors::imagemedix::to_fhir::note::document;

    #[test]
    fn a_document_without_a_text_is_no_note() {
        for attachment in [
            json!({ "contentType": "application/pdf", "data": "JVBERi0=" }),
            json!({ "contentType": "text/plain", "data": "/w==" }),
            json!({ "contentType": "text/plain", "data": "?" }),
            json!({ "url": "Binary/1" }),
        ] {
            assert!(note(&json!({ "content": [{ "attachment": attachment }] })).is_none());
        }
    }

    #[test]
    fn a_note_comes_back_as_it_was_sent() {
        let now = "2025-05-05T14:35:22.789Z".parse().unwrap();
        let context = Context { now, author: "Practitioner/67f46037df638f437b934206".to_owned() };
        let document = document("Besser, naïve\n2. Zeile", "n", "Patient/p", &context);
        assert!(validate(&document).is_ok());
        assert_eq!(
            serde_json::to_value(note(&document)).unwrap(),
            json!({ "content": "Besser, naïve\n2. Zeile", "createdBy": "67f46037df638f437b934206",
                "createdAt": "2025-05-05T14:35:22.789Z" })
        );
        let described = json!({ "description": "Seen", "author": [{ "reference": "Device/1" }] });
        assert_eq!(serde_json::to_value(note(&described)).unwrap(), json!({ "content": "Seen" }));
    }
}
