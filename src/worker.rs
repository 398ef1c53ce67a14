//! Work that no request waits for. `serve` does it too; `worker` does nothing else.

use std::sync::Arc;
use std::time::Duration;

use crate::identity::Identity;
use crate::platform::mail::Mailer;
use crate::records::Records;

/// How often credentials that ended are removed.
const EVERY: Duration = Duration::from_secs(3600);

/// Works until the task is dropped.
pub async fn run(identity: Identity, records: Records, mailer: Arc<Mailer>) {
    tokio::join!(
        forget_ended_tokens(identity.clone()),
        records.work_on_jobs(),
        records.seal_as_they_come(),
        records.end_broken_batches_as_time_goes(),
        identity.work_on_mails(&mailer)
    );
}

async fn forget_ended_tokens(identity: Identity) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        match identity.forget_ended_tokens().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "access tokens that ended were removed"),
            Err(error) => tracing::warn!(%error, "access tokens that ended could not be removed"),
        }
    }
}
