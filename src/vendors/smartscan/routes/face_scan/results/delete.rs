//! `DELETE /api/face-scan/results/:id` (contract SS-67).

use actix_web::{HttpResponse, delete, web};

use crate::records::Records;
use crate::records::erase::Erasure;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::result;
use crate::vendors::smartscan::scans::{self, person};
use crate::vendors::smartscan::wire::face_scan as wire;

/// Erases a result with its values and its PDF, for good.
#[utoipa::path(tag = "face scan", operation_id = "delete_scan_results", params(("id" = String, Path, description = "The result's id")),
    responses((status = 200, description = "It is erased", body = wire::DeletedAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such result, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[delete("/api/face-scan/results/{id}")]
pub async fn delete_scan_results(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    scans::repeated(async || {
        let report = scans::last(&records, &signed_in, "DiagnosticReport", &path).await?;
        let person = person::find(&records, &signed_in).await?.ok_or(Refusal::NotFound)?;
        if !result::is_of(&report, &person.id) {
            return Err(Refusal::NotFound);
        }
        let mut roots = vec![(scans::resource_type("DiagnosticReport")?, path.clone())];
        for id in result::observations(&report) {
            roots.push((scans::resource_type("Observation")?, id));
        }
        scans::erased(&records, &signed_in, Erasure { roots, is_whole: false, left: None }).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(wire::DeletedAnswer { success: true }))
}
