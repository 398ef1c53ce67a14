//! A result as a report for a physician, in words.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::reading::{Reading, Source};
use crate::clinical::news2::Sign;
use crate::vendors::smartscan::report::{Report, Row, Trend};
use crate::vendors::smartscan::vitals::{self, Vital};
use crate::vendors::smartscan::wire::face_scan as wire;

/// What a report is made of.
pub struct Told<'a> {
    /// The name of the person's account.
    pub name: &'a str,
    /// The result.
    pub result: &'a wire::ScanResult,
    /// What the person told of themself.
    pub profile: &'a wire::ScanProfile,
    /// The person's values up to the result, newest first.
    pub readings: &'a [Reading],
    /// What equations say.
    pub risk: &'a wire::RiskAnswer,
    /// When the report is made.
    pub now: DateTime<Utc>,
}

/// So many points a curve has at most.
pub const MOST_POINTS: usize = 90;

/// What may not be concluded from a scan.
const CAUTIONS: [&str; 5] = [
    "Pulse and breathing are estimated from small colour changes in the video. Blood pressure and oxygen are not measured by the camera; enter values from a cuff or oximeter. Not for diagnosis; accuracy drops with movement, poor light and darker skin.",
    "Values of the method camera_estimate are unvalidated. They are not rated, and are in no risk and no score.",
    "Usual ranges are the bands of NEWS2 (Royal College of Physicians, 2017) that score no points, for people of 16 years and more. What has no usual range here is not judged.",
    "Risks are those of the equation's own cohort, not recalibrated to where the person lives. Framingham 2008 was made with white Americans recruited from 1968 to 1987, and says too much of many populations of today. A blood pressure is used only where a cuff measured it; what is missing is not assumed.",
    "This report is preliminary: a program made it, and no clinician has confirmed it.",
];

/// The report.
#[must_use]
pub fn report(told: &Told<'_>) -> Report {
    let Told { result, profile, now, .. } = told;
    let made = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    Report {
        title: "Face scan report".to_owned(),
        facts: facts(told),
        values: result.results.iter().map(row).collect(),
        trends: vitals::ALL.into_iter().filter_map(|vital| trend(vital, told.readings)).collect(),
        risks: risks(told.risk),
        inputs: told.risk.equations.first().map(inputs).unwrap_or_default(),
        cautions: CAUTIONS.map(str::to_owned).into(),
        makers: makers(profile, told.risk),
        foot: format!("Face scan report {}, preliminary, made {made}", result.id),
    }
}

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn facts(told: &Told<'_>) -> Vec<(String, String)> {
    let Told { name, result, profile, .. } = told;
    let unknown = || "not told".to_owned();
    let quality = result.quality.as_ref().map_or_else(unknown, |quality| format!("{quality} of 1"));
    let number = |number: Option<&serde_json::Number>, unit: &str| {
        number.map_or_else(unknown, |number| format!("{number} {unit}"))
    };
    vec![
        pair("Person", *name),
        pair("Age", profile.age.map_or_else(unknown, |age| format!("{age} years"))),
        pair("Sex", profile.biological_sex.unwrap_or("not told")),
        pair("Height", number(profile.height_cm.as_ref(), "cm")),
        pair("Weight", number(profile.weight_kg.as_ref(), "kg")),
        pair("Measured", result.created_at.clone().unwrap_or_else(unknown)),
        pair("Session", result.session_id.clone().unwrap_or_else(unknown)),
        pair("Quality of the recording", quality),
        pair("Status", "preliminary"),
    ]
}

fn row(value: &wire::VitalValue) -> Row {
    let sign = vitals::named(value.vital_name).and_then(|vital| vital.sign);
    let is_rated = value.status != vitals::Rating::Unrated.word();
    Row {
        name: value.display_name.to_owned(),
        value: format!("{} {}", value.value, value.unit),
        usual: sign.filter(|_| is_rated).map_or("–", usual).to_owned(),
        rating: value.status.replace('_', " "),
        method: value.method.replace('_', " "),
    }
}

fn usual(sign: Sign) -> &'static str {
    match sign {
        Sign::RespiratoryRate => "12–20",
        Sign::OxygenSaturation => "96–100",
        Sign::Pulse => "51–90",
        Sign::Temperature => "36.1–38.0",
        Sign::Systolic => "–",
    }
}

/// The readings of a kind that are drawn, newest first: one alone makes no curve.
fn drawn<'r>(vital: &'static Vital, readings: &'r [Reading]) -> Vec<&'r Reading> {
    let latest: Vec<_> = readings.iter().filter(|one| one.vital == vital).take(MOST_POINTS).collect();
    if latest.len() > 1 { latest } else { Vec::new() }
}

/// The Observations that have what is drawn.
pub fn sources(readings: &[Reading]) -> impl Iterator<Item = &Source> {
    let drawn = vitals::ALL.into_iter().flat_map(|vital| drawn(vital, readings));
    drawn.filter_map(|reading| reading.source.as_ref())
}

fn trend(vital: &'static Vital, readings: &[Reading]) -> Option<Trend> {
    let mut latest: Vec<_> = drawn(vital, readings).into_iter().map(|one| (one.at_us, one.value)).collect();
    latest.reverse();
    let day = |at_us: i64| DateTime::from_timestamp_micros(at_us).map(|time| time.date_naive().to_string());
    let (first, last) = (latest.first()?.0, latest.last()?.0);
    Some(Trend {
        name: format!("{} ({})", vital.display, vital.unit),
        days: (day(first).unwrap_or_default(), day(last).unwrap_or_default()),
        points: latest,
    })
}

fn risks(risk: &wire::RiskAnswer) -> Vec<(String, String)> {
    let scores = &risk.risk_scores;
    let said = risk.equations.iter().map(|one| {
        let value = match (one.risk10, &one.reason) {
            (Some(risk), _) => format!("{:.1} % in ten years", risk * 100.0),
            (None, Some(_)) => format!("no number: {}", one.range_notes.join(", ").replace('_', " ")),
            (None, None) => "no number".to_owned(),
        };
        (one.version.to_owned(), value)
    });
    let mut said: Vec<_> = said.collect();
    if let Some(age) = &scores.vascular_age.display {
        said.push(pair("Heart age", format!("{age} years")));
    }
    said
}

fn inputs(equation: &wire::Equation) -> Vec<(String, String)> {
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    let told = equation.inputs_used.iter().map(|input| {
        let when = input.recorded_at.as_ref().map(|when| format!(" ({when})")).unwrap_or_default();
        (input.name.replace('_', " "), shown(&input.value) + &when)
    });
    told.collect()
}

fn makers(profile: &wire::ScanProfile, risk: &wire::RiskAnswer) -> Vec<(String, String)> {
    let equations: Vec<_> = risk.equations.iter().map(|one| one.version).collect();
    let mut makers = vec![
        pair("Values", "SmartScanPro face scan SDK, which tells no version"),
        pair("Risk", equations.join("; ")),
        pair("Report", format!("hygeia {}", env!("CARGO_PKG_VERSION"))),
    ];
    if profile.cuff_systolic_bp.is_some() {
        makers.push(pair("Blood pressure of the risk", "measured with a cuff"));
    }
    makers
}
