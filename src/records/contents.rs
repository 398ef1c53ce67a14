//! The bytes of Binaries that are no text of their resources, because they are large: written and read in parts, so that nobody has to
//! hold all of them. <https://hl7.org/fhir/R4/binary.html>
//!
//! Whoever may read the Binary may read them; what is asked here has been asked there.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Error, Records, Stored};
use crate::identity::Caller;
use crate::storage::binary_parts as rows;

/// So many bytes a part has; the last one may have fewer.
pub const PART_BYTES: usize = 1024 * 1024;
/// So many bytes are told as text at most; of a longer Binary only its content is read.
const MOST_DATA_BYTES: u64 = 32 * 1024 * 1024;

impl Records {
    /// The part of the caller's Binary after so many others; none after the last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn part(&self, caller: &Caller, id: &str, at: i64) -> Result<Option<Vec<u8>>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::find(&mut connection, caller.tenant, (id, at)).await;
        Ok(connection.finish(found).await?)
    }

    /// How many bytes of the caller's Binary are kept beside it; none where there are none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn content_length(&self, caller: &Caller, id: &str) -> Result<Option<u64>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::length(&mut connection, caller.tenant, id).await;
        Ok(connection.finish(found).await?.and_then(|length| u64::try_from(length).ok()))
    }

    /// A Binary as it was read, with the bytes that are kept beside it in `data`, where there are some and they are not too many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn with_data(&self, caller: &Caller, binary: Stored) -> Result<Stored, Error> {
        let length = self.content_length(caller, &binary.id).await?;
        let is_small = length.is_some_and(|length| length <= MOST_DATA_BYTES);
        let mut resource = binary.json()?;
        let Some(object) = resource.as_object_mut().filter(|object| is_small && !object.contains_key("data"))
        else {
            return Ok(binary);
        };
        let mut all = Vec::new();
        for at in 0.. {
            let Some(part) = self.part(caller, &binary.id, at).await? else { break };
            all.extend_from_slice(&part);
        }
        object.insert("data".to_owned(), STANDARD.encode(all).into());
        Ok(Stored { body: resource.to_string(), ..binary })
    }
}
