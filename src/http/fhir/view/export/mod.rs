//! `$viewdefinition-export`: a request begins it, another tells how far it is and where its result is, others fetch its files.
//! <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionExport.html>

pub mod file;
pub mod kick_off;
pub mod status;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::http::fhir::answer;

/// Where the status of an export is, below the base.
const STATUS: &str = "$viewdefinition-export-status";
/// Where its result is.
const RESULT: &str = "$viewdefinition-export-result";
/// Where its files are.
pub(in crate::http::fhir) const FILE: &str = "$viewdefinition-export-file";

/// What is said of every export.
fn told(base: &str, job: &str, tracking: Option<&str>, status: &str) -> Vec<Value> {
    let tracking = tracking.map(|tracking| json!({ "name": "clientTrackingId", "valueString": tracking }));
    let location = format!("{base}/{STATUS}/{job}");
    [json!({ "name": "exportId", "valueString": job })]
        .into_iter()
        .chain(tracking)
        .chain([
            json!({ "name": "status", "valueCode": status }),
            json!({ "name": "location", "valueUri": location }),
            json!({ "name": "cancelUrl", "valueUri": location }),
        ])
        .collect()
}

fn at(name: &str, time: DateTime<Utc>) -> Value {
    json!({ "name": name, "valueInstant": answer::instant(time) })
}

fn parameters(parameter: &[Value]) -> String {
    json!({ "resourceType": "Parameters", "parameter": parameter }).to_string()
}
