//! `GET /api/patients/:id` (contract IM-41).

use actix_web::{HttpResponse, get, web};
use serde_json::Value;

use crate::records::Records;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::{note, patient};
use crate::vendors::imagemedix::patients::{self, Assignments};
use crate::vendors::imagemedix::people::People;
use crate::vendors::imagemedix::{charts, operations, scans, wire};

/// Reads all that is known of a patient, whoever recorded it.
#[utoipa::path(tag = "patients", operation_id = "read_patient", params(("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The patient", body = wire::PatientRecord),
        (status = 404, description = "There is no such patient, or the caller may not see them", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/patients/{id}")]
pub async fn read_patient(
    path: web::Path<String>,
    signed_in: SignedIn,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let stored = patients::find(&records, &signed_in, &path).await?;
    let resource = stored.json()?;
    let assignments = Assignments::of(&records, &signed_in, &[&stored.id]).await?;
    let notes = charts::notes(&records, &signed_in, &stored.id).await?;
    let mut named = assignments.all();
    named.extend(notes.iter().filter_map(note::author));
    named.sort_unstable();
    named.dedup();
    let people = People::named(&records, &signed_in, &named).await?;
    let doctors = assignments.doctors(&stored.id).into_iter().map(|doctor| people.person(doctor));
    let medical_history = charts::medical_history(&records, &signed_in, &stored.id).await?;
    let visits = charts::visits(&records, &signed_in, &stored.id).await?;
    let record = wire::PatientRecord {
        patient: patient::in_list(&resource, doctors.collect()),
        contact: patient::contact(&resource),
        medical_history,
        scans: scans::list::of_patient(&records, &signed_in, &stored.id).await?,
        notes: notes.iter().filter_map(|document| with_name(document, &people)).collect(),
        last_visit: visits.last,
        next_appointment: visits.next,
    };
    records.audit_answer(&signed_in.caller, operations::READ_PATIENT, &stored).await?;
    Ok(HttpResponse::Ok().json(record))
}

fn with_name(document: &Value, people: &People) -> Option<wire::NoteOf<wire::Person>> {
    let wire::Note { content, created_at, .. } = note::note(document)?;
    Some(wire::NoteOf { content, created_by: note::author(document).map(|id| people.person(id)), created_at })
}
