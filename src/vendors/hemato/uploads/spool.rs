//! A file on disk without a name: it is gone when nobody holds it any more, also when the process is killed.

use std::io::BufReader;
use std::time::{Duration, Instant};

use actix_web::web;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::hashes::{Hashes, Hashing};
use crate::core::spool;
pub use crate::core::spool::FromStart;
use crate::records::Error;
use crate::vendors::hemato::errors::Refusal;

/// So long the next part of a file may take to come.
const IDLE: Duration = Duration::from_secs(30);
/// So many bytes must come in a second, once a minute has passed: the largest archive then takes nine hours.
const SLOWEST_BYTES: u64 = 128 * 1024;
/// So long a file may be slower.
const GRACE_S: u64 = 60;
/// So many files are on disk at the same time, in the whole process.
static ROOM: Semaphore = Semaphore::const_new(32);
/// Who finds no room waits so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// A file that comes in.
pub struct Filling {
    file: tokio::fs::File,
    hashing: Hashing,
    length: u64,
    limit: u64,
    begun: Instant,
    room: SemaphorePermit<'static>,
}

/// A file that came in.
#[derive(Clone, Debug)]
pub struct Spool {
    file: spool::Spool,
    hashes: Hashes,
}

impl Filling {
    /// An empty file, which may get so long.
    ///
    /// # Errors
    /// When there is no room for one more.
    pub async fn begin(limit: u64) -> Result<Self, Refusal> {
        let room = timeout(PATIENCE, ROOM.acquire()).await;
        let room = room.ok().and_then(Result::ok).ok_or(Refusal::Unavailable)?;
        let file = web::block(tempfile::tempfile).await.map_err(Error::internal)?.map_err(Error::internal)?;
        let (file, hashing, begun) = (tokio::fs::File::from_std(file), Hashing::begin(), Instant::now());
        Ok(Self { file, hashing, length: 0, limit, begun, room })
    }

    /// Adds a part.
    ///
    /// # Errors
    /// When the file gets too long, comes too slowly, or cannot be written.
    pub async fn add(&mut self, part: &Bytes) -> Result<(), Refusal> {
        self.length = self.length.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
        if self.length > self.limit {
            let limit = self.limit;
            return Err(Refusal::Invalid(format!("The file is larger than {limit} bytes.")));
        }
        self.hashing.add(part);
        self.file.write_all(part).await.map_err(Error::internal)?;
        let wanted = self.begun.elapsed().as_secs().saturating_sub(GRACE_S).saturating_mul(SLOWEST_BYTES);
        if self.length < wanted {
            return Err(Refusal::Invalid("The file came too slowly.".to_owned()));
        }
        Ok(())
    }

    /// The file, once all of it is there.
    ///
    /// # Errors
    /// When it is empty, or cannot be written.
    pub async fn finish(mut self) -> Result<Spool, Refusal> {
        if self.length == 0 {
            return Err(Refusal::Invalid(
                "The file is empty: it is the whole body of the request.".to_owned(),
            ));
        }
        self.file.flush().await.map_err(Error::internal)?;
        let file = spool::Spool::of(self.file.into_std().await, self.length).holding(self.room);
        Ok(Spool { file, hashes: self.hashing.finish() })
    }
}

impl Spool {
    /// Receives the body of a request.
    ///
    /// # Errors
    /// When it is too long, too slow, ends early, or is none.
    pub async fn receive(mut payload: web::Payload, limit: u64) -> Result<Self, Refusal> {
        let mut filling = Filling::begin(limit).await?;
        loop {
            let next = timeout(IDLE, payload.next()).await;
            let late = |_| Refusal::Invalid("The file stopped coming for 30 seconds.".to_owned());
            let Some(part) = next.map_err(late)? else { break };
            let part = part.map_err(|_| Refusal::Invalid("The file ended early.".to_owned()))?;
            filling.add(&part).await?;
        }
        filling.finish().await
    }

    /// What its bytes are known by.
    #[must_use]
    pub fn hashes(&self) -> &Hashes {
        &self.hashes
    }

    /// Its length.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.file.length()
    }

    /// Reads it from the beginning.
    #[must_use]
    pub fn reader(&self) -> BufReader<FromStart> {
        self.file.reader()
    }
}
