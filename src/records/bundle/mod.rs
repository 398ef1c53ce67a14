//! Several changes as one: the entries of a transaction, or one entry of a batch. <https://hl7.org/fhir/R4/http.html#transaction>
//!
//! All that needs no database is checked first (`checked`). Then one database transaction takes the locks of all criteria, searches
//! (`identities`), rewrites the links between the entries (`links`), writes with few statements and adds an audit row an entry.
//! R4's order (DELETE, POST, PUT and PATCH, GET) shows in what a search may match, for no two entries may change one resource.
//! `docs/decisions/0008-transactions.md` has the limits.

mod among;
mod checked;
mod identities;
mod links;
mod written;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::timeout;

use super::audit::AuditLog;
use super::conditional::Criteria;
use super::writing::aside;
use super::{Error, Precondition, Records, Written};
use crate::fhir::ResourceType;
use crate::fhir::patch::Patch;
use crate::identity::Caller;
use crate::storage::audit as rows;
use checked::Checked;

/// So many entries a Bundle has at most.
pub const MOST_ENTRIES: usize = 10_000;
/// So many resources one conditional delete deletes at most.
pub const MOST_DELETED: usize = 1_000;
/// So often a transaction is tried that meets another one.
const ATTEMPTS: u8 = 5;
/// So many entries are in work at a time; the others wait.
static ROOM: Semaphore = Semaphore::const_new(MOST_ENTRIES);
/// So long they wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// One change of a Bundle.
#[derive(Clone)]
pub struct Entry {
    /// Its position in the Bundle.
    pub at: usize,
    /// The address by which other entries know the resource.
    pub full_url: Option<String>,
    /// The type that the request's address names.
    pub resource_type: ResourceType,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What an entry asks for.
#[derive(Clone)]
pub enum Wanted {
    /// POST.
    Create {
        /// The resource.
        resource: Value,
        /// `ifNoneExist`: nothing is made where this search finds one.
        unless: Option<Criteria>,
    },
    /// PUT.
    Update {
        /// The resource.
        resource: Value,
        /// Which one is to be changed or made.
        target: Target,
        /// What must hold of its current version.
        precondition: Option<Precondition>,
    },
    /// PATCH.
    Patch {
        /// The patch.
        patch: Patch,
        /// Which one is to be changed.
        target: Target,
        /// What must hold of its current version.
        precondition: Option<Precondition>,
    },
    /// DELETE.
    Delete {
        /// Which one, or which ones, are to be deleted.
        target: Target,
        /// What must hold of the current version.
        precondition: Option<Precondition>,
    },
}

/// Which resource an entry is about.
#[derive(Clone)]
pub enum Target {
    /// The one with this id.
    Id(String),
    /// What a search finds.
    Where(Criteria),
}

impl Records {
    /// Makes all of the changes, or none. `reads` is run after them, with a door whose reads see them; what it gives is given on.
    /// The results have the order of the entries. `base_url` is the base of this server's own URLs.
    ///
    /// # Errors
    /// That of the first entry that cannot be done, or of `reads`; then nothing is stored.
    pub async fn transaction<R>(
        &self,
        caller: &Caller,
        entries: Vec<Entry>,
        base_url: &str,
        reads: impl AsyncFn(&Self) -> Result<R, Error>,
    ) -> Result<(Vec<Written>, R), Error> {
        let count = u32::try_from(entries.len().min(MOST_ENTRIES)).map_err(Error::internal)?;
        let room = timeout(PATIENCE, ROOM.acquire_many(count)).await.map_err(|_| Error::Unavailable)?;
        let _room = room.map_err(Error::internal)?;
        // Within the transaction it would take a second connection.
        self.cursors().await?;
        let parameters = self.current_parameters(caller.tenant).await?;
        let types: Vec<_> = entries.iter().map(|entry| entry.resource_type).collect();
        let (records, by, base_url) = (self.clone(), caller.clone(), base_url.to_owned());
        let check = move || Checked::new(&records, parameters, &by, entries, &base_url);
        let checked = Arc::new(aside(usize::try_from(count).unwrap_or(MOST_ENTRIES), check).await??);
        let mut attempt = 1_u8;
        loop {
            match self.attempt(caller, &checked, &reads).await {
                Err(error) if attempt < ATTEMPTS && error.is_conflict() => {
                    attempt = attempt.saturating_add(1)
                }
                Err(error) => return Err(error),
                Ok(done) => {
                    self.wake_for(types.into_iter());
                    return Ok(done);
                }
            }
        }
    }

    async fn attempt<R>(
        &self,
        caller: &Caller,
        checked: &Arc<Checked>,
        reads: &impl AsyncFn(&Self) -> Result<R, Error>,
    ) -> Result<(Vec<Written>, R), Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let written = match self.write_entries(caller, checked, &mut transaction).await {
            Ok(written) => written,
            Err(error) => return transaction.finish(Err(error)).await,
        };
        let (store, open) = self.store.within(caller.tenant, transaction)?;
        let kept = Arc::new(Mutex::new(Vec::new()));
        let audit = AuditLog::Kept(Arc::clone(&kept));
        let read = reads(&Self { store, audit, reads: None, ..self.clone() }).await;
        let mut transaction = open.end()?;
        let done = match read {
            Ok(read) => {
                let added =
                    rows::insert_several(&mut transaction, &kept.lock().await.iter().collect::<Vec<_>>())
                        .await;
                added.map(|()| (written, read)).map_err(Error::from)
            }
            Err(error) => Err(error),
        };
        transaction.finish(done).await
    }
}
