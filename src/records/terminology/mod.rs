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
use super::{Error, check_id};
use crate::fhir::outcome::IssueType;
use crate::fhir::value_set::{Concepts, Fault, Known};

/// Under which name one that was sent along is known.
const SENT: &str = "urn:hygeia:sent";

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

impl Source {
    /// What it is known by, and what is known of it before anything was looked up.
    fn known(self, kind: &'static str) -> Result<(String, Known), Error> {
        let mut known = Known::default();
        let name = match self {
            Self::Url(url) => url.split_once('|').map_or(url.clone(), |(url, _)| url.to_owned()),
            Self::Id(id) => {
                check_id(&id)?;
                format!("{kind}/{id}")
            }
            Self::Sent(resource) if kind == "CodeSystem" => {
                known.code_systems.insert(SENT.to_owned(), Some(Concepts::of(resource)?));
                SENT.to_owned()
            }
            Self::Sent(resource) => {
                known.value_sets.insert(SENT.to_owned(), Some(resource));
                SENT.to_owned()
            }
        };
        Ok((name, known))
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
