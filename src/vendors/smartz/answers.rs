//! What the API's document says of every operation: the failures that any may answer with.

use utoipa::openapi::OpenApi;

use crate::http::docs::answers::{Answers, Of};

/// Adds them to the document.
pub fn for_all(document: &mut OpenApi) {
    Answers {
        failure: "Failure",
        content_type: "application/json",
        failures: &[
            (Of::Bodies, "400", "The body is no such object, or a field is missing or wrong"),
            (Of::Credentials, "401", "A credential is missing or does not hold"),
            (
                Of::Credentials,
                "403",
                "The caller may not do this, or has called as often as it may in a month",
            ),
            (Of::Credentials, "429", "Too much was asked for: `Retry-After` says how long to wait"),
            (Of::All, "500", "The server failed"),
            (Of::All, "503", "The server cannot answer now: `Retry-After` says how long to wait"),
        ],
        headers: &[],
    }
    .complete(document);
}
