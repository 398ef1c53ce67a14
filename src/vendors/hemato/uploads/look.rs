//! Looking at an image before it is kept: whether it is what it is called, whole, and no larger than what can be decoded.

use std::io::Read;

use actix_web::web;

use super::IMAGE_LIMIT_BYTES;
use super::hashes::Hashes;
use super::spool::Spool;
use crate::inference::picture::{Format, Limits, PictureError, Sides, look, look_at_head};
use crate::records::Error;
use crate::vendors::hemato::errors::Refusal;

/// Of longer images only the beginning is looked at.
pub const WHOLE_BYTES: u64 = 32 * 1024 * 1024;
/// So much of it.
const HEAD_BYTES: u64 = 1024 * 1024;

/// An image that may be kept.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The vendor's id: how it was sent, and the SHA-224 of its bytes.
    pub id: String,
    /// What is harmless of its name.
    pub title: Option<String>,
    /// Its format, by content.
    pub format: Format,
    /// Its sides in pixels.
    pub sides: Sides,
    /// Its length.
    pub length: u64,
    /// SHA-1 of its bytes in base64.
    pub sha1: String,
    /// Where its bytes are.
    pub source: Source,
}

/// Where the bytes of an image are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// They are the whole file.
    Whole,
    /// They are an entry of an archive.
    Entry(usize),
}

/// The vendor's id of an image with this SHA-224.
#[must_use]
pub fn image_id(sha224: &str) -> String {
    format!("sha224-i-{sha224}")
}

/// Looks at a file that is to be an image.
///
/// # Errors
/// When it is none of this format, or not to be taken.
pub async fn image(spool: &Spool, format: Format, title: Option<String>) -> Result<Picture, Refusal> {
    let length = spool.length();
    if length > IMAGE_LIMIT_BYTES {
        return Err(Refusal::Invalid(format!("The image is larger than {IMAGE_LIMIT_BYTES} bytes.")));
    }
    let mut reader = spool.reader();
    let seen = web::block(move || {
        let mut bytes = Vec::new();
        let most = if length > WHOLE_BYTES { HEAD_BYTES } else { length };
        reader.by_ref().take(most).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(judged(&bytes, length))
    });
    let (seen, sides) =
        seen.await.map_err(Error::internal)?.map_err(Error::internal)?.map_err(|fault| refusal(&fault))?;
    if seen != format {
        let text = format!("The file is called {}, and is {}.", format.media_type(), seen.media_type());
        return Err(Refusal::Invalid(text));
    }
    let Hashes { sha224, sha1 } = spool.hashes().clone();
    Ok(Picture { id: image_id(&sha224), title, format, sides, length, sha1, source: Source::Whole })
}

/// What an image of this length is that begins so; all of it is given where it is short.
///
/// # Errors
/// When it is none that is taken.
pub fn judged(bytes: &[u8], length: u64) -> Result<(Format, Sides), PictureError> {
    let limits = Limits::default();
    let seen = if length > WHOLE_BYTES { look_at_head(bytes, &limits)? } else { look(bytes, &limits)? };
    match seen.0 {
        Format::Jpeg | Format::Png => Ok(seen),
        Format::Gif | Format::WebP | Format::Dicom => Err(PictureError::UnsupportedFormat),
    }
}

/// The beginning of an image that is enough to judge it by.
#[must_use]
pub fn enough(length: u64) -> u64 {
    if length > WHOLE_BYTES { HEAD_BYTES } else { length }
}

fn refusal(fault: &PictureError) -> Refusal {
    match fault {
        PictureError::UnsupportedFormat => {
            Refusal::Invalid("The file is neither a JPEG nor a PNG picture.".to_owned())
        }
        PictureError::TooManyPixels { .. } | PictureError::Broken => {
            Refusal::Invalid(format!("The file cannot be taken: {fault}."))
        }
    }
}
