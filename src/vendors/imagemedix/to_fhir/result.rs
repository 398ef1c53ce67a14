//! What a doctor found in a scan, as an Observation and the DiagnosticReport that it belongs to.
//!
//! What was found before stays as an older version of both, what a model found among it (contract IM-26).

use chrono::{DateTime, Utc};
use serde_json::{Number, Value, json};

use super::{Context, instant, reference, set};
use crate::fhir::codes::clinical::RADIOLOGY_REPORT;
use crate::fhir::codes::hl7::observation_category::IMAGING;
use crate::fhir::codes::hl7::provenance_participant_type::VERIFIER;
use crate::fhir::codes::hl7::v3_observation_interpretation::{NEGATIVE, POSITIVE};
use crate::fhir::codes::loinc::DIAGNOSTIC_IMAGING_STUDY;
use crate::fhir::codes::snomed::{NEOPLASM_OF_BRAIN, PNEUMONIA};
use crate::fhir::codes::{Code, ucum};
use crate::fhir::unconfirmed::{self, By};
use crate::vendors::imagemedix::codes::{
    AFFECTED_LUNG, CONFIDENCE, PNEUMONIA_TYPE, RESULT, SCAN, TUMOR_LOCATION, TUMOR_TYPE,
};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::{result, text as text_of};
use crate::vendors::imagemedix::tumor::Tumor;
use crate::vendors::imagemedix::{text, wire};

/// Most characters of a number: more are no measurement.
const LONGEST_NUMBER: usize = 20;

/// A checked result.
#[derive(Clone, Debug)]
pub struct New {
    finding: Finding,
    confidence: Number,
    notes: Option<String>,
}

#[derive(Clone, Debug)]
enum Finding {
    Brain { has_tumor: bool, kind: Option<Tumor>, location: Option<String> },
    Chest { has_pneumonia: bool, kind: Option<String>, lung: Option<String> },
}

/// The scan that a result is of.
#[derive(Clone, Debug)]
pub struct Of<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its ImagingStudy.
    pub study: &'a Value,
    /// The logical id of its Media.
    pub media: &'a str,
    /// When it was taken, as its study says.
    pub taken: Option<DateTime<Utc>>,
}

impl New {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewOutcome) -> Result<Self, Refusal> {
        let short = |field, sent: &Option<_>| {
            sent.as_ref().map_or(Ok(None), |one| text::optional(field, one, text::NAME))
        };
        let kind = sent.tumor_type.as_deref().map(Tumor::parse).transpose()?;
        let location = short("result.tumorLocation", &sent.tumor_location)?;
        let pneumonia = short("result.pneumoniaType", &sent.pneumonia_type)?;
        let lung = short("result.affectedLung", &sent.affected_lung)?;
        let finding = match (sent.has_tumor, sent.has_pneumonia) {
            (Some(has_tumor), None) => {
                only("result.pneumoniaType", "a pneumonia", pneumonia.is_none())?;
                only("result.affectedLung", "a pneumonia", lung.is_none())?;
                only("result.tumorType", "a tumor", has_tumor || kind.is_none())?;
                only("result.tumorLocation", "a tumor", has_tumor || location.is_none())?;
                Finding::Brain { has_tumor, kind, location }
            }
            (None, Some(has_pneumonia)) => {
                only("result.tumorType", "a tumor", kind.is_none())?;
                only("result.tumorLocation", "a tumor", location.is_none())?;
                only("result.pneumoniaType", "a pneumonia", has_pneumonia || pneumonia.is_none())?;
                only("result.affectedLung", "a pneumonia", has_pneumonia || lung.is_none())?;
                Finding::Chest { has_pneumonia, kind: pneumonia, lung }
            }
            (None, None) | (Some(_), Some(_)) => {
                return Err(Refusal::field("result", "must have either hasTumor or hasPneumonia"));
            }
        };
        let confidence = sent.confidence.as_ref();
        let confidence = confidence.ok_or_else(|| Refusal::field("result.confidence", "is required"))?;
        let confidence = number("result.confidence", confidence, 0.0..=1.0)?;
        let notes = sent.additional_notes.as_ref();
        let notes =
            notes.map_or(Ok(None), |one| text::optional_lines("result.additionalNotes", one, text::NOTE))?;
        Ok(Self { finding, confidence, notes })
    }

    /// The Observation, in place of the one that was there before.
    #[must_use]
    pub fn observation(&self, of: &Of<'_>, before: Option<&Value>, context: &Context) -> Value {
        let (code, is_found) = match &self.finding {
            Finding::Brain { has_tumor, .. } => (NEOPLASM_OF_BRAIN, *has_tumor),
            Finding::Chest { has_pneumonia, .. } => (PNEUMONIA, *has_pneumonia),
        };
        let mut resource = json!({
            "resourceType": "Observation",
            "identifier": [{ "system": RESULT, "value": of.id }],
            "status": "final",
            "category": [IMAGING.concept()],
            "code": code.concept(),
            "subject": of.study.get("subject"),
            "issued": instant(context.now),
            "performer": [reference(&context.author)],
            "valueBoolean": is_found,
            "interpretation": [if is_found { POSITIVE } else { NEGATIVE }.concept()],
            "derivedFrom": of.sources(),
        });
        set(&mut resource, "effectiveDateTime", of.taken.map(|taken| instant(taken).into()));
        set(&mut resource, "note", self.notes.as_ref().map(|notes| json!([{ "text": notes }])));
        set(&mut resource, "component", Some(self.components().into()));
        let status = status(before, &resource);
        set(&mut resource, "status", Some(status.into()));
        resource
    }

    fn components(&self) -> Vec<Value> {
        let said = |code: Code, text: &Option<String>| {
            text.as_ref().map(|text| json!({ "code": code.concept(), "valueString": text }))
        };
        let confidence = ucum::ONE.quantity(self.confidence.clone());
        let confidence = json!({ "code": CONFIDENCE.concept(), "valueQuantity": confidence });
        let others = match &self.finding {
            Finding::Brain { kind, location, .. } => {
                let kind = kind.map(
                    |kind| json!({ "code": TUMOR_TYPE.concept(), "valueCodeableConcept": kind.code().concept() }),
                );
                [kind, said(TUMOR_LOCATION, location)]
            }
            Finding::Chest { kind, lung, .. } => [said(PNEUMONIA_TYPE, kind), said(AFFECTED_LUNG, lung)],
        };
        std::iter::once(confidence).chain(others.into_iter().flatten()).collect()
    }
}

