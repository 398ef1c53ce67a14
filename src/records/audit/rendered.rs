//! A row of the trail as an AuditEvent, by the Basic Audit Log Patterns. <https://profiles.ihe.net/ITI/BALP/>
//!
//! The patterns are for what succeeded and whose client is known with its address; what does not fit one is shown alike, without
//! naming it. Of a search they want the whole request. Values that are searched for may be health data, which the trail does not hold:
//! `entity.query` has the names of the parameters only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::fhir::ResourceType;
use crate::fhir::codes::Code;
use crate::fhir::codes::audit::{
    ACT_REASON, APPLICATION_SERVER, CUSTODIAN, REQUEST_ID, REST, dcm, entity_type, object_role, participation,
};
use crate::records::stamp;
use crate::storage::audit::AuditRow;

/// The code system of what is no interaction of the REST API.
const OPERATIONS: &str = "https://hygeia.health/fhir/CodeSystem/operation";
/// The code system of the interactions.
const INTERACTIONS: &str = "http://hl7.org/fhir/restful-interaction";
/// Where the names of agents are, before the word for their kind.
const AGENTS: &str = "https://hygeia.health/fhir/identifier/";
/// Where the patterns are, before their names.
const PATTERNS: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
/// The words by which a row with several entities names a patient.
pub(super) const OF_PATIENT: &str = "patient";

/// The pattern of an interaction, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    Create,
    Read,
    Update,
    Delete,
    Query,
}

impl Pattern {
    fn of(interaction: &str) -> Option<Self> {
        Some(match interaction {
            "create" => Self::Create,
            "read" | "vread" => Self::Read,
            "update" | "patch" => Self::Update,
            "delete" => Self::Delete,
            "search-type" | "search-system" => Self::Query,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Read => "Read",
            Self::Update => "Update",
            Self::Delete => "Delete",
            Self::Query => "Query",
        }
    }

    /// What the client, the server and a person are.
    fn parts(self) -> (Code, Code, Code) {
        match self {
            Self::Create | Self::Update => (dcm::SOURCE, dcm::DESTINATION, participation::AUTHOR),
            Self::Read => (dcm::DESTINATION, dcm::SOURCE, participation::RECIPIENT),
            Self::Delete => (dcm::APPLICATION, CUSTODIAN, participation::AUTHOR),
            Self::Query => (dcm::SOURCE, dcm::DESTINATION, participation::RECIPIENT),
        }
    }
}

/// What sign-in is called in the trail.
fn is_sign_in(interaction: &str) -> bool {
    ["login", "logout", "token", "authorize", "revoke-token", "introspect-token", "launch"]
        .contains(&interaction)
}

/// The row as an AuditEvent of the server at `site`.
pub(in crate::records) fn audit_event(row: &AuditRow, site: &str) -> Value {
    let pattern = Pattern::of(&row.interaction);
    let (outcome, description) = match row.outcome.as_str() {
        "success" => ("0", "done"),
        "refused" => ("4", "refused"),
        _ => ("8", "failed"),
    };
    let recorded = stamp::instant(row.recorded);
    let mut meta = json!({ "versionId": "1", "lastUpdated": recorded });
    if let (Some(pattern), Some(meta)) = (pattern.filter(|_| is_whole(row)), meta.as_object_mut()) {
        let of = if row.patient.is_some() { "Patient" } else { "" };
        meta.insert("profile".to_owned(), json!([format!("{PATTERNS}{of}{}", pattern.name())]));
    }
    let what = if is_sign_in(&row.interaction) { dcm::USER_AUTHENTICATION } else { REST };
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": row.id.to_string(),
        "meta": meta,
        "type": what.coding(),
        "subtype": subtypes(&row.interaction),
        "action": action(&row.interaction),
        "recorded": recorded,
        "outcome": outcome,
        "outcomeDesc": description,
        "agent": agents(row, pattern, site),
        "source": { "site": row.surface, "observer": { "display": "hygeia" }, "type": [APPLICATION_SERVER.coding()] },
    });
    let entities = entities(row, pattern);
    if let Some(event) = event.as_object_mut() {
        if let Some(purpose) = purpose(row) {
            event.insert("purposeOfEvent".to_owned(), json!([purpose]));
        }
        if !entities.is_empty() {
            event.insert("entity".to_owned(), entities.into());
        }
    }
    event
}

