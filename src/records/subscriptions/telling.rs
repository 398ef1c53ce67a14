//! What a socket tells: rows of the database, page by page, each once the one before was taken in.
//!
//! What nobody has taken in yet is told to who asked for the Subscription, from there on. Others who may read it are told what happens from
//! when they were bound on, and it is not noted how far they are.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::asked::{Page, of_type, shown};
use super::letters::event_text;
use super::listeners::Seen;
use super::matching::wanted_of;
use super::notices::Why;
use super::owner::{NOTIFICATION, Owner};
use super::sockets::{Bound, By, NOT_LET_IN, Next, Socket, Told};
use super::wanted::Content;
use super::{JOBS, SUBSCRIPTION};
use crate::identity::{Caller, Right, TenantId};
use crate::records::access::{Cover, Limit, permit};
use crate::records::{Error, Records, Stored, Version};
use crate::storage::subscriptions::changes::Change;
use crate::storage::subscriptions::{self as rows, Subscription};
use crate::storage::{jobs, resources};

/// How often it is looked whether who listens is let in still, where nothing is told.
const LOOK: Duration = Duration::from_secs(5);
/// So many events are told together, and so many bytes of what they are about: then it is waited until they were taken in.
const PAGE: Page = Page { most: 20, most_bytes: 1024 * 1024 };
/// A client that is told of nothing for so long can be asked whether it is there.
const SILENCE: TimeDelta = TimeDelta::seconds(1);

/// Events with the versions by which they are shown, and up to where all was looked at.
type Shown = (Vec<(Change, Version)>, Option<i64>);

impl Records {
    /// The ids of those of these of one tenant that the caller may read, as they were last seen: one statement tells of all.
    async fn still_readable<'b>(
        &self,
        caller: &Caller,
        bound: impl Iterator<Item = &'b Bound>,
    ) -> Result<BTreeSet<String>, Error> {
        let of_type = of_type()?;
        if permit(caller, Right::Read, of_type).is_err() {
            return Ok(BTreeSet::new());
        }
        let named: Vec<_> =
            bound.map(|one| (SUBSCRIPTION, one.subscription.id.as_str(), one.subscription.version)).collect();
        let parameters = self.current_parameters(caller.tenant).await?;
        let access = self.access(caller, &parameters);
        // One that is not there any more is let go of as soon as that is seen.
        if access.limit(Right::Read, of_type) == Limit::All {
            return Ok(named.into_iter().map(|(_, id, _)| id.to_owned()).collect());
        }
        let mut connection = self.store.alone(caller.tenant).await?;
        let versions = resources::versions(&mut connection, caller.tenant, &named).await;
        let mut readable = BTreeSet::new();
        for version in connection.finish(versions).await? {
            if access.cover_of(Right::Read, &version)? == Cover::Full {
                readable.insert(version.id);
            }
        }
        Ok(readable)
    }
}

