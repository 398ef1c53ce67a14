//! Bodies: JSON whatever they are called, for the documented commands send it as a form. They are read only once the caller is known.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use tokio::time::timeout;

use super::errors::Refusal;
pub use crate::http::after::After;
use crate::http::json::opens_an_object;
use crate::records::Error;

/// The largest JSON body: a list of the most files, each with a long signed address.
const LARGEST: usize = 4 * 1024 * 1024;
/// How long a body may take to come in.
const MOST_TIME: Duration = Duration::from_secs(30);

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// A JSON body. One that is empty is an object without members.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
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
            self::read(&read.map_err(|_| body("ended early"))?).map(Self)
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
    use crate::vendors::hemato::wire::Login;

    fn refusal(text: &str) -> String {
        read::<Login>(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [r#"["a@b.c","secret"]"#, "null", "7", r#""text""#, "true"] {
            assert_eq!(refusal(text), "The body must be a JSON object.");
        }
        assert!(refusal(&"[".repeat(10_000)).starts_with("The body is not JSON"));
        assert!(refusal("tags=1").starts_with("The body is not JSON"));
    }

    #[test]
    fn a_fault_is_named_without_repeating_what_was_sent() {
        assert_eq!(refusal(r#"{"user":"s3cret"}"#), "pass_hash is required.");
        assert_eq!(refusal(" "), "user is required.");
        let wrong = "The body has a value of the wrong type at line 1, column 8.";
        assert_eq!(refusal(r#"{"user":["s3cret"],"pass_hash":""}"#), wrong);
        assert_eq!(refusal(r#"{"user":{"$ne":null},"pass_hash":""}"#), wrong);
    }
}
