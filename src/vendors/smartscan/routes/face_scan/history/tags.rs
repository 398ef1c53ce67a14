//! `GET /api/face-scan/history/tags/:id` (contract SS-75).

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{from_fhir, operations, scans};

/// Reads a session's tags.
#[utoipa::path(tag = "face scan", operation_id = "read_scan_tags", params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The tags", body = wire::TagsAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/history/tags/{id}")]
pub async fn read_scan_tags(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let session = scans::session(&records, &signed_in, &path).await?;
    records.audit_answer(&signed_in.caller, operations::face_scan::READ_TAGS, &session.stored).await?;
    let tags = from_fhir::face_scan::session::tags(&session.encounter);
    Ok(HttpResponse::Ok().json(wire::TagsAnswer { success: true, tags }))
}
