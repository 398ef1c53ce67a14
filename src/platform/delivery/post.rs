//! One try: sending a delivery once.

use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Body, Method, Request};
use url::Url;

use super::letter::{Letter, Outward};
use super::{Deliveries, Outgoing, Sent};
use crate::core::trace;
use crate::platform::mail::Unsent;
use crate::storage::deliveries::{Next, Tried};
use crate::storage::{StorageError, TenantId};

/// So long a receiver has to answer, from the connection to the head of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most characters that are kept of what went wrong.
const LONGEST_FAULT: usize = 200;

/// What came of it.
enum Answered {
    /// A status.
    Status(u16),
    /// It was handed over, or there is nothing to be told.
    Done,
    /// Why not; it is tried again.
    Fault(String),
    /// Why not, and never will be.
    Ever(String),
}

impl Deliveries {
    /// Sends a delivery, and tells what came of it, and which others were told with it. Of an answer nothing but the status is looked at.
    ///
    /// # Errors
    /// When what is to be sent cannot be read.
    pub(super) async fn post(
        &self,
        tenant: TenantId,
        (kind, receiver): (&str, &str),
        url: Url,
        next: &Next,
    ) -> Result<(Tried, Vec<String>), StorageError> {
        let begun = Instant::now();
        let mut also = Vec::new();
        let answered = match self.style(kind).map(|style| &style.sent) {
            None => Answered::Fault("receivers of this kind are not served".to_owned()),
            Some(Sent::Body(headers)) => self.requested(self.body(*headers, url, next)).await,
            Some(Sent::Letter(scribe)) => {
                let written = scribe.write(tenant, receiver, next).await?;
                also = written.also;
                self.sent(written.letter).await
            }
        };
        let duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let tried = Tried { again: None, outcome: None, duration_ms, status: None, fault: None };
        let short = |fault: String| Some(fault.chars().take(LONGEST_FAULT).collect());
        let tried = match answered {
            Answered::Done => Tried { outcome: Some("delivered"), ..tried },
            Answered::Status(status) => {
                let tried = Tried { status: Some(i64::from(status)), ..tried };
                if (200..300).contains(&status) {
                    Tried { outcome: Some("delivered"), ..tried }
                } else {
                    self.put_off(kind, tried, next)
                }
            }
            Answered::Fault(fault) => self.put_off(kind, Tried { fault: short(fault), ..tried }, next),
            Answered::Ever(fault) => Tried { outcome: Some("failed"), fault: short(fault), ..tried },
        };
        Ok((tried, also))
    }

    async fn sent(&self, letter: Letter) -> Answered {
        match letter {
            Letter::Nothing => Answered::Done,
            Letter::Never(fault) => Answered::Ever(fault),
            Letter::Request(outward) => self.requested(request(outward)).await,
            Letter::Mail(mail) => match self.mailer.send(&mail).await {
                Ok(()) => Answered::Done,
                Err(Unsent::Now(fault)) => Answered::Fault(fault),
                Err(Unsent::Ever(fault)) => Answered::Ever(fault),
            },
        }
    }

    async fn requested(&self, mut request: Request) -> Answered {
        // Names of spans have no letters that a header cannot hold.
        if let Some(Ok(here)) = trace::here().map(HeaderValue::try_from) {
            request.headers_mut().insert(HeaderName::from_static(trace::HEADER), here);
        }
        match self.egress.status(request).await {
            Ok(status) => Answered::Status(status),
            Err(fault) => Answered::Fault(fault.to_string()),
        }
    }

    /// What cannot be posted at all.
    pub(super) fn unposted(&self, kind: &str, next: &Next, fault: &str) -> Tried {
        let fault = Some(fault.to_owned());
        self.put_off(kind, Tried { again: None, outcome: None, duration_ms: 0, status: None, fault }, next)
    }

    fn put_off(&self, kind: &str, tried: Tried, next: &Next) -> Tried {
        let chance = self.ids.random_bytes(1).first().copied().unwrap_or_default();
        let waits_ms = self.style(kind).map_or(&super::waits::SLOW_MS[..], |style| style.waits_ms);
        match super::waits::after(waits_ms, next.tries.saturating_add(1), chance) {
            Some(wait) => Tried { again: Some(self.clock.now() + wait), ..tried },
            None => Tried { outcome: Some("failed"), ..tried },
        }
    }

    fn body(
        &self,
        headers: fn(&Outgoing<'_>) -> Vec<(&'static str, String)>,
        url: Url,
        next: &Next,
    ) -> Request {
        let mut request = Request::new(Method::POST, url);
        *request.timeout_mut() = Some(PATIENCE);
        *request.body_mut() = Some(Body::from(next.body.clone()));
        let outgoing = Outgoing {
            id: &next.id,
            event: &next.event,
            body: &next.body,
            secret: next.secret.as_deref(),
            at: self.clock.now(),
        };
        let fields = request.headers_mut();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers(&outgoing) {
            // Names, ids and signatures of ours have no letters that a header cannot hold.
            if let Ok(value) = HeaderValue::from_str(&value) {
                fields.insert(HeaderName::from_static(name), value);
            }
        }
        request
    }
}

fn request(outward: Outward) -> Request {
    let Outward { is_put, url, headers, body, patience_s } = outward;
    let mut request = Request::new(if is_put { Method::PUT } else { Method::POST }, url);
    *request.timeout_mut() = Some(patience_s.map_or(PATIENCE, Duration::from_secs));
    *request.body_mut() = Some(Body::from(body.into_inner()));
    request.headers_mut().extend(headers);
    request
}
