//! The rules between elements: does a resource keep those of all types that it is made of?

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{MAX_DEPTH, MAX_ISSUES, Place};
use crate::fhir::definitions::{Element, ElementType, TypeKind, TypeRef};
use crate::fhir::fhirpath::{Context, Fault, Item, Kind, Node};
use crate::fhir::invariant::Invariant;
use crate::fhir::outcome::{Issue, IssueType, Severity};

static NULL: Value = Value::Null;

/// What of a resource breaks a rule: errors and warnings, in the order of the resource.
#[must_use]
pub fn broken_rules(resource: &Value, now: DateTime<Utc>) -> Vec<Issue> {
    let Some(item @ Item::Node(node)) = Item::resource(resource) else { return Vec::new() };
    let mut walk = Walk { issues: Vec::new(), context: Context::of(item.clone(), item, now) };
    let Kind::Complex(definition) = node.kind else { return Vec::new() };
    walk.node(node, Place::root(definition.name));
    walk.issues
}

struct Walk<'a> {
    issues: Vec<Issue>,
    context: Context<'a>,
}

impl<'a> Walk<'a> {
    fn check(&mut self, rules: &[&'static Invariant], item: &Item<'a>, place: Place<'_>) {
        for rule in rules {
            if self.issues.len() >= MAX_ISSUES {
                return;
            }
            self.context.again();
            let Some(expression) = rule.expression() else { continue };
            let issue = match expression.holds(&self.context, item.clone()) {
                Ok(true) => continue,
                Ok(false) => {
                    Issue::of(rule.severity, IssueType::Invariant, format!("{}: {}", rule.key, rule.text))
                }
                Err(fault) => {
                    let code =
                        if fault == Fault::TooCostly { IssueType::TooCostly } else { IssueType::Processing };
                    Issue::of(Severity::Warning, code, format!("{} was not checked: {fault}.", rule.key))
                }
            };
            self.issues.push(issue.at(place.to_string()));
        }
    }

    /// An object with all that is in it.
    fn node(&mut self, node: Node<'a>, place: Place<'_>) {
        let (Kind::Complex(definition), Some(object)) = (node.kind, node.value.as_object()) else { return };
        if place.depth > MAX_DEPTH || self.issues.len() >= MAX_ISSUES {
            return;
        }
        self.check(&definition.rules, &Item::Node(node), place);
        if definition.kind == TypeKind::Resource {
            self.contained(object, node.value, place);
        }
        for element in &definition.elements {
            for of in &element.types {
                if let Some(value) = object.get(of.key) {
                    self.element(element, of, (value, beside(object, of)), place);
                }
            }
        }
    }

    fn element(
        &mut self,
        element: &'static Element,
        of: &'static ElementType,
        (value, beside): (&'a Value, Option<&'a Value>),
        place: Place<'_>,
    ) {
        let here =
            if element.choice { place.choice(element.name, of.name) } else { place.name(element.name) };
        let Value::Array(items) = value else { return self.value(element, of, (value, beside), here) };
        for (at, item) in items.iter().enumerate() {
            self.value(element, of, (item, beside.and_then(|beside| beside.get(at))), here.item(at));
        }
    }

    fn value(
        &mut self,
        element: &'static Element,
        of: &'static ElementType,
        (value, beside): (&'a Value, Option<&'a Value>),
        place: Place<'_>,
    ) {
        let kind = match of.type_ref {
            TypeRef::Resource => return self.resource(element.name == "contained", value, place),
            TypeRef::Complex(id) => Kind::Complex(id.definition()),
            TypeRef::Primitive(_) if element.rules.is_empty() => return,
            TypeRef::Primitive(primitive) => Kind::Primitive(primitive),
        };
        let node = Node { value, beside, kind };
        self.check(&element.rules, &Item::Node(node), place);
        self.node(node, place);
    }

    /// Whether contained resources are referred to, or refer to what contains them (`dom-3`).
    fn contained(&mut self, object: &Map<String, Value>, resource: &Value, place: Place<'_>) {
        let Some(Value::Array(contained)) = object.get("contained") else { return };
        let mut local = HashSet::new();
        local_links(resource, &mut local);
        for (at, inner) in contained.iter().enumerate() {
            if self.issues.len() >= MAX_ISSUES {
                return;
            }
            let id = inner.get("id").and_then(Value::as_str);
            let mut own = HashSet::new();
            local_links(inner, &mut own);
            if own.contains("") || id.is_some_and(|id| local.contains(id)) {
                continue;
            }
            let text = "dom-3: Something in the resource refers to each contained resource, or that one refers to what contains it.";
            let issue = Issue::error(IssueType::Invariant, text);
            self.issues.push(issue.at(place.name("contained").item(at).to_string()));
        }
    }

    /// A resource in another one is the resource of its own rules; one that is contained has the outer one as its root.
    fn resource(&mut self, contained: bool, value: &'a Value, place: Place<'_>) {
        let Some(item @ Item::Node(node)) = Item::resource(value) else { return };
        let (resource, root) = (self.context.resource.clone(), self.context.root.clone());
        if !contained {
            self.context.root = item.clone();
        }
        self.context.resource = item;
        self.node(node, place);
        (self.context.resource, self.context.root) = (resource, root);
    }
}

/// What follows `#` in all texts of a resource.
fn local_links<'v>(value: &'v Value, found: &mut HashSet<&'v str>) {
    match value {
        Value::String(text) => found.extend(text.strip_prefix('#')),
        Value::Array(items) => items.iter().for_each(|item| local_links(item, found)),
        Value::Object(object) => object.values().for_each(|item| local_links(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The id and extensions of a primitive element.
fn beside<'a>(object: &'a Map<String, Value>, of: &ElementType) -> Option<&'a Value> {
    let TypeRef::Primitive(_) = of.type_ref else { return None };
    object
        .iter()
        .find_map(|(name, value)| (name.strip_prefix('_') == Some(of.key)).then_some(value))
        .filter(|value| **value != NULL)
}
