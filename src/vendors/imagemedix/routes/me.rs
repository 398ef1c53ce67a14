//! `GET /api/auth/me` (contract IM-13).

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{from_fhir, people, wire};

/// Tells who is signed in.
#[utoipa::path(tag = "accounts", operation_id = "read_me",
    responses((status = 200, description = "Who is signed in", body = wire::Me)),
    security(("session_token" = [])))]
#[get("/api/auth/me")]
pub async fn read_me(signed_in: SignedIn, records: web::Data<Records>) -> Result<HttpResponse, Refusal> {
    let account = &signed_in.account;
    let practitioner = people::practitioner(&records, &signed_in.caller, account).await?;
    let specialization = people::user(&records, &signed_in, account).await?.specialization;
    let user = from_fhir::account::signed_in(account, practitioner.as_ref());
    Ok(HttpResponse::Ok().json(wire::Me { user, specialization }))
}
