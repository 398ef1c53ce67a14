//! The audit trail: who did what, with one row a request. <https://hl7.org/fhir/R4/auditevent.html>
//!
//! A write's row is added in its own transaction. Rows of reads and refusals are committed together with others: each waits for
//! the commit that carries it, so that an answer never leaves before its row is safe.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::together::Together;
use super::{Error, Records, Stored};
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::storage::audit::{self as rows, AuditRow};
use crate::storage::{Store, TenantId};

/// Where the rows of reads go.
#[derive(Clone)]
pub(super) enum AuditLog {
    /// To a commit together with others.
    Together(Together<AuditRow, ()>),
    /// To the transaction that the reads are part of, which adds them at its end.
    Kept(Arc<Mutex<Vec<AuditRow>>>),
}

impl AuditLog {
    pub(super) fn start(store: Store) -> Self {
        Self::Together(Together::start(move |tenant, rows: Vec<AuditRow>| {
            let store = store.clone();
            async move {
                let added = rows::insert_all(&store, tenant, &rows).await.map_err(Arc::new);
                rows.iter().map(|_| added.clone()).collect()
            }
        }))
    }

    /// Returns once the row is committed, or kept for those who commit.
    pub(super) async fn record(&self, row: AuditRow) -> Result<(), Error> {
        match self {
            Self::Together(log) => log.ask(TenantId::from_row(row.tenant), row).await,
            Self::Kept(rows) => {
                rows.lock().await.push(row);
                Ok(())
            }
        }
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

    /// Adds the row of a request that read this resource quietly, and is answered with it.
    ///
    /// # Errors
    /// When the row cannot be committed.
    pub async fn audit_answer(
        &self,
        caller: &Caller,
        interaction: &'static str,
        read: &Stored,
    ) -> Result<(), Error> {
        self.audit
            .record(AuditRow {
                type_: Some(read.resource_type.clone()),
                resource: Some(read.id.clone()),
                version: Some(read.version),
                ..self.audit_row(caller, interaction, None)
            })
            .await
    }

    /// Adds the row of a read, unless the caller reads quietly.
    pub(super) async fn record_read(&self, caller: &Caller, row: AuditRow) -> Result<(), Error> {
        if caller.quiet { Ok(()) } else { self.audit.record(row).await }
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
            address: caller.address.map(|address| address.to_string()),
            type_: subject.map(|((resource_type, _), _)| resource_type.to_string()),
            resource: subject.map(|((_, id), _)| id.to_owned()),
            version: subject.map(|(_, version)| version).filter(|version| *version > 0),
            entities: None,
        }
    }
}

/// The one row of a request with several entries, from one for each thing that was done. `interaction` is that of the whole, where
/// it is another than that of its parts.
pub(super) fn of_several(rows: Vec<AuditRow>, interaction: Option<&str>) -> Option<AuditRow> {
    let entity = |row: &AuditRow| {
        let what = [row.type_.clone(), row.resource.clone(), row.version.map(|version| version.to_string())];
        let what: Vec<_> = what.into_iter().flatten().collect();
        format!("{} {}", row.interaction, what.join("/"))
    };
    let entities: Vec<_> = rows.iter().map(entity).collect();
    let interaction = interaction.map(str::to_owned);
    let mut rows = rows.into_iter();
    let first = rows.next()?;
    if rows.len() == 0 && interaction.is_none() {
        return Some(first);
    }
    let interaction = interaction.unwrap_or_else(|| first.interaction.clone());
    Some(AuditRow {
        interaction,
        type_: None,
        resource: None,
        version: None,
        entities: Some(entities),
        ..first
    })
}