impl Socket {
    /// What is to be told now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self) -> Result<Next, Error> {
        if self.bound.is_empty() {
            return Ok(Next::Nothing);
        }
        if self.looked.elapsed() >= LOOK {
            self.look().await?;
        }
        let count = self.bound.len();
        for step in 0..count {
            let Some(at) = self.turn.saturating_add(step).checked_rem(self.bound.len()) else { break };
            let Some(bound) = self.bound.get_mut(at) else { break };
            let seen = *bound.seen.borrow_and_update();
            let told = match seen {
                Seen::Unknown => Some(Vec::new()),
                Seen::Gone => None,
                Seen::At(is) => self.told_of(at, is.version, is.last).await?,
            };
            match told {
                None => drop(self.bound.swap_remove(at)),
                Some(told) if told.is_empty() => {}
                Some(told) => {
                    self.turn = at.saturating_add(1);
                    return Ok(Next::Told(told));
                }
            }
        }
        Ok(if self.bound.is_empty() { Next::End(NOT_LET_IN) } else { Next::Nothing })
    }

    /// Lets go of whatever who listens may not see any more.
    async fn look(&mut self) -> Result<(), Error> {
        self.looked = Instant::now();
        let mut seen: Vec<(By, TenantId, BTreeSet<String>)> = Vec::new();
        for Bound { by, tenant, .. } in &self.bound {
            if seen.iter().any(|(known, of, _)| known == by && of == tenant) {
                continue;
            }
            let theirs = self.bound.iter().filter(|one| one.by == *by && one.tenant == *tenant);
            let readable = match self.caller_of(by, *tenant).await? {
                Some(caller) => self.records.still_readable(&caller, theirs).await?,
                None => BTreeSet::new(),
            };
            seen.push((by.clone(), *tenant, readable));
        }
        self.bound.retain(|one| {
            let is_seen = |(by, tenant, ids): &(By, TenantId, BTreeSet<String>)| {
                *by == one.by && *tenant == one.tenant && ids.contains(&one.subscription.id)
            };
            seen.iter().any(is_seen)
        });
        Ok(())
    }

    /// What is to be told of the one at this place, of which this is known; none where it is not told any more.
    async fn told_of(&mut self, at: usize, version: i64, last: i64) -> Result<Option<Vec<String>>, Error> {
        let Some(bound) = self.bound.get(at) else { return Ok(None) };
        if version != bound.subscription.version {
            let Some(subscription) = self.row(bound.tenant, &bound.subscription.id).await? else {
                return Ok(None);
            };
            let wanted = wanted_of(&subscription)?;
            if let Some(bound) = self.bound.get_mut(at) {
                bound.last = bound.last.max(subscription.first.saturating_sub(1));
                (bound.subscription, bound.wanted) = (subscription, wanted);
            }
        }
        let Some(bound) = self.bound.get(at) else { return Ok(None) };
        if bound.subscription.status != "active" {
            return Ok(Some(Vec::new()));
        }
        if last > bound.last { self.events(at, last).await } else { self.heartbeat(at) }
    }

    /// The next events of the one at this place.
    async fn events(&mut self, at: usize, last: i64) -> Result<Option<Vec<String>>, Error> {
        let Some(bound) = self.bound.get(at) else { return Ok(None) };
        if bound.stuck == Some(bound.subscription.version) {
            return Ok(Some(Vec::new()));
        }
        let (tenant, now) = (bound.tenant, self.records.clock.now());
        let Some(caller) = self.caller_of(&bound.by, tenant).await? else { return Ok(None) };
        let id = bound.subscription.id.clone();
        let Some((owner, (changes, through))) = self.page(bound, now).await? else {
            if let Some(bound) = self.bound.get_mut(at) {
                bound.stuck = Some(bound.subscription.version);
            }
            return Ok(Some(Vec::new()));
        };
        let (mut told, mut is_whole) = (Vec::new(), true);
        for (change, version) in &changes {
            if !self.records.may_be_told(&owner, version).await? {
                continue;
            }
            if self.records.may_be_told(&caller, version).await? {
                told.push(self.event(bound, &caller, (change, version)).await?);
            } else {
                // By other rights than these it is still to be told.
                is_whole = false;
            }
        }
        let through = through.unwrap_or(last);
        if let Some(bound) = self.bound.get_mut(at) {
            bound.is_noted &= is_whole;
            if bound.is_noted {
                self.told.push(Told { tenant, id, numbers: (bound.last, through) });
            }
            (bound.last, bound.at) = (through, now);
        }
        if told.is_empty() {
            self.taken_in().await?;
        }
        Ok(Some(told))
    }

    /// The next events, with who asked for them; none where nobody's rights hold: then the Subscription comes to be in error, and events are
    /// kept.
    async fn page(&self, bound: &Bound, now: DateTime<Utc>) -> Result<Option<(Caller, Shown)>, Error> {
        let (tenant, id) = (bound.tenant, &bound.subscription.id);
        let mut connection = self.records.store.alone(tenant).await?;
        let found = async {
            let owner = Owner::read(&bound.subscription.owner)?;
            let Some(owner) = owner.caller(tenant, &mut connection, now).await? else {
                jobs::nudge(&mut connection, tenant, (JOBS, std::slice::from_ref(id)), now).await?;
                return Ok(None);
            };
            let range = (bound.last.saturating_add(1), i64::MAX);
            Ok::<_, Error>(Some((owner, shown(&mut connection, tenant, id, range, PAGE).await?)))
        }
        .await;
        connection.finish(found).await
    }

    async fn event(
        &self,
        bound: &Bound,
        caller: &Caller,
        (change, version): (&Change, &Version),
    ) -> Result<String, Error> {
        let Bound { subscription, wanted, .. } = bound;
        let Some(topic) = &wanted.topic else { return Ok(format!("ping {}", subscription.id)) };
        if topic.content == Content::FullResource
            && let Some(stored) = Stored::from_version(version.clone())
        {
            self.records.audit_answer(&caller.clone().doing(NOTIFICATION), "read", &stored).await?;
        }
        event_text(&self.records, subscription, (wanted, topic), (Why::Event, &[(change, version)]))
    }

    /// A sign of life, where one was asked for and nothing was told for so long.
    fn heartbeat(&mut self, at: usize) -> Result<Option<Vec<String>>, Error> {
        let now = self.records.clock.now();
        let Some(bound) = self.bound.get_mut(at) else { return Ok(None) };
        let Some(topic) = &bound.wanted.topic else { return Ok(Some(Vec::new())) };
        let silence = topic.heartbeat_s.map(|seconds| TimeDelta::seconds(seconds.into()).max(SILENCE));
        if silence.is_none_or(|silence| now - bound.at < silence) {
            return Ok(Some(Vec::new()));
        }
        bound.at = now;
        let known = Subscription { last: bound.last, ..bound.subscription.clone() };
        let text = event_text(&self.records, &known, (&bound.wanted, topic), (Why::Heartbeat, &[]))?;
        Ok(Some(vec![text]))
    }

    /// Notes that all that was told was taken in.
    ///
    /// # Errors
    /// When the database fails: it is told again to whoever is bound next.
    pub async fn taken_in(&mut self) -> Result<(), Error> {
        for Told { tenant, id, numbers } in std::mem::take(&mut self.told) {
            let mut connection = self.records.store.alone(tenant).await?;
            let noted = rows::shown(&mut connection, tenant, &id, numbers).await;
            connection.finish(noted).await?;
        }
        Ok(())
    }
}
