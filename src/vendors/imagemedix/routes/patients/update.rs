//! `PATCH /api/patients/:id` (contract IM-43).

use actix_web::{HttpResponse, patch, web};

use crate::records::Records;
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::patient;
use crate::vendors::imagemedix::store::{author, repeated, update, written};
use crate::vendors::imagemedix::to_fhir::patient::Change;
use crate::vendors::imagemedix::{patients, wire};

/// Changes what is sent of a patient, and leaves the rest.
#[utoipa::path(tag = "patients", operation_id = "update_patient", request_body = wire::PatientChange,
    params(("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The patient as it is now", body = wire::ChangedPatient),
        (status = 404, description = "There is no such patient, or the caller may not see them", body = wire::Failure)),
    security(("session_token" = [])))]
#[patch("/api/patients/{id}")]
pub async fn update_patient(
    path: web::Path<String>,
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::PatientChange>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let change = Change::checked(&sent, records.now().date_naive())?;
    let stored = repeated(&path, async || {
        let stored = patients::find(&records, &signed_in, &path).await?;
        let changed = update(&stored, change.applied(stored.json()?));
        written(&records, &author(&records, &signed_in), vec![changed]).await
    })
    .await?;
    let resource = stored.first().ok_or(Refusal::Unavailable)?;
    let shown = patient::in_list(resource, Vec::new());
    Ok(HttpResponse::Ok().json(wire::ChangedPatient {
        id: shown.id,
        patient_id: shown.patient_id,
        name: shown.name,
        contact: patient::contact(resource),
        status: shown.status,
    }))
}
