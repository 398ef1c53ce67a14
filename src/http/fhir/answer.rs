//! Resources as HTTP answers: media type, version and time headers.

use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, HttpDate, LAST_MODIFIED, LOCATION};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, SecondsFormat, Utc};

use super::BaseUrl;
use super::caller::Client;
use super::errors::Refusal;
use super::prefer::{self, Return};
use crate::fhir::outcome::operation_outcome;
use crate::records::{Change, Error, Records, Stored, Written};

/// The media type of FHIR answers as handlers give them; [`format`](super::format) turns them into what was asked for.
pub const CONTENT_TYPE: &str = "application/fhir+json; charset=utf-8";
/// The media types that are named to clients.
pub const FORMATS: &str = "application/fhir+json or application/fhir+xml";

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
    (records, base): (&Records, &BaseUrl),
    written: Written,
) -> Result<HttpResponse, Refusal> {
    let status = match written.change {
        Change::Created => StatusCode::CREATED,
        Change::Updated | Change::Deleted | Change::Nothing => StatusCode::OK,
    };
    let stored = written.stored.ok_or_else(|| Error::internal("a write without a result"))?;
    let mut wanted = prefer::wanted(request);
    if wanted == Return::Representation && !records.shows(&client.0, &stored)? {
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
