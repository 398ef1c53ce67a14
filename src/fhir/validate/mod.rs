//! Structural validation: does a resource have the shape that R4 gives its type?
//!
//! Checked are names, JSON types, cardinality, formats, required codes, references and the rules that every
//! extension and narrative must keep. Profiles and the invariants of single types are not.
//! <https://hl7.org/fhir/R4/validation.html>

mod invariants;
mod object;
mod primitives;
mod rules;

pub use invariants::broken_rules;
use serde_json::{Map, Value};

use super::definitions::{TypeDefinition, TypeKind, type_named};
use super::outcome::{Issue, IssueType};
use super::place::Place;
use super::resource_type::ResourceType;

/// After so many issues the rest is not looked at.
pub const MAX_ISSUES: usize = 50;
/// Values that were not read by [`super::json`] may be nested without bound; the walk is not.
const MAX_DEPTH: u32 = 100;

/// How much is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What no stored resource may have.
    Write,
    /// Also what R4 forbids and its own examples do all the same: references to other types than the element
    /// allows, and searches as references outside a transaction.
    Full,
}

/// Checks a resource of any type that is to be stored, with everything in it.
pub fn validate(resource: &Value) -> Result<ResourceType, Vec<Issue>> {
    validate_as(resource, Scope::Write)
}

/// Checks a resource of any type, with everything in it.
pub fn validate_as(resource: &Value, scope: Scope) -> Result<ResourceType, Vec<Issue>> {
    let Some(object) = resource.as_object() else {
        return Err(vec![Issue::error(IssueType::Structure, "A resource is a JSON object.")]);
    };
    let definition = resource_definition(object).map_err(|issue| vec![issue])?;
    let mut walk = Walk {
        issues: Vec::new(),
        scope,
        in_bundle: matches!(definition.name, "Bundle" | "Parameters"),
        in_contained: false,
    };
    walk.object(definition, object, Place::root(definition.name));
    match ResourceType::parse(definition.name) {
        Some(resource_type) if walk.issues.is_empty() => Ok(resource_type),
        _ => Err(walk.issues),
    }
}

/// What the walk has found, and where it is as far as that changes the rules.
struct Walk {
    issues: Vec<Issue>,
    scope: Scope,
    /// Conditional references are allowed in a Bundle, where a transaction resolves them.
    in_bundle: bool,
    in_contained: bool,
}

impl Walk {
    fn report(&mut self, code: IssueType, place: Place<'_>, diagnostics: impl Into<String>) {
        if !self.is_full() {
            self.issues.push(Issue::error(code, diagnostics).at(place.to_string()));
        }
    }

    fn is_full(&self) -> bool {
        self.issues.len() >= MAX_ISSUES
    }

    /// A resource inside another one.
    fn resource(&mut self, value: &Value, place: Place<'_>, contained: bool) {
        let Some(object) = value.as_object() else {
            return self.report(IssueType::Structure, place, "A resource is a JSON object.");
        };
        if contained && self.in_contained {
            return self.report(IssueType::Invariant, place, "A contained resource must not contain others.");
        }
        match resource_definition(object) {
            Err(issue) => self.report(issue.code, place, issue.diagnostics),
            Ok(definition) => {
                let outside = self.in_contained;
                self.in_contained = outside || contained;
                self.object(definition, object, place);
                self.in_contained = outside;
            }
        }
    }
}

fn resource_definition(object: &Map<String, Value>) -> Result<&'static TypeDefinition, Issue> {
    let problem = match object.get("resourceType") {
        None => (IssueType::Required, "resourceType is missing; it says what the resource is."),
        Some(Value::String(name)) => match type_named(name) {
            Some(definition) if definition.kind == TypeKind::Resource => return Ok(definition),
            _ => (IssueType::Structure, "resourceType is not the name of an R4 resource type."),
        },
        Some(_) => (IssueType::Structure, "resourceType must be a JSON string."),
    };
    Err(Issue::error(problem.0, problem.1))
}

#[cfg(test)]
mod tests;
