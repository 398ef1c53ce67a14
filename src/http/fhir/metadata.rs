//! `GET [base]/metadata`: what this server can do, from the registry that it works by.
//! <https://hl7.org/fhir/R4/http.html#capabilities>

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, web};
use serde_json::{Value, json};

use super::errors::Refusal;
use super::{BaseUrl, answer};
use crate::fhir::ResourceType;
use crate::fhir::chain::points_at;
use crate::fhir::definitions;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::http::oauth::discovery::oauth_uris;
use crate::identity::Caller;
use crate::records::Records;
use crate::records::operations::{ALL, On, Operation};
use crate::records::parameters::Parameters;
use crate::records::search::SPECIAL;
use crate::records::subscriptions::{own_topics, websocket_url};

/// What can be done with the server as a whole.
const SYSTEM: [&str; 4] = ["transaction", "batch", "search-system", "history-system"];
/// What servers can do that export by FHIR Bulk Data Access.
const BULK_DATA: &str = "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data";
/// The definitions of the guide that brings topics to R4 begin like this.
const BACKPORT: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
/// The extension that says where sockets are opened.
const WEBSOCKET: &str = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket";
/// The extension that names a topic.
const TOPIC: &str = "capabilitystatement-subscriptiontopic-canonical";
/// The compartments that can be searched.
const COMPARTMENTS: [&str; 5] = ["patient", "encounter", "relatedPerson", "practitioner", "device"];

/// Describes the server as a CapabilityStatement.
#[utoipa::path(tag = "fhir", operation_id = "read_capabilities",
    responses((status = 200, description = "A CapabilityStatement", body = Object, content_type = "application/fhir+json")))]
#[get("/metadata")]
pub async fn read_capabilities(
    request: HttpRequest,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let caller = request.extensions().get::<Caller>().cloned();
    let parameters = match &caller {
        Some(caller) => records.parameters(caller.tenant).await?,
        None => Arc::default(),
    };
    let topics = match &caller {
        Some(caller) => records.topics(caller.tenant).await?,
        None => own_topics(),
    };
    let text = capabilities(&base.0, &parameters, &topics).to_string();
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(text))
}

/// The CapabilityStatement of the server with this base, for a tenant with these search parameters and topics.
pub(super) fn capabilities(base: &str, parameters: &Parameters, topics: &[String]) -> Value {
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-21",
        "kind": "instance",
        "instantiates": [BULK_DATA],
        "software": { "name": "hygeia", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "hygeia FHIR server", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json", "application/fhir+xml"],
        "rest": [{
            "mode": "server",
            "extension": [{ "url": WEBSOCKET, "valueUri": websocket_url(base) }],
            "security": {
                "cors": false,
                "service": [{
                    "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR" }],
                }],
                "description": "Bearer access tokens with SMART scopes.",
                "extension": [oauth_uris(base.strip_suffix(super::MOUNT).unwrap_or(base))],
            },
            "interaction": SYSTEM.map(|code| json!({ "code": code })),
            "resource": definitions::resource_types().filter(|of_type| of_type.is_of_r4()).map(|of_type| resource(of_type, parameters, topics)).collect::<Vec<_>>(),
            "operation": ALL.iter().filter(|operation| operation.on.contains(&On::System)).map(operation).collect::<Vec<_>>(),
            "searchParam": SPECIAL.map(|(name, kind)| json!({ "name": name, "type": kind })),
            "compartment": COMPARTMENTS.map(|code| format!("http://hl7.org/fhir/CompartmentDefinition/{code}")),
        }],
    })
}

fn resource(resource_type: ResourceType, parameters: &Parameters, topics: &[String]) -> Value {
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
    let mut resource = json!({
        "type": resource_type.as_str(),
        "profile": format!("http://hl7.org/fhir/StructureDefinition/{resource_type}"),
        "interaction": interactions.iter().map(|code| json!({ "code": code })).collect::<Vec<_>>(),
        "versioning": "versioned-update",
        "readHistory": true,
        "updateCreate": true,
        "conditionalCreate": true,
        "conditionalRead": "full-support",
        "conditionalUpdate": true,
        "conditionalDelete": "multiple",
        "searchParam": definitions::search_parameters(resource_type)
            .iter()
            .copied()
            .chain(parameters.own(resource_type))
            .map(search_parameter)
            .collect::<Vec<_>>(),
        "searchInclude": includes(resource_type, parameters),
        "searchRevInclude": rev_includes(resource_type, parameters),
    });
    let is_of = |one: &&Operation| one.on.iter().any(|on| on.is_of(resource_type.as_str()));
    let operations: Vec<_> = ALL.iter().filter(is_of).map(operation).collect();
    if let (false, Some(object)) = (operations.is_empty(), resource.as_object_mut()) {
        object.insert("operation".to_owned(), operations.into());
    }
    if let ("Subscription", Some(object)) = (resource_type.as_str(), resource.as_object_mut()) {
        let named = |topic: &String| json!({ "url": format!("{BACKPORT}{TOPIC}"), "valueCanonical": topic });
        object.insert("extension".to_owned(), topics.iter().map(named).collect());
        object.insert("supportedProfile".to_owned(), json!([format!("{BACKPORT}backport-subscription")]));
    }
    resource
}

/// Clients know published operations by their published definitions.
fn operation(operation: &Operation) -> Value {
    json!({ "name": operation.code, "definition": operation.base.unwrap_or(operation.url) })
}

/// The references of a type.
fn references(
    resource_type: ResourceType,
    parameters: &Parameters,
) -> impl Iterator<Item = &SearchParameter> {
    let all = definitions::search_parameters(resource_type).iter().copied();
    all.chain(parameters.own(resource_type)).filter(|parameter| parameter.kind == SearchKind::Reference)
}

fn includes(resource_type: ResourceType, parameters: &Parameters) -> Vec<String> {
    let named =
        references(resource_type, parameters).map(|parameter| format!("{resource_type}:{}", parameter.code));
    ["*".to_owned()].into_iter().chain(named).collect()
}

/// The references that name the type among others: what may point at anything may point at this too, and is not listed.
fn rev_includes(resource_type: ResourceType, parameters: &Parameters) -> Vec<String> {
    const MANY: usize = 50;
    let mut found = vec!["*".to_owned()];
    for source in definitions::resource_types() {
        let named = references(source, parameters).filter(|parameter| {
            (1..MANY).contains(&parameter.targets.len()) && points_at(source, parameter, resource_type)
        });
        found.extend(named.map(|parameter| format!("{source}:{}", parameter.code)));
    }
    found
}

fn search_parameter(parameter: &SearchParameter) -> Value {
    json!({ "name": parameter.code, "definition": parameter.url(), "type": parameter.kind.as_str() })
}
