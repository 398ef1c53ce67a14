//! Pages of scans, and what is shown of each.

use std::collections::HashMap;

use serde_json::Value;

use super::files::Addresses;
use super::visible;
use crate::records::{Error, Records};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::codes::{RESULT, SCAN};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::{patient, result, scan, text};
use crate::vendors::imagemedix::patients;
use crate::vendors::imagemedix::query::Page;
use crate::vendors::imagemedix::state::State;
use crate::vendors::imagemedix::store::{AT_ONCE, bodies, numbered, query};
use crate::vendors::imagemedix::wire;

/// What scans are listed.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The page.
    pub page: Page,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those of the patient to whom the hospital gave this id.
    pub patient_id: Option<String>,
    /// Only those from this time on, as FHIR writes it.
    pub from: Option<String>,
    /// Only those up to this time.
    pub until: Option<String>,
}

/// The ImagingStudies on a page, and how many there are in all.
///
/// # Errors
/// When they cannot be searched.
pub async fn list(
    records: &Records,
    signed_in: &SignedIn,
    wanted: &Wanted,
) -> Result<(Vec<Value>, i64), Refusal> {
    let limit = u16::try_from(wanted.page.limit).unwrap_or(u16::MAX);
    let mut query = query(&[("identifier", format!("{SCAN}|"))], Some("-started"), limit);
    let mut by = |name: &str, value: String| query.parameters.push((name.to_owned(), value));
    if let Some(id) = &wanted.patient_id {
        let (name, value) = patients::by_patient_id(id);
        by(&format!("patient:Patient.{name}"), value);
    }
    if let Some(from) = &wanted.from {
        by("started", format!("ge{from}"));
    }
    if let Some(until) = &wanted.until {
        by("started", format!("le{until}"));
    }
    query.also = visible(signed_in, wanted.state)?;
    numbered(records, signed_in, "ImagingStudy", query, wanted.page).await
}

/// The scans of the Patient with this logical id, the oldest first.
///
/// # Errors
/// When they cannot be searched.
pub async fn of_patient(
    records: &Records,
    signed_in: &SignedIn,
    patient: &str,
) -> Result<Vec<wire::PatientScan>, Error> {
    let by = [("patient", format!("Patient/{patient}")), ("identifier", format!("{SCAN}|"))];
    let studies = bodies(records, &signed_in.caller, "ImagingStudy", &by).await?;
    let around = Around::tasks_of(records, signed_in, &studies).await?;
    let shown = |study: &Value| {
        let id = scan::id(study)?.to_owned();
        let status = around.state(study)?.as_str();
        Some(wire::PatientScan { id, scan_date: scan::taken(study), status })
    };
    let mut scans: Vec<_> = studies.iter().filter_map(shown).collect();
    scans.sort_by(|one, other| one.scan_date.cmp(&other.scan_date));
    Ok(scans)
}

/// What several scans are shown with.
#[derive(Debug, Default)]
pub struct Around {
    tasks: HashMap<String, Value>,
    media: HashMap<String, Value>,
    results: HashMap<String, Value>,
    patients: HashMap<String, Value>,
}

impl Around {
    /// What these ImagingStudies are shown with.
    ///
    /// # Errors
    /// When it cannot be searched.
    pub async fn of(records: &Records, signed_in: &SignedIn, studies: &[Value]) -> Result<Self, Error> {
        let mut around = Self::tasks_of(records, signed_in, studies).await?;
        let ids: Vec<_> = studies.iter().filter_map(scan::id).collect();
        for some in ids.chunks(AT_ONCE) {
            let of = |system: &str| {
                let all: Vec<_> = some.iter().map(|id| format!("{system}|{id}")).collect();
                [("identifier", all.join(","))]
            };
            for media in bodies(records, &signed_in.caller, "Media", &of(SCAN)).await? {
                around.media.extend(scan::id(&media).map(str::to_owned).map(|id| (id, media)));
            }
            for found in bodies(records, &signed_in.caller, "Observation", &of(RESULT)).await? {
                // The last one counts.
                around.results.extend(result::scan(&found).map(str::to_owned).map(|id| (id, found)));
            }
        }
        let mut patients: Vec<_> = studies.iter().filter_map(scan::patient).collect();
        patients.sort_unstable();
        patients.dedup();
        for some in patients.chunks(AT_ONCE) {
            for patient in bodies(records, &signed_in.caller, "Patient", &[("_id", some.join(","))]).await? {
                let id = text(&patient, "id").map(str::to_owned);
                around.patients.extend(id.map(|id| (id, patient)));
            }
        }
        Ok(around)
    }

    /// Only how far these ImagingStudies are.
    ///
    /// # Errors
    /// When it cannot be searched.
    pub async fn tasks_of(records: &Records, signed_in: &SignedIn, studies: &[Value]) -> Result<Self, Error> {
        let mut around = Self::default();
        let ids: Vec<_> = studies.iter().filter_map(|study| text(study, "id")).collect();
        for some in ids.chunks(AT_ONCE) {
            let focus: Vec<_> = some.iter().map(|id| format!("ImagingStudy/{id}")).collect();
            let by = [("focus", focus.join(",")), ("identifier", format!("{SCAN}|"))];
            for task in bodies(records, &signed_in.caller, "Task", &by).await? {
                let focus = task.pointer("/focus/reference").and_then(Value::as_str);
                let id = focus.and_then(|focus| focus.strip_prefix("ImagingStudy/")).map(str::to_owned);
                around.tasks.extend(id.map(|id| (id, task)));
            }
        }
        Ok(around)
    }

    /// How far a scan is; none where no Task is about it.
    #[must_use]
    pub fn state(&self, study: &Value) -> Option<State> {
        self.tasks.get(text(study, "id")?).map(State::of)
    }

    /// The Task that is about a scan.
    #[must_use]
    pub fn task(&self, study: &Value) -> Option<&Value> {
        self.tasks.get(text(study, "id")?)
    }

    /// The Observation of what was found in a scan last.
    #[must_use]
    pub fn result(&self, study: &Value) -> Option<&Value> {
        self.results.get(scan::id(study)?)
    }

    /// A scan as lists show it, with the address of its picture.
    #[must_use]
    pub fn shown(&self, study: &Value, addresses: &Addresses<'_>) -> Option<wire::ScanInList> {
        let id = scan::id(study)?;
        let patient = scan::patient(study).and_then(|id| self.patients.get(id));
        let name = scan::patient_name(study).map(str::to_owned);
        let file = self.media.get(id).and_then(scan::file_name);
        Some(wire::ScanInList {
            scan: wire::TakenScan {
                id: id.to_owned(),
                patient_id: patient.map(patient::patient_id).unwrap_or_default(),
                patient_name: name.or_else(|| patient.map(patient::full_name)).unwrap_or_default(),
                scan_date: scan::taken(study),
                image_url: file.map(|file| addresses.picture(id, file)),
                dicom_url: scan::dicom_name(study).map(|file| addresses.picture(id, file)),
                warnings: scan::warnings(study),
                status: self.state(study).unwrap_or(State::Failed).as_str(),
            },
            result: self.results.get(id).and_then(result::outcome),
        })
    }
}
