//! `GET /v1/organisations/{org}/stream`, `GET .../patients/{id}/stream`: server-sent events.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::fmt::Write as _;

use actix_web::http::header::{CONTENT_ENCODING, ContentEncoding};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::{StreamExt, stream};

use crate::identity::Identity;
use crate::platform::feed::{Feed, FeedEvent};
use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::live::{self, Live, Next, Parts};
use crate::vendors::smartz::{operations, patients, wire};

/// Tells what happens in the organisation, as it happens: `status`, `event` and `alert`.
///
/// Who comes back with `Last-Event-ID` gets what it missed, in order and each once. A stream ends with its token, and, within 15 seconds, when
/// the organisation lets the application in no more, or the subscription is cancelled or its key replaced; every 15 seconds there is a
/// comment at least. What a Consent keeps the application from is not told.
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
    open(&request, at, None, Parts { feed: &feed, records: &records, identity: &identity }).await
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
    open(&request, at, Some(id), Parts { feed: &feed, records: &records, identity: &identity }).await
}

/// The stream of an organisation, or of one of its patients.
///
/// # Errors
/// When there is no such patient, or the account listens in too many places.
pub async fn open(
    request: &HttpRequest,
    at: AtOrganisation,
    patient: Option<String>,
    parts: Parts<'_>,
) -> Result<HttpResponse, Refusal> {
    let (place, caller) = (live::last_event_id(request)?, at.caller.clone());
    if let Some(id) = &patient {
        patients::find(parts.records, &at.caller, &at.organisation.id, id).await?;
    }
    let live = Live::open(at, patient, place, parts).await?;
    parts.records.audit_success(&caller, operations::STREAM).await?;
    let begin = stream::once(async { Ok(Bytes::from_static(b"retry: 1000\n: connected\n\n")) });
    let rest = stream::unfold(live, |mut live| async {
        let text = match live.next().await {
            Next::Events(events) => Bytes::from(written(&events)),
            Next::Silence => Bytes::from_static(b": heartbeat\n\n"),
            Next::End => return None,
        };
        Some((Ok(text), live))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Packing would hold back what is to be told at once.
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity))
        .insert_header(("x-accel-buffering", "no"))
        .streaming::<_, actix_web::Error>(Box::pin(begin.chain(rest))))
}

fn written(events: &[FeedEvent]) -> String {
    let mut text = String::new();
    for FeedEvent { number, kind, body, .. } in events {
        // A text takes all that is written to it; the body is JSON on one line.
        let _ = write!(text, "id: {number}\nevent: {kind}\ndata: {body}\n\n");
    }
    text
}
