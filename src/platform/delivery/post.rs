//! One try: posting a delivery once.

use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Body, Method, Request};
use url::Url;

use super::{Deliveries, Outgoing};
use crate::storage::deliveries::{Next, Tried};

/// So long a receiver has to answer, from the connection to the head of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most characters that are kept of what went wrong.
const LONGEST_FAULT: usize = 200;

impl Deliveries {
    /// Posts a delivery, and tells what came of it. Of the answer nothing but the status is looked at.
    pub(super) async fn post(&self, kind: &str, url: Url, next: &Next) -> Tried {
        let begun = Instant::now();
        let answered = self.egress.status(self.request(kind, url, next)).await;
        let duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let (status, fault) = match answered {
            Ok(status) => (Some(status), None),
            Err(fault) => (None, Some(fault.to_string().chars().take(LONGEST_FAULT).collect())),
        };
        let tried = Tried { again: None, outcome: None, duration_ms, status: status.map(i64::from), fault };
        if status.is_some_and(|status| (200..300).contains(&status)) {
            Tried { outcome: Some("delivered"), ..tried }
        } else {
            self.put_off(tried, next)
        }
    }

    /// What cannot be posted at all.
    pub(super) fn unposted(&self, next: &Next, fault: &str) -> Tried {
        let fault = Some(fault.to_owned());
        self.put_off(Tried { again: None, outcome: None, duration_ms: 0, status: None, fault }, next)
    }

    fn put_off(&self, tried: Tried, next: &Next) -> Tried {
        let chance = self.ids.random_bytes(1).first().copied().unwrap_or_default();
        match super::waits::after(next.tries.saturating_add(1), chance) {
            Some(wait) => Tried { again: Some(self.clock.now() + wait), ..tried },
            None => Tried { outcome: Some("failed"), ..tried },
        }
    }

    fn request(&self, kind: &str, url: Url, next: &Next) -> Request {
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
        let style = self.styles.iter().find(|style| style.kind == kind);
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in style.into_iter().flat_map(|style| (style.headers)(&outgoing)) {
            // Names, ids and signatures of ours have no letters that a header cannot hold.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        request
    }
}
