//! One audit row for every token, and for every request that was refused.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use crate::http::arrival;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::oauth::{self, Client};
use crate::identity::{Agent, Caller, Surface};
use crate::records::Records;
use crate::records::audit::Refusal;

/// A token was given.
pub const TOKEN: &str = "token";
/// A token was taken back.
pub const REVOKE: &str = "revoke-token";
/// Somebody asked about a token.
pub const INTROSPECT: &str = "introspect-token";
/// An app was registered by whoever asked for it.
pub const REGISTER: &str = "register-client";
/// An EHR made a launch.
pub const LAUNCH: &str = "launch";
/// A person was asked for what a client wants.
pub const AUTHORIZE: &str = "authorize";
/// A person signed in.
pub const LOGIN: &str = "login";
/// A person signed out.
pub const LOGOUT: &str = "logout";

/// What each endpoint does, as the audit names it.
const NAMES: [(&str, &str); 5] = [
    (oauth::TOKEN, TOKEN),
    (oauth::REVOKE, REVOKE),
    (oauth::INTROSPECT, INTROSPECT),
    (oauth::LAUNCH, LAUNCH),
    (oauth::REGISTER, REGISTER),
];

/// Somebody without a credential.
#[must_use]
pub fn nobody(request: &HttpRequest) -> Caller {
    Caller::anonymous(Surface::Fhir).calling_from(arrival::client(request))
}

/// The client as a caller who may do nothing by that alone.
#[must_use]
pub fn of_client(request: &HttpRequest, client: &Client) -> Caller {
    Caller { tenant: client.tenant, agent: Agent::Client(client.id), ..nobody(request) }
}

/// The person who signed in, as a caller.
#[must_use]
pub fn of_person(request: &HttpRequest, browser: &SignedInBrowser) -> Caller {
    Caller::of_account(Surface::Fhir, &browser.account).calling_from(arrival::client(request))
}

/// Calls the handler, and audits its refusal.
///
/// # Errors
/// Those of the handler.
pub async fn audited<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let name = NAMES.iter().find(|(path, _)| *path == request.path()).map_or("operation", |(_, name)| *name);
    let response = next.call(request).await?;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        refused(response.request(), name, status.is_server_error()).await;
    }
    Ok(response)
}

/// Adds the row of a request that was refused or failed.
pub async fn refused(request: &HttpRequest, name: &'static str, failed: bool) {
    let Some(records) = request.app_data::<web::Data<Records>>() else { return };
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.unwrap_or_else(|| nobody(request));
    let refusal = if failed { Refusal::Failed } else { Refusal::Refused };
    if let Err(error) = records.audit_refusal(&caller, name, refusal, None, None).await {
        tracing::error!(%error, "a refusal could not be audited");
    }
}
