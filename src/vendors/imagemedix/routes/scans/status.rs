//! `GET /api/scans/:id/status` (contract IM-25).

use actix_web::{HttpResponse, get, web};

use crate::platform::queue::Queue;
use crate::records::Records;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{analyses, operations, scans, wire};

/// Tells how far a scan is.
#[utoipa::path(tag = "scans", operation_id = "read_scan_status", params(("id" = String, Path, description = "The scan's id")),
    responses((status = 200, description = "How far it is", body = wire::ScanStatus),
        (status = 404, description = "There is no such scan, or the caller may not see it", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/scans/{id}/status")]
pub async fn read_scan_status(
    path: web::Path<String>,
    signed_in: SignedIn,
    records: web::Data<Records>,
    queue: web::Data<Queue>,
) -> Result<HttpResponse, Refusal> {
    let scan = scans::find(&records, &signed_in, &path).await?;
    let (state, job_status, _) = analyses::progress(&queue, &signed_in, &scan).await?;
    records.audit_answer(&signed_in.caller, operations::READ_SCAN_STATUS, &scan.task).await?;
    Ok(HttpResponse::Ok().json(wire::ScanStatus { status: state.as_str(), job_status }))
}
