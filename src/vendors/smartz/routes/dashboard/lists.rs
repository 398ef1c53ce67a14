//! What an organisation has, for people: the lists of the gateway's API, with the token of a session.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::routes::v1;
use crate::vendors::smartz::wire;

/// Lists the manufacturers that the organisation works with.
#[utoipa::path(tag = "dashboard", operation_id = "list_own_manufacturers",
    params(("org" = String, Path, description = "The organisation's id"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The manufacturers", body = wire::Manufacturers),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/manufacturers")]
pub async fn list_manufacturers(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    v1::manufacturers::list(&request, &at, &records).await
}

/// Lists the products of the organisation's catalogue.
#[utoipa::path(tag = "dashboard", operation_id = "list_own_products",
    params(("org" = String, Path, description = "The organisation's id"), ("manufacturerId" = Option<String>, Query, description = "Those of this manufacturer alone"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The products", body = wire::Products),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/products")]
pub async fn list_products(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    v1::products::list(&request, &at, &records).await
}

/// Lists the organisation's pods and nodes.
#[utoipa::path(tag = "dashboard", operation_id = "list_own_devices",
    params(("org" = String, Path, description = "The organisation's id"), ("type" = Option<String>, Query, description = "`pod` or `node`: those alone"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The devices", body = wire::Devices),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/devices")]
pub async fn list_devices(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    v1::devices::list(&request, &at, &records).await
}

/// Lists the organisation's patients.
#[utoipa::path(tag = "dashboard", operation_id = "list_own_patients",
    params(("org" = String, Path, description = "The organisation's id"), ("externalId" = Option<String>, Query, description = "The one with this id of the organisation's own"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The patients", body = wire::Patients),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/patients")]
pub async fn list_patients(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    v1::patients::list::list(&request, &at, &records).await
}
