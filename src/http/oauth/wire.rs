//! What goes over the wire.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::Secret;
use crate::identity::oauth::{LaunchContext, Tokens, introspection};

/// An access token (RFC 6749, 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Send it as `Authorization: Bearer`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// How many seconds it is good for.
    pub expires_in: i64,
    /// The scopes that were granted; they may be fewer than were asked for.
    pub scope: String,
    /// What data are wanted for, a code of HL7's PurposeOfUse; absent where the client is registered for none: treatment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose_of_use: Option<String>,
    /// What the next access token is got by; good once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Who signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Where the client was launched from.
    #[serde(flatten)]
    pub context: Context,
}

/// Where a client was launched from (SMART App Launch 2.2).
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Context {
    /// Id of the Patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// Id of the Encounter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encounter: Option<String>,
    /// Other resources.
    #[serde(rename = "fhirContext", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub fhir_context: Option<Value>,
    /// What the person means to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// Whether the client must show whose data it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_patient_banner: Option<bool>,
}

impl From<LaunchContext> for Context {
    fn from(context: LaunchContext) -> Self {
        let LaunchContext { patient, encounter, fhir_context, intent, need_patient_banner } = context;
        Self { patient, encounter, fhir_context, intent, need_patient_banner }
    }
}

impl From<Tokens> for Token {
    fn from(given: Tokens) -> Self {
        let shown = |secret: Secret<String>| secret.expose().clone();
        Self {
            access_token: given.access.expose().clone(),
            token_type: "Bearer",
            expires_in: given.expires_in_s,
            scope: given.scope,
            purpose_of_use: given.purpose,
            refresh_token: given.refresh.map(shown),
            id_token: given.id_token.map(shown),
            context: given.context.into(),
        }
    }
}

/// A refusal (RFC 6749, 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    /// What kind.
    pub error: &'static str,
    /// What is wrong, for the client's developer.
    pub error_description: String,
}

/// What a token is good for (RFC 7662, 2.2).
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Introspected {
    /// Whether it holds.
    pub active: bool,
    /// Its scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What data are wanted for, a code of HL7's PurposeOfUse; treatment, where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose_of_use: Option<String>,
    /// The client that it was given to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// From when on it is refused, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Who gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The FHIR base that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// The account of the person, or the client where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The resource that stands for the person.
    #[serde(rename = "fhirUser", skip_serializing_if = "Option::is_none")]
    pub fhir_user: Option<String>,
    /// Where the client was launched from.
    #[serde(flatten)]
    pub context: Context,
}

impl Introspected {
    /// Of what is no token.
    #[must_use]
    pub fn inactive() -> Self {
        Self::default()
    }

    /// Of a token of this issuer for this FHIR base.
    #[must_use]
    pub fn active(found: introspection::Introspected, issuer: &str, base: &str) -> Self {
        let client = found.client.map(|id| id.to_string());
        let (account, resource) = found.person.unzip();
        Self {
            active: true,
            scope: Some(found.scope),
            purpose_of_use: found.purpose,
            exp: Some(found.expires_at.timestamp()),
            iat: Some(found.issued_at.timestamp()),
            token_type: Some("Bearer"),
            iss: Some(issuer.to_owned()),
            aud: Some(base.to_owned()),
            sub: account.map(|id| id.to_string()).or_else(|| client.clone()),
            client_id: client,
            fhir_user: resource.map(|resource| format!("{base}/{resource}")),
            context: found.context.into(),
        }
    }
}

/// A launch that an EHR asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLaunch {
    /// The one client that it is for; without it, any client of the tenant.
    pub client_id: Option<Uuid>,
    /// Id of the Patient.
    pub patient: Option<String>,
    /// Id of the Encounter.
    pub encounter: Option<String>,
    /// Other resources.
    #[serde(rename = "fhirContext")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub fhir_context: Option<Value>,
    /// What the person means to do.
    pub intent: Option<String>,
    /// Whether the client must show whose data it is.
    pub need_patient_banner: Option<bool>,
}

/// A launch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Launch {
    /// For the client's launch address, as the parameter `launch`.
    pub launch: String,
    /// For the same, as the parameter `iss`.
    pub iss: String,
    /// How many seconds it is good for.
    pub expires_in: i64,
}
