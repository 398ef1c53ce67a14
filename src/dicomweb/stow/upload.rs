//! The parts of a request that stores, one after another as they come in: one file is in memory at a time.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, web};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::dicomweb::query::refused;
use crate::http::fhir::errors::Refusal;
use crate::http::room::{Room, Share};
use crate::imaging::instance::DICOM;
use crate::records::Error;

/// What a request must be.
const TAKEN: &str = "multipart/related; type=\"application/dicom\"";
/// Most files of one request.
const MOST_PARTS: usize = 10_000;
/// So long a sender may be silent within a file, and so long one file may take to come in.
const SILENCE: Duration = Duration::from_secs(30);

/// The files that are held at the same time: one of the largest, or many of the usual ones.
static FILES: Room = Room::new(384 * 1024, Duration::from_secs(30));

/// The files of a request.
pub struct Files {
    parts: Multipart,
    limit_bytes: usize,
    count: usize,
}

/// A file that came in.
pub enum Sent {
    /// Its bytes.
    File(Bytes),
    /// It is longer than is taken; the rest of it was passed over.
    TooLarge,
    /// It is said to be something else.
    NoDicom,
}

/// The bytes of a file, with its share of all that is held.
struct Held {
    bytes: Vec<u8>,
    share: Share<'static>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Files {
    /// Those of this request, each of so many bytes at most.
    ///
    /// # Errors
    /// When it is no request that stores DICOM files.
    pub fn of(request: &HttpRequest, payload: web::Payload, limit_bytes: usize) -> Result<Self, Refusal> {
        let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let sent = sent.unwrap_or_default().to_ascii_lowercase();
        let is_related = sent.split(';').next().map(str::trim) == Some("multipart/related");
        // Metadata with bulk data apart is another way, which is not taken.
        if !is_related || sent.contains("dicom+json") || sent.contains("dicom+xml") {
            return Err(Error::UnsupportedMediaType(TAKEN).into());
        }
        Ok(Self { parts: Multipart::new(request.headers(), payload), limit_bytes, count: 0 })
    }

    /// The next one.
    ///
    /// # Errors
    /// When the request cannot be read, ends early or takes too long.
    pub async fn next(&mut self) -> Result<Option<Sent>, Refusal> {
        let field = timeout(SILENCE, self.parts.next()).await.map_err(|_| late())?;
        let Some(field) = field else { return Ok(None) };
        self.count = self.count.saturating_add(1);
        if self.count > MOST_PARTS {
            return Err(refused("a request may hold 10000 files"));
        }
        let mut field = field.map_err(|_| unreadable())?;
        let is_dicom = field.content_type().is_none_or(|sent| sent.essence_str() == DICOM);
        Ok(Some(read(&mut field, self.limit_bytes, is_dicom).await?))
    }
}

async fn read(field: &mut Field, limit_bytes: usize, is_dicom: bool) -> Result<Sent, Refusal> {
    let mut held = Some(Held { bytes: Vec::new(), share: FILES.share() }).filter(|_| is_dicom);
    loop {
        let chunk = timeout(SILENCE, field.next()).await.map_err(|_| late())?;
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|_| unreadable())?;
        let Some(file) = &mut held else { continue };
        let length = file.bytes.len().saturating_add(chunk.len());
        if length > limit_bytes {
            held = None;
            continue;
        }
        file.share.grow_to(length).await?;
        file.bytes.extend_from_slice(&chunk);
    }
    Ok(match held {
        Some(held) => Sent::File(Bytes::from_owner(held)),
        None if is_dicom => Sent::TooLarge,
        None => Sent::NoDicom,
    })
}

fn late() -> Refusal {
    refused("the request was silent for too long")
}

fn unreadable() -> Refusal {
    refused("the body cannot be read as multipart/related, or ended early")
}
