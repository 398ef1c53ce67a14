//! `POST /_admin/v1/login`.

use actix_web::{HttpResponse, post, web};

use super::body::Json;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::http::arrival::Arrival;
use crate::identity::{Caller, Identity, Surface};
use crate::records::Records;

/// Signs an operator in, for an hour at most.
#[utoipa::path(tag = "operators", operation_id = "login", request_body = wire::Login,
    responses((status = 200, description = "Signed in", body = wire::SignedIn),
        (status = 400, description = "A field is missing", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "Unknown e-mail address or wrong password", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 429, description = "Too many were wrong: `Retry-After` says how long to wait", body = wire::Problem, content_type = CONTENT_TYPE)))]
#[post("/login")]
pub async fn login(
    Json(sent): Json<wire::Login>,
    arrival: Arrival,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let email = text::plain("email", sent.email.trim())?;
    let signed_in = identity.sign_in(Surface::Operator, email, sent.password, arrival.client).await?;
    let caller = Caller::of_account(Surface::Operator, &signed_in.account).calling_from(arrival.client);
    records.audit_success(&caller, "login").await?;
    let token = signed_in.token.expose().clone();
    Ok(HttpResponse::Ok().json(wire::SignedIn { token, expires_in: signed_in.expires_in_s }))
}
