//! The picture that was sent: decoded off the async threads, a few at a time.

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::errors::Refusal;
use super::to_fhir::media::Image;
use crate::core::Secret;
use crate::inference::picture::{self, Limits, Picture};
use crate::records::Error;

/// So many pictures are decoded at the same time: a large one takes hundreds of MB while it is.
static DECODING: Semaphore = Semaphore::const_new(4);

/// Decodes the picture, and says what is kept of it.
///
/// # Errors
/// When the bytes are no picture of an accepted format, or damaged, or declare too many pixels.
pub async fn decode(bytes: Secret<Vec<u8>>) -> Result<(Picture, Image), Refusal> {
    let _turn = DECODING.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(move || {
        let bytes = bytes.expose();
        let picture = picture::decode(bytes, &Limits::default())?;
        let image = Image {
            sha256: hex::encode(Sha256::digest(bytes)),
            media_type: picture.format().media_type(),
            width: picture.width(),
            height: picture.height(),
            size_bytes: picture.size_bytes(),
        };
        Ok((picture, image))
    })
    .await
    .map_err(Error::internal)?
}
