//! What is recorded of a patient beside the master data, whoever recorded it.

use chrono::SecondsFormat;
use serde_json::Value;

use super::caller::SignedIn;
use super::from_fhir::history::history;
use super::from_fhir::text;
use super::store::{bodies, first};
use super::{time, wire};
use crate::fhir::codes::loinc::NOTES;
use crate::records::{Error, Records};

fn of(patient: &str) -> (&'static str, String) {
    ("patient", format!("Patient/{patient}"))
}

/// The medical history of the Patient with this id: all Conditions but those that were entered in error.
///
/// # Errors
/// When it cannot be searched.
pub async fn medical_history(
    records: &Records,
    signed_in: &SignedIn,
    patient: &str,
) -> Result<Vec<wire::Entry>, Error> {
    let in_error = "entered-in-error".to_owned();
    let not = |name| [of(patient), (name, in_error.clone())];
    let conditions = bodies(records, &signed_in.caller, "Condition", &not("verification-status:not")).await?;
    let mut treatments = bodies(records, &signed_in.caller, "CarePlan", &not("status:not")).await?;
    treatments.extend(bodies(records, &signed_in.caller, "MedicationStatement", &not("status:not")).await?);
    Ok(history(&conditions, &treatments))
}

/// The notes on the Patient with this id, as documents, the oldest first: of whatever kind, as long as it is a note.
///
/// # Errors
/// When they cannot be searched.
pub async fn notes(records: &Records, signed_in: &SignedIn, patient: &str) -> Result<Vec<Value>, Error> {
    let kinds: Vec<_> = NOTES.iter().map(|kind| format!("{}|{}", kind.system, kind.code)).collect();
    let by = [of(patient), ("type", kinds.join(",")), ("status", "current".to_owned())];
    let mut notes = bodies(records, &signed_in.caller, "DocumentReference", &by).await?;
    let written = |note: &Value| text(note, "date").and_then(time::of_fhir);
    notes.sort_by_key(written);
    Ok(notes)
}

/// When the Patient with this id was here last, and is to come next.
#[derive(Clone, Debug, Default)]
pub struct Visits {
    /// The last visit.
    pub last: Option<String>,
    /// The next appointment.
    pub next: Option<String>,
}

/// The visits of the Patient with this id: appointments that were kept, and encounters.
///
/// # Errors
/// When they cannot be searched.
pub async fn visits(records: &Records, signed_in: &SignedIn, patient: &str) -> Result<Visits, Error> {
    let now = records.now().to_rfc3339_opts(SecondsFormat::Micros, true);
    let with = |status: &str, date: String| [of(patient), ("status", status.to_owned()), ("date", date)];
    let kept = with("fulfilled,arrived,checked-in", format!("le{now}"));
    let kept = first(records, &signed_in.caller, "Appointment", &kept, "-date").await?;
    let begun = with("finished,in-progress,onleave", format!("le{now}"));
    let begun = first(records, &signed_in.caller, "Encounter", &begun, "-date").await?;
    let next = with("booked,pending", format!("gt{now}"));
    let next = first(records, &signed_in.caller, "Appointment", &next, "date").await?;
    let start = |resource: &Value| text(resource, "start").and_then(time::of_fhir);
    let begun = begun.and_then(|encounter| encounter.get("period").and_then(start));
    // In this form, texts are in the order of their times.
    let last = kept.as_ref().and_then(start).max(begun);
    Ok(Visits { last, next: next.as_ref().and_then(start) })
}
