//! `/dashboard/api/organisations`.

use actix_web::{HttpRequest, HttpResponse, get, post, web};

use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::{Admin, SignedIn};
use crate::vendors::smartz::codes::ORGANISATION;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::Page;
use crate::vendors::smartz::to_fhir::organisation::New;
use crate::vendors::smartz::{from_fhir, store, wire};

/// Makes an organisation.
#[utoipa::path(tag = "dashboard", operation_id = "create_organisation", request_body = wire::NewOrganisation,
    responses((status = 201, description = "The organisation", body = wire::Organisation)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations")]
pub async fn create_organisation(
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::NewOrganisation>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let new = New::checked(&sent)?;
    let id = records.new_id();
    let write = store::create(new.organization(&id, records.now()), &id);
    let written = records.transact(&signed_in.caller, vec![write]).await?;
    Ok(HttpResponse::Created().json(from_fhir::organisation::organisation(&store::first(written)?)))
}

/// Lists the organisations of the tenant.
#[utoipa::path(tag = "dashboard", operation_id = "list_own_organisations",
    params(("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The organisations", body = wire::Organisations)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations")]
pub async fn list_organisations(
    request: HttpRequest,
    signed_in: SignedIn,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let query = store::query(&[("identifier", format!("{ORGANISATION}|"))]);
    let (found, total) = store::numbered(&records, &signed_in.caller, "Organization", query, page).await?;
    let items = found.iter().map(from_fhir::organisation::organisation).collect();
    Ok(HttpResponse::Ok().json(wire::Organisations { items, paged: wire::Paged::new(page, total) }))
}
