//! A risk by one equation, as a RiskAssessment.

use serde_json::{Number, Value, json};

use super::Scan;
use crate::fhir::codes::{Code, ucum};
use crate::vendors::smartscan::codes::face_scan::{HEART_AGE, RISK_ID};
use crate::vendors::smartscan::to_fhir::{instant, reference, set};

/// A risk that was computed.
#[derive(Clone, Debug)]
pub struct Computed<'a> {
    /// The equation.
    pub equation: Code,
    /// What it tells.
    pub risks: Vec<Prediction>,
    /// Why it tells nothing, where it does not.
    pub withheld: Vec<String>,
    /// The person's age in full years.
    pub age: Option<Number>,
    /// Ids of the Observations that it comes from.
    pub basis: &'a [String],
}

/// One outcome with its probability.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// What may happen.
    pub outcome: &'static str,
    /// At which age at the latest.
    pub until_age: Option<Number>,
    /// In percent.
    pub percent: Number,
    /// Heart age in years, as computed.
    pub heart_age: Option<Number>,
}

/// The id of the RiskAssessment of a session by an equation.
#[must_use]
pub fn id(equation: Code, session: &str) -> String {
    // Ids have 64 characters at most.
    format!("{}-{session}", equation.code).chars().take(64).collect()
}

/// The RiskAssessment. One without a risk is `registered`, which says that there is no result yet, with the reasons as its note.
#[must_use]
pub fn assessment(computed: &Computed<'_>, scan: &Scan) -> Value {
    let id = id(computed.equation, &scan.session);
    let predictions: Vec<_> =
        computed.risks.iter().map(|one| prediction(one, computed.age.as_ref())).collect();
    let basis: Vec<_> = computed.basis.iter().map(|id| reference("Observation", id)).collect();
    let mut resource = json!({
        "resourceType": "RiskAssessment",
        "id": id,
        "identifier": [{ "system": RISK_ID, "value": id }],
        "status": if computed.risks.is_empty() { "registered" } else { "preliminary" },
        "method": computed.equation.concept(),
        "subject": reference("Patient", &scan.patient),
        "encounter": reference("Encounter", &scan.session),
        "occurrenceDateTime": instant(scan.now),
    });
    set(&mut resource, "prediction", (!predictions.is_empty()).then(|| predictions.into()));
    let reasons = (!computed.withheld.is_empty()).then(|| computed.withheld.join(", "));
    let note = reasons.map(|reasons| json!([{ "text": format!("No risk is told: {reasons}.") }]));
    set(&mut resource, "note", note);
    set(&mut resource, "basis", (!basis.is_empty()).then(|| basis.into()));
    resource
}

/// Whether a RiskAssessment tells a risk, or did before it was taken back.
#[must_use]
pub fn was_told(assessment: &Value) -> bool {
    assessment.get("status").and_then(Value::as_str) != Some("registered")
}

/// The RiskAssessment after the equation lost an input: as it is now, but for its status.
#[must_use]
pub fn cancelled(mut assessment: Value) -> Value {
    set(&mut assessment, "status", Some("cancelled".into()));
    assessment
}

fn prediction(one: &Prediction, age: Option<&Number>) -> Value {
    let mut prediction = json!({ "outcome": { "text": one.outcome }, "probabilityDecimal": one.percent });
    if let Some((age, until)) = age.zip(one.until_age.as_ref()) {
        let years = |age: &Number| ucum::YEAR.quantity(age.clone());
        set(&mut prediction, "whenRange", Some(json!({ "low": years(age), "high": years(until) })));
    }
    let heart_age = one.heart_age.as_ref();
    let heart_age = heart_age.map(|age| json!([{ "url": HEART_AGE, "valueDecimal": age }]));
    set(&mut prediction, "extension", heart_age);
    prediction
}