impl Of<'_> {
    /// What a finding is derived from.
    #[must_use]
    pub fn sources(&self) -> Value {
        json!([
            reference(&format!("ImagingStudy/{}", text_of(self.study, "id").unwrap_or_default())),
            reference(&format!("Media/{}", self.media)),
        ])
    }

    /// The DiagnosticReport with this Observation. A file that was made of an earlier version is none of it.
    #[must_use]
    pub fn report(&self, observation: (&str, &Value), context: &Context) -> Value {
        let (id, observation) = observation;
        let mut resource = json!({
            "resourceType": "DiagnosticReport",
            "identifier": [{ "system": SCAN, "value": self.id }],
            "status": text_of(observation, "status"),
            "category": [RADIOLOGY_REPORT.concept()],
            "code": DIAGNOSTIC_IMAGING_STUDY.concept(),
            "subject": self.study.get("subject"),
            "issued": instant(context.now),
            "resultsInterpreter": [reference(&context.author)],
            "result": [reference(&format!("Observation/{id}"))],
            "imagingStudy": [reference(&format!("ImagingStudy/{}", text_of(self.study, "id").unwrap_or_default()))],
            "media": [{ "link": reference(&format!("Media/{}", self.media)) }],
        });
        set(&mut resource, "effectiveDateTime", self.taken.map(|taken| instant(taken).into()));
        let notes = result::outcome(observation).and_then(|outcome| outcome.additional_notes);
        set(&mut resource, "conclusion", notes.map(Value::from));
        resource
    }
}

/// The Provenance of a result: who answers for it.
#[must_use]
pub fn provenance(targets: &[String], context: &Context) -> Value {
    json!({
        "resourceType": "Provenance",
        "target": targets.iter().map(|target| reference(target)).collect::<Vec<_>>(),
        "recorded": instant(context.now),
        "agent": [{ "type": VERIFIER.concept(), "who": reference(&context.author) }],
    })
}

/// The same Observation or DiagnosticReport, confirmed as it is by the author, who answers for it; none where it was confirmed before. A
/// file that was made of it says that nobody has.
#[must_use]
pub fn confirmed(resource: Value, context: &Context) -> Option<Value> {
    let is_open = unconfirmed::Standing::of(&resource) == unconfirmed::Standing::Open;
    let by = By { author: reference(&context.author), now: context.now };
    is_open.then(|| unconfirmed::confirmed(resource, &by))
}

/// What is found anew is final, what was only confirmed too; what was changed is amended.
fn status(before: Option<&Value>, after: &Value) -> &'static str {
    let Some((before, was)) = before.and_then(|before| Some((before, result::outcome(before)?))) else {
        return "final";
    };
    let is_same = Some(was) == result::outcome(after);
    let was_amended = matches!(text_of(before, "status"), Some("amended" | "corrected"));
    if is_same && !was_amended { "final" } else { "amended" }
}

fn only(field: &str, of: &str, holds: bool) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::Invalid(format!("{field} is only for {of} that is there"))) }
}

/// A number within a range, of a length that somebody may have meant.
///
/// # Errors
/// When it is not.
pub fn number(
    field: &str,
    number: &Number,
    range: impl std::ops::RangeBounds<f64> + std::fmt::Debug,
) -> Result<Number, Refusal> {
    let is_within = number.as_f64().is_some_and(|number| range.contains(&number));
    if is_within && number.to_string().len() <= LONGEST_NUMBER {
        Ok(number.clone())
    } else {
        Err(Refusal::Invalid(format!("{field} must be a number within {}", written(&range))))
    }
}

fn written(range: &impl std::ops::RangeBounds<f64>) -> String {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let bound = |bound| match bound {
        Included(number) | Excluded(number) => format!("{number}"),
        Unbounded => "any".to_owned(),
    };
    format!("{} to {}", bound(range.start_bound()), bound(range.end_bound()))
}
