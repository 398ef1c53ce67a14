//! A result from its DiagnosticReport and Observations.

use serde_json::Value;

use super::reading::{Method, Reading, readings};
use super::{decimal, is_about, is_identified, list, session, text};
use crate::clinical::wellness::{self, Measured};
use crate::vendors::smartscan::codes::face_scan::{QUALITY, RESULT_ID};
use crate::vendors::smartscan::vitals::{self, Vital};
use crate::vendors::smartscan::wire::face_scan as wire;

/// Whether the DiagnosticReport is a result of this Patient's.
#[must_use]
pub fn is_of(report: &Value, patient: &str) -> bool {
    is_identified(report, RESULT_ID) && is_about(report, "subject", patient)
}

/// Ids of the Observations that a result consists of.
#[must_use]
pub fn observations(report: &Value) -> Vec<String> {
    let references = list(report, "result").filter_map(|result| text(result, "reference"));
    references.filter_map(|reference| reference.strip_prefix("Observation/")).map(str::to_owned).collect()
}

/// Id of the session that a result belongs to.
#[must_use]
pub fn session_of(report: &Value) -> Option<String> {
    session(report)
}

/// The values of Observations, in the vendor's order, as they are rated at the person's age.
#[must_use]
pub fn values(observations: &[Value], age: Option<f64>) -> Vec<wire::VitalValue> {
    let readings: Vec<_> = observations.iter().flat_map(readings).collect();
    let ordered =
        vitals::ALL.into_iter().flat_map(|vital| readings.iter().filter(move |one| one.vital == vital));
    ordered.map(|reading| value(reading, age)).collect()
}

fn value(reading: &Reading, age: Option<f64>) -> wire::VitalValue {
    let Vital { name, display, unit, .. } = reading.vital;
    let rating = reading.vital.rating(reading.value, reading.method == Method::Estimate, age);
    wire::VitalValue {
        vital_name: name,
        value: reading.shown.clone(),
        unit,
        display_name: display,
        status: rating.word(),
        method: reading.method.word(),
    }
}

/// The result. `person` has the sex and age that values are rated and compared by.
#[must_use]
pub fn result(report: &Value, observations: &[Value], person: Measured) -> wire::ScanResult {
    wire::ScanResult {
        id: text(report, "id").unwrap_or_default().to_owned(),
        session_id: session(report),
        quality: decimal(report, QUALITY),
        results: values(observations, person.age),
        wellness: wellness(observations, person),
        created_at: text(report, "issued").map(str::to_owned),
    }
}

/// The score of what was measured: an estimate is no measurement.
fn wellness(observations: &[Value], mut measured: Measured) -> wire::Wellness {
    for reading in observations.iter().flat_map(readings).filter(|reading| reading.method != Method::Estimate)
    {
        let value = Some(reading.value);
        match reading.vital.name {
            "heart_rate" => measured.heart_rate = value,
            "systolic_bp" => measured.systolic = value,
            "diastolic_bp" => measured.diastolic = value,
            "spo2" => measured.oxygen_saturation = value,
            "breathing_rate" => measured.respiratory_rate = value,
            "hrv_rmssd" => measured.rmssd = value,
            _ => {}
        }
    }
    let found = wellness::wellness(&measured);
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    let part = |part: &wellness::Part| wire::WellnessPart {
        name: part.name,
        score: rounded(part.score),
        weight: part.weight,
    };
    wire::Wellness {
        score: found.score.map(rounded),
        coverage: rounded(found.coverage),
        parts: found.parts.iter().map(part).collect(),
        label: "not a clinical score",
    }
}
