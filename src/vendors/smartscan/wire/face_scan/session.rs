//! Sessions and consents.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::words::Jurisdiction;
use crate::core::Secret;

/// A session: one contact in which somebody is measured.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// `active`, `completed` once a result is saved, `cancelled`, or `unknown`.
    pub status: &'static str,
    /// What was agreed to.
    pub consent: Option<Consent>,
    /// The results that were saved, oldest first.
    pub result_ids: Vec<String>,
    /// What the person calls it.
    pub tags: Vec<String>,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<String>,
}

/// One session, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct SessionAnswer {
    /// Always true.
    pub success: bool,
    /// The session.
    pub session: Session,
}

/// A consent that is given. The fields are also known as `sessionId`, `consentText` and `text`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewConsent {
    /// The session that it is for.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// Under which law it is given.
    #[schema(value_type = Jurisdiction, example = "us")]
    pub jurisdiction: String,
    /// The exact text that was agreed to.
    #[serde(alias = "consentText", alias = "text")]
    #[schema(value_type = String, min_length = 1, example = "I consent to the collection of my biometric data for health analysis.")]
    pub consent_text: Secret<String>,
}

/// A consent that holds.
#[derive(Serialize, ToSchema)]
pub struct Consent {
    /// Its id.
    pub id: String,
    /// The session that it is for.
    pub session_id: String,
    /// Under which law it was given.
    pub jurisdiction: String,
    /// The exact text.
    pub consent_text: String,
    /// When it was given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded_at: Option<String>,
}

/// One consent, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct ConsentAnswer {
    /// Always true.
    pub success: bool,
    /// The consent.
    pub consent: Consent,
}

/// What was erased, for good.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Deleted {
    /// Results.
    pub results: usize,
    /// Observations.
    pub observations: usize,
    /// Reports: PDF files.
    pub reports: usize,
}

/// That a consent was withdrawn, and what went with it.
#[derive(Serialize, ToSchema)]
pub struct ErasedAnswer {
    /// Always true.
    pub success: bool,
    /// What was erased.
    pub deleted: Deleted,
}

/// A session as FHIR.
#[derive(Serialize, ToSchema)]
pub struct BundleAnswer {
    /// Always true.
    pub success: bool,
    /// A FHIR R4 Bundle of type `collection`.
    #[schema(value_type = Object)]
    pub bundle: Value,
}

impl SessionAnswer {
    /// The answer with a session.
    #[must_use]
    pub fn of(session: Session) -> Self {
        Self { success: true, session }
    }
}
