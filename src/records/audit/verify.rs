//! Holding the trail against its seals. docs/decisions/0018 says what shows, and what does not.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use diesel_async::SimpleAsyncConnection as _;
use uuid::Uuid;

use super::digest::{self, ENTRY, Entry, NOTHING};
use super::keys::{Checked, Keys};
use crate::records::{Error, Records};
use crate::storage::audit::holding;
use crate::storage::audit::seals::{self, SealRow};
use crate::storage::{Connection, StorageError, TenantId};

/// So many seals are read at a time.
const PAGE: i64 = 16;

/// Something that is not as it was sealed. Its text names the AuditEvent or the seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A row says something else than when it was sealed.
    Changed(Uuid, i64),
    /// A sealed row is gone.
    Missing(Uuid, i64),
    /// A row is in no seal and should be.
    Added(Uuid),
    /// So many rows are in more than one seal.
    Twice(i64),
    /// The seals from one number to another are gone.
    NoSeals(i64, i64),
    /// A seal does not hold.
    Seal(i64, Fault),
}

/// What is wrong with a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not name the one before.
    Previous,
    /// It was changed.
    Hash,
    /// Its list of rows was changed.
    Content,
    /// It was made without the server's key.
    Code,
    /// It was made with a key that is not among ours.
    Key,
    /// Its rows are gone, and the server's retention did not remove them.
    Removal,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(id, seal) => write!(f, "AuditEvent/{id} was changed since seal {seal}"),
            Self::Missing(id, seal) => write!(f, "AuditEvent/{id} of seal {seal} is missing"),
            Self::Added(id) => write!(f, "AuditEvent/{id} was added: it is in no seal"),
            Self::Twice(count) => write!(f, "{count} rows are in more than one seal"),
            Self::NoSeals(first, last) if first == last => write!(f, "seal {first} is missing"),
            Self::NoSeals(first, last) => write!(f, "seals {first} to {last} are missing"),
            Self::Seal(number, fault) => {
                let fault = match fault {
                    Fault::Previous => "does not follow the one before",
                    Fault::Hash => "was changed",
                    Fault::Content => "has another list of rows than was sealed",
                    Fault::Code => "was not made with the server's key",
                    Fault::Key => "was made with a key that is not here",
                    Fault::Removal => "has lost its rows, which retention did not remove",
                };
                write!(f, "seal {number} {fault}")
            }
        }
    }
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// So many seals.
    pub seals: i64,
    /// So many sealed rows that are there and unchanged.
    pub rows: i64,
    /// So many rows that retention removed.
    pub removed: i64,
    /// So many rows that are not sealed yet.
    pub unsealed: i64,
    /// When the oldest of these was recorded.
    pub oldest_unsealed: Option<DateTime<Utc>>,
    /// The hash of the last seal.
    pub head: Option<Vec<u8>>,
    /// Which of the hashes that were asked for are seals of this chain.
    pub known: Vec<Vec<u8>>,
    /// So many things that are not as they were sealed.
    pub findings: u64,
}

