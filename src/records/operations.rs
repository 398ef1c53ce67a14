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
}

/// A parameter: its name, type, and what it asks for. It may be given any number of times where the last says so.
type Parameter = (&'static str, &'static str, &'static str, bool);

impl On {
    /// The type, where there is one.
    #[must_use]
    pub fn resource_type(&self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Type(name) | Self::Instance(name) => Some(name),
        }
    }
}

/// All operations.
pub const ALL: [Operation; 4] = [
    Operation {
        id: "hygeia-export",
        code: "export",
        url: "https://hygeia.health/fhir/OperationDefinition/export",
        base: Some("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"),
        on: &[On::System],
        affects_state: false,
        title: "Export all resources",
        description: "Starts an export of all resources that the client may search and read, as files of NDJSON, by FHIR Bulk Data Access. Left out are the audit trail, definitions of the server's own, and each Binary that belongs to another resource. The answer is 202; its Content-Location tells how far the export is.",
        parameters: &EXPORT,
    },
    Operation {
        id: "hygeia-group-export",
        code: "export",
        url: "https://hygeia.health/fhir/OperationDefinition/group-export",
        base: Some("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export"),
        on: &[On::Instance("Group")],
        affects_state: false,
        title: "Export what belongs to the members of a Group",
        description: "Starts an export of what is in the compartments of the patients who are members of the Group when it is asked for, or of a Group within it. With _since, also of those who came since, only what changed since is exported. The answer is 202; its Content-Location tells how far the export is.",
        parameters: &EXPORT_OF_PATIENTS,
    },
    Operation {
        id: "hygeia-patient-export",
        code: "export",
        url: "https://hygeia.health/fhir/OperationDefinition/patient-export",
        base: Some("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export"),
        on: &[On::Type("Patient")],
        affects_state: false,
        title: "Export what belongs to patients",
        description: "Starts an export of what is in the compartments of all patients, or of those that are named, with the Provenance of all that. Practitioners, organizations and others that are about nobody are not among it. The answer is 202; its Content-Location tells how far the export is.",
        parameters: &EXPORT_OF_PATIENTS,
    },
    Operation {
        id: "hygeia-reindex",
        code: "reindex",
        url: "https://hygeia.health/fhir/OperationDefinition/reindex",
        base: None,
        on: &[On::System, On::Instance("SearchParameter")],
        affects_state: true,
        title: "Write the search index anew",
        description: "Starts a job that indexes all resources, or those of the types that one SearchParameter is for. The answer is 202; its Content-Location tells how far the job is.",
        parameters: &[],
    },
];

const FORMAT: Parameter = ("_outputFormat", "string", "application/fhir+ndjson, which is the default", false);
const SINCE: Parameter = ("_since", "instant", "Only what changed after this time", false);
const UNTIL: Parameter = ("_until", "instant", "Only what changed before this time", false);
const TYPE: Parameter = ("_type", "string", "Types, separated by commas", true);
const FILTER: Parameter =
    ("_typeFilter", "string", "Searches such as Patient?gender=male, separated by commas", true);
const ELEMENTS: Parameter =
    ("_elements", "string", "Elements such as id or Patient.name, separated by commas", true);
const PATIENT: Parameter = ("patient", "Reference", "Only what belongs to these patients; in a POST", true);
/// The parameters of exports.
const EXPORT: [Parameter; 6] = [FORMAT, SINCE, UNTIL, TYPE, FILTER, ELEMENTS];
/// The parameters of exports of patients.
const EXPORT_OF_PATIENTS: [Parameter; 7] = [FORMAT, SINCE, UNTIL, TYPE, FILTER, ELEMENTS, PATIENT];

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
            "type": self.on.iter().any(|on| matches!(on, On::Type(_))),
            "instance": self.on.iter().any(|on| matches!(on, On::Instance(_))),
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
