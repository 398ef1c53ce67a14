//! Frames as pictures for a browser
//! ([PS3.18 section 8.3.5](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_8.3.5.html)).

use actix_web::HttpRequest;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, RgbImage};

use super::accept::Accepted;
use super::query::refused;
use crate::core::Content;
use crate::http::fhir::errors::Refusal;
use crate::inference::dicom::{Colour, DecodeError, DicomError, DicomReader, Raster, Window};
use crate::records::Error;

/// What pictures are given as; the first is what DICOM has everybody take.
const TYPES: [&str; 2] = ["image/jpeg", PNG];
const PNG: &str = "image/png";
/// How well a JPEG is kept, of 100, where nobody says how well.
const QUALITY: u8 = 90;
/// The longest sides that are asked for.
const LONGEST_SIDE: u32 = 4_096;

/// How a picture is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    media_type: &'static str,
    window: Option<Window>,
    quality: u8,
    /// Width and height that it is to fit in.
    viewport: Option<[u32; 2]>,
}

impl Wanted {
    /// What a request asks for. `viewport` is what the picture is to fit in where that is not said.
    ///
    /// # Errors
    /// When a parameter is wrong, or other types are accepted only.
    pub fn of(request: &HttpRequest, viewport: Option<[u32; 2]>) -> Result<Self, Refusal> {
        let media_type = Accepted::of(request).chosen(&TYPES, "image/jpeg, image/png")?;
        let mut wanted = Self { media_type, window: None, quality: QUALITY, viewport };
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            match name.as_ref() {
                "window" => wanted.window = Some(window(&value)?),
                "quality" => {
                    let quality = value.parse().ok().filter(|quality| (1..=100).contains(quality));
                    wanted.quality =
                        quality.ok_or_else(|| refused("quality must be a number from 1 to 100"))?;
                }
                "viewport" => wanted.viewport = Some(sides(&value)?),
                _ => {}
            }
        }
        Ok(wanted)
    }

    /// A frame of a file, counted from 1, with its media type.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn made(
        self,
        reader: &DicomReader,
        file: Content,
        frame: u32,
    ) -> Result<(&'static str, Vec<u8>), Refusal> {
        let (_, raster) = reader.render(file, frame, self.window).await.map_err(unread)?;
        let written = tokio::task::spawn_blocking(move || self.written(raster)).await;
        let written =
            written.map_err(Error::internal)?.ok_or_else(|| Error::internal("a frame was not written"))?;
        Ok((self.media_type, written))
    }

    fn written(self, raster: Raster) -> Option<Vec<u8>> {
        let Raster { width, height, colour, bytes } = raster;
        let whole = match colour {
            Colour::Grey => GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8),
            Colour::Rgb => RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8),
        }?;
        let picture = match self.viewport {
            Some([wide, high]) if wide != width || high != height => {
                whole.resize(wide, high, FilterType::Triangle)
            }
            Some(_) | None => whole,
        };
        let colours = match colour {
            Colour::Grey => ExtendedColorType::L8,
            Colour::Rgb => ExtendedColorType::Rgb8,
        };
        let (bytes, wide, high) = (picture.as_bytes(), picture.width(), picture.height());
        let mut file = Vec::new();
        let done = if self.media_type == PNG {
            PngEncoder::new(&mut file).write_image(bytes, wide, high, colours)
        } else {
            JpegEncoder::new_with_quality(&mut file, self.quality).write_image(bytes, wide, high, colours)
        };
        done.ok().map(|()| file)
    }
}

/// `40,400,linear`: the middle, the width, and how values between become grey.
fn window(text: &str) -> Result<Window, Refusal> {
    let wrong = || refused("window must be center,width,linear with a width from 1 on");
    let mut parts = text.split(',').map(str::trim);
    let mut number =
        || parts.next().and_then(|part| part.parse::<f64>().ok()).filter(|number| number.is_finite());
    let (center, width) = number().zip(number()).ok_or_else(wrong)?;
    let function = parts.next().unwrap_or("linear");
    // What the library of windows knows is the linear one.
    if width < 1.0 || !function.eq_ignore_ascii_case("linear") || parts.next().is_some() {
        return Err(wrong());
    }
    Ok(Window { center, width })
}

/// `512,256`: width and height.
fn sides(text: &str) -> Result<[u32; 2], Refusal> {
    let mut parts = text.split(',').map(str::trim);
    let mut side = || parts.next()?.parse().ok().filter(|side| (1..=LONGEST_SIDE).contains(side));
    match (side(), side()) {
        (Some(wide), Some(high)) if text.matches(',').count() == 1 => Ok([wide, high]),
        _ => Err(refused("viewport must be width,height, each a number from 1 to 4096")),
    }
}

/// Why a file that is stored cannot be given as it is asked for.
pub fn unread(fault: DecodeError) -> Refusal {
    match fault {
        DecodeError::File(DicomError::NoSuchFrame { .. } | DicomError::NoPixels) => Error::NotFound.into(),
        DecodeError::File(_) => Error::NotAcceptable("application/dicom").into(),
        DecodeError::TooSlow | DecodeError::Failed => Error::NotAcceptable("application/dicom").into(),
        DecodeError::Unavailable => Error::internal(fault).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_make_no_sense_are_refused() {
        for text in ["", "40", "40,0,linear", "40,NaN,linear", "40,400,sigmoid", "40,400,linear,1", "a,b"] {
            assert!(window(text).is_err(), "{text}");
        }
        for text in ["", "1", "0,1", "1,9999", "1,2,3", "a,b", "-1,1"] {
            assert!(sides(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_window_and_a_viewport_are_read() {
        assert_eq!(window("40, 400.5 ,LINEAR").unwrap(), Window { center: 40.0, width: 400.5 });
        assert_eq!(window("40,400").unwrap(), Window { center: 40.0, width: 400.0 });
        assert_eq!(sides("512,256").unwrap(), [512, 256]);
    }
}
