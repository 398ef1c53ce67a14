//! `GET /api/api-keys` (contract SS-45).

use actix_web::{HttpResponse, get, web};

use crate::identity::Identity;
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{operations, wire};

/// Lists the API keys, oldest first, without the keys themselves.
#[utoipa::path(tag = "api keys", operation_id = "list_api_keys",
    responses((status = 200, description = "The keys", body = wire::ApiKeys),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/api-keys")]
pub async fn list_api_keys(
    signed_in: SessionCaller,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let api_keys = identity.api_keys(&signed_in.caller).await?.iter().map(super::listed).collect();
    records.audit_success(&signed_in.caller, operations::LIST_API_KEYS).await?;
    Ok(HttpResponse::Ok().json(wire::ApiKeys { success: true, api_keys }))
}
