//! Decoding off the async threads, with a ceiling on how many pixels are being decoded at once.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::{Limits, Picture, PictureError, declared, decode_declared};

/// Pixels that one permit stands for.
const PIXELS_PER_PERMIT: u64 = 1_000_000;
/// Permits in all: one picture of the largest size, or many ordinary ones, at a time.
const PERMITS: u32 = 100;

/// Decodes pictures on the blocking threads. Cheap to clone; clones share the ceiling.
#[derive(Debug, Clone)]
pub struct Decoder {
    limits: Arc<Limits>,
    permits: Arc<Semaphore>,
}

impl Decoder {
    /// A decoder with these limits for each picture.
    pub fn new(limits: Limits) -> Self {
        let permits = usize::try_from(PERMITS).unwrap_or(1);
        Self { limits: Arc::new(limits), permits: Arc::new(Semaphore::new(permits)) }
    }

    /// The same, but pictures keep up to this longest side; both share the ceiling.
    #[must_use]
    pub fn with_working_side(&self, working_side: u32) -> Self {
        let limits = Limits { working_side, ..(*self.limits).clone() };
        Self { limits: Arc::new(limits), permits: Arc::clone(&self.permits) }
    }

    /// Decodes one picture; waits while too many pixels are being decoded already.
    pub async fn decode(&self, bytes: Bytes) -> Result<Picture, PictureError> {
        let (file, limits) = (bytes.clone(), Arc::clone(&self.limits));
        // The walk over the container allocates nothing, so it needs no permit; all decoding does.
        let declared = blocking(move || declared(&file, &limits)).await?;
        let wanted = declared.pixels.div_ceil(PIXELS_PER_PERMIT);
        let wanted = u32::try_from(wanted).unwrap_or(PERMITS).clamp(1, PERMITS);
        let permits = Arc::clone(&self.permits);
        let permit = permits.acquire_many_owned(wanted).await.map_err(|_| PictureError::Broken)?;
        let limits = Arc::clone(&self.limits);
        // The permit goes along: a caller who hangs up does not stop the thread that decodes.
        blocking(move || {
            let _held = permit;
            decode_declared(declared, &bytes, &limits)
        })
        .await
    }
}

/// Runs on a blocking thread; a panic there is a broken picture.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PictureError> + Send + 'static,
) -> Result<T, PictureError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(PictureError::Broken))
}
