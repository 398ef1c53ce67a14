//! `POST /_admin/v1/tenants`.

use actix_web::{HttpResponse, post, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::records::Records;

/// Founds a tenant, without surfaces.
#[utoipa::path(tag = "tenants", operation_id = "create_tenant", request_body = wire::NewTenant,
    responses((status = 201, description = "The tenant", body = wire::TenantView),
        (status = 400, description = "It has no name", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "There is a tenant of this name", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/tenants")]
pub async fn create_tenant(
    Asked(operator, new): Asked<wire::NewTenant>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let tenant = records.found_tenant(&operator.0, &text::name(&new.name)?).await?;
    Ok(HttpResponse::Created().json(wire::TenantView::from(tenant)))
}
