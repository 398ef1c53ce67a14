//! `GET /api/auth/profile` (contract SS-43).

use actix_web::{HttpResponse, get, web};

use crate::records::{Records, Stored};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, wire};

/// Reads one's own profile.
#[utoipa::path(tag = "accounts", operation_id = "read_profile",
    responses((status = 200, description = "The profile", body = wire::ProfileAnswer),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/auth/profile")]
pub async fn read_profile(
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let role = super::role(&records, &signed_in).await?.as_ref().map(Stored::json).transpose()?;
    let practitioner =
        super::super::me::practitioner(&records, &signed_in.caller, &signed_in.account).await?;
    let profile = from_fhir::account::profile(&signed_in.account, &practitioner, role.as_ref());
    Ok(HttpResponse::Ok().json(wire::ProfileAnswer { success: true, profile }))
}
