//! `$status` and `$events`: how Subscriptions stand, and what happened.
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-events.html>

use serde_json::Value;

use super::SUBSCRIPTION;
use super::matching::wanted_of;
use super::notices::{Notice, Told, Why};
use super::wanted::Content;
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::records::search::{Query, Total};
use crate::records::stamp::instant;
use crate::records::{Error, Records, Stored, Version};
use crate::storage::subscriptions::changes::Change;
use crate::storage::subscriptions::{self as rows, Subscription, events};
use crate::storage::{Connection, TenantId, resources};

/// So many Subscriptions, and so many events, are told of at a time.
const MOST: u16 = 1_000;
/// Of so many events what they are about is read at a time.
const READ_AT_ONCE: usize = 20;
const PAGE: Page = Page { most: MOST, most_bytes: 8 * 1024 * 1024 };

/// How much is read at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// So many events.
    pub most: u16,
    /// No more, once what they are about comes to so many bytes.
    pub most_bytes: usize,
}

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// From this number on.
    pub since: Option<i64>,
    /// Up to this number.
    pub until: Option<i64>,
    /// How much of them; as the Subscription says, where it is not said.
    pub content: Option<Content>,
}

impl Records {
    /// How one Subscription stands.
    ///
    /// # Errors
    /// As [`Records::read`].
    pub async fn subscription_status(&self, caller: &Caller, id: &str) -> Result<Value, Error> {
        let stored = self.read(&caller.quietly(), of_type()?, id).await?;
        let status = self.status_of(caller, &stored).await?;
        self.audit_answer(caller, "status", &stored).await?;
        Ok(status)
    }

    /// How Subscriptions stand: those with one of these ids, or all that the caller may see; in one of these states, where some are
    /// named.
    ///
    /// # Errors
    /// As [`Records::search`].
    pub async fn subscription_statuses(
        &self,
        caller: &Caller,
        (ids, states): (&[String], &[String]),
    ) -> Result<Vec<(String, Value)>, Error> {
        let mut parameters = Vec::new();
        for (name, values) in [("_id", ids), ("status", states)] {
            if !values.is_empty() {
                parameters.push((name.to_owned(), values.join(",")));
            }
        }
        let query =
            Query { parameters, count: MOST, total: Total::Unwanted, strict: true, ..Query::default() };
        let found = self.search(&caller.quietly(), of_type()?, &query).await?;
        let mut statuses = Vec::with_capacity(found.resources.len());
        for stored in &found.resources {
            statuses.push((stored.id.clone(), self.status_of(caller, stored).await?));
        }
        self.audit_success(caller, "status").await?;
        Ok(statuses)
    }

    async fn status_of(&self, caller: &Caller, stored: &Stored) -> Result<Value, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::find(&mut connection, caller.tenant, &stored.id).await;
        let subscription = match connection.finish(found).await? {
            Some(found) => found,
            None => unserved(stored)?,
        };
        let wanted = wanted_of(&subscription).ok();
        let topic = wanted.and_then(|wanted| wanted.topic).map(|topic| topic.url);
        let parameters = self.known.last(caller.tenant);
        let notice = Notice {
            subscription: &subscription,
            topic: topic.as_deref(),
            content: Content::IdOnly,
            why: Why::QueryStatus,
            events: &[],
            base_url: parameters.base_url(),
        };
        Ok(notice.status(&self.new_id()))
    }

    /// What happened, as a notification: the events that the caller may read.
    ///
    /// # Errors
    /// As [`Records::read`].
    pub async fn subscription_events(
        &self,
        caller: &Caller,
        id: &str,
        asked: &Asked,
    ) -> Result<Value, Error> {
        let stored = self.read(&caller.quietly(), of_type()?, id).await?;
        let tenant = caller.tenant;
        let range = (asked.since.unwrap_or(0), asked.until.unwrap_or(i64::MAX));
        let mut connection = self.store.alone(tenant).await?;
        let found = async {
            let subscription = rows::find(&mut connection, tenant, id).await?;
            let (shown, _) = shown(&mut connection, tenant, id, range, PAGE).await?;
            Ok::<_, Error>((subscription, shown))
        }
        .await;
        let (subscription, shown) = connection.finish(found).await?;
        let subscription = subscription.map_or_else(|| unserved(&stored), Ok)?;
        let wanted = wanted_of(&subscription).ok();
        let said = wanted.as_ref().and_then(|wanted| wanted.topic.as_ref());
        let content = asked.content.or(said.map(|topic| topic.content)).unwrap_or(Content::IdOnly);
        let mut told: Vec<Told<'_>> = Vec::new();
        for (change, version) in &shown {
            if self.may_be_told(caller, version).await? {
                told.push((change, version));
            }
        }
        let parameters = self.known.last(tenant);
        let notice = Notice {
            subscription: &subscription,
            topic: said.map(|topic| topic.url.as_str()),
            content,
            why: Why::QueryEvent,
            events: &told,
            base_url: parameters.base_url(),
        };
        let ids = [self.new_id(), self.new_id()];
        let bundle =
            notice.bundle([&ids[0], &ids[1]], &instant(self.clock.now())).map_err(Error::internal)?;
        self.audit_answer(caller, "events", &stored).await?;
        Ok(bundle)
    }
}

