//! Keeping one instance: in the ImagingStudy of its study, which is made where there is none.

use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::answer::{Outcome, Reason, Uids};
use super::whose::{self, by_hospital_id};
use crate::core::Secret;
use crate::dicomweb::studies::{all, parameter, resource_type};
use crate::identity::Caller;
use crate::imaging::codes::{DICOM_UID, oid};
use crate::imaging::dicom::{Picture, began, read, sha256};
use crate::imaging::instance::{DICOM, Instance, sha256 as kept_sha256};
use crate::imaging::patient::{full_name, hospital_id, patient};
use crate::imaging::resource::{Context, list, set, text};
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
#[derive(Clone)]
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
                // Of several with its id, nobody can tell which it is.
                Err(Error::MultipleMatches) => {
                    return Ok(Outcome::Failed(Some(came.uids), Reason::DoesNotMatch));
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
        let (mut left, mut is_taken) = (None, false);
        for stored in known {
            let media = stored.json()?;
            if kept_sha256(&media) != Some(came.instance.file.sha256.as_str()) {
                is_taken = true;
                continue;
            }
            if self.is_of_a_study(&media).await? {
                return Ok(Outcome::Present(uids()));
            }
            left = Some(stored.id);
        }
        if is_taken {
            return Ok(Outcome::Failed(Some(uids()), Reason::Duplicate));
        }
        // What is left of a study that was deleted is taken up again.
        let mut came = came.clone();
        came.instance.id = left.unwrap_or(came.instance.id);
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
        let known = match (&person, &before) {
            (Some(person), _) => Some(person.json()?),
            (None, Some(_)) => {
                self.read("Patient", &patient_id).await?.map(|stored| stored.json()).transpose()?
            }
            (None, None) => None,
        };
        let is_doubtful = known.is_some_and(|known| whose::is_called_otherwise(told, &known));
        let is_new_person = before.is_none() && person.is_none();
        // The first file that can be shown stands for the study, and is what is analysed.
        let is_shown = came.picture.is_some() && (before.is_none() || !self.is_there("Media", &id).await?);
        let entries = self
            .entries(&came, (&id, &patient_id), before.as_ref(), (is_new_person, is_shown, is_doubtful))
            .await?;
        let beside = Beside { job: is_shown.then(|| self.queue.job(&id)), ..Beside::default() };
        let count = entries.len();
        let made = hospital_id(&told.patient).filter(|_| is_new_person);
        let ask = async |records: &Records, _: &[Written]| {
            if let Some(given) = made {
                whose::refuse_another(records, self.caller, given).await?;
            }
            records.do_beside(self.caller, &beside).await
        };
        let written = self.records.transaction(self.caller, entries, ("", count), ask).await;
        written.map_err(alone)?;
        self.queue.wake();
        Ok(Outcome::Stored(uids()))
    }

    /// Whether a Media is part of an ImagingStudy that the caller can read.
    async fn is_of_a_study(&self, media: &Value) -> Result<bool, Error> {
        for whole in list(media, "partOf").filter_map(|whole| text(whole, "reference")) {
            let Some(id) = whole.strip_prefix("ImagingStudy/") else { continue };
            if self.is_there("ImagingStudy", id).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The Patient with the id that the file names.
    async fn person(&self, told: &Metadata) -> Result<Option<Stored>, Error> {
        match hospital_id(&told.patient) {
            Some(id) => whose::person(self.records, self.caller, id).await,
            None => Ok(None),
        }
    }

    async fn is_there(&self, name: &'static str, id: &str) -> Result<bool, Error> {
        Ok(self.read(name, id).await?.is_some())
    }

    async fn current(&self, id: &str) -> Result<Option<(Stored, Value)>, Error> {
        let Some(stored) = self.read("ImagingStudy", id).await? else { return Ok(None) };
        let json = stored.json()?;
        Ok(Some((stored, json)))
    }

    async fn read(&self, name: &'static str, id: &str) -> Result<Option<Stored>, Error> {
        match self.records.read(&self.caller.quietly(), resource_type(name)?, id).await {
            Ok(stored) => Ok(Some(stored)),
            Err(Error::NotFound | Error::Gone) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// What is written; what others point at comes first.
    async fn entries(
        &self,
        came: &Came,
        (id, patient_id): (&str, &str),
        before: Option<&(Stored, Value)>,
        (is_new_person, is_shown, is_doubtful): (bool, bool, bool),
    ) -> Result<Vec<Entry>, Error> {
        let (told, now) = (&came.instance.metadata, self.records.now());
        let context = Context { now, author: author(self.caller) };
        let picture = came.picture.as_ref().filter(|_| is_shown);
        let new = New {
            id: id.to_owned(),
            patient: patient_id.to_owned(),
            name: full_name(&told.patient),
            taken: began(told),
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
            all.add("Patient", patient(patient_id, &told.patient), target, Some(Precondition::Absent))?;
        }
        let (mut whole, precondition) = match before {
            Some((stored, json)) => {
                (study::with(json.clone(), &new.instances), Precondition::from(stored.version))
            }
            None => (begun(new.imaging_study(), told), Precondition::Absent),
        };
        if is_doubtful {
            whole = noted(whole);
        }
        all.add("ImagingStudy", whole, Target::Id(id.to_owned()), Some(precondition))?;
        let instance = &came.instance;
        all.make("Media", &instance.id, instance.media(&new, &context))?;
        let data = encoded(came.bytes.clone()).await?;
        all.make("Binary", &instance.id, binary(&instance.id, DICOM, data))?;
        if let (Some(picture), Some(file)) = (picture, &new.file) {
            all.make("Media", id, new.media(file, &context))?;
            let data = encoded(picture.png.clone()).await?;
            all.make("Binary", id, binary(id, file.media_type, data))?;
        }
        if is_shown {
            all.make("Task", id, new.task(&object_id::of(&self.records.new_id()), &context))?;
        }
        let mut provenance = new.provenance(&context);
        set(&mut provenance, "id", Some(instance.id.as_str().into()));
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
        precondition: Option<Precondition>,
    ) -> Result<(), Error> {
        let wanted = Wanted::Update { resource, target, precondition };
        let at = self.0.len();
        self.0.push(Entry { at, full_url: None, resource_type: resource_type(name)?, wanted });
        Ok(())
    }

    /// A part of the study. The ImagingStudy's precondition holds for it too; what is left of a deleted study is written anew.
    fn make(&mut self, name: &'static str, id: &str, resource: Value) -> Result<(), Error> {
        self.add(name, resource, Target::Id(id.to_owned()), None)
    }
}

/// The ImagingStudy that began by the clock of where it was taken, where the file tells that.
fn begun(mut study: Value, told: &Metadata) -> Value {
    if let Some((began, offset)) = began(told).zip(told.began.and_then(|began| began.offset)) {
        let local = began.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Millis, false);
        set(&mut study, "started", Some(local.into()));
    }
    study
}

/// The ImagingStudy that says that a file of it calls the patient otherwise, once.
fn noted(mut study: Value) -> Value {
    let mut notes: Vec<Value> = list(&study, "note").cloned().collect();
    if !notes.iter().any(|note| text(note, "text") == Some(whose::CALLED_OTHERWISE)) {
        notes.push(json!({ "text": whose::CALLED_OTHERWISE }));
    }
    set(&mut study, "note", Some(notes.into()));
    study
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
