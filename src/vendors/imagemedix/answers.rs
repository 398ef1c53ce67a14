//! What the API's document says of every operation: the headers of each answer, and the failures that any may answer with.

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
            (Of::All, "429", "The address has asked too often: `Retry-After` says how long to wait"),
            (Of::All, "500", "The server failed or cannot answer now"),
        ],
        headers: &[
            ("X-RateLimit-Limit", "So many requests are allowed in 15 minutes"),
            ("X-RateLimit-Remaining", "So many are left"),
            ("X-RateLimit-Reset", "In how many seconds the 15 minutes end"),
        ],
    }
    .complete(document);
}
