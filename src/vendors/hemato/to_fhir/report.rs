//! What models find in a smear, as a DiagnosticReport with its Observations and a Provenance.
//!
//! All of it is labelled AIAST and preliminary until a person says so. What may be the matter is a suggestion of the report, and no
//! Condition: nobody has that diagnosis by it. A version of the report has Observations of its own, so that each says what it said.

pub mod basis;
mod published;

use serde_json::{Number, Value, json};

use super::{Context, instant, reference, set};
use crate::fhir::codes::hl7::data_absent_reason::NOT_PERFORMED;
use crate::fhir::codes::hl7::observation_category::LABORATORY;
use crate::fhir::codes::hl7::provenance_participant_type::ASSEMBLER;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::loinc::BLOOD_SMEAR_FINDING;
use crate::fhir::codes::{Code, sid, ucum};
use crate::inference::registry::ModelRef;
use crate::vendors::hemato::codes::{
    AI_GENERATED, CONFIDENCE, EVIDENCE, INTERVAL_HIGH, INTERVAL_LOW, PLACES, POINTS, SEEN, SHORT_NAME,
    SIGNIFICANCE, STATISTIC, STUDY, SUGGESTION,
};
use crate::vendors::hemato::review::{Findings, Measure, Place, Seen, Statistic, Suggestion};
use crate::vendors::models;

/// A file that was looked at.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The vendor's id of it.
    pub id: String,
    /// Id of its Media.
    pub media: String,
}

/// Who says what an Observation says.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// These models.
    Models(&'a [ModelRef]),
    /// The rules, of what people corrected of what this model's Observation was counted with.
    Rules(&'a Value),
    /// The person that the context names.
    Person,
}

/// What findings are about.
#[derive(Clone, Debug)]
pub struct Of<'a> {
    /// The study.
    pub study: &'a str,
    /// Its ServiceRequest.
    pub request: &'a Value,
    /// The files that were looked at, in the order in which findings number them.
    pub files: &'a [Looked],
}

/// A concept with one of our codes, of what the text names, and with LOINC's where there is one.
pub(super) fn concept(code: Code, text: &str) -> Value {
    let codings: Vec<_> = [Some(code), published::of(text)].into_iter().flatten().map(Code::coding).collect();
    json!({ "coding": codings, "text": text })
}

