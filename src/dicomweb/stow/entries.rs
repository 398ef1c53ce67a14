//! What is written of a file: its study, the file, and the scan that the first file that can be shown makes of the study.

use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::came::Came;
use super::whose::{self, by_hospital_id};
use crate::core::Secret;
use crate::dicomweb::studies::resource_type;
use crate::identity::Caller;
use crate::imaging::dicom::{Picture, began};
use crate::imaging::instance::DICOM;
use crate::imaging::patient::{full_name, hospital_id, patient};
use crate::imaging::resource::{Context, list, set, text};
use crate::imaging::scan::{File, New, binary, binary_beside};
use crate::imaging::study;
use crate::inference::dicom::Metadata;
use crate::records::bundle::{Entry, Target, Wanted};
use crate::records::conditional::Criteria;
use crate::records::{Error, Precondition, Stored};

/// What a file brings beside itself.
#[derive(Clone, Copy)]
pub(super) struct What {
    /// Nobody had its patient's id before.
    pub(super) is_new_person: bool,
    /// It stands for its study from now on, and is looked at.
    pub(super) is_shown: bool,
    /// It calls its patient otherwise.
    pub(super) is_doubtful: bool,
}

/// What is written; what others point at comes first.
///
/// # Errors
/// When a thread that encodes ends.
pub(super) async fn entries(
    came: &Came,
    (id, patient_id): (&str, &str),
    before: Option<&(Stored, Value)>,
    what: What,
    (job, context): (&str, &Context),
) -> Result<Vec<Entry>, Error> {
    let told = &came.instance.metadata;
    let What { is_new_person, is_shown, is_doubtful } = what;
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
    all.make("Media", &instance.id, instance.media(&new, context))?;
    all.make("Binary", &instance.id, binary_beside(&instance.id, DICOM))?;
    if let (Some(picture), Some(file)) = (picture, &new.file) {
        all.make("Media", id, new.media(file, context))?;
        let data = encoded(picture.png.clone()).await?;
        all.make("Binary", id, binary(id, file.media_type, data))?;
    }
    if is_shown {
        all.make("Task", id, new.task(job, context))?;
    }
    let mut provenance = new.provenance(context);
    set(&mut provenance, "id", Some(instance.id.as_str().into()));
    all.make("Provenance", &instance.id, provenance)?;
    Ok(all.0)
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
        size_bytes: u64::try_from(picture.png.len()).unwrap_or(u64::MAX),
        sha256: picture.sha256.clone(),
    }
}

/// The resource that stands for who stores, where there is one.
pub(super) fn author(caller: &Caller) -> String {
    let kinds = ["Practitioner/", "Device/", "Organization/"];
    let named = kinds.iter().find_map(|kind| caller.actors.iter().find(|actor| actor.starts_with(kind)));
    named.cloned().unwrap_or_default()
}

/// A large file takes long enough to hold up other requests of a thread.
async fn encoded(bytes: Bytes) -> Result<Secret<String>, Error> {
    web::block(move || Secret::new(STANDARD.encode(bytes))).await.map_err(Error::internal)
}
