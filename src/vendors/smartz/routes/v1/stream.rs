//! `GET /v1/organisations/{org}/stream`, `GET .../patients/{id}/stream`: server-sent events.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use actix_web::http::header::{CONTENT_ENCODING, ContentEncoding};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;

use crate::identity::Identity;
use crate::platform::feed::{Feed, Reader};
use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{operations, patients, wire};

/// How long a stream is silent at most.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is looked whether the token is still good.
const LOOK: Duration = Duration::from_secs(1);
/// So many events are read at the same time.
const AT_ONCE: i64 = 100;
/// How many seconds too many streams wait.
const LATER_S: i64 = 15;

/// Tells what happens in the organisation, as it happens: `status`, `event` and `alert`.
///
/// Who comes back with `Last-Event-ID` gets what it missed, in order and each once. A stream ends with its token, and when the organisation
/// lets the application in no more; every 15 seconds there is a comment at least.
#[utoipa::path(tag = "organisation-api", operation_id = "stream_organisation",
    params(("org" = String, Path, description = "The organisation's id"), ("Last-Event-ID" = Option<i64>, Header, description = "The last event that was read")),
    responses((status = 200, description = "The events", content_type = "text/event-stream", body = String),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/stream")]
pub async fn stream_organisation(
    request: HttpRequest,
    at: AtOrganisation,
    feed: web::Data<Feed>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    open(&request, at, None, (&feed, &records, &identity)).await
}

/// Tells what happens to one patient, as it happens.
#[utoipa::path(tag = "organisation-api", operation_id = "stream_patient",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id"), ("Last-Event-ID" = Option<i64>, Header, description = "The last event that was read")),
    responses((status = 200, description = "The events", content_type = "text/event-stream", body = String),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/patients/{id}/stream")]
pub async fn stream_patient(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    feed: web::Data<Feed>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
    open(&request, at, Some(id), (&feed, &records, &identity)).await
}

async fn open(
    request: &HttpRequest,
    at: AtOrganisation,
    patient: Option<String>,
    (feed, records, identity): (&Feed, &Records, &Identity),
) -> Result<HttpResponse, Refusal> {
    let (tenant, organisation) = (at.caller.tenant, at.organisation.id.clone());
    let who = at.application.admitted.application.id.to_string();
    let reader = feed.watch(&who, tenant, &organisation).ok_or(Refusal::TooManyAttempts(LATER_S))?;
    let place = match last_event_id(request)? {
        Some(place) => place,
        None => feed.last(tenant, &organisation).await?,
    };
    records.audit_success(&at.caller, operations::STREAM).await?;
    let told = Told {
        reader,
        at,
        patient,
        place,
        identity: identity.clone(),
        feed: feed.clone(),
        last: None,
        looked: Instant::now(),
    };
    let chunks =
        stream::unfold(told, |told| async { told.next().await.map(|(text, told)| (Ok(text), told)) });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Packing would hold back what is to be told at once.
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity))
        .insert_header(("x-accel-buffering", "no"))
        .streaming::<_, actix_web::Error>(Box::pin(chunks)))
}

fn last_event_id(request: &HttpRequest) -> Result<Option<i64>, Refusal> {
    let Some(header) = request.headers().get("last-event-id") else { return Ok(None) };
    let text = header.to_str().unwrap_or("x").trim();
    if text.is_empty() {
        return Ok(None);
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let place = is_number.then(|| text.parse().ok()).flatten();
    place.map(Some).ok_or_else(|| Refusal::field("Last-Event-ID", "must be the id of an event"))
}

/// How far a stream is. It is asked for the next part when the last one was sent: a slow reader holds one page of events at most.
struct Told {
    reader: Reader,
    at: AtOrganisation,
    patient: Option<String>,
    place: i64,
    identity: Identity,
    feed: Feed,
    /// When something was last sent.
    last: Option<Instant>,
    /// When it was last looked whether the organisation lets the application in.
    looked: Instant,
}

impl Told {
    /// The next part; none where the stream ends.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        if self.last.is_none() {
            self.last = Some(Instant::now());
            return Some((Bytes::from_static(b"retry: 1000\n: connected\n\n"), self));
        }
        loop {
            if !self.is_let_in().await {
                return None;
            }
            if let Some(text) = self.read().await? {
                self.last = Some(Instant::now());
                return Some((text, self));
            }
            if self.last.is_some_and(|last| last.elapsed() >= HEARTBEAT) {
                self.last = Some(Instant::now());
                return Some((Bytes::from_static(b": heartbeat\n\n"), self));
            }
            self.reader.changed(LOOK).await;
        }
    }

    /// All that is there to be told now, up to a page of it.
    async fn read(&mut self) -> Option<Option<Bytes>> {
        let found = self.reader.after(self.patient.as_deref(), self.place, AT_ONCE).await;
        let found = found.map_err(|error| tracing::warn!(%error, "a stream is broken off")).ok()?;
        let mut text = String::new();
        for event in found {
            self.place = event.number;
            // A text takes all that is written to it; the body is JSON on one line.
            let (number, kind, body) = (event.number, &event.kind, &event.body);
            let _ = write!(text, "id: {number}\nevent: {kind}\ndata: {body}\n\n");
        }
        Some((!text.is_empty()).then(|| Bytes::from(text)))
    }

    /// Whether the token is good, and, as often as there are heartbeats, whether the organisation still lets the application in.
    async fn is_let_in(&mut self) -> bool {
        let now_s = self.feed.now().timestamp();
        if now_s >= self.at.application.until {
            return false;
        }
        if self.looked.elapsed() < HEARTBEAT {
            return true;
        }
        self.looked = Instant::now();
        self.at.is_still_let_in(&self.identity, now_s).await.unwrap_or(false)
    }
}
