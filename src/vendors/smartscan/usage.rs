//! Noting each call with an API key, however it ends, for its owner's overview (contract SS-50).
//!
//! Of a reading it is noted what kind of device it was and how sure, never a value.

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use serde_json::Number;
use std::future::{Ready, ready};
use uuid::Uuid;

use super::errors::Refusal;
use super::wire;
use crate::identity::api_keys::Project;
use crate::identity::{Caller, Surface, TenantId};
use crate::platform::usage::{Call, Usage};
use crate::records::Records;

/// Whose call it is.
#[derive(Clone)]
struct Known {
    tenant: TenantId,
    project: String,
    key_prefix: String,
    since: DateTime<Utc>,
}

/// What was read.
#[derive(Clone)]
struct Read {
    device_type: String,
    confidence: Option<i32>,
    duration_ms: i64,
}

/// Notes whose call a request is.
pub fn know(request: &HttpRequest, caller: &Caller, project: &Project, since: DateTime<Utc>) {
    let (project, key_prefix) = (project.organization.clone(), project.key_prefix.clone());
    request.extensions_mut().insert(Known { tenant: caller.tenant, project, key_prefix, since });
}

/// Where a handler notes what it read.
#[derive(Clone, Debug)]
pub struct Note(HttpRequest);

impl Note {
    /// Notes what was read.
    pub fn reading(&self, reading: &wire::Reading) {
        self.0.extensions_mut().insert(Read {
            device_type: reading.device_type.clone(),
            confidence: thousandths(&reading.confidence),
            duration_ms: reading.processing_time_ms,
        });
    }
}

impl FromRequest for Note {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.clone())))
    }
}

/// Notes a call with a key before its answer leaves.
///
/// # Errors
/// Those of the handler.
pub async fn noted<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let response = next.call(request).await?;
    let request = response.request();
    let known = request.extensions().get::<Known>().cloned();
    let parts = (request.app_data::<web::Data<Usage>>(), request.app_data::<web::Data<Records>>());
    let (Some(known), (Some(usage), Some(records))) = (known, parts) else { return Ok(response) };
    let call = call(&known, &response, records.now());
    if let Err(error) = usage.note(known.tenant, Surface::SmartScan.as_str(), call).await {
        tracing::error!(%error, "a call could not be noted");
    }
    Ok(response)
}

fn call<B>(known: &Known, response: &ServiceResponse<B>, now: DateTime<Utc>) -> Call {
    let request = response.request();
    let read = request.extensions().get::<Read>().cloned();
    let refusal = response.response().error().and_then(Error::as_error::<Refusal>);
    let path = request.path();
    let duration_ms = (now - known.since).num_milliseconds();
    Call {
        id: Uuid::nil(),
        called_at: known.since,
        project: known.project.clone(),
        key_prefix: known.key_prefix.clone(),
        method: request.method().to_string(),
        path: path.strip_prefix(super::MOUNT).unwrap_or(path).to_owned(),
        status: i32::from(response.status().as_u16()),
        duration_ms: read.as_ref().map_or(duration_ms, |read| read.duration_ms),
        device_type: read.as_ref().map(|read| read.device_type.clone()),
        confidence: read.and_then(|read| read.confidence).or_else(|| refusal.and_then(reached)),
        error_code: refusal.map(|refusal| refusal.code().to_owned()),
    }
}

/// The confidence of a reading that was not sure enough.
fn reached(refusal: &Refusal) -> Option<i32> {
    if let Refusal::LowConfidence(reached, _) = refusal { thousandths(reached) } else { None }
}

/// A probability in thousandths: no more digits are answered.
fn thousandths(probability: &Number) -> Option<i32> {
    format!("{:.0}", probability.as_f64()? * 1000.0).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_is_kept_as_it_is_answered() {
        let of = |text: &str| thousandths(&text.parse().unwrap());
        assert_eq!((of("0.95"), of("1.0"), of("0.001"), of("0")), (Some(950), Some(1000), Some(1), Some(0)));
    }
}
