//! The picture itself, where the project keeps its pictures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::media::Image;
use super::{Context, New, reference};

/// The Binary with the picture's bytes. It belongs to the Media, so that who may not read that may not see it.
/// <https://hl7.org/fhir/R4/binary.html>
#[must_use]
pub fn binary(image: &Image, context: &Context<'_>) -> Option<New> {
    let bytes = image.kept.as_ref()?;
    let resource = json!({
        "resourceType": "Binary",
        "contentType": image.media_type,
        "securityContext": reference("Media", &context.ids.media),
        "data": STANDARD.encode(bytes.expose()),
    });
    Some(New::of(resource, context))
}
