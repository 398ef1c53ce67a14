//! What somebody agreed to, as a Consent about the session's data.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};

use crate::fhir::codes::hl7::{consent_scope, v3_act_code};
use crate::fhir::codes::loinc;
use crate::vendors::smartscan::codes::face_scan::{CONSENT_ID, POLICY};
use crate::vendors::smartscan::to_fhir::{instant, reference, set};

/// Where the law is that a consent is given under.
pub const JURISDICTIONS: [&str; 7] = ["us", "eu", "uk", "ca", "au", "in", "other"];

/// A consent that was given.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// Id of the session, and of its Consent.
    pub session: &'a str,
    /// Id of the Patient.
    pub patient: &'a str,
    /// One of [`JURISDICTIONS`].
    pub jurisdiction: &'static str,
    /// The exact text.
    pub text: &'a str,
    /// When.
    pub now: DateTime<Utc>,
}

/// The Consent.
#[must_use]
pub fn consent(given: &Given<'_>) -> Value {
    let text = given.text.as_bytes();
    // R4 wants SHA-1 here. https://hl7.org/fhir/R4/datatypes.html#Attachment
    let hash = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text));
    json!({
        "resourceType": "Consent",
        "id": given.session,
        "identifier": [{ "system": CONSENT_ID, "value": given.session }],
        "status": "active",
        "scope": consent_scope::PATIENT_PRIVACY.concept(),
        "category": [loinc::PATIENT_CONSENT.concept()],
        "patient": reference("Patient", given.patient),
        "dateTime": instant(given.now),
        "performer": [reference("Patient", given.patient)],
        "sourceAttachment": {
            "contentType": "text/plain; charset=utf-8",
            "data": STANDARD.encode(text),
            "size": text.len(),
            "hash": hash,
            "creation": instant(given.now),
        },
        "policy": [{ "uri": format!("{POLICY}{}", given.jurisdiction) }],
        "policyRule": v3_act_code::OPT_IN.concept(),
        "provision": {
            "type": "permit",
            "data": [{ "meaning": "related", "reference": reference("Encounter", given.session) }],
        },
    })
}

/// What is left of a consent that was withdrawn: that there was one and under which law, but neither its text nor its data.
#[must_use]
pub fn withdrawn(consent: &Value, now: DateTime<Utc>) -> Value {
    let kept = [
        "resourceType",
        "id",
        "identifier",
        "scope",
        "category",
        "patient",
        "dateTime",
        "policy",
        "policyRule",
    ];
    let mut left = json!({});
    for name in kept {
        set(&mut left, name, consent.get(name).cloned());
    }
    set(&mut left, "status", Some("inactive".into()));
    set(&mut left, "provision", Some(json!({ "type": "deny", "period": { "start": instant(now) } })));
    left
}
