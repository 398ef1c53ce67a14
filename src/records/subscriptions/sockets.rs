//! A socket that somebody listens by: what it is bound to, and what it is told.
//! <https://hl7.org/fhir/R4/subscription.html#websocket>
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html#websockets>
//!
//! It is bound by `bind` with the id of a Subscription, for who opened it with an access token, or by `bind-with-token`. What it is told are rows
//! of the database, from the one on that nobody has taken in yet: whichever process has noted them, and however often it is opened anew.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::asked::{Page, of_type, shown};
use super::binding::{self, is_told};
use super::letters::event_text;
use super::listeners::{Seat, Seen};
use super::matching::wanted_of;
use super::notices::Why;
use super::owner::{NOTIFICATION, Owner};
use super::wanted::{Content, Wanted};
use crate::core::Secret;
use crate::identity::{Agent, Caller, Identity, TenantId, fingerprint};
use crate::records::audit::Refusal;
use crate::records::{Error, Records, Stored, Version};
use crate::storage::subscriptions::bindings as binding_rows;
use crate::storage::subscriptions::changes::Change;
use crate::storage::subscriptions::{self as rows, Subscription};

/// How often it is looked whether who listens is let in still, where nothing is told.
const LOOK: Duration = Duration::from_secs(5);
/// So many events are told together, and so many bytes of what they are about: then it is waited until they were taken in.
const PAGE: Page = Page { most: 20, most_bytes: 1024 * 1024 };
/// So many messages of a client are looked at.
const MOST_HEARD: u32 = 10_000;
/// A client that is told of nothing for so long can be asked whether it is there.
const SILENCE: TimeDelta = TimeDelta::seconds(1);

/// Why a socket is closed.
const NOT_BOUND: &str = "this cannot be bound";
const NOT_LET_IN: &str = "who listens is not let in any more";
const TOO_MUCH: &str = "too much was asked for";

/// What there is to be sent.
#[derive(Debug)]
pub enum Next {
    /// Nothing now.
    Nothing,
    /// These, in their order. [`Socket::taken_in`] is to be called once they have been.
    Told(Vec<String>),
    /// Nothing any more, and why.
    End(&'static str),
}

/// A socket that somebody listens by.
pub struct Socket {
    records: Records,
    identity: Identity,
    seat: Seat,
    /// The access token that it was opened with.
    bearer: Option<Secret<String>>,
    origin: Caller,
    bound: Vec<Bound>,
    /// Whose turn it is.
    turn: usize,
    looked: Instant,
    heard: u32,
    /// What was told, and not taken in yet.
    told: Vec<(TenantId, String, i64)>,
}

/// A Subscription that it is bound to.
struct Bound {
    tenant: TenantId,
    by: By,
    seen: watch::Receiver<Seen>,
    subscription: Subscription,
    wanted: Wanted,
    /// The number of the last event that was told.
    last: i64,
    /// When something was told.
    at: DateTime<Utc>,
}

/// By what it is bound.
enum By {
    /// The access token.
    Bearer,
    /// A token of its own, with whose rights and until when.
    Token(Box<Owner>, DateTime<Utc>),
}

impl Records {
    /// A socket for who opened it, with the access token that they showed; none where too many are open.
    #[must_use]
    pub fn listen(
        &self,
        identity: &Identity,
        (origin, bearer): (Caller, Option<Secret<String>>),
    ) -> Option<Socket> {
        let seat = self.listeners.seat()?;
        let (records, identity, looked) = (self.clone(), identity.clone(), Instant::now());
        let (bound, told) = (Vec::new(), Vec::new());
        Some(Socket { records, identity, seat, bearer, origin, bound, turn: 0, looked, heard: 0, told })
    }
}

impl Socket {
    /// Whether it is bound to anything.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        !self.bound.is_empty()
    }

