//! What a document states of a person as resources of their own. Nobody has confirmed any of it, and each says so.

use serde_json::{Value, json};

use super::New;
use super::paper::Paper;
use super::set;
use super::written::concept;
use crate::fhir::codes::clinical::{ALLERGY_UNCONFIRMED, CONDITION_UNCONFIRMED, ENCOUNTER_DIAGNOSIS};
use crate::fhir::codes::{Code, snomed};
use crate::inference::device::{FieldName, Form};
use crate::vendors::smartscan::sections::{Section, Statement};

/// The longest prose that is taken apart; nothing that is read from one picture is longer.
const LONGEST: usize = 4_000;

/// The resources that a section states.
#[must_use]
pub fn statements(section: &Section, encounter: &Value, paper: &Paper<'_>) -> Vec<New> {
    let Some(statement) = section.states else { return Vec::new() };
    let texts: Vec<_> = match section.field.form() {
        Form::List => paper.reading.list(section.field).collect(),
        Form::Text | Form::Number | Form::Flag => texts(statement, section.field, paper).collect(),
    };
    let stated = texts.into_iter().filter(|text| states_something(statement, text));
    stated.map(|text| paper.with_id(resource(statement, text, encounter, paper))).collect()
}

/// Whether a text says that there is something. That there is none is no resource of what there is, unless a code says so; the
/// section's text keeps the words.
fn states_something(statement: Statement, text: &str) -> bool {
    !is_negative(text) || (statement == Statement::Allergy && none_known(text).is_some())
}

/// Words that deny what follows them, and those that alone say that there is nothing.
const DENYING: &[&str] = &["no", "not", "none", "nil", "denies", "denied", "without", "negative"];
const NOTHING: &[&str] = &["n/a", "na", "nad", "nka", "nkda", "unknown", "nothing", "-", "--"];

fn is_negative(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    let first = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':')).next();
    NOTHING.contains(&text.as_str()) || first.is_some_and(|first| DENYING.contains(&first))
}

/// A diagnosis is one; medicines and allergies are several where the text enumerates them.
fn texts<'a>(statement: Statement, field: FieldName, paper: &Paper<'a>) -> impl Iterator<Item = &'a str> {
    let text = paper.text(field);
    let parts = match statement {
        Statement::Condition | Statement::Procedure => text.into_iter().collect(),
        Statement::Medication | Statement::Allergy => text.map(enumerated).unwrap_or_default(),
    };
    parts.into_iter()
}

/// The parts of an enumeration. A part that does not begin like a name may go on with what stands before it ("1 tablet daily, at
/// night"), so that then the whole is one.
fn enumerated(text: &str) -> Vec<&str> {
    let parts: Vec<_> = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let named = parts.iter().all(|part| part.starts_with(char::is_uppercase));
    if named && text.len() <= LONGEST { parts } else { vec![text] }
}

fn resource(statement: Statement, text: &str, encounter: &Value, paper: &Paper<'_>) -> Value {
    match statement {
        Statement::Condition => paper.resource(
            "Condition",
            json!({
                "verificationStatus": CONDITION_UNCONFIRMED.concept(),
                "category": [ENCOUNTER_DIAGNOSIS.concept()],
                "code": concept(text),
                "subject": paper.subject(),
                "encounter": encounter,
            }),
        ),
        Statement::Procedure => paper.resource(
            "Procedure",
            json!({
                "status": "unknown",
                "code": concept(text),
                "subject": paper.subject(),
                "encounter": encounter,
            }),
        ),
        Statement::Medication => paper.resource(
            "MedicationStatement",
            json!({
                "status": "unknown",
                "medicationCodeableConcept": concept(text),
                "subject": paper.subject(),
                "context": encounter,
            }),
        ),
        Statement::Allergy => {
            let mut code = concept(text);
            set(&mut code, "coding", none_known(text).map(|code| json!([code.coding()])));
            paper.resource(
                "AllergyIntolerance",
                json!({
                    "verificationStatus": ALLERGY_UNCONFIRMED.concept(),
                    "code": code,
                    "patient": paper.subject(),
                    "encounter": encounter,
                }),
            )
        }
    }
}

/// The code of "none known", in the abbreviations that notes have for it.
fn none_known(text: &str) -> Option<Code> {
    let words = text.trim().trim_end_matches('.').to_lowercase();
    match words.as_str() {
        "nkda" | "no known drug allergies" => Some(snomed::NO_KNOWN_DRUG_ALLERGY),
        "nka" | "no known allergies" => Some(snomed::NO_KNOWN_ALLERGY),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_one_thing_is_not_taken_apart() {
        for text in ["Aspirin 81mg, at night", "Insulin 10 IU, 2x daily", "NKDA", "x, Y"] {
            assert_eq!(enumerated(text), [text]);
        }
    }

    #[test]
    fn an_enumeration_of_names_is_taken_apart() {
        let parts = ["Aspirin 81mg daily", "Metoprolol 50mg BID"];
        assert_eq!(enumerated("Aspirin 81mg daily, Metoprolol 50mg BID"), parts);
        assert_eq!(enumerated("Aspirin 81mg daily;\nMetoprolol 50mg BID"), parts);
    }

    #[test]
    fn what_denies_states_nothing() {
        for text in [
            "None",
            "none.",
            "Nil",
            "N/A",
            "No",
            "No known drug problems",
            "Denies chest pain",
            "None reported",
            "no evidence of pneumonia",
            "Negative for influenza",
        ] {
            assert!(is_negative(text), "{text}");
            assert!(!states_something(Statement::Condition, text), "{text}");
        }
        for text in
            ["Nocardiosis", "Non-Hodgkin lymphoma", "Nilotinib 300 mg", "Sodium (Na) 10 mmol", "Noro virus"]
        {
            assert!(states_something(Statement::Medication, text), "{text}");
        }
        for text in ["NKDA", "No known allergies."] {
            assert!(states_something(Statement::Allergy, text), "{text} has a code");
        }
        assert!(!states_something(Statement::Allergy, "No known allergies to food"));
    }

    #[test]
    fn only_known_words_say_that_there_is_no_allergy() {
        assert_eq!(none_known("no allergies noted today"), None);
        assert_eq!(none_known("NKDA.").map(|code| code.code), Some("409137002"));
    }
}
