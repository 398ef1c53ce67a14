//! What a write of a Subscription does to the receiver that it stands for, in the write's own transaction: that of a vendor's webhook.
//!
//! By whichever door it is written: closed, or deleted, it gets nothing more from then on, and what it was still to get is stopped. Its
//! address is another thing: the secret was given for the one that its owner chose. A Subscription that says another is closed.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::fhir::codes::webhook_event;
use crate::storage::receivers::Followed;

/// Whether a Subscription is a vendor's: its tags say what it listens to, and its criteria are not looked at.
pub(super) fn is_webhook(subscription: &Value) -> bool {
    let tags = subscription.pointer("/meta/tag").and_then(Value::as_array).into_iter().flatten();
    tags.into_iter().any(|tag| tag.get("system").and_then(Value::as_str) == Some(webhook_event::SYSTEM))
}

/// What a Subscription says of who is told. Only one that is active, of a rest-hook, is told anything.
pub(super) fn followed(subscription: &Value) -> Followed {
    let text = |pointer: &str| subscription.pointer(pointer).and_then(Value::as_str);
    let is_open = text("/status") == Some("active") && text("/channel/type") == Some("rest-hook");
    let tags = subscription.pointer("/meta/tag").and_then(Value::as_array).into_iter().flatten();
    let events = tags.filter(|tag| tag.get("system").and_then(Value::as_str) == Some(webhook_event::SYSTEM));
    let until = text("/end").and_then(|end| DateTime::parse_from_rfc3339(end).ok());
    Followed {
        url: text("/channel/endpoint").filter(|_| is_open).map(str::to_owned),
        events: events.filter_map(|tag| tag.get("code")?.as_str().map(str::to_owned)).collect(),
        until: until.map(|end| end.with_timezone(&Utc)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subscription() -> Value {
        json!({
            "status": "active",
            "meta": { "tag": [
                { "system": webhook_event::SYSTEM, "code": "scan.failed" },
                { "system": "http://example.org", "code": "scan.uploaded" },
            ] },
            "channel": { "type": "rest-hook", "endpoint": "https://a.example/" },
        })
    }

    #[test]
    fn what_is_not_an_active_rest_hook_is_closed() {
        for (pointer, value) in [
            ("/status", json!("off")),
            ("/status", json!("requested")),
            ("/status", json!("error")),
            ("/status", json!(null)),
            ("/channel/type", json!("websocket")),
            ("/channel/endpoint", json!(null)),
        ] {
            let mut closed = subscription();
            *closed.pointer_mut(pointer).unwrap() = value.clone();
            assert_eq!(followed(&closed).url, None, "{pointer} {value}");
        }
    }

    #[test]
    fn it_listens_to_its_tags_until_its_end() {
        let open = followed(&subscription());
        assert_eq!((open.url.as_deref(), open.until), (Some("https://a.example/"), None));
        assert_eq!(open.events, ["scan.failed"]);
        let mut ending = subscription();
        ending["end"] = "2026-11-21T13:00:00+01:00".into();
        assert_eq!(followed(&ending).until.unwrap().to_rfc3339(), "2026-11-21T12:00:00+00:00");
    }
}
