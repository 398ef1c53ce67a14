//! `POST /v1/token`: the grant of client credentials (RFC 6749, 4.4).

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, post, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::core::Secret;
use crate::identity::Identity;
use crate::identity::gateway::tokens::LIFETIME_S;
use crate::records::{Error, Records};
use crate::vendors::smartz::body::{After, Raw, read};
use crate::vendors::smartz::caller::Subscribed;
use crate::vendors::smartz::errors::{Refusal, TokenFault};
use crate::vendors::smartz::{operations, wire};

/// What must not stand in an address.
const SECRETS: [&str; 5] = ["grant_type", "client_id", "client_secret", "appId", "appKey"];
const GRANT: &str = "client_credentials";

/// Gives an application an access token for its App Id and App Key.
///
/// They are sent as a form or as JSON, or by `Authorization: Basic`; never in the address. A token is good for an hour, and a new one may be
/// fetched at any time.
#[utoipa::path(tag = "application-api", operation_id = "create_token",
    request_body(content((wire::TokenRequest = "application/x-www-form-urlencoded"), (wire::TokenRequest = "application/json"))),
    responses((status = 200, description = "The token", body = wire::Token),
        (status = 400, description = "The request is wrong", body = wire::TokenFailure),
        (status = 401, description = "No subscription key that holds, or wrong App Id or App Key", body = wire::TokenFailure)),
    security(("subscription_key" = [])))]
#[post("/v1/token")]
pub async fn create_token(
    request: HttpRequest,
    After(subscribed, Raw(body)): After<Subscribed, Raw>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let asked = credentials(&request, &body)?;
    let (Some(id), Some(key)) = (&asked.client_id, &asked.client_secret) else {
        return Err(Refusal::Token(TokenFault::InvalidClient));
    };
    let admitted = identity.authenticate_application(&subscribed.caller, id, key).await?;
    let admitted = admitted.ok_or(Refusal::Token(TokenFault::InvalidClient))?;
    match asked.grant_type.as_deref() {
        Some(GRANT) => {}
        Some(_) => return Err(Refusal::Token(TokenFault::UnsupportedGrantType)),
        None => return Err(fault("grant_type is missing")),
    }
    let token = identity.application_token(&admitted).map_err(Error::internal)?;
    records.audit_success(&admitted.caller(&subscribed.caller), operations::TOKEN).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(wire::Token { access_token: token.into_inner(), token_type: "Bearer", expires_in: LIFETIME_S }))
}

fn fault(why: &'static str) -> Refusal {
    Refusal::Token(TokenFault::InvalidRequest(why))
}

fn credentials(request: &HttpRequest, body: &[u8]) -> Result<wire::TokenRequest, Refusal> {
    let mut in_address = form_urlencoded::parse(request.query_string().as_bytes());
    if in_address.any(|(name, _)| SECRETS.contains(&name.as_ref())) {
        return Err(fault("Credentials must not stand in the address"));
    }
    let mut asked = match request.content_type().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => form(body)?,
        "application/json" => read(body).map_err(|_| fault("The body is no such JSON object"))?,
        "" if body.is_empty() => wire::TokenRequest::default(),
        _ => return Err(fault("The body must be a form or JSON")),
    };
    asked.client_id = asked.client_id.filter(|id| !id.is_empty());
    asked.client_secret = asked.client_secret.filter(|key| !key.expose().is_empty());
    asked.grant_type = asked.grant_type.filter(|grant| !grant.is_empty());
    let Some((id, key)) = basic(request)? else { return Ok(asked) };
    // RFC 6749, 2.3: one way of showing who one is.
    if asked.client_secret.is_some() || asked.client_id.as_ref().is_some_and(|one| *one != id) {
        return Err(fault("Credentials are given in two ways"));
    }
    Ok(wire::TokenRequest { client_id: Some(id), client_secret: Some(Secret::new(key)), ..asked })
}

fn form(body: &[u8]) -> Result<wire::TokenRequest, Refusal> {
    let mut asked = wire::TokenRequest::default();
    let mut set = |name: &str, value: String| {
        let (is_new, place) = match name {
            "grant_type" => (asked.grant_type.is_none(), &mut asked.grant_type),
            "client_id" | "appId" => (asked.client_id.is_none(), &mut asked.client_id),
            "client_secret" | "appKey" => {
                let is_new = asked.client_secret.replace(Secret::new(value)).is_none();
                return is_new;
            }
            // RFC 6749, 3.2: what is not known is passed over.
            _ => return true,
        };
        *place = Some(value);
        is_new
    };
    for (name, value) in form_urlencoded::parse(body) {
        if !set(&name, value.into_owned()) {
            return Err(fault("A parameter is given more than once"));
        }
    }
    Ok(asked)
}

/// Id and key of `Authorization: Basic`, each of which is form-encoded (RFC 6749, 2.3.1).
fn basic(request: &HttpRequest) -> Result<Option<(String, String)>, Refusal> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let wrong = || Refusal::Token(TokenFault::InvalidClient);
    let header = header.to_str().map_err(|_| wrong())?;
    let Some((scheme, encoded)) = header.split_once(' ') else { return Err(wrong()) };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(wrong());
    }
    let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or_else(wrong)?;
    let (id, key) = decoded.split_once(':').ok_or_else(wrong)?;
    let plain = |text: &str| {
        let joined = format!("a={}", text.replace('&', "%26"));
        form_urlencoded::parse(joined.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Ok(Some((plain(id), plain(key))))
}
