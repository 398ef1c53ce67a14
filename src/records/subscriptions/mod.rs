//! Telling others of changes, as Subscriptions ask for it. <https://hl7.org/fhir/R4/subscription.html>
//!
//! What is written of a type that somebody watches is noted in the write's own transaction. A worker holds it against the subscriptions
//! (`matching`): an event of each that it matches, and a delivery of each event (`platform/delivery`), one after another. What is sent is
//! written when it is sent (`letters`), by the rights that whoever asked has then (`owner`). A Subscription's own state is the worker's, too
//! (`states`). Decision 43 has the reasons.

mod asked;
mod binding;
mod channel;
mod criteria;
mod held;
mod letters;
mod listeners;
mod matching;
mod notices;
mod owner;
mod seen;
mod settled;
mod sockets;
mod states;
mod telling;
mod topics;
mod turn;
mod wanted;
mod webhooks;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

use super::access::permit;
use super::parameters::Parameters;
use super::{Error, Records, Version};
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::identity::{Agent, Caller, Right};
use crate::platform::delivery::{self, FOLLOWED, line};
use crate::platform::queue::MOST as MOST_JOBS;
use crate::storage::deliveries::{self, kept as kept_back};
use crate::storage::receivers::{self, Receiver};
use crate::storage::resources::Address;
use crate::storage::subscriptions::{self as rows, Subscription, events};
use crate::storage::{Connection, TenantId, jobs};
pub use asked::Asked;
pub use binding::{BindingToken, websocket_url};
use channel::Kind;
use criteria::withdrawn;
pub use letters::style;
pub(super) use listeners::Listeners;
use owner::Owner;
pub use sockets::{Next, Socket};
pub use states::Subscriptions;
pub use topics::own_topics;
use topics::watches_of_topic;
pub(super) use topics::{BASIC, is_topic};
use turn::{Past, Said, Turn, turn};
pub use wanted::Content;
use wanted::Wanted;

/// The type whose resources ask for it.
pub(super) const SUBSCRIPTION: &str = "Subscription";
/// The kind of those who are told.
pub const KIND: &str = "fhir-subscription";
/// The kind of the jobs that see to the state of one.
pub const JOBS: &str = "subscription";
/// So many a tenant has at most.
const MOST: i64 = 1_000;

impl Records {
    /// Has what is kept of a Subscription follow this version of it.
    ///
    /// # Errors
    /// When it asks for what cannot be served, or what who writes it may not read.
    pub(super) async fn follow_subscription(
        &self,
        connection: &mut Connection,
        caller: &Caller,
        parameters: &Parameters,
        version: &Version,
    ) -> Result<(), Error> {
        let (tenant, id) = (caller.tenant, version.id.as_str());
        let Some(body) = &version.body else {
            // In the order of who holds changes against it: first the subscription, then its receiver.
            rows::hold(connection, tenant, id).await?;
            receivers::remove(connection, tenant, id).await?;
            return Ok(rows::remove(connection, tenant, id).await?);
        };
        let resource: Value = serde_json::from_str(body).map_err(Error::internal)?;
        let followed = webhooks::followed(&resource);
        let is_vendors = receivers::follow(connection, tenant, id, &followed, KIND).await?;
        if is_vendors || webhooks::is_webhook(&resource) {
            forget(connection, tenant, id).await?;
        } else {
            self.keep_subscription(connection, caller, parameters, (version, &resource)).await?;
        }
        Ok(receivers::stop(connection, tenant, id, self.clock.now()).await?)
    }

