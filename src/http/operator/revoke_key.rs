//! `DELETE /_admin/v1/hemato/keys/{kid}`.

use actix_web::{HttpResponse, delete, web};

use super::caller::Operator;
use super::errors::{CONTENT_TYPE, Refusal};
use super::wire;
use crate::identity::{Identity, TenantId};
use crate::records::Records;

/// Revokes a public key at once. Its kid stays taken; revoking it again changes nothing.
#[utoipa::path(tag = "keys", operation_id = "revoke_key",
    params(("kid" = String, Path, description = "By what tokens name the key")),
    responses((status = 204, description = "The key is revoked"),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such key", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[delete("/hemato/keys/{kid}")]
pub async fn revoke_key(
    path: web::Path<String>,
    operator: Operator,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let key = identity.organization_key(&path).await?.ok_or(Refusal::NotFound("key"))?;
    let note = records.note(&operator.within(TenantId::from_row(key.tenant)), "revoke-key");
    identity.revoke_organization_key(&key, note).await?;
    Ok(HttpResponse::NoContent().finish())
}
