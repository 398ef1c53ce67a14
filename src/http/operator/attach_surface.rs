//! `POST /_admin/v1/tenants/{id}/surfaces`.

use actix_web::{HttpResponse, post, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::records::Records;

/// Attaches a vendor's API to a tenant; one that is attached stays so.
#[utoipa::path(tag = "tenants", operation_id = "attach_surface", request_body = wire::NewSurface,
    params(("id" = String, Path, description = "The tenant")),
    responses((status = 201, description = "All surfaces of the tenant", body = wire::Surfaces),
        (status = 400, description = "There is no such vendor", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/tenants/{id}/surfaces")]
pub async fn attach_surface(
    path: web::Path<String>,
    Asked(operator, new): Asked<wire::NewSurface>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let tenant = text::tenant(&path)?;
    records.tenant(tenant).await?.ok_or(Refusal::NotFound("tenant"))?;
    let vendor = text::vendor(&new.vendor)?;
    let surfaces = records.attach_surface(&operator.within(tenant), vendor).await?;
    let tenant_id = tenant.number().to_string();
    Ok(HttpResponse::Created().json(wire::Surfaces { tenant_id, surfaces }))
}
