//! JPEG: baseline, extended as far as it has eight bits, and lossless
//! ([PS3.5 section 8.2.1](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_8.2.html)).

use jpeg_decoder::{CodingProcess, ColorTransform, Decoder, Error, PixelFormat};

use super::super::{DicomError, Syntax};
use super::{Photometric, Samples, Shape};

pub(super) fn decode(
    stream: &[u8],
    shape: &mut Shape,
    syntax: Syntax,
    frame: u32,
) -> Result<Samples, DicomError> {
    let refused = |error| match error {
        Error::Unsupported(_) => {
            DicomError::unsupported_pixels("JPEG of this kind, such as 12 bits with losses")
        }
        Error::Format(_) | Error::Io(_) | Error::Internal(_) => DicomError::DamagedPixels { frame },
    };
    let mut decoder = Decoder::new(stream);
    decoder.set_max_decoding_buffer_size(shape.count().saturating_mul(2));
    decoder.read_info().map_err(refused)?;
    let info = decoder.info().ok_or(DicomError::DamagedPixels { frame })?;
    if (info.width, info.height) != (shape.columns, shape.rows) {
        return Err(DicomError::malformed("Rows or Columns", "is not that of the JPEG"));
    }
    // Who reads that nothing was lost must not get what has lost something.
    let is_lossless = info.coding_process == CodingProcess::Lossless;
    if is_lossless != matches!(syntax, Syntax::JpegLossless | Syntax::JpegLosslessFirstOrder) {
        return Err(DicomError::malformed("TransferSyntaxUID", "is not that of the JPEG"));
    }
    let samples = match info.pixel_format {
        PixelFormat::L8 | PixelFormat::L16 => 1,
        PixelFormat::RGB24 => 3,
        PixelFormat::CMYK32 => return Err(DicomError::unsupported_pixels("JPEG of four colours")),
    };
    if samples != shape.samples {
        return Err(DicomError::malformed("SamplesPerPixel", "is not that of the JPEG"));
    }
    // The decoder leaves colours without losses as they are.
    if samples == 3 && !is_lossless {
        decoder.set_color_transform(transform(stream, shape.photometric));
        shape.photometric = Photometric::Rgb;
    }
    let bytes = decoder.decode().map_err(refused)?;
    let samples: Vec<u16> = match info.pixel_format {
        PixelFormat::L16 => bytes.as_chunks().0.iter().copied().map(u16::from_ne_bytes).collect(),
        PixelFormat::L8 | PixelFormat::RGB24 | PixelFormat::CMYK32 => {
            bytes.into_iter().map(u16::from).collect()
        }
    };
    Samples::checked(samples, shape, frame)
}

/// Whether colours are to be turned into RGB: as the JPEG itself says by a mark of JFIF, else as the attribute says.
fn transform(stream: &[u8], photometric: Photometric) -> ColorTransform {
    let says_jfif = matches!(stream, [0xFF, 0xD8, 0xFF, 0xE0, _, _, b'J', b'F', b'I', b'F', ..]);
    match photometric {
        Photometric::Rgb if !says_jfif => ColorTransform::None,
        Photometric::Rgb
        | Photometric::Monochrome1
        | Photometric::Monochrome2
        | Photometric::YbrFull
        | Photometric::YbrFull422
        | Photometric::YbrReversible
        | Photometric::Palette => ColorTransform::YCbCr,
    }
}
