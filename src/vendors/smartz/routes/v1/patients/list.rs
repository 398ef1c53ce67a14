//! `GET /v1/organisations/{org}/patients`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::{self, Page};
use crate::vendors::smartz::{from_fhir, patients, store, wire};

/// Lists the organisation's patients.
#[utoipa::path(tag = "organisation-api", operation_id = "list_patients",
    params(("org" = String, Path, description = "The organisation's id"), ("externalId" = Option<String>, Query, description = "The one with this id of the organisation's own"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The patients", body = wire::Patients),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/patients")]
pub async fn list_patients(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    list(&request, &at, &records).await
}

/// The patients that a request asks for.
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(
    request: &HttpRequest,
    at: &AtOrganisation,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let (page, external_id) = (Page::of(request)?, query::one(request, "externalId")?);
    let query = store::query(&patients::of(&at.organisation.id, external_id.as_deref()));
    let (found, total) = store::numbered(records, &at.caller, "Patient", query, page).await?;
    let items = found.iter().map(from_fhir::patient::patient).collect();
    Ok(HttpResponse::Ok().json(wire::Patients { items, paged: wire::Paged::new(page, total) }))
}
