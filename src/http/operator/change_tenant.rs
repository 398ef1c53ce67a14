//! `PATCH /_admin/v1/tenants/{id}`.

use actix_web::{HttpResponse, patch, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::records::Records;

/// Says what holds for the data of patients of whom no Consent says anything.
#[utoipa::path(tag = "tenants", operation_id = "change_tenant", request_body = wire::TenantChange,
    params(("id" = String, Path, description = "The tenant")),
    responses((status = 200, description = "What holds from now on", body = wire::TenantChanged),
        (status = 400, description = "It is neither `permit` nor `deny`", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[patch("/tenants/{id}")]
pub async fn change_tenant(
    path: web::Path<String>,
    Asked(operator, change): Asked<wire::TenantChange>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let tenant = text::tenant(&path)?;
    records.tenant(tenant).await?.ok_or(Refusal::NotFound("tenant"))?;
    let denies = match change.consent_default.as_str() {
        "permit" => false,
        "deny" => true,
        _ => return Err(Refusal::Field("consent_default", "must be permit or deny".to_owned())),
    };
    records.change_consent_default(&operator.within(tenant), denies).await?;
    let (tenant_id, consent_default) = (tenant.number().to_string(), change.consent_default);
    Ok(HttpResponse::Ok().json(wire::TenantChanged { tenant_id, consent_default }))
}
