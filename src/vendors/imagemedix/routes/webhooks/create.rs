//! `POST /api/webhooks`.

use actix_web::{HttpResponse, post, web};

use crate::platform::delivery::Deliveries;
use crate::records::{Beside, Precondition, Records, Write};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::store::{new_id, repeated, written_beside};
use crate::vendors::imagemedix::to_fhir::webhook::subscription;
use crate::vendors::imagemedix::{webhooks, wire};

/// Makes a webhook: the address is posted to whenever one of the events happens. Its secret is shown only in this answer.
///
/// A delivery is `{"id", "event", "createdAt", "data": {"scanId", "patientId", "status", "result"}}`, with the headers `X-ImageMedix-Event`,
/// `X-ImageMedix-Delivery` and `X-ImageMedix-Signature`. What is not answered with a status of 2xx within 10 seconds is posted again, 8 times
/// in most of a day, under the same id; redirects are not followed.
#[utoipa::path(tag = "webhooks", operation_id = "create_webhook", request_body = wire::NewWebhook,
    responses((status = 201, description = "The webhook, with its secret", body = wire::MadeWebhook),
        (status = 400, description = "A field is missing or wrong, or there are too many webhooks", body = wire::Failure),
        (status = 403, description = "The caller is no administrator", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/webhooks")]
pub async fn create_webhook(
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::NewWebhook>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let events = webhooks::events(&sent.events)?;
    let url = webhooks::address(&deliveries, &sent.url).await?;
    let secret = deliveries.new_secret();
    let id = repeated(&url, async || {
        let id = new_id(&records);
        let receiver = Some(webhooks::receiver(&id, &url, &events, true, Some(secret.clone())));
        let write = Write::Update {
            resource: subscription(&id, &url, &events),
            id: id.clone(),
            precondition: Some(Precondition::Absent),
        };
        let beside = Beside { receiver, ..Beside::default() };
        let written = written_beside(&records, &signed_in.caller, vec![write], &beside).await?;
        Ok(written.map(|_| id))
    })
    .await?;
    let receiver = webhooks::find(&deliveries, &signed_in, &id).await?;
    let webhook = webhooks::shown(&deliveries, &receiver);
    Ok(HttpResponse::Created().json(wire::MadeWebhook { webhook, secret: secret.into_inner() }))
}
