//! JSON Patch. <https://www.rfc-editor.org/rfc/rfc6902>
//!
//! FHIR's JSON has no empty arrays and objects, so what the removals left empty is taken away at the end.

use std::cmp::Reverse;

use serde_json::{Map, Value};

use super::pointer::{Pointer, find, find_mut, index};
use super::{MOST_OPERATIONS, number, of_operation, too_many};
use crate::fhir::outcome::{Issue, IssueType};

/// What a patch may copy in all, by the length of its texts and 16 for each value: copies of copies double each time.
const MOST_COPIED: usize = 32 * 1024 * 1024;
/// No valid resource is nested deeper; moves and copies could nest without bound.
const MAX_DEPTH: usize = 100;

/// One operation.
#[derive(Clone)]
pub(super) enum Operation {
    Add(Pointer, Value),
    Remove(Pointer),
    Replace(Pointer, Value),
    Move { from: Pointer, to: Pointer },
    Copy { from: Pointer, to: Pointer },
    Test(Pointer, Value),
}

/// Reads the document.
pub(super) fn read(document: Value) -> Result<Vec<Operation>, Issue> {
    let Value::Array(operations) = document else {
        return Err(malformed("a JSON Patch is an array of operations"));
    };
    if operations.len() > MOST_OPERATIONS {
        return Err(too_many());
    }
    operations
        .into_iter()
        .enumerate()
        .map(|(at, operation)| {
            Operation::read(operation).map_err(|issue| of_operation(at.saturating_add(1), issue))
        })
        .collect()
}

impl Operation {
    fn read(operation: Value) -> Result<Self, Issue> {
        let Value::Object(mut members) = operation else { return Err(malformed("it must be an object")) };
        let op = match members.get("op") {
            Some(Value::String(op)) => op.clone(),
            _ => return Err(malformed("op must be a string")),
        };
        let path = pointer(&members, "path")?;
        match op.as_str() {
            "add" => Ok(Self::Add(path, value(&mut members)?)),
            "remove" => Ok(Self::Remove(path)),
            "replace" => Ok(Self::Replace(path, value(&mut members)?)),
            "move" => {
                let from = pointer(&members, "from")?;
                if from.holds(&path) {
                    return Err(malformed("a value cannot be moved into itself"));
                }
                Ok(Self::Move { from, to: path })
            }
            "copy" => Ok(Self::Copy { from: pointer(&members, "from")?, to: path }),
            "test" => Ok(Self::Test(path, value(&mut members)?)),
            _ => Err(malformed("op must be add, remove, replace, move, copy or test")),
        }
    }
}

fn pointer(members: &Map<String, Value>, name: &str) -> Result<Pointer, Issue> {
    members
        .get(name)
        .and_then(Value::as_str)
        .and_then(Pointer::parse)
        .ok_or_else(|| malformed(&format!("{name} must be a JSON Pointer such as /name/0/family")))
}

fn value(members: &mut Map<String, Value>) -> Result<Value, Issue> {
    members.shift_remove("value").ok_or_else(|| malformed("value is missing"))
}

fn malformed(text: &str) -> Issue {
    Issue::error(IssueType::Structure, text)
}

/// The resource after all operations.
pub(super) fn apply(operations: &[Operation], resource: Value) -> Result<Value, Issue> {
    let mut document = Document { root: resource, copied: 0, left: Vec::new() };
    for (at, operation) in operations.iter().enumerate() {
        document.apply(operation).map_err(|issue| of_operation(at.saturating_add(1), issue))?;
    }
    document.clear();
    Ok(document.root)
}

struct Document {
    root: Value,
    copied: usize,
    /// Where something was removed from.
    left: Vec<Vec<String>>,
}

