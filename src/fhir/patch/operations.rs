//! Reading a FHIRPath Patch. <https://hl7.org/fhir/R4/fhirpatch.html>

use serde_json::{Map, Value};

use super::content::Content;
use super::expression::Path;
use super::{MOST_OPERATIONS, of_operation, too_many};
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::validate::validate;

/// One operation.
#[derive(Clone)]
pub(super) enum Operation {
    Add { path: Path, name: String, value: Content },
    Insert { path: Path, index: usize, value: Content },
    Delete { path: Path },
    Replace { path: Path, value: Content },
    Move { path: Path, source: usize, destination: usize },
}

/// The names that a part of an operation may have.
const PARTS: [&str; 7] = ["type", "path", "name", "value", "index", "source", "destination"];

/// Reads the Parameters.
pub(super) fn read(document: &Value) -> Result<Vec<Operation>, Vec<Issue>> {
    if validate(document)?.as_str() != "Parameters" {
        return Err(vec![malformed("a FHIRPath Patch is a Parameters resource")]);
    }
    let parameters = document.get("parameter").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if parameters.len() > MOST_OPERATIONS {
        return Err(vec![too_many()]);
    }
    parameters
        .iter()
        .enumerate()
        .map(|(at, parameter)| {
            Operation::read(parameter).map_err(|issue| vec![of_operation(at.saturating_add(1), issue)])
        })
        .collect()
}

impl Operation {
    fn read(parameter: &Value) -> Result<Self, Issue> {
        if parameter.get("name").and_then(Value::as_str) != Some("operation") {
            return Err(malformed("the parameter's name must be operation"));
        }
        let parts = Parts::read(parameter)?;
        let path = parts.path()?;
        match parts.text("type")? {
            "add" => Ok(Self::Add { path, name: parts.text("name")?.to_owned(), value: parts.value()? }),
            "insert" => Ok(Self::Insert { path, index: parts.number("index")?, value: parts.value()? }),
            "delete" => Ok(Self::Delete { path }),
            "replace" => Ok(Self::Replace { path, value: parts.value()? }),
            "move" => {
                let (source, destination) = (parts.number("source")?, parts.number("destination")?);
                Ok(Self::Move { path, source, destination })
            }
            _ => Err(malformed("type must be add, insert, delete, replace or move")),
        }
    }
}

struct Parts<'a>(Vec<(&'a str, &'a Map<String, Value>)>);

impl<'a> Parts<'a> {
    fn read(parameter: &'a Value) -> Result<Self, Issue> {
        let parts = parameter.get("part").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut read: Vec<(&str, &Map<String, Value>)> = Vec::with_capacity(parts.len());
        for part in parts.iter().filter_map(Value::as_object) {
            let name = part.get("name").and_then(Value::as_str).unwrap_or_default();
            if !PARTS.contains(&name) {
                return Err(malformed(&format!("its parts may be {}", PARTS.join(", "))));
            }
            if read.iter().any(|(there, _)| *there == name) {
                return Err(malformed(&format!("{name} is there twice")));
            }
            read.push((name, part));
        }
        Ok(Self(read))
    }

    fn part(&self, name: &str) -> Result<&'a Map<String, Value>, Issue> {
        let part = self.0.iter().find(|(there, _)| *there == name);
        part.map(|(_, part)| *part).ok_or_else(|| malformed(&format!("{name} is missing")))
    }

    /// A part with a text, by whichever of the text types.
    fn text(&self, name: &str) -> Result<&'a str, Issue> {
        let part = self.part(name)?;
        let value = ["valueString", "valueCode", "valueMarkdown", "valueUri", "valueId"]
            .into_iter()
            .find_map(|key| part.get(key)?.as_str());
        value.ok_or_else(|| malformed(&format!("{name} must be a string")))
    }

    fn number(&self, name: &str) -> Result<usize, Issue> {
        let part = self.part(name)?;
        let value = ["valueInteger", "valueUnsignedInt", "valuePositiveInt"]
            .into_iter()
            .find_map(|key| part.get(key)?.as_u64());
        value
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| malformed(&format!("{name} must be an integer from 0 on")))
    }

    fn path(&self) -> Result<Path, Issue> {
        Path::parse(self.text("path")?)
            .map_err(|fault| Issue::error(IssueType::NotSupported, fault.to_string()))
    }

    fn value(&self) -> Result<Content, Issue> {
        Content::read(self.part("value")?).ok_or_else(|| malformed("value has neither a value nor parts"))
    }
}

fn malformed(text: &str) -> Issue {
    Issue::error(IssueType::Structure, text)
}