/// The events between these numbers, with the versions by which they are shown: as many as are read at once. Those of which nothing is left
/// are left out; the number says up to where all was looked at.
pub(super) async fn shown(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
    range: (i64, i64),
    page: Page,
) -> Result<(Vec<(Change, Version)>, Option<i64>), Error> {
    let changes = events::between(connection, tenant, id, range, i64::from(page.most)).await?;
    with_versions(connection, tenant, &changes, page.most_bytes).await
}

/// The same of events that are known.
pub(super) async fn with_versions(
    connection: &mut Connection,
    tenant: TenantId,
    changes: &[Change],
    most_bytes: usize,
) -> Result<(Vec<(Change, Version)>, Option<i64>), Error> {
    let mut shown = Vec::with_capacity(changes.len());
    let (mut bytes, mut through) = (0_usize, None);
    for some in changes.chunks(READ_AT_ONCE) {
        let named = some.iter().map(|one| (one.type_.as_str(), one.id.as_str(), shown_version(one)));
        let named: Vec<_> = named.collect();
        let versions = resources::versions(connection, tenant, &named).await?;
        for change in some {
            let version = versions.iter().find(|version| is_of(version, change));
            let size = version.and_then(|version| version.body.as_ref()).map_or(0, String::len);
            bytes = bytes.saturating_add(size);
            shown.extend(version.map(|version| (change.clone(), version.clone())));
        }
        through = some.last().map(|change| change.number);
        // Who asks for the events behind the last one gets the others.
        if bytes > most_bytes {
            break;
        }
    }
    Ok((shown, through))
}

/// The version by which a change is shown, and its rights are told: of a deletion, what was there before.
pub(super) fn shown_version(change: &Change) -> i64 {
    if change.change == "delete" { change.version.saturating_sub(1) } else { change.version }
}

/// Whether a version is the one by which a change is shown.
fn is_of(version: &Version, change: &Change) -> bool {
    version.number == shown_version(change)
        && version.id == change.id
        && version.resource_type == change.type_
}

/// The type.
pub(super) fn of_type() -> Result<ResourceType, Error> {
    ResourceType::parse(SUBSCRIPTION).ok_or(Error::UnknownType)
}

/// How a Subscription stands by which nobody is told.
fn unserved(stored: &Stored) -> Result<Subscription, Error> {
    let resource = stored.json()?;
    let status = resource.get("status").and_then(Value::as_str).unwrap_or("off");
    Ok(Subscription {
        id: stored.id.clone(),
        version: stored.version,
        status: status.to_owned(),
        channel: String::new(),
        wanted: String::new(),
        owner: String::new(),
        since: 0,
        last: 0,
        first: 1,
        held: None,
        fault: None,
        retry: None,
        faults: 0,
        waits: 0,
        until: None,
        heartbeat_s: None,
        beat: None,
        shown: 0,
    })
}
