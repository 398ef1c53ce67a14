//! Applying a FHIRPath Patch. <https://hl7.org/fhir/R4/fhirpatch.html>

use serde_json::{Map, Value};

use super::content::{Content, append, element, form, property, refused};
use super::elements::Form;
use super::expression::{Path, Step};
use super::of_operation;
use super::operations::Operation;
use super::select::{Effort, Node, Place, object_mut, select};
use crate::fhir::definitions::TypeDefinition;
use crate::fhir::outcome::Issue;

/// The resource after all operations.
pub(super) fn apply(operations: &[Operation], resource: Value) -> Result<Value, Issue> {
    let mut patching = Patching { root: resource, effort: Effort::new() };
    for (at, operation) in operations.iter().enumerate() {
        patching.apply(operation).map_err(|issue| of_operation(at.saturating_add(1), issue))?;
    }
    Ok(patching.root)
}

struct Patching {
    root: Value,
    effort: Effort,
}

impl Patching {
    fn apply(&mut self, operation: &Operation) -> Result<(), Issue> {
        match operation {
            Operation::Add { path, name, value } => {
                let node = one(self.select(path)?)?;
                let definition = node.definition;
                self.within(&node.places, |object| append(object, definition, name, value))
            }
            Operation::Insert { path, index, value } => {
                self.list(path, |definition, name, object| insert(definition, name, object, (*index, value)))
            }
            Operation::Move { path, source, destination } => self.list(path, |definition, name, object| {
                shift(definition, name, object, (*source, *destination))
            }),
            // "delete operations do not return an error if no element matches the specified path"
            Operation::Delete { path } => match self.select(path)?.as_slice() {
                [] => Ok(()),
                [node] => self.cut(&node.places, true),
                _ => Err(several()),
            },
            Operation::Replace { path, value } => {
                let node = one(self.select(path)?)?;
                self.replace(&node, value)
            }
        }
    }

    fn select(&self, path: &Path) -> Result<Vec<Node>, Issue> {
        select(&self.root, path, &self.effort)
    }

    /// Changes the object that an element's own elements stand in; a primitive has one only where it needs one.
    fn within(
        &mut self,
        places: &[Place],
        change: impl FnOnce(&mut Map<String, Value>) -> Result<(), Issue>,
    ) -> Result<(), Issue> {
        match places.split_last() {
            Some((last, parents)) if last.form.primitive => {
                let parent = object_mut(&mut self.root, parents).ok_or_else(nothing)?;
                self.effort.spend(width(parent))?;
                let mut items = last.form.take(parent);
                let item = items.get_mut(last.at).ok_or_else(nothing)?;
                if !item.companion.is_object() {
                    item.companion = Value::Object(Map::new());
                }
                change(item.companion.as_object_mut().ok_or_else(nothing)?)?;
                last.form.put(parent, items);
                Ok(())
            }
            _ => {
                let object = object_mut(&mut self.root, places).ok_or_else(nothing)?;
                self.effort.spend(width(object))?;
                change(object)
            }
        }
    }

    /// Changes a list, which may be empty: the path ends in its name, and what is before it selects one element.
    fn list(
        &mut self,
        path: &Path,
        change: impl FnOnce(&'static TypeDefinition, &str, &mut Map<String, Value>) -> Result<(), Issue>,
    ) -> Result<(), Issue> {
        let Some((Step::Member(name), before)) = path.0.split_last() else {
            return Err(refused("the path must end in the name of a list"));
        };
        let node = one(self.select(&Path(before.to_vec()))?)?;
        let definition = node.definition;
        self.within(&node.places, |object| change(definition, name, object))
    }

    fn replace(&mut self, node: &Node, value: &Content) -> Result<(), Issue> {
        let Some((last, parents)) = node.places.split_last() else {
            return Err(refused("the whole resource cannot be replaced"));
        };
        let (element, element_type) = property(last.holder, last.name, value)?;
        let form = form(element, element_type);
        let item = value.item(element_type)?;
        let parent = object_mut(&mut self.root, parents).ok_or_else(nothing)?;
        self.effort.spend(width(parent))?;
        let mut items = last.form.take(parent);
        if form.key == last.form.key {
            *items.get_mut(last.at).ok_or_else(nothing)? = item;
        } else {
            // Another type of a choice has another name.
            last.form.put(parent, Vec::new());
            items = vec![item];
        }
        form.put(parent, items);
        Ok(())
    }

    /// Removes an element, and what would be left empty by that. Of a primitive that only lost its extensions, the value stays.
    fn cut(&mut self, places: &[Place], whole: bool) -> Result<(), Issue> {
        let Some((last, parents)) = places.split_last() else {
            return Err(refused("the whole resource cannot be deleted"));
        };
        let parent = object_mut(&mut self.root, parents).ok_or_else(nothing)?;
        self.effort.spend(width(parent))?;
        let mut items = last.form.take(parent);
        let item = items.get_mut(last.at).ok_or_else(nothing)?;
        if last.form.primitive && !whole && !item.value.is_null() {
            item.companion = Value::Null;
        } else {
            items.remove(last.at);
        }
        last.form.put(parent, items);
        let left_empty = parent.is_empty() && !parents.is_empty();
        if left_empty { self.cut(parents, false) } else { Ok(()) }
    }
}

/// How much a change of the object may have to move.
fn width(object: &Map<String, Value>) -> usize {
    object.values().map(|value| value.as_array().map_or(1, Vec::len)).sum()
}

/// Puts the content into a list, before what has this index.
fn insert(
    definition: &'static TypeDefinition,
    name: &str,
    object: &mut Map<String, Value>,
    (index, value): (usize, &Content),
) -> Result<(), Issue> {
    let (_, element_type) = property(definition, name, value)?;
    let form = list_form(definition, name)?;
    let mut items = form.take(object);
    if index > items.len() {
        return Err(refused("index is beyond the end of the list"));
    }
    items.insert(index, value.item(element_type)?);
    form.put(object, items);
    Ok(())
}

/// Moves what has the first index in a list to the second.
fn shift(
    definition: &'static TypeDefinition,
    name: &str,
    object: &mut Map<String, Value>,
    (source, destination): (usize, usize),
) -> Result<(), Issue> {
    let form = list_form(definition, name)?;
    let mut items = form.take(object);
    if source >= items.len() || destination >= items.len() {
        return Err(refused("source or destination is beyond the end of the list"));
    }
    let moved = items.remove(source);
    items.insert(destination, moved);
    form.put(object, items);
    Ok(())
}

/// The form of a list of this name.
fn list_form(definition: &'static TypeDefinition, name: &str) -> Result<Form, Issue> {
    let element = element(definition, name)?;
    match element.types.first() {
        Some(element_type) if element.many => Ok(form(element, element_type)),
        _ => Err(refused(format!("{} is not a list", element.name))),
    }
}

fn one(mut nodes: Vec<Node>) -> Result<Node, Issue> {
    match (nodes.pop(), nodes.is_empty()) {
        (Some(node), true) => Ok(node),
        (Some(_), false) => Err(several()),
        (None, _) => Err(nothing()),
    }
}

fn nothing() -> Issue {
    refused("the path selects no element")
}

fn several() -> Issue {
    refused("the path selects several elements")
}
