//! Something that happened, from the Observation.

use serde_json::{Number, Value};

use crate::fhir::codes::Code;
use crate::fhir::codes::continence::{EVENTS, SYSTEM, VOLUME};
use crate::vendors::smartz::text::{list, of, referenced};
use crate::vendors::smartz::{time, wire};

/// The kind with that word.
#[must_use]
pub fn kind(word: &str) -> Option<Code> {
    EVENTS.into_iter().find(|code| code.code == word)
}

/// The event that an Observation is.
#[must_use]
pub fn event(observation: &Value) -> wire::Event {
    let coding = observation.get("code").into_iter().flat_map(|code| list(code, "coding"));
    let kind =
        coding.filter(|coding| of(coding, "system") == Some(SYSTEM)).find_map(|coding| of(coding, "code"));
    let period = observation.get("effectivePeriod");
    let begin = of(observation, "effectiveDateTime").or_else(|| of(period?, "start"));
    let moment = |text: Option<&str>| text.and_then(time::of_fhir).map(time::moment);
    let volume =
        list(observation, "component").find(|one| one.get("code").is_some_and(|code| VOLUME.is_in(code)));
    let node = observation
        .get("meta")
        .and_then(|meta| of(meta, "source"))
        .and_then(|text| text.strip_prefix("Device/"));
    wire::Event {
        id: of(observation, "id").unwrap_or_default().to_owned(),
        kind: kind.unwrap_or_default().to_owned(),
        value: quantity(observation),
        volume_ml: volume.and_then(quantity),
        at: moment(begin),
        end_at: moment(period.and_then(|period| of(period, "end"))),
        pod_id: referenced(observation, "device", "Device").map(str::to_owned),
        node_id: node.map(str::to_owned),
    }
}

fn quantity(of: &Value) -> Option<Number> {
    match of.get("valueQuantity")?.get("value")? {
        Value::Number(number) => Some(number.clone()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clinical::continence::{Event, EventKind};
    use crate::fhir::validate::validate;
    use crate::vendors::smartz::to_fhir::event as to_fhir;
    use crate::vendors::smartz::to_fhir::readings::Of;

    #[test]
    fn an_event_comes_back_as_it_happened() {
        let at = |text: &str| text.parse().unwrap();
        let (begin, end) = (at("2026-11-21T12:00:00Z"), Some(at("2026-11-21T12:05:00Z")));
        let of = Of { pod: "d", node: Some("n"), patient: Some("p") };
        let void = Event { kind: EventKind::Void, at: begin, end, percent: Some(12.5), ml: Some(150.0) };
        let stored = to_fhir::observation(of, &void, begin);
        assert_eq!(validate(&stored).map_err(|issues| format!("{issues:?}")).err(), None);
        let shown = json!({ "id": to_fhir::id("d", void.key()), "type": "void", "value": 12.5, "volumeMl": 150,
            "at": "2026-11-21T12:00:00.000Z", "endAt": "2026-11-21T12:05:00.000Z", "podId": "d", "nodeId": "n" });
        assert_eq!(serde_json::to_value(event(&stored)).unwrap(), shown);
        let turned = Event { kind: EventKind::Turned, at: begin, end: None, percent: None, ml: None };
        let stored = to_fhir::observation(of, &turned, begin);
        assert_eq!(validate(&stored).map_err(|issues| format!("{issues:?}")).err(), None);
        assert_eq!((event(&stored).kind.as_str(), event(&stored).value), ("turned", None));
        let gone = to_fhir::withdrawn(of, void.key(), begin);
        assert_eq!(validate(&gone).map_err(|issues| format!("{issues:?}")).err(), None);
        assert_eq!((&gone["id"], &gone["status"]), (&shown["id"], &json!("entered-in-error")));
    }
}
