//! What happens, for one who listens, in whichever form that is sent: events in their order, as long as the listener is let in, and only those
//! that a read would show (Consents).

use std::collections::HashSet;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;

use super::caller::AtOrganisation;
use super::errors::Refusal;
use super::notifications::Subject;
use super::{patients, query, text};
use crate::fhir::ResourceType;
use crate::identity::Identity;
use crate::platform::feed::{Feed, FeedEvent, Reader};
use crate::records::{Error, Records};

/// How long a listener hears nothing at most.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is looked whether the token is still good.
const LOOK: Duration = Duration::from_secs(1);
/// So many events are read at the same time.
const AT_ONCE: i64 = 100;
/// How many seconds those wait who listen in too many places.
const LATER_S: i64 = 15;

/// What there is to be sent.
#[derive(Debug)]
pub enum Next {
    /// These, in their order.
    Events(Vec<FeedEvent>),
    /// Nothing for a while: a sign of life.
    Silence,
    /// It is over.
    End,
}

/// What it takes to listen.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// What happens.
    pub feed: &'a Feed,
    /// The door to what is stored.
    pub records: &'a Records,
    /// Callers and credentials.
    pub identity: &'a Identity,
}

/// Somebody who listens. It is asked for the next part once the last one was sent: a slow listener holds one page of events at most.
pub struct Live {
    reader: Reader,
    at: AtOrganisation,
    patient: Option<String>,
    place: i64,
    identity: Identity,
    feed: Feed,
    records: Records,
    /// When something was last sent.
    sent: Instant,
    /// When it was last looked whether the listener is let in.
    looked: Instant,
}

impl Live {
    /// Listens from a place on, or from now on; to one patient, or to all of the organisation.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`] where the account listens in too many places.
    pub async fn open(
        at: AtOrganisation,
        patient: Option<String>,
        place: Option<i64>,
        parts: Parts<'_>,
    ) -> Result<Self, Refusal> {
        let (tenant, organisation) = (at.caller.tenant, at.organisation.id.clone());
        // However many applications it has.
        let who = at.account().to_string();
        let reader = parts.feed.watch(&who, tenant, &organisation);
        let reader = reader.ok_or(Refusal::TooManyAttempts(LATER_S))?;
        let last = parts.feed.last(tenant, &organisation).await?;
        // A place that was never given out is none to wait for: what happens until then would be passed over.
        let place = place.map_or(last, |place| place.min(last));
        let Parts { feed, records, identity } = parts;
        let (identity, feed, records) = (identity.clone(), feed.clone(), records.clone());
        let (sent, looked) = (Instant::now(), Instant::now());
        Ok(Self { reader, at, patient, place, identity, feed, records, sent, looked })
    }

    /// The next part, once there is one.
    pub async fn next(&mut self) -> Next {
        loop {
            if !self.is_let_in().await {
                return Next::End;
            }
            match self.read().await {
                Ok(events) if events.is_empty() => {}
                Ok(events) => {
                    // What happens is told to nobody who was let in a while ago.
                    if self.looked.elapsed() >= LOOK && !self.looks_let_in().await {
                        return Next::End;
                    }
                    self.sent = Instant::now();
                    return Next::Events(events);
                }
                Err(error) => {
                    error.log();
                    tracing::warn!("a stream is broken off");
                    return Next::End;
                }
            }
            if self.sent.elapsed() >= HEARTBEAT {
                self.sent = Instant::now();
                return Next::Silence;
            }
            self.reader.changed(LOOK).await;
        }
    }

    /// What there is to be told now and may be, up to a page of it.
    async fn read(&mut self) -> Result<Vec<FeedEvent>, Error> {
        let found = self.reader.after(self.patient.as_deref(), self.place, AT_ONCE).await?;
        let Some(last) = found.last() else { return Ok(found) };
        let place = last.number;
        let shown = self.shown(found).await?;
        self.place = place;
        Ok(shown)
    }

    /// Those that are about a patient, and tell of a resource, that the caller may read.
    async fn shown(&self, events: Vec<FeedEvent>) -> Result<Vec<FeedEvent>, Error> {
        let types = ["Patient", "Observation", "Flag"].map(super::store::resource_type);
        let [patient, observation, flag] = types;
        let (patient, observation, flag) = (patient?, observation?, flag?);
        let caller = &self.at.caller;
        if !self.records.is_kept_from_some(caller, &[patient, observation, flag]).await? {
            return Ok(events);
        }
        let readable = async |of: ResourceType, ids: Vec<&str>| self.records.readable(caller, of, &ids).await;
        let patients = readable(patient, events.iter().map(|one| one.patient.as_str()).collect()).await?;
        let told = |subject: Subject| {
            let own = events.iter().filter(move |one| one.kind == subject.as_str());
            own.filter_map(told_of).collect::<Vec<_>>()
        };
        let (happened, alerts) = (told(Subject::Event), told(Subject::Alert));
        let happened = readable(observation, happened.iter().map(String::as_str).collect()).await?;
        let alerts = readable(flag, alerts.iter().map(String::as_str).collect()).await?;
        let is_shown = |event: &FeedEvent| {
            let of = |all: &HashSet<String>| told_of(event).is_some_and(|id| all.contains(&id));
            patients.contains(&event.patient)
                && match Subject::parse(&event.kind) {
                    Some(Subject::Status) => true,
                    Some(Subject::Event) => of(&happened),
                    Some(Subject::Alert) => of(&alerts),
                    None => false,
                }
        };
        Ok(events.into_iter().filter(is_shown).collect())
    }

    /// Whether the token is good, and, as often as there are heartbeats, whether all else that lets the caller in does.
    async fn is_let_in(&mut self) -> bool {
        let now_s = self.feed.now().timestamp();
        if now_s >= self.at.until() {
            return false;
        }
        self.looked.elapsed() < HEARTBEAT || self.looks_let_in().await
    }

    /// Looks whether the caller is let in, and the patient still there.
    async fn looks_let_in(&mut self) -> bool {
        self.looked = Instant::now();
        let now_s = self.feed.now().timestamp();
        let is_let_in = self.at.is_still_let_in(&self.identity, now_s).await.unwrap_or(false);
        let Some(patient) = self.patient.as_deref().filter(|_| is_let_in) else { return is_let_in };
        patients::find(&self.records, &self.at.caller, &self.at.organisation.id, patient).await.is_ok()
    }
}

/// The id of the resource that an event tells of.
fn told_of(event: &FeedEvent) -> Option<String> {
    let told = serde_json::from_str(&event.body).ok()?;
    text::of(&told, "id").map(str::to_owned)
}

/// The last event that the client read: by `Last-Event-ID`, or by a parameter, for who cannot set headers.
///
/// # Errors
/// When it is no number of an event.
pub fn last_event_id(request: &HttpRequest) -> Result<Option<i64>, Refusal> {
    let header = request.headers().get("last-event-id").map(|header| header.to_str().unwrap_or("x").trim());
    let text = match header.filter(|text| !text.is_empty()) {
        Some(text) => text.to_owned(),
        None => match query::one(request, "lastEventId")? {
            Some(text) => text,
            None => return Ok(None),
        },
    };
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let place = is_number.then(|| text.parse().ok()).flatten();
    place.map(Some).ok_or_else(|| Refusal::field("Last-Event-ID", "must be the id of an event"))
}
