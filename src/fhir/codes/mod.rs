//! The codes that this server writes, by name, so that no code string stands anywhere else.
//!
//! A display is given as the code system publishes it. Where no published code was verified, there is a code
//! of our own in [`vitals`] instead of a guess.

pub mod audit;
pub mod clinical;
pub mod continence;
pub mod device;
pub mod display;
pub mod face_scan;
pub mod hl7;
pub mod loinc;
pub mod mdc;
pub mod sid;
pub mod smear;
pub mod snomed;
pub mod ucum;
pub mod vitals;
pub mod webhook_event;

use serde_json::{Value, json};

/// A code of a code system with its display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    /// The URI of the code system.
    pub system: &'static str,
    /// The code.
    pub code: &'static str,
    /// What a reader sees.
    pub display: &'static str,
}

impl Code {
    /// As a Coding.
    pub fn coding(self) -> Value {
        json!({ "system": self.system, "code": self.code, "display": self.display })
    }

    /// As a CodeableConcept with this coding alone.
    pub fn concept(self) -> Value {
        json!({ "coding": [self.coding()] })
    }

    /// Whether a Coding is this code.
    pub fn is_coded_by(self, coding: &Value) -> bool {
        let text = |name| coding.get(name).and_then(Value::as_str);
        text("system") == Some(self.system) && text("code") == Some(self.code)
    }

    /// Whether a CodeableConcept has a coding of this code.
    pub fn is_in(self, concept: &Value) -> bool {
        let codings = concept.get("coding").and_then(Value::as_array);
        codings.is_some_and(|codings| codings.iter().any(|coding| self.is_coded_by(coding)))
    }
}

/// A CodeableConcept with several codings for the same thing, the preferred one first.
pub fn concept(codes: &[Code]) -> Value {
    json!({ "coding": codes.iter().map(|code| code.coding()).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests;
