//! `GET /api/webhooks`.

use actix_web::{HttpResponse, get, web};

use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::events::KIND;
use crate::vendors::imagemedix::{webhooks, wire};

/// Lists the webhooks, the oldest first, without their secrets.
#[utoipa::path(tag = "webhooks", operation_id = "list_webhooks",
    responses((status = 200, description = "All webhooks", body = Vec<wire::Webhook>),
        (status = 403, description = "The caller is no administrator", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/webhooks")]
pub async fn list_webhooks(
    Admin(signed_in): Admin,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let all = deliveries.receivers(signed_in.caller.tenant, KIND).await?;
    records.audit_success(&signed_in.caller, "read").await?;
    let all: Vec<_> = all.iter().map(|one| webhooks::shown(&deliveries, one)).collect();
    Ok(HttpResponse::Ok().json(all))
}
