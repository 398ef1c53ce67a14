//! Request bodies: size, media type, strict JSON.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answer::JSON;
use super::errors::Refusal;
use crate::fhir::json;
use crate::records::Error;

/// The largest body that is taken.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// A resource as it was sent. On `/Binary`, any other media type than FHIR's is the Binary's content.
#[derive(Clone, Debug)]
pub struct Resource(pub Value);

impl FromRequest for Resource {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request.content_type().to_ascii_lowercase();
        let name = request.match_info().get("type").map(super::resource_type);
        let is_binary = request.match_info().get("type") == Some("Binary");
        let id = request.match_info().get("id").map(str::to_owned);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            // An address that is wrong is told before anything of the body is looked at.
            name.transpose()?;
            let is_json =
                matches!(media.as_str(), "application/fhir+json" | "application/json" | "text/json" | "");
            if !is_json && !is_binary {
                return Err(Error::UnsupportedMediaType(JSON).into());
            }
            let payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let bytes = read(payload).await?;
            if is_json { Ok(Self(parse(&bytes)?)) } else { Ok(Self(binary(&media, id.as_deref(), &bytes))) }
        })
    }
}

async fn read(payload: web::Payload) -> Result<Bytes, Error> {
    match payload.to_bytes_limited(LARGEST).await {
        Err(_) => Err(Error::TooLarge(LARGEST)),
        Ok(read) => read.map_err(|_| {
            Error::BadRequest(crate::fhir::outcome::IssueType::Incomplete, "the body ended early".to_owned())
        }),
    }
}

fn parse(bytes: &[u8]) -> Result<Value, Error> {
    json::parse_resource(bytes).map_err(|fault| Error::Invalid(vec![fault.issue()]))
}

fn binary(media: &str, id: Option<&str>, bytes: &[u8]) -> Value {
    let mut binary =
        json!({ "resourceType": "Binary", "contentType": media, "data": STANDARD.encode(bytes) });
    if let (Some(id), Some(object)) = (id, binary.as_object_mut()) {
        object.insert("id".to_owned(), id.into());
    }
    binary
}
