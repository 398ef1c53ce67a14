//! `POST /api/patients/:id/assign-doctor` (contract IM-46).

use actix_web::{HttpResponse, post, web};

use crate::identity::Account;
use crate::records::{Records, Stored, Write};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::{Admin, SignedIn};
use crate::vendors::imagemedix::codes::CARE_TEAM;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::patient;
use crate::vendors::imagemedix::patients::Assignments;
use crate::vendors::imagemedix::store::{all, author, hold, new_id, repeated, update, written};
use crate::vendors::imagemedix::to_fhir::care_team;
use crate::vendors::imagemedix::{object_id, patients, people, wire};

/// Assigns a patient to a doctor as well; once is enough.
#[utoipa::path(tag = "patients", operation_id = "assign_doctor", request_body = wire::Assignment,
    params(("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "Whom the patient is assigned to", body = wire::Assigned),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such patient, or no such user who can sign in", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/patients/{id}/assign-doctor")]
pub async fn assign_doctor(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::Assignment>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let doctor = people::account(&records, &signed_in, &sent.doctor_id).await?;
    if !doctor.active {
        return Err(Refusal::NotFound("user"));
    }
    let stored = repeated(&path, async || {
        let stored = patients::find(&records, &signed_in, &path).await?;
        let writes = writes(&records, &signed_in, &stored, &doctor).await?;
        Ok(written(&records, &author(&records, &signed_in), writes).await?.map(|_| stored))
    })
    .await?;
    let assignments = Assignments::of(&records, &signed_in, &[&stored.id]).await?;
    let doctors = assignments.doctors(&stored.id).into_iter().map(object_id::of).collect();
    Ok(HttpResponse::Ok()
        .json(wire::Assigned { id: patient::id(&stored.json()?), assigned_doctors: doctors }))
}

/// The surface's own CareTeam of the patient with the doctor in it.
async fn writes(
    records: &Records,
    signed_in: &SignedIn,
    stored: &Stored,
    doctor: &Account,
) -> Result<Vec<Write>, Refusal> {
    let member = format!("Practitioner/{}", doctor.practitioner);
    let own = [("patient", format!("Patient/{}", stored.id)), ("identifier", format!("{CARE_TEAM}|"))];
    let team = match all(records, &signed_in.caller, "CareTeam", &own).await?.first() {
        Some(team) => update(team, care_team::with(team.json()?, &member)),
        None => {
            let id = new_id(records);
            let resource = care_team::care_team(&id, &stored.id, &patient::id(&stored.json()?), &member);
            Write::Create { resource, id: Some(id) }
        }
    };
    Ok(vec![team, hold("Patient", stored)?])
}
