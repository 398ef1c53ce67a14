//! A socket that somebody listens by: what it is bound to, and what it is told.
//! <https://hl7.org/fhir/R4/subscription.html#websocket>
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html#websockets>
//!
//! It is bound by `bind` with the id of a Subscription, for who opened it with an access token, or by `bind-with-token`. What it is told are rows
//! of the database (`telling`): whichever process has noted them, and however often it is opened anew.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::asked::of_type;
use super::binding::{self, is_told};
use super::letters::event_text;
use super::listeners::{Seat, Seen};
use super::matching::wanted_of;
use super::notices::Why;
use super::owner::Owner;
use super::wanted::Wanted;
use crate::core::Secret;
use crate::identity::{Caller, Identity, TenantId, fingerprint};
use crate::records::audit::Refusal;
use crate::records::{Error, Records, Stored};
use crate::storage::subscriptions::bindings as binding_rows;
use crate::storage::subscriptions::{self as rows, Subscription};

/// So many messages of a client are looked at.
const MOST_HEARD: u32 = 10_000;

/// Why a socket is closed.
const NOT_BOUND: &str = "this cannot be bound";
pub(super) const NOT_LET_IN: &str = "who listens is not let in any more";
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
    pub(super) records: Records,
    identity: Identity,
    seat: Seat,
    /// The access token that it was opened with.
    bearer: Option<Secret<String>>,
    origin: Caller,
    pub(super) bound: Vec<Bound>,
    /// Whose turn it is.
    pub(super) turn: usize,
    pub(super) looked: Instant,
    heard: u32,
    /// What was told, and not taken in yet.
    pub(super) told: Vec<Told>,
}

/// Events of a Subscription that were told, behind the first of these numbers and up to the second.
pub(super) struct Told {
    pub(super) tenant: TenantId,
    pub(super) id: String,
    pub(super) numbers: (i64, i64),
}

/// A Subscription that it is bound to.
pub(super) struct Bound {
    pub(super) tenant: TenantId,
    pub(super) by: By,
    pub(super) seen: watch::Receiver<Seen>,
    pub(super) subscription: Subscription,
    pub(super) wanted: Wanted,
    /// The number of the last event that was told.
    pub(super) last: i64,
    /// Whether it is noted for whoever is bound next what was taken in: by who asked for the Subscription, as long as they missed nothing.
    pub(super) is_noted: bool,
    /// The version with which whoever asked for it is not let in any more.
    pub(super) stuck: Option<i64>,
    /// When something was told.
    pub(super) at: DateTime<Utc>,
}

/// By what it is bound.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum By {
    /// The access token.
    Bearer,
    /// A token of its own, with whose rights and until when.
    Token(Arc<Owner>, DateTime<Utc>),
}

impl Records {
    /// A socket for who opened it, with the access token that they showed; none where too many are open.
    #[must_use]
    pub fn listen(
        &self,
        identity: &Identity,
        (origin, bearer): (Caller, Option<Secret<String>>),
    ) -> Option<Socket> {
        let seat = self.listeners.seat(origin.address)?;
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
        let by = By::Token(Arc::new(owner), found.expires_at);
        let Some(caller) = self.caller_of(&by, tenant).await? else {
            let nobody = self.origin.clone();
            return Ok(vec![self.audited(&nobody, "", Err(Error::Unauthenticated)).await?]);
        };
        let mut answers = Vec::with_capacity(found.subscriptions.len());
        let mut refused = Error::NotFound;
        for id in &found.subscriptions {
            let bound = self.bound_to(&caller, by.clone(), id).await;
            match self.audited(&caller, id, bound).await {
                Ok(answer) => answers.push(answer),
                Err(error @ (Error::Internal(_) | Error::Unavailable | Error::Conflict)) => {
                    return Err(error);
                }
                // The others may be there still.
                Err(error) => refused = error,
            }
        }
        if answers.is_empty() { Err(refused) } else { Ok(answers) }
    }

    /// Binds it to a Subscription that the caller may read; the answer, with what was read.
    async fn bound_to(&mut self, caller: &Caller, by: By, id: &str) -> Result<(String, Stored), Error> {
        let stored = self.records.read(&caller.quietly(), of_type()?, id).await?;
        let who = caller.agent.id().or(caller.on_behalf_of).unwrap_or_default();
        let is_known = |one: &Bound| one.tenant == caller.tenant && one.subscription.id == stored.id;
        let before = self.bound.iter().find(|one| is_known(one)).map(|one| one.last);
        self.bound.retain(|one| !is_known(one));
        if !self.seat.is_taken_by((caller.tenant, who)) || self.bound.len() >= binding::MOST {
            return Err(Error::Forbidden);
        }
        let subscription = self.row(caller.tenant, id).await?.ok_or(Error::NotFound)?;
        let wanted = wanted_of(&subscription)?;
        let is_noted = Owner::read(&subscription.owner)?.is(caller);
        // What was missed is told to who asked for it. Others are told what happens from now on.
        let from = if is_noted { subscription.shown } else { before.unwrap_or(subscription.last) };
        let last = from.max(subscription.first.saturating_sub(1));
        let answer = match &wanted.topic {
            Some(topic) => event_text(&self.records, &subscription, (&wanted, topic), (Why::Handshake, &[]))?,
            None => format!("bound {id}"),
        };
        let seen = self.seat.listeners().watch((caller.tenant, stored.id.clone()));
        let at = self.records.clock.now();
        let tenant = caller.tenant;
        self.bound.push(Bound { tenant, by, seen, subscription, wanted, last, is_noted, stuck: None, at });
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
                self.records.audit_answer(&caller.clone().doing(BIND), BIND, &stored).await?;
                Ok(answer)
            }
            Err(error) => {
                let of_type = Some(of_type()?);
                let caller = caller.clone().doing(BIND);
                self.records.audit_refusal(&caller, BIND, Refusal::Refused, of_type, Some(id)).await?;
                Err(error)
            }
        }
    }

    /// What is kept of a Subscription that is told by websocket.
    pub(super) async fn row(&self, tenant: TenantId, id: &str) -> Result<Option<Subscription>, Error> {
        let mut connection = self.records.store.alone(tenant).await?;
        let found = rows::find(&mut connection, tenant, id).await;
        Ok(connection.finish(found).await?.filter(is_told))
    }

    /// Who listens, as far as they are let in now.
    pub(super) async fn caller_of(&self, by: &By, tenant: TenantId) -> Result<Option<Caller>, Error> {
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
}

/// What the audit trail calls it that a socket is bound.
const BIND: &str = "bind";
