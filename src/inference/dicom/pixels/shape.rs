//! How the pixels of a file are laid out, by its attributes.

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::super::metadata::{frames, number, string};
use super::super::{DicomError, MAX_PIXELS};

/// What samples mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Photometric {
    /// Grey; the lowest value is white.
    Monochrome1,
    /// Grey; the lowest value is black.
    Monochrome2,
    /// Red, green, blue.
    Rgb,
    /// Brightness and two differences of colour.
    YbrFull,
    /// The same, two pixels sharing their differences.
    YbrFull422,
    /// The colours that JPEG 2000 makes of RGB and makes RGB again by itself.
    YbrReversible,
    /// Numbers of colours in a table.
    Palette,
}

/// The layout of a file's pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Shape {
    pub(super) rows: u16,
    pub(super) columns: u16,
    pub(super) frames: u32,
    /// Samples a pixel: 1 or 3.
    pub(super) samples: u8,
    pub(super) photometric: Photometric,
    /// Each colour in a plane of its own.
    pub(super) planes: bool,
    /// Bits that a sample takes up: 8 or 16.
    pub(super) allocated: u8,
    /// Bits of them that count.
    pub(super) stored: u8,
    /// The highest bit that counts.
    pub(super) high: u8,
    pub(super) signed: bool,
}

impl Shape {
    /// The layout, refused where it is none, or not read here.
    pub(super) fn of(object: &InMemDicomObject) -> Result<Self, DicomError> {
        if object.get(tags::PIXEL_DATA).is_none() {
            return Err(DicomError::NoPixels);
        }
        let count = |tag, name| number::<u16>(object, tag).ok_or_else(|| DicomError::missing(name));
        let (rows, columns) = (count(tags::ROWS, "Rows")?, count(tags::COLUMNS, "Columns")?);
        if rows == 0 || columns == 0 {
            return Err(DicomError::malformed("Rows or Columns", "is 0"));
        }
        if u64::from(rows) * u64::from(columns) > MAX_PIXELS {
            return Err(DicomError::TooManyPixels { columns: columns.into(), rows: rows.into() });
        }
        let allocated = count(tags::BITS_ALLOCATED, "BitsAllocated")?;
        let stored = number(object, tags::BITS_STORED).unwrap_or(allocated);
        let high = number(object, tags::HIGH_BIT).unwrap_or(stored.saturating_sub(1));
        let allocated = match allocated {
            8 => 8,
            16 => 16,
            bits => return Err(DicomError::unsupported_pixels(&format!("{bits} bits a sample"))),
        };
        let (Ok(stored @ 1..), Ok(high)) = (u8::try_from(stored), u8::try_from(high)) else {
            return Err(DicomError::malformed("BitsStored or HighBit", "is out of range"));
        };
        if high >= allocated || stored > high + 1 {
            return Err(DicomError::malformed("BitsStored or HighBit", "is out of range"));
        }
        let samples = number(object, tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        Ok(Self {
            rows,
            columns,
            frames: frames(object)?,
            samples,
            photometric: photometric(object, samples)?,
            planes: number(object, tags::PLANAR_CONFIGURATION) == Some(1_u8),
            allocated,
            stored,
            high,
            signed: number(object, tags::PIXEL_REPRESENTATION) == Some(1_u8),
        })
    }

    /// Pixels of a frame.
    pub(super) fn pixels(&self) -> usize {
        usize::from(self.rows) * usize::from(self.columns)
    }

    /// Samples of a frame.
    pub(super) fn count(&self) -> usize {
        self.pixels() * usize::from(self.samples)
    }

    /// Bytes that a sample takes up.
    pub(super) fn width(&self) -> usize {
        usize::from(self.allocated / 8)
    }
}

fn photometric(object: &InMemDicomObject, samples: u8) -> Result<Photometric, DicomError> {
    let name = string(object, tags::PHOTOMETRIC_INTERPRETATION);
    let name = name.ok_or_else(|| DicomError::missing("PhotometricInterpretation"))?;
    let (photometric, wanted) = match name.as_str() {
        "MONOCHROME1" => (Photometric::Monochrome1, 1),
        "MONOCHROME2" => (Photometric::Monochrome2, 1),
        "RGB" => (Photometric::Rgb, 3),
        "YBR_FULL" => (Photometric::YbrFull, 3),
        "YBR_FULL_422" => (Photometric::YbrFull422, 3),
        "YBR_RCT" | "YBR_ICT" => (Photometric::YbrReversible, 3),
        "PALETTE COLOR" => (Photometric::Palette, 1),
        other => return Err(DicomError::unsupported_pixels(other)),
    };
    if samples != wanted {
        return Err(DicomError::malformed("SamplesPerPixel", "does not fit PhotometricInterpretation"));
    }
    Ok(photometric)
}
