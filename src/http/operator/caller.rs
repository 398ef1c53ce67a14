//! Telling which operator calls, before anything else of a request is looked at.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::errors::Refusal;
use super::operations;
use crate::http::{arrival, bearer};
use crate::identity::{Caller, Identity, Surface, TenantId};
use crate::records::Error;

/// An operator with a token that holds.
#[derive(Clone, Debug)]
pub struct Operator(pub Caller);

impl Operator {
    /// The same operator, doing something to a tenant.
    #[must_use]
    pub fn within(&self, tenant: TenantId) -> Caller {
        Caller { tenant, ..self.0.clone() }
    }
}

impl FromRequest for Operator {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let identity = request.app_data::<web::Data<Identity>>();
            let identity =
                identity.ok_or_else(|| Error::internal("the server was built without identity"))?;
            let token = bearer::token(&request).ok_or(Refusal::Unauthenticated)?;
            let found = identity.authenticate_session(Surface::Operator, token).await?;
            let (caller, _) =
                found.filter(|(_, account)| account.role == "admin").ok_or(Refusal::Unauthenticated)?;
            let operation = operations::name(request.method(), request.path());
            let caller = caller.doing(operation).calling_from(arrival::client(&request));
            request.extensions_mut().insert(caller.clone());
            Ok(Self(caller))
        })
    }
}
