//! `PATCH /api/webhooks/:id`.

use actix_web::{HttpResponse, patch, web};

use crate::platform::delivery::Deliveries;
use crate::records::{Beside, Records};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::{Admin, SignedIn};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::events::Event;
use crate::vendors::imagemedix::store::{current, repeated, update, written_beside};
use crate::vendors::imagemedix::to_fhir::webhook::{Changed, changed};
use crate::vendors::imagemedix::webhooks::{self, WHAT};
use crate::vendors::imagemedix::wire;

/// Changes a webhook. What waits goes to its new address; what waits when it is closed is stopped. Its secret stays.
#[utoipa::path(tag = "webhooks", operation_id = "update_webhook", request_body = wire::WebhookChange,
    params(("id" = String, Path, description = "The webhook's id")),
    responses((status = 200, description = "The webhook as it is now", body = wire::Webhook),
        (status = 400, description = "A field is wrong", body = wire::Failure),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such webhook", body = wire::Failure)),
    security(("session_token" = [])))]
#[patch("/api/webhooks/{id}")]
pub async fn update_webhook(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::WebhookChange>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let found = webhooks::find(&deliveries, &signed_in, &path).await?;
    let change = Change {
        url: match &sent.url {
            Some(url) => Some(webhooks::address(&deliveries, url).await?),
            None => None,
        },
        events: sent.events.as_deref().map(webhooks::events).transpose()?,
        active: sent.is_active,
    };
    if change.is_empty() {
        records.audit_success(&signed_in.caller, "read").await?;
        return Ok(HttpResponse::Ok().json(webhooks::shown(&deliveries, &found)));
    }
    repeated(&path, async || done(&records, &deliveries, &signed_in, &path, &change).await).await?;
    let now = webhooks::find(&deliveries, &signed_in, &path).await?;
    Ok(HttpResponse::Ok().json(webhooks::shown(&deliveries, &now)))
}

/// A checked change.
struct Change {
    url: Option<String>,
    events: Option<Vec<Event>>,
    active: Option<bool>,
}

impl Change {
    fn is_empty(&self) -> bool {
        self.url.is_none() && self.events.is_none() && self.active.is_none()
    }
}

/// Changes the Subscription with its receiver; none where another request was faster.
async fn done(
    records: &Records,
    deliveries: &Deliveries,
    signed_in: &SignedIn,
    id: &str,
    change: &Change,
) -> Result<Option<()>, Refusal> {
    let before = webhooks::find(deliveries, signed_in, id).await?;
    let stored = current(records, &signed_in.caller, "Subscription", id).await?;
    let stored = stored.ok_or(Refusal::NotFound(WHAT))?;
    let known = || before.events.iter().filter_map(|word| Event::parse(word)).collect();
    let events = change.events.clone().unwrap_or_else(known);
    let url = change.url.as_deref().unwrap_or(&before.url);
    let active = change.active.unwrap_or_else(|| webhooks::is_open(deliveries, &before));
    let resource = changed(stored.json()?, &Changed { url, events: &events, active });
    let receiver = Some(webhooks::receiver(id, url, &events, active, None));
    let beside = Beside { receiver, ..Beside::default() };
    let written =
        written_beside(records, &signed_in.caller, vec![update(&stored, resource)], &beside).await?;
    Ok(written.map(|_| ()))
}
