//! Request bodies: size, media type, strict JSON.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::answer::JSON;
use super::errors::Refusal;
use crate::fhir::json;
use crate::fhir::outcome::IssueType;
use crate::records::Error;

/// The largest body that is taken.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// A body up to this length is parsed where it was read.
pub const SHORT: usize = 256 * 1024;
/// So long a body may take to come, and as long it may wait for room.
const PATIENCE: Duration = Duration::from_secs(60);
/// Room for bodies in work, in KiB: one of the largest, or many ordinary ones. As JSON values they take a multiple of it.
static ROOM_KIB: Semaphore = Semaphore::const_new(LARGEST / 1024);

/// A resource as it was sent. On `/Binary`, any other media type than FHIR's is the Binary's content.
#[derive(Clone)]
pub struct Resource(pub Value);

impl FromRequest for Resource {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request.content_type().to_ascii_lowercase();
        let name = request.match_info().get("type").map(super::resource_type);
        let is_binary = request.match_info().get("type") == Some("Binary");
        let id = request.match_info().get("id").map(str::to_owned);
        let declared = declared_length(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            // An address that is wrong is told before anything of the body is looked at.
            name.transpose()?;
            let is_json =
                matches!(media.as_str(), "application/fhir+json" | "application/json" | "text/json" | "");
            if !is_json && !is_binary {
                return Err(Error::UnsupportedMediaType(JSON).into());
            }
            let payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let (bytes, room) = read(payload, declared).await?;
            if !is_json {
                return Ok(Self(binary(&media, id.as_deref(), &bytes)));
            }
            if bytes.len() <= SHORT {
                return Ok(Self(parse(&bytes)?));
            }
            // A long body would hold up every other request of this thread.
            let parsed =
                web::block(move || parse(&bytes)).await.map_err(|e| Error::internal(e.to_string()))?;
            drop(room);
            Ok(Self(parsed?))
        })
    }
}

/// Reads a body of at most [`LARGEST`] bytes, within [`PATIENCE`], while the bodies in work leave room for it.
///
/// # Errors
/// When it is too large, too slow, breaks off, or there is no room.
pub async fn read(
    payload: web::Payload,
    declared: Option<usize>,
) -> Result<(Bytes, SemaphorePermit<'static>), Error> {
    let kib = declared.map_or(LARGEST, |bytes| bytes.min(LARGEST)).div_ceil(1024).max(1);
    let kib = u32::try_from(kib).map_err(Error::internal)?;
    let room = timeout(PATIENCE, ROOM_KIB.acquire_many(kib)).await.map_err(|_| Error::Unavailable)?;
    let room = room.map_err(Error::internal)?;
    let late = |_| Error::BadRequest(IssueType::Timeout, "the body came too slowly".to_owned());
    match timeout(PATIENCE, payload.to_bytes_limited(LARGEST)).await.map_err(late)? {
        Err(_) => Err(Error::TooLarge(LARGEST)),
        Ok(Err(_)) => Err(Error::BadRequest(IssueType::Incomplete, "the body ended early".to_owned())),
        Ok(Ok(bytes)) => Ok((bytes, room)),
    }
}

/// The length that the request declares; none for a chunked body.
#[must_use]
pub fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn parse(bytes: &[u8]) -> Result<Value, Error> {
    json::parse_resource(bytes).map_err(|fault| Error::Invalid(vec![fault.issue()]))
}

fn binary(media: &str, id: Option<&str>, bytes: &[u8]) -> Value {
    let mut binary =
        json!({ "resourceType": "Binary", "contentType": media, "data": STANDARD.encode(bytes) });
    if let (Some(id), Some(object)) = (id, binary.as_object_mut()) {
        object.insert("id".to_owned(), id.into());
    }
    binary
}
