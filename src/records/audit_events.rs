//! The server's own audit rows as AuditEvents. <https://hl7.org/fhir/R4/auditevent.html>
//!
//! They are rendered when they are read, and searched by the same values as a stored AuditEvent would be.

use serde_json::{Value, json};
use uuid::Uuid;

use super::meets::Candidate;
use super::parameters::Parameters;
use super::{Error, Method, Records, Stored, Version, index, stamp};
use crate::fhir::{ResourceType, date::Interval};
use crate::identity::Caller;
use crate::storage::address::address;
use crate::storage::audit::{self as rows, AuditRow};
use crate::storage::search::Condition;

/// So many rows are looked at for one page at most; a page may then be short, and the next goes on from there.
const LOOKED_AT: i64 = 5_000;

/// The code system of what is no interaction of the REST API.
const OPERATIONS: &str = "https://hygeia.health/fhir/CodeSystem/operation";

/// Some of the server's own AuditEvents.
pub(super) struct Found {
    /// Those that match, oldest first.
    pub events: Vec<Stored>,
    /// Where the search was broken off; none when all rows were looked at or enough were found.
    pub broken_off_at: Option<String>,
}

impl Records {
    pub(super) async fn find_audit_event(&self, caller: &Caller, id: &str) -> Result<Option<Version>, Error> {
        let wanted = id;
        let Ok(id) = Uuid::try_parse(id) else { return Ok(None) };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let row = rows::find(&mut transaction, caller.tenant, id).await;
        // An id in capitals is another id.
        Ok(transaction.finish(row).await?.map(|row| version(&row)).filter(|event| event.id == wanted))
    }

    /// The server's own AuditEvents after `after` that meet the conditions, oldest first (their ids open with the time).
    pub(super) async fn search_audit_events(
        &self,
        caller: &Caller,
        parameters: &Parameters,
        resource_type: ResourceType,
        conditions: &[Condition],
        after: Option<&str>,
        limit: usize,
    ) -> Result<Found, Error> {
        let after = after.and_then(|id| Uuid::try_parse(id).ok());
        let mut transaction = self.store.begin(caller.tenant).await?;
        let page = rows::page(&mut transaction, caller.tenant, after, LOOKED_AT).await;
        let page = transaction.finish(page).await?;
        let rows::Page { rows: page, is_cut } = page;
        let last = page.last().filter(|_| is_cut).map(|row| row.id.to_string());
        let meets = |row: &&AuditRow| is_met(parameters, resource_type, conditions, row);
        let found = page.iter().filter(meets).filter_map(|row| Stored::from_version(version(row)));
        let events: Vec<_> = found.take(limit).collect();
        let broken_off_at = last.filter(|_| events.len() < limit);
        Ok(Found { events, broken_off_at })
    }
}

fn is_met(
    parameters: &Parameters,
    resource_type: ResourceType,
    conditions: &[Condition],
    row: &AuditRow,
) -> bool {
    let entries = index::entries(parameters, resource_type, &audit_event(row));
    let (id, point) = (row.id.to_string(), row.recorded.timestamp_micros());
    let updated = Interval { low: point, high: point.saturating_add(1) };
    let candidate = Candidate {
        resource_type: "AuditEvent",
        address: address("AuditEvent", &id),
        updated,
        entries: &entries,
    };
    conditions.iter().all(|condition| candidate.meets(condition))
}

fn version(row: &AuditRow) -> Version {
    Version {
        resource_type: "AuditEvent".to_owned(),
        id: row.id.to_string(),
        number: 1,
        updated: row.recorded,
        method: Method::Post,
        body: Some(audit_event(row).to_string()),
    }
}

/// The row as an AuditEvent.
pub(super) fn audit_event(row: &AuditRow) -> Value {
    let action = match row.interaction.as_str() {
        "create" => "C",
        "read" | "vread" | "history-instance" | "history-type" | "history-system" => "R",
        "update" | "patch" => "U",
        "delete" => "D",
        _ => "E",
    };
    let (outcome, description) = match row.outcome.as_str() {
        "success" => ("0", "done"),
        "refused" => ("4", "refused"),
        _ => ("8", "failed"),
    };
    let recorded = stamp::instant(row.recorded);
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": row.id.to_string(),
        "meta": { "versionId": "1", "lastUpdated": recorded },
        "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest", "display": "RESTful Operation" },
        "subtype": [{ "system": interaction_system(&row.interaction), "code": row.interaction }],
        "action": action,
        "recorded": recorded,
        "outcome": outcome,
        "outcomeDesc": description,
        "agent": [agent(&row.agent_kind, row.agent.as_deref(), true)],
        "source": { "observer": { "display": "hygeia" }, "site": row.surface },
    });
    if let Some(address) = &row.address
        && let Some(agent) = event.pointer_mut("/agent/0").and_then(Value::as_object_mut)
    {
        // The network address is an IP address.
        agent.insert("network".to_owned(), json!({ "address": address, "type": "2" }));
    }
    if let Some(person) = &row.on_behalf_of
        && let Some(agents) = event.get_mut("agent").and_then(Value::as_array_mut)
    {
        agents.push(agent("account", Some(person), false));
    }
    if let (Some(resource_type), Some(object)) = (&row.type_, event.as_object_mut()) {
        let what = match (&row.resource, row.version) {
            (Some(id), Some(version)) => {
                json!({ "reference": format!("{resource_type}/{id}/_history/{version}") })
            }
            (Some(id), None) => json!({ "reference": format!("{resource_type}/{id}") }),
            (None, _) => json!({ "type": resource_type }),
        };
        object.insert("entity".to_owned(), json!([{ "what": what }]));
    }
    if let (Some(entities), Some(object)) = (&row.entities, event.as_object_mut()) {
        object.insert("entity".to_owned(), entities.iter().map(|entity| one_of_several(entity)).collect());
    }
    event
}

/// What one entry of a request did, from `create Patient/a1/1`.
fn one_of_several(entity: &str) -> Value {
    let (interaction, what) = entity.split_once(' ').unwrap_or_default();
    let parts: Vec<_> = what.split('/').collect();
    let what = match parts.as_slice() {
        [resource_type, id, version] => {
            json!({ "reference": format!("{resource_type}/{id}/_history/{version}") })
        }
        [_, _] => json!({ "reference": what }),
        _ => json!({ "type": what }),
    };
    let detail = json!([{ "type": "interaction", "valueString": interaction }]);
    // A search of the whole server is about nothing that could be named.
    if parts == [""] { json!({ "detail": detail }) } else { json!({ "what": what, "detail": detail }) }
}

/// The code system of an interaction: HL7's for those of the REST API, ours for sign-in and vendors' operations.
fn interaction_system(interaction: &str) -> &'static str {
    const REST: [&str; 14] = [
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
        "operation",
    ];
    if REST.contains(&interaction) { "http://hl7.org/fhir/restful-interaction" } else { OPERATIONS }
}

fn agent(kind: &str, id: Option<&str>, requestor: bool) -> Value {
    let mut agent = json!({ "type": { "text": kind }, "requestor": requestor });
    if let (Some(id), Some(object)) = (id, agent.as_object_mut()) {
        object.insert("altId".to_owned(), id.into());
    }
    agent
}
