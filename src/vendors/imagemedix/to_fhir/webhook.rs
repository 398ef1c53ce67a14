//! A webhook as a Subscription: what it is told of, where, and whether. What its deliveries are signed with is none of a record's.

use serde_json::{Value, json};

use super::{list, set, set_list};
use crate::fhir::codes::webhook_event;
use crate::vendors::imagemedix::codes::SCAN;
use crate::vendors::imagemedix::events::Event;

/// The Subscription of a webhook.
#[must_use]
pub fn subscription(id: &str, url: &str, events: &[Event]) -> Value {
    let mut resource = json!({
        "resourceType": "Subscription",
        "id": id,
        "status": "active",
        "reason": "Webhook of ImageMedix",
        "criteria": format!("Task?identifier={SCAN}|"),
        "channel": { "type": "rest-hook", "endpoint": url, "payload": "application/json" },
    });
    listening(&mut resource, events);
    resource
}

/// What changes of a webhook.
#[derive(Clone, Debug)]
pub struct Changed<'a> {
    /// Where to.
    pub url: &'a str,
    /// What it is told of.
    pub events: &'a [Event],
    /// Whether it is told anything.
    pub active: bool,
}

/// The Subscription as it is then. What else a client of `/fhir` wrote into it stays, but for what would keep it closed.
#[must_use]
pub fn changed(mut resource: Value, changed: &Changed<'_>) -> Value {
    let mut channel = resource.get("channel").cloned().unwrap_or_else(|| json!({}));
    set(&mut channel, "type", Some("rest-hook".into()));
    set(&mut channel, "endpoint", Some(changed.url.into()));
    set(&mut resource, "channel", Some(channel));
    set(&mut resource, "status", Some(if changed.active { "active" } else { "off" }.into()));
    if changed.active {
        set(&mut resource, "end", None);
    }
    listening(&mut resource, changed.events);
    resource
}

fn listening(resource: &mut Value, events: &[Event]) {
    let mut meta = resource.get("meta").cloned().unwrap_or_else(|| json!({}));
    let mut tags = list(&meta, "tag");
    tags.retain(|tag| tag.get("system").and_then(Value::as_str) != Some(webhook_event::SYSTEM));
    tags.extend(events.iter().map(|event| event.code().coding()));
    set_list(&mut meta, "tag", tags);
    set(resource, "meta", Some(meta));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;

    #[test]
    fn a_webhook_is_a_valid_subscription_and_stays_one() {
        let made = subscription("w", "https://a.example/", &Event::ALL);
        assert_eq!(validate(&made).map_err(|issues| format!("{issues:?}")).err(), None);
        let mut other = made.clone();
        other["meta"]["tag"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "system": "http://example.org", "code": "x" }));
        other["end"] = "2026-01-01T00:00:00Z".into();
        let change = Changed { url: "https://b.example/", events: &[Event::Failed], active: true };
        let open = changed(other.clone(), &change);
        assert_eq!(validate(&open).map_err(|issues| format!("{issues:?}")).err(), None);
        let codes: Vec<_> =
            open["meta"]["tag"].as_array().unwrap().iter().map(|tag| tag["code"].clone()).collect();
        assert_eq!(codes, ["x", "scan.failed"]);
        assert_eq!((open.get("end"), &open["status"]), (None, &json!("active")));
        let closed = changed(other, &Changed { active: false, ..change });
        assert_eq!((&closed["status"], &closed["end"]), (&json!("off"), &json!("2026-01-01T00:00:00Z")));
    }
}
