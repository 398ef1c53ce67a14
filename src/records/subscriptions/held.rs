//! Holding changes against one subscription.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::criteria::{Reading, Watched};
use super::matching::Watcher;
use super::seen::{Changed, Seen, evaluated};
use super::wanted::{Change as Happened, Watch};
use crate::identity::TenantId;
use crate::records::{Error, Records};
use crate::storage::StorageError;
use crate::storage::address::address;
use crate::storage::search::{Condition, heads};
use crate::storage::subscriptions::changes;

/// How long it may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// When it must be over.
    pub end: Instant,
    /// How many milliseconds one statement may take.
    pub statement_ms: u16,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Held {
    /// It is told of the changes with these numbers.
    Told(BTreeSet<i64>),
    /// They wait for a search parameter to be indexed.
    Waits,
    /// They could not be held against it in time, or for a reason that may pass; which.
    Late(&'static str),
    /// They cannot be; why not.
    Fault(String),
}

/// What is told where it took too long.
const SLOW: &str = "it takes too long to hold changes against the criteria";
/// What is told where the database could not do it.
const UNDONE: &str = "changes cannot be held against the criteria";

/// What came of one of several searches.
enum Matched {
    /// These changes, by their places.
    At(Vec<usize>),
    /// None can be told yet; why not.
    Late(&'static str),
}

impl Records {
    /// Holds changes against a subscription.
    pub(super) async fn held_against(
        &self,
        tenant: TenantId,
        (watcher, pace): (&Watcher<'_>, Pace),
        changed: &Arc<[Changed]>,
    ) -> Result<Held, Error> {
        let Watcher { subscription, wanted, reading } = watcher;
        let all = match reading {
            Reading::Ready(all) => all,
            Reading::Waits => return Ok(Held::Waits),
            Reading::Fault(fault) => return Ok(Held::Fault(fault.clone())),
        };
        let mut matching = BTreeSet::new();
        for (watch, watched) in wanted.watches.iter().zip(all) {
            let is_candidate = |at: &usize, one: &Changed| {
                one.change.type_ == watched.of_type.as_str()
                    && one.change.number > subscription.since
                    && watch.changes.contains(&one.happened)
                    && !matching.contains(at)
            };
            let candidates: Vec<_> =
                changed.iter().enumerate().filter(|(at, one)| is_candidate(at, one)).collect();
            if candidates.is_empty() {
                continue;
            }
            match self.matched(tenant, (watch, watched, pace), (changed, &candidates)).await? {
                Matched::At(places) => matching.extend(places),
                Matched::Late(why) => return Ok(Held::Late(why)),
            }
        }
        let number = |at: usize| changed.get(at).map(|one| one.change.number);
        Ok(Held::Told(matching.into_iter().filter_map(number).collect()))
    }

    /// Those of the candidates that one search is about.
    async fn matched(
        &self,
        tenant: TenantId,
        (watch, watched, pace): (&Watch, &Watched, Pace),
        (changed, candidates): (&Arc<[Changed]>, &[(usize, &Changed)]),
    ) -> Result<Matched, Error> {
        let is_alone = watched.is_told_alone();
        if !(is_alone && watched.fhirpath.is_none()) && Instant::now() > pace.end {
            return Ok(Matched::Late(SLOW));
        }
        let found = match self.asked_for(tenant, (watched, pace), candidates).await {
            Ok(found) => found,
            Err(error) => return fault_of(error).map(Matched::Late),
        };
        let met = candidates.iter().filter(|(_, one)| found.are_met(watch, watched, one));
        let met: Vec<_> = met.map(|(at, _)| *at).collect();
        let Some(path) = &watched.fhirpath else { return Ok(Matched::At(met)) };
        let by = (self.clock.now(), pace.end);
        Ok(evaluated(path, changed, met, by).await?.map_or(Matched::Late(SLOW), Matched::At))
    }

    /// What the database knows of these changes' resources: one statement for each search that asks for more than they tell.
    async fn asked_for(
        &self,
        tenant: TenantId,
        (watched, pace): (&Watched, Pace),
        candidates: &[(usize, &Changed)],
    ) -> Result<Found, StorageError> {
        Ok(Found {
            always: self.meeting_of(tenant, (watched, &watched.always, pace), candidates).await?,
            current: self.meeting_of(tenant, (watched, &watched.current, pace), candidates).await?,
            before: match &watched.before {
                Some(before) => self.meeting_of(tenant, (watched, before, pace), candidates).await?,
                None => None,
            },
        })
    }

    async fn meeting_of(
        &self,
        tenant: TenantId,
        (watched, conditions, pace): (&Watched, &[Condition], Pace),
        candidates: &[(usize, &Changed)],
    ) -> Result<Option<BTreeSet<String>>, StorageError> {
        let others: Vec<_> = conditions.iter().filter(|one| !one.is_told_alone()).cloned().collect();
        if others.is_empty() {
            return Ok(None);
        }
        let of_type = watched.of_type.as_str();
        let addresses: BTreeSet<_> =
            candidates.iter().map(|(_, one)| address(of_type, &one.change.id)).collect();
        let limit = i64::try_from(addresses.len()).unwrap_or(i64::MAX);
        let these = Condition::Address(addresses.into_iter().collect());
        let conditions: Vec<_> = others.into_iter().chain([these]).collect();
        let mut transaction = self.store.begin(tenant).await?;
        let found = async {
            changes::hurry(&mut transaction, pace.statement_ms).await?;
            heads(&mut transaction, tenant, (of_type, &conditions), limit).await
        }
        .await;
        let found = transaction.finish(found).await?;
        Ok(Some(found.into_iter().map(|head| head.id).collect()))
    }
}

/// Which resources meet what the database was asked; none where it needed not be.
struct Found {
    always: Option<BTreeSet<String>>,
    current: Option<BTreeSet<String>>,
    before: Option<BTreeSet<String>>,
}

impl Found {
    /// Whether a change is one that is watched, whatever an expression says.
    fn are_met(&self, watch: &Watch, watched: &Watched, one: &Changed) -> bool {
        let was = one.before.as_ref();
        let is = Some(&one.now).filter(|_| one.happened != Happened::Delete);
        let Some(shown) = is.or(was) else { return false };
        let met = |seen: &Seen, conditions: &[Condition], found: &Option<BTreeSet<String>>| {
            conditions
                .iter()
                .filter(|one| one.is_told_alone())
                .all(|condition| seen.meets(&one.change, condition))
                && found.as_ref().is_none_or(|found| found.contains(&one.change.id))
        };
        if !met(shown, &watched.always, &self.always) {
            return false;
        }
        let current = is.map_or(watch.deleted, |is| met(is, &watched.current, &self.current));
        match (&watch.before, &watched.before) {
            (Some(before), Some(conditions)) => {
                // What asks for other resources knows them as they are by now.
                let was = was.map_or(before.created, |was| met(was, conditions, &self.before));
                if before.both { current && was } else { current || was }
            }
            _ => current,
        }
    }
}

/// What is told of a search that the database could not do, unless the database cannot be reached. It may be the fault of who asks for it, or
/// of the moment: that shows when it is tried again.
fn fault_of(error: StorageError) -> Result<&'static str, Error> {
    match error {
        StorageError::Unreachable(text) if text.starts_with("canceling statement") => Ok(SLOW),
        StorageError::Unreachable(_) | StorageError::Contention => Err(error.into()),
        StorageError::Duplicate(_)
        | StorageError::Corrupt { .. }
        | StorageError::TooLarge
        | StorageError::Database(_) => {
            tracing::error!(%error, "changes cannot be held against a subscription");
            Ok(UNDONE)
        }
    }
}
