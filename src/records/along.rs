//! Writes with what goes along in their transaction and is no resource: the bytes of files, and addresses that are secrets.

use std::io;

use tokio::sync::mpsc::Receiver;

use super::aside::{Load, aside};
use super::errands::Purpose;
use super::{Beside, Error, Records, Write, Written};
use crate::identity::Caller;
use crate::storage::{Connection, binary_parts, errand_addresses};

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

impl Records {
    /// Does all of the writes and what they make necessary beside, and keeps what goes along. Or nothing of it.
    ///
    /// # Errors
    /// As [`Records::transact_beside`], or where what goes along cannot be read or kept; then nothing is stored.
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
        let mut transaction = self.store.begin(caller.tenant).await?;
        let written = async {
            self.before_writes(caller, beside, &mut transaction).await?;
            let written = self.write_all(caller, prepared, &mut transaction).await?;
            self.after_writes(caller, beside, &mut transaction).await?;
            keep(caller, along, &mut transaction).await?;
            Ok::<_, Error>(written)
        }
        .await;
        let written = transaction.finish(written).await?;
        self.wake_for(types.into_iter());
        Ok(written)
    }
}

async fn keep(caller: &Caller, along: Along, connection: &mut Connection) -> Result<(), Error> {
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
        binary_parts::add(connection, caller.tenant, (&binary, at), &bytes).await?;
    }
    Ok(())
}
