//! Keeping one instance: in the ImagingStudy of its study, which is made where there is none.

use serde_json::Value;

use super::announced::Announcing;
use super::answer::{Outcome, Reason};
use super::came::Came;
use super::entries::{What, author, entries};
use super::whose::{is_called_otherwise, person, refuse_another};
use crate::core::object_id;
use crate::core::spool::Spool;
use crate::dicomweb::studies::{all, parameter, resource_type};
use crate::identity::Caller;
use crate::imaging::arrived::Arrived;
use crate::imaging::codes::{DICOM_UID, PATIENT_ID, oid};
use crate::imaging::instance::sha256 as kept_sha256;
use crate::imaging::patient::hospital_id;
use crate::imaging::resource::{Context, list, text};
use crate::imaging::study;
use crate::inference::dicom::{DicomReader, Metadata};
use crate::platform::delivery::Deliveries;
use crate::platform::queue::Queue;
use crate::records::along::Along;
use crate::records::{Beside, Error, Records, Stored, Written};

/// So often it is tried to add an instance to a study to which others add some at the same time.
const ATTEMPTS: u8 = 16;
/// What keeps instances.
#[derive(Clone, Copy)]
pub struct Keeper<'a> {
    /// The door to resources.
    pub records: &'a Records,
    /// Reads files.
    pub reader: &'a DicomReader,
    /// Where analyses are asked for.
    pub queue: &'a Queue,
    /// Posts what others are told.
    pub deliveries: &'a Deliveries,
    /// Says what they are told.
    pub announcing: Announcing,
    /// Who stores.
    pub caller: &'a Caller,
}

/// What is there of a file.
enum Known {
    /// Nothing.
    Nothing,
    /// The file itself, in a study.
    Here,
    /// Another file with its UID.
    Another,
    /// What is left of it, by the id of its Media: its study is gone.
    Left(String),
}

/// Whose a file is.
struct Whose {
    /// The logical id of the Patient.
    id: String,
    /// The Patient, where there is one that the caller may read.
    known: Option<Value>,
    /// Nobody had the id before.
    is_new: bool,
}

impl Whose {
    /// The id that the hospital gave: as the file says it, or as it is known.
    fn hospital_id(&self, told: &Metadata) -> Option<String> {
        let known = self.known.as_ref().and_then(|known| study::identifier(known, PATIENT_ID));
        hospital_id(&told.patient).or(known).map(str::to_owned)
    }
}

impl Keeper<'_> {
    /// Keeps a file. `of_study` is the study that it must be of, where the address names one.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn keep(&self, file: Spool, of_study: Option<&str>) -> Result<Outcome, Error> {
        let id = object_id::of(&self.records.new_id());
        let came = match Came::read(self.reader, file, of_study, id).await {
            Ok(came) => came,
            Err(outcome) => return Ok(outcome),
        };
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
        // What is left of a study that was deleted is taken up again.
        let mut came = came.clone();
        match self.known(&came).await? {
            Known::Here => return Ok(Outcome::Present(uids())),
            Known::Another => return Ok(Outcome::Failed(Some(uids()), Reason::Duplicate)),
            Known::Left(id) => came.instance.id = id,
            Known::Nothing => {}
        }
        // Who stores files of one study at the same time meets at one resource.
        let id = object_id::of(&format!("study {}", came.uids.study));
        let before = self.current(&id).await?;
        // A study is of one patient: a file that names another is not added quietly.
        let Some(whose) = self.whose(told, before.as_ref()).await? else {
            return Ok(Outcome::Failed(Some(uids()), Reason::DoesNotMatch));
        };
        // The first file that can be shown stands for the study, and is what is analysed.
        let is_shown = came.picture.is_some() && (before.is_none() || !self.is_there("Media", &id).await?);
        let is_doubtful = whose.known.as_ref().is_some_and(|known| is_called_otherwise(told, known));
        let what = What { is_new_person: whose.is_new, is_shown, is_doubtful };
        let context = Context { now: self.records.now(), author: author(self.caller) };
        let job = object_id::of(&self.records.new_id());
        let entries = entries(&came, (&id, &whose.id), before.as_ref(), what, (&job, &context)).await?;
        let beside = if is_shown { self.begins(&id, whose.hospital_id(told))? } else { Beside::default() };
        let count = entries.len();
        let made = hospital_id(&told.patient).filter(|_| whose.is_new);
        let ask = async |records: &Records, _: &[Written]| {
            if let Some(given) = made {
                refuse_another(records, self.caller, given).await?;
            }
            records.do_beside(self.caller, &beside).await
        };
        let along = || Along::of(&came.instance.id, &came.content);
        let written = self.records.transaction_along(self.caller, entries, ("", count), along, ask).await;
        written.map_err(alone)?;
        self.queue.wake();
        self.deliveries.wake();
        Ok(Outcome::Stored(uids()))
    }

    /// What is there of the file already.
    async fn known(&self, came: &Came) -> Result<Known, Error> {
        let by = vec![parameter("identifier", format!("{DICOM_UID}|{}", oid(&came.uids.instance)))];
        let mut known = Known::Nothing;
        for stored in all(self.records, self.caller, "Media", by).await? {
            let media = stored.json()?;
            if kept_sha256(&media) != Some(came.instance.file.sha256.as_str()) {
                known = Known::Another;
            } else if self.is_of_a_study(&media).await? {
                return Ok(Known::Here);
            } else if matches!(known, Known::Nothing) {
                known = Known::Left(stored.id);
            }
        }
        Ok(known)
    }

    /// Whose the file is; none where its study is somebody else's.
    async fn whose(&self, told: &Metadata, before: Option<&(Stored, Value)>) -> Result<Option<Whose>, Error> {
        let person = self.person(told).await?;
        let Some((_, study)) = before else {
            return Ok(Some(match person {
                Some(person) => Whose { known: Some(person.json()?), id: person.id, is_new: false },
                None => Whose { id: object_id::of(&self.records.new_id()), known: None, is_new: true },
            }));
        };
        let subject = study.pointer("/subject/reference").and_then(Value::as_str).unwrap_or_default();
        let subject = subject.strip_prefix("Patient/").unwrap_or_default().to_owned();
        let known = match person {
            Some(person) if person.id == subject => Some(person),
            Some(_) => return Ok(None),
            None if hospital_id(&told.patient).is_some() => return Ok(None),
            None => self.read("Patient", &subject).await?,
        };
        let known = known.map(|stored| stored.json()).transpose()?;
        Ok(Some(Whose { id: subject, known, is_new: false }))
    }

    /// What a new scan makes necessary: it is to be looked at, and others are told that it came.
    fn begins(&self, id: &str, patient_id: Option<String>) -> Result<Beside, Error> {
        let Announcing(announce) = self.announcing;
        let (notice, now) = (self.records.new_id(), self.records.now());
        let told = announce(Arrived { scan: id.to_owned(), patient_id, notice, now })?;
        Ok(Beside::asking(self.queue.job(id)).and_telling(told))
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
            Some(id) => person(self.records, self.caller, id).await,
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
}

/// The error of one entry, by itself.
fn alone(error: Error) -> Error {
    let error = error.of_entry();
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
