//! The picture of a scan: its bytes, and a small one for reports.

use std::sync::Arc;

use actix_web::web;
use bytes::Bytes;
use futures_util::TryStreamExt;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{ExtendedColorType, ImageEncoder};

use super::{Scan, WHAT};
use crate::core::{Content, Secret};
use crate::identity::Caller;
use crate::inference::picture::Decoder;
use crate::records::{Error, Records};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::scan;
use crate::vendors::imagemedix::store::resource_type;

/// The longest side of a picture in a report, in pixels.
const LONGEST_SIDE: u32 = 1_000;
/// How well it is kept, of 100.
const QUALITY: u8 = 90;

/// The bytes of a Binary.
///
/// # Errors
/// [`Refusal::NotFound`] when it is gone.
pub async fn content(records: &Records, caller: &Caller, binary: &str) -> Result<Content, Refusal> {
    let found = records.read(&caller.quietly(), resource_type("Binary")?, binary).await;
    let stored = found.map_err(|error| {
        let is_gone = matches!(error, Error::NotFound | Error::Gone);
        if is_gone { Refusal::NotFound("file") } else { error.into() }
    })?;
    Ok(records.content(caller, &stored).await?)
}

/// The bytes of the scan's picture.
///
/// # Errors
/// [`Refusal::NotFound`] when it is gone.
pub async fn of_scan(records: &Records, caller: &Caller, found: &Scan) -> Result<Secret<Bytes>, Refusal> {
    let binary = found.media.as_ref().and_then(scan::binary).ok_or(Refusal::NotFound(WHAT))?;
    let parts: Vec<Bytes> =
        content(records, caller, binary).await?.parts().try_collect().await.map_err(Error::internal)?;
    Ok(Secret::new(match parts.as_slice() {
        [whole] => whole.clone(),
        several => several.concat().into(),
    }))
}

/// The picture as a JPEG that is small enough for a report; none where it cannot be decoded.
///
/// # Errors
/// When it cannot be written.
pub async fn small(decoder: &Decoder, bytes: Secret<Bytes>) -> Result<Option<Arc<[u8]>>, Refusal> {
    let Ok(picture) = decoder.decode(bytes.into_inner()).await else { return Ok(None) };
    let write = move || {
        let pixels = picture.pixels();
        let longest = pixels.width().max(pixels.height());
        let small = (longest > LONGEST_SIDE).then(|| {
            let side = |side: u32| side.saturating_mul(LONGEST_SIDE).checked_div(longest).unwrap_or(1).max(1);
            resize(pixels, side(pixels.width()), side(pixels.height()), FilterType::Triangle)
        });
        let pixels = small.as_ref().unwrap_or(pixels);
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, QUALITY)
            .write_image(pixels.as_raw(), pixels.width(), pixels.height(), ExtendedColorType::Rgb8)
            .map(|()| Arc::from(file))
            .map_err(Error::internal)
    };
    Ok(Some(web::block(write).await.map_err(Error::internal)??))
}
