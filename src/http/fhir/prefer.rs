//! The `Prefer` header (RFC 7240) as far as FHIR gives it meaning.

use actix_web::HttpRequest;

/// What the answer to a write is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// Nothing.
    Minimal,
    /// The resource; the default.
    Representation,
    /// An OperationOutcome.
    OperationOutcome,
}

/// What the caller prefers as the answer to a write; an unknown wish counts as none.
#[must_use]
pub fn wanted(request: &HttpRequest) -> Return {
    asked(request).unwrap_or(Return::Representation)
}

/// What the caller asks for as the answer to a write, if anything that is known.
#[must_use]
pub fn asked(request: &HttpRequest) -> Option<Return> {
    match preference(request, "return").as_deref() {
        Some("minimal") => Some(Return::Minimal),
        Some("representation") => Some(Return::Representation),
        Some("OperationOutcome") => Some(Return::OperationOutcome),
        _ => None,
    }
}

/// Whether the caller prefers to be refused for a search parameter that the server does not know.
#[must_use]
pub fn is_strict(request: &HttpRequest) -> bool {
    preference(request, "handling").as_deref() == Some("strict")
}

/// Whether the caller prefers what is not supported to be passed over.
#[must_use]
pub fn is_lenient(request: &HttpRequest) -> bool {
    preference(request, "handling").as_deref() == Some("lenient")
}

/// Whether the caller prefers to be told later.
#[must_use]
pub fn is_async(request: &HttpRequest) -> bool {
    let headers = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    headers
        .flat_map(|value| value.split([',', ';']))
        .any(|part| part.trim().eq_ignore_ascii_case("respond-async"))
}

fn preference(request: &HttpRequest, name: &str) -> Option<String> {
    request
        .headers()
        .get_all("prefer")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .filter_map(|part| part.trim().split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
}
