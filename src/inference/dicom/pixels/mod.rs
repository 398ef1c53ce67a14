//! A frame of a file as a picture of eight bits: decompressed, rescaled, windowed
//! ([PS3.3 section C.7.6.3](https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.7.6.3.html)).

mod colour;
mod fragments;
mod grey;
mod jpeg;
mod jpeg2000;
mod palette;
mod rle;
mod samples;
mod shape;

use std::borrow::Cow;

use dicom_object::InMemDicomObject;

pub(super) use samples::Samples;
pub(super) use shape::{Photometric, Shape};

use super::open::Opened;
use super::{DicomError, Syntax, Window};

/// Whether a picture has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// One byte a pixel, 0 is black.
    Grey,
    /// Three bytes a pixel: red, green, blue.
    Rgb,
}

impl Colour {
    /// Bytes a pixel.
    pub fn bytes(self) -> u8 {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// A frame as a screen shows it, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Raster {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// What the bytes are.
    pub colour: Colour,
    /// As many as the other fields say.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Raster {
    /// Prints the frame, never the pixels: they are health data.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Raster({:?} {} x {})", self.colour, self.width, self.height)
    }
}

/// One frame, counted from 1, by the window that was asked for or else by the file's first one.
pub(super) fn render(opened: &Opened, frame: u32, window: Option<Window>) -> Result<Raster, DicomError> {
    let object = &opened.object;
    let mut shape = shape(opened, frame)?;
    let samples = decompress(object, &mut shape, opened.syntax, frame)?;
    let (width, height) = (u32::from(shape.columns), u32::from(shape.rows));
    let grey = |bytes| Raster { width, height, colour: Colour::Grey, bytes };
    let rgb = |bytes| Raster { width, height, colour: Colour::Rgb, bytes };
    Ok(match shape.photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 => {
            grey(grey::picture(&samples, &shape, &grey::Scale::of(object, frame, window))?)
        }
        Photometric::Rgb | Photometric::YbrFull | Photometric::YbrFull422 | Photometric::YbrReversible => {
            rgb(colour::picture(&samples, &shape))
        }
        Photometric::Palette => rgb(palette::Palette::of(object)?.picture(&samples, &shape)),
    })
}

/// The layout of a file that has this frame, counted from 1.
fn shape(opened: &Opened, frame: u32) -> Result<Shape, DicomError> {
    let shape = Shape::of(&opened.object)?;
    if frame == 0 || frame > shape.frames {
        return Err(DicomError::NoSuchFrame { frame, frames: shape.frames });
    }
    Ok(shape)
}

/// One frame's samples as bytes, little endian: of an uncompressed file laid out as its attributes say, else the colours of a pixel side
/// by side, as [`given`] says.
pub(super) fn samples(opened: &Opened, frame: u32) -> Result<Vec<u8>, DicomError> {
    let mut shape = shape(opened, frame)?;
    if !opened.syntax.is_encapsulated() {
        return Ok(samples::stored(&opened.object, &shape, frame)?.into_owned());
    }
    let samples = decompress(&opened.object, &mut shape, opened.syntax, frame)?;
    Ok(samples.into_bytes(&shape))
}

/// What the colours of a compressed file mean once it is decompressed, side by side; none where they are what the file says.
pub(super) fn given(opened: &Opened) -> Option<&'static str> {
    let shape = Shape::of(&opened.object).ok().filter(|shape| shape.samples == 3)?;
    match (opened.syntax, shape.photometric) {
        (Syntax::ImplicitLittle | Syntax::ExplicitLittle | Syntax::ExplicitBig | Syntax::Deflated, _) => None,
        // These codecs turn colours into RGB by themselves, whoever decodes them.
        (Syntax::JpegBaseline | Syntax::JpegExtended, _) | (_, Photometric::YbrReversible) => Some("RGB"),
        (_, Photometric::Rgb) => Some("RGB"),
        (_, Photometric::YbrFull | Photometric::YbrFull422) => Some("YBR_FULL"),
        (_, Photometric::Monochrome1 | Photometric::Monochrome2 | Photometric::Palette) => None,
    }
}

/// One frame's compressed stream.
pub(super) fn stream(opened: &Opened, frame: u32) -> Result<Vec<u8>, DicomError> {
    let shape = shape(opened, frame)?;
    Ok(compressed(&opened.object, &shape, opened.syntax, frame)?.into_owned())
}

/// The fragments that make up a frame.
fn compressed<'a>(
    object: &'a InMemDicomObject,
    shape: &Shape,
    syntax: Syntax,
    frame: u32,
) -> Result<Cow<'a, [u8]>, DicomError> {
    let opening: Option<&[u8]> = match syntax {
        Syntax::ImplicitLittle
        | Syntax::ExplicitLittle
        | Syntax::ExplicitBig
        | Syntax::Deflated
        | Syntax::Rle => None,
        Syntax::JpegBaseline
        | Syntax::JpegExtended
        | Syntax::JpegLossless
        | Syntax::JpegLosslessFirstOrder => Some(&[0xFF, 0xD8]),
        Syntax::Jpeg2000Lossless | Syntax::Jpeg2000 => Some(&[0xFF, 0x4F]),
    };
    fragments::frame(object, shape.frames, frame, opening)
}

/// The frame's samples as stored. A codec that turns colours into RGB by itself says so in the shape.
fn decompress(
    object: &InMemDicomObject,
    shape: &mut Shape,
    syntax: Syntax,
    frame: u32,
) -> Result<Samples, DicomError> {
    match syntax {
        Syntax::ImplicitLittle | Syntax::ExplicitLittle | Syntax::ExplicitBig | Syntax::Deflated => {
            samples::native(object, shape, frame)
        }
        Syntax::Rle => rle::decode(&compressed(object, shape, syntax, frame)?, shape, frame),
        Syntax::JpegBaseline
        | Syntax::JpegExtended
        | Syntax::JpegLossless
        | Syntax::JpegLosslessFirstOrder => {
            let stream = compressed(object, shape, syntax, frame)?;
            jpeg::decode(&stream, shape, syntax, frame)
        }
        Syntax::Jpeg2000Lossless | Syntax::Jpeg2000 => {
            let stream = compressed(object, shape, syntax, frame)?;
            jpeg2000::decode(&stream, shape, frame)
        }
    }
}

#[cfg(test)]
mod tests;
