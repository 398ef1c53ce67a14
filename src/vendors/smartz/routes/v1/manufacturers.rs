//! `GET /v1/organisations/{org}/manufacturers[/{id}]`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::Page;
use crate::vendors::smartz::{cached, catalogue, from_fhir, operations, store, wire};

/// Lists the manufacturers that the organisation works with.
#[utoipa::path(tag = "organisation-api", operation_id = "list_manufacturers",
    params(("org" = String, Path, description = "The organisation's id"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The manufacturers", body = wire::Manufacturers),
        (status = 304, description = "The client has this answer"),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/manufacturers")]
pub async fn list_manufacturers(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    list(&request, &at, &records).await
}

/// The manufacturers that a request asks for.
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(
    request: &HttpRequest,
    at: &AtOrganisation,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(request)?;
    let query = store::query(&catalogue::manufacturers(&at.organisation.id));
    let (found, total) = store::numbered(records, &at.caller, "Organization", query, page).await?;
    let items = found.iter().map(from_fhir::catalogue::manufacturer).collect();
    cached::answer(request, at.whose(), &wire::Manufacturers { items, paged: wire::Paged::new(page, total) })
}

/// Reads a manufacturer.
#[utoipa::path(tag = "organisation-api", operation_id = "read_manufacturer",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The manufacturer's id")),
    responses((status = 200, description = "The manufacturer", body = wire::Manufacturer),
        (status = 304, description = "The client has this answer"),
        (status = 404, description = "There is no such manufacturer", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/manufacturers/{id}")]
pub async fn read_manufacturer(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let found = catalogue::manufacturer(&records, &at.caller, &at.organisation.id, &id).await?;
    records.audit_answer(&at.caller, operations::READ_MANUFACTURER, &found).await?;
    cached::answer(&request, at.whose(), &from_fhir::catalogue::manufacturer(&found.json()?))
}
