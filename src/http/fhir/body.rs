//! Request bodies: size, media type, strict JSON and XML.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::errors::Refusal;
use super::media::{Media, Syntax};
use crate::fhir::outcome::IssueType;
use crate::fhir::{json, xml};
use crate::records::Error;

/// The largest body that is taken.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// A body up to this length is parsed where it was read.
pub const SHORT: usize = 256 * 1024;
/// So long a body may take to come, and as long it may wait for room.
const PATIENCE: Duration = Duration::from_secs(60);
/// Room for bodies in work, in KiB: one of the largest, or many ordinary ones. As JSON values they take a multiple of it.
static ROOM_KIB: Semaphore = Semaphore::const_new(LARGEST / 1024);

/// The media types of resources that are taken.
const TAKEN: &str = "application/fhir+json or application/fhir+xml, in UTF-8";

/// A resource as it was sent. On `/Binary`, any other media type than FHIR's is the Binary's content.
#[derive(Clone)]
pub struct Resource(pub Value);

impl FromRequest for Resource {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = Media::parse(&super::media::sent(request));
        let name = request.match_info().get("type").map(super::resource_type);
        let is_binary = request.match_info().get("type") == Some("Binary");
        let id = request.match_info().get("id").map(str::to_owned);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            // An address that is wrong is told before anything of the body is looked at.
            name.transpose()?;
            let syntax = syntax(media.as_ref(), is_binary)?;
            let payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let (bytes, room) = read(payload).await?;
            let Some(syntax) = syntax else {
                let media = media.map(|media| media.name).unwrap_or_default();
                return Ok(Self(binary(&media, id.as_deref(), &bytes)));
            };
            if bytes.len() <= SHORT {
                return Ok(Self(parse(syntax, &bytes)?));
            }
            // A long body would hold up every other request of this thread.
            let parsed = web::block(move || parse(syntax, &bytes))
                .await
                .map_err(|e| Error::internal(e.to_string()))?;
            drop(room);
            Ok(Self(parsed?))
        })
    }
}

/// Reads a body of at most [`LARGEST`] bytes within a minute, and waits for room to work on it.
///
/// The room is taken for what has come in: taken for a length that is only announced, one idle connection would keep everyone
/// else out.
///
/// # Errors
/// When it is too large, too slow, breaks off, or there is no room in time.
pub async fn read(payload: web::Payload) -> Result<(Bytes, SemaphorePermit<'static>), Error> {
    let late = |_| Error::BadRequest(IssueType::Timeout, "the body came too slowly".to_owned());
    let bytes = match timeout(PATIENCE, payload.to_bytes_limited(LARGEST)).await.map_err(late)? {
        Err(_) => return Err(Error::TooLarge(LARGEST)),
        Ok(read) => {
            read.map_err(|_| Error::BadRequest(IssueType::Incomplete, "the body ended early".to_owned()))?
        }
    };
    let room = room(bytes.len()).await?;
    Ok((bytes, room))
}

/// Waits for room to work on a body of this length.
///
/// # Errors
/// When there is none in time.
pub async fn room(length: usize) -> Result<SemaphorePermit<'static>, Error> {
    let kib = u32::try_from(length.div_ceil(1024)).map_err(Error::internal)?;
    let room = timeout(PATIENCE, ROOM_KIB.acquire_many(kib)).await.map_err(|_| Error::Unavailable)?;
    room.map_err(Error::internal)
}

/// How the resource is written; none where the body is the content of a Binary. No media type counts as JSON.
fn syntax(media: Option<&Media>, is_binary: bool) -> Result<Option<Syntax>, Error> {
    let Some(media) = media else { return Ok(Some(Syntax::Json)) };
    match media.syntax() {
        // Documents of other standards come under XML's general names.
        Some(Syntax::Xml) if is_binary && !media.is_fhir() => Ok(None),
        Some(syntax) if media.is_utf8() => Ok(Some(syntax)),
        None if is_binary && !media.is_fhir() => Ok(None),
        Some(_) | None => Err(Error::UnsupportedMediaType(TAKEN)),
    }
}

/// Reads a resource.
///
/// # Errors
/// What is malformed.
pub fn parse(syntax: Syntax, bytes: &[u8]) -> Result<Value, Error> {
    let parsed = match syntax {
        Syntax::Json => json::parse_resource(bytes).map_err(|fault| fault.issue()),
        Syntax::Xml => xml::parse_resource(bytes),
    };
    parsed.map_err(|issue| Error::Invalid(vec![issue]))
}

fn binary(media: &str, id: Option<&str>, bytes: &[u8]) -> Value {
    let mut binary =
        json!({ "resourceType": "Binary", "contentType": media, "data": STANDARD.encode(bytes) });
    if let (Some(id), Some(object)) = (id, binary.as_object_mut()) {
        object.insert("id".to_owned(), id.into());
    }
    binary
}
