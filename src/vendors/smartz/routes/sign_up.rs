//! `POST /portal/api/signup`: opening an account, as a developer.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::core::Secret;
use crate::identity::session_tokens::LIFETIME_S;
use crate::identity::{Identity, Surface};
use crate::records::accounts::Person;
use crate::records::{Error, Records};
use crate::vendors::smartz::body::Json;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{rates, text, wire};

/// Opens an account in a tenant of its own, and signs it in.
#[utoipa::path(tag = "portal", operation_id = "sign_up", request_body = wire::SignUp,
    responses((status = 201, description = "The account is open", body = wire::SignedIn),
        (status = 400, description = "The e-mail address is taken, not one or not of ASCII letters, the password is weak, or a field is missing", body = wire::Failure),
        (status = 429, description = "Too many accounts were opened from this address: `Retry-After` says how long to wait", body = wire::Failure)))]
#[post("/portal/api/signup")]
pub async fn sign_up(
    Json(sent): Json<wire::SignUp>,
    request: HttpRequest,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let name = text::required("name", sent.name.expose(), text::NAME)?;
    let email = text::required("email", &sent.email, text::EMAIL)?;
    rates::count_newcomer(&request).await?;
    let person = Person { email, password: sent.password, name: Secret::new(name) };
    // It is audited with the account.
    let account = records.open_account(Surface::Smartz, &person).await?;
    let token = identity.session_token(Surface::Smartz, &account).map_err(Error::internal)?;
    Ok(HttpResponse::Created().json(wire::SignedIn { token: token.into_inner(), expires_in: LIFETIME_S }))
}
