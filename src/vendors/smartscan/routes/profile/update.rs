//! `PUT /api/auth/profile` (contract SS-43).

use actix_web::{HttpResponse, put, web};

use crate::records::{Records, Write};
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, to_fhir, wire};

/// Changes what is sent of one's own profile, and leaves the rest.
#[utoipa::path(tag = "accounts", operation_id = "update_profile", request_body = wire::ProfileChange,
    responses((status = 200, description = "The profile as it is now", body = wire::ProfileAnswer),
        (status = 400, description = "A field is wrong", body = wire::Failure),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[put("/api/auth/profile")]
pub async fn update_profile(
    After(signed_in, Json(change)): After<SessionCaller, Json<wire::ProfileChange>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let change = to_fhir::account::Change::checked(&change)?;
    let practitioner_type = super::super::resource_type("Practitioner")?;
    let reader = signed_in.caller.quietly();
    let stored = records.read(&reader, practitioner_type, &signed_in.account.practitioner).await?;
    let practitioner = to_fhir::account::practitioner(stored.json()?, &change);
    let mut writes = vec![Write::Update {
        resource: practitioner,
        id: stored.id,
        precondition: Some(stored.version.into()),
    }];
    if let Some(stored) = super::role(&records, &signed_in).await? {
        let role = to_fhir::account::role(stored.json()?, &change);
        writes.push(Write::Update {
            resource: role,
            id: stored.id,
            precondition: Some(stored.version.into()),
        });
    }
    let written = records.transact(&signed_in.caller, writes).await?;
    let mut now = Vec::with_capacity(written.len());
    for stored in written.iter().filter_map(|written| written.stored.as_ref()) {
        now.push(stored.json()?);
    }
    let [practitioner, rest @ ..] = now.as_slice() else { return Err(Refusal::NotFound) };
    let profile = from_fhir::account::profile(&signed_in.account, practitioner, rest.first());
    Ok(HttpResponse::Ok().json(wire::ProfileAnswer { success: true, profile }))
}
