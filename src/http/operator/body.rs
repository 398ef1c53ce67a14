//! Bodies: JSON, strictly limited, and read only once the operator is known.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::caller::Operator;
use super::errors::Refusal;
use crate::http::json::opens_an_object;
use crate::records::Error;

/// The largest body.
const LARGEST: usize = 16 * 1024;
/// So long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// A JSON body.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

/// An operator and what it asks for.
#[derive(Clone, Debug)]
pub struct Asked<T>(pub Operator, pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request.content_type().eq_ignore_ascii_case("application/json");
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Refusal::MediaType);
            }
            let payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let late = |_| Refusal::Body("came too slowly".to_owned());
            let read = timeout(PATIENCE, payload.to_bytes_limited(LARGEST)).await.map_err(late)?;
            let bytes = read
                .map_err(|_| Refusal::BodyTooLarge)?
                .map_err(|_| Refusal::Body("ended early".to_owned()))?;
            if !opens_an_object(&bytes) {
                return Err(Refusal::Body("must be a JSON object".to_owned()));
            }
            serde_json::from_slice(&bytes).map(Self).map_err(|fault| {
                // What was sent is not repeated: it may be a password.
                let (line, column) = (fault.line(), fault.column());
                Refusal::Body(format!("is not what is expected at line {line}, column {column}"))
            })
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Asked<T> {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let operator = Operator::from_request(&request, &mut Payload::None).await?;
            let Json(asked) = Json::from_request(&request, &mut payload).await?;
            Ok(Self(operator, asked))
        })
    }
}
