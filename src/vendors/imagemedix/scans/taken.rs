//! The file of a scan that is sent: what it is by its content, and what is kept of it.

use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

use crate::core::spool::Spool;
use crate::core::{Content, Secret};
use crate::imaging::dicom::{began, contradictions, read, sha256};
use crate::imaging::instance::{DICOM, Instance};
use crate::imaging::scan::File;
use crate::inference::dicom::deidentify::{BurnedIn, Dates, Rules};
use crate::inference::dicom::{DecodeError, DicomReader};
use crate::inference::picture::{Decoder, Format};
use crate::records::Error;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::file_name;
use crate::vendors::imagemedix::upload::Image;

/// What reads files.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// Pictures.
    pub decoder: &'a Decoder,
    /// DICOM files.
    pub dicom: &'a DicomReader,
}

/// What is known of the form beside the file.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The name that the file was sent with.
    pub name: Option<&'a str>,
    /// The patient's id.
    pub patient_id: &'a str,
    /// The patient's name.
    pub patient_name: &'a str,
    /// The time.
    pub now: DateTime<Utc>,
    /// By what a copy gets its pseudonyms; none where the file itself is kept.
    pub pseudonyms: Option<&'a Secret<Vec<u8>>>,
}

/// A file that was looked at.
pub struct Taken {
    /// The picture that people and models look at.
    pub picture: File,
    /// Its bytes.
    pub bytes: Bytes,
    /// The DICOM file that it is of, with its bytes.
    pub dicom: Option<(Instance, Content)>,
    /// When the file says that it was taken.
    pub began: Option<DateTime<Utc>>,
    /// What readers must know.
    pub warnings: Vec<String>,
}

/// Looks at a file: what is no JPEG, PNG or DICOM file by its content is refused, whatever it is called.
///
/// # Errors
/// What is wrong with it.
pub async fn taken(
    readers: Readers<'_>,
    image: &Image,
    around: &Around<'_>,
    id: String,
) -> Result<Taken, Refusal> {
    let bytes = match image {
        Image::Dicom(file) => return of_dicom(readers.dicom, file, around, id).await,
        Image::Picture(bytes) => bytes,
    };
    let ending = match Format::of(bytes) {
        Some(Format::Jpeg) => "jpg",
        Some(Format::Png) => "png",
        Some(Format::Gif | Format::WebP | Format::Dicom) | None => {
            return Err(Refusal::field("image", "must be a JPEG or PNG picture or a DICOM file"));
        }
    };
    let picture = readers.decoder.decode(bytes.clone()).await.map_err(refused)?;
    let file = File {
        name: file_name::kept(around.name, ending, around.now),
        media_type: picture.format().media_type(),
        width: picture.width(),
        height: picture.height(),
        size_bytes: u64::try_from(picture.size_bytes()).unwrap_or(u64::MAX),
        sha256: sha256(bytes.clone()).await.map_err(unread)?,
    };
    Ok(Taken { picture: file, bytes: bytes.clone(), dicom: None, began: None, warnings: Vec::new() })
}

async fn of_dicom(
    reader: &DicomReader,
    file: &Spool,
    around: &Around<'_>,
    id: String,
) -> Result<Taken, Refusal> {
    let mut warnings = Vec::new();
    let file = match around.pseudonyms {
        None => file.clone(),
        Some(key) => copied(reader, file, key, &mut warnings).await?,
    };
    let (metadata, picture) = read(reader, file.clone().into()).await.map_err(unread)?;
    let picture = picture.map_err(refused)?;
    let name = file_name::kept(around.name, "dcm", around.now);
    let shown = File {
        name: format!("{name}.png"),
        media_type: "image/png",
        width: picture.width,
        height: picture.height,
        size_bytes: u64::try_from(picture.png.len()).unwrap_or(u64::MAX),
        sha256: picture.sha256,
    };
    let kept = File {
        name,
        media_type: DICOM,
        size_bytes: file.length(),
        sha256: file.sha256().to_owned(),
        ..shown.clone()
    };
    // A copy names a pseudonym: it says nothing of whose it is.
    if around.pseudonyms.is_none() {
        warnings.extend(contradictions(&metadata, around.patient_id, around.patient_name));
    }
    let mut began = began(&metadata);
    if began.is_some_and(|began| began > around.now + TimeDelta::days(1)) {
        warnings.push("The file says that it was taken in the future".to_owned());
        began = None;
    }
    let instance = Instance { id, metadata, file: kept };
    Ok(Taken { picture: shown, bytes: picture.png, dicom: Some((instance, file.into())), began, warnings })
}

/// A copy of a file that names nobody. One whose pixels name somebody cannot be made.
async fn copied(
    reader: &DicomReader,
    file: &Spool,
    key: &Secret<Vec<u8>>,
    warnings: &mut Vec<String>,
) -> Result<Spool, Refusal> {
    let rules = Rules { key: key.expose().clone(), dates: Dates::Remove };
    let copy = reader.deidentify(file.clone(), &rules).await.map_err(unread)?;
    match copy.burned_in {
        BurnedIn::Yes => {
            return Err(Refusal::field("image", "cannot be de-identified: its pixels name the patient"));
        }
        BurnedIn::No => {}
        BurnedIn::Unsaid => warnings.push("Nobody has said that the pixels name no one".to_owned()),
    }
    Ok(copy.file)
}

fn refused(fault: impl std::fmt::Display) -> Refusal {
    Refusal::Invalid(format!("image cannot be taken: {fault}"))
}

/// Why a file was not read: its own fault, or ours.
fn unread(fault: DecodeError) -> Refusal {
    match fault {
        DecodeError::File(fault) => refused(fault),
        DecodeError::TooSlow | DecodeError::Failed => refused(fault),
        DecodeError::Unavailable => Error::internal(fault).into(),
    }
}

/// A large file takes long enough to hold up other requests of a thread.
///
/// # Errors
/// When the thread that encodes ends.
pub async fn encoded(bytes: Bytes) -> Result<Secret<String>, Refusal> {
    let encoded = web::block(move || Secret::new(STANDARD.encode(bytes))).await;
    Ok(encoded.map_err(Error::internal)?)
}
