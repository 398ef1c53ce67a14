//! `GET /v1/organisations[/{org}]`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::identity::{Caller, TenantId};
use crate::records::Records;
use crate::vendors::smartz::caller::{Application, AtOrganisation};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::Page;
use crate::vendors::smartz::{cached, from_fhir, operations, store, wire};

/// Lists the organisations that let the application in.
#[utoipa::path(tag = "organisation-api", operation_id = "list_organisations",
    params(("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The organisations", body = wire::Organisations),
        (status = 304, description = "The client has this answer")),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations")]
pub async fn list_organisations(
    request: HttpRequest,
    application: Application,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let mut all = Vec::new();
    for link in &application.admitted.links {
        let caller = Caller { tenant: TenantId::from_row(link.tenant), ..application.caller.clone() };
        let found = store::current(&records, &caller, "Organization", &link.organization).await?;
        let found = found.map(|one| one.json()).transpose()?;
        all.extend(found.filter(from_fhir::organisation::is_one));
    }
    records.audit_success(&application.caller, operations::LIST_ORGANISATIONS).await?;
    let (shown, total) = page.cut(all);
    let items = shown.iter().map(from_fhir::organisation::organisation).collect();
    cached::answer(
        &request,
        application.whose(),
        &wire::Organisations { items, paged: wire::Paged::new(page, total) },
    )
}

/// Reads an organisation.
#[utoipa::path(tag = "organisation-api", operation_id = "read_organisation", params(("org" = String, Path, description = "The organisation's id")),
    responses((status = 200, description = "The organisation", body = wire::Organisation),
        (status = 304, description = "The client has this answer"),
        (status = 404, description = "There is none that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}")]
pub async fn read_organisation(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    records.audit_answer(&at.caller, operations::READ_ORGANISATION, &at.organisation).await?;
    let organisation = from_fhir::organisation::organisation(&at.organisation.json()?);
    cached::answer(&request, at.whose(), &organisation)
}
