//! Identifier systems, extensions and tags of face scans.

/// Identifiers of accounts, of the Patients that these are.
pub const USER_ID: &str = "urn:vendor:smartscan:user";
/// Identifiers of sessions (Encounters).
pub const SESSION_ID: &str = "urn:vendor:smartscan:face-scan-session";
/// Identifiers of results (DiagnosticReports).
pub const RESULT_ID: &str = "urn:vendor:smartscan:face-scan-result";
/// Identifiers of consents (Consents).
pub const CONSENT_ID: &str = "urn:vendor:smartscan:face-scan-consent";
/// Identifiers of risks (RiskAssessments).
pub const RISK_ID: &str = "urn:vendor:smartscan:face-scan-risk";
/// Tags that a person gives a session.
pub const TAG: &str = "urn:vendor:smartscan:face-scan-tag";
/// The policies by jurisdiction that a consent names; a jurisdiction's word follows.
pub const POLICY: &str = "https://hygeia.health/fhir/consent-policy/";

/// How good the recording was, from 0 to 1.
pub const QUALITY: &str = "https://hygeia.health/fhir/StructureDefinition/scan-quality";
/// Heart age in years, as computed.
pub const HEART_AGE: &str = "https://hygeia.health/fhir/StructureDefinition/heart-age";

/// The id of the Device that is the program which measures in the browser. A tenant has one.
pub const SDK_DEVICE: &str = "smartscan-face-scan-sdk";
