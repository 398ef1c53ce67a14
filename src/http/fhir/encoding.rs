//! Compressed request bodies. What they unpack to is bounded as if it had been sent so.
//! <https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding>

use std::io::Read;

use actix_web::ResponseError;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::body::{self, LARGEST, SHORT};
use super::errors::Refusal;
use crate::fhir::outcome::IssueType;
use crate::records::Error;

/// The encodings that are taken.
pub const ENCODINGS: &str = "gzip, deflate, br";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
}

impl Coding {
    fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            _ => None,
        }
    }

    /// Unpacks what becomes at most so many bytes; none where it is more.
    fn unpack(self, packed: &[u8], most: usize) -> std::io::Result<Option<Bytes>> {
        let reader: &mut dyn Read = match self {
            Self::Gzip => &mut MultiGzDecoder::new(packed),
            Self::Deflate => &mut ZlibDecoder::new(packed),
            Self::Brotli => &mut brotli::Decompressor::new(packed, 4096),
        };
        let mut unpacked = Vec::new();
        let one_more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        reader.take(one_more).read_to_end(&mut unpacked)?;
        Ok((unpacked.len() <= most).then(|| unpacked.into()))
    }
}

/// Hands a compressed body on as if it had come without compression.
///
/// # Errors
/// Those of the handler.
pub async fn unpacked<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    if !request.headers().contains_key(CONTENT_ENCODING) {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    match unpack(&mut request).await {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        Err(error) => Ok(request.into_response(Refusal(error).error_response()).map_into_right_body()),
    }
}

async fn unpack(request: &mut ServiceRequest) -> Result<(), Error> {
    let names = request.headers().get_all(CONTENT_ENCODING).filter_map(|value| value.to_str().ok());
    // Of several, one line each or all in one, none is taken.
    let name = names.collect::<Vec<_>>().join(",");
    let name = name.trim();
    if name.eq_ignore_ascii_case("identity") {
        return Ok(());
    }
    let coding = Coding::parse(name).ok_or(Error::UnsupportedEncoding(ENCODINGS))?;
    let payload = request.extract::<web::Payload>().await;
    let (packed, room) = body::read(payload.map_err(|error| Error::internal(error.to_string()))?).await?;
    let unpacked = match unpack_off_thread(coding, packed.clone(), SHORT).await? {
        Some(short) => short,
        None => {
            drop(room);
            // How long it becomes is only known at its end, so the room is taken for the longest.
            let _room = body::room(LARGEST).await?;
            unpack_off_thread(coding, packed, LARGEST).await?.ok_or(Error::TooLarge(LARGEST))?
        }
    };
    request.set_payload(Payload::from(unpacked));
    request.headers_mut().remove(CONTENT_ENCODING);
    request.headers_mut().remove(CONTENT_LENGTH);
    Ok(())
}

async fn unpack_off_thread(coding: Coding, packed: Bytes, most: usize) -> Result<Option<Bytes>, Error> {
    let unpacked = web::block(move || coding.unpack(&packed, most)).await.map_err(Error::internal)?;
    unpacked.map_err(|_| {
        let text = "the body is not in the encoding that Content-Encoding names";
        Error::BadRequest(IssueType::Structure, text.to_owned())
    })
}
