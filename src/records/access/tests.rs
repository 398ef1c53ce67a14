//! What the tests of the rooms beside this one begin with.

use serde_json::{Value, json};

use super::{Access, Cover, Limit, Subject};
use crate::fhir::{ResourceType, definitions};
use crate::identity::{Caller, Right, Scopes, Surface};
use crate::records::index;
use crate::records::parameters::Parameters;
use crate::storage::TenantId;

/// An access, asked about resources that are nowhere kept.
pub struct Asked {
    caller: Caller,
    parameters: Parameters,
}

impl Asked {
    pub fn limit(&self, right: Right, resource_type: ResourceType) -> Limit {
        self.access().limit(right, resource_type)
    }

    fn access(&self) -> Access<'_> {
        Access { caller: &self.caller, parameters: &self.parameters, now_us: 0 }
    }

    pub fn reads(&self, resource: &Value) -> bool {
        let resource_type = ResourceType::of(resource).unwrap();
        let entries = index::entries(&self.parameters, resource_type, resource);
        let id = resource["id"].as_str().unwrap();
        self.access().cover(Right::Read, Subject { resource_type, id, updated_us: 0 }, &entries)
            == Cover::Full
    }
}

/// The access of a caller with these scopes, launched about that patient.
pub fn access(scope: &str, patient: Option<&str>) -> Asked {
    let caller = Caller {
        scopes: Scopes::parse(scope, definitions::is_resource_type).unwrap(),
        patient: patient.map(str::to_owned),
        tenant: TenantId::DEFAULT,
        ..Caller::anonymous(Surface::Fhir)
    };
    Asked { caller, parameters: Parameters::default() }
}

pub fn observation(patient: &str, category: &str) -> Value {
    json!({
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "subject": { "reference": format!("Patient/{patient}") },
        "category": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": category,
        }] }],
        "code": { "text": "anything" },
    })
}

pub fn patient_named(id: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id })
}