/// What the data were for, with the reason of who set a Consent aside.
fn purpose(row: &AuditRow) -> Option<Value> {
    let mut concept = json!({ "coding": [{ "system": ACT_REASON, "code": row.purpose.as_ref()? }] });
    if let (Some(reason), Some(concept)) = (&row.reason, concept.as_object_mut()) {
        concept.insert("text".to_owned(), reason.as_str().into());
    }
    Some(concept)
}

/// Whether the row tells all that its pattern asks for.
fn is_whole(row: &AuditRow) -> bool {
    row.outcome == "success" && row.agent.is_some() && row.address.is_some()
}

/// How the interaction is classed.
pub(super) fn action(interaction: &str) -> &'static str {
    match interaction {
        "create" => "C",
        "read" | "vread" | "history-instance" | "history-type" | "history-system" => "R",
        "update" | "patch" => "U",
        "delete" => "D",
        _ => "E",
    }
}

fn subtypes(interaction: &str) -> Vec<Value> {
    let own = json!({ "system": interaction_system(interaction), "code": interaction });
    let known = match interaction {
        "login" => Some(dcm::LOGIN),
        "logout" => Some(dcm::LOGOUT),
        _ => None,
    };
    [own].into_iter().chain(known.map(Code::coding)).collect()
}

/// The code system of an interaction: HL7's for those of the REST API, ours for sign-in and vendors' operations.
fn interaction_system(interaction: &str) -> &'static str {
    const OF_REST: [&str; 15] = [
        "read",
        "vread",
        "update",
        "patch",
        "delete",
        "history-instance",
        "history-type",
        "history-system",
        "create",
        "search-type",
        "search-system",
        "capabilities",
        "transaction",
        "batch",
        "operation",
    ];
    if OF_REST.contains(&interaction) { INTERACTIONS } else { OPERATIONS }
}

/// The client, the server, and the person that the client acts for.
fn agents(row: &AuditRow, pattern: Option<Pattern>, site: &str) -> Vec<Value> {
    let (client, server, person) =
        pattern.map_or((dcm::APPLICATION, CUSTODIAN, participation::AUTHOR), Pattern::parts);
    let mut of_client = agent(&row.agent_kind, row.agent.as_deref(), client);
    of_client.insert("requestor".to_owned(), row.on_behalf_of.is_none().into());
    if let Some(address) = &row.address {
        // The network address is an IP address.
        of_client.insert("network".to_owned(), json!({ "address": address, "type": "2" }));
    }
    let of_server = json!({
        "type": server.concept(),
        "who": { "display": "hygeia" },
        "requestor": false,
        // A URI.
        "network": { "address": site, "type": "5" },
    });
    let of_person = row.on_behalf_of.as_deref().map(|id| {
        let mut of_person = agent("account", Some(id), person);
        of_person.insert("requestor".to_owned(), true.into());
        Value::Object(of_person)
    });
    [Value::Object(of_client), of_server].into_iter().chain(of_person).collect()
}

fn agent(kind: &str, id: Option<&str>, what: Code) -> Map<String, Value> {
    let who = match id {
        Some(id) => json!({ "identifier": { "system": format!("{AGENTS}{kind}"), "value": id } }),
        None => json!({ "display": kind }),
    };
    let mut concept = what.concept();
    if let Some(concept) = concept.as_object_mut() {
        concept.insert("text".to_owned(), kind.into());
    }
    let mut agent = Map::new();
    agent.insert("type".to_owned(), concept);
    agent.insert("who".to_owned(), who);
    if let Some(id) = id {
        agent.insert("altId".to_owned(), id.into());
    }
    agent
}

