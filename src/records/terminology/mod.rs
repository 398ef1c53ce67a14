//! What value sets, code systems and concept maps say of codes. <https://hl7.org/fhir/R4/terminology-service.html>
//!
//! One operation a file. What is stored comes first, then what HL7 publishes with R4.

pub mod expand;
pub mod look_up;
pub mod subsumes;
pub mod translate;
pub mod validate_code;

use serde_json::{Value, json};

use super::search::Terminology;
use super::{Error, Records};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::fhir::value_set::{Concepts, Fault, Known};
use crate::identity::Caller;

/// Under which name one is known that was sent along, or is named by its id.
const GIVEN: &str = "urn:hygeia:given";

/// Which value set, code system or concept map is asked.
#[derive(Clone, Debug)]
pub enum Source {
    /// That of this canonical URL.
    Url(String),
    /// The stored one with this id.
    Id(String),
    /// One that was sent along.
    Sent(Value),
}

/// A code, as it is asked for.
#[derive(Clone, Debug, Default)]
pub struct Coding {
    /// Its code system.
    pub system: Option<String>,
    /// The code.
    pub code: String,
    /// Its text.
    pub display: Option<String>,
}

impl Records {
    /// What a value set or code system is known by, and what is known of it before anything is looked up.
    async fn opened(
        &self,
        caller: &Caller,
        source: Source,
        kind: &'static str,
    ) -> Result<(String, Known), Error> {
        let resource = match source {
            Source::Url(url) => {
                let url = url.split_once('|').map_or(url.clone(), |(url, _)| url.to_owned());
                return Ok((url, Known::default()));
            }
            Source::Id(id) => {
                let of_type = ResourceType::parse(kind).ok_or(Error::UnknownType)?;
                self.read(&caller.quietly(), of_type, &id).await?.json()?
            }
            Source::Sent(resource) => resource,
        };
        let mut known = Known::default();
        if kind == "CodeSystem" {
            known.code_systems.insert(GIVEN.to_owned(), Some(Concepts::of(resource)?));
        } else {
            known.value_sets.insert(GIVEN.to_owned(), Some(resource));
        }
        Ok((GIVEN.to_owned(), known))
    }
}

/// A code system, where it is known.
fn concepts<'k>(terminology: &'k Terminology, system: &str) -> Result<Option<&'k Concepts>, Error> {
    let found = terminology.ask(|known| match known.concepts(system) {
        Err(Fault::Refused(_)) => Ok(None),
        found => found.map(Some),
    })?;
    Ok(found.flatten())
}

/// What value sets at hand call a code.
fn called<'k>(known: &'k Known, system: &str, code: &str) -> impl Iterator<Item = &'k str> {
    let parts = known.value_sets.values().flatten().filter_map(|found| found.pointer("/compose/include"));
    let parts = parts.filter_map(Value::as_array).flatten();
    let of_system = parts.filter(move |part| part.get("system").and_then(Value::as_str) == Some(system));
    let concepts = of_system.filter_map(|part| part.get("concept")).filter_map(Value::as_array).flatten();
    let named = concepts.filter(move |concept| concept.get("code").and_then(Value::as_str) == Some(code));
    named.filter_map(|concept| concept.get("display")).filter_map(Value::as_str)
}

/// The answer while something is still to be looked up.
fn not_yet<T: Default>() -> Result<T, Error> {
    Ok(T::default())
}

fn not_found(text: String) -> Error {
    Error::BadRequest(IssueType::NotFound, text)
}

/// A Parameters resource of these.
fn parameters(parameters: Vec<Value>) -> Value {
    json!({ "resourceType": "Parameters", "parameter": parameters })
}
