//! The client that an operator does something to, found before that is done.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use uuid::Uuid;

use super::caller::Operator;
use super::errors::Refusal;
use super::text;
use crate::identity::{Identity, TenantId};
use crate::records::audit::Note;
use crate::records::{Error, Records};

/// A client of a tenant, by the address of the request.
pub struct OneClient {
    /// The tenant, which there is.
    pub tenant: TenantId,
    /// The client's id; whether there is one shows when something is done to it.
    pub id: Uuid,
    /// Does it.
    pub identity: web::Data<Identity>,
    /// What the audit trail is told, in the transaction of what is done.
    pub note: Note,
}

impl OneClient {
    /// The client of this request.
    ///
    /// # Errors
    /// When there is no such tenant, or the id is none of a client.
    pub async fn of(request: &HttpRequest, operator: &Operator) -> Result<Self, Refusal> {
        let missing = || Error::internal("the server was built without identity or records");
        let identity = request.app_data::<web::Data<Identity>>().cloned().ok_or_else(missing)?;
        let records = request.app_data::<web::Data<Records>>().ok_or_else(missing)?;
        let (tenant, id) = (request.match_info().query("id"), request.match_info().query("client_id"));
        let tenant = super::tenant(records, tenant).await?;
        let id = text::client(id)?;
        let caller = operator.within(tenant);
        let note = records.note(&caller, caller.operation.unwrap_or("change-client"));
        Ok(Self { tenant, id, identity, note })
    }
}

impl FromRequest for OneClient {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let operator = Operator::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move { Self::of(&request, &operator.await?).await })
    }
}
