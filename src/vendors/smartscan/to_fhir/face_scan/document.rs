//! The PDF of a result, as a Binary with the DocumentReference that says what it is. Both have the id of the result.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};

use super::Scan;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::loinc;
use crate::vendors::smartscan::to_fhir::{instant, reference};

const PDF: &str = "application/pdf";

/// The file. Whoever may see what says what it is may see it, and it goes where that goes.
#[must_use]
pub fn binary(result: &str, pdf: &[u8]) -> Value {
    json!({
        "resourceType": "Binary",
        "id": result,
        "contentType": PDF,
        "securityContext": reference("DocumentReference", result),
        "data": STANDARD.encode(pdf),
    })
}

/// What the file is. It names all that is in it: the result, and the Observations with these ids.
#[must_use]
pub fn document<'o>(
    result: &str,
    pdf: &[u8],
    observations: impl Iterator<Item = &'o str>,
    scan: &Scan,
) -> Value {
    let observations = observations.map(|id| reference("Observation", id));
    let related: Vec<_> = [reference("DiagnosticReport", result)].into_iter().chain(observations).collect();
    json!({
        "resourceType": "DocumentReference",
        "id": result,
        "meta": { "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()] },
        "status": "current",
        "docStatus": "preliminary",
        "type": loinc::VITAL_SIGNS_PANEL.concept(),
        "subject": reference("Patient", &scan.patient),
        "date": instant(scan.now),
        "content": [{
            "attachment": {
                "contentType": PDF,
                "language": "en",
                "url": format!("Binary/{result}"),
                "size": pdf.len(),
                // R4 wants SHA-1 here. https://hl7.org/fhir/R4/datatypes.html#Attachment
                "hash": STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, pdf)),
                "title": "Face scan report",
                "creation": instant(scan.now),
            },
        }],
        "context": {
            "encounter": [reference("Encounter", &scan.session)],
            "related": related,
        },
    })
}
