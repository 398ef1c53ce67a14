//! `POST /oauth/introspect`. <https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html>

use actix_web::{HttpMessage, HttpRequest, HttpResponse, post, web};

use super::errors::OauthError;
use super::form::Form;
use super::{audit, credential, wire};
use crate::identity::Identity;
use crate::identity::oauth::INTROSPECT;
use crate::records::Records;

/// Tells what an access token is good for.
#[utoipa::path(tag = "oauth", operation_id = "introspect_token",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded", description = "`token`, and the credential of a confidential client"),
    responses((status = 200, description = "What it is good for; `active` is false for whatever is no access token of the tenant", body = wire::Introspected),
        (status = 400, description = "Refused: `error` says why", body = wire::Failure),
        (status = 401, description = "`invalid_client`", body = wire::Failure)),
    security((), ("client_secret" = [])))]
#[post("/introspect")]
pub async fn introspect_token(
    request: HttpRequest,
    form: Form,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, OauthError> {
    let client = identity.authenticate_oauth_client(&credential::of(&request, &form)?, INTROSPECT).await?;
    let caller = audit::of_client(&request, &client);
    request.extensions_mut().insert(caller.clone());
    let found = identity.introspect(&client, form.required("token", "token is required")?).await?;
    records.audit_success(&caller, audit::INTROSPECT).await?;
    let told = found.map_or_else(wire::Introspected::inactive, |found| {
        wire::Introspected::active(found, identity.issuer(), &identity.address_of("/fhir"))
    });
    Ok(HttpResponse::Ok().json(told))
}
