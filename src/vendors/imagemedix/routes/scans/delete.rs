//! `DELETE /api/scans/:id` (contract IM-29).

use actix_web::{HttpResponse, delete, web};

use crate::records::{Error, Records, Stored, Write};
use crate::vendors::imagemedix::caller::{Admin, SignedIn};
use crate::vendors::imagemedix::codes::{ANNOTATION, REPORT, RESULT, SCAN};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::scan::binary;
use crate::vendors::imagemedix::from_fhir::text;
use crate::vendors::imagemedix::scans::{self, Scan};
use crate::vendors::imagemedix::store::{all, repeated, resource_type, written};
use crate::vendors::imagemedix::to_fhir::report::binary_id;
use crate::vendors::imagemedix::wire;

/// Deletes a scan with its picture, what was found in it, its marks and its report.
#[utoipa::path(tag = "scans", operation_id = "delete_scan", params(("id" = String, Path, description = "The scan's id")),
    responses((status = 200, description = "It is deleted", body = wire::Done),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such scan", body = wire::Failure)),
    security(("session_token" = [])))]
#[delete("/api/scans/{id}")]
pub async fn delete_scan(
    path: web::Path<String>,
    Admin(signed_in): Admin,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    repeated(&path, async || {
        let scan = scans::find(&records, &signed_in, &path).await?;
        let writes = writes(&records, &signed_in, &scan).await?;
        written(&records, &signed_in.caller, writes).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(wire::Done { message: "Scan deleted successfully" }))
}

/// What deletes a scan. Each addition to it changes its Task, so that nothing can have been added since it was found.
///
/// # Errors
/// When what belongs to it cannot be searched.
pub async fn writes(records: &Records, signed_in: &SignedIn, scan: &Scan) -> Result<Vec<Write>, Error> {
    let found = |name, stored: &Stored| {
        let precondition = Some(stored.version.into());
        let resource_type = resource_type(name)?;
        Ok::<_, Error>(Write::Delete { resource_type, id: stored.id.clone(), precondition })
    };
    let mut writes = vec![found("ImagingStudy", &scan.stored)?, found("Task", &scan.task)?];
    let instances = scan.instances(records, &signed_in.caller).await?;
    let mut delete = |name, id| -> Result<(), Error> {
        writes.push(Write::Delete { resource_type: resource_type(name)?, id, precondition: None });
        Ok(())
    };
    let of = |system: &str| [("identifier", format!("{system}|{}", scan.id))];
    for (name, system) in
        [("Media", SCAN), ("DiagnosticReport", SCAN), ("Observation", RESULT), ("DocumentReference", REPORT)]
    {
        for one in all(records, &signed_in.caller, name, &of(system)).await? {
            delete(name, one.id)?;
        }
    }
    if let Some(media) = scan.media_id() {
        let by = [("derived-from", format!("Media/{media}")), ("identifier", format!("{ANNOTATION}|"))];
        for mark in all(records, &signed_in.caller, "Observation", &by).await? {
            delete("Observation", mark.id)?;
        }
    }
    for instance in &instances {
        delete("Media", text(instance, "id").unwrap_or_default().to_owned())?;
        if let Some(file) = binary(instance) {
            delete("Binary", file.to_owned())?;
        }
    }
    let files = [scan.media.as_ref().and_then(binary).map(str::to_owned), Some(binary_id(&scan.id))];
    for file in files.into_iter().flatten() {
        delete("Binary", file)?;
    }
    Ok(writes)
}
