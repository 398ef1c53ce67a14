//! Keeping one instance: in the ImagingStudy of its study, which is made where there is none.

use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::answer::{Outcome, Reason, Uids};
use crate::core::Secret;
use crate::dicomweb::studies::{all, escaped, parameter, resource_type, search_by};
use crate::identity::Caller;
use crate::imaging::codes::{DICOM_UID, PATIENT_ID, oid};
use crate::imaging::dicom::{Picture, began, read, sha256};
use crate::imaging::instance::{DICOM, Instance, sha256 as kept_sha256};
use crate::imaging::patient::{full_name, hospital_id, patient};
use crate::imaging::resource::Context;
use crate::imaging::scan::{File, New, binary};
use crate::imaging::{object_id, study};
use crate::inference::dicom::{DecodeError, DicomError, DicomReader, Metadata};
use crate::platform::queue::Queue;
use crate::records::bundle::{Entry, Target, Wanted};
use crate::records::conditional::Criteria;
use crate::records::{Beside, Error, Precondition, Records, Stored, Written};

/// So often it is tried to add an instance to a study to which others add some at the same time.
const ATTEMPTS: u8 = 16;
/// All classes that DICOM itself defines.
const STANDARD_ROOT: &str = "1.2.840.10008.";
/// Those of them that are stored: images, reports, curves; and radiotherapy's.
const STORED_ROOTS: [&str; 2] = ["1.2.840.10008.5.1.4.1.1.", "1.2.840.10008.5.1.4.34."];

/// What keeps instances.
#[derive(Clone, Copy)]
pub struct Keeper<'a> {
    /// The door to resources.
    pub records: &'a Records,
    /// Reads files.
    pub reader: &'a DicomReader,
    /// Where analyses are asked for.
    pub queue: &'a Queue,
    /// Who stores.
    pub caller: &'a Caller,
}

/// A file that was read.
struct Came {
    instance: Instance,
    picture: Option<Picture>,
    bytes: Bytes,
    uids: Uids,
}

