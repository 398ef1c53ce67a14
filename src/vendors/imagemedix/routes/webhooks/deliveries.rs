//! `GET /api/webhooks/:id/deliveries`: what a webhook was told. The vendor has no such list.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::events::KIND;
use crate::vendors::imagemedix::query::Page;
use crate::vendors::imagemedix::{webhooks, wire};

/// Lists what a webhook was told, the newest first, with each try. What has ended is listed for 30 days, unless the operator says otherwise.
#[utoipa::path(tag = "webhooks", operation_id = "list_deliveries",
    params(("id" = String, Path, description = "The webhook's id"), wire::DeliveriesQuery),
    responses((status = 200, description = "A page of them", body = wire::Deliveries),
        (status = 400, description = "A parameter is wrong", body = wire::Failure),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such webhook", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/webhooks/{id}/deliveries")]
pub async fn list_deliveries(
    path: web::Path<String>,
    Admin(signed_in): Admin,
    request: HttpRequest,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let webhook = webhooks::find(&deliveries, &signed_in, &path).await?;
    let window = (i64::from(page.skipped()), i64::from(page.limit));
    let found = deliveries.page(signed_in.caller.tenant, (KIND, &webhook.id), window).await?;
    records.audit_success(&signed_in.caller, "read").await?;
    Ok(HttpResponse::Ok().json(wire::Deliveries {
        deliveries: found.deliveries.iter().map(webhooks::delivery).collect(),
        current_page: page.number,
        total_pages: page.count(found.total),
        total_deliveries: found.total,
    }))
}
