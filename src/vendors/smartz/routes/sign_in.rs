//! `POST /portal/api/signin` and `POST /dashboard/api/signin`: one account for both.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::http::arrival;
use crate::identity::{Caller, Identity, Surface};
use crate::records::Records;
use crate::vendors::smartz::body::Json;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{operations, text, wire};

/// Signs in to the developer portal.
#[utoipa::path(tag = "portal", operation_id = "sign_in_to_portal", request_body = wire::SignIn,
    responses((status = 200, description = "Signed in", body = wire::SignedIn),
        (status = 401, description = "Unknown e-mail address or wrong password", body = wire::Failure),
        (status = 429, description = "Too many were wrong: `Retry-After` says how long to wait", body = wire::Failure)))]
#[post("/portal/api/signin")]
pub async fn portal(
    Json(sent): Json<wire::SignIn>,
    request: HttpRequest,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    sign_in(sent, &request, &records, &identity).await
}

/// Signs in to the dashboard.
#[utoipa::path(tag = "dashboard", operation_id = "sign_in_to_dashboard", request_body = wire::SignIn,
    responses((status = 200, description = "Signed in", body = wire::SignedIn),
        (status = 401, description = "Unknown e-mail address or wrong password", body = wire::Failure),
        (status = 429, description = "Too many were wrong: `Retry-After` says how long to wait", body = wire::Failure)))]
#[post("/dashboard/api/signin")]
pub async fn dashboard(
    Json(sent): Json<wire::SignIn>,
    request: HttpRequest,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    sign_in(sent, &request, &records, &identity).await
}

async fn sign_in(
    sent: wire::SignIn,
    request: &HttpRequest,
    records: &Records,
    identity: &Identity,
) -> Result<HttpResponse, Refusal> {
    let email = text::required("email", &sent.email, text::EMAIL)?;
    let origin = arrival::client(request);
    let signed_in = identity.sign_in(Surface::Smartz, &email, sent.password, origin.address).await?;
    let caller = Caller::of_account(Surface::Smartz, &signed_in.account);
    records.audit_success(&caller.calling_from(origin), operations::SIGN_IN).await?;
    let token = signed_in.token.into_inner();
    Ok(HttpResponse::Ok().json(wire::SignedIn { token, expires_in: signed_in.expires_in_s }))
}
