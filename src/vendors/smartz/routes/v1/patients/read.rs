//! `GET /v1/organisations/{org}/patients/{id}`.

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{from_fhir, operations, patients, wire};

/// Reads a patient.
#[utoipa::path(tag = "organisation-api", operation_id = "read_patient",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The patient", body = wire::Patient),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/patients/{id}")]
pub async fn read_patient(
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let (found, patient) = patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
    records.audit_answer(&at.caller, operations::READ_PATIENT, &found).await?;
    Ok(HttpResponse::Ok().json(from_fhir::patient::patient(&patient)))
}
