//! The samples of a frame as stored, pixel by pixel, and those of uncompressed files.

use std::borrow::Cow;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::super::DicomError;
use super::{Photometric, Shape};

/// A frame's samples as stored: as many as the shape says, the colours of a pixel side by side.
pub(in super::super) struct Samples(pub(super) Vec<u16>);

impl Samples {
    /// From bytes in little endian order, in planes or not.
    pub(super) fn from_bytes(bytes: &[u8], shape: &Shape, frame: u32) -> Result<Self, DicomError> {
        let samples: Vec<u16> = match shape.width() {
            1 => bytes.iter().copied().map(u16::from).collect(),
            _ => bytes.as_chunks().0.iter().copied().map(u16::from_le_bytes).collect(),
        };
        let planes = shape.planes && shape.samples == 3;
        Self::checked(if planes { interleave(&samples, shape.pixels()) } else { samples }, shape, frame)
    }

    /// As bytes in little endian order, the colours of a pixel side by side.
    pub(super) fn into_bytes(self, shape: &Shape) -> Vec<u8> {
        match shape.width() {
            1 => self.0.iter().map(|sample| sample.to_le_bytes()[0]).collect(),
            _ => self.0.iter().flat_map(|sample| sample.to_le_bytes()).collect(),
        }
    }

    /// As many as the shape says; fewer or more are damage.
    pub(super) fn checked(samples: Vec<u16>, shape: &Shape, frame: u32) -> Result<Self, DicomError> {
        if samples.len() == shape.count() {
            Ok(Self(samples))
        } else {
            Err(DicomError::DamagedPixels { frame })
        }
    }

    /// The values: those bits that count, with their sign.
    pub(super) fn values(&self, shape: &Shape) -> impl Iterator<Item = i32> {
        let shift = u32::from(shape.high + 1 - shape.stored);
        let mask = u32::MAX.checked_shr(32 - u32::from(shape.stored)).unwrap_or(0);
        let sign = if shape.signed { 1_u32 << (shape.stored - 1) } else { 0 };
        self.0.iter().map(move |sample| {
            let bits = (u32::from(*sample) >> shift) & mask;
            (bits ^ sign).cast_signed().wrapping_sub(sign.cast_signed())
        })
    }
}

/// From planes to pixels.
pub(super) fn interleave(planes: &[u16], pixels: usize) -> Vec<u16> {
    let mut planes = planes.chunks_exact(pixels.max(1));
    match (planes.next(), planes.next(), planes.next()) {
        (Some(first), Some(second), Some(third)) => {
            first.iter().zip(second).zip(third).flat_map(|((a, b), c)| [*a, *b, *c]).collect()
        }
        _ => Vec::new(),
    }
}

/// The bytes of a frame of an uncompressed file, little endian, laid out as its attributes say.
pub(super) fn stored<'a>(
    object: &'a InMemDicomObject,
    shape: &Shape,
    frame: u32,
) -> Result<Cow<'a, [u8]>, DicomError> {
    let damaged = || DicomError::DamagedPixels { frame };
    let pixels = object.get(tags::PIXEL_DATA).ok_or(DicomError::NoPixels)?;
    let bytes = pixels.to_bytes().map_err(|_| damaged())?;
    let halved = shape.photometric == Photometric::YbrFull422;
    if halved && (shape.allocated != 8 || !shape.columns.is_multiple_of(2)) {
        return Err(DicomError::unsupported_pixels("YBR_FULL_422 of this size"));
    }
    let length = if halved { shape.pixels() * 2 } else { shape.count() * shape.width() };
    let before = usize::try_from(frame - 1).ok().and_then(|before| before.checked_mul(length));
    let range = before.and_then(|start| Some(start..start.checked_add(length)?)).ok_or_else(damaged)?;
    match bytes {
        Cow::Borrowed(bytes) => bytes.get(range).map(Cow::Borrowed),
        Cow::Owned(bytes) => bytes.get(range).map(|frame| Cow::Owned(frame.to_vec())),
    }
    .ok_or_else(damaged)
}

/// A frame of an uncompressed file.
pub(super) fn native(object: &InMemDicomObject, shape: &Shape, frame: u32) -> Result<Samples, DicomError> {
    let bytes = stored(object, shape, frame)?;
    if shape.photometric != Photometric::YbrFull422 {
        return Samples::from_bytes(&bytes, shape, frame);
    }
    // Two brightnesses, then the two differences that both pixels share.
    let pairs = bytes.as_chunks().0.iter();
    let samples = pairs.flat_map(|[one, two, blue, red]| [*one, *blue, *red, *two, *blue, *red]);
    Samples::checked(samples.map(u16::from).collect(), shape, frame)
}
