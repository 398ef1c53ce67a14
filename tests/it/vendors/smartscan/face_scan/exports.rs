//! A result as a PDF, a session as FHIR.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, Server, refused, send, vitals};
use hygeia::fhir::validate::validate;

#[tokio::test(flavor = "multi_thread")]
async fn exports_are_their_owners() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let unknown = alice.send(Method::POST, "/api/face-scan/results/nope/pdf", &Value::Null).await;
    assert_eq!(refused(&unknown, 404).0, "NOT_FOUND");
    assert_eq!(refused(&alice.get("/api/face-scan/fhir/nope").await, 404).0, "NOT_FOUND");
    let (session, result) = alice.scan(&vitals()).await;
    let path = format!("/api/face-scan/results/{result}/pdf");
    assert_eq!(
        refused(&send(&server, Method::POST, &path, None, &Value::Null).await, 401).0,
        "MISSING_TOKEN"
    );
    let bob = Customer::register(&server, "bob@example.org").await;
    assert_eq!(refused(&bob.send(Method::POST, &path, &Value::Null).await, 404).0, "NOT_FOUND");
    assert_eq!(refused(&bob.get(&format!("/api/face-scan/fhir/{session}")).await, 404).0, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_a_pdf_that_is_kept() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.scan(&json!({ "heart_rate": 70 })).await;
    server.app.clock.advance_s(60);
    let (_, result) = alice.scan(&vitals()).await;
    let path = format!("/smartscan/api/face-scan/results/{result}/pdf");
    for version in ["1", "2"] {
        let answer = server.request(Method::POST, &path).bearer_auth(&alice.token).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("content-disposition"), format!("attachment; filename=\"face-scan-{result}.pdf\""));
        assert_eq!(header("cache-control"), "no-store");
        let file = answer.bytes().await.unwrap();
        assert!(file.starts_with(b"%PDF-"));
        let fhir = Fhir::of_last_tenant(&server).await;
        let found = fhir.get(&format!("/DocumentReference?related=DiagnosticReport/{result}")).await;
        let document = &found["entry"][0]["resource"];
        crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::DocumentReference>(document);
        assert_eq!((&found["total"], &document["meta"]["versionId"]), (&json!(1), &json!(version)));
        assert_eq!(document["content"][0]["attachment"]["size"], file.len());
        let binary = format!("/fhir/Binary/{result}");
        let binary =
            server.request(Method::GET, &binary).bearer_auth(&fhir.token).header("Accept", "application/pdf");
        assert_eq!(binary.send().await.unwrap().bytes().await.unwrap(), file);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_a_bundle_of_all_that_belongs_to_it() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    alice
        .tell(&json!({
            "age": 55, "biological_sex": "male", "height_cm": 170, "weight_kg": 70, "smoker": false, "diabetes": false,
            "bp_treated": false, "prior_cvd": false, "cuff_systolic_bp": 140, "cuff_diastolic_bp": 85,
        }))
        .await;
    alice.ok(&format!("/api/face-scan/risk/{session}")).await;
    let bundle = alice.ok(&format!("/api/face-scan/fhir/{session}")).await["bundle"].clone();
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&json!("Bundle"), &json!("collection")));
    assert_eq!(validate(&bundle).map_err(|issues| format!("{issues:?}")).err(), None);
    crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::Bundle>(&bundle);
    let mut types = BTreeMap::<&str, usize>::new();
    for entry in bundle["entry"].as_array().unwrap() {
        *types.entry(entry["resource"]["resourceType"].as_str().unwrap()).or_default() += 1;
        let (kind, id) = (&entry["resource"]["resourceType"], &entry["resource"]["id"]);
        let address = format!("/fhir/{}/{}", kind.as_str().unwrap(), id.as_str().unwrap());
        assert!(entry["fullUrl"].as_str().unwrap().ends_with(&address));
    }
    let wanted = [
        ("Consent", 1),
        ("Device", 1),
        ("DiagnosticReport", 1),
        ("Encounter", 1),
        ("Observation", 8),
        ("Patient", 1),
        ("RiskAssessment", 1),
    ];
    assert_eq!(types.into_iter().collect::<Vec<_>>(), wanted);
    // A session in which nothing was measured is one, too.
    let empty = alice.begin().await;
    let bundle = alice.ok(&format!("/api/face-scan/fhir/{empty}")).await["bundle"].clone();
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 2);
}
