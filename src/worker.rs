//! Work that no request waits for. `serve` does it too; `worker` does nothing else.

use std::time::Duration;

use chrono::TimeDelta;

use crate::app::App;
use crate::core::{Clock, Secret};
use crate::identity::{Identity, Surface};
use crate::platform::delivery::Deliveries;
use crate::platform::limits::Limiter;
use crate::platform::usage::Usage;
use crate::records::Records;

/// How often credentials and counts that ended, and old calls, are removed.
const EVERY: Duration = Duration::from_secs(3600);

/// How long rows of the audit trail are kept.
pub struct AuditRetention {
    /// How old a row must be to be removed.
    pub age: TimeDelta,
    /// The address of the database by which the schema's owner reaches it, for nobody else can remove rows.
    pub owner: Secret<String>,
}

/// Works until the task is dropped. Without a retention the audit trail is kept for ever.
pub async fn run(app: App, retention: Option<AuditRetention>) {
    let (analyst, reviewer) = (app.analyst(), app.reviewer());
    let (watch, listener) = (app.watch(), app.listener());
    let App { identity, records, limiter, usage, mailer, deliveries, clock, .. } = app;
    tokio::join!(
        forget_ended_tokens(identity.clone()),
        forget_ended_counts(limiter),
        forget_old_calls(usage),
        records.work_on_jobs(),
        records.work_on_exports(),
        forget_expired_exports(records.clone()),
        records.seal_as_they_come(),
        remove_old_audit(records.clone(), clock, retention),
        records.end_broken_batches_as_time_goes(),
        identity.work_on_mails(&mailer),
        analyst.work(),
        deliveries.work(),
        forget_old_deliveries(deliveries.clone()),
        reviewer.work(),
        watch.work(),
        listener.work()
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

async fn forget_ended_counts(limiter: Limiter) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        match limiter.forget_ended().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "counts of requests whose time has passed were removed"),
            Err(error) => tracing::warn!(%error, "counts of requests could not be removed"),
        }
    }
}

async fn forget_old_calls(usage: Usage) {
    let mut ticks = tokio::time::interval(EVERY);
    let surfaces = Surface::VENDORS.map(Surface::as_str);
    loop {
        ticks.tick().await;
        match usage.forget_old(&surfaces).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "calls with keys that were kept long enough were removed"),
            Err(error) => tracing::warn!(%error, "old calls with keys could not be removed"),
        }
    }
}

async fn forget_old_deliveries(deliveries: Deliveries) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        match deliveries.forget_old().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "deliveries that were kept long enough were removed"),
            Err(error) => tracing::warn!(%error, "old deliveries could not be removed"),
        }
    }
}

async fn forget_expired_exports(records: Records) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        match records.remove_expired_exports().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "exports that expired were removed"),
            Err(error) => {
                error.log();
                tracing::warn!("exports that expired could not be removed");
            }
        }
    }
}

async fn remove_old_audit(records: Records, clock: Clock, retention: Option<AuditRetention>) {
    let Some(AuditRetention { age, owner }) = retention else { return };
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        match records.retain_audit_of_all(clock.now() - age, &owner).await {
            Ok(removed) => {
                if removed.rows > 0 {
                    tracing::info!(count = removed.rows, "old rows of the audit trail were removed");
                }
                if removed.failed > 0 {
                    let count = removed.failed;
                    tracing::warn!(count, "old rows of some tenants' audit trails could not be removed");
                }
                if !removed.kept.is_empty() {
                    let count = removed.kept.len();
                    tracing::error!(
                        count,
                        "seals of the audit trail do not hold, and their rows are kept: verify-audit says why"
                    );
                }
            }
            Err(error) => {
                error.log();
                tracing::warn!("old rows of the audit trail could not be removed");
            }
        }
    }
}
