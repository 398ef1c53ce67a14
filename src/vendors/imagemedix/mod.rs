//! ImageMedix: medical images in, findings and reports out. <https://api.imagemedix.com>
//!
//! The mount is there, with no endpoint yet: every address is unknown.

pub mod errors;

use actix_web::http::{Method, header};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{HttpResponse, ResponseError, web};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::{cors, refusals};
use crate::identity::Surface;
use errors::Refusal;

/// Where the API is mounted.
pub const MOUNT: &str = "/imagemedix";

/// The headers by which a client learns of its limits (contract IM-04, IM-05).
const LIMIT_HEADERS: [&str; 4] =
    ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Adds the API's routes; pages of these origins may call it.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |config| {
        let mount = scope(MOUNT)
            .wrap(cors::origins(origins, &METHODS, &LIMIT_HEADERS))
            .wrap(from_fn(|request, next| cors::told(request, next, errors::preflight)))
            .wrap(from_fn(|request, next| refusals::audited(request, next, Surface::ImageMedix, operation)))
            // Answers hold credentials and health data: no cache may keep them.
            .wrap(DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")))
            .default_service(web::to(unknown_address));
        config.service(mount);
    }
}

fn operation(_: &Method, _: &str) -> &'static str {
    "unknown"
}

async fn unknown_address() -> HttpResponse {
    Refusal::UnknownAddress.error_response()
}
