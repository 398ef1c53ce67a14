//! The operations that this server offers beside the interactions of the REST API, each with its definition.
//! <https://hl7.org/fhir/R4/operationdefinition.html>
//!
//! The definitions are found like stored resources and come after those in searches. They cannot be changed.

mod all;
mod views;

use chrono::DateTime;
use serde_json::{Value, json};

use super::meets::Candidate;
use super::parameters::Parameters;
use super::{Method, Stored, Version, index, stamp};
use crate::fhir::ResourceType;
use crate::fhir::date::Interval;
use crate::storage::address::address;
use crate::storage::search::Condition;
pub use all::ALL;

/// The type of the definitions.
pub(super) const OPERATION_DEFINITION: &str = "OperationDefinition";

/// When the definitions were written, in seconds since 1970.
const WRITTEN_S: i64 = 1_795_219_200;

/// An operation of this server.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The id of its definition.
    pub id: &'static str,
    /// The name with which it is called, after a `$`.
    pub code: &'static str,
    /// The canonical URL of its definition.
    pub url: &'static str,
    /// The canonical URL of the published definition that it does, where it is one of others.
    pub base: Option<&'static str>,
    /// On what it can be called.
    pub on: &'static [On],
    /// Whether it changes anything that is kept.
    affects_state: bool,
    title: &'static str,
    description: &'static str,
    parameters: &'static [Parameter],
}

/// On what an operation can be called.
#[derive(Debug, PartialEq, Eq)]
pub enum On {
    /// The whole server.
    System,
    /// A type.
    Type(&'static str),
    /// A resource of a type.
    Instance(&'static str),
    /// Any type.
    EveryType,
    /// A resource of any type.
    EveryInstance,
}

/// A parameter: its name, type, and what it asks for. It may be given any number of times where the last says so.
type Parameter = (&'static str, &'static str, &'static str, bool);

impl On {
    /// The type, where there is one.
    #[must_use]
    pub fn resource_type(&self) -> Option<&'static str> {
        match self {
            Self::System | Self::EveryType | Self::EveryInstance => None,
            Self::Type(name) | Self::Instance(name) => Some(name),
        }
    }

    /// Whether it is on this type, or on all.
    #[must_use]
    pub fn is_of(&self, resource_type: &str) -> bool {
        matches!(self, Self::EveryType | Self::EveryInstance) || self.resource_type() == Some(resource_type)
    }
}

impl Operation {
    fn definition(&self) -> Value {
        let updated = DateTime::from_timestamp(WRITTEN_S, 0).unwrap_or_default();
        let types: Vec<_> = self.on.iter().filter_map(On::resource_type).collect();
        let mut definition = json!({
            "resourceType": OPERATION_DEFINITION,
            "id": self.id,
            "meta": { "versionId": "1", "lastUpdated": stamp::instant(updated) },
            "url": self.url,
            "name": self.code,
            "title": self.title,
            "status": "active",
            "kind": "operation",
            "date": updated.date_naive().to_string(),
            "publisher": "hygeia",
            "description": self.description,
            "affectsState": self.affects_state,
            "code": self.code,
            "resource": if types.is_empty() { vec!["Resource"] } else { types },
            "system": self.on.contains(&On::System),
            "type": self.on.iter().any(|on| matches!(on, On::Type(_) | On::EveryType)),
            "instance": self.on.iter().any(|on| matches!(on, On::Instance(_) | On::EveryInstance)),
        });
        if let Some(definition) = definition.as_object_mut() {
            definition.extend(self.base.map(|base| ("base".to_owned(), base.into())));
            let parameters: Vec<_> = self.parameters.iter().map(parameter).collect();
            definition.extend((!parameters.is_empty()).then(|| ("parameter".to_owned(), parameters.into())));
        }
        definition
    }

    fn version(&self) -> Version {
        Version {
            resource_type: OPERATION_DEFINITION.to_owned(),
            id: self.id.to_owned(),
            number: 1,
            updated: DateTime::from_timestamp(WRITTEN_S, 0).unwrap_or_default(),
            method: Method::Put,
            body: Some(self.definition().to_string()),
        }
    }
}

fn parameter((name, kind, documentation, repeats): &Parameter) -> Value {
    json!({
        "name": name,
        "use": "in",
        "min": 0,
        "max": if *repeats { "*" } else { "1" },
        "documentation": documentation,
        "type": kind,
    })
}

/// Whether this is the address of a definition of the server's own.
pub(super) fn is_own(resource_type: ResourceType, id: &str) -> bool {
    resource_type.as_str() == OPERATION_DEFINITION && ALL.iter().any(|operation| operation.id == id)
}

/// The definition with this id.
pub(super) fn find(id: &str) -> Option<Version> {
    ALL.iter().find(|operation| operation.id == id).map(Operation::version)
}

/// The definitions that meet the conditions.
pub(super) fn matching(parameters: &Parameters, conditions: &[Condition]) -> Vec<Stored> {
    let meets = |version: &Version| {
        let Ok(entries) = index::entries_of(parameters, version) else { return false };
        let point = version.updated.timestamp_micros();
        let updated = Interval { low: point, high: point.saturating_add(1) };
        let address = address(OPERATION_DEFINITION, &version.id);
        let candidate =
            Candidate { resource_type: OPERATION_DEFINITION, address, updated, entries: &entries };
        conditions.iter().all(|condition| candidate.meets(condition))
    };
    ALL.iter().map(Operation::version).filter(meets).filter_map(Stored::from_version).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;

    #[test]
    fn each_definition_is_valid() {
        for operation in &ALL {
            assert_eq!(
                validate(&operation.definition()).map(|found| found.as_str()),
                Ok(OPERATION_DEFINITION)
            );
            assert_eq!(find(operation.id).unwrap().id, operation.id);
        }
    }
}