    async fn keep_subscription(
        &self,
        connection: &mut Connection,
        caller: &Caller,
        parameters: &Parameters,
        (version, resource): (&Version, &Value),
    ) -> Result<(), Error> {
        let (tenant, said) = (caller.tenant, Said::of(resource));
        let by_server = caller.agent == Agent::System;
        let before = rows::hold(connection, tenant, &version.id).await?;
        // The server changes nothing but the state.
        let kept = before.as_ref().filter(|_| by_server);
        let wanted = match read(connection, tenant, parameters, (resource, kept)).await? {
            Ok(wanted) => wanted,
            // What nobody is told by may say anything.
            Err(_) if said == Said::Off => return forget(connection, tenant, &version.id).await,
            Err(_) if said == Said::Error => {
                // What was kept is kept for whoever mends it, also where what it asked for is no more.
                let Some(before) = &before else { return forget(connection, tenant, &version.id).await };
                matching::wanted_of(before)?
            }
            Err(issues) => return Err(Error::Unprocessable(issues)),
        };
        let written = wanted.written().map_err(Error::internal)?;
        let same = before.as_ref().filter(|before| before.wanted == written);
        if !by_server && (said == Said::Requested || said == Said::Active) {
            self.check(caller, parameters, &wanted)?;
            let is_active = same.is_some_and(|same| same.status == "active");
            if said == Said::Active && !is_active && shakes_hands(&wanted) {
                return Err(Error::Unprocessable(vec![not_yet()]));
            }
        }
        if before.is_none() && rows::count(connection, tenant).await? >= MOST {
            let text = format!("there may be at most {MOST} Subscriptions: delete one first");
            return Err(Error::BadRequest(IssueType::TooCostly, text));
        }
        let owner = self.owner(connection, caller, (same, &wanted), by_server).await?;
        let turn = turn(said, past(before.as_ref(), &wanted)?);
        let behind = before.as_ref().filter(|_| turn != Turn::Begins).and_then(|one| untaken(one, &wanted));
        let (since, held) = carried_on(connection, tenant, (before.as_ref(), turn, said)).await?;
        let held = held.map(|held| behind.unwrap_or(held));
        let new = Subscription {
            id: version.id.clone(),
            version: version.number,
            status: said.as_str().to_owned(),
            channel: wanted.channel.kind.as_str().to_owned(),
            wanted: written,
            owner,
            since,
            last: 0,
            first: 1,
            held,
            fault: None,
            retry: None,
            faults: 0,
            waits: 0,
            until: until(resource),
            heartbeat_s: wanted.topic.as_ref().and_then(|topic| topic.heartbeat_s).map(i64::from),
            beat: None,
            shown: 0,
        };
        self.set(connection, tenant, (&new, turn), &wanted).await?;
        if let Some(behind) = behind {
            events::post_from(connection, tenant, (KIND, &new.id), behind, self.clock.now()).await?;
        }
        let first = match turn {
            Turn::TakesUp => behind.or(before.and_then(|before| before.held)),
            // A try may have failed for good just now, with nobody having seen to it yet.
            Turn::GoesOn if !by_server => before.map(|before| before.first),
            Turn::GoesOn | Turn::Holds | Turn::Begins => None,
        };
        match first {
            Some(first) => self.take_up(connection, tenant, (&new.id, first)).await,
            None => Ok(()),
        }
    }

    /// Has what was kept posted: who is taken up again has missed nothing.
    async fn take_up(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        (id, first): (&str, i64),
    ) -> Result<(), Error> {
        let now = self.clock.now();
        // In the courier's order: the line's job, then its deliveries.
        jobs::nudge(connection, tenant, (delivery::JOBS, &[line(KIND, id)]), now).await?;
        Ok(kept_back::revive(connection, tenant, (KIND, id), first, now).await?)
    }

