//! `GET [base]/websocket`: what Subscriptions are told, by WebSocket (RFC 6455).
//! <https://hl7.org/fhir/R4/subscription.html#websocket>

use std::time::{Duration, Instant};

use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, web};
use actix_ws::{CloseCode, CloseReason, Message, MessageStream, Session};
use tokio::time::timeout;

use super::errors::Refusal;
use crate::core::Secret;
use crate::fhir::outcome::IssueType;
use crate::http::{arrival, bearer};
use crate::identity::{Caller, Identity, Surface};
use crate::records::subscriptions::{Next, Socket};
use crate::records::{Error, Records};

/// How often it is looked what there is to be told.
const EVERY: Duration = Duration::from_millis(200);
/// A client that is told nothing is asked so often whether it is there.
const SILENCE: Duration = Duration::from_secs(15);
/// It has so long to answer, and to take in what it is told.
const PATIENCE: Duration = Duration::from_secs(20);
/// It has so long to say what it listens to.
const UNBOUND: Duration = Duration::from_secs(10);
/// So many bytes a message of a client has at most.
const LONGEST: usize = 4096;

/// Opens a socket by which Subscriptions are told.
///
/// Who opened it with an access token says `bind` with the id of a Subscription, is answered `bound` with it, and then told `ping` with it whenever
/// something happened. `bind-with-token` with what `$get-ws-binding-token` gave is answered, of Subscriptions by topic, by a handshake, and then by
/// notifications. Pings of the server must be answered: what was not taken in is told again to whoever is bound next.
#[utoipa::path(tag = "fhir", operation_id = "open_socket",
    responses((status = 101, description = "The socket is open"), (status = 400, description = "The request opens no WebSocket"),
        (status = 401, description = "An access token that does not hold"), (status = 503, description = "There are too many sockets")),
    security((), ("access_token" = [])))]
#[get("")]
pub async fn open_socket(
    request: HttpRequest,
    body: web::Payload,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let nobody = || Caller::anonymous(Surface::Fhir).calling_from(arrival::client(&request));
    let (caller, token) = match bearer::token(&request) {
        None => (nobody(), None),
        Some(token) => {
            let caller = identity.authenticate_client(token).await?.ok_or(Error::Unauthenticated)?;
            let caller = caller.calling_from(arrival::client(&request));
            request.extensions_mut().insert(caller.clone());
            (caller, Some(Secret::new(token.to_owned())))
        }
    };
    let opened = actix_ws::handle(&request, body);
    let (response, session, messages) = opened.map_err(|_| {
        Error::BadRequest(IssueType::Invalid, "the request must open a WebSocket (RFC 6455)".to_owned())
    })?;
    let socket = records.listen(&identity, (caller, token)).ok_or(Error::Unavailable)?;
    actix_web::rt::spawn(talk(Talk::new(socket, session), messages.max_frame_size(LONGEST)));
    Ok(response)
}

/// A socket with what was sent to it, and what was heard from it.
struct Talk {
    socket: Socket,
    session: Session,
    opened: Instant,
    /// When something was sent.
    sent: Instant,
    /// When the client was asked whether it is there, and has not answered yet; by which number.
    asked: Option<(Instant, u64)>,
    number: u64,
}

/// Why a talk ends.
enum Ended {
    /// The client has ended it, or cannot be reached.
    Gone,
    /// We do, and say why.
    Closed(CloseCode, &'static str),
}

/// Talks until one side ends it.
async fn talk(mut talk: Talk, mut messages: MessageStream) {
    let mut ticks = tokio::time::interval(EVERY);
    let ended = loop {
        let done = tokio::select! {
            message = messages.recv() => match message {
                Some(Ok(message)) => talk.hear(message).await,
                Some(Err(_)) | None => Err(Ended::Gone),
            },
            _ = ticks.tick() => talk.tell().await,
        };
        if let Err(ended) = done {
            break ended;
        }
    };
    if let Ended::Closed(code, why) = ended {
        // It is closed to the client either way.
        let reason = CloseReason { code, description: Some(why.to_owned()) };
        drop(timeout(PATIENCE, talk.session.close(Some(reason))).await);
    }
}

impl Talk {
    fn new(socket: Socket, session: Session) -> Self {
        let now = Instant::now();
        Self { socket, session, opened: now, sent: now, asked: None, number: 0 }
    }

    /// Takes in what the client says.
    async fn hear(&mut self, message: Message) -> Result<(), Ended> {
        match message {
            Message::Text(text) => {
                let said = self.socket.hear(&text).await.map_err(|error| failed(&error))?;
                self.send(said).await
            }
            Message::Ping(bytes) => in_time(self.session.pong(&bytes)).await,
            Message::Pong(bytes) => {
                let answers = self.asked.is_some_and(|(_, number)| *bytes == number.to_be_bytes());
                if answers {
                    self.asked = None;
                    self.socket.taken_in().await.map_err(|error| failed(&error))?;
                }
                Ok(())
            }
            Message::Close(_) => Err(Ended::Gone),
            // What is in parts is longer than anything that is said here.
            Message::Continuation(_) | Message::Binary(_) => {
                Err(Ended::Closed(CloseCode::Unsupported, "messages are short texts"))
            }
            Message::Nop => Ok(()),
        }
    }

    /// Tells what there is to be told, unless what was told before has not been taken in yet.
    async fn tell(&mut self) -> Result<(), Ended> {
        if let Some((since, _)) = self.asked {
            return if since.elapsed() < PATIENCE { Ok(()) } else { Err(Ended::Gone) };
        }
        if !self.socket.is_bound() && self.opened.elapsed() >= UNBOUND {
            return Err(Ended::Closed(CloseCode::Policy, "it was not said what is listened to"));
        }
        let next = self.socket.next().await.map_err(|error| failed(&error))?;
        let is_some = matches!(next, Next::Told(_));
        self.send(next).await?;
        if is_some || self.sent.elapsed() >= SILENCE { self.ask().await } else { Ok(()) }
    }

    async fn send(&mut self, next: Next) -> Result<(), Ended> {
        match next {
            Next::Nothing => Ok(()),
            Next::End(why) => Err(Ended::Closed(CloseCode::Policy, why)),
            Next::Told(texts) => {
                for text in texts {
                    in_time(self.session.text(text)).await?;
                }
                self.sent = Instant::now();
                Ok(())
            }
        }
    }

    /// Asks whether the client is there. It answers once it has taken in what was sent before.
    async fn ask(&mut self) -> Result<(), Ended> {
        self.number = self.number.wrapping_add(1);
        in_time(self.session.ping(&self.number.to_be_bytes())).await?;
        let now = Instant::now();
        (self.sent, self.asked) = (now, Some((now, self.number)));
        Ok(())
    }
}

/// Sends something, unless what was sent before is not taken away in time.
async fn in_time(sending: impl Future<Output = Result<(), actix_ws::Closed>>) -> Result<(), Ended> {
    match timeout(PATIENCE, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Ended::Gone),
    }
}

fn failed(error: &Error) -> Ended {
    error.log();
    Ended::Closed(CloseCode::Error, "the server failed: come again")
}
