//! What is sent to who asked by topic: a Bundle that begins with the state of the Subscription.
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html>

use serde_json::{Value, json};

use super::wanted::Content;
use crate::records::Version;
use crate::records::stamp::instant;
use crate::storage::subscriptions::Subscription;
use crate::storage::subscriptions::changes::Change;

/// The profiles of what is sent.
const PROFILE: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

/// Why something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// To see whether anybody is there.
    Handshake,
    /// To show that somebody is here.
    Heartbeat,
    /// Something happened.
    Event,
    /// Somebody asked how it stands.
    QueryStatus,
    /// Somebody asked what happened.
    QueryEvent,
}

impl Why {
    fn as_str(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::Heartbeat => "heartbeat",
            Self::Event => "event-notification",
            Self::QueryStatus => "query-status",
            Self::QueryEvent => "query-event",
        }
    }
}

/// An event, with the version that it is about.
pub type Told<'a> = (&'a Change, &'a Version);

/// What is told.
pub struct Notice<'a> {
    /// Who is told.
    pub subscription: &'a Subscription,
    /// By which topic; none where it is by criteria.
    pub topic: Option<&'a str>,
    /// How much of it.
    pub content: Content,
    /// Why.
    pub why: Why,
    /// What happened.
    pub events: &'a [Told<'a>],
    /// The base of this server's own URLs.
    pub base_url: &'a str,
}

impl Notice<'_> {
    /// How the Subscription stands, as Parameters with this id.
    pub fn status(&self, id: &str) -> Value {
        let Self { subscription, topic, content, why, events, base_url } = self;
        let mut parameters = vec![json!({
            "name": "subscription",
            "valueReference": { "reference": format!("{base_url}/Subscription/{}", subscription.id) },
        })];
        // Who is to be sent nothing is not told what it is about either.
        let shown = topic.filter(|_| *content != Content::Empty || *why == Why::QueryStatus);
        parameters.extend(shown.map(|topic| json!({ "name": "topic", "valueCanonical": topic })));
        parameters.push(json!({ "name": "status", "valueCode": subscription.status }));
        parameters.push(json!({ "name": "type", "valueCode": why.as_str() }));
        parameters.push(json!({
            "name": "events-since-subscription-start", "valueString": subscription.last.to_string(),
        }));
        parameters.extend(events.iter().map(|(change, _)| self.event(change)));
        json!({
            "resourceType": "Parameters",
            "id": id,
            "meta": { "profile": [format!("{PROFILE}backport-subscription-status-r4")] },
            "parameter": parameters,
        })
    }

    fn event(&self, change: &Change) -> Value {
        let mut parts = vec![
            json!({ "name": "event-number", "valueString": change.number.to_string() }),
            json!({ "name": "timestamp", "valueInstant": instant(change.made_at) }),
        ];
        if self.content != Content::Empty {
            let address = self.address(change);
            parts.push(json!({ "name": "focus", "valueReference": { "reference": address } }));
        }
        json!({ "name": "notification-event", "part": parts })
    }

    fn address(&self, change: &Change) -> String {
        format!("{}/{}/{}", self.base_url, change.type_, change.id)
    }

    /// The Bundle; its ids and its time are given.
    ///
    /// # Errors
    /// When what is kept of a resource is not JSON.
    pub fn bundle(&self, ids: [&str; 2], now: &str) -> Result<Value, serde_json::Error> {
        let [id, status] = ids;
        let address = format!("{}/Subscription/{}/$status", self.base_url, self.subscription.id);
        let mut entries = vec![json!({
            "fullUrl": format!("urn:uuid:{status}"),
            "resource": self.status(status),
            "request": { "method": "GET", "url": address },
            "response": { "status": "200" },
        })];
        if self.content != Content::Empty {
            for told in self.events {
                entries.push(self.entry(*told)?);
            }
        }
        Ok(json!({
            "resourceType": "Bundle",
            "id": id,
            "meta": { "profile": [format!("{PROFILE}backport-subscription-notification-r4")] },
            "type": "history",
            "timestamp": now,
            "entry": entries,
        }))
    }

    fn entry(&self, (change, version): Told<'_>) -> Result<Value, serde_json::Error> {
        let local = format!("{}/{}", change.type_, change.id);
        let (method, url, status) = match change.change.as_str() {
            "create" => ("POST", change.type_.clone(), "201"),
            "delete" => ("DELETE", local, "204"),
            _ => ("PUT", local, "200"),
        };
        let mut entry = json!({ "fullUrl": self.address(change) });
        if let Some(members) = entry.as_object_mut() {
            // What is gone is not shown.
            let is_shown = self.content == Content::FullResource && change.change != "delete";
            if let Some(body) = version.body.as_deref().filter(|_| is_shown) {
                members.insert("resource".to_owned(), serde_json::from_str(body)?);
            }
            members.insert("request".to_owned(), json!({ "method": method, "url": url }));
            members.insert("response".to_owned(), json!({ "status": status }));
        }
        Ok(entry)
    }
}
