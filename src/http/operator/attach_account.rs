//! `POST /_admin/v1/tenants/{id}/accounts`.

use actix_web::{HttpResponse, post, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::Identity;
use crate::records::Records;

/// Moves an account into a tenant that has its vendor's API. Its sessions end; what the person did stays where it was done.
#[utoipa::path(tag = "tenants", operation_id = "attach_account", request_body = wire::NewAccount,
    params(("id" = String, Path, description = "The tenant")),
    responses((status = 201, description = "The user as it is now", body = wire::User),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant or user", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "The tenant has not the account's surface, or has the account already", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/tenants/{id}/accounts")]
pub async fn attach_account(
    path: web::Path<String>,
    Asked(operator, new): Asked<wire::NewAccount>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let tenant = text::tenant(&path)?;
    let (_, surfaces) = records.tenant(tenant).await?.ok_or(Refusal::NotFound("tenant"))?;
    let account = super::user(&records, &new.user_id).await?;
    if !surfaces.contains(&account.surface) {
        return Err(Refusal::Conflict("The tenant has not the account's surface".to_owned()));
    }
    if account.tenant == tenant.number() {
        return Err(Refusal::Conflict("The tenant has this account already".to_owned()));
    }
    let (moved, taken) = records.move_user(&operator.0, &account, tenant).await?;
    identity.forget_taken(&taken);
    Ok(HttpResponse::Created().json(wire::User::from(moved)))
}
