//! Counts and logs each answer by its route's pattern: an address can hold ids, a query string can hold health data.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;

use super::arrival::{self, Arrival};
use crate::core::metrics::{Answered, METRICS};

/// What is asked for at the server's own paths, by their first segment.
const OWN: [(&str, &str); 13] = [
    ("fhir", "fhir"),
    ("dicomweb", "dicomweb"),
    ("_admin", "operator"),
    ("oauth", "oauth"),
    (".well-known", "oauth"),
    ("login", "pages"),
    ("logout", "pages"),
    ("console", "pages"),
    ("docs", "docs"),
    ("openapi", "docs"),
    ("healthz", "probes"),
    ("readyz", "probes"),
    ("metrics", "probes"),
];

/// Notes a request while it lasts, and its answer.
///
/// # Errors
/// Those of the request itself.
pub async fn measured<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let (surface, method) = (surface(&request), method(request.method()));
    let in_flight = METRICS.begin(surface);
    let started = Instant::now();
    let answer = next.call(request).await;
    drop(in_flight);
    let (route, status) = match &answer {
        Ok(answer) => (answer.request().match_pattern(), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    let (route, status, after) = (route.unwrap_or_default(), status.as_u16(), started.elapsed());
    let duration_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(method, route, status, duration_ms, "answered");
    METRICS.answered(&Answered { surface, method, route, status }, after);
    answer
}

/// The API that a request is for: by its mount, else by its path.
fn surface(request: &ServiceRequest) -> &'static str {
    let mount = Arrival::of(request.request()).and_then(|arrival| arrival.mount);
    if let Some(mount) = mount {
        return arrival::surface(mount).as_str();
    }
    let first = request.path().trim_start_matches('/').split('/').next().unwrap_or_default();
    OWN.iter().find(|(segment, _)| *segment == first).map_or("other", |(_, surface)| surface)
}

/// Anybody can make up methods, and each would be a series.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
