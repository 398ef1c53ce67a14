//! Bodies: JSON, strictly limited, and read only once the caller is known.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use tokio::time::timeout;

use super::errors::Refusal;
pub use crate::http::after::After;
use crate::http::json::opens_an_object;
use crate::records::Error;

/// The largest body: a batch of the most readings, each with all its members.
const LARGEST: usize = 2 * 1024 * 1024;
/// How long a body may take to come in.
const MOST_TIME: Duration = Duration::from_secs(30);

/// What bodies are sent as; the second by who changes something (RFC 7396).
const MEDIA: [&str; 2] = ["application/json", "application/merge-patch+json"];

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// A body as it came.
#[derive(Clone, Debug)]
pub struct Raw(pub web::Bytes);

impl FromRequest for Raw {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let read = timeout(MOST_TIME, payload.to_bytes_limited(LARGEST)).await;
            let read = read.map_err(|_| body("took longer than 30 seconds to come in"))?;
            let read =
                read.map_err(|_| Refusal::Invalid(format!("The body is larger than {LARGEST} bytes.")))?;
            read.map(Self).map_err(|_| body("ended early"))
        })
    }
}

/// A JSON body. One that is empty is an object without members.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request.content_type().to_ascii_lowercase();
        let raw = Raw::from_request(request, payload);
        Box::pin(async move {
            let Raw(bytes) = raw.await?;
            if !bytes.is_empty() && !MEDIA.contains(&media.as_str()) {
                return Err(Refusal::field("Content-Type", "must be application/json"));
            }
            read(&bytes).map(Self)
        })
    }
}

/// Reads a JSON object.
///
/// # Errors
/// Where the fault is; of what was sent only the names of missing fields are repeated.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    if !opens_an_object(bytes) {
        let is_json = serde_json::from_slice::<IgnoredAny>(bytes);
        return Err(is_json.map_or_else(|fault| unreadable(&fault), |_| body("must be a JSON object")));
    }
    serde_json::from_slice(bytes).map_err(|fault| unreadable(&fault))
}

fn unreadable(fault: &serde_json::Error) -> Refusal {
    let place = format!("at line {}, column {}", fault.line(), fault.column());
    let said = fault.to_string();
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (fault.classify(), missing) {
        (Category::Data, Some(name)) => Refusal::field(name, "is required"),
        (Category::Data, None) => body(&format!("has a value of the wrong type {place}")),
        (Category::Syntax | Category::Eof | Category::Io, _) => body(&format!("is not JSON {place}")),
    }
}

fn body(problem: &str) -> Refusal {
    Refusal::Invalid(format!("The body {problem}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors::smartz::wire::SignIn;

    #[test]
    fn a_fault_is_named_without_repeating_what_was_sent() {
        let refusal = |text: &str| read::<SignIn>(text.as_bytes()).unwrap_err().to_string();
        for text in [r#"["a@b.c","secret"]"#, "null", "7", r#""text""#, "true"] {
            assert_eq!(refusal(text), "The body must be a JSON object.");
        }
        assert!(refusal(&"[".repeat(10_000)).starts_with("The body is not JSON"));
        assert_eq!(refusal(r#"{"email":"s3cret"}"#), "password is required.");
        assert_eq!(refusal(" "), "email is required.");
        let wrong = "The body has a value of the wrong type at line 1, column 9.";
        assert_eq!(refusal(r#"{"email":["s3cret"],"password":""}"#), wrong);
    }
}
