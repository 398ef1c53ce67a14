//! Finding the elements that a path selects in a resource.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::content::{element, form, refused};
use super::elements::Form;
use super::expression::{Literal, Path, Step, Test};
use super::number;
use crate::fhir::ResourceType;
use crate::fhir::definitions::{TypeDefinition, TypeRef, definition, type_named};
use crate::fhir::outcome::{Issue, IssueType};

/// So many elements one patch may look at or move.
const MOST_VISITS: u32 = 2_000_000;

/// An element of the resource: the way to it, and what it is. No place is the resource itself.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub places: Vec<Place>,
    /// The name of its type.
    type_name: &'static str,
    /// What elements it can have.
    pub definition: &'static TypeDefinition,
}

/// A step of the way: one repetition of an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub form: Form,
    pub at: usize,
    /// The element's name, without the type of a choice.
    pub name: &'static str,
    /// The type that has this element.
    pub holder: &'static TypeDefinition,
}

/// How much a patch has looked at.
pub(super) struct Effort(Cell<u32>);

impl Effort {
    pub fn new() -> Self {
        Self(Cell::new(MOST_VISITS))
    }

    /// Notes that so many elements are looked at or moved, and refuses when it gets too much.
    pub fn spend(&self, elements: usize) -> Result<(), Issue> {
        let spent = u32::try_from(elements.saturating_add(1)).ok();
        match spent.and_then(|spent| self.0.get().checked_sub(spent)) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => Err(Issue::error(IssueType::TooCostly, "the patch looks at too many elements")),
        }
    }
}

/// The elements that the path selects, in their order.
pub(super) fn select(root: &Value, path: &Path, effort: &Effort) -> Result<Vec<Node>, Issue> {
    let resource_type = ResourceType::of(root).ok_or_else(|| refused("the resource has no type"))?;
    let definition = definition(resource_type).ok_or_else(|| refused("the resource has no type"))?;
    let start = Node { places: Vec::new(), type_name: definition.name, definition };
    let steps = match path.0.split_first() {
        Some((Step::Member(name), rest))
            if name == definition.name || name == "Resource" || name == "DomainResource" =>
        {
            rest
        }
        Some((Step::Member(name), _)) if ResourceType::parse(name).is_some() => {
            return Err(refused(format!("the path starts at another type than {resource_type}")));
        }
        _ => &path.0,
    };
    Selection { root, effort }.follow(&start, steps)
}

/// The object that the elements of what is reached so stand in.
pub(super) fn object<'v>(root: &'v Value, places: &[Place]) -> Option<&'v Map<String, Value>> {
    places.iter().try_fold(root.as_object()?, |object, place| place.form.inner(object, place.at))
}

/// The same, to be changed.
pub(super) fn object_mut<'v>(root: &'v mut Value, places: &[Place]) -> Option<&'v mut Map<String, Value>> {
    places.iter().try_fold(root.as_object_mut()?, |object, place| place.form.inner_mut(object, place.at))
}

fn value<'v>(root: &'v Value, node: &Node) -> Option<&'v Value> {
    let Some((last, parents)) = node.places.split_last() else { return Some(root) };
    last.form.value(object(root, parents)?, last.at)
}

struct Selection<'a> {
    root: &'a Value,
    effort: &'a Effort,
}

impl Selection<'_> {
    fn follow(&self, from: &Node, steps: &[Step]) -> Result<Vec<Node>, Issue> {
        let mut nodes = vec![from.clone()];
        for step in steps {
            self.effort.spend(nodes.len())?;
            nodes = self.step(nodes, step)?;
        }
        Ok(nodes)
    }

    fn step(&self, nodes: Vec<Node>, step: &Step) -> Result<Vec<Node>, Issue> {
        match step {
            Step::Member(name) => self.members(&nodes, name),
            Step::Extension(url) => {
                let mut extensions = self.members(&nodes, "extension")?;
                let is_meant = |node: &Node| {
                    let url_of = object(self.root, &node.places).and_then(|object| object.get("url"));
                    url_of.and_then(Value::as_str) == Some(url)
                };
                extensions.retain(is_meant);
                Ok(extensions)
            }
            Step::Item(at) => Ok(nodes.into_iter().nth(*at).into_iter().collect()),
            Step::First => Ok(nodes.into_iter().next().into_iter().collect()),
            Step::Last => Ok(nodes.into_iter().next_back().into_iter().collect()),
            Step::Single if nodes.len() > 1 => Err(refused("single() meets several elements")),
            Step::Single => Ok(nodes),
            Step::OfType(name) => {
                Ok(nodes.into_iter().filter(|node| node.type_name.eq_ignore_ascii_case(name)).collect())
            }
            Step::Where(any) => {
                let mut kept = Vec::new();
                for node in nodes {
                    if self.meets(&node, any)? {
                        kept.push(node);
                    }
                }
                Ok(kept)
            }
            Step::Exists => Err(refused("exists() selects no element")),
        }
    }

    fn members(&self, nodes: &[Node], name: &str) -> Result<Vec<Node>, Issue> {
        let mut found = Vec::new();
        for node in nodes {
            let element = element(node.definition, name)?;
            let Some(parent) = object(self.root, &node.places) else { continue };
            for element_type in &element.types {
                let form = form(element, element_type);
                let count = form.count(parent);
                self.effort.spend(count)?;
                for at in 0..count {
                    let definition = match element_type.type_ref {
                        TypeRef::Complex(id) => Some(id.definition()),
                        TypeRef::Primitive(_) => type_named("Element"),
                        TypeRef::Resource => {
                            form.value(parent, at).and_then(ResourceType::of).and_then(definition)
                        }
                    };
                    let Some(definition) = definition else { continue };
                    let type_name = match element_type.type_ref {
                        TypeRef::Resource => definition.name,
                        TypeRef::Complex(_) | TypeRef::Primitive(_) => element_type.name,
                    };
                    let place = Place { form, at, name: element.name, holder: node.definition };
                    let places = node.places.iter().copied().chain([place]).collect();
                    found.push(Node { places, type_name, definition });
                }
            }
        }
        Ok(found)
    }

    fn meets(&self, node: &Node, any: &[Vec<Test>]) -> Result<bool, Issue> {
        for all in any {
            let mut holds = true;
            for test in all {
                holds = holds && self.holds(node, test)?;
            }
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a test holds. What is empty equals nothing and differs from nothing, as in FHIRPath.
    fn holds(&self, node: &Node, test: &Test) -> Result<bool, Issue> {
        let (Test::Equal(path, _) | Test::NotEqual(path, _) | Test::Exists(path) | Test::Holds(path)) = test;
        let found = self.follow(node, &path.0)?;
        let equals = |literal: &Literal| match found.as_slice() {
            [one] => value(self.root, one).is_some_and(|value| is(value, literal)),
            _ => false,
        };
        Ok(match test {
            Test::Exists(_) => !found.is_empty(),
            Test::Equal(_, literal) => equals(literal),
            Test::NotEqual(_, literal) => !found.is_empty() && !equals(literal),
            Test::Holds(_) => equals(&Literal::Boolean(true)),
        })
    }
}

fn is(value: &Value, literal: &Literal) -> bool {
    match (value, literal) {
        (Value::String(value), Literal::Text(text)) => value == text,
        (Value::Number(value), Literal::Number(text)) => number::equal(value.as_str(), text),
        (Value::Bool(value), Literal::Boolean(wanted)) => value == wanted,
        _ => false,
    }
}
