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
/// So long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// So long one file may take to come in: one of the largest comes with 2 Mbit a second.
const MOST_TIME: Duration = Duration::from_secs(1_200);

/// The files that are held at the same time: one of the largest and some of the usual ones. Who calls has one of the largest.
static FILES: Room = Room::shared(384 * 1024, 257 * 1024, Duration::from_secs(30));

/// The files of a request.
pub struct Files {
    parts: Multipart,
    limit_bytes: usize,
    count: usize,
    most_time: Duration,
    room: &'static Room,
    /// Who sends them.
    who: String,
}

/// A file that came in.
pub enum Sent {
    /// Its bytes.
    File(Bytes),
    /// It is longer than is taken; the rest of it was passed over.
    TooLarge,
    /// There was no room for it, and why; the rest of it was passed over.
    NoRoom(Error),
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
    /// Those of this request of somebody's, each of so many bytes at most.
    ///
    /// # Errors
    /// When it is no request that stores DICOM files.
    pub fn of(
        request: &HttpRequest,
        payload: web::Payload,
        limit_bytes: usize,
        who: String,
    ) -> Result<Self, Refusal> {
        let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let sent = sent.unwrap_or_default().to_ascii_lowercase();
        let is_related = sent.split(';').next().map(str::trim) == Some("multipart/related");
        // Metadata with bulk data apart is another way, which is not taken.
        if !is_related || sent.contains("dicom+json") || sent.contains("dicom+xml") {
            return Err(Error::UnsupportedMediaType(TAKEN).into());
        }
        let parts = Multipart::new(request.headers(), payload);
        Ok(Self { parts, limit_bytes, count: 0, most_time: MOST_TIME, room: &FILES, who })
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
        let share = is_dicom.then(|| self.room.share_of(&self.who));
        let read = read(&mut field, self.limit_bytes, share);
        Ok(Some(timeout(self.most_time, read).await.map_err(|_| late())??))
    }
}

/// The file of a part, where there is a share for it.
async fn read(field: &mut Field, limit_bytes: usize, share: Option<Share<'static>>) -> Result<Sent, Refusal> {
    let mut held = share.map(|share| Held { bytes: Vec::new(), share }).ok_or(Sent::NoDicom);
    loop {
        let chunk = timeout(SILENCE, field.next()).await.map_err(|_| late())?;
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|_| unreadable())?;
        let Ok(file) = &mut held else { continue };
        let length = file.bytes.len().saturating_add(chunk.len());
        if length > limit_bytes {
            held = Err(Sent::TooLarge);
            continue;
        }
        match file.share.grow_to(length).await {
            Ok(()) => file.bytes.extend_from_slice(&chunk),
            Err(error) => held = Err(Sent::NoRoom(error)),
        }
    }
    Ok(held.map_or_else(|passed_over| passed_over, |held| Sent::File(Bytes::from_owner(held))))
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
    use futures_util::stream;

    use super::*;

    /// Room for one KiB.
    static TIGHT: Room = Room::shared(1, 1, Duration::ZERO);

    fn files(parts: Vec<Vec<u8>>, pause: Duration) -> Files {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/related; boundary=b"));
        let body = stream::iter(parts).then(move |part| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, actix_web::error::PayloadError>(Bytes::from(part))
        });
        let parts = Multipart::new(&headers, Box::pin(body));
        let (most_time, who) = (Duration::from_millis(200), "a".to_owned());
        Files { parts, limit_bytes: 10_000, count: 0, most_time, room: &TIGHT, who }
    }

    fn part(length: usize) -> Vec<u8> {
        [b"--b\r\nContent-Type: application/dicom\r\n\r\n".as_slice(), &vec![b'x'; length], b"\r\n"].concat()
    }

    #[actix_web::test]
    async fn a_file_without_room_is_passed_over_and_the_next_one_is_read() {
        let mut files = files(vec![part(5_000), part(10), b"--b--\r\n".to_vec()], Duration::ZERO);
        assert!(matches!(files.next().await, Ok(Some(Sent::NoRoom(_)))));
        assert!(matches!(files.next().await, Ok(Some(Sent::File(file))) if file.len() == 10));
        assert!(matches!(files.next().await, Ok(None)));
    }

    #[actix_web::test]
    async fn a_file_that_comes_in_drops_is_given_up() {
        let drops = part(200).chunks(8).map(<[u8]>::to_vec).collect();
        let mut files = files(drops, Duration::from_millis(60));
        assert!(files.next().await.is_err());
    }
}
