//! Work that no request waits for. `serve` does it too; `worker` does nothing else.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::core::metrics::METRICS;
use crate::core::{Clock, Secret};
use crate::identity::{Identity, Surface};
use crate::platform::delivery::Deliveries;
use crate::platform::limits::Limiter;
use crate::platform::usage::Usage;
use crate::records::Records;
use crate::storage::backup::{self, BackupError, Order};

/// How often it is looked whether a backup is due or has aged out.
const LOOK_FOR_BACKUPS_EVERY: Duration = Duration::from_secs(300);
/// How often credentials and counts that ended, and old calls, are removed.
const EVERY: Duration = Duration::from_secs(3600);

/// How long rows of the audit trail are kept.
pub struct AuditRetention {
    /// How old a row must be to be removed.
    pub age: TimeDelta,
    /// The address of the database by which the schema's owner reaches it, for nobody else can remove rows.
    pub owner: Secret<String>,
}

/// What backups are taken, when, and for how long they are kept.
pub struct BackupPlan {
    /// What of, and where to.
    pub order: Order,
    /// How long after the newest was begun the next is due; without it, none is taken.
    pub every: Option<TimeDelta>,
    /// How long ago a backup was begun that is removed; without it, none is.
    pub age: Option<TimeDelta>,
}

/// What is kept, and for how long.
pub struct Keeping {
    /// The audit trail; without it, all of it is kept for ever.
    pub audit: Option<AuditRetention>,
    /// Backups.
    pub backups: Option<BackupPlan>,
}

/// Works until the task is dropped.
pub async fn run(app: App, keeping: Keeping) {
    let (analyst, reviewer, subscriptions) = (app.analyst(), app.reviewer(), app.subscriptions());
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
        remove_old_audit(records.clone(), clock.clone(), keeping.audit),
        keep_backups(keeping.backups, clock),
        records.end_broken_batches_as_time_goes(),
        identity.work_on_mails(&mailer),
        analyst.work(),
        deliveries.work(),
        forget_old_deliveries(deliveries.clone()),
        reviewer.work(),
        subscriptions.work(),
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

async fn keep_backups(plan: Option<BackupPlan>, clock: Clock) {
    let Some(plan) = plan else { return };
    let (mut ticks, begun) = (tokio::time::interval(LOOK_FOR_BACKUPS_EVERY), clock.now());
    loop {
        ticks.tick().await;
        match keep_backups_once(&plan, &clock, begun).await {
            // Another process has its turn.
            Ok(()) | Err(BackupError::Busy(_)) => {}
            Err(error) => tracing::error!(%error, "backups are not as they should be"),
        }
    }
}

/// Takes what is due, and removes what is old also where none can be taken.
async fn keep_backups_once(
    plan: &BackupPlan,
    clock: &Clock,
    begun: DateTime<Utc>,
) -> Result<(), BackupError> {
    let folder = &plan.order.folder;
    let taken = match overdue(plan, clock.now(), begun)? {
        Some(since) => {
            METRICS.backup_overdue(since);
            backup::take(&plan.order, clock).await.map(drop)
        }
        None => Ok(()),
    };
    if taken.is_ok() {
        METRICS.backup_overdue(Duration::ZERO);
    }
    if let Some(age) = plan.age {
        let removed = backup::age_out(folder, clock.now(), age)?;
        if !removed.is_empty() {
            tracing::info!(count = removed.len(), "old backups were removed");
        }
    }
    taken
}

/// For how long a backup has been due; nothing where none is. The first is due when it begins to be looked.
fn overdue(
    plan: &BackupPlan,
    now: DateTime<Utc>,
    begun: DateTime<Utc>,
) -> Result<Option<Duration>, BackupError> {
    let Some(every) = plan.every else { return Ok(None) };
    let due = backup::newest(&plan.order.folder, now)?.map_or(begun, |newest| newest + every);
    Ok((now - due).to_std().ok())
}
