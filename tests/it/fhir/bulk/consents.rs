//! What scopes and Consents keep from an export: when it is made, and when its files are fetched.

use serde_json::json;

use super::{exported, files, held, kick_off, kick_off_with, manifest, status_of};
use crate::fhir::access::{put, two_patients};
use crate::harness::{Fhir, Server};

/// Stores a Consent of a patient that denies all.
pub async fn deny(fhir: &Fhir<'_>, patient: &str) {
    let consent = json!({
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "policyRule": { "text": "by word of mouth" },
        "patient": { "reference": format!("Patient/{patient}") },
        "provision": { "type": "deny" },
    });
    put(fhir, "Consent", &format!("of-{patient}"), consent).await;
}

const TYPES: &str = "_type=Patient,Encounter,Observation,List";
const OF_A: &str =
    "Encounter/a-encounter List/a-list Observation/a-laboratory Observation/a-vital-signs Patient/a";
const BOTH: &str = "Encounter/a-encounter Encounter/b-encounter List/a-list List/b-list Observation/a-laboratory \
    Observation/a-vital-signs Observation/b-laboratory Observation/b-vital-signs Patient/a Patient/b";

#[tokio::test(flavor = "multi_thread")]
async fn the_same_export_before_and_after_a_denial() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let entity = |patient: &str| json!({ "entity": { "reference": format!("Patient/{patient}") } });
    put(
        &fhir,
        "Group",
        "g",
        json!({ "type": "person", "actual": true, "member": [entity("a"), entity("b")] }),
    )
    .await;
    let paths = ["/$export", "/Patient/$export", "/Group/g/$export"].map(|path| format!("{path}?{TYPES}"));
    for path in &paths {
        assert_eq!(exported(&fhir, path).await, BOTH, "{path}");
    }
    deny(&fhir, "b").await;
    for path in &paths {
        assert_eq!(exported(&fhir, path).await, OF_A, "{path}");
    }
    let of_b = json!([{ "name": "patient", "valueReference": { "reference": "Patient/b" } }]);
    assert_eq!(
        kick_off_with(&fhir, "/Patient/$export", &of_b).await.refused(400),
        ["not-found: patient: not all of the patients are there, or this client may see them"]
    );
    assert_eq!(fhir.delete("/Consent/of-b").await.status, 204);
    for path in &paths {
        assert_eq!(exported(&fhir, path).await, BOTH, "{path}");
    }
}

/// The list was made before the Consent: what it withholds is in no file from the next request on.
#[tokio::test(flavor = "multi_thread")]
async fn a_denial_holds_for_files_that_are_fetched_after_it() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let waiting = status_of(&kick_off(&fhir, &format!("/$export?{TYPES}")).await);
    let made = manifest(&fhir, &format!("/$export?{TYPES}")).await;
    assert_eq!(held(&fhir, &made).await, BOTH);
    let replica = server.replica().await;
    deny(&replica.fhir().await, "b").await;
    assert_eq!(held(&fhir, &made).await, OF_A);
    server.finish_jobs().await;
    assert_eq!(held(&fhir, &fhir.get(&waiting).await.json()).await, OF_A);
    assert_eq!(fhir.delete("/Consent/of-b").await.status, 204);
    assert_eq!(held(&fhir, &made).await, BOTH, "and no longer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_with_a_query_exports_what_it_goes_to() {
    let server = Server::start().await;
    two_patients(&server).await;
    let limited = server.fhir_with("system/Observation.rs?category=laboratory system/Patient.rs").await;
    assert_eq!(
        exported(&limited, "/$export").await,
        "Observation/a-laboratory Observation/b-laboratory Patient/a Patient/b"
    );
    let apart = server.fhir_with("system/Observation.s?category=laboratory system/Observation.r").await;
    assert_eq!(exported(&apart, "/$export").await, "Observation/a-laboratory Observation/b-laboratory");
    let chained = "/$export?_type=Observation&_typeFilter=Observation%3Fencounter.status%3Dfinished";
    assert_eq!(
        kick_off(&limited, chained).await.refused(403),
        ["forbidden: the credential does not grant this"],
        "a chain tells of what may not be searched"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_purpose_is_kept_with_the_export() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let act_reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    let consent = json!({
        "status": "active",
        "scope": { "coding": [{ "code": "patient-privacy" }] },
        "category": [{ "text": "any" }],
        "policyRule": { "text": "by word of mouth" },
        "patient": { "reference": "Patient/b" },
        "provision": { "type": "deny", "purpose": [{ "system": act_reason, "code": "HRESCH" }] },
    });
    put(&fhir, "Consent", "no-research", consent).await;
    let research = server.app.identity.issue_access_token_for("default", "system/*.rs", Some("HRESCH")).await;
    let research = server.fhir_by(research.unwrap().expose().clone());
    assert_eq!(exported(&research, "/$export?_type=Patient").await, "Patient/a");
    assert_eq!(exported(&fhir, "/$export?_type=Patient").await, "Patient/a Patient/b");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_in_no_file() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let made = manifest(&fhir, "/$export?_type=List").await;
    server.execute("DELETE FROM resource WHERE type = 'List' AND id = 'a-list'").await;
    assert_eq!(files(&fhir, &made, "output").await[0].len(), 1);
    assert_eq!(held(&fhir, &made).await, "List/b-list");
}
