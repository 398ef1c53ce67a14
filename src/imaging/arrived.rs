//! That a scan came, whichever way it did: what whoever tells others of it must know.

use chrono::{DateTime, Utc};

/// A scan that came.
#[derive(Clone)]
pub struct Arrived {
    /// Its id.
    pub scan: String,
    /// The id that the hospital gave the patient, where that is known.
    pub patient_id: Option<String>,
    /// A new id, for what others are told.
    pub notice: String,
    /// The time.
    pub now: DateTime<Utc>,
}