fn entities(row: &AuditRow, pattern: Option<Pattern>) -> Vec<Value> {
    let mut entities = Vec::new();
    if let (Some(Pattern::Query), "success") = (pattern, row.outcome.as_str()) {
        entities.push(query(row));
    } else if let (Some(kind), Some(id)) =
        (row.type_.as_deref().filter(|kind| ResourceType::parse(kind).is_none()), &row.resource)
    {
        entities.push(agent_entity(kind, id));
    } else if let Some(resource_type) = &row.type_ {
        let what = match (&row.resource, row.version) {
            (Some(id), Some(version)) => {
                json!({ "reference": format!("{resource_type}/{id}/_history/{version}") })
            }
            (Some(id), None) => json!({ "reference": format!("{resource_type}/{id}") }),
            (None, _) => json!({ "type": resource_type }),
        };
        entities.push(data(&what));
    }
    if let Some(patient) = &row.patient {
        entities.push(patient_entity(patient));
    }
    entities.extend(row.entities.iter().flatten().map(|entity| one_of_several(entity)));
    if let Some(request) = &row.request {
        entities.push(json!({ "what": { "identifier": { "value": request } }, "type": REQUEST_ID.coding() }));
    }
    entities
}

fn patient_entity(id: &str) -> Value {
    json!({
        "what": { "reference": format!("Patient/{id}") },
        "type": entity_type::PERSON.coding(),
        "role": object_role::PATIENT.coding(),
    })
}

/// A client, a key or an account: no resource, but known by the same identifier as where it acts.
fn agent_entity(kind: &str, id: &str) -> Value {
    json!({
        "what": { "identifier": { "system": format!("{AGENTS}{kind}"), "value": id } },
        "type": entity_type::SYSTEM_OBJECT.coding(),
        "role": object_role::SECURITY_USER.coding(),
    })
}

fn data(what: &Value) -> Value {
    json!({
        "what": what,
        "type": entity_type::SYSTEM_OBJECT.coding(),
        "role": object_role::DOMAIN_RESOURCE.coding(),
    })
}

/// What was searched and by which parameters; not for what.
fn query(row: &AuditRow) -> Value {
    let names = row.query.as_deref().map(|names| format!("?{names}")).unwrap_or_default();
    let address = format!("/{}{names}", row.type_.as_deref().unwrap_or_default());
    json!({
        "type": entity_type::SYSTEM_OBJECT.coding(),
        "role": object_role::QUERY.coding(),
        "query": STANDARD.encode(&address),
        "description": address,
    })
}

/// What one entry of a request did, from `create Patient/a1/1` or `read:refused Patient/a1`.
fn one_of_several(entity: &str) -> Value {
    let (interaction, what) = entity.split_once(' ').unwrap_or_default();
    let parts: Vec<_> = what.split('/').collect();
    if let (OF_PATIENT, [_, id]) = (interaction, parts.as_slice()) {
        return patient_entity(id);
    }
    let what = match parts.as_slice() {
        // A search of the whole server is about nothing that could be named.
        [""] => json!({ "display": "all" }),
        [resource_type, id, version] => {
            json!({ "reference": format!("{resource_type}/{id}/_history/{version}") })
        }
        [_, _] => json!({ "reference": what }),
        _ => json!({ "type": what }),
    };
    let mut entity = data(&what);
    if let Some(entity) = entity.as_object_mut() {
        let (interaction, outcome) = interaction.split_once(':').unwrap_or((interaction, ""));
        let details = [("interaction", interaction), ("outcome", outcome)];
        let details = details.into_iter().filter(|(_, value)| !value.is_empty());
        let details = details.map(|(name, value)| json!({ "type": name, "valueString": value }));
        entity.insert("detail".to_owned(), details.collect());
    }
    entity
}

#[cfg(test)]
mod tests;
