//! Bodies: short, and read within a limit of time.

use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use tokio::time::timeout;

/// The longest body that is taken.
const LARGEST: usize = 64 * 1024;
/// So long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body; none when it is too long or too slow, or breaks off.
pub async fn read(payload: Payload) -> Option<Bytes> {
    timeout(PATIENCE, payload.to_bytes_limited(LARGEST)).await.ok()?.ok()?.ok()
}
