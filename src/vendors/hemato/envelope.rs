//! What nearly every answer is in: `{"status", "results", "error", "user_message", "debug_info"}`, where `status` is that of HTTP.

use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

/// The version of this server, as the vendor's clients are told it.
pub const VERSION: &str = concat!("hygeia.", env!("CARGO_PKG_VERSION"));

/// An answer to a request that was done.
#[must_use]
pub fn success(status: StatusCode, results: impl Serialize) -> HttpResponse {
    success_with(status, results, &json!({}))
}

/// The same with something that helps to find faults.
#[must_use]
pub fn success_with(status: StatusCode, results: impl Serialize, debug_info: &Value) -> HttpResponse {
    HttpResponse::build(status).json(json!({
        "status": status.as_u16(),
        "results": json!(results),
        "error": "",
        "user_message": "",
        "debug_info": debug_info,
    }))
}

pub(super) fn failure(
    status: StatusCode,
    results: Value,
    error: &str,
    user_message: String,
    debug_info: Value,
) -> Value {
    json!({
        "status": status.as_u16(),
        "results": results,
        "error": error,
        "user_message": user_message,
        "debug_info": debug_info,
    })
}

/// How long an answer took since then, as the vendor writes it: `59.078µs`, `463.021938ms`, `1.5s`.
#[must_use]
pub fn delta(since: Instant) -> String {
    written(since.elapsed())
}

fn written(took: Duration) -> String {
    // Rust writes durations as the vendor's own language does.
    format!("{took:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_written_with_its_unit() {
        let of = |nanos| written(Duration::from_nanos(nanos));
        assert_eq!([of(59_078), of(463_021_938), of(1_500_000_000)], ["59.078µs", "463.021938ms", "1.5s"]);
    }
}
