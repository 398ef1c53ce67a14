//! `/console/deliveries`: who is posted to, what was posted there and what came of it, and posting it again.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use url::Url;

use super::frame::Frame;
use super::operations::{LIST_DELIVERIES, REPLAY_DELIVERY};
use super::staff::Administration;
use super::words::moment;
use crate::http::pages::opening::Answer;
use crate::http::pages::{fault, go_on, page};
use crate::platform::delivery::{Deliveries, Delivery, Receiver};
use crate::records::Error;

/// The page's address.
const AT: &str = "/console/deliveries";
/// So many deliveries a page.
const COUNT: i64 = 30;

#[derive(Template)]
#[template(path = "console/deliveries.html")]
struct ReceiversPage<'a> {
    frame: Frame<'a>,
    receivers: Vec<ShownReceiver>,
}

#[derive(Template)]
#[template(path = "console/receiver.html")]
struct ReceiverPage<'a> {
    frame: Frame<'a>,
    receiver: ShownReceiver,
    deliveries: Vec<ShownDelivery>,
    total: i64,
    next: Option<i64>,
}

struct ShownReceiver {
    kind: String,
    id: String,
    host: String,
    events: String,
    is_open: bool,
    since: String,
}

struct ShownDelivery {
    id: String,
    event: String,
    subject: String,
    state: &'static str,
    at: String,
    tries: Vec<String>,
}

/// Lists who is posted to.
pub async fn show(Administration(staff): Administration, deliveries: web::Data<Deliveries>) -> Answer {
    let mut receivers = Vec::new();
    for kind in deliveries.kinds() {
        let of_kind = deliveries.receivers(staff.caller.tenant, kind).await.map_err(Error::from)?;
        receivers.extend(of_kind.iter().map(|one| shown(&deliveries, one)));
    }
    staff.note(LIST_DELIVERIES).await?;
    Ok(page(StatusCode::OK, &ReceiversPage { frame: staff.frame(AT), receivers }, None))
}

/// Lists what was posted to one.
pub async fn read(
    Administration(staff): Administration,
    place: web::Path<(String, String)>,
    deliveries: web::Data<Deliveries>,
) -> Answer {
    let (kind, id) = (place.0.as_str(), place.1.as_str());
    let tenant = staff.caller.tenant;
    let receiver = deliveries.receiver(tenant, kind, id).await.map_err(Error::from)?;
    let Some(receiver) = receiver else {
        return Ok(fault(StatusCode::NOT_FOUND, "Nobody of that id is posted to."));
    };
    let skip = staff.visit.one("skip").parse::<i64>().unwrap_or_default().clamp(0, 1_000_000);
    let found = deliveries.page(tenant, (kind, id), (skip, COUNT)).await.map_err(Error::from)?;
    staff.note(LIST_DELIVERIES).await?;
    let after = skip.saturating_add(COUNT);
    let template = ReceiverPage {
        frame: staff.frame(AT),
        receiver: shown(&deliveries, &receiver),
        deliveries: found.deliveries.iter().map(shown_delivery).collect(),
        total: found.total,
        next: (after < found.total).then_some(after),
    };
    Ok(page(StatusCode::OK, &template, None))
}

/// Has a delivery posted again.
pub async fn replay(
    Administration(staff): Administration,
    place: web::Path<(String, String)>,
    deliveries: web::Data<Deliveries>,
) -> Answer {
    let (kind, id) = (place.0.as_str(), place.1.as_str());
    let tenant = staff.caller.tenant;
    let receiver = deliveries.receiver(tenant, kind, id).await.map_err(Error::from)?;
    let none = || fault(StatusCode::NOT_FOUND, "Nothing of that id was posted there.");
    let Some(receiver) = receiver else { return Ok(none()) };
    if !deliveries.is_open(&receiver) {
        return Ok(fault(StatusCode::CONFLICT, "Nothing is posted there any more."));
    }
    let note = staff.records().note(&staff.caller, REPLAY_DELIVERY);
    let replayed = deliveries.replay(tenant, (kind, id), staff.visit.one("delivery"), note).await;
    Ok(match replayed.map_err(Error::from)? {
        Some(_) => go_on(&format!("{AT}/{kind}/{id}")),
        None => none(),
    })
}

fn shown(deliveries: &Deliveries, receiver: &Receiver) -> ShownReceiver {
    // The rest of an address can be a secret.
    let url = Url::parse(&receiver.url).ok();
    let host = url.as_ref().and_then(|url| url.host_str().map(str::to_owned));
    ShownReceiver {
        kind: receiver.kind.clone(),
        id: receiver.id.clone(),
        host: host.unwrap_or_else(|| "nowhere".to_owned()),
        events: receiver.events.join(", "),
        is_open: deliveries.is_open(receiver),
        since: moment(receiver.made_at),
    }
}

fn shown_delivery(delivery: &Delivery) -> ShownDelivery {
    let tries = delivery.attempts.iter().map(|attempt| {
        let status = attempt.status.map(|status| status.to_string());
        let said = status.or_else(|| attempt.fault.clone()).unwrap_or_else(|| "no answer yet".to_owned());
        let took = attempt.duration_ms.map(|ms| format!(" after {ms} ms")).unwrap_or_default();
        format!("{}: {said}{took}", moment(attempt.begun))
    });
    ShownDelivery {
        id: delivery.logged.id.clone(),
        event: delivery.logged.event.clone(),
        subject: delivery.logged.subject.clone(),
        state: delivery.standing.as_str(),
        at: moment(delivery.logged.made_at),
        tries: tries.collect(),
    }
}
