//! The operations of this mount, as the audit calls them.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::assets;
use super::errors::Refusal;
use crate::http::addresses::{Address, Addresses};

/// Sign in.
pub const LOGIN: &str = "login";
/// Go to Google to sign in.
pub const BEGIN_SIGN_IN: &str = "begin-sign-in";
/// Tell how people may sign in.
pub const SIGN_IN_METHODS: &str = "list-sign-in-methods";
/// Read one's account.
pub const ME: &str = "read-me";
/// List users.
pub const LIST_USERS: &str = "list-users";
/// Tell whether the server works.
pub const HEALTH: &str = "health";
/// Read a patient's record.
pub const READ_PATIENT: &str = "read-patient";

/// Read a scan.
pub const READ_SCAN: &str = "read-scan";
/// Change a scan.
pub const UPDATE_SCAN: &str = "update-scan";
/// Tell how far a scan is.
pub const READ_SCAN_STATUS: &str = "read-scan-status";
/// Analyse a scan.
pub const ANALYSE_SCAN: &str = "analyse-scan";
/// Tell how far the analysis of a scan is.
pub const READ_ANALYSIS_STATUS: &str = "read-analysis-status";
/// Read the picture of a scan.
pub const READ_PICTURE: &str = "read-picture";
/// Read the report on a scan.
pub const READ_REPORT: &str = "read-report";
/// Have something posted to a webhook again.
pub const REPLAY_DELIVERY: &str = "replay-delivery";

const ALL: &[Address] = &[
    (Method::POST, "/api/auth/login", LOGIN),
    (Method::GET, "/api/auth/google", BEGIN_SIGN_IN),
    (Method::GET, "/api/auth/google/callback", LOGIN),
    (Method::GET, "/api/auth/methods", SIGN_IN_METHODS),
    (Method::GET, "/api/auth/me", ME),
    (Method::GET, "/api/users/users", LIST_USERS),
    (Method::GET, "/api/users", LIST_USERS),
    (Method::POST, "/api/users/users", "create-user"),
    (Method::PATCH, "/api/users/users/:", "update-user"),
    (Method::GET, "/api/patients", "list-patients"),
    (Method::POST, "/api/patients", "create-patient"),
    (Method::GET, "/api/patients/:", READ_PATIENT),
    (Method::PATCH, "/api/patients/:", "update-patient"),
    (Method::DELETE, "/api/patients/:", "delete-patient"),
    (Method::POST, "/api/patients/:/medical-history", "add-medical-history"),
    (Method::POST, "/api/patients/:/notes", "add-note"),
    (Method::POST, "/api/patients/:/assign-doctor", "assign-doctor"),
    (Method::GET, "/api/scans", "list-scans"),
    (Method::POST, "/api/scans", "create-scan"),
    (Method::GET, "/api/scans/:", READ_SCAN),
    (Method::PATCH, "/api/scans/:", UPDATE_SCAN),
    (Method::DELETE, "/api/scans/:", "delete-scan"),
    (Method::GET, "/api/scans/:/status", READ_SCAN_STATUS),
    (Method::POST, "/api/scans/:/annotations", "add-annotation"),
    (Method::POST, "/api/scans/:/report", "create-report"),
    (Method::POST, "/api/ml/brain/analyze", ANALYSE_SCAN),
    (Method::POST, "/api/ml/chest/analyze", ANALYSE_SCAN),
    (Method::GET, "/api/ml/status/:", READ_ANALYSIS_STATUS),
    (Method::GET, "/api/webhooks", "list-webhooks"),
    (Method::POST, "/api/webhooks", "create-webhook"),
    (Method::PATCH, "/api/webhooks/:", "update-webhook"),
    (Method::DELETE, "/api/webhooks/:", "delete-webhook"),
    (Method::GET, "/api/webhooks/:/deliveries", "list-deliveries"),
    (Method::POST, "/api/webhooks/:/deliveries/:/replay", REPLAY_DELIVERY),
    (Method::GET, "/uploads/:", READ_PICTURE),
    (Method::GET, "/reports/:", READ_REPORT),
    (Method::GET, "/api/health", HEALTH),
];

static ADDRESSES: Addresses = Addresses::new(super::MOUNT, &[ALL]);

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    ADDRESSES.operation(method, path)
}

/// What no route takes: 405 where the path exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    let path = request.path();
    let of_asset =
        || assets::has(path.strip_prefix(super::MOUNT).unwrap_or(path)).then(|| Method::GET.to_string());
    let allowed = ADDRESSES.allowed(path).or_else(of_asset);
    allowed.map_or(Refusal::UnknownAddress, Refusal::MethodNotAllowed).error_response()
}
