//! What a browser sends, read within a limit of time.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use tokio::time::timeout;

use super::fault;

/// So long a form may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was read in time: nobody holds a connection by sending nothing.
pub struct InTime<T>(pub T);

impl<T: FromRequest + 'static> FromRequest for InTime<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = T::from_request(request, payload);
        Box::pin(async move {
            let late = |_| {
                let shown = fault(StatusCode::REQUEST_TIMEOUT, "The form came too slowly.");
                InternalError::from_response("the form came too slowly", shown)
            };
            timeout(PATIENCE, reading).await.map_err(late)?.map(Self).map_err(Into::into)
        })
    }
}
