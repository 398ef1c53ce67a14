//! `GET /api/face-scan/results/:id` (contract SS-66).

use actix_web::{HttpResponse, get, web};

use crate::clinical::wellness::Measured;
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{from_fhir, operations};

/// Reads a result.
#[utoipa::path(tag = "face scan", operation_id = "read_scan_results", params(("id" = String, Path, description = "The result's id")),
    responses((status = 200, description = "The result", body = wire::ResultAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such result, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/results/{id}")]
pub async fn read_scan_results(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let kept = super::find(&records, &signed_in, &path).await?;
    let person = known(&records, &signed_in).await?.person(records.now());
    records.audit_answer(&signed_in.caller, operations::face_scan::READ_RESULTS, &kept.stored).await?;
    let person = Measured { sex: person.sex, age: person.age, ..Measured::default() };
    let result = from_fhir::face_scan::result::result(&kept.report, &kept.observations, person);
    Ok(HttpResponse::Ok().json(wire::ResultAnswer { success: true, result }))
}
