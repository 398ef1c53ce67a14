//! The operations of this mount by method and path: the audit names them so, and a wrong method is told from a wrong path.

pub mod face_scan;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::assets;
use super::errors::Refusal;

/// An operation: method, path (a `:` segment stands for any), and its name in the audit trail.
type Operation = (Method, &'static str, &'static str);

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
const DEVICE_TYPES: &str = "list-device-types";
const HEALTH: &str = "health";
const UNKNOWN: &str = "unknown";

const ALL: [Operation; 17] = [
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
    (Method::POST, "/api/v1/extract-medical-data", EXTRACT),
    (Method::POST, "/v1/extract-medical-data", EXTRACT),
    (Method::GET, "/api/extractions/:/fhir", READ_EXTRACTION_FHIR),
    (Method::GET, "/api/device-types", DEVICE_TYPES),
    (Method::GET, "/api/health", HEALTH),
];

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    of_path(path).find(|(m, ..)| m == method).map_or(UNKNOWN, |(.., name)| name)
}

/// What no route takes: 405 where the path exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    let allowed: Vec<_> = of_path(request.path()).map(|(method, ..)| method.as_str()).collect();
    let refusal = match allowed.as_slice() {
        [] if assets::has(below_mount(request.path())) => Refusal::MethodNotAllowed(Method::GET.to_string()),
        [] => Refusal::UnknownAddress,
        methods => Refusal::MethodNotAllowed(methods.join(", ")),
    };
    refusal.error_response()
}

fn below_mount(path: &str) -> &str {
    path.strip_prefix(super::MOUNT).unwrap_or(path)
}

fn of_path(path: &str) -> impl Iterator<Item = &'static Operation> {
    let path = below_mount(path).to_owned();
    // `generate` is a word of its own in that place, not somebody's key.
    let all = ALL.iter().chain(face_scan::ALL);
    let exact = all.clone().any(|(_, pattern, _)| *pattern == path);
    all.filter(move |(_, pattern, _)| if exact { *pattern == path } else { matches(pattern, &path) })
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    pattern
        .split('/')
        .all(|wanted| segments.next().is_some_and(|s| s == wanted || wanted == ":" && !s.is_empty()))
        && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_path_and_a_wrong_method_are_unknown() {
        for path in ["", "/", "/api", "/api/projects/", "/api/projects/1/2", "/smartscan/api/nothing"] {
            assert_eq!(name(&Method::GET, path), UNKNOWN, "{path}");
        }
        assert_eq!(name(&Method::DELETE, "/api/projects"), UNKNOWN);
        assert_eq!(name(&Method::DELETE, "/api/api-keys/generate"), UNKNOWN);
    }

    #[test]
    fn an_operation_is_known_with_and_without_the_prefix() {
        assert_eq!(name(&Method::GET, "/smartscan/api/projects/1"), READ_PROJECT);
        assert_eq!(name(&Method::POST, "/api/api-keys/generate"), GENERATE_API_KEY);
        assert_eq!(name(&Method::POST, "/api/api-keys/1/rotate"), ROTATE_API_KEY);
    }
}
