//! The person with an account, as the Patient whom scans are of.

use serde_json::{Value, json};

use crate::vendors::smartscan::codes::face_scan::USER_ID;

/// A new Patient of whom no more is known.
#[must_use]
pub fn patient(account: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "id": account,
        "identifier": [{ "system": USER_ID, "value": account }],
        "active": true,
    })
}
