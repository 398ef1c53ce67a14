//! `DELETE /api/webhooks/:id`.

use actix_web::{HttpResponse, delete, web};

use crate::platform::delivery::Deliveries;
use crate::records::{Records, Write};
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::store::{repeated, resource_type, written};
use crate::vendors::imagemedix::{webhooks, wire};

/// Deletes a webhook with its log. Nothing that waits is posted to it any more.
#[utoipa::path(tag = "webhooks", operation_id = "delete_webhook", params(("id" = String, Path, description = "The webhook's id")),
    responses((status = 200, description = "It is deleted", body = wire::Done),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such webhook", body = wire::Failure)),
    security(("session_token" = [])))]
#[delete("/api/webhooks/{id}")]
pub async fn delete_webhook(
    path: web::Path<String>,
    Admin(signed_in): Admin,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    repeated(&path, async || {
        // The receiver goes with its Subscription.
        let found = webhooks::find(&deliveries, &signed_in, &path).await?;
        let resource_type = resource_type("Subscription")?;
        let delete = Write::Delete { resource_type, id: found.id, precondition: None };
        written(&records, &signed_in.caller, vec![delete]).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(wire::Done { message: "Webhook deleted successfully" }))
}
