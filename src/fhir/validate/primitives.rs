//! Primitive elements: one value or an array of them, with the objects that carry their extensions.
//! <https://hl7.org/fhir/R4/json.html#primitive>

use serde_json::{Map, Value};

use super::{Place, Walk};
use crate::fhir::definitions::{Property, TypeRef, type_named};
use crate::fhir::outcome::IssueType;
use crate::fhir::primitive::{Primitive, Refusal};

impl Walk {
    /// Checks a primitive element by its value, its companion, or both.
    pub(super) fn primitive(
        &mut self,
        property: Property<'_>,
        value: Option<&Value>,
        companion: Option<&Value>,
        place: Place<'_>,
    ) {
        if property.element.many {
            return self.primitives(property, value, companion, place);
        }
        if let Some(value) = value {
            self.value(property, value, place);
        }
        if let Some(companion) = companion {
            self.companion(property, companion, place);
        }
    }

    fn primitives(
        &mut self,
        property: Property<'_>,
        values: Option<&Value>,
        companions: Option<&Value>,
        place: Place<'_>,
    ) {
        let key = property.element_type.key;
        let (Ok(values), Ok(companions)) = (items(values), items(companions)) else {
            return self.report(IssueType::Structure, place, format!("{key} must be an array."));
        };
        if values.is_some_and(<[_]>::is_empty) || companions.is_some_and(<[_]>::is_empty) {
            return self.report(
                IssueType::Structure,
                place,
                format!("{key} must not be an empty array; leave it out."),
            );
        }
        if let (Some(values), Some(companions)) = (values, companions)
            && values.len() != companions.len()
        {
            let text = format!("{key} and _{key} must be equally long; null fills the gaps.");
            self.report(IssueType::Structure, place, text);
        }
        let (values, companions) = (values.unwrap_or_default(), companions.unwrap_or_default());
        for at in 0..values.len().max(companions.len()) {
            if self.is_full() {
                return;
            }
            self.pair(property, values.get(at), companions.get(at), place.item(at));
        }
    }

    fn pair(
        &mut self,
        property: Property<'_>,
        value: Option<&Value>,
        companion: Option<&Value>,
        place: Place<'_>,
    ) {
        let value = value.filter(|value| !value.is_null());
        let companion = companion.filter(|companion| !companion.is_null());
        if value.is_none() && companion.is_none() {
            let key = property.element_type.key;
            return self.report(
                IssueType::Structure,
                place,
                format!("An item of {key} has neither a value nor an extension."),
            );
        }
        if let Some(value) = value {
            self.value(property, value, place);
        }
        if let Some(companion) = companion {
            self.companion(property, companion, place);
        }
    }

    fn companion(&mut self, property: Property<'_>, companion: &Value, place: Place<'_>) {
        match (companion, type_named("Element")) {
            (Value::Object(object), Some(element)) => self.object(element, object, place),
            _ => {
                let key = property.element_type.key;
                self.report(
                    IssueType::Structure,
                    place,
                    format!("_{key} must be an object with an id or extensions."),
                );
            }
        }
    }

    fn value(&mut self, property: Property<'_>, value: &Value, place: Place<'_>) {
        let key = property.element_type.key;
        let TypeRef::Primitive(primitive) = property.element_type.type_ref else { return };
        match (primitive.check(value), value) {
            (Err(Refusal::Shape(_)), Value::Null) => {
                self.report(IssueType::Structure, place, format!("{key} must not be null; leave it out."));
            }
            (Err(Refusal::Shape(_)), Value::Array(_)) => {
                self.report(IssueType::Structure, place, format!("{key} must not be an array."));
            }
            (Err(Refusal::Shape(must)), _) => {
                self.report(IssueType::Structure, place, format!("{key} {must}."));
            }
            (Err(Refusal::Value(must)), _) => self.report(IssueType::Value, place, format!("{key} {must}.")),
            (Ok(()), Value::String(text)) if primitive == Primitive::Xhtml => self.narrative(text, place),
            (Ok(()), Value::String(text)) if primitive == Primitive::Code => {
                if let Some(set) = property.element.value_set
                    && set.system_of(text).is_none()
                {
                    let url = set.url();
                    self.report(IssueType::CodeInvalid, place, format!("{key} must be a code of {url}."));
                }
            }
            (Ok(()), _) => {}
        }
    }

    /// Checks a CodeableConcept whose codes must come from one value set.
    pub(super) fn bound(&mut self, property: Property<'_>, concept: &Map<String, Value>, place: Place<'_>) {
        let Some(set) = property.element.value_set else { return };
        let Some(codings) = concept.get("coding").and_then(Value::as_array) else { return };
        let known = codings.iter().any(|coding| {
            let text = |name| coding.get(name).and_then(Value::as_str);
            matches!((text("system"), text("code")), (Some(system), Some(code)) if set.contains(system, code))
        });
        if !known {
            let (key, url) = (property.element_type.key, set.url());
            self.report(IssueType::CodeInvalid, place, format!("{key} must have a coding of {url}."));
        }
    }
}

/// The items of an array that may be missing; a value that is no array is an error.
fn items(value: Option<&Value>) -> Result<Option<&[Value]>, ()> {
    match value {
        None => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(_) => Err(()),
    }
}
