//! One audit row for every request that was refused or failed, wherever on its way that happened.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::interaction::Named;
use crate::http::arrival;
use crate::identity::{Caller, Surface};
use crate::records::Records;
use crate::records::audit::Refusal;

/// Calls the handler, and audits its refusal. What was done is audited by `records`.
///
/// # Errors
/// Those of the handler.
pub async fn audited<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let path = request.path().strip_prefix(super::MOUNT).unwrap_or_default();
    let named = Named::of(request.method().as_str(), path);
    let response = next.call(request).await?;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        audit(response.request(), &named, status.is_server_error()).await;
    }
    Ok(response)
}

async fn audit(request: &actix_web::HttpRequest, named: &Named, failed: bool) {
    let Some(records) = request.app_data::<web::Data<Records>>() else { return };
    let caller = request.extensions().get::<Caller>().cloned();
    let nobody = || Caller::anonymous(Surface::Fhir).calling_from(arrival::client(request));
    let caller = caller.unwrap_or_else(nobody);
    let refusal = if failed { Refusal::Failed } else { Refusal::Refused };
    let Named { interaction, resource_type, id } = named;
    let audited = records.audit_refusal(&caller, interaction, refusal, *resource_type, id.as_deref()).await;
    if let Err(error) = audited {
        tracing::error!(%error, "a refusal could not be audited");
    }
}
