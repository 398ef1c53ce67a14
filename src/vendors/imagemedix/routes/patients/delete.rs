//! `DELETE /api/patients/:id` (contract IM-47).

use std::collections::HashSet;

use actix_web::{HttpResponse, delete, web};
use serde_json::Value;

use crate::imaging::codes::DICOM_UID;
use crate::imaging::instance;
use crate::records::{Error, Precondition, Records, Stored, Write};
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
    repeated(&path, async || {
        let patient = patients::find(&records, &signed_in, &path).await?;
        // Whoever adds to a patient holds them: he comes before, and what he added goes too, or finds nobody to add to.
        let choose = async |records: &Records| writes(records, &signed_in, &patient).await;
        written_holding(&records, &signed_in.caller, &patient, choose).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(wire::Done { message: "Patient deleted successfully" }))
}

async fn writes(records: &Records, signed_in: &SignedIn, stored: &Stored) -> Result<Vec<Write>, Error> {
    let patient = format!("Patient/{}", stored.id);
    let mut deletions = Deletions::default();
    deletions.add("Patient", stored.id.clone(), Some(stored.version.into()))?;
    let mut studies = Vec::new();
    for (name, system) in RECORDED {
        let own = [("patient", patient.clone()), ("identifier", format!("{system}|"))];
        for one in all(records, &signed_in.caller, name, &own).await? {
            let resource = one.json()?;
            deletions.add_file(&resource)?;
            if name == "ImagingStudy" {
                if let Some(report) = scan::id(&resource).map(binary_id) {
                    deletions.add("Binary", report, None)?;
                }
                studies.push(one.id.clone());
            }
            deletions.add(name, one.id, Some(one.version.into()))?;
        }
    }
    // DICOM files have the identifiers of DICOM alone, wherever they came by: those of the scans are known by that they are part of them.
    let files = [("patient", patient), ("identifier", format!("{DICOM_UID}|"))];
    for one in all(records, &signed_in.caller, "Media", &files).await? {
        let media = one.json()?;
        if studies.iter().any(|study| instance::is_part_of(&media, study)) {
            deletions.add_file(&media)?;
            deletions.add("Media", one.id, Some(one.version.into()))?;
        }
    }
    Ok(deletions.writes)
}

/// What is deleted, each once: a transaction writes nothing twice, and two resources may name one file.
#[derive(Default)]
struct Deletions {
    known: HashSet<(&'static str, String)>,
    writes: Vec<Write>,
}

impl Deletions {
    fn add(
        &mut self,
        name: &'static str,
        id: String,
        precondition: Option<Precondition>,
    ) -> Result<(), Error> {
        if self.known.insert((name, id.clone())) {
            self.writes.push(Write::Delete { resource_type: resource_type(name)?, id, precondition });
        }
        Ok(())
    }

    /// The file that a Media has.
    fn add_file(&mut self, resource: &Value) -> Result<(), Error> {
        scan::binary(resource).map_or(Ok(()), |file| self.add("Binary", file.to_owned(), None))
    }
}
