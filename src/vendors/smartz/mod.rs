//! Smartz Connect: organisations, patients and what their wearable sensors tell. <https://smartz-api.azure-api.net>
//!
//! The gateway's paths begin with `/v1`, those of the developer portal and the dashboard with `/portal` and `/dashboard`, on every host
//! of theirs alike. The mount is there, with no endpoint yet: every address is unknown.

pub mod errors;

use actix_web::http::{Method, header};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{HttpResponse, ResponseError, web};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::refusals;
use crate::identity::Surface;
use errors::Refusal;

/// Where the API is mounted.
pub const MOUNT: &str = "/smartz";

/// Adds the API's routes. Pages of other origins may not call it (contract X-06).
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(
        scope(MOUNT)
            .wrap(from_fn(|request, next| refusals::audited(request, next, Surface::Smartz, operation)))
            // Answers hold credentials and health data: no cache may keep them.
            .wrap(DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")))
            .default_service(web::to(unknown_address)),
    );
}

fn operation(_: &Method, _: &str) -> &'static str {
    "unknown"
}

async fn unknown_address() -> HttpResponse {
    Refusal::UnknownAddress.error_response()
}
