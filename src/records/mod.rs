//! The only door to stored resources: how a resource is read or changed.
//!
//! A write validates, checks rights, stores the new version with its search index and adds its audit row in **one**
//! transaction. A read that is answered has its audit row committed, unless it is part of an operation that has one of its own
//! ([`Caller::quietly`]). Refusals are audited where they are answered, through
//! [`Records::audit_refusal`].

mod access;
pub mod accounts;
pub mod along;
mod aside;
mod astray;
pub mod audit;
mod beside;
pub mod bundle;
pub mod conditional;
pub mod contents;
pub mod corrections;
mod counts;
pub mod create;
pub mod delete;
pub mod document;
pub mod erase;
pub mod errands;
pub mod error;
pub mod everything;
pub mod export;
mod held;
pub mod history;
mod hold;
pub mod import;
mod index;
pub mod lastn;
pub mod match_patient;
pub mod measured;
mod meets;
pub mod meta;
mod one_moment;
pub mod operations;
pub mod parameters;
pub mod patch;
pub mod pods;
mod precondition;
mod profiles;
mod program;
pub mod provenance;
pub mod purge_history;
pub mod read;
mod readable;
pub mod regions;
pub mod reindex;
pub mod review;
pub mod search;
mod stamp;
pub mod subscriptions;
pub mod tenancy;
pub mod terminology;
mod together;
pub mod transact;
pub mod update;
mod user_lists;
pub mod users;
pub mod validate;
pub mod views;
mod writing;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, OnceCell};

use crate::core::config::exports::ExportSettings;
use crate::core::{Clock, Ids};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::platform::egress::Egress;
use crate::storage::Store;

pub use crate::storage::resources::{Method, Version};
use access::Access;
use audit::{AuditLog, Trail};
pub use beside::Beside;
use create::Creations;
pub use error::Error;
use export::Exports;
use parameters::{Known, Parameters};
pub use precondition::Precondition;
use read::Reads;
use search::cursor::Cursors;
use subscriptions::Listeners;
pub use transact::{Change, Write, Written};

/// Reads and changes resources for a caller.
#[derive(Clone)]
pub struct Records {
    store: Store,
    clock: Clock,
    ids: Ids,
    audit: AuditLog,
    trail: Trail,
    /// None, as the next, where all belongs to an open transaction.
    reads: Option<Reads>,
    creations: Option<Creations>,
    cursors: Arc<OnceCell<Cursors>>,
    /// The search parameters of the tenants.
    known: Known,
    /// Wakes who works on jobs.
    jobs: Arc<Notify>,
    /// Wakes who sees to subscriptions.
    subscriptions: Arc<Notify>,
    /// Who listens to subscriptions here.
    listeners: Listeners,
    /// Where others may be told anything.
    egress: Egress,
    exports: Exports,
}

/// A version of a resource that is not deleted.
#[derive(Clone)]
pub struct Stored {
    /// Resource type.
    pub resource_type: String,
    /// Logical id.
    pub id: String,
    /// Version number, `meta.versionId`.
    pub version: i64,
    /// `meta.lastUpdated`.
    pub updated: DateTime<Utc>,
    /// The JSON text, as it is sent.
    pub body: String,
}

impl Records {
    /// Opens the door; must be called on the runtime that is to work in the database. `base_url` is the base of this server's own
    /// FHIR URLs, by which a whole URL is known as one of ours.
    #[must_use]
    pub fn open(
        store: Store,
        clock: Clock,
        ids: Ids,
        base_url: &str,
        trail: Trail,
        (exports, egress): (ExportSettings, Egress),
    ) -> Self {
        let audit = AuditLog::start(store.clone());
        let (known, reads) = (Known::new(base_url), Some(read::start(store.clone())));
        let creations = Some(create::start(store.clone(), known.clone(), clock.clone()));
        let (cursors, jobs, subscriptions) = (Arc::default(), Arc::default(), Arc::default());
        let listeners = Listeners::new(store.clone());
        let exports = Exports { wake: Arc::default(), settings: exports };
        Self {
            store,
            clock,
            ids,
            audit,
            trail,
            reads,
            creations,
            cursors,
            known,
            jobs,
            subscriptions,
            listeners,
            egress,
            exports,
        }
    }

    /// The time, for those who build resources.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new logical id, for resources that refer to one another before they are stored.
    #[must_use]
    pub fn new_id(&self) -> String {
        self.ids.uuid().to_string()
    }

    /// Whether the answer to a write may show what is stored to the caller, who did not send all of it.
    ///
    /// # Errors
    /// When what is stored is not a resource, which cannot come from a request.
    pub fn shows(&self, caller: &Caller, stored: &Stored) -> Result<bool, Error> {
        self.access(caller, &self.known.last(caller.tenant)).shows(stored)
    }

    fn access<'a>(&self, caller: &'a Caller, parameters: &'a Parameters) -> Access<'a> {
        Access { caller, parameters, now_us: self.clock.now().timestamp_micros() }
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        let Ok(transaction) = self.store.begin(crate::storage::TenantId::PLATFORM).await else {
            return false;
        };
        transaction.finish(Ok::<_, crate::storage::StorageError>(())).await.is_ok()
    }
}

impl fmt::Debug for Stored {
    /// The address, never the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/_history/{}", self.resource_type, self.id, self.version)
    }
}

impl Stored {
    /// The version's resource; none for a deletion.
    fn from_version(version: Version) -> Option<Self> {
        Some(Self {
            body: version.body?,
            resource_type: version.resource_type,
            id: version.id,
            version: version.number,
            updated: version.updated,
        })
    }

    /// Id of the Patient that it is, or is about.
    fn patient(&self) -> Option<String> {
        let resource_type = ResourceType::parse(&self.resource_type)?;
        index::patient(resource_type, &self.json().ok()?)
    }

    /// The resource as JSON, for those who render something else from it.
    ///
    /// # Errors
    /// When what is stored is not JSON, which cannot come from a request.
    pub fn json(&self) -> Result<serde_json::Value, Error> {
        serde_json::from_str(&self.body).map_err(Error::internal)
    }
}

/// Refuses a text that cannot be a logical id.
fn check_id(text: &str) -> Result<(), Error> {
    if is_id(text) {
        return Ok(());
    }
    let text = "an id has 1 to 64 letters, digits, hyphens and dots";
    Err(Error::BadRequest(IssueType::Value, text.to_owned()))
}

/// Whether the text can be a logical id: 1 to 64 letters, digits, `-` and `.` (R4 datatypes, "id").
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}
