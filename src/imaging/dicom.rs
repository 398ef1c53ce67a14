//! Reading a DICOM file that came in: what it says, the picture of its first frame, and what must be known before it is believed.

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, NaiveTime, TimeZone, Utc};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use sha2::{Digest, Sha256};

use crate::core::Content;
use crate::inference::dicom::{Colour, DecodeError, DicomError, DicomReader, Metadata, Raster};

/// Where in a file the mark of DICOM stands.
const MARK: std::ops::Range<usize> = 128..132;
/// The first frame.
const FIRST: u32 = 1;

/// So many bytes tell whether a file is a DICOM file.
pub const OPENING_BYTES: usize = 132;

/// Whether these bytes open a DICOM file.
#[must_use]
pub fn is_dicom(bytes: &[u8]) -> bool {
    bytes.get(MARK) == Some(b"DICM")
}

/// A frame as a PNG file.
#[derive(Clone)]
pub struct Picture {
    /// The file.
    pub png: Bytes,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Picture({} x {})", self.width, self.height)
    }
}

/// What a file says of itself, with the picture of its first frame; why there is none, where its pixels cannot be read.
///
/// # Errors
/// When the file cannot be read at all.
pub async fn read(
    reader: &DicomReader,
    file: Content,
) -> Result<(Metadata, Result<Picture, DicomError>), DecodeError> {
    match reader.render(file.clone(), FIRST, None).await {
        Ok((metadata, raster)) => Ok((metadata, Ok(png(raster).await?))),
        Err(DecodeError::File(fault)) => Ok((reader.describe(file).await?, Err(fault))),
        Err(other) => Err(other),
    }
}

/// A frame as a PNG file, without loss.
///
/// # Errors
/// When it cannot be written, which is our fault.
pub async fn png(raster: Raster) -> Result<Picture, DecodeError> {
    let write = move || {
        let colour = match raster.colour {
            Colour::Grey => ExtendedColorType::L8,
            Colour::Rgb => ExtendedColorType::Rgb8,
        };
        let mut png = Vec::new();
        PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive)
            .write_image(&raster.bytes, raster.width, raster.height, colour)
            .ok()?;
        let sha256 = hex::encode(Sha256::digest(&png));
        Some(Picture { png: png.into(), width: raster.width, height: raster.height, sha256 })
    };
    let written = tokio::task::spawn_blocking(write).await.ok().flatten();
    written.ok_or(DecodeError::Failed)
}

/// SHA-256 of a file, hexadecimal.
///
/// # Errors
/// When the thread that computes it ends, which is our fault.
pub async fn sha256(file: Bytes) -> Result<String, DecodeError> {
    let hashed = tokio::task::spawn_blocking(move || hex::encode(Sha256::digest(file))).await;
    hashed.map_err(|_| DecodeError::Unavailable)
}

/// When the study began, in UTC where the file tells no offset; a day by its midnight.
#[must_use]
pub fn began(metadata: &Metadata) -> Option<DateTime<Utc>> {
    let began = metadata.began?;
    let offset = began.offset.or_else(|| FixedOffset::east_opt(0))?;
    let time = began.date.and_time(began.time.unwrap_or(NaiveTime::MIN));
    Some(offset.from_local_datetime(&time).single()?.to_utc())
}

/// What must be told of a file that is said to be of this patient, and is by its own words of another one. Without a name or id of
/// either: those are health data, and the file has its own.
#[must_use]
pub fn contradictions(metadata: &Metadata, patient_id: &str, name: &str) -> Vec<String> {
    let told = &metadata.patient;
    let mut found = Vec::new();
    if told.id.as_ref().is_some_and(|id| is_said(id.as_str()) && id.as_str().trim() != patient_id.trim()) {
        found.push(
            "The file names another patient: its Patient ID is not the one that was sent with it".to_owned(),
        );
    }
    if told.name.as_ref().is_some_and(|own| is_said(own.as_str()) && words(own.as_str()) != words(name)) {
        found.push(
            "The file names another patient: its Patient's Name is not the one that was sent with it"
                .to_owned(),
        );
    }
    found
}

fn is_said(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// The words of a name in an order of their own: DICOM puts the family's first. Of several scripts, the first counts.
fn words(name: &str) -> Vec<String> {
    let alphabetic = name.split('=').next().unwrap_or_default().to_lowercase();
    let mut words: Vec<_> = alphabetic
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_both_orders() {
        assert_ne!(words("Doe^Jane"), words("Jane Roe"));
        assert_ne!(words("Doe^Jane"), words("Jane"));
        for name in ["Doe^Jane", "DOE^JANE^^^", "Doe^Jane=Y^T", "Doe, Jane"] {
            assert_eq!(words(name), words("Jane Doe"), "{name}");
        }
        assert!(!is_said("^^^") && !is_said(" ") && is_said("山"));
    }

    #[test]
    fn other_files_are_no_dicom() {
        assert!(!is_dicom(b"DICM") && !is_dicom(&[0; 200]));
        assert!(is_dicom(&[&[0; 128], b"DICM".as_slice()].concat()));
    }
}
