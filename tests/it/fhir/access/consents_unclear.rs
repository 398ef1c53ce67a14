//! Consents that cannot be held one by one.

use serde_json::json;

use super::consents::MINE;
use super::{put, shown, two_patients};
use crate::harness::Server;

/// What is not understood of the whole Consent denies all, whatever its provisions are limited to.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_denies_everybody() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let actor = json!([{ "role": { "text": "any" }, "reference": { "reference": "Practitioner/other" } }]);
    let rest = json!({
        "status": "active",
        "scope": { "coding": [{ "code": "patient-privacy" }] },
        "category": [{ "text": "any" }],
        "policyRule": { "text": "by word of mouth" },
        "patient": { "reference": "Patient/b" },
        "modifierExtension": [{ "url": "https://a.example/only-on-sundays", "valueBoolean": true }],
        "provision": { "type": "permit", "actor": actor },
    });
    put(&fhir, "Consent", "c", rest).await;
    assert_eq!(shown(&fhir, "/Observation").await, MINE);
    // Where Consents differ too much to be held one by one, nobody is let in by it.
    for n in 0..260 {
        let instance =
            json!([{ "meaning": "instance", "reference": { "reference": format!("Observation/x{n}") } }]);
        let entry = json!({ "type": "deny", "data": instance });
        put(&fhir, "Patient", &format!("p{n}"), json!({ "gender": "other" })).await;
        let of = json!({
            "status": "active",
            "scope": { "coding": [{ "code": "patient-privacy" }] },
            "category": [{ "text": "any" }],
            "policyRule": { "text": "by word of mouth" },
            "patient": { "reference": format!("Patient/p{n}") },
            "provision": { "type": "permit", "provision": [entry] },
        });
        put(&fhir, "Consent", &format!("c{n}"), of).await;
    }
    assert_eq!(shown(&fhir, "/Observation").await, MINE);
    let seen = fhir.get("/Patient?gender=other&_summary=count").await.json()["total"].as_i64().unwrap();
    assert!((200..260).contains(&seen), "{seen}");
}
