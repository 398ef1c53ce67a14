//! `GET /v1/organisations/{org}/socket`: what happens, by WebSocket (RFC 6455), for those who prefer it to server-sent events.

use actix_web::{HttpRequest, HttpResponse, get, web};
use actix_ws::{CloseCode, CloseReason, Message, MessageStream, Session};
use serde_json::json;
use serde_json::value::RawValue;

use crate::identity::Identity;
use crate::platform::feed::{Feed, FeedEvent};
use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::live::{self, Live, Next, Parts};
use crate::vendors::smartz::{operations, patients, query, wire};

/// Tells what happens in the organisation, as it happens, as messages `{"id", "event", "data"}` of a WebSocket.
///
/// Who comes back with `Last-Event-ID`, or `lastEventId`, gets what it missed. It is closed where a stream ends. What clients say is passed over.
#[utoipa::path(tag = "organisation-api", operation_id = "open_socket",
    params(("org" = String, Path, description = "The organisation's id"), ("patientId" = Option<String>, Query, description = "About this patient alone"), ("lastEventId" = Option<i64>, Query, description = "The last event that was read"), ("Last-Event-ID" = Option<i64>, Header, description = "The same")),
    responses((status = 101, description = "The socket is open"),
        (status = 400, description = "The request opens no WebSocket", body = wire::Failure),
        (status = 404, description = "There is no such organisation that lets the application in, or no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/socket")]
pub async fn open_socket(
    request: HttpRequest,
    at: AtOrganisation,
    body: web::Payload,
    feed: web::Data<Feed>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let (place, patient) = (live::last_event_id(&request)?, query::one(&request, "patientId")?);
    let caller = at.caller.clone();
    if let Some(id) = &patient {
        patients::find(&records, &caller, &at.organisation.id, id).await?;
    }
    let opened = actix_ws::handle(&request, body);
    let (response, session, messages) =
        opened.map_err(|_| Refusal::Invalid("The request must open a WebSocket (RFC 6455).".to_owned()))?;
    let parts = Parts { feed: &feed, records: &records, identity: &identity };
    let live = Live::open(at, patient, place, parts).await?;
    records.audit_success(&caller, operations::STREAM).await?;
    actix_web::rt::spawn(talk(live, session, messages));
    Ok(response)
}

/// Sends what happens until one side ends it.
async fn talk(mut live: Live, mut session: Session, mut messages: MessageStream) {
    loop {
        let mut next = Box::pin(async move { (live.next().await, live) });
        // What is read of the client must not break off what is being read for it.
        let (told, after) = loop {
            tokio::select! {
                told = &mut next => break told,
                message = messages.recv() => match message {
                    Some(Ok(Message::Ping(bytes))) => {
                        if session.pong(&bytes).await.is_err() {
                            return;
                        }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                },
            }
        };
        live = after;
        let is_sent = match told {
            Next::Events(events) => sent(&mut session, &events).await,
            Next::Silence => session.ping(b"").await.is_ok(),
            Next::End => {
                // It is closed to the client either way.
                let _ = session.close(Some(CloseReason::from(CloseCode::Policy))).await;
                return;
            }
        };
        if !is_sent {
            return;
        }
    }
}

async fn sent(session: &mut Session, events: &[FeedEvent]) -> bool {
    for FeedEvent { number, kind, body, .. } in events {
        let Ok(data) = serde_json::from_str::<&RawValue>(body) else { return false };
        let text = json!({ "id": number, "event": kind, "data": data }).to_string();
        if session.text(text).await.is_err() {
            return false;
        }
    }
    true
}
