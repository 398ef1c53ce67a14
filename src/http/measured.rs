//! Counts and logs each answer by its route's pattern: an address can hold ids, a query string can hold health data.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info_span};

use super::arrival::{self, Arrival};
use crate::core::metrics::{Answered, METRICS};
use crate::core::trace::{self, TARGET};

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
    let (started, span) = (Instant::now(), span(&request, surface, method));
    let answer = next.call(request).instrument(span.clone()).await;
    drop(in_flight);
    let (route, status) = match &answer {
        Ok(answer) => (answer.request().match_pattern(), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    let (route, status, after) = (route.unwrap_or_default(), status.as_u16(), started.elapsed());
    let duration_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(method, route, status, duration_ms, "answered");
    told(&span, method, &route, status);
    METRICS.answered(&Answered { surface, method, route, status }, after);
    answer
}

/// The span of a request, which belongs to the trace that the client names, if it names one.
fn span(request: &ServiceRequest, surface: &str, method: &str) -> Span {
    let span = info_span!(
        target: TARGET, "request", otel.kind = "server", otel.status_code = Empty, surface, http.request.method = method,
        http.route = Empty, http.response.status_code = Empty
    );
    let place = request.headers().get(trace::HEADER).and_then(|value| value.to_str().ok());
    trace::go_on(&span, place);
    span
}

fn told(span: &Span, method: &str, route: &str, status: u16) {
    if span.is_disabled() {
        return;
    }
    trace::rename(span, format!("{method} {route}").trim_end().to_owned());
    span.record("http.route", route);
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
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
