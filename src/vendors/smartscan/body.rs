//! Bodies: JSON, strictly limited, and read only once the caller is known.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::errors::Refusal;
use super::limits::{UPLOADS, in_time};
pub use crate::http::after::After;
use crate::http::json::opens_an_object;
use crate::http::room::Share;
use crate::records::Error;

/// The largest JSON body: more than the texts of most operations need.
const LARGEST: usize = 16 * 1024;

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// A JSON body of so many bytes at most. One that is larger is a wrong one: the vendor's 413 means an image.
#[derive(Clone, Debug)]
pub struct Json<T, const MOST: usize = LARGEST>(pub T);

impl<T: DeserializeOwned + 'static, const MOST: usize> FromRequest for Json<T, MOST> {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request.content_type().to_ascii_lowercase();
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if media != "application/json" {
                return Err(not_json());
            }
            let payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let reading = async {
                let read = payload.to_bytes_limited(MOST).await;
                read.map_err(|_| Refusal::body_too_large(MOST))?.map_err(|_| body("ended early"))
            };
            let bytes = in_time("body", reading).await?;
            read(&bytes).map(Self)
        })
    }
}

/// The largest long JSON body: two minutes of colours of several regions.
const LONGEST: usize = 8 * 1024 * 1024;

/// A long JSON body. It has a share of what all uploads may hold together, which is given back with it.
#[derive(Debug)]
pub struct LargeJson<T>(pub T, pub Share<'static>);

impl<T: DeserializeOwned + Send + 'static> FromRequest for LargeJson<T> {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request.content_type().to_ascii_lowercase();
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if media != "application/json" {
                return Err(not_json());
            }
            let mut payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let mut share = UPLOADS.share();
            let reading = async {
                let mut bytes = Vec::new();
                while let Some(chunk) = payload.next().await {
                    let chunk = chunk.map_err(|_| body("ended early"))?;
                    let length = bytes.len().saturating_add(chunk.len());
                    if length > LONGEST {
                        return Err(Refusal::body_too_large(LONGEST));
                    }
                    share.grow_to(length).await?;
                    bytes.extend_from_slice(&chunk);
                }
                Ok(bytes)
            };
            let bytes = in_time("body", reading).await?;
            // Megabytes of numbers are read on a thread that may be busy with them.
            let read = web::block(move || read(&bytes)).await.map_err(Error::internal)??;
            Ok(Self(read, share))
        })
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if !opens_an_object(bytes) {
        return Err(not_an_object(bytes));
    }
    serde_json::from_slice(bytes).map_err(|fault| unreadable(&fault))
}

/// Why what is no object is refused.
fn not_an_object(bytes: &[u8]) -> Refusal {
    let read = serde_json::from_slice::<IgnoredAny>(bytes);
    read.map_or_else(|fault| unreadable(&fault), |_| body("must be a JSON object"))
}

/// Says where the fault is; of what was sent only the names of missing fields are repeated.
fn unreadable(fault: &serde_json::Error) -> Refusal {
    let place = format!("at line {}, column {}", fault.line(), fault.column());
    let said = fault.to_string();
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (fault.classify(), missing) {
        (Category::Data, Some(name)) => body(&format!("needs the field {name}")),
        (Category::Data, None) => body(&format!("has a value of the wrong type {place}")),
        (Category::Syntax | Category::Eof | Category::Io, _) => body(&format!("is not JSON {place}")),
    }
}

fn not_json() -> Refusal {
    body("must be JSON, with the Content-Type application/json")
}

fn body(problem: &str) -> Refusal {
    Refusal::Validation("body", problem.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{not_an_object, unreadable};
    use crate::vendors::smartscan::wire::Login;

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [r#"["a@b.c","secret"]"#, "null", "7", r#""text""#, "true"] {
            assert_eq!(not_an_object(text.as_bytes()).to_string(), "body must be a JSON object");
        }
        assert_eq!(not_an_object(b"").to_string(), "body is not JSON at line 1, column 0");
        assert!(not_an_object(&b"[".repeat(10_000)).to_string().starts_with("body is not JSON"));
    }

    #[test]
    fn a_fault_is_named_without_repeating_what_was_sent() {
        let refusal = |text: &str| unreadable(&serde_json::from_str::<Login>(text).unwrap_err()).to_string();
        assert_eq!(refusal(r#"{"email":"s3cret"}"#), "body needs the field password");
        assert_eq!(
            refusal(r#"{"email":["s3cret"],"password":""}"#),
            "body has a value of the wrong type at line 1, column 9"
        );
        assert_eq!(refusal("s3cret"), "body is not JSON at line 1, column 1");
        let deep = "[".repeat(100_000);
        let fault = serde_json::from_str::<Value>(&deep).unwrap_err();
        assert!(unreadable(&fault).to_string().starts_with("body is not JSON"));
    }
}
