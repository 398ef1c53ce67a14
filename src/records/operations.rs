//! The operations that this server offers beside the interactions of the REST API, each with its definition.
//! <https://hl7.org/fhir/R4/operationdefinition.html>
//!
//! The definitions are found like stored resources and come after those in searches. They cannot be changed.

use chrono::DateTime;
use serde_json::{Value, json};

use super::meets::Candidate;
use super::parameters::Parameters;
use super::{Method, Stored, Version, index, stamp};
use crate::fhir::ResourceType;
use crate::fhir::date::Interval;
use crate::storage::address::address;
use crate::storage::search::Condition;

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
    /// Whether it can be called on the whole server.
    pub system: bool,
    /// The type on whose instances it can be called.
    pub instance_of: Option<&'static str>,
    title: &'static str,
    description: &'static str,
}

/// All operations.
pub const ALL: [Operation; 1] = [Operation {
    id: "hygeia-reindex",
    code: "reindex",
    url: "https://hygeia.health/fhir/OperationDefinition/reindex",
    system: true,
    instance_of: Some("SearchParameter"),
    title: "Write the search index anew",
    description: "Starts a job that indexes all resources, or those of the types that one SearchParameter is for. The answer is 202; its Content-Location tells how far the job is.",
}];

impl Operation {
    fn definition(&self) -> Value {
        let updated = DateTime::from_timestamp(WRITTEN_S, 0).unwrap_or_default();
        json!({
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
            "affectsState": true,
            "code": self.code,
            "resource": [self.instance_of.unwrap_or("Resource")],
            "system": self.system,
            "type": false,
            "instance": self.instance_of.is_some(),
        })
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
