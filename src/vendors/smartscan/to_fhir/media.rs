//! The picture as a Media: what it is, not what it shows. Its bytes are a Binary, where they are kept.

use serde_json::json;

use super::{Context, New, set};
use crate::core::Secret;
use crate::fhir::codes::hl7::media_type;
use crate::vendors::smartscan::codes::FILE_SHA256;

/// What is kept of a picture.
#[derive(Clone, Debug)]
pub struct Image {
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// Media type, by content.
    pub media_type: &'static str,
    /// Width in pixels, held upright.
    pub width: u32,
    /// Height in pixels, held upright.
    pub height: u32,
    /// Length of the file.
    pub size_bytes: usize,
    /// The file's bytes in base64, where the project keeps its pictures.
    pub kept: Option<Secret<String>>,
}

/// The picture's Media. Without a patient it is a record of the photographed Device, where there is one.
#[must_use]
pub fn media(image: &Image, device: Option<&New>, binary: Option<&New>, context: &Context<'_>) -> New {
    let subject = context.patient().or_else(|| device.map(New::reference));
    let mut resource = json!({
        "resourceType": "Media",
        "identifier": [{ "system": FILE_SHA256, "value": image.sha256 }],
        "status": "completed",
        "type": media_type::IMAGE.concept(),
        "issued": super::instant(context.started),
        "width": image.width,
        "height": image.height,
    });
    let mut content = json!({ "contentType": image.media_type, "size": image.size_bytes });
    set(&mut content, "url", binary.map(|binary| format!("Binary/{}", binary.id).into()));
    set(&mut resource, "subject", subject);
    set(&mut resource, "content", Some(content));
    New { id: context.ids.media.clone(), resource }
}
