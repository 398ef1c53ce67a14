//! A file on disk without a name: it is gone when nobody holds it any more, also when the process is killed.

use std::any::Any;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use super::content::Content;

/// So much is written and given at once.
pub const PART_BYTES: usize = 1024 * 1024;
/// So much is read at once by who reads little by little.
const BUFFER: usize = 64 * 1024;

/// A file that comes in.
pub struct Filling {
    file: Arc<File>,
    hash: Sha256,
    length: u64,
    /// What is not on disk yet.
    waiting: Vec<u8>,
}

/// A file that came in. Cheap to clone.
#[derive(Clone)]
pub struct Spool {
    file: Arc<File>,
    length: u64,
    sha256: String,
    /// What is given back when nobody holds the file any more.
    _held: Option<Arc<dyn Any + Send + Sync>>,
}

impl Filling {
    /// An empty file.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn begin() -> io::Result<Self> {
        let file = spawn_blocking(tempfile::tempfile).await.map_err(io::Error::other)??;
        Ok(Self { file: Arc::new(file), hash: Sha256::new(), length: 0, waiting: Vec::new() })
    }

    /// How long it is.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length = self.length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() < PART_BYTES { Ok(()) } else { self.write().await }
    }

    /// The file, once all of it is there.
    ///
    /// # Errors
    /// When the rest cannot be written.
    pub async fn finish(mut self) -> io::Result<Spool> {
        self.write().await?;
        let sha256 = hex::encode(self.hash.finalize());
        Ok(Spool { file: self.file, length: self.length, sha256, _held: None })
    }

    /// A disk takes its time, and a hash too: other requests of the thread are not to wait for that.
    async fn write(&mut self) -> io::Result<()> {
        let (file, mut hash) = (Arc::clone(&self.file), self.hash.clone());
        let bytes = std::mem::take(&mut self.waiting);
        let at = self.length.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let write = move || {
            file.write_all_at(&bytes, at)?;
            hash.update(&bytes);
            Ok::<_, io::Error>((hash, bytes))
        };
        let (hash, mut bytes) = spawn_blocking(write).await.map_err(io::Error::other)??;
        bytes.clear();
        (self.hash, self.waiting) = (hash, bytes);
        Ok(())
    }
}

impl Spool {
    /// A file that others hold already, of which only the bytes are known.
    #[must_use]
    pub fn of(file: File, length: u64) -> Self {
        Self { file: Arc::new(file), length, sha256: String::new(), _held: None }
    }

    /// The same, with something that is to be dropped with it.
    #[must_use]
    pub fn holding(self, what: impl Any + Send + Sync) -> Self {
        Self { _held: Some(Arc::new(what)), ..self }
    }

    /// Its length.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// SHA-256 of its bytes, hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Reads it from the beginning.
    #[must_use]
    pub fn reader(&self) -> BufReader<FromStart> {
        BufReader::with_capacity(BUFFER, FromStart { spool: self.clone(), at: 0 })
    }

    /// The part that begins at this place; none at the end.
    fn part(&self, at: u64) -> io::Result<Option<Bytes>> {
        let mut part = Vec::new();
        let most = u64::try_from(PART_BYTES).unwrap_or(u64::MAX);
        FromStart { spool: self.clone(), at }.take(most).read_to_end(&mut part)?;
        Ok(Some(Bytes::from(part)).filter(|part| !part.is_empty()))
    }
}

impl std::fmt::Debug for Spool {
    /// Its length: what it holds may be health data.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Spool({} bytes)", self.length)
    }
}

impl From<Spool> for Content {
    fn from(spool: Spool) -> Self {
        let length = spool.length;
        Self::new(length, move || {
            let parts = stream::try_unfold((spool.clone(), 0), |(spool, at)| async move {
                let read = move || spool.part(at).map(|part| (part, spool));
                let (part, spool) = spawn_blocking(read).await.map_err(io::Error::other)??;
                let after = |part: &Bytes| at.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
                Ok(part.map(|part| {
                    let next = after(&part);
                    (part, (spool, next))
                }))
            });
            Box::pin(parts)
        })
    }
}

/// A place in a file; several read the same file without moving each other.
pub struct FromStart {
    spool: Spool,
    at: u64,
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.spool.file.read_at(buffer, self.at)?;
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or_default());
        Ok(read)
    }
}

impl Seek for FromStart {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.spool.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt;

    use super::*;

    #[tokio::test]
    async fn what_came_in_is_given_as_often_as_it_is_wanted() {
        let bytes: Vec<u8> = (0..PART_BYTES * 2 + 5).map(|at| at.to_le_bytes()[0]).collect();
        let mut filling = Filling::begin().await.unwrap();
        for chunk in bytes.chunks(300_000) {
            filling.add(chunk).await.unwrap();
        }
        let spool = filling.finish().await.unwrap();
        assert_eq!(spool.sha256(), hex::encode(Sha256::digest(&bytes)));
        let content = Content::from(spool);
        for _ in 0..2 {
            let parts: Vec<Bytes> = content.parts().try_collect().await.unwrap();
            assert_eq!(parts.iter().map(Bytes::len).collect::<Vec<_>>(), [PART_BYTES, PART_BYTES, 5]);
            assert!(parts.concat() == bytes);
        }
        assert_eq!(content.length(), u64::try_from(bytes.len()).unwrap());
    }

    #[tokio::test]
    async fn what_is_held_with_a_file_is_let_go_with_its_last_holder() {
        let held = Arc::new(());
        let spool = Filling::begin().await.unwrap().finish().await.unwrap().holding(Arc::clone(&held));
        let content = Content::from(spool.clone());
        drop(spool);
        assert_eq!(Arc::strong_count(&held), 2);
        let parts: Vec<Bytes> = content.parts().try_collect().await.unwrap();
        assert_eq!(parts.len(), 0);
        drop(content);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