/// The labels of what no person has confirmed.
pub(super) fn made_by_a_model() -> Value {
    json!({ "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()], "tag": [AI_GENERATED.coding()] })
}

fn device(model: &ModelRef) -> Value {
    reference(&format!("Device/{}", models::id(model)))
}

/// The Observations, each without an id, in the order of the report.
#[must_use]
pub fn observations(findings: &Findings, of: &Of<'_>, context: &Context) -> Vec<Value> {
    let by = Origin::Models(&findings.models);
    let statistics = findings.statistics.iter().map(|one| statistic(one, by, of, context));
    let seen = findings.seen.iter().map(|one| seen(one, by, of, context));
    let differential = findings.differential.iter().map(|one| suggestion(one, by, of, context));
    statistics.chain(seen).chain(differential).collect()
}

pub(super) fn observation(code: Value, by: Origin<'_>, of: &Of<'_>, context: &Context) -> Value {
    let mut resource = json!({
        "resourceType": "Observation",
        "identifier": [{ "system": STUDY, "value": of.study }],
        "basedOn": [reference(&format!("ServiceRequest/{}", of.study))],
        "status": "preliminary",
        "category": [LABORATORY.concept()],
        "code": code,
        "issued": instant(context.now),
        "specimen": reference(&format!("Specimen/{}", of.study)),
    });
    set(&mut resource, "subject", subject(of));
    let (device, performer) = match by {
        Origin::Models(models) => (models.first().map(device), None),
        Origin::Rules(basis) => (basis.get("device").cloned(), None),
        Origin::Person => (None, Some(json!([context.author]))),
    };
    // What a person says is labelled as nobody else's.
    set(&mut resource, "meta", performer.is_none().then(made_by_a_model));
    set(&mut resource, "device", device);
    set(&mut resource, "performer", performer);
    resource
}

fn subject(of: &Of<'_>) -> Option<Value> {
    of.request.get("subject").filter(|subject| subject.get("reference").is_some()).cloned()
}

pub(super) fn statistic(one: &Statistic, by: Origin<'_>, of: &Of<'_>, context: &Context) -> Value {
    let mut resource = observation(concept(STATISTIC, &one.name), by, of, context);
    let value = match &one.value {
        Measure::Value(digits) => quantity(digits, &one.unit),
        Measure::NotAssessed => None,
    };
    match value {
        Some(value) => set(&mut resource, "valueQuantity", Some(value)),
        None => set(&mut resource, "dataAbsentReason", Some(NOT_PERFORMED.concept())),
    }
    let bounds = one.interval.iter().flat_map(|(low, high)| [(INTERVAL_LOW, low), (INTERVAL_HIGH, high)]);
    let bounds: Vec<_> = bounds
        .filter_map(|(code, digits)| {
            Some(json!({ "code": code.concept(), "valueQuantity": quantity(digits, &one.unit)? }))
        })
        .collect();
    set(&mut resource, "component", Some(bounds).filter(|all| !all.is_empty()).map(Value::from));
    resource
}

/// A number with its unit; none where the digits are none.
fn quantity(digits: &str, unit: &str) -> Option<Value> {
    let mut quantity = json!({ "value": digits.parse::<Number>().ok()? });
    if !unit.is_empty() {
        set(&mut quantity, "unit", Some(unit.into()));
        set(&mut quantity, "system", Some(ucum::SYSTEM.into()));
        set(&mut quantity, "code", Some(unit.into()));
    }
    Some(quantity)
}

pub(super) fn seen(one: &Seen, by: Origin<'_>, of: &Of<'_>, context: &Context) -> Value {
    let mut resource = observation(concept(SEEN, &one.name), by, of, context);
    set(&mut resource, "valueQuantity", Some(ucum::ONE.quantity(one.count.into())));
    let (mut sources, mut components) = (Vec::new(), Vec::new());
    for (at, file) in of.files.iter().enumerate() {
        let places: Vec<_> = one.places.iter().filter(|place| place.file == at).collect();
        if places.is_empty() {
            continue;
        }
        sources.push(reference(&format!("Media/{}", file.media)));
        components.push(component_of(&places, file));
    }
    set(&mut resource, "derivedFrom", Some(sources).filter(|all| !all.is_empty()).map(Value::from));
    set(&mut resource, "component", Some(components).filter(|all| !all.is_empty()).map(Value::from));
    resource
}

fn component_of(places: &[&Place], file: &Looked) -> Value {
    let numbers = places.iter().flat_map(|place| [place.x, place.y, place.radius]);
    places_in(&file.id, numbers.map(i64::from))
}

/// The places in a file: samples of three points each.
pub(super) fn places_in(file: &str, numbers: impl Iterator<Item = i64>) -> Value {
    let data: Vec<_> = numbers.map(|number| number.to_string()).collect();
    json!({ "code": concept(PLACES, file), "valueSampledData": {
        "origin": { "value": 0, "unit": "pixels" }, "period": 1, "dimensions": 3, "data": data.join(" "),
    } })
}

pub(super) fn suggestion(one: &Suggestion, by: Origin<'_>, of: &Of<'_>, context: &Context) -> Value {
    let mut resource = observation(SUGGESTION.concept(), by, of, context);
    set(&mut resource, "valueCodeableConcept", Some(diagnosis(one)));
    let text = |code: Code, text: &str| json!({ "code": code.concept(), "valueString": text });
    let mut components = vec![json!({ "code": POINTS.concept(), "valueInteger": one.score })];
    if let Some(confidence) = Number::from_f64(one.confidence.clamp(0.0, 1.0)) {
        components
            .push(json!({ "code": CONFIDENCE.concept(), "valueQuantity": ucum::ONE.quantity(confidence) }));
    }
    for (code, said) in [(SIGNIFICANCE, &one.significance), (SHORT_NAME, &one.short_name)] {
        if !said.is_empty() {
            components.push(text(code, said));
        }
    }
    components.extend(one.evidence.iter().filter(|said| !said.is_empty()).map(|said| text(EVIDENCE, said)));
    set(&mut resource, "component", Some(components.into()));
    resource
}

pub(super) fn diagnosis(one: &Suggestion) -> Value {
    json!({ "coding": [{ "system": sid::ICD_10_CM, "code": one.icd10, "display": one.name }], "text": one.name })
}

/// The DiagnosticReport with Observations of these ids.
#[must_use]
pub fn report(findings: &Findings, of: &Of<'_>, observations: &[String], context: &Context) -> Value {
    let results: Vec<_> = observations.iter().map(|id| reference(&format!("Observation/{id}"))).collect();
    let media: Vec<_> =
        of.files.iter().map(|file| json!({ "link": reference(&format!("Media/{}", file.media)) })).collect();
    let codes: Vec<_> = findings.differential.iter().map(diagnosis).collect();
    let mut resource = json!({
        "resourceType": "DiagnosticReport",
        "id": of.study,
        "meta": made_by_a_model(),
        "identifier": [{ "system": STUDY, "value": of.study }],
        "basedOn": [reference(&format!("ServiceRequest/{}", of.study))],
        "status": "preliminary",
        "code": BLOOD_SMEAR_FINDING.concept(),
        "issued": instant(context.now),
        "specimen": [reference(&format!("Specimen/{}", of.study))],
        "conclusion": findings.report,
    });
    set(&mut resource, "subject", subject(of));
    for (name, all) in [("result", results), ("media", media), ("conclusionCode", codes)] {
        set(&mut resource, name, Some(all).filter(|all| !all.is_empty()).map(Value::from));
    }
    resource
}

/// The Provenance of a report: which models said so, of which files.
#[must_use]
pub fn provenance(findings: &Findings, of: &Of<'_>, context: &Context) -> Option<Value> {
    let agents: Vec<_> = findings
        .models
        .iter()
        .map(|model| json!({ "type": ASSEMBLER.concept(), "who": device(model) }))
        .collect();
    let sources: Vec<_> = of
        .files
        .iter()
        .map(|file| json!({ "role": "source", "what": reference(&format!("Media/{}", file.media)) }))
        .collect();
    (!agents.is_empty()).then(|| {
        json!({
            "resourceType": "Provenance",
            "target": [reference(&format!("DiagnosticReport/{}", of.study))],
            "recorded": instant(context.now),
            "agent": agents,
            "entity": sources,
        })
    })
}

#[cfg(test)]
mod tests;
