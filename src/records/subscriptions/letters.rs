//! What is sent to who is told, written when it is sent: by the rights that whoever asked for it has then.
//! <https://hl7.org/fhir/R4/subscription.html#channels>

use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use url::Url;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_128;

use super::asked::with_versions;
use super::channel::{Channel, Kind, Payload};
use super::criteria::withdrawn;
use super::matching::{GONE, wanted_of};
use super::notices::{Notice, Told as EventTold, Why};
use super::owner::Owner;
use super::wanted::{Content, Topical, Wanted};
use super::{JOBS, KIND};
use crate::core::Secret;
use crate::fhir::xml;
use crate::identity::{Caller, Right};
use crate::platform::delivery::letter::{Letter, Outward, Scribe, Writing, Written};
use crate::platform::delivery::{FOLLOWED, QUICK_MS, Sent, Style};
use crate::platform::mail::Mail;
use crate::records::access::Cover;
use crate::records::index::BINARY;
use crate::records::stamp::instant;
use crate::records::{Error, Records, Stored, Version};
use crate::storage::deliveries::Next;
use crate::storage::subscriptions::changes::Change;
use crate::storage::subscriptions::{self as rows, Subscription, events};
use crate::storage::{StorageError, TenantId};

/// By which rules those who are told are posted to.
#[must_use]
pub fn style(records: Records) -> Style {
    let sent = Sent::Letter(Arc::new(Letters { records }));
    Style { kind: KIND, sent, waits_ms: &QUICK_MS, jobs: Some(JOBS) }
}

/// Who writes them.
struct Letters {
    records: Records,
}

impl Scribe for Letters {
    fn write<'a>(&'a self, tenant: TenantId, receiver: &'a str, next: &'a Next) -> Writing<'a> {
        Box::pin(async move {
            let written = self.records.letter(tenant, receiver, next).await;
            written.map_err(|error| {
                error.log();
                // It is tried again, for nothing is to be left out.
                StorageError::Unreachable("a notification could not be written".to_owned())
            })
        })
    }
}

impl Records {
    async fn letter(&self, tenant: TenantId, id: &str, next: &Next) -> Result<Written, Error> {
        let Told { subscription, wanted, caller, events } = match self.told(tenant, id, next).await? {
            Who::Is(told) => *told,
            Who::Not => return Ok(Letter::Nothing.into()),
            Who::Never => return Ok(Letter::Never(GONE.to_owned()).into()),
        };
        if let Some(fault) = withdrawn(&caller, &wanted) {
            return Ok(Letter::Never(fault).into());
        }
        let is_sign = events.is_empty();
        let also = events.iter().skip(1).map(|(change, _)| change.number.to_string()).collect();
        let mut told = Vec::with_capacity(events.len());
        for (change, version) in events {
            if self.may_be_told(&caller, &version).await? {
                told.push((change, version));
            }
        }
        if told.is_empty() && !is_sign {
            return Ok(Written { letter: Letter::Nothing, also });
        }
        let is_whole = match &wanted.topic {
            Some(topic) => topic.content == Content::FullResource,
            None => wanted.channel.payload.is_some(),
        };
        for (_, version) in told.iter().filter(|_| is_whole) {
            // Each time, for each time somebody may have taken it in, whatever they answered.
            let stored = Stored::from_version(version.clone());
            let stored = stored.ok_or_else(|| Error::internal("a version that has a body"))?;
            self.audit_answer(&caller, "read", &stored).await?;
        }
        let letter = match wanted.channel.kind {
            Kind::Email => Letter::Mail(Box::new(self.mail((tenant, id), &wanted.channel, next))),
            // It was another channel when that was to be sent; a socket tells it.
            Kind::Websocket => Letter::Nothing,
            Kind::RestHook => match (&wanted.topic, told.pop()) {
                (Some(topic), last) => {
                    told.extend(last);
                    self.notification(&subscription, (&wanted, topic), &told, next)?
                }
                (None, Some((_, version))) => Stored::from_version(version)
                    .map_or(Ok(Letter::Nothing), |stored| outward(&wanted.channel, &stored))?,
                (None, None) => Letter::Nothing,
            },
        };
        Ok(Written { letter, also })
    }

