//! `POST /api/patients` (contract IM-42).

use actix_web::{HttpResponse, post, web};
use serde_json::Value;

use crate::records::bundle::{Entry, Target, Wanted};
use crate::records::{Error, Precondition, Records, Stored, Written};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::store::{author, new_id, resource_type};
use crate::vendors::imagemedix::to_fhir::care_team::care_team;
use crate::vendors::imagemedix::to_fhir::patient::New;
use crate::vendors::imagemedix::{from_fhir, object_id, patients, wire};

/// Adds a patient, who is assigned to the caller.
#[utoipa::path(tag = "patients", operation_id = "create_patient", request_body = wire::NewPatient,
    responses((status = 201, description = "The patient", body = wire::CreatedPatient),
        (status = 400, description = "A field is wrong, or another patient has the `patientId`", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/patients")]
pub async fn create_patient(
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::NewPatient>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let new = New::checked(&sent, records.now().date_naive())?;
    if patients::is_taken(&records, &signed_in, &new.patient_id).await? {
        return Err(taken());
    }
    let id = new_id(&records);
    let team = care_team(&id, &id, &id, &signed_in.reference());
    let entries = vec![
        // Whoever adds a patient with the same id at the same time waits, and finds this one.
        entry(0, "Patient", new.patient(&id), Target::Where(patients::criteria(&new.patient_id)))?,
        entry(1, "CareTeam", team, Target::Id(id))?,
    ];
    let alone = async |records: &Records, _: &[Written]| {
        patients::refuse_another(records, &signed_in, &new.patient_id).await
    };
    let written = records.transaction(&author(&records, &signed_in), entries, ("", 2), alone).await;
    let (written, ()) = written.map_err(refusal)?;
    let stored = written.iter().filter_map(|written| written.stored.as_ref()).map(Stored::json);
    let stored = stored.collect::<Result<Vec<_>, _>>()?;
    let [patient, team, ..] = stored.as_slice() else {
        return Err(Error::internal("a transaction without its results").into());
    };
    Ok(HttpResponse::Created().json(shown(patient, team)))
}

fn entry(at: usize, name: &'static str, resource: Value, target: Target) -> Result<Entry, Error> {
    let wanted = Wanted::Update { resource, target, precondition: Some(Precondition::Absent) };
    Ok(Entry { at, full_url: None, resource_type: resource_type(name)?, wanted })
}

fn taken() -> Refusal {
    Refusal::field("patientId", "is another patient's")
}

/// Of what was checked before, only the id can have been taken since.
fn refusal(error: Error) -> Refusal {
    let Error::InEntry(_, error) = error else {
        return if matches!(error, Error::Duplicate(_)) { taken() } else { error.into() };
    };
    if matches!(*error, Error::IsThere { .. } | Error::MultipleMatches | Error::BadRequest(..)) {
        return taken();
    }
    (*error).into()
}

fn shown(patient: &Value, team: &Value) -> wire::CreatedPatient {
    let of_patient = from_fhir::patient::in_list(patient, Vec::new());
    let doctors = from_fhir::care_team::members(team).filter_map(|one| one.strip_prefix("Practitioner/"));
    wire::CreatedPatient {
        id: of_patient.id,
        patient_id: of_patient.patient_id,
        name: of_patient.name,
        date_of_birth: of_patient.date_of_birth,
        gender: of_patient.gender,
        contact: from_fhir::patient::contact(patient),
        status: of_patient.status,
        assigned_doctors: doctors.map(object_id::of).collect(),
        medical_history: Vec::new(),
        scans: Vec::new(),
        notes: Vec::new(),
    }
}
