//! Telling who calls, before a handler starts.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::errors::Refusal;
use crate::http::bearer;
use crate::identity::{Caller, Identity};
use crate::records::Error;

/// A client with an access token that holds.
#[derive(Clone, Debug)]
pub struct Client(pub Caller);

impl FromRequest for Client {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let identity = request
                .app_data::<web::Data<Identity>>()
                .ok_or_else(|| Error::internal("the server was built without identity"))?;
            let token = bearer::token(&request).ok_or(Error::Unauthenticated)?;
            let caller = identity.authenticate_client(token).await?.ok_or(Error::Unauthenticated)?;
            // A refusal later on is audited under this caller.
            request.extensions_mut().insert(caller.clone());
            Ok(Self(caller))
        })
    }
}
