//! The authorisation server's endpoints, one a file. <https://www.rfc-editor.org/rfc/rfc6749>

pub mod audit;
pub mod authorize;
mod body;
pub mod credential;
pub mod discovery;
pub mod errors;
pub mod form;
pub mod introspect;
pub mod jwks;
pub mod launch;
pub mod register;
pub mod revoke;
pub mod token;
pub mod wire;

use actix_cors::Cors;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::cors;
use super::docs::{Document, nothing};

/// Where the endpoints are.
pub const MOUNT: &str = "/oauth";

/// Adds the endpoints, and the documents by which they are found. Comes before the FHIR API's routes, among whose addresses one
/// of the documents is.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(authorize::authorize)
        .service(
            scope("/.well-known")
                .wrap(cors())
                .service(discovery::read_openid_configuration)
                .default_service(web::to(errors::unknown_address)),
        )
        .service(
            scope("/fhir/.well-known")
                .wrap(cors())
                .service(discovery::read_smart_configuration)
                .default_service(web::to(errors::unknown_address)),
        )
        .service(
            scope(MOUNT)
                .wrap(cors())
                .wrap(from_fn(audit::audited))
                // Answers hold credentials: no cache may keep them (RFC 6749, 5.1).
                .wrap(DefaultHeaders::new().add((CACHE_CONTROL, "no-store")).add((PRAGMA, "no-cache")))
                .service(token::give_token)
                .service(revoke::revoke_token)
                .service(introspect::introspect_token)
                .service(launch::make_launch)
                .service(register::register_client)
                .service(jwks::read_keys)
                .default_service(web::to(errors::unknown_address)),
        );
}

/// What the endpoints' OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let basic = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("The client's id and secret, for clients that have one."))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token for `/fhir`."))
        .build();
    Document {
        name: "oauth",
        title: "hygeia: authorisation server",
        description: "OAuth 2.0 and SMART App Launch 2.2: access tokens for `/fhir`. Clients with keys send `client_assertion`, public ones their `client_id`.",
        routes,
        schemes: vec![
            ("client_secret", SecurityScheme::Http(basic)),
            ("access_token", SecurityScheme::Http(bearer)),
        ],
        for_all: nothing,
    }
}

/// Programs in browsers may ask from any page: a credential is in the request itself, never in a cookie.
fn cors() -> Cors {
    cors::any_origin(&["GET", "POST"], &[])
}
