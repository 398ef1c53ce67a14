//! Work that no request waits for. `serve` does it too; `worker` does nothing else.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{Id, JoinSet, spawn_blocking};

use crate::app::App;
use crate::core::metrics::METRICS;
use crate::core::{Clock, Secret};
use crate::identity::{Identity, Surface};
use crate::platform::delivery::Deliveries;
use crate::platform::limits::Limiter;
use crate::platform::queue::Queue;
use crate::platform::usage::Usage;
use crate::records::Records;
use crate::records::import::Imports;
use crate::storage::backup::{self, BackupError, Order};

/// How often it is looked whether a backup is due or has aged out.
const LOOK_FOR_BACKUPS_EVERY: Duration = Duration::from_secs(300);
/// How often it is looked for jobs whose time is too far ahead.
const LOOK_FOR_JOBS_AHEAD_EVERY: Duration = Duration::from_secs(60);
/// So many imports are worked on at a time.
const IMPORTERS: [&str; 2] = ["on imports", "on further imports"];
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

/// Some of the work ended, which it never does by itself.
#[derive(Debug, thiserror::Error)]
#[error("the work {name} ended: {why}")]
pub struct Ended {
    name: &'static str,
    why: String,
}

/// Works until it is dropped. Each kind of work is a task of its own: what keeps one busy keeps no other waiting, and none lies on the stack of
/// another.
pub async fn run(app: App, keeping: Keeping) -> Ended {
    let mut works = Works::default();
    begin_all(&mut works, app, keeping);
    works.ended().await
}

/// All of the work, by its names.
#[derive(Default)]
struct Works {
    /// Dropped, it ends all of them.
    tasks: JoinSet<()>,
    names: HashMap<Id, &'static str>,
}

impl Works {
    fn begin(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(work);
        self.names.insert(task.id(), name);
    }

    /// Waits for the first that ends: none does by itself.
    async fn ended(mut self) -> Ended {
        let (id, why) = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => (id, "it came to its end".to_owned()),
            Some(Err(fault)) => (fault.id(), fault.to_string()),
            None => return Ended { name: "of all kinds", why: "there is none".to_owned() },
        };
        Ended { name: self.names.get(&id).copied().unwrap_or_default(), why }
    }
}

fn begin_all(works: &mut Works, app: App, keeping: Keeping) {
    let (analyst, reviewer, subscriptions) = (app.analyst(), app.reviewer(), app.subscriptions());
    let (watch, listener) = (app.watch(), app.listener());
    let queue = app.analyses.clone();
    let App { identity, records, limiter, usage, mailer, deliveries, clock, imports, .. } = app;
    works.begin("forgetting tokens", forget_ended_tokens(identity.clone()));
    works.begin("forgetting counts", forget_ended_counts(limiter));
    works.begin("forgetting calls", forget_old_calls(usage));
    works.begin("bringing jobs back", bring_jobs_back(queue));
    let (jobs, exports, seals) = (records.clone(), records.clone(), records.clone());
    works.begin("on jobs", async move { jobs.work_on_jobs().await });
    works.begin("on exports", async move { exports.work_on_exports().await });
    works.begin("forgetting exports", forget_expired_exports(records.clone()));
    works.begin("forgetting imports", forget_expired_imports(imports.clone()));
    // One that takes long keeps no other waiting.
    for name in IMPORTERS {
        let imports = imports.clone();
        works.begin(name, async move { imports.work().await });
    }
    works.begin("sealing", async move { seals.seal_as_they_come().await });
    if let Some(retention) = keeping.audit {
        works.begin("removing audit", remove_old_audit(records.clone(), clock.clone(), retention));
    }
    if let Some(plan) = keeping.backups {
        works.begin("on backups", keep_backups(plan, clock));
    }
    works.begin("ending batches", async move { records.end_broken_batches_as_time_goes().await });
    works.begin("on mails", async move { identity.work_on_mails(&mailer).await });
    if analyst.is_able() {
        works.begin("analysing scans", async move { analyst.work().await });
    }
    works.begin("forgetting deliveries", forget_old_deliveries(deliveries.clone()));
    works.begin("on deliveries", async move { deliveries.work().await });
    works.begin("reviewing smears", async move { reviewer.work().await });
    let (states, waiting, old) = (subscriptions.clone(), subscriptions.clone(), subscriptions.clone());
    works.begin("on changes", async move { subscriptions.work_on_changes().await });
    works.begin("on waiting changes", async move { waiting.work_on_waiting().await });
    works.begin("on subscriptions", async move { states.work_on_states().await });
    works.begin("forgetting events", async move { old.forget_old().await });
    works.begin("on pods", async move { watch.work().await });
    if listener.is_wanted() {
        works.begin("listening", async move { listener.work().await });
    }
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

/// A clock that was set back leaves jobs that would lie still for as long as it had been ahead.
async fn bring_jobs_back(queue: Queue) {
    let mut ticks = tokio::time::interval(LOOK_FOR_JOBS_AHEAD_EVERY);
    loop {
        ticks.tick().await;
        match queue.bring_all_back().await {
            Ok(0) => {}
            Ok(count) => {
                tracing::warn!(count, "jobs whose time was too far ahead are done now: was a clock set back?")
            }
            Err(error) => tracing::warn!(%error, "jobs whose time is too far ahead could not be looked for"),
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

async fn forget_expired_imports(imports: Imports) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        match imports.remove_expired().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "imports that expired were removed"),
            Err(error) => {
                error.log();
                tracing::warn!("imports that expired could not be removed");
            }
        }
    }
}

