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

/// All operations.
pub const ALL: [Operation; 13] = [
    Operation {
        id: "hygeia-code-system-lookup",
        code: "lookup",
        url: "https://hygeia.health/fhir/OperationDefinition/code-system-lookup",
        base: Some("http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup"),
        on: &[On::Type("CodeSystem")],
        affects_state: false,
        title: "What a code means",
        description: "Tells the display, designations and properties of a code of a stored CodeSystem. Of the code systems of R4 only codes are kept, not their texts.",
        parameters: &[CODE, SYSTEM, CODING, ("property", "code", "Only these properties", true)],
    },
    Operation {
        id: "hygeia-code-system-subsumes",
        code: "subsumes",
        url: "https://hygeia.health/fhir/OperationDefinition/code-system-subsumes",
        base: Some("http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes"),
        on: &[On::Type("CodeSystem"), On::Instance("CodeSystem")],
        affects_state: false,
        title: "How two codes stand to one another",
        description: "Tells whether the first code is the second, subsumes it, or is subsumed by it.",
        parameters: &[
            ("codeA", "code", "The one code", false),
            ("codeB", "code", "The other", false),
            SYSTEM,
            ("codingA", "Coding", "The one code, with its system", false),
            ("codingB", "Coding", "The other", false),
        ],
    },
    Operation {
        id: "hygeia-code-system-validate-code",
        code: "validate-code",
        url: "https://hygeia.health/fhir/OperationDefinition/code-system-validate-code",
        base: Some("http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code"),
        on: &[On::Type("CodeSystem"), On::Instance("CodeSystem")],
        affects_state: false,
        title: "Whether a code is in a code system",
        description: "Tells whether a code is in a code system, and its display. A display that was sent is held against it.",
        parameters: &[
            URL,
            ("codeSystem", "CodeSystem", "The code system itself", false),
            CODE,
            DISPLAY,
            CODING,
            CONCEPT,
        ],
    },
    Operation {
        id: "hygeia-concept-map-translate",
        code: "translate",
        url: "https://hygeia.health/fhir/OperationDefinition/concept-map-translate",
        base: Some("http://hl7.org/fhir/OperationDefinition/ConceptMap-translate"),
        on: &[On::Type("ConceptMap"), On::Instance("ConceptMap")],
        affects_state: false,
        title: "What a code is in another code system",
        description: "Tells what a map makes of a code; without a map, what those do that say something of its system, or of the value sets that are named. A group that says to ask another map for the rest is left at that.",
        parameters: &[
            URL,
            ("conceptMap", "ConceptMap", "The map itself", false),
            CODE,
            SYSTEM,
            CODING,
            CONCEPT,
            ("source", "uri", "Only maps from this value set", false),
            ("target", "uri", "Only maps to this value set", false),
            ("targetsystem", "uri", "Only codes of this system", false),
            ("reverse", "boolean", "Whether the code is a target, and its sources are wanted", false),
        ],
    },
    Operation {
        id: "hygeia-encounter-everything",
        code: "everything",
        url: "https://hygeia.health/fhir/OperationDefinition/encounter-everything",
        base: Some("http://hl7.org/fhir/OperationDefinition/Encounter-everything"),
        on: &[On::Instance("Encounter")],
        affects_state: false,
        title: "An encounter with all that belongs to it",
        description: "Gives, page by page, the encounter, what is in its compartment, and what that refers to.",
        parameters: &EVERYTHING,
    },
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
        id: "hygeia-patient-everything",
        code: "everything",
        url: "https://hygeia.health/fhir/OperationDefinition/patient-everything",
        base: Some("http://hl7.org/fhir/OperationDefinition/Patient-everything"),
        on: &[On::Instance("Patient")],
        affects_state: false,
        title: "A patient with all that belongs to them",
        description: "Gives, page by page, the patient, what is in their compartment, and what that refers to.",
        parameters: &EVERYTHING,
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
    Operation {
        id: "hygeia-resource-validate",
        code: "validate",
        url: "https://hygeia.health/fhir/OperationDefinition/resource-validate",
        base: Some("http://hl7.org/fhir/OperationDefinition/Resource-validate"),
        on: &[On::EveryType, On::EveryInstance],
        affects_state: false,
        title: "Whether a resource is right",
        description: "Tells what is wrong with a resource that is sent or stored: its structure, the codes and references that its elements allow, and the rules between elements. Nothing is stored.",
        parameters: &[
            ("resource", "Resource", "The resource; of a stored one, what it is to become", false),
            ("mode", "code", "create, update or delete: what is to be done with it", false),
            ("profile", "uri", "A profile that it is to keep too", true),
        ],
    },
    Operation {
        id: "hygeia-value-set-expand",
        code: "expand",
        url: "https://hygeia.health/fhir/OperationDefinition/value-set-expand",
        base: Some("http://hl7.org/fhir/OperationDefinition/ValueSet-expand"),
        on: &[On::Type("ValueSet"), On::Instance("ValueSet")],
        affects_state: false,
        title: "The codes of a value set",
        description: "Gives the codes of a value set one by one, in pages where count is given. What it takes whole from a code system that is not wholly known here cannot be given.",
        parameters: &[
            URL,
            ("valueSet", "ValueSet", "The value set itself", false),
            ("filter", "string", "Words that must stand in a code or its display", false),
            ("offset", "integer", "So many codes are passed over", false),
            ("count", "integer", "Codes a page", false),
            ("activeOnly", "boolean", "Whether inactive codes are left out", false),
            ("includeDefinition", "boolean", "Whether the definition is given too", false),
        ],
    },
    Operation {
        id: "hygeia-value-set-validate-code",
        code: "validate-code",
        url: "https://hygeia.health/fhir/OperationDefinition/value-set-validate-code",
        base: Some("http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code"),
        on: &[On::Type("ValueSet"), On::Instance("ValueSet")],
        affects_state: false,
        title: "Whether a code is in a value set",
        description: "Tells whether a code is in a value set, and its display. A display that was sent is held against it.",
        parameters: &[
            URL,
            ("valueSet", "ValueSet", "The value set itself", false),
            CODE,
            SYSTEM,
            DISPLAY,
            CODING,
            CONCEPT,
        ],
    },
];

const URL: Parameter = ("url", "uri", "The canonical URL of what is asked", false);
const CODE: Parameter = ("code", "code", "The code", false);
const SYSTEM: Parameter = ("system", "uri", "The code system of the code", false);
const DISPLAY: Parameter = ("display", "string", "The text of the code", false);
const CODING: Parameter = ("coding", "Coding", "The code, with its system", false);
const CONCEPT: Parameter = ("codeableConcept", "CodeableConcept", "Codes of which one is enough", false);
/// The parameters of `$everything`.
const EVERYTHING: [Parameter; 5] = [
    ("start", "date", "Only what is about this day or a later one, or tells no day", false),
    ("end", "date", "Only what is about this day or an earlier one, or tells no day", false),
    ("_since", "instant", "Only what changed since", false),
    ("_type", "code", "Types, separated by commas", false),
    ("_count", "integer", "Results a page", false),
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
