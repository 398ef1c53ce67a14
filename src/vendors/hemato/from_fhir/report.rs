//! A report by its DiagnosticReport and the Observations that it names. Counts and confidences are texts: so the vendor writes them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{list, text};
use crate::fhir::codes::Code;
use crate::vendors::hemato::codes::{
    CONFIDENCE, EVIDENCE, INTERVAL_HIGH, INTERVAL_LOW, PLACES, POINTS, SEEN, SHORT_NAME, SIGNIFICANCE,
    STATISTIC, SUGGESTION,
};
use crate::vendors::hemato::wire;

/// What is said of a number that there is none of.
const NOT_ASSESSED: &str = "not assessed";

/// What a report is rendered from.
#[derive(Clone, Debug)]
pub struct Stored<'a> {
    /// The study.
    pub study: &'a str,
    /// The DiagnosticReport in one of its versions.
    pub report: &'a Value,
    /// The Observations, by id.
    pub observations: &'a HashMap<String, Value>,
    /// The vendor's ids of files, by those of their Media.
    pub files: &'a HashMap<String, String>,
    /// The version.
    pub version: i64,
    /// All versions.
    pub versions: Vec<i64>,
}

/// How much of a report is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// All of it.
    All,
    /// What was seen and counted.
    Morphological,
    /// What may be the matter.
    Diagnostic,
    /// What a pathologist would write.
    Pathology,
}

impl Level {
    /// The level with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "morphological" => Some(Self::Morphological),
            "diagnostic" => Some(Self::Diagnostic),
            "pathology" => Some(Self::Pathology),
            _ => None,
        }
    }
}

/// The ids of what a member of a resource points at, of one type.
#[must_use]
pub fn pointed<'a>(resource: &'a Value, name: &str, below: &str, resource_type: &str) -> Vec<&'a str> {
    list(resource, name)
        .filter_map(|one| one.pointer(below).and_then(Value::as_str))
        .filter_map(|to| to.strip_prefix(resource_type)?.strip_prefix('/'))
        .collect()
}

/// A report, or a level of it.
#[must_use]
pub fn rendered(stored: &Stored<'_>, level: Level) -> wire::ReportResults {
    let results: Vec<_> = pointed(stored.report, "result", "/reference", "Observation")
        .into_iter()
        .filter_map(|id| stored.observations.get(id))
        .collect();
    let files = pointed(stored.report, "media", "/link/reference", "Media");
    let is = |wanted: Level| level == Level::All || level == wanted;
    let morphological = is(Level::Morphological);
    wire::ReportResults {
        pbs_study_id: stored.study.to_owned(),
        file_ids: files.into_iter().filter_map(|id| stored.files.get(id).cloned()).collect(),
        feature_statistics: morphological.then(|| named(&results, STATISTIC, statistic)),
        morphological_findings: morphological.then(|| named(&results, SEEN, finding)),
        diagnostic_report: is(Level::Diagnostic).then(|| wire::DiagnosticReport {
            differential_diagnosis: all_of(&results, SUGGESTION).map(differential).collect(),
        }),
        pathology_report: is(Level::Pathology)
            .then(|| text(stored.report, "conclusion").unwrap_or_default().to_owned()),
        report_version: stored.version,
        versions: stored.versions.clone(),
    }
}

/// Whether something has this code.
pub(super) fn of_code(one: &Value, code: Code) -> bool {
    one.get("code").is_some_and(|concept| code.is_in(concept))
}

fn all_of<'a>(results: &'a [&'a Value], code: Code) -> impl Iterator<Item = &'a Value> {
    results.iter().copied().filter(move |one| of_code(one, code))
}

fn named(results: &[&Value], code: Code, rendered: fn(&Value) -> Value) -> Map<String, Value> {
    let name = |one: &Value| one.pointer("/code/text").and_then(Value::as_str).unwrap_or_default().to_owned();
    all_of(results, code).map(|one| (name(one), rendered(one))).collect()
}

/// The number of a quantity as it is written.
fn number(resource: &Value, pointer: &str) -> Option<String> {
    resource.pointer(pointer).and_then(Value::as_number).map(ToString::to_string)
}

fn statistic(observation: &Value) -> Value {
    let unit = observation.pointer("/valueQuantity/unit").and_then(Value::as_str);
    let bound = |code| components(observation, code).find_map(|one| number(one, "/valueQuantity/value"));
    json!(wire::Statistic {
        value: number(observation, "/valueQuantity/value").unwrap_or_else(|| NOT_ASSESSED.to_owned()),
        unit: unit.unwrap_or_default().to_owned(),
        interval: bound(INTERVAL_LOW)
            .zip(bound(INTERVAL_HIGH))
            .map(|(low, high)| wire::Interval { low, high }),
    })
}

fn finding(observation: &Value) -> Value {
    json!(wire::Finding {
        count: number(observation, "/valueQuantity/value").unwrap_or_else(|| "0".to_owned()),
        heat_map: heats(observation),
    })
}

/// Where something was seen.
#[must_use]
pub fn heats(observation: &Value) -> Vec<wire::Heat> {
    components(observation, PLACES).flat_map(places).collect()
}

/// What speaks for a suggestion.
#[must_use]
pub fn evidence(suggestion: &Value) -> wire::Evidence {
    let said = components(suggestion, EVIDENCE).filter_map(|one| text(one, "valueString"));
    let code = suggestion.pointer("/valueCodeableConcept/coding/0/code").and_then(Value::as_str);
    wire::Evidence {
        icd10_code: code.unwrap_or_default().to_owned(),
        evidence: said.map(str::to_owned).collect(),
    }
}

fn components(observation: &Value, code: Code) -> impl Iterator<Item = &Value> {
    list(observation, "component").filter(move |one| of_code(one, code))
}

fn places(component: &Value) -> Vec<wire::Heat> {
    let file_id = component.pointer("/code/text").and_then(Value::as_str).unwrap_or_default();
    let data = component.pointer("/valueSampledData/data").and_then(Value::as_str).unwrap_or_default();
    let numbers: Vec<i64> = data.split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect();
    numbers
        .chunks_exact(3)
        .filter_map(|place| match place {
            [x, y, radius] => {
                Some(wire::Heat { center: [*x, *y], radius: *radius, file_id: file_id.to_owned() })
            }
            _ => None,
        })
        .collect()
}

fn differential(observation: &Value) -> wire::Differential {
    let said = |code: Code| {
        let found = components(observation, code).find_map(|one| text(one, "valueString"));
        found.unwrap_or_default().to_owned()
    };
    let score = components(observation, POINTS).find_map(|one| one.get("valueInteger")?.as_i64());
    let confidence = components(observation, CONFIDENCE).find_map(|one| number(one, "/valueQuantity/value"));
    let of =
        |pointer: &str| observation.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    wire::Differential {
        score: score.unwrap_or_default(),
        confidence: confidence.unwrap_or_default(),
        clinical_significance: said(SIGNIFICANCE),
        icd10_code: of("/valueCodeableConcept/coding/0/code"),
        english_long: of("/valueCodeableConcept/text"),
        english_short: said(SHORT_NAME),
    }
}
