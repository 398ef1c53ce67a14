//! `DELETE /api/api-keys/:id` (contract SS-47).

use actix_web::{HttpResponse, delete, web};

use crate::identity::Identity;
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{operations, wire};

/// Revokes an API key: from now on it is refused. What is revoked already stays so.
#[utoipa::path(tag = "api keys", operation_id = "revoke_api_key", params(("id" = String, Path, description = "The key's id")),
    responses((status = 200, description = "It is revoked", body = wire::ApiKeyAnswer),
        (status = 401, description = "No session token that holds", body = wire::Failure),
        (status = 404, description = "There is no such key, or it is another tenant's", body = wire::Failure)),
    security(("session_token" = [])))]
#[delete("/api/api-keys/{id}")]
pub async fn revoke_api_key(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let note = records.note(&signed_in.caller, operations::REVOKE_API_KEY);
    let key = identity.revoke_api_key(&signed_in.caller, super::id(&path)?, note).await?;
    let key = key.ok_or(Refusal::NotFound)?;
    Ok(HttpResponse::Ok().json(wire::ApiKeyAnswer { success: true, api_key: super::listed(&key) }))
}
