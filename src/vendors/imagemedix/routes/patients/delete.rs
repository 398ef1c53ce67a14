//! `DELETE /api/patients/:id` (contract IM-47).

use actix_web::{HttpResponse, delete, web};

use crate::records::{Error, Records, Stored, Write};
use crate::vendors::imagemedix::caller::{Admin, SignedIn};
use crate::vendors::imagemedix::codes::{ANNOTATION, CARE_TEAM, HISTORY, NOTE, REPORT, RESULT, SCAN};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::scan;
use crate::vendors::imagemedix::store::{all, repeated, resource_type, written_holding};
use crate::vendors::imagemedix::to_fhir::report::binary_id;
use crate::vendors::imagemedix::{patients, wire};

/// What this surface records of a patient, by the system of its identifiers.
const RECORDED: [(&str, &str); 11] = [
    ("CareTeam", CARE_TEAM),
    ("Condition", HISTORY),
    ("CarePlan", HISTORY),
    ("DocumentReference", NOTE),
    ("ImagingStudy", SCAN),
    ("Task", SCAN),
    ("Media", SCAN),
    ("DiagnosticReport", SCAN),
    ("Observation", RESULT),
    ("Observation", ANNOTATION),
    ("DocumentReference", REPORT),
];

/// Deletes a patient with their scans and what was recorded of them here. What others recorded stays, and so does the history of it all.
#[utoipa::path(tag = "patients", operation_id = "delete_patient", params(("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "It is deleted", body = wire::Done),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("session_token" = [])))]
#[delete("/api/patients/{id}")]
pub async fn delete_patient(
    path: web::Path<String>,
    Admin(signed_in): Admin,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    repeated(async || {
        let patient = patients::find(&records, &signed_in, &path).await?;
        // Whoever adds to a patient holds them: he comes before, and what he added goes too, or finds nobody to add to.
        let choose = async |records: &Records| writes(records, &signed_in, &patient).await;
        written_holding(&records, &signed_in.caller, &patient, choose).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(wire::Done { message: "Patient deleted successfully" }))
}

async fn writes(records: &Records, signed_in: &SignedIn, stored: &Stored) -> Result<Vec<Write>, Error> {
    let mut writes = vec![Write::Delete {
        resource_type: resource_type("Patient")?,
        id: stored.id.clone(),
        precondition: Some(stored.version.into()),
    }];
    for (name, system) in RECORDED {
        let own = [("patient", format!("Patient/{}", stored.id)), ("identifier", format!("{system}|"))];
        let of_name = resource_type(name)?;
        for one in all(records, &signed_in.caller, name, &own).await? {
            let resource = one.json()?;
            // The file of a picture, and that of a report.
            let mut files: Vec<_> = scan::binary(&resource).map(str::to_owned).into_iter().collect();
            files
                .extend(Some(&resource).filter(|_| name == "ImagingStudy").and_then(scan::id).map(binary_id));
            let binary = resource_type("Binary")?;
            let delete = |resource_type, id, precondition| Write::Delete { resource_type, id, precondition };
            writes.extend(files.into_iter().map(|id| delete(binary, id, None)));
            writes.push(delete(of_name, one.id, Some(one.version.into())));
        }
    }
    Ok(writes)
}
