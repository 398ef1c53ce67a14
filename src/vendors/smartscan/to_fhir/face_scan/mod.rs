//! Face scans as FHIR resources. Pure: time and ids come in from the caller.

pub mod consent;
pub mod document;
pub mod person;
pub mod profile;
pub mod result;
pub mod risk;
pub mod session;

use chrono::{DateTime, Utc};

/// Whom a scan is of, when, and as part of what.
#[derive(Clone, Debug)]
pub struct Scan {
    /// When it was sent.
    pub now: DateTime<Utc>,
    /// Id of the Patient.
    pub patient: String,
    /// Id of the Encounter that is the session.
    pub session: String,
    /// Id of the Practitioner that the account is.
    pub practitioner: String,
}
