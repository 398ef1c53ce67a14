//! `GET /api/face-scan/profile` (contract SS-70).

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::operations;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::wire::face_scan as wire;

/// Reads one's own profile.
#[utoipa::path(tag = "face scan", operation_id = "read_scan_profile",
    responses((status = 200, description = "The profile", body = wire::ScanProfileAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/profile")]
pub async fn read_scan_profile(
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let profile = known(&records, &signed_in).await?.profile(records.now());
    records.audit_success(&signed_in.caller, operations::face_scan::READ_PROFILE).await?;
    Ok(HttpResponse::Ok().json(wire::ScanProfileAnswer { success: true, profile }))
}
