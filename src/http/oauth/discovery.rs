//! What the authorisation server can do, for programs to find.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html>
//! <https://openid.net/specs/openid-connect-discovery-1_0.html>

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use super::register::ClientRegistration;
use crate::identity::Identity;
use crate::identity::oauth::client_keys::ALGORITHM_NAMES;
use crate::identity::oauth::{AUTHORIZE, GrantType, INTROSPECT, KEYS, REGISTER, REVOKE, TOKEN, id_token};

/// What works of SMART. `permission-patient` is not among them: its scopes can be granted, and open nothing yet.
const CAPABILITIES: [&str; 15] = [
    "launch-ehr",
    "launch-standalone",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-banner",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "permission-offline",
    "permission-online",
    "permission-user",
    "permission-v1",
    "permission-v2",
];

/// Scopes that can be asked for, each with all of its kind.
const SCOPES: [&str; 11] = [
    "openid",
    "fhirUser",
    "launch",
    "launch/patient",
    "offline_access",
    "online_access",
    "system/*.rs",
    "system/*.cruds",
    "user/*.rs",
    "user/*.cruds",
    "patient/*.rs",
];

/// Tells SMART clients where and how to ask for tokens.
#[utoipa::path(tag = "discovery", operation_id = "read_smart_configuration",
    responses((status = 200, description = "The SMART configuration", body = Object)))]
#[get("/smart-configuration")]
pub async fn read_smart_configuration(
    identity: web::Data<Identity>,
    registration: web::Data<ClientRegistration>,
) -> HttpResponse {
    answer(&identity, &registration, &[("capabilities", json!(CAPABILITIES))])
}

/// Tells clients of OpenID Connect where and how to ask for tokens.
#[utoipa::path(tag = "discovery", operation_id = "read_openid_configuration",
    responses((status = 200, description = "The provider's metadata", body = Object)))]
#[get("/openid-configuration")]
pub async fn read_openid_configuration(
    identity: web::Data<Identity>,
    registration: web::Data<ClientRegistration>,
) -> HttpResponse {
    answer(
        &identity,
        &registration,
        &[
            ("subject_types_supported", json!(["public"])),
            ("id_token_signing_alg_values_supported", json!([id_token::ALGORITHM])),
            (
                "claims_supported",
                json!(["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "fhirUser"]),
            ),
            ("request_parameter_supported", json!(false)),
            ("request_uri_parameter_supported", json!(false)),
        ],
    )
}

/// Where and how people and clients ask, as the CapabilityStatement says it.
/// <http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris>
#[must_use]
pub fn oauth_uris(issuer: &str) -> Value {
    let uri = |name: &str, path: &str| json!({ "url": name, "valueUri": format!("{issuer}{path}") });
    json!({
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [uri("authorize", AUTHORIZE), uri("token", TOKEN), uri("introspect", INTROSPECT), uri("revoke", REVOKE)],
    })
}

/// What both documents say, and what one says beside.
fn answer(identity: &Identity, registration: &ClientRegistration, beside: &[(&str, Value)]) -> HttpResponse {
    let mut told = json!({
        "issuer": identity.issuer(),
        "authorization_endpoint": identity.address_of(AUTHORIZE),
        "token_endpoint": identity.address_of(TOKEN),
        "introspection_endpoint": identity.address_of(INTROSPECT),
        "revocation_endpoint": identity.address_of(REVOKE),
        "jwks_uri": identity.address_of(KEYS),
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHM_NAMES,
        "grant_types_supported": GrantType::ALL.map(GrantType::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "scopes_supported": SCOPES,
    });
    if let Some(told) = told.as_object_mut() {
        if registration.0 {
            told.insert("registration_endpoint".to_owned(), identity.address_of(REGISTER).into());
        }
        told.extend(beside.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    HttpResponse::Ok().insert_header(("Cache-Control", "max-age=300")).json(told)
}
