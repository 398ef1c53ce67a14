//! Who posts: a line at a time, and of that what is due, in its order.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use tracing::{Instrument as _, Span, info_span};
use url::Url;

use super::slots::{Of, Slot};
use super::{Deliveries, FOLLOWED, JOBS, Sent};
use crate::core::metrics::METRICS;
use crate::core::trace::{self, TARGET};
use crate::platform::queue::{Claim, MOST};
use crate::storage::deliveries::{self as rows, Line, Next, Tried, Try};
use crate::storage::{Connection, StorageError, TenantId, jobs, receivers};

/// A process has a line for so long at a time: several times what a receiver has to answer.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);
/// What other processes added, and what is due again, is looked for so often.
const EVERY: Duration = Duration::from_secs(2);
/// So many lines a process works on at the same time, and so many of one tenant.
const LINES: usize = 32;
const LINES_OF_TENANT: usize = 4;
/// So many posts to one host are under way at the same time, whoever's they are.
const POSTS_TO_HOST: usize = 8;
/// So many deliveries of a line are posted before another one gets its turn, and none any more that long after the first: one that is slow
/// has its place no longer than one that is quick.
const AT_ONCE: usize = 50;
const TURN: TimeDelta = TimeDelta::seconds(10);
/// So long a line rests after a post that did not come through, or that there was no room for.
const REST: TimeDelta = TimeDelta::seconds(1);
/// A line is not left where something is tried again so soon.
const SOON: TimeDelta = TimeDelta::milliseconds(1_300);

/// What became of a line's turn.
enum Turn {
    /// Something was delivered; more may be due.
    Delivered,
    /// Something did not come through, and is tried again so soon that the line is not left.
    Soon(Duration),
    /// Something did not come through, or there was no room for it.
    Rests,
    /// Nothing is due, or another process has the line.
    Over,
}

/// The span of a try, which belongs to the trace in which the delivery was made; what a subscription tells belongs to that of the change.
fn span(next: &Next) -> Span {
    let span = info_span!(target: TARGET, "post", otel.kind = "client", otel.name = "post", delivery.tries = next.tries);
    trace::go_on(&span, next.trace.as_deref());
    span
}

/// What a turn begins with.
enum Begun {
    /// A post: its delivery, which try it is, where to, and the room at the host.
    Post(Box<Next>, i64, Option<(Url, Slot)>),
    /// There is no room at the host.
    Full,
    /// Nothing is due, or another process has the line.
    Nothing,
}