    /// The mail that something happened, known by the same id however often it is sent.
    fn mail(&self, (tenant, id): (TenantId, &str), channel: &Channel, next: &Next) -> Mail {
        let known_by = xxh3_128(format!("{}/{id}/{}", tenant.number(), next.id).as_bytes());
        let parameters = self.known.last(TenantId::PLATFORM);
        let address = format!("{}/Subscription/{id}", parameters.base_url());
        let what =
            if next.event == FOLLOWED { "You are told from now on what" } else { "Something happened that" };
        let text =
            format!("{what} this Subscription asks for:\n\n{address}\n\nWhat it is can be read there.\n");
        let to = channel.endpoint.strip_prefix("mailto:").unwrap_or_default();
        Mail {
            id: Uuid::from_u128(known_by),
            to: Secret::new(to.to_owned()),
            date: self.clock.now(),
            subject: "Something happened",
            text: Secret::new(text),
        }
    }

    /// What is sent to who asked by topic.
    fn notification(
        &self,
        subscription: &Subscription,
        (wanted, topic): (&Wanted, &Topical),
        events: &[(Change, Version)],
        next: &Next,
    ) -> Result<Letter, Error> {
        let why = match (next.event.as_str(), events) {
            (_, [_, ..]) => Why::Event,
            (FOLLOWED, []) => Why::Handshake,
            (_, []) => Why::Heartbeat,
        };
        let events: Vec<_> = events.iter().map(|(change, version)| (change, version)).collect();
        let body = event_text(self, subscription, (wanted, topic), (why, &events))?;
        let media = match wanted.channel.payload {
            Some(Payload::Xml) => "application/fhir+xml",
            Some(Payload::Json) | None => "application/fhir+json",
        };
        let mut headers = fields(&wanted.channel.headers);
        headers.push((CONTENT_TYPE, HeaderValue::from_static(media)));
        let url = Url::parse(&wanted.channel.endpoint).map_err(Error::internal)?;
        let patience_s = topic.timeout_s.map(|seconds| u64::from(seconds.min(LONGEST_PATIENCE_S)));
        Ok(Letter::Request(Outward { is_put: false, url, headers, body: Secret::new(body), patience_s }))
    }

    /// The subscription, and what it is to be told of, with what is left of the rights of who asked.
    async fn told(&self, tenant: TenantId, id: &str, next: &Next) -> Result<Who, Error> {
        let now = self.clock.now();
        let mut connection = self.store.alone(tenant).await?;
        let found = async {
            let Some(subscription) = rows::find(&mut connection, tenant, id).await? else {
                return Ok(Who::Not);
            };
            let owner = Owner::read(&subscription.owner)?;
            let Some(caller) = owner.caller(tenant, &mut connection, now).await? else {
                return Ok(Who::Never);
            };
            let wanted = wanted_of(&subscription)?;
            let Ok(number) = next.id.parse::<i64>() else {
                let events = Vec::new();
                return Ok(Who::Is(Box::new(Told { subscription, wanted, caller, events })));
            };
            let changes = match most_of(&wanted) {
                1 => events::find(&mut connection, tenant, id, number).await?.into_iter().collect(),
                most => events::waiting(&mut connection, tenant, KIND, id, (number, most)).await?,
            };
            let (events, _) = with_versions(&mut connection, tenant, &changes, MOST_BYTES).await?;
            // Nothing is left of what this one is about: those behind it are told by themselves.
            if events.first().is_none_or(|(change, _)| change.number != number) {
                return Ok(Who::Not);
            }
            rows::told(&mut connection, tenant, id, now).await?;
            Ok::<_, Error>(Who::Is(Box::new(Told { subscription, wanted, caller, events })))
        }
        .await;
        connection.finish(found).await
    }

