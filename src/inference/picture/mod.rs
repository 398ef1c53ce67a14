//! From bytes of unknown origin to upright RGB pixels, or a refusal.
//!
//! The format is decided by content, the size by the container before anything is decoded, and a file that
//! stops early is an error rather than a picture that is half grey. Of an animation the first frame counts.

mod decoder;
mod format;
mod scaled;
mod whole;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::error::{ImageFormatHint, UnsupportedError};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, RgbImage, metadata::Orientation};

pub use decoder::Decoder;
pub use format::Format;
pub use scaled::scaled;

use self::scaled::reduced;
use self::whole::Walk;
use super::dicom::{Colour, Raster};
use super::number;

/// Most memory that a PNG's profile, texts and rows may take.
const METADATA_BYTES: u64 = 8 * 1024 * 1024;

/// What a picture may ask for before it is refused.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most pixels the header may declare, over all frames of an animation.
    pub max_pixels: u64,
    /// Longest side the header may declare.
    pub max_side: u32,
    /// Most memory one decoder may ask for.
    pub max_alloc_bytes: u64,
    /// Longest side that is kept: a larger picture is scaled down to it once decoded.
    pub working_side: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 100_000_000,
            max_side: 30_000,
            max_alloc_bytes: 640 * 1024 * 1024,
            working_side: 1_600,
        }
    }
}

/// Why bytes did not become a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The content is neither JPEG, PNG, GIF nor WebP.
    #[error("the content is not a JPEG, PNG, GIF or WebP picture")]
    UnsupportedFormat,
    /// The header declares more pixels than are decoded here; none was.
    #[error("the picture declares {width} x {height} pixels, more than are accepted")]
    TooManyPixels {
        /// Declared width.
        width: u32,
        /// Declared height.
        height: u32,
    },
    /// The file is cut off or damaged.
    #[error("the picture is cut off or damaged")]
    Broken,
}

/// A decoded picture, upright, with what its file said about itself.
#[derive(Clone)]
pub struct Picture {
    pixels: RgbImage,
    width: u32,
    height: u32,
    format: Format,
    size_bytes: usize,
}

impl std::fmt::Debug for Picture {
    /// Prints the frame, never the pixels: they are health data.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Picture({} {}x{}, {} bytes)", self.format, self.width, self.height, self.size_bytes)
    }
}

impl Picture {
    /// A frame of a DICOM file of so many bytes, at working size.
    ///
    /// # Errors
    /// When the frame's bytes are not as many as its sides say.
    pub fn of_frame(frame: Raster, size_bytes: usize, limits: &Limits) -> Result<Self, PictureError> {
        let Raster { width, height, colour, bytes } = frame;
        let whole = match colour {
            Colour::Grey => GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8),
            Colour::Rgb => RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8),
        };
        let small = reduced(whole.ok_or(PictureError::Broken)?, limits.working_side);
        Ok(Self { pixels: flatten(small), width, height, format: Format::Dicom, size_bytes })
    }

    /// The pixels at working size.
    pub fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// Width of the whole picture when upright, before any scaling.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height of the whole picture when upright, before any scaling.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The format that the content showed.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Length of the file.
    pub fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// How many pixels of the whole picture one working pixel stands for.
    pub fn scale(&self) -> f32 {
        number::side(self.width) / number::side(self.pixels.width().max(1))
    }
}

/// What a file declares, within the limits, before anything of it is decoded.
#[derive(Debug, Clone, Copy)]
struct Declared {
    format: Format,
    width: u32,
    height: u32,
    pixels: u64,
    length: usize,
}

/// Width and height in pixels.
pub type Sides = (u32, u32);

/// Looks at a whole file without decoding it: its format and sides. What is no picture, not all there, or over the limits is refused.
///
/// # Errors
/// Why it is refused.
pub fn look(bytes: &[u8], limits: &Limits) -> Result<(Format, Sides), PictureError> {
    let Declared { format, width, height, .. } = declared(bytes, limits)?;
    Ok((format, (width, height)))
}

/// The same by the beginning of a file, which does not tell whether all of it is there.
///
/// # Errors
/// Why it is refused.
pub fn look_at_head(head: &[u8], limits: &Limits) -> Result<(Format, Sides), PictureError> {
    let format = Format::of(head).ok_or(PictureError::UnsupportedFormat)?;
    let sides = catch_unwind(|| open(format, head).map(|reader| reader.dimensions()));
    let (width, height) = sides.ok().and_then(Result::ok).ok_or(PictureError::Broken)?;
    if width.max(height) > limits.max_side
        || u64::from(width).saturating_mul(height.into()) > limits.max_pixels
    {
        return Err(PictureError::TooManyPixels { width, height });
    }
    Ok((format, (width, height)))
}

