//! The operations of this mount, as the audit calls them.

pub mod face_scan;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::assets;
use super::caller::Stranger;
use super::errors::Refusal;
use crate::http::addresses::{Address, Addresses};

/// Open an account.
pub const REGISTER: &str = "register";
/// Sign in.
pub const LOGIN: &str = "login";
/// Read one's account.
pub const ME: &str = "read-me";
/// Read one's profile.
pub const READ_PROFILE: &str = "read-profile";
/// Change one's profile.
pub const UPDATE_PROFILE: &str = "update-profile";
/// List projects.
pub const LIST_PROJECTS: &str = "list-projects";
/// Make a project.
pub const CREATE_PROJECT: &str = "create-project";
/// Read a project.
pub const READ_PROJECT: &str = "read-project";
/// List API keys.
pub const LIST_API_KEYS: &str = "list-api-keys";
/// Make an API key.
pub const GENERATE_API_KEY: &str = "generate-api-key";
/// Revoke an API key.
pub const REVOKE_API_KEY: &str = "revoke-api-key";
/// Replace an API key.
pub const ROTATE_API_KEY: &str = "rotate-api-key";
/// Read a picture.
pub const EXTRACT: &str = "extract-medical-data";
/// Read what was kept of a reading.
pub const READ_EXTRACTION_FHIR: &str = "read-extraction-fhir";
/// Sum up what was done with the API keys.
pub const READ_STATS: &str = "read-stats";
/// Sum up what was done with the API keys, by day.
pub const READ_ANALYTICS: &str = "read-analytics";
/// List what was done with the API keys.
pub const LIST_CALLS: &str = "list-calls";
const DEVICE_TYPES: &str = "list-device-types";
const HEALTH: &str = "health";

const ALL: &[Address] = &[
    (Method::POST, "/api/auth/register", REGISTER),
    (Method::POST, "/api/auth/login", LOGIN),
    (Method::GET, "/api/auth/me", ME),
    (Method::GET, "/api/auth/profile", READ_PROFILE),
    (Method::PUT, "/api/auth/profile", UPDATE_PROFILE),
    (Method::GET, "/api/projects", LIST_PROJECTS),
    (Method::POST, "/api/projects", CREATE_PROJECT),
    (Method::GET, "/api/projects/:", READ_PROJECT),
    (Method::GET, "/api/api-keys", LIST_API_KEYS),
    (Method::POST, "/api/api-keys/generate", GENERATE_API_KEY),
    (Method::DELETE, "/api/api-keys/:", REVOKE_API_KEY),
    (Method::POST, "/api/api-keys/:/rotate", ROTATE_API_KEY),
    (Method::GET, "/api/dashboard/stats", READ_STATS),
    (Method::GET, "/api/usage/analytics", READ_ANALYTICS),
    (Method::GET, "/api/usage/logs", LIST_CALLS),
    (Method::POST, "/api/v1/extract-medical-data", EXTRACT),
    (Method::POST, "/v1/extract-medical-data", EXTRACT),
    (Method::GET, "/api/extractions/:/fhir", READ_EXTRACTION_FHIR),
    (Method::GET, "/api/device-types", DEVICE_TYPES),
    (Method::GET, "/api/health", HEALTH),
];

static ADDRESSES: Addresses = Addresses::new(super::MOUNT, &[ALL, face_scan::ALL]);

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    ADDRESSES.operation(method, path)
}

/// What no route takes: 405 where the path exists, 404 otherwise.
pub async fn unknown_address(_: Stranger, request: HttpRequest) -> HttpResponse {
    let path = request.path();
    let of_asset =
        || assets::has(path.strip_prefix(super::MOUNT).unwrap_or(path)).then(|| Method::GET.to_string());
    let allowed = ADDRESSES.allowed(path).or_else(of_asset);
    allowed.map_or(Refusal::UnknownAddress, Refusal::MethodNotAllowed).error_response()
}
