//! What the API's document says of every operation: the headers of each answer, and the failures that any may answer with.

use utoipa::openapi::OpenApi;

use crate::http::docs::answers::{Answers, Of};

/// Adds them to the document.
pub fn for_all(document: &mut OpenApi) {
    Answers {
        failure: "Failure",
        content_type: "application/json",
        failures: &[
            (Of::Bodies, "413", "The body is too large"),
            (
                Of::Credentials,
                "429",
                "The limit of the hour or the day is reached: `retryAfter` says how long to wait",
            ),
            (Of::All, "500", "The server failed or cannot answer now"),
        ],
        headers: &[
            ("X-RateLimit-Limit", "So many requests are allowed in the hour"),
            ("X-RateLimit-Remaining", "So many are left"),
            ("X-RateLimit-Reset", "When the hour ends, in seconds since 1970"),
            ("X-RateLimit-Window", "3600: an hour, in seconds"),
        ],
    }
    .complete(document);
}
