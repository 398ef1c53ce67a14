//! `GET /api/face-scan/consent/:session` (contract SS-63).

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{from_fhir, operations, scans};

/// Reads what a session's person agreed to.
#[utoipa::path(tag = "face scan", operation_id = "read_consent", params(("session" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The consent", body = wire::ConsentAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, it is another's, or it has no consent", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/consent/{session}")]
pub async fn read_consent(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let session = scans::session(&records, &signed_in, &path).await?;
    let (stored, consent) = session.consent(&records, &signed_in).await?.ok_or(Refusal::NotFound)?;
    records.audit_answer(&signed_in.caller, operations::face_scan::READ_CONSENT, &stored).await?;
    let consent = from_fhir::face_scan::consent::consent(&consent, session.id());
    Ok(HttpResponse::Ok().json(wire::ConsentAnswer { success: true, consent }))
}
