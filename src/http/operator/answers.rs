//! What the API's document says of every operation: the failures that any may answer with.

use utoipa::openapi::OpenApi;

use super::errors::CONTENT_TYPE;
use crate::http::docs::answers::{Answers, Of};

/// Adds them to the document.
pub fn for_all(document: &mut OpenApi) {
    Answers {
        failure: "Problem",
        content_type: CONTENT_TYPE,
        failures: &[
            (Of::Bodies, "400", "A field is missing or wrong"),
            (Of::Bodies, "413", "The body is too large"),
            (Of::Bodies, "415", "The body is not application/json"),
            (Of::All, "500", "The server failed"),
            (Of::All, "503", "The server cannot answer now"),
        ],
        headers: &[],
    }
    .complete(document);
}
