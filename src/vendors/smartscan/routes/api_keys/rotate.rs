//! `POST /api/api-keys/:id/rotate` (contract SS-47).

use actix_web::{HttpResponse, post, web};

use crate::identity::Identity;
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{operations, wire};

/// Replaces an API key by a new one of the same project and name; the old one is refused from now on.
#[utoipa::path(tag = "api keys", operation_id = "rotate_api_key", params(("id" = String, Path, description = "The key's id")),
    responses((status = 201, description = "The new key", body = wire::ShownApiKeyAnswer),
        (status = 400, description = "The key is revoked already", body = wire::Failure),
        (status = 401, description = "No session token that holds", body = wire::Failure),
        (status = 404, description = "There is no such key, or it is another tenant's", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/api-keys/{id}/rotate")]
pub async fn rotate_api_key(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let note = records.note(&signed_in.caller, operations::ROTATE_API_KEY);
    let (key, secret) = identity.rotate_api_key(&signed_in.caller, super::id(&path)?, note).await?;
    Ok(HttpResponse::Created().json(super::shown(&key, &secret)))
}