impl Deliveries {
    /// Posts until the task is dropped.
    pub async fn work(&self) {
        let mut lines = JoinSet::new();
        let mut last = None;
        loop {
            while lines.try_join_next().is_some() {}
            match self.begin_lines(&mut lines, &mut last).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "deliveries cannot be posted"),
            }
            tokio::select! {
                () = self.queue.asked(EVERY) => {}
                Some(_) = lines.join_next() => {}
            }
        }
    }

    /// Begins to work on a line of each tenant that has some to be worked on and has room, from the one after the `last` that was served
    /// on; says whether there was any.
    async fn begin_lines(
        &self,
        lines: &mut JoinSet<()>,
        last: &mut Option<i64>,
    ) -> Result<bool, StorageError> {
        let mut has_begun = false;
        for tenant in after(*last, self.queue.tenants().await?, |tenant| tenant.number()) {
            if lines.len() >= LINES {
                break;
            }
            let room = self.slots.take(Of::Tenant(tenant.number()), LINES_OF_TENANT);
            let Some(room) = room else { continue };
            let Some(claim) = self.queue.take(tenant).await? else { continue };
            has_begun = true;
            *last = Some(tenant.number());
            let courier = self.clone();
            lines.spawn(async move {
                if let Err(error) = courier.work_on(&claim).instrument(claim.span()).await {
                    tracing::warn!(%error, "a receiver's deliveries were not posted: they are tried again");
                }
                drop(room);
            });
        }
        Ok(has_begun)
    }

    /// Works on one line of each tenant that has some to be worked on; says whether there was any.
    ///
    /// # Errors
    /// When the database fails; what was taken is tried again.
    pub async fn step(&self) -> Result<bool, StorageError> {
        let mut has_begun = false;
        for tenant in self.queue.tenants().await? {
            let Some(claim) = self.queue.take(tenant).await? else { continue };
            has_begun = true;
            self.work_on(&claim).instrument(claim.span()).await?;
        }
        Ok(has_begun)
    }

    async fn work_on(&self, claim: &Claim) -> Result<(), StorageError> {
        let Some(line) = claim.subject().split_once('/') else { return self.queue.done(claim).await };
        self.stop(claim.tenant, line).await?;
        let (mut rest, mut again) = (TimeDelta::zero(), None);
        let end = self.clock.now() + TURN;
        for _ in 0..AT_ONCE {
            match self.turn(claim, line).await? {
                Turn::Delivered if self.clock.now() < end => {}
                Turn::Soon(wait) if self.clock.now() < end => tokio::time::sleep(wait).await,
                Turn::Rests => {
                    rest = REST;
                    break;
                }
                Turn::Soon(wait) => {
                    again = Some(wait);
                    break;
                }
                Turn::Delivered | Turn::Over => break,
            }
        }
        self.leave(claim, line, rest).await?;
        if let Some(wait) = again {
            tokio::time::sleep(wait).await;
            self.wake();
        }
        Ok(())
    }

    /// Ends what came while its receiver was closed.
    async fn stop(&self, tenant: TenantId, (_, receiver): Line<'_>) -> Result<(), StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let stopped = receivers::stop(&mut connection, tenant, receiver, self.clock.now()).await;
        connection.finish(stopped).await
    }

    /// Posts what is next on a line.
    async fn turn(&self, claim: &Claim, line: Line<'_>) -> Result<Turn, StorageError> {
        let tenant = claim.tenant;
        let mut transaction = self.store.begin(tenant).await?;
        let begun = self.begin(claim, line, &mut transaction).await;
        let (next, number, to) = match transaction.finish(begun).await? {
            Begun::Post(next, number, to) => (next, number, to),
            Begun::Full => return Ok(Turn::Rests),
            Begun::Nothing => return Ok(Turn::Over),
        };
        let (tried, also) = match to {
            Some((url, room)) => {
                let tried = self.post(tenant, line, url, &next).instrument(span(&next)).await;
                drop(room);
                tried?
            }
            None => (self.unposted(line.0, &next, "the address is none"), Vec::new()),
        };
        if tried.outcome == Some("failed") {
            tracing::warn!(delivery.id = %next.id, "a delivery did not come through, and is not tried again");
        }
        let mut transaction = self.store.begin(tenant).await?;
        let this = Try { id: &next.id, number, tries: next.tries.saturating_add(1) };
        let noted = async {
            if tried.outcome == Some("delivered") && !also.is_empty() {
                // Whoever changes many deliveries of a line holds its receiver.
                receivers::hold(&mut transaction, tenant, line).await?;
                rows::end_also(&mut transaction, tenant, line, &also, self.clock.now()).await?;
            }
            self.note(tenant, line, (&next.event, this), &tried, &mut transaction).await
        }
        .await;
        let decides = transaction.finish(noted).await?;
        METRICS.posted(tried.outcome.unwrap_or("again"));
        if !decides {
            // What is next may be the same again, to where the receiver is by now.
            return Ok(Turn::Soon(Duration::ZERO));
        }
        let soon = tried.again.map(|again| again - self.clock.now()).filter(|wait| *wait <= SOON);
        // Noting it may have taken longer than that.
        Ok(match (tried.outcome, soon.map(|wait| wait.to_std().unwrap_or_default())) {
            (Some("delivered"), _) => Turn::Delivered,
            (_, Some(wait)) => Turn::Soon(wait),
            (_, None) => Turn::Rests,
        })
    }

    /// Notes what came of a try, and asks for the job that follows it; says no where the try decides nothing, because the delivery was stopped
    /// or is to be posted anew since it was begun.
    async fn note(
        &self,
        tenant: TenantId,
        line: Line<'_>,
        (event, this): (&str, Try<'_>),
        tried: &Tried,
        connection: &mut Connection,
    ) -> Result<bool, StorageError> {
        let now = self.clock.now();
        let jobs = self.style(line.0).and_then(|style| style.jobs);
        let has_failed = tried.outcome == Some("failed");
        let closes = jobs.is_some() && has_failed;
        if closes {
            // Receivers are locked before deliveries, by all.
            receivers::hold(connection, tenant, line).await?;
        }
        if !rows::end(connection, tenant, line, this, tried, now).await? {
            return Ok(false);
        }
        if closes {
            // What comes later must not come before it: whoever follows decides.
            receivers::close(connection, tenant, line).await?;
        }
        let has_answered = tried.outcome == Some("delivered") && event == FOLLOWED;
        if let Some(kind) = jobs.filter(|_| has_failed || has_answered) {
            jobs::add(connection, tenant, (kind, line.1), now, MOST).await?;
        }
        Ok(true)
    }

    /// Notes that what is next is tried, before it is: a process that ends in between has used up a try.
    async fn begin(
        &self,
        claim: &Claim,
        line: Line<'_>,
        connection: &mut Connection,
    ) -> Result<Begun, StorageError> {
        let (tenant, now) = (claim.tenant, self.clock.now());
        if !jobs::hold(connection, tenant, JOBS, claim.taken(), now + LEASE).await? {
            return Ok(Begun::Nothing);
        }
        let next = if self.is_in_order(line) {
            rows::next_in_order(connection, tenant, line, now).await?
        } else {
            rows::next(connection, tenant, line, now).await?
        };
        let Some(next) = next else { return Ok(Begun::Nothing) };
        let to = match Url::parse(&next.url) {
            Err(_) => None,
            Ok(url) => {
                let host = url.host_str().unwrap_or_default().to_owned();
                match self.slots.take(Of::Host(host), POSTS_TO_HOST) {
                    Some(room) => Some((url, room)),
                    None => return Ok(Begun::Full),
                }
            }
        };
        let number = rows::begin(connection, tenant, line, &next.id, now).await?;
        Ok(Begun::Post(Box::new(next), number, to))
    }

    /// Whether all of a line is about one subject.
    fn is_in_order(&self, line: Line<'_>) -> bool {
        matches!(self.style(line.0).map(|style| &style.sent), Some(Sent::Letter(_)))
    }

    /// Gives a line back until something is due on it. What came while it was worked on is seen: whoever adds to it and this take turns at
    /// its row.
    async fn leave(&self, claim: &Claim, line: Line<'_>, rest: TimeDelta) -> Result<(), StorageError> {
        let mut transaction = self.store.begin(claim.tenant).await?;
        let left = self.left(claim, line, self.clock.now() + rest, &mut transaction).await;
        transaction.finish(left).await
    }

    async fn left(
        &self,
        claim: &Claim,
        line: Line<'_>,
        earliest: DateTime<Utc>,
        connection: &mut Connection,
    ) -> Result<(), StorageError> {
        let (tenant, now) = (claim.tenant, self.clock.now());
        if !jobs::hold(connection, tenant, JOBS, claim.taken(), now + LEASE).await? {
            return Ok(());
        }
        let due = if self.is_in_order(line) {
            rows::due_in_order(connection, tenant, line).await?
        } else {
            rows::due(connection, tenant, line).await?
        };
        match due {
            None => jobs::remove(connection, tenant, JOBS, claim.taken()).await,
            Some(due) => jobs::rest(connection, tenant, JOBS, claim.taken(), (now, due.max(earliest))).await,
        }
    }
}

/// What is sorted by number, but those behind `last` first: where there is no room for all, the others come the next time.
fn after<T>(last: Option<i64>, mut sorted: Vec<T>, number: impl Fn(&T) -> i64) -> Vec<T> {
    let served = sorted.partition_point(|one| last.is_some_and(|last| number(one) <= last));
    sorted.rotate_left(served);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_behind_the_last_one_is_next() {
        let from = |last| after(last, vec![1, 4, 9], |number| *number);
        assert_eq!((from(None), from(Some(0))), (vec![1, 4, 9], vec![1, 4, 9]));
        // The last one may have nothing any more.
        assert_eq!((from(Some(1)), from(Some(5))), (vec![4, 9, 1], vec![9, 1, 4]));
        assert_eq!((from(Some(9)), after(Some(1), Vec::new(), |number| *number)), (vec![1, 4, 9], vec![]));
    }
}
