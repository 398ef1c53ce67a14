//! Hemato.AI: photos of blood smears in, a report out. <https://api.hemato.ai>
//!
//! Each region is a mount of its own; [`Arrival::region`] says which one a request came through. The mounts are there, with no
//! endpoint yet: every address is unknown.

pub mod errors;

use actix_web::http::{Method, header};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{HttpResponse, web};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::arrival::Arrival;
use crate::http::{cors, refusals};
use crate::identity::Surface;
use errors::Refusal;

/// Where the API is mounted; the region stands behind it.
pub const MOUNT: &str = "/hemato";

const METHODS: [&str; 2] = ["GET", "POST"];

/// Adds the API's routes; pages of these origins may call it.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |config| {
        let mount = scope(MOUNT)
            .wrap(cors::origins(origins, &METHODS, &["Retry-After"]))
            .wrap(from_fn(|request, next| cors::told(request, next, errors::preflight)))
            .wrap(from_fn(|request, next| refusals::audited(request, next, Surface::Hemato, operation)))
            // Answers hold credentials and health data: no cache may keep them.
            .wrap(DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")))
            .default_service(web::to(unknown_address));
        config.service(mount);
    }
}

fn operation(_: &Method, _: &str) -> &'static str {
    "unknown"
}

async fn unknown_address(arrival: Arrival) -> HttpResponse {
    Refusal::UnknownAddress.response(arrival.region())
}
