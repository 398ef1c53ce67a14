//! The audit trail: who did what, with one row a request. <https://hl7.org/fhir/R4/auditevent.html>
//!
//! A write's row is added in its own transaction. Rows of reads and refusals are committed together with others: each waits for
//! the commit that carries it, so that an answer never leaves before its row is safe.

mod answers;
mod batch;
mod digest;
pub(super) mod events;
pub mod keys;
pub(super) mod rendered;
mod retain;
mod seal;
pub mod verify;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use tokio::sync::Mutex;

use super::index::PATIENT_TYPE;
use super::together::Together;
use super::{Error, Records, Stored};
use crate::core::config::audit::AuditReads;
use crate::fhir::ResourceType;
use crate::fhir::codes::audit::BREAKING_THE_GLASS;
use crate::identity::Caller;
use crate::identity::purposes::TREATMENT;
pub use crate::storage::audit::Note;
use crate::storage::audit::{self as rows, AuditRow, parts};
use crate::storage::{Connection, StorageError, Store, TenantId};
use batch::Batch;
use keys::Keys;
use rendered::OF_PATIENT;

/// How this server keeps its trail.
#[derive(Clone)]
pub struct Trail {
    /// What seals are coded with.
    pub keys: Keys,
    /// This server's name in it: its external address.
    pub site: Arc<str>,
    /// When what is read gets into it.
    pub reads: AuditReads,
}

