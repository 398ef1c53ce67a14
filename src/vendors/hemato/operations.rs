//! The operations of this mount, as the audit calls them.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::assets;
use super::errors::Refusal;
use crate::core::config::mounts::Region;
use crate::http::addresses::{Address, Addresses};
use crate::http::arrival::Arrival;

/// Sign in.
pub const LOGIN: &str = "login";
/// Tell whether a token holds, and why not.
pub const HELLO: &str = "hello";
/// List studies.
pub const LIST_STUDIES: &str = "list-studies";
/// Read a study.
pub const READ_STUDY: &str = "read-study";
/// Add a file to a study.
pub const ADD_FILE: &str = "add-file";
/// Request a diagnostic study.
pub const REQUEST_TASKS: &str = "request-tasks";
/// Tell how far a study is.
pub const READ_STATUS: &str = "read-study-status";
/// Read the report on a study.
pub const READ_REPORT: &str = "read-study-report";
/// List the files of a study.
pub const LIST_FILES: &str = "list-files";
/// Read a file of a study.
pub const READ_FILE: &str = "read-file";
/// List the cells of a study.
pub const LIST_CELLS: &str = "list-cells";
/// Tell how the report on a study stands.
pub const READ_REVIEW: &str = "read-review";
/// List the keys of an organisation.
pub const LIST_KEYS: &str = "list-keys";
/// Register a key of an organisation.
pub const REGISTER_KEY: &str = "register-key";
/// Revoke a key of an organisation.
pub const REVOKE_KEY: &str = "revoke-key";
/// Analyse a study.
pub const ANALYSE_STUDY: &str = "analyse-study";

const ALL: &[Address] = &[
    (Method::POST, "/auth/login", LOGIN),
    (Method::POST, "/auth/hello", HELLO),
    (Method::GET, "/auth/hello", HELLO),
    (Method::POST, "/auth/helo", HELLO),
    (Method::GET, "/auth/helo", HELLO),
    (Method::POST, "/pbs", "create-study"),
    (Method::GET, "/pbs", LIST_STUDIES),
    (Method::GET, "/pbs/:", READ_STUDY),
    (Method::POST, "/pbs/:/files", ADD_FILE),
    (Method::POST, "/pbs/:/tasks", REQUEST_TASKS),
    (Method::GET, "/pbs/:/status", READ_STATUS),
    (Method::GET, "/pbs/:/report", READ_REPORT),
    (Method::GET, "/pbs/:/files", LIST_FILES),
    // Once it was sent nothing of a file changes.
    (Method::GET, "/pbs/:/files/:", READ_FILE),
    (Method::GET, "/pbs/:/cells", LIST_CELLS),
    (Method::GET, "/pbs/:/review", READ_REVIEW),
    (Method::POST, "/pbs/:/corrections", "correct-cell"),
    (Method::POST, "/pbs/:/signature", "sign-report"),
    (Method::GET, "/keys", LIST_KEYS),
    (Method::POST, "/keys", REGISTER_KEY),
    (Method::DELETE, "/keys/:", REVOKE_KEY),
    (Method::GET, "/heartbeat", "heartbeat"),
];

static ADDRESSES: Addresses = Addresses::new(super::MOUNT, &[ALL]);

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    ADDRESSES.operation(method, path)
}

/// What no route takes: 405 where the path exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    let region = Arrival::of(&request).and_then(|arrival| arrival.region());
    let path = request.path().strip_prefix(super::MOUNT).unwrap_or_default();
    if path == "/teapot" && has_teapot(region) {
        return Refusal::Teapot.error_response();
    }
    let allowed = ADDRESSES.allowed(request.path());
    let allowed = allowed.or_else(|| assets::has(path).then(|| Method::GET.to_string()));
    allowed.map_or(Refusal::UnknownAddress(region), Refusal::MethodNotAllowed).error_response()
}

/// Only where nothing is for production.
fn has_teapot(region: Option<Region>) -> bool {
    matches!(region, Some(Region::Dev | Region::Qa))
}