/// Decodes the first frame, upright and at working size.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    decode_declared(declared(bytes, limits)?, bytes, limits)
}

/// Walks over the file once; refuses what is no picture, not all there, or over the limits.
fn declared(bytes: &[u8], limits: &Limits) -> Result<Declared, PictureError> {
    let format = Format::of(bytes).ok_or(PictureError::UnsupportedFormat)?;
    let Walk { width, height, pixels, length } = whole::walk(format, bytes).ok_or(PictureError::Broken)?;
    if width == 0 || height == 0 {
        return Err(PictureError::Broken);
    }
    if width.max(height) > limits.max_side || pixels > limits.max_pixels {
        return Err(PictureError::TooManyPixels { width, height });
    }
    let length = length.ok_or(PictureError::Broken)?;
    Ok(Declared { format, width, height, pixels, length })
}

/// The decoders are fed hostile bytes; a panic in one of them is a broken picture, not a dead thread.
fn decode_declared(declared: Declared, bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    catch_unwind(AssertUnwindSafe(|| decode_within(declared, bytes, limits)))
        .unwrap_or(Err(PictureError::Broken))
}

fn decode_within(declared: Declared, bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    let Declared { format, width, height, length, .. } = declared;
    // Bytes after the end mark were not walked over: no decoder sees them.
    let walked = bytes.get(..length).ok_or(PictureError::Broken)?;
    let mut reader = open(format, walked).map_err(|_| PictureError::Broken)?;
    if reader.dimensions() != (width, height) {
        return Err(PictureError::Broken);
    }
    let orientation = reader.orientation().unwrap_or(Orientation::NoTransforms);
    let refused = |error| match error {
        ImageError::Limits(_) => PictureError::TooManyPixels { width, height },
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => PictureError::Broken,
    };
    let ceiling = ceiling(limits.max_alloc_bytes, limits.max_side);
    reader.set_limits(ceiling).map_err(refused)?;
    if reader.total_bytes() > limits.max_alloc_bytes {
        return Err(PictureError::TooManyPixels { width, height });
    }
    let decoded = DynamicImage::from_decoder(reader).map_err(refused)?;
    let mut small = reduced(decoded, limits.working_side);
    small.apply_orientation(orientation);
    let turned = turns_sideways(orientation);
    let (width, height) = if turned { (height, width) } else { (width, height) };
    Ok(Picture { pixels: flatten(small), width, height, format, size_bytes: bytes.len() })
}

fn ceiling(max_alloc_bytes: u64, max_side: u32) -> image::Limits {
    let mut ceiling = image::Limits::no_limits();
    ceiling.max_image_width = Some(max_side);
    ceiling.max_image_height = Some(max_side);
    ceiling.max_alloc = Some(max_alloc_bytes);
    ceiling
}

/// Opens a decoder, which reads the header and what stands beside the pixels.
///
/// Only PNG compresses that (iCCP, zTXt, iTXt) and needs a ceiling for it: 1.5 MB become 1.5 GB else. What
/// JPEG, GIF and WebP carry lies in the file as it is, so its length bounds it.
fn open<'a>(format: Format, bytes: &'a [u8]) -> image::ImageResult<Box<dyn ImageDecoder + 'a>> {
    let source = Cursor::new(bytes);
    Ok(match format {
        Format::Jpeg => Box::new(JpegDecoder::new(source)?),
        Format::Png => Box::new(PngDecoder::with_limits(source, ceiling(METADATA_BYTES, u32::MAX))?),
        Format::Gif => Box::new(GifDecoder::new(source)?),
        Format::WebP => Box::new(WebPDecoder::new(source)?),
        Format::Dicom => {
            let unsupported = UnsupportedError::from(ImageFormatHint::Unknown);
            return Err(ImageError::Unsupported(unsupported));
        }
    })
}

/// RGB with transparent parts on white, as a viewer would show them.
fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let layered = picture.into_rgba8();
    let mut flat = RgbImage::new(layered.width(), layered.height());
    for (target, source) in flat.pixels_mut().zip(layered.pixels()) {
        let [red, green, blue, alpha] = source.0;
        let share = f32::from(alpha) / 255.0;
        let over_white = |value: u8| number::colour(f32::from(value) * share + 255.0 * (1.0 - share));
        target.0 = [over_white(red), over_white(green), over_white(blue)];
    }
    flat
}

fn turns_sideways(orientation: Orientation) -> bool {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => true,
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => false,
    }
}

#[cfg(test)]
mod tests;