    /// Whether the caller may find and read the version now.
    pub(super) async fn may_be_told(&self, caller: &Caller, version: &Version) -> Result<bool, Error> {
        let parameters = self.current_parameters(caller.tenant).await?;
        let access = self.access(caller, &parameters);
        let covered = if version.resource_type == BINARY {
            let context = self.context_of(caller.tenant, version.body.as_deref()).await?;
            [Right::Read, Right::Search].map(|right| access.cover_of_binary(right, version, context.as_ref()))
        } else {
            [Right::Read, Right::Search].map(|right| access.cover_of(right, version))
        };
        let [read, search] = covered;
        Ok(read? == Cover::Full && search? == Cover::Full)
    }
}

/// Whether somebody is told.
enum Who {
    /// Somebody is.
    Is(Box<Told>),
    /// Nobody is, or there is nothing left to be told of.
    Not,
    /// Who asked is not let in any more.
    Never,
}

/// What somebody is told.
struct Told {
    subscription: Subscription,
    wanted: Wanted,
    caller: Caller,
    /// None where it is only whether anybody is there.
    events: Vec<(Change, Version)>,
}

/// So many events are told together at most, whatever is asked for, and of so many bytes.
const MOST_TOGETHER: u32 = 100;
const MOST_BYTES: usize = 1024 * 1024;

/// So many events may be told together.
fn most_of(wanted: &Wanted) -> i64 {
    let said = wanted.topic.as_ref().filter(|_| wanted.channel.kind == Kind::RestHook);
    said.and_then(|topic| topic.max_count).unwrap_or(1).clamp(1, MOST_TOGETHER).into()
}

/// Nobody has longer to answer, whatever is asked for: a line waits as long.
const LONGEST_PATIENCE_S: u32 = 20;

/// What is told of events, or of none, to who asked by topic, as it is sent.
pub(super) fn event_text(
    records: &Records,
    subscription: &Subscription,
    (wanted, topic): (&Wanted, &Topical),
    (why, events): (Why, &[EventTold<'_>]),
) -> Result<String, Error> {
    let parameters = records.known.last(TenantId::PLATFORM);
    // How many there were then, and not by now.
    let last = events.last().map_or(subscription.last, |(change, _)| change.number);
    let notice = Notice {
        subscription: &Subscription { last, ..subscription.clone() },
        topic: Some(&topic.url),
        content: topic.content,
        why,
        events,
        base_url: parameters.base_url(),
    };
    let ids = [records.new_id(), records.new_id()];
    let bundle = notice.bundle([&ids[0], &ids[1]], &instant(records.clock.now())).map_err(Error::internal)?;
    match wanted.channel.payload {
        Some(Payload::Xml) => xml::write(&bundle, false).map_err(Error::internal),
        Some(Payload::Json) | None => Ok(bundle.to_string()),
    }
}

/// Without a payload, a `POST` without a body: whoever is told asks what there is. With one, the resource is put where it would be if the
/// address were a FHIR base.
fn outward(channel: &Channel, stored: &Stored) -> Result<Letter, Error> {
    let mut url = Url::parse(&channel.endpoint).map_err(Error::internal)?;
    let (media, body) = match channel.payload {
        None => (None, String::new()),
        Some(Payload::Json) => (Some("application/fhir+json"), stored.body.clone()),
        Some(Payload::Xml) => {
            let body = xml::write(&stored.json()?, false).map_err(Error::internal)?;
            (Some("application/fhir+xml"), body)
        }
    };
    if media.is_some() {
        let mut path = url.path_segments_mut().map_err(|()| Error::internal("an address without a path"))?;
        path.pop_if_empty().push(&stored.resource_type).push(&stored.id);
    }
    let mut headers = fields(&channel.headers);
    headers.extend(media.map(|media| (CONTENT_TYPE, HeaderValue::from_static(media))));
    let body = Secret::new(body);
    Ok(Letter::Request(Outward { is_put: media.is_some(), url, headers, body, patience_s: None }))
}

/// The header fields that were asked for, which were read before they were kept.
fn fields(asked: &[(String, String)]) -> Vec<(HeaderName, HeaderValue)> {
    let field = |(name, value): &(String, String)| {
        let mut value = HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
    };
    asked.iter().filter_map(field).collect()
}
