//! One audit row for every request that was refused or failed, wherever on its way that happened.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use crate::fhir::ResourceType;
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
    let (address, interaction) = {
        let path = request.path().strip_prefix(super::MOUNT).unwrap_or_default().to_owned();
        let interaction = interaction(request.method(), &path);
        (path, interaction)
    };
    let response = next.call(request).await?;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        audit(response.request(), &address, interaction, status.is_server_error()).await;
    }
    Ok(response)
}

async fn audit(request: &actix_web::HttpRequest, address: &str, interaction: &'static str, failed: bool) {
    let Some(records) = request.app_data::<web::Data<Records>>() else { return };
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.unwrap_or_else(|| Caller::anonymous(Surface::Fhir));
    let mut segments = address.split('/').filter(|segment| !segment.is_empty());
    let resource_type = segments.next().and_then(ResourceType::parse);
    let id = segments.next().filter(|_| resource_type.is_some());
    let refusal = if failed { Refusal::Failed } else { Refusal::Refused };
    if let Err(error) = records.audit_refusal(&caller, interaction, refusal, resource_type, id).await {
        tracing::error!(%error, "a refusal could not be audited");
    }
}

/// The interaction that a method and path ask for, in the words of the CapabilityStatement.
fn interaction(method: &Method, path: &str) -> &'static str {
    let depth = path.split('/').filter(|segment| !segment.is_empty()).count();
    match (method.as_str(), depth) {
        ("GET" | "HEAD", 1) if path == "/metadata" => "capabilities",
        ("GET" | "HEAD", _) if path.starts_with("/$") => "operation",
        ("GET" | "HEAD", 0) => "search-system",
        ("GET" | "HEAD", 1) if path == "/_history" => "history-system",
        ("GET" | "HEAD", 1) => "search-type",
        ("GET" | "HEAD", 2) if path.ends_with("/_history") => "history-type",
        ("GET" | "HEAD", 2) => "read",
        ("GET" | "HEAD", 3) => "history-instance",
        ("GET" | "HEAD", _) => "vread",
        ("POST", _) if path.rsplit('/').next().is_some_and(|last| last.starts_with('$')) => "operation",
        ("POST", 0) => "transaction",
        ("POST", 1) => "create",
        ("POST", 2) if path.ends_with("/_search") => "search-type",
        ("PUT", _) => "update",
        ("DELETE", _) => "delete",
        ("PATCH", _) => "patch",
        _ => "operation",
    }
}
