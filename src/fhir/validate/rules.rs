//! Rules that hold wherever a datatype is used: extensions, references, narrative.

use serde_json::{Map, Value};

use super::{Place, Scope, Walk};
use crate::fhir::definitions::TypeDefinition;
use crate::fhir::outcome::IssueType;
use crate::fhir::reference::Literal;

/// Markup that a narrative must not have; a browser would act on it.
/// <https://hl7.org/fhir/R4/narrative.html#xhtml>
const ACTIVE: [&str; 7] = ["<script", "<!doctype", "<!entity", "<iframe", "<object", "<embed", "<form"];
const ACTIVE_LINK: &str = "javascript:";
const XHTML: &str = "http://www.w3.org/1999/xhtml";

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

    /// Checks a narrative's outline; its markup is not parsed here.
    pub(super) fn narrative(&mut self, text: &str, place: Place<'_>) {
        let text = text.trim();
        let start = text.split_once('>').map_or("", |(tag, _)| tag);
        let is_div = start.strip_prefix("<div").is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        if !is_div || !(text.ends_with("</div>") || text.ends_with("/>")) {
            self.report(IssueType::Structure, place, "div must be one XHTML div element.");
        } else if !start.contains(XHTML) {
            self.report(IssueType::Structure, place, "div must declare the XHTML namespace.");
        } else if is_active(text) {
            self.report(IssueType::Invariant, place, "div must not have scripts, forms or embedded objects.");
        }
    }
}

/// Whether a browser would do more with the text than show it.
fn is_active(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = |at: usize, wanted: &str| {
        let part = bytes.get(at..at.saturating_add(wanted.len()));
        part.is_some_and(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
    };
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'<' => ACTIVE.iter().any(|markup| starts(at, markup)),
        b'j' | b'J' => starts(at, ACTIVE_LINK),
        _ => false,
    })
}
