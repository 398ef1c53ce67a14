//! `POST /_admin/v1/users`.

use actix_web::{HttpResponse, post, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::core::Secret;
use crate::identity::{Surface, TenantId};
use crate::records::Records;
use crate::records::accounts::Person;
use crate::records::users::{Home, NewUser};

/// Opens an account for somebody.
#[utoipa::path(tag = "users", operation_id = "create_user", request_body = wire::NewUser,
    responses((status = 201, description = "The user", body = wire::User),
        (status = 400, description = "A field is wrong", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such organisation or tenant", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "The e-mail address is taken, or the tenant has not the vendor's surface", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/users")]
pub async fn create_user(
    Asked(operator, new): Asked<wire::NewUser>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let surface = match new.vendor.as_str() {
        "operator" => Surface::Operator,
        vendor => text::vendor(vendor)?,
    };
    let new = NewUser {
        surface,
        role: text::role(surface, &new.role)?,
        specialty: None,
        regions: text::regions(surface, new.regions)?.unwrap_or_default(),
        passwordless: false,
        home: home(&records, surface, new.organization_id, new.tenant_id).await?,
        person: Person {
            email: new.email,
            password: new.password,
            name: Secret::new(text::name(new.name.expose())?),
        },
    };
    let account = records.open_user(&operator.0, &new).await?;
    Ok(HttpResponse::Created().json(wire::User::from(account)))
}

async fn home(
    records: &Records,
    surface: Surface,
    organization: Option<String>,
    tenant: Option<String>,
) -> Result<Home, Refusal> {
    if surface == Surface::Operator {
        // Operators are of the first administrator's tenant, whatever they look after.
        let own = organization.is_none() && tenant.is_none();
        let problem = || Refusal::Field("vendor", "operator has no organisation and no tenant".to_owned());
        return own.then_some(Home::Tenant(TenantId::DEFAULT)).ok_or_else(problem);
    }
    match (organization, tenant) {
        (None, None) => Ok(Home::Own),
        (None, Some(tenant)) => Ok(Home::Tenant(super::tenant_with(records, &tenant, surface).await?)),
        (Some(id), tenant) => {
            let found = records.organization(&id).await?;
            let found = found.filter(|found| found.surface == surface.as_str());
            let found = found.ok_or(Refusal::NotFound("organization"))?;
            if tenant.is_some_and(|tenant| tenant != found.tenant.to_string()) {
                return Err(Refusal::Field("tenant_id", "must be the organisation's".to_owned()));
            }
            Ok(Home::Organization(TenantId::from_row(found.tenant), found.id))
        }
    }
}
