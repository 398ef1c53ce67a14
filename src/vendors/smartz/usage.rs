//! Noting each call with a subscription's key, however it ends, for its owner's overview. The address is noted by its pattern, without ids.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::identity::gateway::Subscription;
use crate::identity::{Surface, TenantId};
use crate::platform::usage::{Call, Usage};
use crate::records::Records;

/// Whose call it is.
#[derive(Clone)]
struct Known {
    tenant: TenantId,
    subscription: String,
    since: DateTime<Utc>,
}

/// Notes whose call a request is.
pub fn know(request: &HttpRequest, subscription: &Subscription, since: DateTime<Utc>) {
    let tenant = TenantId::from_row(subscription.tenant);
    request.extensions_mut().insert(Known { tenant, subscription: subscription.id.to_string(), since });
}

/// Notes a call with a key before its answer leaves.
///
/// # Errors
/// Those of the handler.
pub async fn noted<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let response = next.call(request).await?;
    let request = response.request();
    let known = request.extensions().get::<Known>().cloned();
    let parts = (request.app_data::<web::Data<Usage>>(), request.app_data::<web::Data<Records>>());
    let (Some(known), (Some(usage), Some(records))) = (known, parts) else { return Ok(response) };
    let pattern = request.match_pattern().unwrap_or_default();
    let call = Call {
        id: Uuid::nil(),
        called_at: known.since,
        project: known.subscription,
        key_prefix: String::new(),
        method: request.method().to_string(),
        path: pattern.strip_prefix(super::MOUNT).unwrap_or(&pattern).to_owned(),
        status: response.status().as_u16().into(),
        duration_ms: (records.now() - known.since).num_milliseconds(),
        device_type: None,
        confidence: None,
        error_code: None,
    };
    if let Err(error) = usage.note(known.tenant, Surface::Smartz.as_str(), call).await {
        tracing::error!(%error, "a call could not be noted");
    }
    Ok(response)
}
