//! `POST /api/auth/register` (contract SS-40).

use actix_web::{HttpResponse, post, web};

use crate::core::Secret;
use crate::identity::session_tokens::LIFETIME_S;
use crate::identity::{Caller, Identity, Surface};
use crate::records::accounts::Person;
use crate::records::{Error, Records};
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::Stranger;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, text, wire};

/// Opens an account in a tenant of its own, on the plan `free`, and signs it in.
#[utoipa::path(tag = "accounts", operation_id = "register", request_body = wire::Registration,
    responses((status = 201, description = "The account is open", body = wire::SignedIn),
        (status = 400, description = "The e-mail address is taken, not one or not of ASCII letters, the password is weak, or a field is missing", body = wire::Failure),
        (status = 429, description = "The address may ask for no more in this hour", body = wire::Failure)))]
#[post("/api/auth/register")]
pub async fn register(
    After(_stranger, Json(new)): After<Stranger, Json<wire::Registration>>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let name = text::required("name", new.name.expose(), text::NAME)?;
    let email = text::required("email", &new.email, text::EMAIL)?;
    let person = Person { email, password: new.password, name: Secret::new(name) };
    let account = records.open_account(Surface::SmartScan, &person).await?;
    let token = identity.session_token(Surface::SmartScan, &account).map_err(Error::internal)?;
    // Opening the account was audited with it.
    let caller = Caller::of_account(Surface::SmartScan, &account).quietly();
    let practitioner = super::me::practitioner(&records, &caller, &account).await?;
    Ok(HttpResponse::Created().json(wire::SignedIn {
        success: true,
        token: token.expose().clone(),
        expires_in: LIFETIME_S,
        user: from_fhir::account::user(&account, &practitioner),
    }))
}
