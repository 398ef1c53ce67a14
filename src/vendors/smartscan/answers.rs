//! What the API's document says of every operation: the headers of each answer, and the failures that any may answer with.

use utoipa::openapi::OpenApi;

use super::MOUNT;
use crate::http::docs::answers::{Answers, Of};

/// Adds them to the document.
pub fn for_all(document: &mut OpenApi) {
    add_second_address(document);
    Answers {
        failure: "Failure",
        content_type: "application/json",
        failures: &[
            (
                Of::Credentials,
                "429",
                "The limit of the hour or the day is reached: `retryAfter` says how long to wait",
            ),
            (Of::All, "500", "The server failed or cannot answer now"),
        ],
        headers: &[
            (
                "X-RateLimit-Limit",
                "So many requests are allowed in the hour, or in the longer window that is used up",
            ),
            ("X-RateLimit-Remaining", "So many are left"),
            ("X-RateLimit-Reset", "When that window ends, in seconds since 1970"),
            ("X-RateLimit-Window", "How long that window is: 3600 for the hour, in seconds"),
        ],
    }
    .complete(document);
}

/// The address that the vendor's samples call. A handler is documented at one of its addresses alone.
fn add_second_address(document: &mut OpenApi) {
    let path = |version: &str| format!("{MOUNT}{version}/extract-medical-data");
    let Some(mut item) = document.paths.paths.get(&path("/api/v1")).cloned() else { return };
    if let Some(operation) = &mut item.post {
        operation.operation_id = Some("extract_medical_data_v1".to_owned());
    }
    document.paths.paths.insert(path("/v1"), item);
}
