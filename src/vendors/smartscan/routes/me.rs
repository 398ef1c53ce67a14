//! `GET /api/auth/me` (contract SS-42).

use actix_web::{HttpResponse, get, web};
use serde_json::Value;

use crate::identity::{Account, Caller};
use crate::records::{Error, Records};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, wire};

/// Tells who is signed in.
#[utoipa::path(tag = "accounts", operation_id = "read_me",
    responses((status = 200, description = "Who is signed in", body = wire::Me),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/auth/me")]
pub async fn read_me(signed_in: SessionCaller, records: web::Data<Records>) -> Result<HttpResponse, Refusal> {
    let practitioner = practitioner(&records, &signed_in.caller, &signed_in.account).await?;
    let user = from_fhir::account::user(&signed_in.account, &practitioner);
    Ok(HttpResponse::Ok().json(wire::Me { success: true, user }))
}

/// The Practitioner of an account; nothing where it was deleted through `/fhir`, which is no reason to keep its owner out. The
/// operation is audited either way.
pub(super) async fn practitioner(
    records: &Records,
    caller: &Caller,
    account: &Account,
) -> Result<Value, Error> {
    match records.read(caller, super::resource_type("Practitioner")?, &account.practitioner).await {
        Ok(stored) => stored.json(),
        Err(Error::NotFound | Error::Gone) => {
            records.audit_success(caller, "read").await?;
            Ok(Value::Null)
        }
        Err(other) => Err(other),
    }
}
