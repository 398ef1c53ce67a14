//! `POST /oauth/revoke`. <https://www.rfc-editor.org/rfc/rfc7009>

use actix_web::{HttpMessage, HttpRequest, HttpResponse, post, web};

use super::errors::OauthError;
use super::form::Form;
use super::{audit, credential, wire};
use crate::identity::Identity;
use crate::identity::oauth::REVOKE;
use crate::records::Records;

/// Takes a token back; with a refresh token, all that was given with it.
#[utoipa::path(tag = "oauth", operation_id = "revoke_token",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded", description = "`token`, and the client's credential"),
    responses((status = 200, description = "The token is good for nothing, whatever it was"),
        (status = 400, description = "Refused: `error` says why", body = wire::Failure),
        (status = 401, description = "`invalid_client`", body = wire::Failure)),
    security((), ("client_secret" = [])))]
#[post("/revoke")]
pub async fn revoke_token(
    request: HttpRequest,
    form: Form,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, OauthError> {
    let client = identity.authenticate_oauth_client(&credential::of(&request, &form)?, REVOKE).await?;
    let caller = audit::of_client(&request, &client);
    request.extensions_mut().insert(caller.clone());
    identity.revoke(&client, form.required("token", "token is required")?).await?;
    records.audit_success(&caller, audit::REVOKE).await?;
    Ok(HttpResponse::Ok().finish())
}
