//! Values in time, from Observations, whoever wrote them.

use std::cmp::Reverse;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Number, Value};

use super::{decimal, list, session, text};
use crate::fhir::codes::ucum::{self, Unit};
use crate::fhir::{codes, date, units};
use crate::vendors::smartscan::codes::face_scan::QUALITY;
use crate::vendors::smartscan::vitals::{self, Vital};

/// An Observation that something is made of, in the version that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
}

/// Which Observation this is; none for one that is not stored.
#[must_use]
pub fn source(observation: &Value) -> Option<Source> {
    let version = text(observation.get("meta")?, "versionId")?.parse().ok()?;
    Some(Source { id: text(observation, "id")?.to_owned(), version })
}

/// A value that was measured.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Of what.
    pub vital: &'static Vital,
    /// The value in the vital's unit.
    pub value: f64,
    /// The same with its digits.
    pub shown: Number,
    /// When it was measured, in microseconds since 1970.
    pub at_us: i64,
    /// The session that it belongs to.
    pub session: Option<String>,
    /// How good the recording was, from 0 to 1.
    pub quality: Option<f64>,
    /// How it was come by.
    pub method: Method,
    /// The Observation that has it.
    pub source: Option<Source>,
}

/// How a value was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A camera measured it.
    Camera,
    /// It was estimated from a camera's picture.
    Estimate,
    /// The client computed it.
    Client,
    /// Otherwise.
    Other,
}

impl Method {
    /// The word for it in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Estimate => "camera_estimate",
            Self::Client => "client",
            Self::Other => "other",
        }
    }
}

impl Reading {
    /// When it was measured, as it is told.
    #[must_use]
    pub fn recorded_at(&self) -> String {
        let time = DateTime::from_timestamp_micros(self.at_us).unwrap_or_default();
        time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

/// The values of an Observation. One that was withdrawn, or is of a unit that it cannot have, has none.
#[must_use]
pub fn readings(observation: &Value) -> Vec<Reading> {
    if !counts(observation) {
        return Vec::new();
    }
    let Some(at_us) = measured_at(observation) else { return Vec::new() };
    let quality = decimal(observation, QUALITY).and_then(|quality| quality.as_f64());
    let method = method(observation);
    let holders = std::iter::once(observation).chain(list(observation, "component"));
    holders
        .filter_map(|holder| {
            let vital = vitals::coded(holder.get("code")?)?;
            let (value, shown) = value_in(holder.get("valueQuantity")?, vital.ucum)?;
            let session = session(observation);
            let source = source(observation);
            Some(Reading { vital, value, shown, at_us, session, quality, method, source })
        })
        .collect()
}

/// Puts values in the order of time, newest first; what is of one moment stays in its order.
pub fn newest_first(readings: &mut [Reading]) {
    readings.sort_by_key(|reading| Reverse(reading.at_us));
}

/// Whether what an Observation says is still said.
#[must_use]
pub fn counts(observation: &Value) -> bool {
    !matches!(text(observation, "status"), Some("entered-in-error" | "cancelled"))
}

fn method(observation: &Value) -> Method {
    let Some(method) = observation.get("method") else { return Method::Other };
    let is = |code: codes::Code| code.is_in(method);
    if is(codes::vitals::RPPG) {
        Method::Camera
    } else if is(codes::face_scan::CAMERA_ESTIMATE) {
        Method::Estimate
    } else if is(codes::face_scan::CLIENT_COMPUTED) {
        Method::Client
    } else {
        Method::Other
    }
}

/// When an Observation is about, in microseconds since 1970: of a time that is not exact, its beginning.
#[must_use]
pub fn measured_at(observation: &Value) -> Option<i64> {
    let period = observation.get("effectivePeriod");
    let of_period = |name| text(period?, name);
    let told = text(observation, "effectiveDateTime")
        .or_else(|| text(observation, "effectiveInstant"))
        .or_else(|| of_period("start"))
        .or_else(|| of_period("end"))
        .or_else(|| text(observation, "issued"))
        .or_else(|| text(observation.get("meta")?, "lastUpdated"));
    Some(date::interval(told?)?.low)
}

/// The value of a Quantity in this unit, and how it is shown: with its own digits, where it is in that unit already.
#[must_use]
pub fn value_in(quantity: &Value, unit: Unit) -> Option<(f64, Number)> {
    let number = quantity.get("value")?.as_number()?;
    let value = number.as_f64().filter(|value| value.is_finite())?;
    let is_exact = quantity.get("comparator").is_none();
    let is_ucum = text(quantity, "system").is_none_or(|system| system == ucum::SYSTEM);
    let code = text(quantity, "code").filter(|_| is_ucum && is_exact)?;
    let factor = units::factor(code, unit.code)?;
    if (factor - 1.0).abs() < f64::EPSILON {
        return Some((value, number.clone()));
    }
    let value = value * factor;
    Some((value, Number::from_f64((value * 1e6).round() / 1e6)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn observation(quantity: Value) -> Value {
        json!({
            "resourceType": "Observation",
            "status": "final",
            "code": { "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] },
            "effectiveDateTime": "2026-11-21",
            "valueQuantity": quantity,
        })
    }

    #[test]
    fn what_is_no_value_of_the_vital_gives_none() {
        for quantity in [
            json!({ "value": 70 }),
            json!({ "value": 70, "code": "mg/dL" }),
            json!({ "value": 70, "code": "/min", "system": "urn:other" }),
            json!({ "value": 70, "code": "/min", "comparator": ">" }),
            json!({ "code": "/min" }),
        ] {
            assert!(readings(&observation(quantity.clone())).is_empty(), "{quantity}");
        }
        let mut withdrawn = observation(json!({ "value": 70, "code": "/min" }));
        withdrawn["status"] = json!("entered-in-error");
        assert!(readings(&withdrawn).is_empty());
    }

    #[test]
    fn values_are_read_in_their_unit_and_time() {
        let found = readings(&observation(json!({ "value": 1.25, "code": "/s" })));
        assert_eq!((found[0].vital.name, found[0].value), ("heart_rate", 75.0));
        assert_eq!(found[0].recorded_at(), "2026-11-21T00:00:00Z");
        let found = readings(&observation(json!({ "value": 70.50, "code": "{beats}/min" })));
        assert_eq!((found[0].session.as_deref(), found[0].method), (None, Method::Other));
    }
}
