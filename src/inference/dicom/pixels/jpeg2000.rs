//! JPEG 2000 ([PS3.5 section 8.2.4](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_8.2.4.html)).

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};

use super::super::DicomError;
use super::{Photometric, Samples, Shape};
use crate::inference::number;

pub(super) fn decode(stream: &[u8], shape: &mut Shape, frame: u32) -> Result<Samples, DicomError> {
    let damaged = || DicomError::DamagedPixels { frame };
    let settings = DecodeSettings { resolve_palette_indices: false, ..DecodeSettings::default() };
    let image = Image::new(stream, &settings).map_err(|_| damaged())?;
    if (image.width(), image.height()) != (shape.columns.into(), shape.rows.into()) {
        return Err(DicomError::malformed("Rows or Columns", "is not that of the JPEG 2000"));
    }
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|_| damaged())?;
    let planes = decoded.components();
    if planes.len() != usize::from(shape.samples) || planes.iter().any(|plane| plane.bit_depth() > 16) {
        return Err(DicomError::malformed("SamplesPerPixel", "is not that of the JPEG 2000"));
    }
    if shape.photometric == Photometric::YbrReversible {
        shape.photometric = Photometric::Rgb;
    }
    // The decoder takes all samples for unsigned, and moves them up by half their range.
    let depth = planes.first().map_or(16, |plane| plane.bit_depth().min(16));
    let shift = if is_signed(stream) { number::real(1 << (depth.max(1) - 1)) } else { 0.0 };
    let mut samples = vec![0; shape.count()];
    for (colour, plane) in planes.iter().enumerate() {
        if plane.samples().len() != shape.pixels() {
            return Err(damaged());
        }
        let places = samples.iter_mut().skip(colour).step_by(shape.samples.into());
        for (place, value) in places.zip(plane.samples()) {
            *place = number::sample(*value - shift);
        }
    }
    Samples::checked(samples, shape, frame)
}

/// What a codestream's size segment says of its first component: the 43rd byte, as the segment must come first.
fn is_signed(stream: &[u8]) -> bool {
    matches!(stream, [0xFF, 0x4F, 0xFF, 0x51, ..]) && stream.get(42).is_some_and(|byte| byte & 0x80 != 0)
}
