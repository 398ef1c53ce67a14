//! The picture itself, where the project keeps its pictures.

use serde_json::json;

use super::{Context, New, reference, set};
use crate::core::Secret;

/// The Binary with the picture's bytes, which come in base64: they are many, and are moved. It belongs to the Media, so that who may
/// not read that may not see it. <https://hl7.org/fhir/R4/binary.html>
#[must_use]
pub fn binary(data: Secret<String>, media_type: &str, context: &Context<'_>) -> New {
    let mut resource = json!({
        "resourceType": "Binary",
        "contentType": media_type,
        "securityContext": reference("Media", &context.ids.media),
    });
    set(&mut resource, "data", Some(data.into_inner().into()));
    New::of(resource, context)
}
