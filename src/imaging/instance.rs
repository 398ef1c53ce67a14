//! One DICOM file as a Media with a Binary. Pure.

use serde_json::{Value, json};

use super::codes::{DICOM_UID, oid};
use super::resource::{Context, instant, list, reference, set, text};
use super::scan::{self, File, New};
use super::study::modality;
use crate::fhir::codes::hl7::media_type;
use crate::fhir::codes::sid::FILE_SHA256;
use crate::inference::dicom::Metadata;

/// The media type of DICOM files.
pub const DICOM: &str = "application/dicom";

/// A checked DICOM file.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The id of its Media, and of the Binary with its bytes.
    pub id: String,
    /// What it says about itself.
    pub metadata: Metadata,
    /// Its file.
    pub file: File,
}

impl Instance {
    /// The Media of a study's instance.
    #[must_use]
    pub fn media(&self, new: &New, context: &Context) -> Value {
        let told = &self.metadata;
        let mut media = json!({
            "resourceType": "Media",
            "id": self.id,
            "identifier": [
                { "system": DICOM_UID, "value": oid(told.instance.as_str()) },
                { "system": FILE_SHA256, "value": self.file.sha256 },
            ],
            "partOf": [reference(&new.study())],
            "status": "completed",
            "type": media_type::IMAGE.concept(),
            "modality": { "coding": [modality(told)] },
            "subject": new.subject(),
            "issued": instant(context.now),
            "operator": context.who(),
            "content": scan::content(&self.id, &self.file),
        });
        set(&mut media, "createdDateTime", new.taken.map(|taken| instant(taken).into()));
        let device = told.model.as_ref().or(told.manufacturer.as_ref());
        set(&mut media, "deviceName", device.map(|name| name.as_str().into()));
        let positive = |number: u32| (number > 0).then(|| number.into());
        set(&mut media, "width", positive(told.columns.into()));
        set(&mut media, "height", positive(told.rows.into()));
        set(&mut media, "frames", positive(told.frames));
        media
    }
}

/// The SOP Instance UID that a Media is known by.
#[must_use]
pub fn uid(media: &Value) -> Option<&str> {
    identifier(media, DICOM_UID)?.strip_prefix("urn:oid:")
}

/// SHA-256 of the file that a Media is of, hexadecimal.
#[must_use]
pub fn sha256(media: &Value) -> Option<&str> {
    identifier(media, FILE_SHA256)
}

/// The logical id of the Binary with a Media's bytes.
#[must_use]
pub fn binary(media: &Value) -> Option<&str> {
    text(media.get("content")?, "url")?.strip_prefix("Binary/")
}

/// Whether a Media is part of the ImagingStudy with this logical id.
#[must_use]
pub fn is_part_of(media: &Value, study: &str) -> bool {
    let wanted = format!("ImagingStudy/{study}");
    list(media, "partOf").any(|whole| text(whole, "reference") == Some(&wanted))
}

fn identifier<'a>(media: &'a Value, system: &str) -> Option<&'a str> {
    list(media, "identifier")
        .find(|one| text(one, "system") == Some(system))
        .and_then(|one| text(one, "value"))
}