/// Where the rows of reads go.
#[derive(Clone)]
pub(super) enum AuditLog {
    /// To a commit together with others.
    Together(Together<AuditRow, ()>),
    /// To the transaction that the reads are part of, which adds them at its end.
    Kept(Arc<Mutex<Vec<AuditRow>>>),
    /// To the batch that they are entries of, which has one row.
    Batch(Batch),
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
            Self::Kept(rows) | Self::Batch(Batch { rows, .. }) => {
                rows.lock().await.push(row);
                Ok(())
            }
        }
    }

    /// Returns at once, where a commit would have to be waited for.
    async fn record_later(&self, row: AuditRow) -> Result<(), Error> {
        let Self::Together(log) = self else { return self.record(row).await };
        let asked = log.clone();
        log.aside(async move {
            if let Err(error) = asked.ask(TenantId::from_row(row.tenant), row).await {
                tracing::error!(%error, "a read that was answered could not be audited");
            }
        });
        Ok(())
    }

    /// Adds the row of a write in its transaction; of an entry of a batch, what the batch's row is to tell of it.
    pub(super) async fn add(&self, connection: &mut Connection, row: &AuditRow) -> Result<(), StorageError> {
        match self {
            Self::Together(_) | Self::Kept(_) => rows::insert(connection, row).await,
            Self::Batch(batch) => parts::insert(connection, batch.event, row).await,
        }
    }

    /// Notes that the transaction with that row was committed.
    pub(super) async fn committed(&self, row: AuditRow) {
        match self {
            Self::Together(_) | Self::Kept(_) => {}
            Self::Batch(batch) => batch.rows.lock().await.push(row),
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
        let id = id.filter(|id| super::is_id(id)).map(str::to_owned);
        self.audit
            .record(AuditRow {
                outcome: outcome.to_owned(),
                type_: resource_type.map(|t| t.to_string()),
                // Whose data it would have been is told too.
                patient: id.clone().filter(|_| resource_type.is_some_and(|of| of.as_str() == PATIENT_TYPE)),
                resource: id,
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

    /// The row of a request that changes what is no resource, to be added in the change's own transaction by whoever makes it.
    #[must_use]
    pub fn note(&self, caller: &Caller, interaction: &'static str) -> Note {
        Note::new(self.audit_row(caller, interaction, None))
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
                patient: read.patient(),
                ..self.audit_row(caller, interaction, None)
            })
            .await
    }

    /// Adds the row of a read, unless the caller reads quietly.
    pub(super) async fn record_read(&self, caller: &Caller, row: AuditRow) -> Result<(), Error> {
        match (caller.quiet, self.trail.reads) {
            (true, _) => Ok(()),
            (false, AuditReads::Before) => self.audit.record(row).await,
            (false, AuditReads::After) => self.audit.record_later(row).await,
        }
    }

    pub(super) fn audit_row(
        &self,
        caller: &Caller,
        interaction: &'static str,
        subject: Option<Subject<'_>>,
    ) -> AuditRow {
        let recorded = self.clock.now();
        AuditRow {
            tenant: caller.tenant.number(),
            id: self.ids.uuid_of(recorded),
            recorded,
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
            patient: subject
                .filter(|((of, _), _)| of.as_str() == PATIENT_TYPE)
                .map(|((_, id), _)| id.to_owned()),
            request: caller.request.as_deref().map(str::to_owned),
            query: None,
            purpose: purpose(caller).map(str::to_owned),
            reason: caller.breaks_glass.clone(),
        }
    }
}

/// What the data are for, unless it is what they are mostly for.
fn purpose(caller: &Caller) -> Option<&str> {
    if caller.breaks_glass.is_some() {
        return Some(BREAKING_THE_GLASS.code);
    }
    Some(caller.purpose.as_ref()).filter(|purpose| *purpose != TREATMENT)
}

/// The one row of a request with several entries, from one for each thing that was done or refused. `interaction` is that of the
/// whole, where it is another than that of its parts.
pub(super) fn of_several(rows: Vec<AuditRow>, interaction: Option<&str>) -> Option<AuditRow> {
    let several = Several::of(&rows);
    let interaction = interaction.map(str::to_owned);
    let mut rows = rows.into_iter();
    let first = rows.next()?;
    if rows.len() == 0 && interaction.is_none() {
        return Some(first);
    }
    Some(AuditRow {
        interaction: interaction.unwrap_or_else(|| first.interaction.clone()),
        outcome: several.outcome.to_owned(),
        type_: None,
        resource: None,
        version: None,
        query: None,
        entities: Some(several.entities),
        patient: several.patient,
        ..first
    })
}

/// What rows tell together.
struct Several {
    /// The worst of all.
    outcome: &'static str,
    /// What was done, and then the patients that it was about, where there are several.
    entities: Vec<String>,
    /// The one patient.
    patient: Option<String>,
}

impl Several {
    fn of(rows: &[AuditRow]) -> Self {
        let (mut entities, mut patients) = (Vec::new(), BTreeSet::new());
        for row in rows {
            patients.extend(row.patient.clone());
            match &row.entities {
                None => entities.push(entity(row)),
                Some(several) => entities.extend(several.iter().cloned()),
            }
        }
        patients.extend(entities.iter().filter_map(|entity| patient_of(entity)).map(str::to_owned));
        entities.retain(|entity| patient_of(entity).is_none());
        let outcome = |word: &&&str| rows.iter().any(|row| row.outcome == **word);
        let outcome = ["failed", "refused"].iter().find(outcome).copied().unwrap_or("success");
        if patients.len() < 2 {
            return Self { outcome, entities, patient: patients.pop_first() };
        }
        // Those that are told by themselves need not be told again.
        let told: HashSet<_> =
            entities.iter().filter_map(|entity| itself(entity)).map(str::to_owned).collect();
        let others = patients.iter().filter(|id| !told.contains(*id));
        entities.extend(others.map(|id| format!("{OF_PATIENT} {PATIENT_TYPE}/{id}")));
        Self { outcome, entities, patient: None }
    }
}

/// What one entry did, such as `create Patient/a1/1` or `read:refused Patient/a1`.
fn entity(row: &AuditRow) -> String {
    let what = [row.type_.clone(), row.resource.clone(), row.version.map(|version| version.to_string())];
    let what: Vec<_> = what.into_iter().flatten().collect();
    let outcome = if row.outcome == "success" { String::new() } else { format!(":{}", row.outcome) };
    format!("{}{outcome} {}", row.interaction, what.join("/"))
}

/// The id of the Patient that an entity says the whole was about.
fn patient_of(entity: &str) -> Option<&str> {
    entity.strip_prefix(OF_PATIENT)?.strip_prefix(' ')?.strip_prefix(PATIENT_TYPE)?.strip_prefix('/')
}

/// The id of the Patient that something was done to.
fn itself(entity: &str) -> Option<&str> {
    let (_, what) = entity.split_once(' ')?;
    what.strip_prefix(PATIENT_TYPE)?.strip_prefix('/')?.split('/').next()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn row(interaction: &str, (resource_type, id): (&str, &str), patient: Option<&str>) -> AuditRow {
        AuditRow {
            tenant: 1,
            id: Uuid::nil(),
            recorded: DateTime::default(),
            surface: "fhir".to_owned(),
            interaction: interaction.to_owned(),
            outcome: "success".to_owned(),
            agent_kind: "client".to_owned(),
            agent: None,
            on_behalf_of: None,
            address: None,
            type_: Some(resource_type.to_owned()),
            resource: Some(id.to_owned()),
            version: Some(1),
            entities: None,
            patient: patient.map(str::to_owned),
            request: None,
            query: None,
            purpose: None,
            reason: None,
        }
    }

    #[test]
    fn one_part_alone_is_the_whole() {
        let whole = of_several(vec![row("create", ("Basic", "b"), None)], None).unwrap();
        assert_eq!((whole.interaction.as_str(), whole.resource.as_deref()), ("create", Some("b")));
        assert!(of_several(Vec::new(), Some("batch")).is_none());
    }

    #[test]
    fn parts_of_parts_and_their_patients_are_told_once() {
        let of_entry = of_several(
            vec![
                row("create", ("Observation", "o"), Some("p")),
                row("create", ("Condition", "c"), Some("q")),
            ],
            None,
        );
        let refused = AuditRow { outcome: "refused".to_owned(), ..row("read", ("Patient", "r"), Some("r")) };
        let whole = of_several(
            vec![of_entry.unwrap(), refused, row("read", ("Patient", "p"), Some("p"))],
            Some("batch"),
        );
        let whole = whole.unwrap();
        assert_eq!(
            (whole.interaction.as_str(), whole.outcome.as_str(), whole.patient),
            ("batch", "refused", None)
        );
        assert_eq!(
            whole.entities.unwrap(),
            [
                "create Observation/o/1",
                "create Condition/c/1",
                "read:refused Patient/r/1",
                "read Patient/p/1",
                "patient Patient/q"
            ]
        );
        let of_one = of_several(
            vec![row("read", ("Basic", "b"), Some("p")), row("read", ("Patient", "p"), Some("p"))],
            None,
        );
        assert_eq!(of_one.unwrap().patient.as_deref(), Some("p"));
    }
}
