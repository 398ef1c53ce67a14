//! What a client is given. <https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#response-4>

use serde_json::Value;

use crate::core::Secret;
use crate::storage::StorageError;
use crate::storage::oauth::grants::GrantRow;

/// Tokens, with what they are good for.
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access: Secret<String>,
    /// The scopes that were granted.
    pub scope: String,
    /// What it is for, where the client has purposes.
    pub purpose: Option<String>,
    /// How long the access token is good for.
    pub expires_in_s: i64,
    /// What the next access token is got by.
    pub refresh: Option<Secret<String>>,
    /// Who signed in.
    pub id_token: Option<Secret<String>>,
    /// Where the client was launched from; empty where nobody launched it.
    pub context: LaunchContext,
}

/// Where a client was launched from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LaunchContext {
    /// Id of the Patient.
    pub patient: Option<String>,
    /// Id of the Encounter.
    pub encounter: Option<String>,
    /// Other resources, as a JSON array.
    pub fhir_context: Option<Value>,
    /// What the person means to do.
    pub intent: Option<String>,
    /// Whether the client must show whose data it is.
    pub need_patient_banner: Option<bool>,
}

impl LaunchContext {
    /// The context of a grant.
    pub(super) fn of(grant: &GrantRow) -> Result<Self, StorageError> {
        let read = |text: &String| serde_json::from_str(text);
        let fhir_context = grant.fhir_context.as_ref().map(read).transpose().map_err(|_| {
            StorageError::Corrupt { table: "oauth_grant", column: "fhir_context", row: grant.id.to_string() }
        })?;
        Ok(Self {
            patient: grant.patient.clone(),
            encounter: grant.encounter.clone(),
            fhir_context,
            intent: grant.intent.clone(),
            need_patient_banner: grant.need_patient_banner,
        })
    }
}
