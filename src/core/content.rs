//! Bytes that are somewhere: on disk, in the database, in memory. Nobody has to hold all of them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, Stream};

/// Bytes as they come.
pub type Parts = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// As many bytes as it tells, from their beginning as often as somebody wants them. Cheap to clone.
#[derive(Clone)]
pub struct Content {
    length: u64,
    open: Arc<dyn Fn() -> Parts + Send + Sync>,
}

impl Content {
    /// So many bytes, which `open` gives from their beginning.
    pub fn new(length: u64, open: impl Fn() -> Parts + Send + Sync + 'static) -> Self {
        Self { length, open: Arc::new(open) }
    }

    /// How many there are.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// All of them, from the beginning.
    #[must_use]
    pub fn parts(&self) -> Parts {
        (self.open)()
    }
}

impl std::fmt::Debug for Content {
    /// How many there are: what they are may be health data.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Content({} bytes)", self.length)
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self::new(length, move || Box::pin(stream::iter([Ok(bytes.clone())])))
    }
}
