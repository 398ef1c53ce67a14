//! Rules that hold wherever a datatype is used: extensions, references, narrative.

use serde_json::{Map, Value};

use super::{Place, Scope, Walk};
use crate::fhir::definitions::TypeDefinition;
use crate::fhir::outcome::IssueType;
use crate::fhir::reference::Literal;
use crate::fhir::xml;

impl Walk {
    /// Checks the rules of the object's own type.
    pub(super) fn rules(
        &mut self,
        definition: &TypeDefinition,
        object: &Map<String, Value>,
        place: Place<'_>,
    ) {
        if definition.name == "Extension" {
            self.extension(object, place);
        }
    }

    fn extension(&mut self, object: &Map<String, Value>, place: Place<'_>) {
        let has_value = object.keys().any(|key| key.starts_with("value") || key.starts_with("_value"));
        match (has_value, object.contains_key("extension")) {
            (true, true) => {
                let text = "An extension must not have both a value and extensions.";
                self.report(IssueType::Invariant, place, text);
            }
            (false, false) => {
                self.report(IssueType::Invariant, place, "An extension must have a value or extensions.");
            }
            (true, false) | (false, true) => {}
        }
    }

    /// Checks how a reference is written and, where it says so itself, what it points at.
    pub(super) fn reference(
        &mut self,
        targets: &[&'static str],
        object: &Map<String, Value>,
        place: Place<'_>,
    ) {
        let Some(text) = object.get("reference").and_then(Value::as_str) else { return };
        let place = place.name("reference");
        match Literal::parse(text) {
            None => {
                let text = "reference must be a URL, Type/id, Type/id/_history/version or #id.";
                self.report(IssueType::Value, place, text);
            }
            Some(Literal::Conditional { .. }) if self.scope == Scope::Full && !self.in_bundle => {
                let text = "reference must not be a search; that is possible only inside a transaction.";
                self.report(IssueType::Value, place, text);
            }
            Some(literal) => {
                if self.scope == Scope::Full
                    && let Some(type_name) = literal.type_name()
                    && !targets.is_empty()
                    && !targets.contains(&type_name.as_str())
                {
                    let text = format!("reference must point at {}.", targets.join(", "));
                    self.report(IssueType::Value, place, text);
                }
            }
        }
    }

    /// Checks that a narrative is XHTML that only shows something.
    pub(super) fn narrative(&mut self, text: &str, place: Place<'_>) {
        if let Err(flaw) = xml::check_narrative(text.trim()) {
            let (code, must) = flaw.must();
            self.report(code, place, format!("div {must}."));
        }
    }
}
