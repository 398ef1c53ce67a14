//! Small pictures of what clients sent, for pages and reports.

use std::sync::Arc;

use actix_web::web;
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{ExtendedColorType, ImageEncoder};

use crate::inference::picture::Decoder;
use crate::records::Error;

/// How well a picture is kept, of 100.
const QUALITY: u8 = 90;

/// The picture as a JPEG whose longer side has at most so many pixels; none where it cannot be decoded.
///
/// # Errors
/// When it cannot be written.
pub async fn small(decoder: &Decoder, bytes: Bytes, longest_side: u32) -> Result<Option<Arc<[u8]>>, Error> {
    let Ok(picture) = decoder.decode(bytes).await else { return Ok(None) };
    let write = move || {
        let pixels = picture.pixels();
        let longest = pixels.width().max(pixels.height());
        let small = (longest > longest_side).then(|| {
            let side = |side: u32| side.saturating_mul(longest_side).checked_div(longest).unwrap_or(1).max(1);
            resize(pixels, side(pixels.width()), side(pixels.height()), FilterType::Triangle)
        });
        let pixels = small.as_ref().unwrap_or(pixels);
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, QUALITY)
            .write_image(pixels.as_raw(), pixels.width(), pixels.height(), ExtendedColorType::Rgb8)
            .map(|()| Arc::from(file))
            .map_err(Error::internal)
    };
    web::block(write).await.map_err(Error::internal)?.map(Some)
}