    /// Keeps it as it is now, with who is told.
    async fn set(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        (new, turn): (&Subscription, Turn),
        wanted: &Wanted,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let put = rows::Put { new, types: &wanted.types(), is_anew: turn == Turn::Begins, kind: KIND };
        rows::put(connection, tenant, put, now).await?;
        let receiver = Receiver {
            tenant: tenant.number(),
            kind: KIND.to_owned(),
            id: new.id.clone(),
            url: wanted.channel.endpoint.clone(),
            secret: None,
            events: Vec::new(),
            active: matches!(new.status.as_str(), "active" | "requested"),
            until: new.until,
            follows: true,
            made_at: now,
        };
        match wanted.channel.kind {
            Kind::RestHook | Kind::Email => receivers::set(connection, &receiver).await?,
            // Nobody is posted to: who listens asks.
            Kind::Websocket => receivers::remove_of(connection, tenant, (KIND, &new.id)).await?,
        }
        let shakes_hands = new.status == "requested" && shakes_hands(wanted);
        if shakes_hands {
            // In the courier's order: the line's job, then its deliveries.
            jobs::nudge(connection, tenant, (delivery::JOBS, &[line(KIND, &new.id)]), now).await?;
        }
        if matches!(turn, Turn::Holds | Turn::Begins) {
            kept_back::hold_back(connection, tenant, (KIND, &new.id), now).await?;
        }
        if shakes_hands {
            // Once somebody has answered, it is active.
            let handshake = handshake(new.version);
            deliveries::add_one(connection, tenant, (KIND, &new.id), (&handshake, FOLLOWED), now).await?;
        } else if new.status == "requested" {
            jobs::add(connection, tenant, (JOBS, &new.id), now, MOST_JOBS).await?;
        }
        Ok(())
    }

    /// Whose rights hold: those of who asked for just this first, as long as they are let in and may read what is watched.
    async fn owner(
        &self,
        connection: &mut Connection,
        caller: &Caller,
        (same, wanted): (Option<&Subscription>, &Wanted),
        by_server: bool,
    ) -> Result<String, Error> {
        let now = self.clock.now();
        if let Some(same) = same {
            let first = Owner::read(&same.owner)?.caller(caller.tenant, connection, now).await?;
            if by_server || first.is_some_and(|first| withdrawn(&first, wanted).is_none()) {
                return Ok(same.owner.clone());
            }
        }
        Owner::of(caller, connection, now).await?.written()
    }