impl Keeper<'_> {
    /// Keeps a file. `of_study` is the study that it must be of, where the address names one.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn keep(&self, bytes: Bytes, of_study: Option<&str>) -> Result<Outcome, Error> {
        let (metadata, picture) = match read(self.reader, bytes.clone()).await {
            Ok((metadata, picture)) => (metadata, picture.ok()),
            Err(fault) => return Ok(Outcome::Failed(None, reason(&fault))),
        };
        let uids = uids(&metadata);
        if of_study.is_some_and(|wanted| wanted != uids.study) {
            return Ok(Outcome::Failed(Some(uids), Reason::DoesNotMatch));
        }
        if !is_storable(&uids.class) {
            return Ok(Outcome::Failed(Some(uids), Reason::SopClass));
        }
        let Ok(sha256) = sha256(bytes.clone()).await else {
            return Ok(Outcome::Failed(Some(uids), Reason::Processing));
        };
        let file = File {
            name: format!("{}.dcm", uids.instance),
            media_type: DICOM,
            width: metadata.columns.into(),
            height: metadata.rows.into(),
            size_bytes: bytes.len(),
            sha256,
        };
        let id = object_id::of(&self.records.new_id());
        let came = Came { instance: Instance { id, metadata, file }, picture, bytes, uids };
        for _ in 0..ATTEMPTS {
            match self.attempt(&came).await {
                Ok(outcome) => return Ok(outcome),
                Err(error) if is_late(&error) => {}
                // A client of one patient may store that one's files, and others not.
                Err(Error::Forbidden | Error::Withheld) => {
                    return Ok(Outcome::Failed(Some(came.uids), Reason::NotAuthorized));
                }
                Err(Error::Busy(_) | Error::Unavailable) => {
                    return Ok(Outcome::Failed(Some(came.uids), Reason::OutOfResources));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Outcome::Failed(Some(came.uids), Reason::Processing))
    }

    async fn attempt(&self, came: &Came) -> Result<Outcome, Error> {
        let uids = || came.uids.clone();
        let told = &came.instance.metadata;
        let by = vec![parameter("identifier", format!("{DICOM_UID}|{}", oid(&came.uids.instance)))];
        let known = all(self.records, self.caller, "Media", by).await?;
        for stored in &known {
            let is_same = kept_sha256(&stored.json()?) == Some(came.instance.file.sha256.as_str());
            if is_same {
                return Ok(Outcome::Present(uids()));
            }
        }
        if !known.is_empty() {
            return Ok(Outcome::Failed(Some(uids()), Reason::Duplicate));
        }
        // Who stores files of one study at the same time meets at one resource.
        let id = object_id::of(&format!("study {}", came.uids.study));
        let before = self.current(&id).await?;
        let person = self.person(told).await?;
        let patient_id = match (&before, &person) {
            (Some((_, study)), _) => {
                let subject = study.pointer("/subject/reference").and_then(Value::as_str).unwrap_or_default();
                let subject = subject.strip_prefix("Patient/").unwrap_or_default().to_owned();
                let is_another = match &person {
                    Some(person) => person.id != subject,
                    None => hospital_id(&told.patient).is_some(),
                };
                // A study is of one patient: a file that names another is not added quietly.
                if is_another {
                    return Ok(Outcome::Failed(Some(uids()), Reason::DoesNotMatch));
                }
                subject
            }
            (None, Some(person)) => person.id.clone(),
            (None, None) => object_id::of(&self.records.new_id()),
        };
        let is_new_person = before.is_none() && person.is_none();
        let entries = self.entries(came, (&id, &patient_id), before.as_ref(), is_new_person).await?;
        let beside = Beside { job: before.is_none().then(|| self.queue.job(&id)), ..Beside::default() };
        let count = entries.len();
        let ask = async |records: &Records, _: &[Written]| records.do_beside(self.caller, &beside).await;
        let written = self.records.transaction(self.caller, entries, ("", count), ask).await;
        written.map_err(alone)?;
        self.queue.wake();
        Ok(Outcome::Stored(uids()))
    }

    async fn current(&self, id: &str) -> Result<Option<(Stored, Value)>, Error> {
        let read = self.records.read(&self.caller.quietly(), resource_type("ImagingStudy")?, id).await;
        match read {
            Ok(stored) => {
                let json = stored.json()?;
                Ok(Some((stored, json)))
            }
            Err(Error::NotFound | Error::Gone) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The Patient with the id that the file names.
    async fn person(&self, told: &Metadata) -> Result<Option<Stored>, Error> {
        let Some(id) = hospital_id(&told.patient) else { return Ok(None) };
        let query = search_by(vec![by_hospital_id(id)], None);
        let page = self.records.search(&self.caller.quietly(), resource_type("Patient")?, &query).await?;
        Ok(page.resources.into_iter().next())
    }

    /// What is written; what others point at comes first.
    async fn entries(
        &self,
        came: &Came,
        (id, patient_id): (&str, &str),
        before: Option<&(Stored, Value)>,
        is_new_person: bool,
    ) -> Result<Vec<Entry>, Error> {
        let (told, now) = (&came.instance.metadata, self.records.now());
        let context = Context { now, author: author(self.caller) };
        let picture = came.picture.as_ref().filter(|_| before.is_none());
        let new = New {
            id: id.to_owned(),
            patient: patient_id.to_owned(),
            name: full_name(&told.patient),
            taken: began(told).unwrap_or(now),
            file: picture.map(|picture| shown(picture, &came.instance.file.name)),
            instances: vec![came.instance.clone()],
            notes: Vec::new(),
        };
        let mut all = Entries::default();
        if is_new_person {
            let target = hospital_id(&told.patient).map(|given| {
                Target::Where(Criteria { parameters: vec![by_hospital_id(given)], base_url: String::new() })
            });
            let target = target.unwrap_or_else(|| Target::Id(patient_id.to_owned()));
            all.add("Patient", patient(patient_id, &told.patient), target, Precondition::Absent)?;
        }
        let (whole, precondition) = match before {
            Some((stored, json)) => (study::with(json.clone(), &new.instances), stored.version.into()),
            None => (new.imaging_study(), Precondition::Absent),
        };
        all.add("ImagingStudy", whole, Target::Id(id.to_owned()), precondition)?;
        let instance = &came.instance;
        all.make("Media", &instance.id, instance.media(&new, &context))?;
        let data = encoded(came.bytes.clone()).await?;
        all.make("Binary", &instance.id, binary(&instance.id, DICOM, data))?;
        if let (Some(picture), Some(file)) = (picture, &new.file) {
            all.make("Media", id, new.media(file, &context))?;
            let data = encoded(picture.png.clone()).await?;
            all.make("Binary", id, binary(id, file.media_type, data))?;
        }
        if before.is_none() {
            all.make("Task", id, new.task(&object_id::of(&self.records.new_id()), &context))?;
        }
        let mut provenance = new.provenance(&context);
        crate::imaging::resource::set(&mut provenance, "id", Some(instance.id.as_str().into()));
        all.make("Provenance", &instance.id, provenance)?;
        Ok(all.0)
    }
}

/// What is written, in order.
#[derive(Default)]
struct Entries(Vec<Entry>);

impl Entries {
    fn add(
        &mut self,
        name: &'static str,
        resource: Value,
        target: Target,
        precondition: Precondition,
    ) -> Result<(), Error> {
        let wanted = Wanted::Update { resource, target, precondition: Some(precondition) };
        let at = self.0.len();
        self.0.push(Entry { at, full_url: None, resource_type: resource_type(name)?, wanted });
        Ok(())
    }

    fn make(&mut self, name: &'static str, id: &str, resource: Value) -> Result<(), Error> {
        self.add(name, resource, Target::Id(id.to_owned()), Precondition::Absent)
    }
}

fn by_hospital_id(id: &str) -> (String, String) {
    parameter("identifier", format!("{PATIENT_ID}|{}", escaped(id)))
}

/// The picture that stands for the study.
fn shown(picture: &Picture, name: &str) -> File {
    File {
        name: format!("{name}.png"),
        media_type: "image/png",
        width: picture.width,
        height: picture.height,
        size_bytes: picture.png.len(),
        sha256: picture.sha256.clone(),
    }
}

/// The resource that stands for who stores, where there is one.
fn author(caller: &Caller) -> String {
    let kinds = ["Practitioner/", "Device/", "Organization/"];
    let named = kinds.iter().find_map(|kind| caller.actors.iter().find(|actor| actor.starts_with(kind)));
    named.cloned().unwrap_or_default()
}

fn uids(metadata: &Metadata) -> Uids {
    Uids {
        class: metadata.class.as_str().to_owned(),
        study: metadata.study.as_str().to_owned(),
        series: metadata.series.as_str().to_owned(),
        instance: metadata.instance.as_str().to_owned(),
    }
}

/// Whether instances of a class are stored: those of DICOM that it says so of, and everybody's own.
fn is_storable(class: &str) -> bool {
    !class.starts_with(STANDARD_ROOT) || STORED_ROOTS.iter().any(|root| class.starts_with(root))
}

/// Why a file was not read, in DICOM's numbers.
fn reason(fault: &DecodeError) -> Reason {
    match fault {
        DecodeError::File(DicomError::UnsupportedSyntax { .. }) => Reason::TransferSyntax,
        DecodeError::File(DicomError::TooLarge { .. }) => Reason::OutOfResources,
        DecodeError::File(_) => Reason::CannotUnderstand,
        DecodeError::TooSlow | DecodeError::Failed => Reason::OutOfResources,
        DecodeError::Unavailable => Reason::Processing,
    }
}

/// A large file takes long enough to hold up other requests of a thread.
async fn encoded(bytes: Bytes) -> Result<Secret<String>, Error> {
    web::block(move || Secret::new(STANDARD.encode(bytes))).await.map_err(Error::internal)
}

/// The error of one entry, by itself.
fn alone(error: Error) -> Error {
    let error = if let Error::InEntry(_, error) = error { *error } else { error };
    // No patient had the id before: where its Patient is another than the one that is made, another request came first.
    if matches!(error, Error::BadRequest(..) | Error::MultipleMatches) { Error::Conflict } else { error }
}

/// Whether another request was faster, so that the same may go through when it begins anew.
fn is_late(error: &Error) -> bool {
    matches!(
        error,
        Error::Duplicate(_)
            | Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. }
    )
}
