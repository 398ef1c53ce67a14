//! The values that an Observation states, for a person to judge one by one, and what they put in their place.

use serde_json::{Number, Value, json};

use super::{By, answered_for, list, note, set, text};
use crate::fhir::codes::hl7::v3_observation_interpretation::{NEGATIVE, POSITIVE};
use crate::fhir::codes::sid::{AI_CONFIDENCE, MODEL_ID};

/// Most characters of a word that a person puts in the place of another.
const LONGEST: usize = 200;
/// Most characters of a number: more are no measurement.
const LONGEST_NUMBER: usize = 20;

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number with a unit, or without.
    Quantity,
    /// A whole number.
    Whole,
    /// Yes or no.
    Flag,
    /// Words.
    Words,
    /// A code, a time, or another that is not changed here.
    Fixed,
}

/// A value of an Observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Where it is: `value`, or `component.` and a number from 0.
    pub place: String,
    /// What it is of.
    pub of: String,
    /// The value as text.
    pub value: String,
    /// The unit, where there is one.
    pub unit: String,
    /// What kind it is.
    pub kind: Kind,
    /// How sure the model is, from 0 to 1.
    pub confidence: Option<String>,
}

/// Another value in the place of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The place, as [`Stated`] names it.
    pub place: String,
    /// The value as text.
    pub value: String,
}

/// Why nothing is corrected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCorrected {
    /// It is no number.
    #[error("{0} must be a number of at most 20 characters")]
    Number(String),
    /// It is not whole.
    #[error("{0} must be a whole number")]
    Whole(String),
    /// It is neither.
    #[error("{0} must be yes or no")]
    Flag(String),
    /// There are none, or too many.
    #[error("{0} must have 1 to 200 characters")]
    Words(String),
    /// There is no such value, or it cannot be changed.
    #[error("there is no such value to change")]
    Place,
}

/// The values of an Observation, its own first; what has none, or only a drawing, is left out.
#[must_use]
pub fn stated(observation: &Value) -> Vec<Stated> {
    let own = of_holder(observation, "value".to_owned());
    let parts = list(observation, "component").enumerate();
    own.into_iter().chain(parts.filter_map(|(at, part)| of_holder(part, format!("component.{at}")))).collect()
}

fn of_holder(holder: &Value, place: String) -> Option<Stated> {
    let (kind, value, unit) = value(holder)?;
    // How sure a model is, no person puts right.
    let kind = if is_of_model(holder) { Kind::Fixed } else { kind };
    let of = holder.get("code").map(concept).unwrap_or_default();
    let mut extensions = list(holder, "extension");
    let confidence = extensions.find(|one| text(one, "url") == Some(AI_CONFIDENCE));
    let confidence = confidence.and_then(|one| one.get("valueDecimal")).map(Value::to_string);
    Some(Stated { place, of, value, unit, kind, confidence })
}

fn value(holder: &Value) -> Option<(Kind, String, String)> {
    let plain = |kind, value: String| Some((kind, value, String::new()));
    if let Some(quantity) = holder.get("valueQuantity") {
        let unit = text(quantity, "unit").or_else(|| text(quantity, "code")).unwrap_or_default();
        let unit = if unit == "1" { "" } else { unit };
        let number = quantity.get("value")?;
        let value = match text(quantity, "comparator") {
            Some(comparator) => format!("{comparator} {number}"),
            None => number.to_string(),
        };
        return Some((Kind::Quantity, value, unit.to_owned()));
    }
    if let Some(whole) = holder.get("valueInteger") {
        return plain(Kind::Whole, whole.to_string());
    }
    if let Some(flag) = holder.get("valueBoolean").and_then(Value::as_bool) {
        return plain(Kind::Flag, if flag { "yes" } else { "no" }.to_owned());
    }
    if let Some(words) = text(holder, "valueString") {
        // What a form would send back as something else is not changed there.
        let kind = if are_words(words) && words.trim() == words { Kind::Words } else { Kind::Fixed };
        return plain(kind, words.to_owned());
    }
    if let Some(coded) = holder.get("valueCodeableConcept") {
        return plain(Kind::Fixed, concept(coded));
    }
    let time = ["valueDateTime", "valueTime"].iter().find_map(|name| text(holder, name));
    let absent = || Some(format!("none: {}", concept(holder.get("dataAbsentReason")?)));
    plain(Kind::Fixed, time.map(str::to_owned).or_else(absent)?)
}

/// A CodeableConcept, as people read it.
fn concept(concept: &Value) -> String {
    let coding = |name| list(concept, "coding").find_map(|one| text(one, name));
    let said = text(concept, "text").or_else(|| coding("display")).or_else(|| coding("code"));
    said.unwrap_or("unnamed").to_owned()
}

