//! The audit trail: who did what, with one row a request. <https://hl7.org/fhir/R4/auditevent.html>
//!
//! A write's row is added in its own transaction. Rows of reads and refusals are committed in groups: each waits for the
//! commit that carries it, so that an answer never leaves before its row is safe, and many share one commit.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{Error, Method, Records, Stored, Version, stamp};
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::storage::audit::{self as rows, AuditRow};
use crate::storage::{StorageError, Store};

/// So many rows wait at most; then requests wait for room.
const QUEUE: usize = 4096;
/// So many rows share a commit at most.
const GROUP: usize = 512;

type Waiting = (AuditRow, oneshot::Sender<Result<(), Arc<StorageError>>>);

/// The group commit.
#[derive(Clone)]
pub(super) struct AuditLog(mpsc::Sender<Waiting>);

impl AuditLog {
    pub(super) fn start(store: Store) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Waiting>(QUEUE);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP);
            while receiver.recv_many(&mut group, GROUP).await > 0 {
                let (rows, waiting): (Vec<_>, Vec<_>) = group.drain(..).unzip();
                let added = rows::insert_all(&store, &rows).await.map_err(Arc::new);
                for answer in waiting {
                    // Whoever hung up does not need the answer; the row is there all the same.
                    drop(answer.send(added.clone()));
                }
            }
        });
        Self(sender)
    }

    /// Returns once the row is committed.
    pub(super) async fn record(&self, row: AuditRow) -> Result<(), Error> {
        let (answer, committed) = oneshot::channel();
        self.0.send((row, answer)).await.map_err(Error::internal)?;
        committed.await.map_err(Error::internal)?.map_err(|error| Error::internal(error.to_string()))
    }
}

/// How a request that was not done ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The caller was refused.
    Refused,
    /// The server failed.
    Failed,
}

/// A resource with its version, as the audit names it.
pub(super) type Subject<'a> = ((ResourceType, &'a str), i64);

impl Records {
    /// Adds the row of a request that was refused or failed. `resource_type` and `id` are those of its address, if they are
    /// well-formed.
    ///
    /// # Errors
    /// When the row cannot be committed.
    pub async fn audit_refusal(
        &self,
        caller: &Caller,
        interaction: &'static str,
        refusal: Refusal,
        resource_type: Option<ResourceType>,
        id: Option<&str>,
    ) -> Result<(), Error> {
        let outcome = match refusal {
            Refusal::Refused => "refused",
            Refusal::Failed => "failed",
        };
        self.audit
            .record(AuditRow {
                outcome: outcome.to_owned(),
                type_: resource_type.map(|t| t.to_string()),
                resource: id.filter(|id| super::is_id(id)).map(str::to_owned),
                ..self.audit_row(caller, interaction, None)
            })
            .await
    }

    /// Adds the row of a request that succeeded without reading or changing a resource, such as a sign-in.
    ///
    /// # Errors
    /// When the row cannot be committed.
    pub async fn audit_success(&self, caller: &Caller, interaction: &'static str) -> Result<(), Error> {
        self.audit.record(self.audit_row(caller, interaction, None)).await
    }

    pub(super) fn audit_row(
        &self,
        caller: &Caller,
        interaction: &'static str,
        subject: Option<Subject<'_>>,
    ) -> AuditRow {
        AuditRow {
            tenant: caller.tenant.number(),
            id: self.ids.uuid(),
            recorded: self.clock.now(),
            surface: caller.surface.as_str().to_owned(),
            interaction: caller.operation.unwrap_or(interaction).to_owned(),
            outcome: "success".to_owned(),
            agent_kind: caller.agent.kind().to_owned(),
            agent: caller.agent.id().map(|id| id.to_string()),
            on_behalf_of: caller.on_behalf_of.map(|id| id.to_string()),
            type_: subject.map(|((resource_type, _), _)| resource_type.to_string()),
            resource: subject.map(|((_, id), _)| id.to_owned()),
            version: subject.map(|(_, version)| version),
        }
    }

    pub(super) async fn find_audit_event(&self, caller: &Caller, id: &str) -> Result<Option<Version>, Error> {
        let Ok(id) = Uuid::try_parse(id) else { return Ok(None) };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let row = rows::find(&mut transaction, caller.tenant, id).await;
        Ok(transaction.finish(row).await?.map(|row| version(&row)))
    }

    /// A page of the server's own AuditEvents, oldest first.
    pub(super) async fn audit_events(
        &self,
        caller: &Caller,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Stored>, Error> {
        let after = after.and_then(|id| Uuid::try_parse(id).ok());
        let mut transaction = self.store.begin(caller.tenant).await?;
        let page = rows::page(&mut transaction, caller.tenant, after, limit).await;
        let page = transaction.finish(page).await?;
        Ok(page.iter().filter_map(|row| Stored::from_version(version(row))).collect())
    }
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
fn audit_event(row: &AuditRow) -> Value {
    let action = match row.interaction.as_str() {
        "create" => "C",
        "read" | "vread" | "history-instance" => "R",
        "update" => "U",
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
        "subtype": [{ "system": "http://hl7.org/fhir/restful-interaction", "code": row.interaction }],
        "action": action,
        "recorded": recorded,
        "outcome": outcome,
        "outcomeDesc": description,
        "agent": [agent(&row.agent_kind, row.agent.as_deref(), true)],
        "source": { "observer": { "display": "hygeia" }, "site": row.surface },
    });
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
    event
}

fn agent(kind: &str, id: Option<&str>, requestor: bool) -> Value {
    let mut agent = json!({ "type": { "text": kind }, "requestor": requestor });
    if let (Some(id), Some(object)) = (id, agent.as_object_mut()) {
        object.insert("altId".to_owned(), id.into());
    }
    agent
}
