//! `POST /_admin/v1/organizations`.

use actix_web::{HttpResponse, post, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::TenantId;
use crate::records::{Error, Records};

/// Opens an organisation of a vendor, in a tenant that has the vendor's API or in a new one.
#[utoipa::path(tag = "organizations", operation_id = "create_organization", request_body = wire::NewOrganization,
    responses((status = 201, description = "The organisation", body = wire::OrganizationView),
        (status = 400, description = "A field is wrong", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "The tenant has not the vendor's surface, or has an organisation of Hemato", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/organizations")]
pub async fn create_organization(
    Asked(operator, new): Asked<wire::NewOrganization>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (vendor, name) = (text::vendor(&new.vendor)?, text::name(&new.name)?);
    let tenant = match &new.tenant_id {
        Some(id) => super::tenant_with(&records, id, vendor).await?,
        None => TenantId::PLATFORM,
    };
    let opened = records.open_organization(&operator.within(tenant), vendor, &name).await;
    if let Err(Error::Duplicate(_)) = opened {
        return Err(Refusal::Conflict("The tenant has an organisation of this vendor".to_owned()));
    }
    let opened = opened?;
    let (id, vendor, tenant_id) = (opened.id, opened.surface, opened.tenant.to_string());
    Ok(HttpResponse::Created().json(wire::OrganizationView { id, vendor, name, tenant_id }))
}
