//! One audit row for every request that was refused or failed, wherever on its way that happened.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use super::arrival;
use crate::identity::{Caller, Surface};
use crate::records::Records;
use crate::records::audit::Refusal;

/// Calls the handler, and audits its refusal under the name that `operation` gives to method and path. What was done is audited by
/// `records`.
///
/// # Errors
/// Those of the handler.
pub async fn audited<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    surface: Surface,
    operation: fn(&Method, &str) -> &'static str,
) -> Result<ServiceResponse<B>, Error> {
    let operation = operation(request.method(), request.path());
    let response = next.call(request).await?;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        audit(response.request(), surface, operation, status.is_server_error()).await;
    }
    Ok(response)
}

async fn audit(request: &HttpRequest, surface: Surface, operation: &'static str, failed: bool) {
    let Some(records) = request.app_data::<web::Data<Records>>() else { return };
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.unwrap_or_else(|| Caller::anonymous(surface).calling_from(arrival::client(request)));
    let refusal = if failed { Refusal::Failed } else { Refusal::Refused };
    if let Err(error) = records.audit_refusal(&caller, operation, refusal, None, None).await {
        tracing::error!(%error, "a refusal could not be audited");
    }
}
