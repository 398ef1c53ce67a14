//! A scan: an ImagingStudy, a Media with the picture, and a Task that asks for it to be looked at. Pure.
//!
//! A picture that is no DICOM has no instances: its study says so by having no series.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::codes::{ANALYSIS, JOB, PICTURE, SCAN};
use super::instance::Instance;
use super::resource::{Context, instant, reference, set};
use super::study;
use crate::core::Secret;
use crate::fhir::codes::hl7::media_type;
use crate::fhir::codes::hl7::provenance_participant_type::AUTHOR;
use crate::fhir::codes::sid::FILE_SHA256;

/// R4's TaskStatus of what nobody has begun.
const REQUESTED: &str = "requested";

/// A checked scan.
#[derive(Clone, Debug)]
pub struct New {
    /// Its id.
    pub id: String,
    /// The logical id of the Patient whom it is of.
    pub patient: String,
    /// The patient's name, as it came with the scan; may be empty.
    pub name: String,
    /// When it was taken, where that is known.
    pub taken: Option<DateTime<Utc>>,
    /// The picture, where there is one.
    pub file: Option<File>,
    /// The DICOM files.
    pub instances: Vec<Instance>,
    /// What readers must know of it.
    pub notes: Vec<String>,
}

/// What is known of a file.
#[derive(Clone, Debug)]
pub struct File {
    /// The name that it is kept under.
    pub name: String,
    /// Media type, by content.
    pub media_type: &'static str,
    /// Width in pixels, held upright; 0 without pixels.
    pub width: u32,
    /// Height in pixels, held upright; 0 without pixels.
    pub height: u32,
    /// Length of the file.
    pub size_bytes: u64,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
}

impl New {
    /// A reference to the ImagingStudy.
    #[must_use]
    pub fn study(&self) -> String {
        format!("ImagingStudy/{}", self.id)
    }

    /// The patient.
    #[must_use]
    pub fn subject(&self) -> Value {
        let mut subject = reference(&format!("Patient/{}", self.patient));
        set(
            &mut subject,
            "display",
            Some(self.name.as_str()).filter(|name| !name.is_empty()).map(Value::from),
        );
        subject
    }

    /// The ImagingStudy.
    #[must_use]
    pub fn imaging_study(&self) -> Value {
        let resource = json!({
            "resourceType": "ImagingStudy",
            "id": self.id,
            "identifier": [{ "system": SCAN, "value": self.id }],
            "status": "available",
            "subject": self.subject(),
        });
        let mut resource = study::with(resource, &self.instances);
        let notes: Vec<_> = self.notes.iter().map(|text| json!({ "text": text })).collect();
        set(&mut resource, "started", self.taken.map(|taken| instant(taken).into()));
        set(&mut resource, "note", Some(notes).filter(|notes| !notes.is_empty()).map(Value::from));
        resource
    }

    /// The Media with the picture. Its bytes are the Binary of the same id.
    #[must_use]
    pub fn media(&self, file: &File, context: &Context) -> Value {
        let mut media = json!({
            "resourceType": "Media",
            "id": self.id,
            "identifier": [
                { "system": SCAN, "value": self.id },
                { "system": FILE_SHA256, "value": file.sha256 },
            ],
            "partOf": [reference(&self.study())],
            "status": "completed",
            "type": media_type::IMAGE.concept(),
            "subject": self.subject(),
            "issued": instant(context.now),
            "operator": context.who(),
            "width": file.width,
            "height": file.height,
            "content": content(&self.id, file),
        });
        set(&mut media, "createdDateTime", self.taken.map(|taken| instant(taken).into()));
        media
    }

    /// The Task of looking at it, with the id of the job that does.
    #[must_use]
    pub fn task(&self, job: &str, context: &Context) -> Value {
        json!({
            "resourceType": "Task",
            "id": self.id,
            "identifier": identifiers(&self.id, job),
            "status": REQUESTED,
            "intent": "order",
            "code": ANALYSIS.concept(),
            "focus": reference(&self.study()),
            "for": self.subject(),
            "authoredOn": instant(context.now),
            "lastModified": instant(context.now),
            "requester": context.who(),
            "input": [{ "type": PICTURE.concept(), "valueReference": reference(&format!("Media/{}", self.id)) }],
        })
    }

    /// The Provenance of the scan: who sent it, and which of the files was shown.
    #[must_use]
    pub fn provenance(&self, context: &Context) -> Value {
        let of_instances = self.instances.iter().map(|one| format!("Media/{}", one.id));
        let picture = self.file.iter().map(|_| format!("Media/{}", self.id));
        let targets: Vec<_> = std::iter::once(self.study())
            .chain(picture)
            .chain(of_instances)
            .map(|one| reference(&one))
            .collect();
        json!({
            "resourceType": "Provenance",
            "id": self.id,
            "target": targets,
            "recorded": instant(context.now),
            "agent": [{ "type": AUTHOR.concept(), "who": context.who() }],
        })
    }
}

/// A Binary whose bytes are kept beside it. Who may not read the Media may not see it. <https://hl7.org/fhir/R4/binary.html>
#[must_use]
pub fn binary_beside(media: &str, media_type: &str) -> Value {
    json!({
        "resourceType": "Binary",
        "id": media,
        "contentType": media_type,
        "securityContext": reference(&format!("Media/{media}")),
    })
}

/// The same with a file's bytes, which come in base64: they are many, and are moved.
#[must_use]
pub fn binary(media: &str, media_type: &str, data: Secret<String>) -> Value {
    let mut resource = binary_beside(media, media_type);
    set(&mut resource, "data", Some(data.into_inner().into()));
    resource
}

/// Where the bytes of a file are: the Binary with this id.
#[must_use]
pub fn content(binary: &str, file: &File) -> Value {
    json!({
        "contentType": file.media_type,
        "url": format!("Binary/{binary}"),
        "size": file.size_bytes,
        "title": file.name,
    })
}

/// What a Task is known by.
#[must_use]
pub fn identifiers(scan: &str, job: &str) -> Value {
    json!([{ "system": SCAN, "value": scan }, { "system": JOB, "value": job }])
}
