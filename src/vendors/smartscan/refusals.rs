//! What a refusal needs wherever on its way it happened: the vendor's envelope, and one audit row.

use actix_cors::CorsError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError, web};

use super::{errors, operations};
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
    let operation = operations::name(request.method(), request.path());
    let response = next.call(request).await?;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        audit(response.request(), operation, status.is_server_error()).await;
    }
    Ok(response)
}

/// Puts the refusal of a preflight, which is plain text, in the vendor's envelope (contract SS-29).
///
/// # Errors
/// Those of the handler.
pub async fn enveloped<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?;
    let fault = response.response().error().and_then(Error::as_error::<CorsError>).map(ToString::to_string);
    Ok(match fault {
        Some(fault) => {
            let refusal = errors::Refusal::Validation("preflight", format!("is refused: {fault}"));
            response.into_response(refusal.error_response())
        }
        None => response.map_into_boxed_body(),
    })
}

async fn audit(request: &HttpRequest, operation: &'static str, failed: bool) {
    let Some(records) = request.app_data::<web::Data<Records>>() else { return };
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.unwrap_or_else(|| Caller::anonymous(Surface::SmartScan));
    let refusal = if failed { Refusal::Failed } else { Refusal::Refused };
    if let Err(error) = records.audit_refusal(&caller, operation, refusal, None, None).await {
        tracing::error!(%error, "a refusal could not be audited");
    }
}
