//! Several changes as one: the entries of a transaction, or one entry of a batch. <https://hl7.org/fhir/R4/http.html#transaction>
//!
//! All that needs no database is checked first (`checked`). Then one database transaction takes the locks of all criteria, searches
//! (`identities`), rewrites the links between the entries (`links`), writes with few statements and adds an audit row for the whole.
//! R4's order (DELETE, POST, PUT and PATCH, GET) shows in what a search may match, for no two entries may change one resource.
//! `docs/decisions/0009-transactions.md` has the limits.

mod among;
mod checked;
mod found;
mod identities;
mod links;
mod written;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use super::along::{Along, keep};
use super::aside::{Load, aside, size};
use super::audit::{AuditLog, of_several};
use super::conditional::Criteria;
use super::{Error, Precondition, Records, Written};
use crate::core::memory;
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::fhir::patch::Patch;
use crate::identity::Caller;
use checked::Checked;

/// So many entries a Bundle has at most.
pub const MOST_ENTRIES: usize = 10_000;
/// So many resources one conditional delete deletes at most.
pub const MOST_DELETED: usize = 1_000;
/// So many bytes the resources in one answer come to at most; the entry that goes beyond is refused.
pub const MOST_ANSWERED_BYTES: usize = 64 * 1024 * 1024;
/// So often a transaction is tried that meets another one.
const ATTEMPTS: u8 = 5;
/// So many entries of Bundles with more than [`FEW`] are in work at a time; the others wait.
static ROOM: Semaphore = Semaphore::const_new(MOST_ENTRIES);
/// So many entries wait for no others: a single change is not to stand behind a large Bundle.
const FEW: usize = 16;
/// So long the others wait.
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

impl Entry {
    /// About how long what it brings is as text.
    fn size(&self) -> usize {
        match &self.wanted {
            Wanted::Create { resource, .. } | Wanted::Update { resource, .. } => size(resource),
            Wanted::Patch { .. } | Wanted::Delete { .. } => 0,
        }
    }
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
    /// Makes all of the changes, or none. `answer` is run after them, with a door whose reads see them, and with their results in
    /// the order of the entries; what it gives is given on. `size` is how many entries there are with those that it reads.
    /// `base_url` is the base of this server's own URLs.
    ///
    /// # Errors
    /// That of the first entry that cannot be done, or of `answer`; then nothing is stored.
    pub async fn transaction<R>(
        &self,
        caller: &Caller,
        entries: Vec<Entry>,
        whole: (&str, usize),
        answer: impl AsyncFn(&Self, &[Written]) -> Result<R, Error>,
    ) -> Result<(Vec<Written>, R), Error> {
        self.transaction_along(caller, entries, whole, Along::default, answer).await
    }

