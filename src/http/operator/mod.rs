//! The operator API: tenants, organisations and their keys, users, FHIR clients and the audit trail (contract X-08). One endpoint a file.
//!
//! It stands in for what the vendors do by hand. An operator sees all tenants; each call is audited in the tenant that it is about.
//! Refusals are problem details (RFC 9457).

pub mod answers;
pub mod attach_account;
pub mod attach_surface;
pub mod body;
pub mod caller;
pub mod change_client;
pub mod change_tenant;
pub mod change_user;
pub mod clients;
pub mod create_client;
pub mod create_organization;
pub mod create_tenant;
pub mod create_user;
pub mod errors;
pub mod keys;
pub mod list_clients;
pub mod list_keys;
pub mod list_tenants;
pub mod login;
pub mod one_client;
pub mod operations;
pub mod read_audit;
pub mod register_key;
pub mod remove_client;
pub mod remove_user;
pub mod renew_client_secret;
pub mod revoke_key;
pub mod set_plan;
pub mod text;
pub mod wire;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::docs::Document;
use super::refusals;
use crate::identity::{Account, Surface, TenantId};
use crate::records::tenancy::Organization;
use crate::records::{Error, Records};
use errors::Refusal;

/// Where the API is mounted.
pub const MOUNT: &str = "/_admin/v1";

/// Adds the API's routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(
        scope(MOUNT)
            .wrap(from_fn(|request, next| {
                refusals::audited(request, next, Surface::Operator, operations::name)
            }))
            // Answers hold credentials: no cache may keep them.
            .wrap(DefaultHeaders::new().add((CACHE_CONTROL, "no-store")))
            .service(login::login)
            .service(list_tenants::list_tenants)
            .service(create_tenant::create_tenant)
            .service(change_tenant::change_tenant)
            .service(attach_surface::attach_surface)
            .service(attach_account::attach_account)
            .service(list_clients::list_clients)
            .service(create_client::create_client)
            .service(change_client::change_client)
            .service(remove_client::remove_client)
            .service(renew_client_secret::renew_client_secret)
            .service(create_organization::create_organization)
            .service(create_user::create_user)
            .service(change_user::change_user)
            .service(remove_user::remove_user)
            .service(set_plan::set_plan)
            .service(list_keys::list_keys)
            .service(register_key::register_key)
            .service(revoke_key::revoke_key)
            .service(read_audit::read_audit)
            .default_service(web::to(operations::unknown_address)),
    );
}

/// What the API's OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The token that `POST /_admin/v1/login` answers with."))
        .build();
    Document {
        name: "operator",
        title: "hygeia: operators",
        description: "Tenants, their surfaces, organisations with their keys, users and FHIR clients, and the audit trail. Refusals are problem details (RFC 9457).",
        routes,
        schemes: vec![("operator_token", SecurityScheme::Http(session))],
        for_all: answers::for_all,
    }
}

/// The user with this id, whichever tenant's it is.
async fn user(records: &Records, id: &str) -> Result<Account, Refusal> {
    records.user(text::user(id)?).await?.ok_or(Refusal::NotFound("user"))
}

/// The surface of an account.
fn surface(account: &Account) -> Result<Surface, Refusal> {
    let surface = Surface::parse(&account.surface);
    surface.ok_or_else(|| Error::internal("an account of no surface").into())
}

/// The organisation of Hemato with this id, whichever tenant's it is.
async fn organization_of_hemato(records: &Records, id: &str) -> Result<Organization, Refusal> {
    let found = records.organization(id).await?.ok_or(Refusal::NotFound("organization"))?;
    let problem = || Refusal::Field("organization_id", "must be an organisation of hemato".to_owned());
    Some(found).filter(|found| found.surface == Surface::Hemato.as_str()).ok_or_else(problem)
}

/// The tenant with this id.
async fn tenant(records: &Records, id: &str) -> Result<TenantId, Refusal> {
    let tenant = text::tenant(id)?;
    records.tenant(tenant).await?.ok_or(Refusal::NotFound("tenant"))?;
    Ok(tenant)
}

/// The tenant with this id, which must have the surface.
async fn tenant_with(records: &Records, id: &str, surface: Surface) -> Result<TenantId, Refusal> {
    let tenant = text::tenant(id)?;
    let (_, surfaces) = records.tenant(tenant).await?.ok_or(Refusal::NotFound("tenant"))?;
    if surfaces.iter().any(|attached| attached == surface.as_str()) {
        Ok(tenant)
    } else {
        Err(Refusal::Conflict("The tenant has not the vendor's surface".to_owned()))
    }
}
