//! The picture that was sent: its pixels, and what is kept of it.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::errors::Refusal;
use super::to_fhir::media::Image;
use crate::core::Secret;
use crate::inference::picture::{Decoder, Picture};

/// Decodes the picture, and says what is kept of it: its bytes only where they are to be.
///
/// # Errors
/// When the bytes are no picture of an accepted format, or damaged, or declare too many pixels.
pub async fn decode(
    decoder: &Decoder,
    bytes: Secret<Bytes>,
    keep: bool,
) -> Result<(Picture, Image), Refusal> {
    let picture = decoder.decode(bytes.expose().clone()).await?;
    let image = Image {
        sha256: hex::encode(Sha256::digest(bytes.expose())),
        media_type: picture.format().media_type(),
        width: picture.width(),
        height: picture.height(),
        size_bytes: picture.size_bytes(),
        kept: keep.then_some(bytes),
    };
    Ok((picture, image))
}
