//! Resources as HTTP answers: media type, version and time headers.

use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, HttpDate, LAST_MODIFIED, LOCATION};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};
use chrono::{DateTime, SecondsFormat, Utc};

use super::BaseUrl;
use super::caller::Client;
use super::errors::Refusal;
use super::prefer::{self, Return};
use crate::fhir::outcome::operation_outcome;
use crate::records::{Change, Error, Stored, Written, may_read};

/// The media type of every FHIR answer.
pub const CONTENT_TYPE: &str = "application/fhir+json; charset=utf-8";
/// The media type that is named to clients.
pub const JSON: &str = "application/fhir+json";

/// Refuses a request for an answer in another format than JSON, by `Accept` or `_format`.
///
/// # Errors
/// [`Error::NotAcceptable`].
pub fn accept_json(request: &HttpRequest) -> Result<(), Error> {
    let format = form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "_format")
        .map(|(_, value)| value.into_owned());
    let accepted = match format {
        Some(format) => is_json(&format.replace(' ', "+")) || format == "json",
        None => request.headers().get_all(header::ACCEPT).next().is_none() || accepts_json(request),
    };
    if accepted { Ok(()) } else { Err(Error::NotAcceptable(JSON)) }
}

fn accepts_json(request: &HttpRequest) -> bool {
    request
        .headers()
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(is_json)
}

fn is_json(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let refused = parts.any(|parameter| matches!(parameter, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
    let json = [
        "application/fhir+json",
        "application/json",
        "application/json+fhir",
        "application/*",
        "text/json",
        "*/*",
    ];
    !refused && json.contains(&media.as_str())
}

/// An answer with the headers of a version.
pub fn versioned(status: StatusCode, stored: &Stored) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((ETAG, etag(stored.version)))
        .insert_header((LAST_MODIFIED, HttpDate::from(std::time::SystemTime::from(stored.updated))))
        .content_type(CONTENT_TYPE);
    response
}

/// The weak entity tag of a version.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// A FHIR instant with the microseconds that are kept.
#[must_use]
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The answer to a write that may show what the caller did not send: only who may read it gets to see it.
///
/// # Errors
/// When there is nothing to show, which is a fault of ours.
pub fn changed(
    request: &HttpRequest,
    client: &Client,
    base: &BaseUrl,
    written: Written,
) -> Result<HttpResponse, Refusal> {
    let status = match written.change {
        Change::Created => StatusCode::CREATED,
        Change::Updated | Change::Deleted | Change::Nothing => StatusCode::OK,
    };
    let stored = written.stored.ok_or_else(|| Error::internal("a write without a result"))?;
    let mut wanted = prefer::wanted(request);
    if wanted == Return::Representation && !may_read(&client.0, &stored.resource_type) {
        wanted = Return::Minimal;
    }
    Ok(self::written(status, base, stored, wanted))
}

/// The answer to a write: the address of the new version, and the body that the caller prefers.
pub fn written(status: StatusCode, base: &BaseUrl, stored: Stored, wanted: Return) -> HttpResponse {
    let mut response = versioned(status, &stored);
    let Stored { resource_type, id, version, body, .. } = stored;
    response.insert_header((LOCATION, format!("{}/{resource_type}/{id}/_history/{version}", base.0)));
    match wanted {
        Return::Representation => response.body(body),
        Return::Minimal => response.finish(),
        Return::OperationOutcome => response.body(operation_outcome(&[]).to_string()),
    }
}