    /// Refuses what cannot be served to the caller.
    fn check(&self, caller: &Caller, parameters: &Parameters, wanted: &Wanted) -> Result<(), Error> {
        let permitted = match wanted.channel.kind {
            Kind::RestHook => {
                let url = Url::parse(&wanted.channel.endpoint).map_err(Error::internal)?;
                self.egress.permits(&url)
            }
            Kind::Email | Kind::Websocket => Ok(()),
        };
        if let Err(fault) = permitted {
            let issue = Issue::error(IssueType::Security, fault.to_string());
            return Err(Error::Unprocessable(vec![issue.at("Subscription.channel.endpoint")]));
        }
        for watch in &wanted.watches {
            let of_type = ResourceType::parse(&watch.of_type).ok_or(Error::UnknownType)?;
            permit(caller, Right::Search, of_type)?;
            permit(caller, Right::Read, of_type)?;
            match self.watched(parameters, caller, watch) {
                Ok(_) => {}
                Err(Error::BadRequest(code, text)) => {
                    let issue = Issue::error(code, text).at("Subscription.criteria");
                    return Err(Error::Unprocessable(vec![issue]));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}

/// How a Subscription stood before, against what it asks for now.
fn past(before: Option<&Subscription>, wanted: &Wanted) -> Result<Option<Past>, Error> {
    let Some(before) = before else { return Ok(None) };
    let asks_same = matching::wanted_of(before)?.asks_for_the_same(wanted);
    Ok(Some(Past { is_active: before.status == "active", is_held: before.held.is_some(), asks_same }))
}

/// Of one that was told by websocket and is told otherwise from now on, the number of the first event that nobody has taken in.
fn untaken(before: &Subscription, wanted: &Wanted) -> Option<i64> {
    let leaves = before.channel == Kind::Websocket.as_str() && wanted.channel.kind != Kind::Websocket;
    leaves.then(|| before.shown.saturating_add(1).max(before.first))
}

/// Behind which change it is told of others from now on, and from which event on those are kept that it is not told yet.
async fn carried_on(
    connection: &mut Connection,
    tenant: TenantId,
    (before, turn, said): (Option<&Subscription>, Turn, Said),
) -> Result<(i64, Option<i64>), Error> {
    let since = before.map_or(0, |before| before.since);
    match (turn, before) {
        (Turn::Begins, _) if said == Said::Active => Ok((rows::now(connection).await?, None)),
        (Turn::GoesOn | Turn::TakesUp | Turn::Begins, _) | (Turn::Holds, None) => Ok((since, None)),
        (Turn::Holds, Some(before)) => {
            let (line, next) = ((KIND, before.id.as_str()), before.last.saturating_add(1));
            let first = match before.held {
                Some(held) => held,
                None => kept_back::undelivered(connection, tenant, line, before.first).await?.unwrap_or(next),
            };
            Ok((since, Some(first)))
        }
    }
}

/// The id of the delivery by which it is seen whether anybody is there.
fn handshake(version: i64) -> String {
    format!("{FOLLOWED}-{version}")
}

/// What a Subscription asks for, or what was kept of that.
async fn read(
    connection: &mut Connection,
    tenant: TenantId,
    parameters: &Parameters,
    (resource, kept): (&Value, Option<&Subscription>),
) -> Result<Result<Wanted, Vec<Issue>>, Error> {
    if let Some(kept) = kept {
        return matching::wanted_of(kept).map(Ok);
    }
    let topic = match wanted::topic(resource, parameters.base_url()) {
        Some(url) => watches_of_topic(connection, tenant, url).await?,
        None => None,
    };
    Ok(Wanted::read(resource, parameters.base_url(), topic))
}

/// Whether somebody must have answered before it is active. Who listens by a socket is there when that is bound.
fn shakes_hands(wanted: &Wanted) -> bool {
    wanted.topic.is_some() && wanted.channel.kind != Kind::Websocket
}

/// One by topic is not active before its receiver has answered.
fn not_yet() -> Issue {
    let text = "a Subscription by topic is `requested`: it becomes active once its receiver has answered";
    Issue::error(IssueType::BusinessRule, text).at("Subscription.status")
}

/// Holds what is kept of the Subscriptions among these until the transaction ends, in the order in which all hold several.
///
/// # Errors
/// When the database fails.
pub(super) async fn hold_erased(
    connection: &mut Connection,
    tenant: TenantId,
    erased: &[Address],
) -> Result<(), Error> {
    let subscriptions = erased.iter().filter(|one| one.type_ == SUBSCRIPTION);
    let ids: BTreeSet<&str> = subscriptions.map(|one| one.id.as_str()).collect();
    for id in ids {
        rows::hold(connection, tenant, id).await?;
    }
    Ok(())
}

/// Forgets what is kept of a Subscription, or of a topic, that is erased: nobody is told by it any more. It is held ([`hold_erased`]).
///
/// # Errors
/// When the database fails.
pub(super) async fn forget_erased(
    connection: &mut Connection,
    tenant: TenantId,
    (of_type, id): (&str, &str),
) -> Result<(), Error> {
    match of_type {
        SUBSCRIPTION => {
            receivers::remove(connection, tenant, id).await?;
            Ok(rows::remove(connection, tenant, id).await?)
        }
        BASIC => Ok(rows::topics::remove(connection, tenant, id).await?),
        _ => Ok(()),
    }
}

/// Forgets what was kept of a Subscription by which nobody is told.
async fn forget(connection: &mut Connection, tenant: TenantId, id: &str) -> Result<(), Error> {
    receivers::remove_of(connection, tenant, (KIND, id)).await?;
    Ok(rows::remove(connection, tenant, id).await?)
}

/// From when on nobody is told by it.
fn until(subscription: &Value) -> Option<DateTime<Utc>> {
    let end = subscription.get("end")?.as_str()?;
    DateTime::parse_from_rfc3339(end).ok().map(|end| end.with_timezone(&Utc))
}
