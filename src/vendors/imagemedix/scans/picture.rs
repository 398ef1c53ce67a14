//! The picture of a scan: its bytes, and a small one for reports.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt;

use super::{Scan, WHAT};
use crate::core::{Content, Secret};
use crate::identity::Caller;
use crate::inference::picture::Decoder;
use crate::records::{Error, Records};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::scan;
use crate::vendors::imagemedix::store::resource_type;
use crate::vendors::pictures;

/// The longest side of a picture in a report, in pixels.
const LONGEST_SIDE: u32 = 1_000;

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
    Ok(pictures::small(decoder, bytes.into_inner(), LONGEST_SIDE).await?)
}
