//! The bytes of Binaries that are no text of their resources, because they are large: written and read in parts, so that nobody has to
//! hold all of them. <https://hl7.org/fhir/R4/binary.html>
//!
//! Whoever may read the Binary may read them; what is asked here has been asked there.

use super::{Error, Records};
use crate::identity::Caller;
use crate::storage::binary_parts as rows;

/// So many bytes a part has; the last one may have fewer.
pub const PART_BYTES: usize = 1024 * 1024;

impl Records {
    /// Adds a part to those of the caller's Binary, which is written in the same transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_part(&self, caller: &Caller, id: &str, at: i64, bytes: &[u8]) -> Result<(), Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let added = async {
            if at == 0 {
                // Of one that was deleted there may be some.
                rows::remove(&mut transaction, caller.tenant, id).await?;
            }
            rows::add(&mut transaction, caller.tenant, (id, at), bytes).await
        }
        .await;
        Ok(transaction.finish(added).await?)
    }

    /// The part of the caller's Binary after so many others; none after the last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn part(&self, caller: &Caller, id: &str, at: i64) -> Result<Option<Vec<u8>>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::find(&mut connection, caller.tenant, (id, at)).await;
        Ok(connection.finish(found).await?)
    }

    /// All bytes of the caller's Binary, where they are at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn parts(&self, caller: &Caller, id: &str, most: usize) -> Result<Option<Vec<u8>>, Error> {
        let mut all = Vec::new();
        for at in 0.. {
            let Some(part) = self.part(caller, id, at).await? else { break };
            if all.len().saturating_add(part.len()) > most {
                return Ok(None);
            }
            all.extend_from_slice(&part);
        }
        Ok(Some(all).filter(|all| !all.is_empty()))
    }
}
