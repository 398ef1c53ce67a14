//! What bodies may cost: time, and memory that all uploads share.

use std::time::Duration;

use tokio::time::timeout;

use super::errors::Refusal;
use crate::http::room::Room;

/// How long a body may take to come in.
const BODY_S: u64 = 30;

/// The uploads that are held at the same time, in the whole process: 128 MiB.
pub static UPLOADS: Room = Room::new(128 * 1024, Duration::from_secs(10));

/// Reads a body; `what` is refused when it does not end in time.
///
/// # Errors
/// Those of reading, and [`Refusal::Validation`].
pub async fn in_time<T>(
    what: &'static str,
    reading: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    within(Duration::from_secs(BODY_S), what, reading).await
}

async fn within<T>(
    most: Duration,
    what: &'static str,
    reading: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let late =
        || Refusal::Validation(what, format!("took longer than {} seconds to come in", most.as_secs()));
    timeout(most, reading).await.map_err(|_| late())?
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn a_body_that_does_not_end_is_refused() {
        let late = within::<()>(Duration::ZERO, "form", pending()).await.unwrap_err();
        assert_eq!(late.to_string(), "form took longer than 0 seconds to come in");
        assert_eq!(within(Duration::ZERO, "form", ready(Ok(1))).await.unwrap(), 1);
    }
}