async fn remove_old_audit(records: Records, clock: Clock, AuditRetention { age, owner }: AuditRetention) {
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

async fn keep_backups(plan: BackupPlan, clock: Clock) {
    let plan = Arc::new(plan);
    let (mut ticks, begun) = (tokio::time::interval(LOOK_FOR_BACKUPS_EVERY), clock.now());
    loop {
        ticks.tick().await;
        match on_a_thread(Arc::clone(&plan), clock.clone(), begun).await {
            // Another process has its turn.
            Ok(()) | Err(BackupError::Busy(_)) => {}
            Err(error) => tracing::error!(%error, "backups are not as they should be"),
        }
    }
}

/// Files are written and removed: that is for a thread which nothing else waits for. Where this is dropped, the thread gives it up at the next
/// thing that it would wait for.
async fn on_a_thread(plan: Arc<BackupPlan>, clock: Clock, begun: DateTime<Utc>) -> Result<(), BackupError> {
    let (_here, gone) = oneshot::channel::<()>();
    let runtime = Handle::current();
    let kept = spawn_blocking(move || {
        runtime.block_on(async {
            tokio::select! {
                kept = keep_backups_once(&plan, &clock, begun) => kept,
                _ = gone => Ok(()),
            }
        })
    });
    kept.await.unwrap_or(Err(BackupError::Lost))
}

/// Takes what is due, and removes what is old also where none can be taken.
async fn keep_backups_once(
    plan: &BackupPlan,
    clock: &Clock,
    begun: DateTime<Utc>,
) -> Result<(), BackupError> {
    let folder = &plan.order.folder;
    let found = found(plan, clock.now(), begun).await;
    // Where it cannot be told what there is, nothing has been taken for as long as this process looks.
    let overdue = found.as_ref().map_or_else(|_| clock.now() - begun, |(_, overdue)| *overdue);
    let overdue = overdue.to_std().ok().filter(|_| plan.every.is_some());
    METRICS.backup_overdue(overdue.unwrap_or_default());
    let (cluster, _) = found?;
    let taken = match overdue {
        Some(_) => backup::take(&plan.order, clock).await.map(drop),
        None => Ok(()),
    };
    if taken.is_ok() {
        METRICS.backup_overdue(Duration::ZERO);
    }
    if let Some(age) = plan.age {
        let removed = backup::age_out(folder, &cluster, clock.now(), age)?;
        if !removed.is_empty() {
            tracing::info!(count = removed.len(), "old backups were removed");
        }
    }
    taken
}

/// The cluster, and for how long a backup of it has been due, which is negative where none is. The first is due when it begins to be looked.
async fn found(
    plan: &BackupPlan,
    now: DateTime<Utc>,
    begun: DateTime<Utc>,
) -> Result<(String, TimeDelta), BackupError> {
    let cluster = backup::cluster(&plan.order.url).await?;
    let newest = backup::newest(&plan.order.folder, &cluster, now)?;
    let every = plan.every.unwrap_or_default();
    Ok((cluster, now - newest.map_or(begun, |newest| newest + every)))
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn what_one_of_them_fails_of_is_told_and_ends_all() {
        let mut works = Works::default();
        let (here, gone) = oneshot::channel::<()>();
        works.begin("waiting", async move {
            let _here = here;
            pending().await
        });
        works.begin("failing", async { panic!("it fails") });
        let told = works.ended().await.to_string();
        assert!(told.starts_with("the work failing ended: "), "{told}");
        assert!(gone.await.is_err(), "none goes on by itself");
    }

    #[tokio::test]
    async fn what_comes_to_its_end_is_told_too() {
        let mut works = Works::default();
        works.begin("waiting", pending());
        works.begin("ending", async {});
        assert_eq!(works.ended().await.to_string(), "the work ending ended: it came to its end");
    }
}