    /// What is answered to what a client says; nothing to what it needs not say.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hear(&mut self, text: &str) -> Result<Next, Error> {
        self.heard = self.heard.saturating_add(1);
        if self.heard > MOST_HEARD {
            return Ok(Next::End(TOO_MUCH));
        }
        let bound = match text.trim().split_once(' ') {
            Some(("bind", id)) => self.bind(id.trim()).await,
            Some(("bind-with-token", token)) => self.bind_with_token(token.trim()).await,
            Some(_) | None => return Ok(Next::Nothing),
        };
        match bound {
            Ok(answers) => Ok(Next::Told(answers)),
            Err(error @ (Error::Internal(_) | Error::Unavailable | Error::Conflict)) => Err(error),
            Err(_) => Ok(Next::End(NOT_BOUND)),
        }
    }

    async fn bind(&mut self, id: &str) -> Result<Vec<String>, Error> {
        let id = id.strip_prefix("Subscription/").unwrap_or(id);
        let caller = self.caller_of(&By::Bearer, TenantId::PLATFORM).await?;
        let bound = match &caller {
            Some(caller) => self.bound_to(caller, By::Bearer, id).await,
            None => Err(Error::Unauthenticated),
        };
        let caller = caller.unwrap_or_else(|| self.origin.clone());
        Ok(vec![self.audited(&caller, id, bound).await?])
    }

    async fn bind_with_token(&mut self, token: &str) -> Result<Vec<String>, Error> {
        let hash = fingerprint(token);
        let now = self.records.clock.now();
        let mut transaction = self.records.store.begin_presented(&hash).await?;
        let found = binding_rows::find(&mut transaction, &hash, now).await;
        let found = transaction.finish(found).await?;
        let Some(found) = found else {
            let nobody = self.origin.clone();
            return Ok(vec![self.audited(&nobody, "", Err(Error::Unauthenticated)).await?]);
        };
        let (tenant, owner) = (TenantId::from_row(found.tenant), Owner::read(&found.owner)?);
        let by = || By::Token(Box::new(owner.clone()), found.expires_at);
        let Some(caller) = self.caller_of(&by(), tenant).await? else {
            let nobody = self.origin.clone();
            return Ok(vec![self.audited(&nobody, "", Err(Error::Unauthenticated)).await?]);
        };
        let mut answers = Vec::with_capacity(found.subscriptions.len());
        for id in &found.subscriptions {
            let bound = self.bound_to(&caller, by(), id).await;
            answers.push(self.audited(&caller, id, bound).await?);
        }
        Ok(answers)
    }

    /// Binds it to a Subscription that the caller may read; the answer, with what was read.
    async fn bound_to(&mut self, caller: &Caller, by: By, id: &str) -> Result<(String, Stored), Error> {
        let stored = self.records.read(&caller.quietly(), of_type()?, id).await?;
        let who = match &caller.agent {
            Agent::Client(id) | Agent::Account(id) | Agent::ApiKey(id) => id.to_string(),
            Agent::Anonymous | Agent::System => caller.on_behalf_of.unwrap_or_default().to_string(),
        };
        let is_known = |one: &Bound| one.tenant == caller.tenant && one.subscription.id == stored.id;
        self.bound.retain(|one| !is_known(one));
        if !self.seat.is_taken_by(&who) || self.bound.len() >= binding::MOST {
            return Err(Error::Forbidden);
        }
        let subscription = self.row(caller.tenant, id).await?.ok_or(Error::NotFound)?;
        let wanted = wanted_of(&subscription)?;
        let last = subscription.shown.max(subscription.first.saturating_sub(1));
        let answer = match &wanted.topic {
            Some(topic) => event_text(&self.records, &subscription, (&wanted, topic), (Why::Handshake, &[]))?,
            None => format!("bound {id}"),
        };
        let seen = self.seat.listeners().watch((caller.tenant, stored.id.clone()));
        let at = self.records.clock.now();
        self.bound.push(Bound { tenant: caller.tenant, by, seen, subscription, wanted, last, at });
        Ok((answer, stored))
    }

    /// The answer, with a row of the audit trail either way.
    async fn audited(
        &self,
        caller: &Caller,
        id: &str,
        bound: Result<(String, Stored), Error>,
    ) -> Result<String, Error> {
        match bound {
            Ok((answer, stored)) => {
                self.records.audit_answer(caller, BIND, &stored).await?;
                Ok(answer)
            }
            Err(error) => {
                let of_type = Some(of_type()?);
                self.records.audit_refusal(caller, BIND, Refusal::Refused, of_type, Some(id)).await?;
                Err(error)
            }
        }
    }

    /// What is kept of a Subscription that is told by websocket.
    async fn row(&self, tenant: TenantId, id: &str) -> Result<Option<Subscription>, Error> {
        let mut connection = self.records.store.alone(tenant).await?;
        let found = rows::find(&mut connection, tenant, id).await;
        Ok(connection.finish(found).await?.filter(is_told))
    }

    /// Who listens, as far as they are let in now.
    async fn caller_of(&self, by: &By, tenant: TenantId) -> Result<Option<Caller>, Error> {
        let now = self.records.clock.now();
        let caller = match by {
            By::Bearer => match &self.bearer {
                Some(token) => self.identity.authenticate_client(token.expose()).await?,
                None => None,
            },
            By::Token(_, until) if *until <= now => None,
            By::Token(owner, _) => {
                let mut connection = self.records.store.alone(tenant).await?;
                let caller = owner.caller(tenant, &mut connection, now).await;
                connection.finish(caller).await?
            }
        };
        Ok(caller.map(|caller| Caller {
            address: self.origin.address,
            request: self.origin.request.clone(),
            ..caller
        }))
    }

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
        let mut kept = Vec::with_capacity(self.bound.len());
        for bound in std::mem::take(&mut self.bound) {
            let Some(caller) = self.caller_of(&bound.by, bound.tenant).await? else { continue };
            let read = self.records.read(&caller.quietly(), of_type()?, &bound.subscription.id).await;
            match read {
                Ok(_) => kept.push(bound),
                Err(error @ (Error::Internal(_) | Error::Unavailable)) => return Err(error),
                Err(_) => {}
            }
        }
        self.bound = kept;
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
        let (tenant, now) = (bound.tenant, self.records.clock.now());
        let Some(caller) = self.caller_of(&bound.by, tenant).await? else { return Ok(None) };
        let id = bound.subscription.id.clone();
        let mut connection = self.records.store.alone(tenant).await?;
        let found = async {
            let owner = Owner::read(&bound.subscription.owner)?.caller(tenant, &mut connection, now).await?;
            let range = (bound.last.saturating_add(1), i64::MAX);
            Ok::<_, Error>((owner, shown(&mut connection, tenant, &id, range, PAGE).await?))
        }
        .await;
        let (owner, (changes, through)) = connection.finish(found).await?;
        // Where nobody's rights hold the Subscription comes to be in error, and events are kept.
        let Some(owner) = owner else { return Ok(Some(Vec::new())) };
        let mut told = Vec::new();
        for (change, version) in &changes {
            let is_theirs = self.records.may_be_told(&owner, version).await?
                && self.records.may_be_told(&caller, version).await?;
            if is_theirs {
                told.push(self.event(bound, &caller, (change, version)).await?);
            }
        }
        let through = through.unwrap_or(last);
        if let Some(bound) = self.bound.get_mut(at) {
            (bound.last, bound.at) = (through, now);
        }
        self.told.push((tenant, id, through));
        if told.is_empty() {
            self.taken_in().await?;
        }
        Ok(Some(told))
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
        for (tenant, id, number) in std::mem::take(&mut self.told) {
            let mut connection = self.records.store.alone(tenant).await?;
            let noted = rows::shown(&mut connection, tenant, &id, number).await;
            connection.finish(noted).await?;
        }
        Ok(())
    }
}

/// What the audit trail calls it that a socket is bound.
const BIND: &str = "bind";
