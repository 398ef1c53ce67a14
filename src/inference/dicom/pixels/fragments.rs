//! Which fragments make up a frame
//! ([PS3.5 section A.4](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_A.4.html)).

use std::borrow::Cow;

use dicom_core::value::Value;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::super::DicomError;

/// The compressed bytes of one of `frames` frames.
///
/// The offset table is not asked: it may be empty, and may lie. Of one frame, all fragments are it; of as many as there are
/// fragments, each is one; else a frame begins with each fragment that has the `opening` of a compressed picture.
pub(super) fn frame<'a>(
    object: &'a InMemDicomObject,
    frames: u32,
    frame: u32,
    opening: Option<&[u8]>,
) -> Result<Cow<'a, [u8]>, DicomError> {
    let damaged = || DicomError::DamagedPixels { frame };
    let fragments = match object.get(tags::PIXEL_DATA).map(|pixels| pixels.value()) {
        Some(Value::PixelSequence(pixels)) => pixels.fragments(),
        Some(Value::Primitive(_) | Value::Sequence(_)) => return Err(damaged()),
        None => return Err(DicomError::NoPixels),
    };
    let count = usize::try_from(frames).unwrap_or(usize::MAX);
    let before = usize::try_from(frame.saturating_sub(1)).unwrap_or(usize::MAX);
    if fragments.len() == count {
        return fragments.get(before).map(|one| Cow::Borrowed(one.as_slice())).ok_or_else(damaged);
    }
    if count == 1 {
        return Ok(Cow::Owned(fragments.concat()));
    }
    let opening = opening.ok_or_else(damaged)?;
    let mut begun = 0_usize;
    let mut bytes = Vec::new();
    for fragment in fragments {
        begun += usize::from(fragment.starts_with(opening));
        if begun.checked_sub(1) == Some(before) {
            bytes.extend_from_slice(fragment);
        }
    }
    if begun == count { Ok(Cow::Owned(bytes)) } else { Err(damaged()) }
}
