//! The parts of a request that stores, one after another as they come in: one file is on disk at a time.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::core::spool::Spool;
use crate::dicomweb::query::refused;
use crate::http::fhir::errors::Refusal;
use crate::http::incoming::Incoming;
use crate::identity::TenantId;
use crate::imaging::instance::DICOM;
use crate::records::Error;

/// What a request must be.
const TAKEN: &str = "multipart/related; type=\"application/dicom\"";
/// Most files of one request.
const MOST_PARTS: usize = 10_000;
/// So long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// So long one file may take to come in: one of the largest comes with 4 Mbit a second.
const MOST_TIME: Duration = Duration::from_secs(1_200);

/// The files of a request.
pub struct Files {
    parts: Multipart,
    limit_bytes: usize,
    count: usize,
    most_time: Duration,
    /// Whose they will be.
    tenant: TenantId,
}

/// A file that came in.
pub enum Sent {
    /// It is here.
    File(Spool),
    /// It is longer than is taken; the rest of it was passed over.
    TooLarge,
    /// There was no room for it, and why; the rest of it was passed over.
    NoRoom(Error),
    /// It is said to be something else.
    NoDicom,
}

impl Files {
    /// Those of this request, each of so many bytes at most.
    ///
    /// # Errors
    /// When it is no request that stores DICOM files.
    pub fn of(
        request: &HttpRequest,
        payload: web::Payload,
        limit_bytes: usize,
        tenant: TenantId,
    ) -> Result<Self, Refusal> {
        let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let sent = sent.unwrap_or_default().to_ascii_lowercase();
        let is_related = sent.split(';').next().map(str::trim) == Some("multipart/related");
        // Metadata with bulk data apart is another way, which is not taken.
        if !is_related || sent.contains("dicom+json") || sent.contains("dicom+xml") {
            return Err(Error::UnsupportedMediaType(TAKEN).into());
        }
        let parts = Multipart::new(request.headers(), payload);
        Ok(Self { parts, limit_bytes, count: 0, most_time: MOST_TIME, tenant })
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
        let incoming = if is_dicom { Some(Incoming::begin(self.tenant).await?) } else { None };
        let read = read(&mut field, self.limit_bytes, incoming);
        Ok(Some(timeout(self.most_time, read).await.map_err(|_| late())??))
    }
}

/// The file of a part, where there is room for it.
async fn read(field: &mut Field, limit_bytes: usize, incoming: Option<Incoming>) -> Result<Sent, Refusal> {
    let mut coming = incoming.ok_or(Sent::NoDicom);
    let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX);
    loop {
        let chunk = timeout(SILENCE, field.next()).await.map_err(|_| late())?;
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|_| unreadable())?;
        let Ok(file) = &mut coming else { continue };
        let length = file.length().saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if length > limit {
            coming = Err(Sent::TooLarge);
        } else if let Err(error) = file.add(&chunk).await {
            coming = Err(Sent::NoRoom(error));
        }
    }
    match coming {
        Ok(file) => Ok(Sent::File(file.finish().await?)),
        Err(passed_over) => Ok(passed_over),
    }
}

fn late() -> Refusal {
    refused("the request was silent for too long")
}

fn unreadable() -> Refusal {
    refused("the body cannot be read as multipart/related, or ended early")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;

    fn files(parts: Vec<Vec<u8>>, pause: Duration) -> Files {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/related; boundary=b"));
        let body = stream::iter(parts).then(move |part| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, actix_web::error::PayloadError>(Bytes::from(part))
        });
        let parts = Multipart::new(&headers, Box::pin(body));
        let most_time = Duration::from_millis(200);
        Files { parts, limit_bytes: 1_000, count: 0, most_time, tenant: TenantId::DEFAULT }
    }

    fn part(length: usize) -> Vec<u8> {
        [b"--b\r\nContent-Type: application/dicom\r\n\r\n".as_slice(), &vec![b'x'; length], b"\r\n"].concat()
    }

    #[actix_web::test]
    async fn a_file_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
        let mut files = files(vec![part(5_000), part(10), b"--b--\r\n".to_vec()], Duration::ZERO);
        assert!(matches!(files.next().await, Ok(Some(Sent::TooLarge))));
        assert!(matches!(files.next().await, Ok(Some(Sent::File(file))) if file.length() == 10));
        assert!(matches!(files.next().await, Ok(None)));
    }

    #[actix_web::test]
    async fn a_file_that_comes_in_drops_is_given_up() {
        let drops = part(200).chunks(8).map(<[u8]>::to_vec).collect();
        let mut files = files(drops, Duration::from_millis(60));
        assert!(files.next().await.is_err());
    }
}
