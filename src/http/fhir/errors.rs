//! Every refusal as an OperationOutcome.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, ALLOW, ETAG, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::answer::{self, CONTENT_TYPE};
use super::patch;
use crate::fhir::ResourceType;
use crate::fhir::outcome::{IssueType, operation_outcome};
use crate::records::Error;

/// A refused or failed FHIR request.
#[derive(Debug)]
pub struct Refusal(pub Error);

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.0.log();
        let mut response = HttpResponse::build(self.status_code());
        if let Some((name, value)) = header(&self.0) {
            response.insert_header((name, value));
        }
        response.content_type(CONTENT_TYPE).body(operation_outcome(&self.0.issues()).to_string())
    }
}

/// The refusal of a preflight.
#[must_use]
pub fn preflight(fault: &str) -> HttpResponse {
    let problem = format!("The preflight is refused: {fault}.");
    Refusal(Error::BadRequest(IssueType::NotSupported, problem)).error_response()
}

/// The header that tells a client more about a refusal.
fn header(error: &Error) -> Option<(HeaderName, String)> {
    if let Error::PreconditionFailed { current } = error {
        return Some((ETAG, answer::etag(*current)));
    }
    if matches!(error, Error::UnsupportedMediaType(patch::MEDIA_TYPES)) {
        return Some((HeaderName::from_static("accept-patch"), patch::MEDIA_TYPES.to_owned()));
    }
    if let Error::UnsupportedEncoding(taken) = error {
        return Some((ACCEPT_ENCODING, (*taken).to_owned()));
    }
    if let Error::Busy(seconds) = error {
        return Some((RETRY_AFTER, seconds.to_string()));
    }
    match error.status().0 {
        // Of `/metadata`; other addresses have `unknown_address` put theirs in its place.
        405 => Some((ALLOW, "GET, HEAD".to_owned())),
        401 => Some((WWW_AUTHENTICATE, "Bearer realm=\"fhir\"".to_owned())),
        503 => Some((RETRY_AFTER, "1".to_owned())),
        _ => None,
    }
}

/// What no route takes: 405 where the address exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    let path = request.path().strip_prefix(super::MOUNT).unwrap_or_default();
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let (error, allowed) = match segments.as_slice() {
        ["metadata"] => (Error::MethodNotAllowed, "GET, HEAD"),
        [name, ..] if ResourceType::parse(name).is_none() => (Error::UnknownType, ""),
        [_] => (Error::MethodNotAllowed, "GET, HEAD, POST, PUT, PATCH, DELETE"),
        [_, "_search"] => (Error::MethodNotAllowed, "POST"),
        [_, _] => (Error::MethodNotAllowed, "GET, HEAD, PUT, PATCH, DELETE"),
        [_, _, "_history"] | [_, _, "_history", _] => (Error::MethodNotAllowed, "GET, HEAD"),
        _ => (Error::NotFound, ""),
    };
    let mut response = Refusal(error).error_response();
    if let Ok(allowed) = HeaderValue::from_str(allowed)
        && !allowed.is_empty()
    {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
