//! Finding scans, and who may see them (contract IM-09): a doctor those that he sent and those of the patients who are assigned to him, an
//! administrator all.
//!
//! A scan of this surface is an ImagingStudy with an identifier of [`SCAN`] that a Task of this surface is about: that tells who sent it
//! and how far it is.

pub mod files;
pub mod list;
pub mod picture;
pub mod taken;

use serde_json::Value;

use super::caller::{Role, SignedIn};
use super::codes::{ANNOTATION, RESULT, SCAN};
use super::errors::Refusal;
use super::from_fhir::{annotation, result, scan, text};
use super::state::State;
use super::store::{AT_ONCE, all, bodies, query, resource_type};
use super::{object_id, patients, wire};
use crate::identity::Caller;
use crate::imaging::codes::{DICOM_UID, oid};
use crate::imaging::{instance, study};
use crate::records::search::Also;
use crate::records::{Error, Records, Stored};

/// The word for what is missing.
pub const WHAT: &str = "scan";

/// A scan that the caller may see.
#[derive(Debug)]
pub struct Scan {
    /// The vendor's id.
    pub id: String,
    /// Its ImagingStudy, as it was found.
    pub stored: Stored,
    /// The ImagingStudy.
    pub study: Value,
    /// The Task, as it was found.
    pub task: Stored,
    /// Its Media, where it has one.
    pub media: Option<Value>,
}

/// A resource as it was found, with its JSON.
#[derive(Debug)]
pub struct Found {
    /// As it was found.
    pub stored: Stored,
    /// Its JSON.
    pub json: Value,
}

/// The scan with this id.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the caller may see.
pub async fn find(records: &Records, signed_in: &SignedIn, id: &str) -> Result<Scan, Refusal> {
    find_among(records, &signed_in.caller, id, visible(signed_in, None)?).await
}

/// The scan with this id, of which all of these hold.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn find_among(
    records: &Records,
    caller: &Caller,
    id: &str,
    also: Vec<Also>,
) -> Result<Scan, Refusal> {
    if !object_id::is_one(id) {
        return Err(Refusal::NotFound(WHAT));
    }
    let mut query = query(&[("identifier", format!("{SCAN}|{id}"))], None, 1);
    query.also = also;
    let page = records.search(&caller.quietly(), resource_type("ImagingStudy")?, &query).await?;
    let stored = page.resources.into_iter().next().ok_or(Refusal::NotFound(WHAT))?;
    let focus = [("focus", format!("ImagingStudy/{}", stored.id)), ("identifier", format!("{SCAN}|"))];
    let task = all(records, caller, "Task", &focus).await?.into_iter().next();
    let task = task.ok_or(Refusal::NotFound(WHAT))?;
    let media = bodies(records, caller, "Media", &[("identifier", format!("{SCAN}|{id}"))]).await?;
    let study = stored.json()?;
    Ok(Scan { id: id.to_owned(), stored, study, task, media: media.into_iter().next() })
}

impl Scan {
    /// The Task's JSON.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn asked(&self) -> Result<Value, Error> {
        self.task.json()
    }

    /// How far it is.
    ///
    /// # Errors
    /// When the Task cannot be read.
    pub fn state(&self) -> Result<State, Error> {
        Ok(State::of(&self.asked()?))
    }

    /// The logical id of the Media.
    #[must_use]
    pub fn media_id(&self) -> Option<&str> {
        self.media.as_ref().and_then(|media| text(media, "id"))
    }

    /// The logical id of the Patient.
    #[must_use]
    pub fn patient(&self) -> Option<&str> {
        scan::patient(&self.study)
    }

    /// The Media of the DICOM file that is kept under this name.
    ///
    /// # Errors
    /// When it cannot be searched.
    pub async fn dicom(
        &self,
        records: &Records,
        caller: &Caller,
        name: &str,
    ) -> Result<Option<Value>, Error> {
        let mut named = self.instances(records, caller).await?;
        named.retain(|media| scan::file_name(media) == Some(name));
        Ok(named.into_iter().next())
    }

    /// The Media of all DICOM files of the study.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn instances(&self, records: &Records, caller: &Caller) -> Result<Vec<Value>, Error> {
        let uids: Vec<_> = study::instances(&self.study).collect();
        let mut found = Vec::new();
        for some in uids.chunks(AT_ONCE) {
            let of: Vec<_> = some.iter().map(|uid| format!("{DICOM_UID}|{}", oid(uid))).collect();
            found.extend(bodies(records, caller, "Media", &[("identifier", of.join(","))]).await?);
        }
        // The same file may be part of other scans.
        found.retain(|media| instance::is_part_of(media, &self.stored.id));
        Ok(found)
    }

    /// The Observation of what was found last, whoever found it.
    ///
    /// # Errors
    /// When it cannot be searched.
    pub async fn observation(&self, records: &Records, caller: &Caller) -> Result<Option<Found>, Error> {
        let by = [("identifier", format!("{RESULT}|{}", self.id))];
        last(all(records, caller, "Observation", &by).await?)
    }

    /// The DiagnosticReport.
    ///
    /// # Errors
    /// When it cannot be searched.
    pub async fn report(&self, records: &Records, caller: &Caller) -> Result<Option<Found>, Error> {
        let by = [("identifier", format!("{SCAN}|{}", self.id))];
        last(all(records, caller, "DiagnosticReport", &by).await?)
    }

    /// The marks on it.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn annotations(
        &self,
        records: &Records,
        caller: &Caller,
    ) -> Result<Vec<wire::Annotation>, Error> {
        let Some(media) = self.media_id() else { return Ok(Vec::new()) };
        let by = [
            ("derived-from", format!("Media/{media}")),
            ("identifier", format!("{ANNOTATION}|")),
            ("status:not", "entered-in-error".to_owned()),
        ];
        Ok(annotation::annotations(&bodies(records, caller, "Observation", &by).await?))
    }
}

fn last(all: Vec<Stored>) -> Result<Option<Found>, Error> {
    let last = all.into_iter().next_back();
    last.map(|stored| Ok(Found { json: stored.json()?, stored })).transpose()
}

/// What was found, in the vendor's words.
#[must_use]
pub fn outcome(observation: Option<&Found>) -> Option<wire::Outcome> {
    observation.and_then(|found| result::outcome(&found.json))
}

/// What must hold of a scan that the caller may see, in this state where there is one.
///
/// # Errors
/// When there is no such type.
pub fn visible(signed_in: &SignedIn, state: Option<State>) -> Result<Vec<Also>, Error> {
    let task = |others: Vec<(&str, String)>| -> Result<Also, Error> {
        let own = ("identifier", format!("{SCAN}|"));
        let parameters = std::iter::once(own).chain(others);
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Also::PointedAtFrom { source: resource_type("Task")?, by: "focus", parameters })
    };
    let of_state = state.map(|state| ("status", state.codes().join(",")));
    let mut also = vec![task(of_state.into_iter().collect())?];
    match signed_in.role {
        Role::Admin => {}
        Role::Doctor => also.push(Also::Either(vec![
            task(vec![("requester", signed_in.reference())])?,
            Also::PointsAt {
                by: "patient",
                target: resource_type("Patient")?,
                also: patients::visible(signed_in)?,
            },
        ])),
    }
    Ok(also)
}
