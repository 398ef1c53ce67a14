//! `POST /api/auth/login` (contract IM-10).

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::http::arrival;
use crate::identity::{Caller, Identity, Surface};
use crate::records::Records;
use crate::vendors::imagemedix::body::Json;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{from_fhir, operations, people, text, wire};

/// Signs in with e-mail address and password.
#[utoipa::path(tag = "accounts", operation_id = "login", request_body = wire::Login,
    responses((status = 200, description = "Signed in", body = wire::SignedIn),
        (status = 401, description = "Unknown e-mail address or wrong password", body = wire::Failure),
        (status = 429, description = "Too many were wrong, or the address has asked too often: `Retry-After` says how long to wait", body = wire::Failure)))]
#[post("/api/auth/login")]
pub async fn login(
    Json(sent): Json<wire::Login>,
    request: HttpRequest,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let email = text::required("email", &sent.email, text::EMAIL)?;
    if sent.password.expose().is_empty() {
        return Err(Refusal::field("password", "is required"));
    }
    let origin = arrival::client(&request);
    let signed_in = identity.sign_in(Surface::ImageMedix, &email, sent.password, origin.address).await?;
    let caller = Caller::of_account(Surface::ImageMedix, &signed_in.account);
    let caller = caller.doing(operations::LOGIN).calling_from(origin);
    let practitioner = people::practitioner(&records, &caller, &signed_in.account).await?;
    Ok(HttpResponse::Ok().json(wire::SignedIn {
        user: from_fhir::account::signed_in(&signed_in.account, practitioner.as_ref()),
        token: signed_in.token.into_inner(),
    }))
}
