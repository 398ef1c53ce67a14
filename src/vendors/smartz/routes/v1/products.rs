//! `GET /v1/organisations/{org}/products[/{id}]`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::{self, Page};
use crate::vendors::smartz::{cached, catalogue, from_fhir, operations, wire};

/// Lists the products of the organisation's catalogue.
#[utoipa::path(tag = "organisation-api", operation_id = "list_products",
    params(("org" = String, Path, description = "The organisation's id"), ("manufacturerId" = Option<String>, Query, description = "Those of this manufacturer alone"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The products", body = wire::Products),
        (status = 304, description = "The client has this answer"),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/products")]
pub async fn list_products(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    list(&request, &at, &records).await
}

/// The products that a request asks for.
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(
    request: &HttpRequest,
    at: &AtOrganisation,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let (page, manufacturer) = (Page::of(request)?, query::one(request, "manufacturerId")?);
    let found =
        catalogue::products(records, &at.caller, &at.organisation.id, manufacturer.as_deref()).await?;
    records.audit_success(&at.caller, operations::LIST_PRODUCTS).await?;
    let (found, total) = page.cut(found);
    let items = found.iter().map(from_fhir::catalogue::product).collect();
    cached::answer(request, at.whose(), &wire::Products { items, paged: wire::Paged::new(page, total) })
}

/// Reads a product.
#[utoipa::path(tag = "organisation-api", operation_id = "read_product",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The product's id")),
    responses((status = 200, description = "The product", body = wire::Product),
        (status = 304, description = "The client has this answer"),
        (status = 404, description = "There is no such product", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/products/{id}")]
pub async fn read_product(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let found = catalogue::product(&records, &at.caller, &at.organisation.id, &id).await?;
    records.audit_answer(&at.caller, operations::READ_PRODUCT, &found).await?;
    cached::answer(&request, at.whose(), &from_fhir::catalogue::product(&found.json()?))
}
