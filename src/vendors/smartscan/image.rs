//! The picture that was sent: its pixels, and what is kept of it.

use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::errors::Refusal;
use super::to_fhir::media::Image;
use crate::core::Secret;
use crate::inference::picture::{Decoder, Picture};
use crate::records::Error;

/// Decodes the picture, and says what is kept of it: its bytes only where they are to be. Whatever goes through all bytes is done
/// beside the threads that answer requests.
///
/// # Errors
/// When the bytes are no picture of an accepted format, or damaged, or declare too many pixels.
pub async fn decode(
    decoder: &Decoder,
    bytes: Secret<Bytes>,
    keep: bool,
) -> Result<(Picture, Image), Refusal> {
    let picture = decoder.decode(bytes.expose().clone()).await?;
    let work = move || {
        let kept = keep.then(|| Secret::new(STANDARD.encode(bytes.expose())));
        (hex::encode(Sha256::digest(bytes.expose())), kept)
    };
    let (sha256, kept) = web::block(work).await.map_err(Error::internal)?;
    let image = Image {
        sha256,
        media_type: picture.format().media_type(),
        width: picture.width(),
        height: picture.height(),
        size_bytes: picture.size_bytes(),
        kept,
    };
    Ok((picture, image))
}
