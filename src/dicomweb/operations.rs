//! The operations of this mount, as the audit calls them.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::http::addresses::{Address, Addresses};
use crate::http::fhir::errors::Refusal;
use crate::records::Error;

/// Store instances.
pub const STORE: &str = "dicomweb-store";
/// Search studies.
pub const SEARCH_STUDIES: &str = "dicomweb-search-studies";
/// Search series.
pub const SEARCH_SERIES: &str = "dicomweb-search-series";
/// Search instances.
pub const SEARCH_INSTANCES: &str = "dicomweb-search-instances";
/// Retrieve files.
pub const RETRIEVE: &str = "dicomweb-retrieve";
/// Retrieve attributes.
pub const METADATA: &str = "dicomweb-metadata";
/// Retrieve frames.
pub const FRAMES: &str = "dicomweb-frames";
/// Retrieve a picture.
pub const RENDERED: &str = "dicomweb-rendered";
/// Retrieve a small picture.
pub const THUMBNAIL: &str = "dicomweb-thumbnail";

const ALL: &[Address] = &[
    (Method::POST, "/studies", STORE),
    (Method::POST, "/studies/:", STORE),
    (Method::GET, "/studies", SEARCH_STUDIES),
    (Method::GET, "/studies/:/series", SEARCH_SERIES),
    (Method::GET, "/studies/:/instances", SEARCH_INSTANCES),
    (Method::GET, "/studies/:/series/:/instances", SEARCH_INSTANCES),
    (Method::GET, "/studies/:", RETRIEVE),
    (Method::GET, "/studies/:/series/:", RETRIEVE),
    (Method::GET, "/studies/:/series/:/instances/:", RETRIEVE),
    (Method::GET, "/studies/:/metadata", METADATA),
    (Method::GET, "/studies/:/series/:/metadata", METADATA),
    (Method::GET, "/studies/:/series/:/instances/:/metadata", METADATA),
    (Method::GET, "/studies/:/series/:/instances/:/frames/:", FRAMES),
    (Method::GET, "/studies/:/series/:/instances/:/rendered", RENDERED),
    (Method::GET, "/studies/:/series/:/instances/:/frames/:/rendered", RENDERED),
    (Method::GET, "/studies/:/rendered", RENDERED),
    (Method::GET, "/studies/:/series/:/rendered", RENDERED),
    (Method::GET, "/studies/:/thumbnail", THUMBNAIL),
    (Method::GET, "/studies/:/series/:/thumbnail", THUMBNAIL),
    (Method::GET, "/studies/:/series/:/instances/:/thumbnail", THUMBNAIL),
];

static ADDRESSES: Addresses = Addresses::new(super::MOUNT, &[ALL]);

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    ADDRESSES.operation(method, path)
}

/// What no route takes: 405 where the address exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    match ADDRESSES.allowed(request.path()) {
        Some(allowed) => {
            let mut response = Refusal(Error::MethodNotAllowed).error_response();
            if let Ok(allowed) = allowed.parse() {
                response.headers_mut().insert(actix_web::http::header::ALLOW, allowed);
            }
            response
        }
        None => Refusal(Error::NotFound).error_response(),
    }
}
