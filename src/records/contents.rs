//! The bytes of Binaries that are no text of their resources, because they are large: written and read in parts, so that nobody has to
//! hold all of them. <https://hl7.org/fhir/R4/binary.html>
//!
//! Whoever may read the Binary may read them; what is asked here has been asked there.

use std::io;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use futures_util::stream;
use tokio::task::spawn_blocking;

use super::{Error, Records, Stored};
use crate::core::Content;
use crate::core::spool;
use crate::identity::Caller;
use crate::storage::binary_parts as rows;

/// So many bytes a part has; the last one may have fewer.
pub const PART_BYTES: usize = spool::PART_BYTES;
/// So many bytes are told as text at most; of a longer Binary only its content is read.
const MOST_DATA_BYTES: u64 = 32 * 1024 * 1024;
/// R4's base64Binary may have bits left over at the end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

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
    async fn content_length(&self, caller: &Caller, id: &str) -> Result<Option<u64>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::length(&mut connection, caller.tenant, id).await;
        Ok(connection.finish(found).await?.and_then(|length| u64::try_from(length).ok()))
    }

    /// The bytes of a Binary that the caller read, wherever they are kept.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn content(&self, caller: &Caller, binary: &Stored) -> Result<Content, Error> {
        let (body, id) = (binary.clone(), &binary.id);
        // A large file takes long enough to hold up other requests of a thread.
        let decode = move || {
            let resource = body.json()?;
            let Some(data) = resource.get("data").and_then(serde_json::Value::as_str) else {
                return Ok(None);
            };
            // R4's base64Binary may hold blanks.
            let data: String = data.split_ascii_whitespace().collect();
            LENIENT.decode(data).map(|bytes| Some(Bytes::from(bytes))).map_err(Error::internal)
        };
        match spawn_blocking(decode).await.map_err(Error::internal)?? {
            Some(bytes) => Ok(Content::from(bytes)),
            None => {
                let length = self.content_length(caller, id).await?.unwrap_or_default();
                Ok(self.beside(caller, id, length))
            }
        }
    }

    /// So many bytes that are kept beside a Binary, part by part.
    fn beside(&self, caller: &Caller, id: &str, length: u64) -> Content {
        let (records, caller, id) = (self.clone(), caller.clone(), id.to_owned());
        Content::new(length, move || {
            let begin = (records.clone(), caller.clone(), id.clone(), 0, length);
            Box::pin(stream::try_unfold(begin, |(records, caller, id, at, left)| async move {
                if left == 0 {
                    return Ok(None);
                }
                let part = records.part(&caller, &id, at).await.map_err(io::Error::other)?;
                // It may be erased while it is read.
                let part = part.filter(|part| !part.is_empty()).ok_or(io::ErrorKind::UnexpectedEof)?;
                let left = left.saturating_sub(u64::try_from(part.len()).unwrap_or(u64::MAX));
                Ok(Some((Bytes::from(part), (records, caller, id, at.saturating_add(1), left))))
            }))
        })
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