impl Document {
    fn apply(&mut self, operation: &Operation) -> Result<(), Issue> {
        match operation {
            Operation::Add(path, value) => self.add(path, value.clone()),
            Operation::Remove(path) => self.remove(path).map(drop),
            Operation::Replace(path, value) => {
                fits(path, value)?;
                let place = find_mut(&mut self.root, path.tokens()).ok_or_else(missing)?;
                *place = value.clone();
                Ok(())
            }
            Operation::Move { from, to } if from == to => {
                find(&self.root, from.tokens()).map(drop).ok_or_else(missing)
            }
            Operation::Move { from, to } => {
                let value = self.remove(from)?;
                self.add(to, value)
            }
            Operation::Copy { from, to } => {
                let value = find(&self.root, from.tokens()).ok_or_else(missing)?;
                self.copied = self.copied.saturating_add(weight(value));
                if self.copied > MOST_COPIED {
                    return Err(Issue::error(IssueType::TooCostly, "the patch copies too much"));
                }
                let value = value.clone();
                self.add(to, value)
            }
            Operation::Test(path, wanted) => {
                let found = find(&self.root, path.tokens()).ok_or_else(missing)?;
                if equal(found, wanted) {
                    Ok(())
                } else {
                    Err(failed("the test failed: the value is another"))
                }
            }
        }
    }

    fn add(&mut self, path: &Pointer, value: Value) -> Result<(), Issue> {
        fits(path, &value)?;
        let Some((parent, last)) = path.split() else {
            self.root = value;
            return Ok(());
        };
        match find_mut(&mut self.root, parent) {
            Some(Value::Object(object)) => {
                object.insert(last.to_owned(), value);
                Ok(())
            }
            Some(Value::Array(items)) if last == "-" => {
                items.push(value);
                Ok(())
            }
            Some(Value::Array(items)) => match index(last).filter(|at| *at <= items.len()) {
                Some(at) => {
                    items.insert(at, value);
                    Ok(())
                }
                None => Err(failed("path is no place in the array")),
            },
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Err(missing()),
        }
    }

    fn remove(&mut self, path: &Pointer) -> Result<Value, Issue> {
        let (parent, last) =
            path.split().ok_or_else(|| failed("the whole resource cannot be removed or moved"))?;
        let removed = match find_mut(&mut self.root, parent) {
            // Not `remove`, which moves the last member to the place that is now free.
            Some(Value::Object(object)) => object.shift_remove(last),
            Some(Value::Array(items)) => {
                index(last).filter(|at| *at < items.len()).map(|at| items.remove(at))
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => None,
        };
        let removed = removed.ok_or_else(missing)?;
        self.left.push(parent.to_vec());
        Ok(removed)
    }

    /// Takes away what removals left empty.
    fn clear(&mut self) {
        let mut left = std::mem::take(&mut self.left);
        // From behind and from within, so that an index still points at what it pointed at.
        left.sort_by_cached_key(|place| {
            Reverse(place.iter().map(|token| (index(token), token.clone())).collect::<Vec<_>>())
        });
        for mut place in left {
            while find(&self.root, &place).is_some_and(is_empty) {
                let Some(last) = place.pop() else { break };
                match find_mut(&mut self.root, &place) {
                    Some(Value::Object(object)) => drop(object.shift_remove(&last)),
                    Some(Value::Array(items)) => {
                        drop(index(&last).filter(|at| *at < items.len()).map(|at| items.remove(at)));
                    }
                    Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => break,
                }
            }
        }
    }
}

fn missing() -> Issue {
    failed("there is nothing at the path")
}

fn failed(text: &str) -> Issue {
    Issue::error(IssueType::Processing, text)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn fits(path: &Pointer, value: &Value) -> Result<(), Issue> {
    let deep = path.tokens().len().saturating_add(depth(value)) > MAX_DEPTH;
    if deep { Err(Issue::error(IssueType::TooCostly, "the result is nested too deeply")) } else { Ok(()) }
}

fn depth(value: &Value) -> usize {
    let below = match value {
        Value::Object(object) => object.values().map(depth).max(),
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return 0,
    };
    below.unwrap_or(0).saturating_add(1)
}

fn weight(value: &Value) -> usize {
    let within = match value {
        Value::Object(object) => {
            object.iter().map(|(name, value)| name.len().saturating_add(weight(value))).sum()
        }
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::String(text) => text.len(),
        Value::Number(number) => number.as_str().len(),
        Value::Null | Value::Bool(_) => 0,
    };
    within.saturating_add(16)
}

/// Equality as the RFC has it: members in any order, numbers by value.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => number::equal(a.as_str(), b.as_str()),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}
