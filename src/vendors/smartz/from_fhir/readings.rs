//! What a pod measured, from the Observation of a batch.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::fhir::codes::continence::WETNESS;
use crate::vendors::smartz::text::{list, of};
use crate::vendors::smartz::time;
use crate::vendors::smartz::to_fhir::readings::OFFSETS;

/// The readings of wetness with their times. What others wrote otherwise than this surface does is none.
#[must_use]
pub fn wetness(observation: &Value) -> Vec<(DateTime<Utc>, f64)> {
    let start = observation.get("effectivePeriod").and_then(|period| time::of_fhir(of(period, "start")?));
    let own = |component: &&Value| component.get("code").is_some_and(|code| WETNESS.is_in(code));
    let data = list(observation, "component").find(own).and_then(|one| one.get("valueSampledData"));
    let (Some(start), Some(data)) = (start, data) else { return Vec::new() };
    let offsets = list(data, "extension").find(|one| of(one, "url") == Some(OFFSETS));
    let offsets = offsets.and_then(|one| of(one, "valueString")).unwrap_or_default().split(' ');
    let values = of(data, "data").unwrap_or_default().split(' ');
    let one = |(offset, value): (&str, &str)| {
        let at = start.checked_add_signed(TimeDelta::try_milliseconds(offset.parse().ok()?)?)?;
        Some((at, value.parse::<f64>().ok().filter(|value| value.is_finite())?))
    };
    offsets.zip(values).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clinical::continence::{Channel, Reading};
    use crate::vendors::smartz::to_fhir::readings::{Of, observation};

    #[test]
    fn what_was_measured_comes_back_with_its_times() {
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        let reading = |second, channel, value| Reading::new(at(second), None, channel, value).unwrap();
        let readings = [
            reading(0, Channel::Rssi, -60.0),
            reading(5, Channel::Wetness, 10.5),
            reading(20, Channel::Wetness, 30.0),
        ];
        let of = Of { pod: "d", node: None, patient: Some("p") };
        let stored = observation("o", of, &readings, at(30)).unwrap();
        assert_eq!(wetness(&stored), [(at(5), 10.5), (at(20), 30.0)]);
        for other in [json!({}), json!({ "effectivePeriod": { "start": "2026" }, "component": [{}] })] {
            assert_eq!(wetness(&other), []);
        }
    }
}
