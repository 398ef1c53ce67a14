//! `POST /api/auth/login` (contract SS-41).

use actix_web::{HttpResponse, post, web};

use crate::http::arrival::Arrival;
use crate::identity::{Caller, Identity, Surface};
use crate::records::Records;
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::Stranger;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, operations, text, wire};

/// Signs in with e-mail address and password.
#[utoipa::path(tag = "accounts", operation_id = "login", request_body = wire::Login,
    responses((status = 200, description = "Signed in", body = wire::SignedIn),
        (status = 400, description = "A field is missing", body = wire::Failure),
        (status = 401, description = "Unknown e-mail address or wrong password", body = wire::Failure),
        (status = 429, description = "Too many were wrong, or the address may ask for no more: `retryAfter` says how long to wait", body = wire::Failure)))]
#[post("/api/auth/login")]
pub async fn login(
    After(_stranger, Json(sent)): After<Stranger, Json<wire::Login>>,
    arrival: Arrival,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let email = text::required("email", &sent.email, text::EMAIL)?;
    let signed_in = identity.sign_in(Surface::SmartScan, &email, sent.password, arrival.client).await;
    let signed_in = signed_in.map_err(|error| Refusal::of_sign_in(error, records.now()))?;
    let caller = Caller::of_account(Surface::SmartScan, &signed_in.account).doing(operations::LOGIN);
    let caller = caller.calling_from(arrival.client);
    let practitioner = super::me::practitioner(&records, &caller, &signed_in.account).await?;
    Ok(HttpResponse::Ok().json(wire::SignedIn {
        success: true,
        token: signed_in.token.expose().clone(),
        expires_in: signed_in.expires_in_s,
        user: from_fhir::account::user(&signed_in.account, &practitioner),
    }))
}
