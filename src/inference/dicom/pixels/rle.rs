//! RLE Lossless: the bytes of a frame in segments, each compressed by itself
//! ([PS3.5 annex G](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_G.html)).

use super::super::DicomError;
use super::{Samples, Shape};

/// The header: how many segments there are, and where up to 15 of them begin.
const HEADER_BYTES: usize = 64;

pub(super) fn decode(stream: &[u8], shape: &Shape, frame: u32) -> Result<Samples, DicomError> {
    samples(stream, shape)
        .ok_or(DicomError::DamagedPixels { frame })
        .and_then(|samples| Samples::checked(samples, shape, frame))
}

fn samples(stream: &[u8], shape: &Shape) -> Option<Vec<u16>> {
    let (header, _) = stream.split_at_checked(HEADER_BYTES)?;
    let mut numbers = header.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
    let count = usize::try_from(numbers.next()?).ok()?;
    // A segment for each byte of a sample, the most significant first, colour after colour.
    let wanted = usize::from(shape.samples) * shape.width();
    if count != wanted {
        return None;
    }
    let starts = numbers.take(count).map(usize::try_from).collect::<Result<Vec<_>, _>>().ok()?;
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let mut samples = vec![0_u16; shape.count()];
    for (index, (start, end)) in starts.iter().copied().zip(ends).enumerate() {
        let bytes = unpack(stream.get(start..end)?, shape.pixels())?;
        let colour = index / shape.width();
        let places = samples.iter_mut().skip(colour).step_by(shape.samples.into());
        for (place, byte) in places.zip(bytes) {
            *place = (*place << 8) | u16::from(byte);
        }
    }
    Some(samples)
}

/// PackBits: a count and as many bytes as they are, or a count and one byte to repeat.
fn unpack(mut segment: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let (&control, rest) = segment.split_first()?;
        segment = match control {
            0..=127 => {
                let (run, rest) = rest.split_at_checked(usize::from(control) + 1)?;
                bytes.extend_from_slice(run);
                rest
            }
            128 => rest,
            129..=255 => {
                let (&byte, rest) = rest.split_first()?;
                bytes.resize(bytes.len() + 257 - usize::from(control), byte);
                rest
            }
        };
    }
    // Runs of the last row may go on into padding.
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_that_ends_early_is_none() {
        assert_eq!(unpack(&[2, 7, 7], 3), None);
        assert_eq!(unpack(&[254], 3), None);
        assert_eq!(unpack(&[128, 128], 3), None);
        assert_eq!(unpack(&[254, 9], 4), None);
    }

    #[test]
    fn runs_and_copies_are_unpacked() {
        assert_eq!(unpack(&[1, 5, 6, 128, 254, 9, 0], 5), Some(vec![5, 6, 9, 9, 9]));
        assert_eq!(unpack(&[129, 4], 3), Some(vec![4, 4, 4]));
    }
}
