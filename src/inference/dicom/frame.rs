//! The samples of a frame, as stored or decompressed, for those who show them by themselves.

use super::exchange::FrameType;
use super::open::Opened;
use super::{DicomError, Syntax, pixels};

/// A frame, counted from 1: its compressed stream where that is wanted and there is one, else its samples; with what its bytes are.
pub(super) fn frame(
    opened: &Opened,
    frame: u32,
    as_stored: bool,
) -> Result<(FrameType, Syntax, Vec<u8>), DicomError> {
    let compressed = match opened.syntax {
        Syntax::ImplicitLittle | Syntax::ExplicitLittle | Syntax::ExplicitBig | Syntax::Deflated => None,
        Syntax::Rle => Some(FrameType::Rle),
        Syntax::JpegBaseline
        | Syntax::JpegExtended
        | Syntax::JpegLossless
        | Syntax::JpegLosslessFirstOrder => Some(FrameType::Jpeg),
        Syntax::Jpeg2000Lossless | Syntax::Jpeg2000 => Some(FrameType::Jpeg2000),
    };
    match compressed.filter(|_| as_stored) {
        Some(media_type) => Ok((media_type, opened.syntax, pixels::stream(opened, frame)?)),
        None => Ok((FrameType::Samples, Syntax::ExplicitLittle, pixels::samples(opened, frame)?)),
    }
}
