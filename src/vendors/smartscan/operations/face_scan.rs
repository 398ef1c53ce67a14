//! The operations on face scans.

use actix_web::http::Method;

use crate::http::addresses::Address;

/// Begin a session.
pub const CREATE_SESSION: &str = "create-scan-session";
/// Read a session.
pub const READ_SESSION: &str = "read-scan-session";
/// Record a consent.
pub const RECORD_CONSENT: &str = "record-consent";
/// Read a consent.
pub const READ_CONSENT: &str = "read-consent";
/// Withdraw a consent.
pub const DELETE_CONSENT: &str = "delete-consent";
/// Erase a result.
pub const DELETE_RESULTS: &str = "delete-scan-results";
/// Make a PDF of a result.
pub const EXPORT_PDF: &str = "export-pdf";
/// Read a session as FHIR.
pub const READ_BUNDLE: &str = "read-scan-bundle";
/// Read what somebody tells of themself.
pub const READ_PROFILE: &str = "read-scan-profile";
/// Change that.
pub const UPDATE_PROFILE: &str = "update-scan-profile";
/// Keep the values of a scan.
pub const SUBMIT: &str = "submit-scan-results";
/// Look at the values of a scan, which are not kept.
pub const PREVIEW: &str = SUBMIT;
/// Have the colours of a face analysed.
pub const ANALYZE: &str = "analyze-face-scan";
/// Read a result.
pub const READ_RESULTS: &str = "read-scan-results";
/// Read values over time.
pub const READ_HISTORY: &str = "read-vital-history";
/// Read how values changed.
pub const READ_DELTA: &str = "read-delta";
/// Read how unusual values are.
pub const READ_ANOMALIES: &str = "read-anomalies";
/// Tag a session.
pub const TAG: &str = "tag-scan";
/// Read a session's tags.
pub const READ_TAGS: &str = "read-scan-tags";
/// Read risks.
pub const READ_RISK: &str = "read-risk-scores";
/// Compare a value with those of others.
pub const COMPARE: &str = "compare-with-cohort";

/// All of them; what stands first of two that match is meant.
pub(super) const ALL: &[Address] = &[
    (Method::POST, "/api/face-scan/session", CREATE_SESSION),
    (Method::GET, "/api/face-scan/session/:", READ_SESSION),
    (Method::POST, "/api/face-scan/consent", RECORD_CONSENT),
    (Method::GET, "/api/face-scan/consent/:", READ_CONSENT),
    (Method::DELETE, "/api/face-scan/consent/:", DELETE_CONSENT),
    (Method::DELETE, "/api/face-scan/results/:", DELETE_RESULTS),
    (Method::POST, "/api/face-scan/results/:/pdf", EXPORT_PDF),
    (Method::GET, "/api/face-scan/fhir/:", READ_BUNDLE),
    (Method::GET, "/api/face-scan/profile", READ_PROFILE),
    (Method::PUT, "/api/face-scan/profile", UPDATE_PROFILE),
    (Method::POST, "/api/face-scan/analyze", ANALYZE),
    (Method::POST, "/api/face-scan/results", SUBMIT),
    (Method::GET, "/api/face-scan/results/:", READ_RESULTS),
    (Method::POST, "/api/face-scan/history/tag", TAG),
    (Method::GET, "/api/face-scan/history/delta/:", READ_DELTA),
    (Method::GET, "/api/face-scan/history/anomalies/:", READ_ANOMALIES),
    (Method::GET, "/api/face-scan/history/tags/:", READ_TAGS),
    (Method::GET, "/api/face-scan/history/:", READ_HISTORY),
    (Method::GET, "/api/face-scan/risk/cohort/:", COMPARE),
    (Method::GET, "/api/face-scan/risk/:", READ_RISK),
];