/// The Observation with these values in the place of a model's; none where they are the same. How sure the model was of others stays,
/// which model it was does not: it has not said this.
///
/// # Errors
/// Which value is none.
pub fn corrected(
    observation: &Value,
    edits: &[Edit],
    reason: &str,
    by: &By,
) -> Result<Option<Value>, NotCorrected> {
    let before = stated(observation);
    let mut changed = observation.clone();
    let (mut flipped, mut is_renumbered) = (None, false);
    for edit in edits {
        let was = before.iter().find(|one| one.place == edit.place).ok_or(NotCorrected::Place)?;
        if was.value == edit.value.trim() {
            continue;
        }
        let (name, value) = changed_value(was, edit.value.trim())?;
        let holder = holder(&mut changed, &edit.place).ok_or(NotCorrected::Place)?;
        put(holder, name, value);
        is_renumbered |= matches!(was.kind, Kind::Quantity | Kind::Whole);
        if was.kind == Kind::Flag && edit.place == "value" {
            flipped = Some(edit.value.trim() == "yes");
        }
    }
    if changed == *observation {
        return Ok(None);
    }
    // What is yes or no is high or low by no number.
    if is_renumbered && changed.get("valueBoolean").is_none() {
        set(&mut changed, "interpretation", None);
    }
    if let Some(is_there) = flipped {
        turned(&mut changed, is_there);
    }
    set(&mut changed, "status", Some("amended".into()));
    not_by_a_model(&mut changed);
    answered_for(&mut changed, by);
    note(&mut changed, reason, by);
    Ok(Some(changed))
}

/// Puts a value in the place of another, with which goes all that was said of that one.
fn put(holder: &mut Value, name: &str, value: Value) {
    let is_number = ["valueQuantity", "valueInteger"].contains(&name);
    if let Some(quantity) = holder.get_mut("valueQuantity").filter(|_| name == "valueQuantity") {
        set(quantity, "value", Some(value));
        // How it was shown, and that it was more or less than that.
        set(quantity, "comparator", None);
        set(quantity, "extension", None);
    } else {
        set(holder, name, Some(value));
    }
    if is_number {
        set(holder, "interpretation", None);
    }
    without_confidence(holder);
}

fn changed_value(was: &Stated, new: &str) -> Result<(&'static str, Value), NotCorrected> {
    let of = || was.of.clone();
    match was.kind {
        Kind::Quantity => {
            let number = new.parse::<Number>().ok().filter(|_| new.len() <= LONGEST_NUMBER);
            // FHIR's decimals have neither blanks nor words.
            number.map(|number| ("valueQuantity", number.into())).ok_or_else(|| NotCorrected::Number(of()))
        }
        Kind::Whole => {
            let whole = new.parse::<i32>().map_err(|_| NotCorrected::Whole(of()))?;
            Ok(("valueInteger", whole.into()))
        }
        Kind::Flag => match new {
            "yes" => Ok(("valueBoolean", true.into())),
            "no" => Ok(("valueBoolean", false.into())),
            _ => Err(NotCorrected::Flag(of())),
        },
        Kind::Words => {
            if are_words(new) {
                Ok(("valueString", new.into()))
            } else {
                Err(NotCorrected::Words(of()))
            }
        }
        Kind::Fixed => Err(NotCorrected::Place),
    }
}

/// Whether a text fits a line of a form.
fn are_words(text: &str) -> bool {
    (1..=LONGEST).contains(&text.chars().count()) && !text.contains(char::is_control)
}

fn holder<'a>(observation: &'a mut Value, place: &str) -> Option<&'a mut Value> {
    match place.strip_prefix("component.") {
        None => (place == "value").then_some(observation),
        Some(at) => observation.get_mut("component")?.get_mut(at.parse::<usize>().ok()?),
    }
}

fn without_confidence(holder: &mut Value) {
    let others: Vec<_> =
        list(holder, "extension").filter(|one| text(one, "url") != Some(AI_CONFIDENCE)).cloned().collect();
    set(holder, "extension", Some(others).filter(|others| !others.is_empty()).map(Value::from));
}

/// What was found is not there, or what was not is: what told of it more closely told of something else.
fn turned(observation: &mut Value, is_there: bool) {
    set(observation, "component", None);
    if observation.get("interpretation").is_some() {
        let interpretation = if is_there { POSITIVE } else { NEGATIVE };
        set(observation, "interpretation", Some(json!([interpretation.concept()])));
    }
}

/// Takes away that a model says so: a method that is one, with its Device, the tag, and how sure it was of the whole.
fn not_by_a_model(observation: &mut Value) {
    let is_model = observation
        .get("method")
        .is_some_and(|method| list(method, "coding").any(|coding| text(coding, "system") == Some(MODEL_ID)));
    if is_model {
        set(observation, "method", None);
        set(observation, "device", None);
        let parts: Vec<_> =
            list(observation, "component").filter(|part| !is_of_model(part)).cloned().collect();
        set(observation, "component", Some(parts).filter(|parts| !parts.is_empty()).map(Value::from));
    }
    if let Some(meta) = observation.get_mut("meta") {
        let is_mark = |tag: &&Value| text(tag, "code") == Some("ai-generated");
        let others: Vec<_> = list(meta, "tag").filter(|tag| !is_mark(tag)).cloned().collect();
        set(meta, "tag", Some(others).filter(|others| !others.is_empty()).map(Value::from));
    }
}

/// Whether a part tells of the model rather than of the patient: how sure it is, or where it looked.
fn is_of_model(part: &Value) -> bool {
    let codings = part.get("code").map(|code| list(code, "coding")).into_iter().flatten();
    let mut codes = codings.filter_map(|coding| text(coding, "code"));
    part.get("valueSampledData").is_some() || codes.any(|code| code == "confidence")
}
