//! `GET [base]/metadata`: what this server can do, from the registry that it works by.
//! <https://hl7.org/fhir/R4/http.html#capabilities>

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use super::{BaseUrl, answer};
use crate::fhir::ResourceType;
use crate::fhir::chain::points_at;
use crate::fhir::definitions;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::records::search::SPECIAL;

/// What can be done with the server as a whole.
const SYSTEM: [&str; 4] = ["transaction", "batch", "search-system", "history-system"];
/// The compartments that can be searched.
const COMPARTMENTS: [&str; 5] = ["patient", "encounter", "relatedPerson", "practitioner", "device"];

/// Describes the server as a CapabilityStatement.
#[utoipa::path(tag = "fhir", operation_id = "read_capabilities",
    responses((status = 200, description = "A CapabilityStatement", body = Object, content_type = "application/fhir+json")))]
#[get("/metadata")]
pub async fn read_capabilities(base: web::Data<BaseUrl>) -> HttpResponse {
    HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(capabilities(&base.0).to_string())
}

/// The CapabilityStatement of the server with this base.
pub(super) fn capabilities(base: &str) -> Value {
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-21",
        "kind": "instance",
        "software": { "name": "hygeia", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "hygeia FHIR server", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json", "application/fhir+xml"],
        "rest": [{
            "mode": "server",
            "security": {
                "cors": false,
                "description": "Bearer access tokens with SMART system scopes.",
            },
            "interaction": SYSTEM.map(|code| json!({ "code": code })),
            "resource": definitions::resource_types().map(resource).collect::<Vec<_>>(),
            "searchParam": SPECIAL.map(|(name, kind)| json!({ "name": name, "type": kind })),
            "compartment": COMPARTMENTS.map(|code| format!("http://hl7.org/fhir/CompartmentDefinition/{code}")),
        }],
    })
}

fn resource(resource_type: ResourceType) -> Value {
    let interactions = [
        "read",
        "vread",
        "update",
        "patch",
        "delete",
        "history-instance",
        "history-type",
        "create",
        "search-type",
    ];
    json!({
        "type": resource_type.as_str(),
        "profile": format!("http://hl7.org/fhir/StructureDefinition/{resource_type}"),
        "interaction": interactions.map(|code| json!({ "code": code })),
        "versioning": "versioned-update",
        "readHistory": true,
        "updateCreate": true,
        "conditionalCreate": true,
        "conditionalRead": "full-support",
        "conditionalUpdate": true,
        "conditionalDelete": "multiple",
        "searchParam": definitions::search_parameters(resource_type)
            .iter()
            .map(|parameter| search_parameter(parameter))
            .collect::<Vec<_>>(),
        "searchInclude": includes(resource_type),
        "searchRevInclude": rev_includes(resource_type),
    })
}

/// The references of a type.
fn references(resource_type: ResourceType) -> impl Iterator<Item = &'static SearchParameter> {
    let all = definitions::search_parameters(resource_type).iter().copied();
    all.filter(|parameter| parameter.kind == SearchKind::Reference)
}

fn includes(resource_type: ResourceType) -> Vec<String> {
    let named = references(resource_type).map(|parameter| format!("{resource_type}:{}", parameter.code));
    ["*".to_owned()].into_iter().chain(named).collect()
}

/// The references that name the type among others: what may point at anything may point at this too, and is not listed.
fn rev_includes(resource_type: ResourceType) -> Vec<String> {
    const MANY: usize = 50;
    let mut found = vec!["*".to_owned()];
    for source in definitions::resource_types() {
        let named = references(source).filter(|parameter| {
            (1..MANY).contains(&parameter.targets.len()) && points_at(source, parameter, resource_type)
        });
        found.extend(named.map(|parameter| format!("{source}:{}", parameter.code)));
    }
    found
}

fn search_parameter(parameter: &SearchParameter) -> Value {
    json!({ "name": parameter.code, "definition": parameter.url(), "type": parameter.kind.as_str() })
}
