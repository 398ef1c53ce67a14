//! Conditional headers: `If-Match`, `If-None-Match`, `If-Modified-Since`. <https://hl7.org/fhir/R4/http.html#cread>

use actix_web::HttpRequest;
use actix_web::http::header::{HttpDate, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH};

use crate::fhir::outcome::IssueType;
use crate::records::{Error, Stored};

/// The version that must be the current one; `*` and no header ask for none.
///
/// # Errors
/// When the header is not a version's entity tag.
pub fn if_match(request: &HttpRequest) -> Result<Option<i64>, Error> {
    let Some(header) = request.headers().get(IF_MATCH) else { return Ok(None) };
    let tag = header.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    version(tag).map(Some).ok_or_else(|| {
        let text = "If-Match must be an entity tag such as W/\"3\"";
        Error::BadRequest(IssueType::Value, text.to_owned())
    })
}

/// Whether the caller has this version already.
#[must_use]
pub fn is_unchanged(request: &HttpRequest, stored: &Stored) -> bool {
    let headers = request.headers();
    if let Some(tags) = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()) {
        return tags.split(',').map(str::trim).any(|tag| tag == "*" || version(tag) == Some(stored.version));
    }
    headers
        .get(IF_MODIFIED_SINCE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<HttpDate>().ok())
        // The header has whole seconds: a change later in the same second counts as unchanged, as RFC 9110 has it.
        .is_some_and(|since| HttpDate::from(std::time::SystemTime::from(stored.updated)) <= since)
}

/// The number in `W/"3"`, `"3"` or a bare `3`, which some clients send.
fn version(tag: &str) -> Option<i64> {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag).parse().ok()
}
