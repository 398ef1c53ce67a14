//! `POST /oauth/token`. <https://www.rfc-editor.org/rfc/rfc6749#section-3.2>

use actix_web::{HttpMessage, HttpRequest, HttpResponse, post, web};

use super::errors::OauthError;
use super::form::Form;
use super::{audit, credential, wire};
use crate::identity::Identity;
use crate::identity::oauth::{GrantType, Refusal, TOKEN};
use crate::records::Records;

/// Gives an access token.
#[utoipa::path(tag = "oauth", operation_id = "give_token",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`grant_type`, and what it needs: `scope` and a credential for `client_credentials`; `purpose_of_use` where the client has several purposes"),
    responses((status = 200, description = "A token", body = wire::Token),
        (status = 400, description = "Refused: `error` says why", body = wire::Failure),
        (status = 401, description = "`invalid_client`: the client does not show who it is", body = wire::Failure)),
    security((), ("client_secret" = [])))]
#[post("/token")]
pub async fn give_token(
    request: HttpRequest,
    form: Form,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, OauthError> {
    let grant_type = form.required("grant_type", "grant_type is required")?;
    let grant_type = GrantType::parse(grant_type).ok_or(Refusal::UnsupportedGrantType)?;
    let client = match form.get("refresh_token") {
        Some(token) if grant_type == GrantType::RefreshToken && credential::is_absent(&request, &form) => {
            identity.client_of_refresh_token(token).await?
        }
        Some(_) | None => {
            let credential = credential::of(&request, &form)?;
            identity.authenticate_oauth_client(&credential, TOKEN).await?
        }
    };
    let caller = audit::of_client(&request, &client);
    request.extensions_mut().insert(caller.clone());
    let asked = form.get("purpose_of_use");
    let purpose = client.purpose(asked)?;
    let given = match grant_type {
        GrantType::ClientCredentials => identity.grant_to_client(&client, form.get("scope"), purpose).await?,
        GrantType::AuthorizationCode => {
            let code = form.required("code", "code is required")?;
            let redirect_uri = form.required("redirect_uri", "redirect_uri is required")?;
            let verifier = form.required("code_verifier", "code_verifier is required")?;
            identity.fetch_by_code(&client, code, redirect_uri, verifier, asked).await?
        }
        GrantType::RefreshToken => {
            let token = form.required("refresh_token", "refresh_token is required")?;
            identity.refresh(&client, token, form.get("scope"), asked).await?
        }
    };
    records.audit_success(&caller, audit::TOKEN).await?;
    Ok(HttpResponse::Ok().json(wire::Token::from(given)))
}
