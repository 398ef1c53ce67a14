//! `POST /oauth/register`: an app registers itself, where the operator lets it. <https://www.rfc-editor.org/rfc/rfc7591>
//!
//! Whoever can reach the server may call this. So an app that comes this way gets nothing of its own: no `system/` scope, only what
//! people who sign in grant it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::errors::OauthError;
use super::{audit, body, wire};
use crate::fhir::definitions;
use crate::identity::oauth::client_keys::Unfit;
use crate::identity::oauth::registration::{NewClient, NewProof, NotRegistered};
use crate::identity::scopes::Context;
use crate::identity::{Identity, Scopes};
use crate::records::{Error, Records};

/// Whether anybody may register an app.
#[derive(Clone, Copy, Debug)]
pub struct ClientRegistration(pub bool);

/// The tenant of apps that come this way.
const TENANT: &str = "default";
/// What an app may ask for that does not say.
const SCOPES: &str =
    "openid fhirUser launch launch/patient offline_access online_access user/*.rs patient/*.rs";
const METADATA: &str = "invalid_client_metadata";

/// What an app says of itself.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Metadata {
    /// What people are shown.
    client_name: Option<String>,
    /// Where answers may be sent.
    #[serde(default)]
    redirect_uris: Vec<String>,
    /// `client_secret_basic` (what holds without it), `private_key_jwt` or `none`.
    token_endpoint_auth_method: Option<String>,
    /// Its public keys, for `private_key_jwt`.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// Where these keys are instead: an https address that anybody can reach.
    jwks_uri: Option<String>,
    /// What it may ask for.
    scope: Option<String>,
}

/// An app that was registered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    client_id: String,
    client_id_issued_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// 0: the secret does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<i64>,
    client_name: String,
    redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    grant_types: Vec<&'static str>,
    response_types: [&'static str; 1],
    token_endpoint_auth_method: &'static str,
    scope: String,
}

/// Registers an app, where the operator lets anybody do so.
#[utoipa::path(tag = "oauth", operation_id = "register_client", request_body = Metadata,
    responses((status = 201, description = "The app's id, and its secret where it has one: shown only now", body = Registered),
        (status = 400, description = "Refused: `error` says why", body = wire::Failure),
        (status = 404, description = "The operator registers all apps (`HYGEIA_CLIENT_REGISTRATION`)", body = wire::Failure)))]
#[post("/register")]
pub async fn register_client(
    request: HttpRequest,
    body: web::Payload,
    open: web::Data<ClientRegistration>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, OauthError> {
    if !open.0 {
        return Err(OauthError::Unknown(StatusCode::NOT_FOUND));
    }
    let body = body::read(body).await;
    let metadata: Option<Metadata> = body.and_then(|body| serde_json::from_slice(&body).ok());
    let metadata = metadata
        .ok_or_else(|| refused("the body must be a JSON object with an app's metadata, of at most 64 KiB"))?;
    let new = read(metadata)?;
    let note = records.note(&audit::nobody(&request), audit::REGISTER);
    let registered = identity.register_client(TENANT, &new, note).await.map_err(unregistered)?;
    let client = registered.client;
    tracing::info!(client.id = %client.id, "an app registered itself");
    Ok(HttpResponse::Created().json(Registered {
        client_id: client.id.to_string(),
        client_id_issued_at: records.now().timestamp(),
        client_secret_expires_at: registered.secret.as_ref().map(|_| 0),
        client_secret: registered.secret.map(|secret| secret.expose().clone()),
        jwks_uri: client.proof.jwks_uri().map(str::to_owned),
        client_name: client.name,
        redirect_uris: client.redirect_uris,
        grant_types: client.grants.into_iter().map(|grant| grant.as_str()).collect(),
        response_types: ["code"],
        token_endpoint_auth_method: client.proof.method(),
        scope: client.scopes.to_string(),
    }))
}

/// The client that is to be.
fn read(metadata: Metadata) -> Result<NewClient, OauthError> {
    let method = metadata.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic");
    if metadata.jwks.is_some() && metadata.jwks_uri.is_some() {
        return Err(refused("jwks and jwks_uri exclude one another"));
    }
    let proof = NewProof::of(method, metadata.jwks.as_ref(), metadata.jwks_uri.as_deref());
    let proof = proof.ok_or_else(|| {
        refused("token_endpoint_auth_method must be none, client_secret_basic, or private_key_jwt with jwks or jwks_uri")
    })?;
    let asked = metadata.scope.unwrap_or_else(|| SCOPES.to_owned());
    let scopes = Scopes::known_in(&asked, definitions::is_resource_type);
    if scopes.has_context(Context::System) {
        return Err(refused("system/ scopes are given by the operator alone"));
    }
    let name = metadata.client_name.unwrap_or_else(|| "An app without a name".to_owned());
    Ok(NewClient {
        name,
        proof,
        redirect_uris: metadata.redirect_uris,
        scope: scopes.to_string(),
        purposes: Vec::new(),
    })
}

fn refused(told: &str) -> OauthError {
    OauthError::Unregistered(METADATA, told.to_owned())
}

fn unregistered(error: NotRegistered) -> OauthError {
    let told = error.to_string();
    match error {
        NotRegistered::RedirectUri(_) => OauthError::Unregistered("invalid_redirect_uri", told),
        NotRegistered::Name
        | NotRegistered::KeysAddress
        | NotRegistered::Useless
        | NotRegistered::Scope(_)
        | NotRegistered::Scopes(_)
        | NotRegistered::Purposes(_)
        | NotRegistered::Keys(
            Unfit::NotASet | Unfit::Number | Unfit::Private | Unfit::NoId | Unfit::Algorithm,
        ) => OauthError::Unregistered(METADATA, told),
        NotRegistered::Tenant(_) => OauthError::Failed(Error::internal(error)),
        NotRegistered::Storage(error) => OauthError::Failed(error.into()),
    }
}
