//! Writes with what goes along in their transaction and is no resource: the bytes of files, and addresses that are secrets.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::StreamExt;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::aside::{Load, aside};
use super::contents::PART_BYTES;
use super::errands::Purpose;
use super::{Beside, Error, Records, Write, Written};
use crate::core::Content;
use crate::identity::Caller;
use crate::storage::{Connection, StorageError, binary_parts, errand_addresses};

/// So many transactions copy files at the same time, in the whole process: each has a connection to the database as long.
static COPIES: Semaphore = Semaphore::const_new(8);
/// Who finds no turn waits so long.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many parts wait to be written.
const AHEAD: usize = 2;

/// What goes along with writes.
#[derive(Debug, Default)]
pub struct Along {
    /// Addresses, each list in the place of what there was of its purpose.
    pub addresses: Vec<Addresses>,
    /// The bytes of Binaries that are written, as they come.
    pub parts: Option<Receiver<io::Result<Part>>>,
}

/// The addresses of a purpose.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// What they are kept for.
    pub subject: String,
    /// What they are for.
    pub purpose: Purpose,
    /// The addresses.
    pub all: Vec<String>,
    /// Whether those that there are stay, where there are some.
    pub unless_known: bool,
}

/// A part of a Binary's bytes.
#[derive(Debug)]
pub struct Part {
    /// Id of the Binary.
    pub binary: String,
    /// So many are before it.
    pub at: i64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Along {
    /// The bytes of a Binary.
    #[must_use]
    pub fn of(binary: &str, content: &Content) -> Self {
        let (sender, receiver) = channel(AHEAD);
        let (binary, mut coming) = (binary.to_owned(), content.parts());
        // It ends when nobody takes parts any more.
        tokio::spawn(async move {
            let (mut at, mut held) = (0_i64, BytesMut::new());
            let part = |at, bytes: BytesMut| Part { binary: binary.clone(), at, bytes: bytes.to_vec() };
            while let Some(bytes) = coming.next().await {
                match bytes {
                    Ok(bytes) => held.extend_from_slice(&bytes),
                    Err(fault) => return drop(sender.send(Err(fault)).await),
                }
                while held.len() >= PART_BYTES {
                    if sender.send(Ok(part(at, held.split_to(PART_BYTES)))).await.is_err() {
                        return;
                    }
                    at = at.saturating_add(1);
                }
            }
            if !held.is_empty() {
                drop(sender.send(Ok(part(at, held))).await);
            }
        });
        Self { addresses: Vec::new(), parts: Some(receiver) }
    }

    /// A turn to copy files, where there are any: it is to be had before there is a transaction.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none in time.
    pub(super) async fn turn(&self) -> Result<Option<SemaphorePermit<'static>>, Error> {
        if self.parts.is_none() {
            return Ok(None);
        }
        let turn = timeout(PATIENCE, COPIES.acquire()).await;
        Ok(Some(turn.ok().and_then(Result::ok).ok_or(Error::Unavailable)?))
    }
}

impl Records {
    /// Does all of the writes and what they make necessary beside, and keeps what goes along. Or nothing of it.
    ///
    /// # Errors
    /// As [`Records::transact_beside`], or where what goes along cannot be read or kept; then nothing is stored.
    #[tracing::instrument(target = "hygeia_trace", name = "records.transact", skip_all)]
    pub async fn transact_along(
        &self,
        caller: &Caller,
        writes: Vec<Write>,
        beside: &Beside,
        along: Along,
    ) -> Result<Vec<Written>, Error> {
        let load = Load::of(writes.iter().map(Write::size));
        let (records, by) = (self.clone(), caller.clone());
        let prepare = move || {
            let prepared = writes.into_iter().map(|write| records.prepare(&by, write));
            prepared.collect::<Result<Vec<_>, _>>()
        };
        let prepared = aside(load, prepare).await??;
        let types: Vec<_> = prepared.iter().map(|prepared| prepared.address().0).collect();
        let _turn = along.turn().await?;
        let mut transaction = self.store.begin(caller.tenant).await?;
        let written = async {
            // Files first: what writes hold until the end is held no longer for them.
            keep(caller, along, &mut transaction).await?;
            self.before_writes(caller, beside, &mut transaction).await?;
            let written = self.write_all(caller, prepared, &mut transaction).await?;
            self.after_writes(caller, beside, &mut transaction).await?;
            Ok::<_, Error>(written)
        }
        .await;
        let written = transaction.finish(written).await?;
        self.wake_for(types.into_iter());
        Ok(written)
    }
}

/// Keeps what goes along, within the open transaction.
pub(super) async fn keep(caller: &Caller, along: Along, connection: &mut Connection) -> Result<(), Error> {
    for Addresses { subject, purpose, all, unless_known } in along.addresses {
        let of = (subject.as_str(), purpose.as_str());
        if unless_known && !errand_addresses::find(connection, caller.tenant, of).await?.is_empty() {
            continue;
        }
        errand_addresses::set(connection, caller.tenant, of, &all).await?;
    }
    let Some(mut parts) = along.parts else { return Ok(()) };
    while let Some(part) = parts.recv().await {
        let Part { binary, at, bytes } = part.map_err(Error::internal)?;
        if at == 0 {
            // Of one that was deleted there may be some.
            binary_parts::remove(connection, caller.tenant, &binary).await?;
        }
        let added = binary_parts::add(connection, caller.tenant, (&binary, at), &bytes).await;
        // Another request keeps the same file under the same id.
        added.map_err(
            |error| {
                if let StorageError::Duplicate(_) = error { Error::Conflict } else { error.into() }
            },
        )?;
    }
    Ok(())
}
