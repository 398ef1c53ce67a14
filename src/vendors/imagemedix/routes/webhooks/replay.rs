//! `POST /api/webhooks/:id/deliveries/:deliveryId/replay`: telling a webhook the same again. The vendor has no such operation.

use actix_web::{HttpResponse, post, web};

use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::events::KIND;
use crate::vendors::imagemedix::{object_id, operations, webhooks, wire};

/// The word for what is missing.
const WHAT: &str = "delivery";

/// Has a delivery posted again, now and with as many tries as a new one. It keeps its id and its body.
#[utoipa::path(tag = "webhooks", operation_id = "replay_delivery",
    params(("id" = String, Path, description = "The webhook's id"),
        ("delivery_id" = String, Path, description = "The delivery's id")),
    responses((status = 200, description = "The delivery, which is pending", body = wire::Delivery),
        (status = 400, description = "The webhook is not active", body = wire::Failure),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such webhook, or it was told nothing of that id", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/webhooks/{id}/deliveries/{delivery_id}/replay")]
pub async fn replay_delivery(
    path: web::Path<(String, String)>,
    Admin(signed_in): Admin,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (webhook, id) = path.into_inner();
    let webhook = webhooks::find(&deliveries, &signed_in, &webhook).await?;
    if !object_id::is_one(&id) {
        return Err(Refusal::NotFound(WHAT));
    }
    if !webhooks::is_open(&deliveries, &webhook) {
        return Err(Refusal::Invalid("The webhook is not active".to_owned()));
    }
    let note = records.note(&signed_in.caller, operations::REPLAY_DELIVERY);
    let of = (KIND, webhook.id.as_str());
    let replayed = deliveries.replay(signed_in.caller.tenant, of, &id, note).await?;
    let replayed = replayed.ok_or(Refusal::NotFound(WHAT))?;
    Ok(HttpResponse::Ok().json(webhooks::delivery(&replayed)))
}
