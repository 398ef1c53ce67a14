//! A file of a study: a Media, and the Binary that has its bytes.

use serde_json::{Value, json};

use super::{Context, instant, reference};
use crate::fhir::codes::hl7::media_type;
use crate::vendors::hemato::codes::FILE;

/// What is known of a file.
#[derive(Clone, Debug)]
pub struct File {
    /// The vendor's id of it: how it was sent, and the SHA-224 of its bytes.
    pub id: String,
    /// Id of its Media and of its Binary.
    pub media: String,
    /// The name that it was sent under, as far as it was harmless.
    pub title: Option<String>,
    /// Media type, by content.
    pub media_type: &'static str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Length of the file.
    pub size_bytes: u64,
    /// SHA-1 of its bytes in base64.
    pub sha1: String,
}

impl File {
    /// The Media. `request` is the ServiceRequest of its study.
    #[must_use]
    pub fn media(&self, study: &str, request: &Value, context: &Context) -> Value {
        let mut resource = json!({
            "resourceType": "Media",
            "id": self.media,
            "identifier": [{ "system": FILE, "value": self.id }],
            "basedOn": [reference(&format!("ServiceRequest/{study}"))],
            "partOf": [reference(&format!("Specimen/{study}"))],
            "status": "completed",
            "type": media_type::IMAGE.concept(),
            "issued": instant(context.now),
            "width": self.width,
            "height": self.height,
            "content": {
                "contentType": self.media_type,
                "url": format!("Binary/{}", self.media),
                "size": self.size_bytes,
                "hash": self.sha1,
            },
        });
        let subject = request.get("subject").filter(|subject| subject.get("reference").is_some());
        super::set(&mut resource, "subject", subject.cloned());
        if let Some(content) = resource.get_mut("content") {
            super::set(content, "title", self.title.clone().map(Value::from));
        }
        resource
    }

    /// The Binary, whose bytes are kept beside it. Who may not read the Media may not see it.
    /// <https://hl7.org/fhir/R4/binary.html>
    #[must_use]
    pub fn binary(&self) -> Value {
        json!({
            "resourceType": "Binary",
            "id": self.media,
            "contentType": self.media_type,
            "securityContext": reference(&format!("Media/{}", self.media)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::hemato::from_fhir;

    #[test]
    fn a_file_is_valid_and_keeps_its_id() {
        let file = File {
            id: format!("sha224-i-{}", "ab".repeat(28)),
            media: "ab".repeat(28),
            title: Some("a.jpg".to_owned()),
            media_type: "image/jpeg",
            width: 640,
            height: 480,
            size_bytes: 512 * 1024 * 1024,
            sha1: "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=".to_owned(),
        };
        let context = Context { now: "2026-11-22T10:00:00.000Z".parse().unwrap(), author: json!({}) };
        let request = json!({ "subject": { "reference": "Patient/1" } });
        let (media, binary) = (file.media("1", &request, &context), file.binary());
        for resource in [&media, &binary] {
            assert_eq!(validate(resource).map_err(|issues| format!("{issues:?}")).err(), None, "{resource}");
        }
        assert_eq!(from_fhir::file_id(&media), Some(file.id.as_str()));
        assert_eq!(
            (&media["subject"]["reference"], &media["content"]["hash"]),
            (&json!("Patient/1"), &json!(file.sha1))
        );
        let nobody = file.media("1", &json!({ "subject": { "display": "Not told" } }), &context);
        assert_eq!(nobody.get("subject"), None);
    }
}