    /// The same with what goes along, which is asked for each time that it is tried.
    ///
    /// # Errors
    /// As [`Records::transaction`], or where what goes along cannot be read or kept.
    pub async fn transaction_along<R>(
        &self,
        caller: &Caller,
        entries: Vec<Entry>,
        (base_url, size): (&str, usize),
        along: impl Fn() -> Along,
        answer: impl AsyncFn(&Self, &[Written]) -> Result<R, Error>,
    ) -> Result<(Vec<Written>, R), Error> {
        let _room = room(size).await?;
        // Within the transaction it would take a second connection.
        self.cursors().await?;
        let parameters = self.current_parameters(caller.tenant).await?;
        let types: Vec<_> = entries.iter().map(|entry| entry.resource_type).collect();
        let again = base_url.to_owned();
        let (records, by, base_url) = (self.clone(), caller.clone(), base_url.to_owned());
        let load = Load::of(entries.iter().map(Entry::size));
        let check = move || Checked::new(&records, parameters, &by, entries, &base_url);
        let mut checked = Arc::new(aside(load, check).await??);
        let mut attempt = 1_u8;
        loop {
            match self.attempt(caller, &checked, (size, along()), &answer).await {
                Err(error) if attempt < ATTEMPTS && error.is_conflict() => {
                    attempt = attempt.saturating_add(1);
                    let parameters = self.current_parameters(caller.tenant).await?;
                    if !parameters.is_same(&checked.parameters) {
                        let entries = checked.entries.iter().map(|planned| planned.entry.clone()).collect();
                        let (records, by, base_url) = (self.clone(), caller.clone(), again.clone());
                        let check = move || Checked::new(&records, parameters, &by, entries, &base_url);
                        checked = Arc::new(aside(load, check).await??);
                    }
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
        (size, along): (usize, Along),
        answer: &impl AsyncFn(&Self, &[Written]) -> Result<R, Error>,
    ) -> Result<(Vec<Written>, R), Error> {
        let _turn = along.turn().await?;
        // Where nothing is written, all entries see the store as it was at one moment: a count is that of the pages beside it.
        let mut transaction = match checked.entries.as_slice() {
            [] => self.store.begin_snapshot(caller.tenant).await?,
            _ => self.store.begin(caller.tenant).await?,
        };
        let wrote = async {
            // Files first: what writes hold until the end is held no longer for them.
            keep(caller, along, &mut transaction).await?;
            self.write_entries(caller, checked, &mut transaction).await
        };
        let (written, mut told) = match wrote.await {
            Ok(done) => done,
            Err(error) => return transaction.finish(Err(error)).await,
        };
        let (store, open) = self.store.within(caller.tenant, transaction)?;
        let kept = Arc::new(Mutex::new(Vec::new()));
        let audit = AuditLog::Kept(Arc::clone(&kept));
        let answered =
            answer(&Self { store, audit, reads: None, creations: None, ..self.clone() }, &written).await;
        let mut transaction = open.end()?;
        let done = match answered {
            Ok(answered) => {
                told.append(&mut *kept.lock().await);
                let whole = caller.operation.unwrap_or("transaction");
                let row = of_several(told, Some(whole).filter(|_| size > 1));
                let added = match &row {
                    Some(row) => self.audit.add(&mut transaction, row).await,
                    None => Ok(()),
                };
                added.map(|()| (written, answered, row)).map_err(Error::from)
            }
            Err(error) => Err(error),
        };
        let (written, answered, row) = transaction.finish(done).await?;
        if let Some(row) = row {
            self.audit.committed(row).await;
        }
        Ok((written, answered))
    }
}

/// Waits until so many entries may be in work.
async fn room(size: usize) -> Result<Option<Room>, Error> {
    if size <= FEW {
        return Ok(None);
    }
    let count = u32::try_from(size.min(MOST_ENTRIES)).map_err(Error::internal)?;
    let room = timeout(PATIENCE, ROOM.acquire_many(count)).await.map_err(|_| Error::Unavailable)?;
    room.map(|permit| Some(Room(Some(permit)))).map_err(Error::internal)
}

/// The room of a large Bundle. Once no other is in work, the memory that they took is given back.
struct Room(Option<SemaphorePermit<'static>>);

impl Drop for Room {
    fn drop(&mut self) {
        self.0 = None;
        if !GIVING_BACK.swap(true, Ordering::Relaxed) {
            tokio::spawn(give_back_once_idle());
        }
    }
}

static GIVING_BACK: AtomicBool = AtomicBool::new(false);
/// So long after the last of them: its answer is still being sent, and another may follow.
const IDLE: Duration = Duration::from_millis(200);

async fn give_back_once_idle() {
    sleep(IDLE).await;
    while ROOM.available_permits() < MOST_ENTRIES {
        sleep(IDLE).await;
    }
    GIVING_BACK.store(false, Ordering::Relaxed);
    tokio::task::spawn_blocking(memory::give_back);
}

/// The refusal of an entry for which the answer has no room.
#[must_use]
pub fn too_long() -> Error {
    let text = format!("the answers to a Bundle's entries come to more than {MOST_ANSWERED_BYTES} bytes");
    Error::BadRequest(IssueType::TooCostly, text)
}

#[cfg(test)]
mod tests {
    use super::{FEW, MOST_ENTRIES, ROOM, room};

    #[tokio::test]
    async fn few_entries_wait_for_nobody() {
        let all = room(MOST_ENTRIES).await.unwrap();
        assert!(all.is_some() && ROOM.available_permits() == 0);
        assert!(room(FEW).await.unwrap().is_none());
        drop(all);
        let some = room(FEW + 1).await.unwrap();
        assert_eq!((some.is_some(), ROOM.available_permits()), (true, MOST_ENTRIES - FEW - 1));
    }
}
