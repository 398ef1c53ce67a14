//! By which models a study was reviewed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::identity::Caller;
use crate::inference::registry::ModelRef;
use crate::records::{Error, Records};
use crate::vendors::hemato::from_fhir::{list, text};
use crate::vendors::hemato::store::{all, current};
use crate::vendors::models;

/// Words of a report's status that a person says.
const BY_A_PERSON: [&str; 6] = ["final", "amended", "corrected", "appended", "cancelled", "entered-in-error"];

/// Whether a person has said that the report is right, or is not, or has corrected some of it.
#[must_use]
pub fn is_signed(report: &Value) -> bool {
    let is_corrected = list(report, "performer").next().is_some();
    is_corrected || text(report, "status").is_some_and(|status| BY_A_PERSON.contains(&status))
}

/// Whether there would be another report: these models are not those that the last one is of, and no person has signed it.
///
/// # Errors
/// When the database fails.
pub async fn would_say_more(
    records: &Records,
    caller: &Caller,
    study: &str,
    models: &[ModelRef],
) -> Result<bool, Error> {
    if models.is_empty() {
        return Ok(false);
    }
    let report = current(records, caller, "DiagnosticReport", study).await?;
    let report = report.map(|report| report.json()).transpose()?;
    if report.as_ref().is_none_or(is_signed) {
        return Ok(false);
    }
    let by = [("target", format!("DiagnosticReport/{study}"))];
    let told = all(records, caller, "Provenance", &by).await?;
    let wanted: BTreeSet<_> = models.iter().map(|model| format!("Device/{}", models::id(model))).collect();
    let mut last = BTreeSet::new();
    for provenance in told {
        let devices = devices(&provenance.json()?);
        if !devices.is_empty() {
            last = devices;
        }
    }
    Ok(last != wanted)
}

/// The Devices that a Provenance names.
fn devices(provenance: &Value) -> BTreeSet<String> {
    list(provenance, "agent")
        .filter_map(|agent| agent.pointer("/who/reference").and_then(Value::as_str))
        .filter(|who| who.starts_with("Device/"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_is_signed_by_whoever_makes_it_more_than_preliminary() {
        assert!(!is_signed(&json!({ "status": "preliminary" })) && !is_signed(&json!({})));
        assert!(
            is_signed(&json!({ "status": "preliminary", "performer": [{ "display": "A" }] })),
            "it is corrected"
        );
        assert!(["final", "amended"].iter().all(|status| is_signed(&json!({ "status": status }))));
    }

    #[test]
    fn a_provenance_of_people_names_no_device() {
        let agents =
            json!({ "agent": [{ "who": { "reference": "Practitioner/1" } }, { "who": { "display": "x" } }] });
        assert!(devices(&agents).is_empty());
        let device = json!({ "agent": [{ "who": { "reference": "Device/model-1" } }] });
        assert_eq!(devices(&device).into_iter().collect::<Vec<_>>(), ["Device/model-1"]);
    }
}