impl Records {
    /// Holds a tenant's trail against its seals and tells what is wrong, one by one. `wanted` are hashes of seals that were kept
    /// elsewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_audit(
        &self,
        tenant: TenantId,
        wanted: &[Vec<u8>],
        tell: &mut (dyn FnMut(Finding) + Send),
    ) -> Result<Held, Error> {
        let mut transaction = self.store.begin(tenant).await?;
        let mut held = Held::default();
        let verified = async {
            // What is sealed meanwhile is not seen, so that rows and seals are those of one moment.
            let how = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
                SET LOCAL statement_timeout = 0; SET LOCAL hygeia.sealing = 'on'";
            transaction.batch_execute(how).await.map_err(StorageError::from)?;
            let mut tell = |held: &mut Held, finding: Finding| {
                held.findings = held.findings.saturating_add(1);
                tell(finding);
            };
            let changed = self.verify_seals(&mut transaction, tenant, wanted, &mut held, &mut tell).await?;
            let counted = holding::count(&mut transaction, tenant).await?;
            (held.unsealed, held.oldest_unsealed) = (counted.unsealed, counted.oldest);
            let sealed = counted.all.saturating_sub(counted.unsealed);
            let found = held.rows.saturating_add(changed);
            if sealed < found {
                tell(&mut held, Finding::Twice(found.saturating_sub(sealed)));
            }
            if sealed != found {
                for id in holding::strangers(&mut transaction, tenant).await? {
                    tell(&mut held, Finding::Added(id));
                }
            }
            Ok::<_, StorageError>(())
        }
        .await;
        transaction.finish(verified).await?;
        Ok(held)
    }

    /// Goes along the chain, and gives how many of its rows are there and changed.
    async fn verify_seals(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        wanted: &[Vec<u8>],
        held: &mut Held,
        tell: &mut (dyn FnMut(&mut Held, Finding) + Send),
    ) -> Result<i64, StorageError> {
        let (mut number, mut previous, mut changed) = (0_i64, NOTHING.to_vec(), 0_i64);
        loop {
            let page = seals::page(connection, tenant, number, PAGE).await?;
            let Some(last) = page.last() else { break };
            let last = last.number;
            for seal in page {
                let expected = number.saturating_add(1);
                number = seal.number;
                held.seals = held.seals.saturating_add(1);
                if number != expected {
                    tell(held, Finding::NoSeals(expected, number.saturating_sub(1)));
                } else if seal.previous != previous {
                    tell(held, Finding::Seal(number, Fault::Previous));
                }
                for fault in faults(&seal, &self.trail.keys) {
                    tell(held, Finding::Seal(number, fault));
                }
                if wanted.contains(&seal.hash) {
                    held.known.push(seal.hash.clone());
                }
                match listed(&seal) {
                    None => held.removed = held.removed.saturating_add(seal.rows),
                    Some(entries) => {
                        for finding in differences(connection, tenant, number, &entries, held).await? {
                            changed =
                                changed.saturating_add(i64::from(matches!(finding, Finding::Changed(..))));
                            tell(held, finding);
                        }
                    }
                }
                previous = seal.hash;
            }
            number = last;
        }
        held.head = Some(previous).filter(|_| number > 0);
        Ok(changed)
    }
}

/// The rows of a seal; none where they were removed. A list that makes no sense has none.
pub(super) fn listed(seal: &SealRow) -> Option<Vec<Entry>> {
    seal.digests.as_deref().map(|digests| Entry::all(digests).unwrap_or_default())
}

/// What is wrong with a seal by itself.
pub(super) fn faults(seal: &SealRow, keys: &Keys) -> Vec<Fault> {
    let mut faults = Vec::new();
    if digest::hash(seal) != seal.hash {
        faults.push(Fault::Hash);
    }
    match keys.check(&seal.key, &seal.hash, &seal.code) {
        Checked::Holds => {}
        Checked::Wrong => faults.push(Fault::Code),
        Checked::UnknownKey => faults.push(Fault::Key),
    }
    let is_whole = |digests: &Vec<u8>| {
        digest::content(digests) == seal.content
            && i64::try_from(digests.len() / ENTRY).is_ok_and(|rows| rows == seal.rows)
    };
    match (&seal.digests, seal.removed_at, &seal.removed_key, &seal.removed_code) {
        (Some(digests), ..) if is_whole(digests) => {}
        (Some(_), ..) => faults.push(Fault::Content),
        (None, Some(at), Some(key), Some(code)) => {
            let removal = digest::removal(&seal.hash, at.timestamp_micros());
            if keys.check(key, &removal, code) != Checked::Holds {
                faults.push(Fault::Removal);
            }
        }
        (None, ..) => faults.push(Fault::Removal),
    }
    faults
}

/// The rows of a seal that are gone or changed; the others are counted.
pub(super) async fn differences(
    connection: &mut Connection,
    tenant: TenantId,
    seal: i64,
    entries: &[Entry],
    held: &mut Held,
) -> Result<Vec<Finding>, StorageError> {
    let mut findings = Vec::new();
    // Few rows have many entities, and a row may be as large as a Bundle tells.
    for some in entries.chunks(256) {
        let ids: Vec<_> = some.iter().map(|entry| entry.id).collect();
        let rows = seals::rows(connection, tenant, &ids).await?;
        let there: HashMap<_, _> = rows.iter().map(|row| (row.row.id, Entry::of(row))).collect();
        for entry in some {
            match there.get(&entry.id) {
                Some(same) if same == entry => held.rows = held.rows.saturating_add(1),
                Some(_) => findings.push(Finding::Changed(entry.id, seal)),
                None => findings.push(Finding::Missing(entry.id, seal)),
            }
        }
    }
    Ok(findings)
}
