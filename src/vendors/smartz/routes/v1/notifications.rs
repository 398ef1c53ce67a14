//! `/v1/organisations/{org}/notifications`: what happens in an organisation, posted to whoever asks for it.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde_json::{Value, json};
use url::Url;

use crate::core::Secret;
use crate::platform::delivery::{Deliveries, NewReceiver, Receiver};
use crate::records::{Beside, Records, Write};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::codes::ALERT;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::notifications::{KIND, Subject, is_of};
use crate::vendors::smartz::query::Page;
use crate::vendors::smartz::{operations, store, text, time, wire};

/// So many a tenant has at most.
const MOST: i64 = 50;
/// Most characters of an address.
const LONGEST: usize = 2_000;

/// Has an address told of what happens in the organisation. The answer alone shows the secret.
///
/// A delivery is `{"id", "event", "createdAt", "organisationId", "data"}`, with the headers `X-Smartz-Event`, `X-Smartz-Delivery` and
/// `X-Smartz-Signature: t=<seconds since 1970>,v1=<HMAC-SHA256 of the seconds, a dot and the body, hexadecimal>`. What is not answered with a
/// status of 2xx within 10 seconds is posted again, 8 times in most of a day, under the same id; redirects are not followed.
#[utoipa::path(tag = "organisation-api", operation_id = "create_notification", request_body = wire::NewNotification,
    params(("org" = String, Path, description = "The organisation's id")),
    responses((status = 201, description = "The notification, with its secret", body = wire::MadeNotification),
        (status = 400, description = "The address or an event is wrong, or there are too many", body = wire::Failure),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[post("/v1/organisations/{org}/notifications")]
pub async fn create_notification(
    After(at, Json(sent)): After<AtOrganisation, Json<wire::NewNotification>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let events = events(&sent.events)?;
    let url = address(&deliveries, &sent.url).await?;
    let (secret, rest) = (deliveries.new_secret(), records.new_id().replace('-', ""));
    let short: String = rest.chars().rev().take(20).collect();
    let id = format!("{}.{short}", at.organisation.id);
    let receiver = NewReceiver {
        kind: KIND,
        id: id.clone(),
        url: Secret::new(url.clone()),
        secret: Some(secret.clone()),
        events: events.iter().map(|event| event.as_str().to_owned()).collect(),
        active: true,
        follows: true,
        most: MOST,
    };
    let beside = Beside { receiver: Some(receiver), ..Beside::default() };
    let write = store::create(subscription(&id, &url, &events), &id);
    records.transact_beside(&at.caller, vec![write], &beside).await?;
    let made = deliveries.receiver(at.caller.tenant, KIND, &id).await?.ok_or(Refusal::Unavailable)?;
    let made = wire::MadeNotification { notification: shown(&made), secret: secret.into_inner() };
    Ok(HttpResponse::Created().json(made))
}

/// Lists who is told of what happens in the organisation, without secrets.
#[utoipa::path(tag = "organisation-api", operation_id = "list_notifications",
    params(("org" = String, Path, description = "The organisation's id"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The notifications", body = wire::Notifications),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/notifications")]
pub async fn list_notifications(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let all = deliveries.receivers(at.caller.tenant, KIND).await?;
    records.audit_success(&at.caller, operations::LIST_NOTIFICATIONS).await?;
    let own = all.iter().filter(|one| is_of(&one.id, &at.organisation.id));
    let (items, total) = page.cut(own.map(shown).collect());
    Ok(HttpResponse::Ok().json(wire::Notifications { items, paged: wire::Paged::new(page, total) }))
}

/// Has an address told no more. Nothing that waits is posted to it.
#[utoipa::path(tag = "organisation-api", operation_id = "delete_notification",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The notification's id")),
    responses((status = 204, description = "It is told no more"),
        (status = 404, description = "There is no such notification", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[delete("/v1/organisations/{org}/notifications/{id}")]
pub async fn delete_notification(
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let found = deliveries.receiver(at.caller.tenant, KIND, &id).await?;
    let found = found.filter(|one| is_of(&one.id, &at.organisation.id)).ok_or(Refusal::NotFound)?;
    // The receiver goes with its Subscription.
    let resource_type = store::resource_type("Subscription")?;
    let delete = Write::Delete { resource_type, id: found.id, precondition: None };
    records.transact(&at.caller, vec![delete]).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(receiver: &Receiver) -> wire::Notification {
    wire::Notification {
        id: receiver.id.clone(),
        url: receiver.url.clone(),
        events: receiver.events.iter().filter(|word| Subject::parse(word).is_some()).cloned().collect(),
        active: receiver.active,
        created_at: time::moment(receiver.made_at),
    }
}

fn events(sent: &[String]) -> Result<Vec<Subject>, Refusal> {
    let wrong = || Refusal::field("events", "must be of status, event and alert, each once");
    let mut events = Vec::new();
    for word in sent.iter().take(Subject::ALL.len().saturating_add(1)) {
        let event = Subject::parse(word).filter(|event| !events.contains(event)).ok_or_else(wrong)?;
        events.push(event);
    }
    if events.is_empty() { Err(wrong()) } else { Ok(events) }
}

/// An https address to a place that anybody can reach, as far as that can be told now.
async fn address(deliveries: &Deliveries, sent: &Secret<String>) -> Result<String, Refusal> {
    let problem = || {
        Refusal::field("url", "must be an https address that anybody can reach, without user and fragment")
    };
    let url = Url::parse(&text::required("url", sent.expose(), LONGEST)?).map_err(|_| problem())?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if url.scheme() != "https" || !is_plain {
        return Err(problem());
    }
    deliveries.permits(&url).await.map_err(|_| problem())?;
    Ok(String::from(url))
}

fn subscription(id: &str, url: &str, events: &[Subject]) -> Value {
    json!({
        "resourceType": "Subscription",
        "id": id,
        "meta": { "tag": events.iter().map(|event| event.code().coding()).collect::<Vec<_>>() },
        "status": "active",
        "reason": "Notification of Smartz Connect",
        "criteria": format!("Flag?identifier={ALERT}|"),
        "channel": { "type": "rest-hook", "endpoint": url, "payload": "application/json" },
    })
}
