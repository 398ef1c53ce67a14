//! `GET /v1/organisations/{org}/devices[/{id}]`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::{self, Page};
use crate::vendors::smartz::to_fhir::device::Kind;
use crate::vendors::smartz::{cached, devices, operations, store, wire};

/// Lists the organisation's pods and nodes.
#[utoipa::path(tag = "organisation-api", operation_id = "list_devices",
    params(("org" = String, Path, description = "The organisation's id"), ("type" = Option<String>, Query, description = "`pod` or `node`: those alone"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The devices", body = wire::Devices),
        (status = 304, description = "The client has this answer"),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/devices")]
pub async fn list_devices(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    list(&request, &at, &records).await
}

/// The devices that a request asks for.
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(
    request: &HttpRequest,
    at: &AtOrganisation,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(request)?;
    let kind = query::one(request, "type")?.map(|word| Kind::parse(&word)).transpose()?;
    let query = store::query(&devices::of(&at.organisation.id, kind));
    let (found, total) = store::numbered(records, &at.caller, "Device", query, page).await?;
    let items = devices::shown(records, &at.caller, &found).await?;
    cached::answer(request, at.whose(), &wire::Devices { items, paged: wire::Paged::new(page, total) })
}

/// Reads a pod or node.
#[utoipa::path(tag = "organisation-api", operation_id = "read_device",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The device's id")),
    responses((status = 200, description = "The device", body = wire::Device),
        (status = 304, description = "The client has this answer"),
        (status = 404, description = "There is no such device", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/devices/{id}")]
pub async fn read_device(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let (found, device, _) = devices::find(&records, &at.caller, &at.organisation.id, &id).await?;
    records.audit_answer(&at.caller, operations::READ_DEVICE, &found).await?;
    cached::answer(&request, at.whose(), &devices::one_shown(&records, &at.caller, device).await?)
}
