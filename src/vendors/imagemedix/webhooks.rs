//! Webhooks: checking and finding them.
//!
//! A webhook is a Subscription and a receiver of the same id. The receiver has what a record must not have, and follows what is written to
//! the Subscription, by whichever door.

use url::Url;

use super::caller::SignedIn;
use super::errors::Refusal;
use super::events::{Event, KIND};
use super::{object_id, text, time, wire};
use crate::core::Secret;
use crate::platform::delivery::{Deliveries, Delivery, NewReceiver, Receiver};

/// The word for what is missing.
pub const WHAT: &str = "webhook";
/// So many a tenant has at most.
pub const MOST: i64 = 50;
/// Most characters of an address.
const LONGEST: usize = 2_000;

/// The address, checked: https to a place that anybody can reach, as far as that can be told now.
///
/// # Errors
/// When it is none.
pub async fn address(deliveries: &Deliveries, sent: &Secret<String>) -> Result<String, Refusal> {
    let problem = || {
        Refusal::field("url", "must be an https address that anybody can reach, without user and fragment")
    };
    let sent = text::required("url", sent, LONGEST)?;
    // The parser passes over slashes that are too many, and takes what is behind them for the host.
    let is_whole = sent.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
        && !matches!(sent.get(8..9), Some("/" | "\\"));
    let url = Url::parse(&sent).map_err(|_| problem())?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if url.scheme() != "https" || !is_whole || !is_plain || url.port() == Some(0) {
        return Err(problem());
    }
    deliveries.permits(&url).await.map_err(|_| problem())?;
    let url = String::from(url);
    if url.len() > LONGEST {
        Err(Refusal::Invalid(format!("url may have at most {LONGEST} characters")))
    } else {
        Ok(url)
    }
}

/// The events, checked: each is known, and is there once.
///
/// # Errors
/// When there are none, or one is not known.
pub fn events(sent: &[String]) -> Result<Vec<Event>, Refusal> {
    let mut events = Vec::new();
    // One more than there are is one that is there twice, or that nobody knows.
    for word in sent.iter().take(Event::ALL.len().saturating_add(1)) {
        let event = Event::parse(word).ok_or_else(|| {
            let known = Event::ALL.map(Event::as_str).join(", ");
            Refusal::Invalid(format!("events must be of {known}"))
        })?;
        if events.contains(&event) {
            return Err(Refusal::Invalid(format!("events has {} more than once", event.as_str())));
        }
        events.push(event);
    }
    if events.is_empty() { Err(Refusal::field("events", "must not be empty")) } else { Ok(events) }
}

/// The receiver of the tenant's webhook with this id.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn find(deliveries: &Deliveries, signed_in: &SignedIn, id: &str) -> Result<Receiver, Refusal> {
    if !object_id::is_one(id) {
        return Err(Refusal::NotFound(WHAT));
    }
    let found = deliveries.receiver(signed_in.caller.tenant, KIND, id).await?;
    found.ok_or(Refusal::NotFound(WHAT))
}

/// The receiver that is kept with a Subscription.
#[must_use]
pub fn receiver(
    id: &str,
    url: &str,
    events: &[Event],
    active: bool,
    secret: Option<Secret<String>>,
) -> NewReceiver {
    NewReceiver {
        kind: KIND,
        id: id.to_owned(),
        url: Secret::new(url.to_owned()),
        secret,
        events: events.iter().map(|event| event.as_str().to_owned()).collect(),
        active,
        follows: true,
        most: MOST,
    }
}

/// Whether a webhook is told anything now.
#[must_use]
pub fn is_open(deliveries: &Deliveries, receiver: &Receiver) -> bool {
    receiver.active && receiver.until.is_none_or(|until| until > deliveries.now())
}

/// A webhook as it is shown.
#[must_use]
pub fn shown(deliveries: &Deliveries, receiver: &Receiver) -> wire::Webhook {
    wire::Webhook {
        id: receiver.id.clone(),
        url: receiver.url.clone(),
        // Another door may have written words that nothing happens by.
        events: receiver.events.iter().filter(|word| Event::parse(word).is_some()).cloned().collect(),
        is_active: is_open(deliveries, receiver),
        created_at: time::moment(receiver.made_at),
    }
}

/// A delivery as it is shown.
#[must_use]
pub fn delivery(delivery: &Delivery) -> wire::Delivery {
    let logged = &delivery.logged;
    let attempts = delivery.attempts.iter().map(|attempt| wire::Attempt {
        at: time::moment(attempt.begun),
        duration_ms: attempt.duration_ms,
        status: attempt.status,
        error: attempt.fault.clone(),
    });
    wire::Delivery {
        id: logged.id.clone(),
        event: logged.event.clone(),
        scan_id: logged.subject.clone(),
        status: delivery.standing.as_str(),
        created_at: time::moment(logged.made_at),
        next_attempt_at: logged.due.map(time::moment),
        ended_at: logged.ended_at.map(time::moment),
        attempts: attempts.collect(),
    }
}
