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
            (Of::Credentials, "401", "No token that holds"),
            (Of::Credentials, "403", "The token holds, and does not permit this"),
            (Of::All, "406", "The client takes no JSON"),
            (Of::All, "500", "The server failed"),
            (Of::All, "503", "The server cannot answer now: `Retry-After` says how long to wait"),
        ],
        headers: &[],
    }
    .complete(document);
}
