//! Whose resources stand in a table.

use serde_json::json;

use super::{ids, of, reference, run, view};
use crate::fhir::access::{put, two_patients};
use crate::fhir::bulk::consents::deny;
use crate::fhir::isolation::token_of_another_tenant;
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_search_and_read_a_type_has_no_table_of_it() {
    let server = Server::start().await;
    two_patients(&server).await;
    let patients = view("Patient", &[("id", "id", "id")]);
    for scope in ["system/Observation.rs", "system/Patient.r", "system/Patient.s"] {
        let limited = server.fhir_with(scope).await;
        let answer = run(&limited, "/ViewDefinition/$run", &[of(&patients)]).await;
        assert_eq!(answer.refused(403), ["forbidden: the credential does not grant this"], "{scope}");
        // What is sent along is the sender's own.
        let sent = json!({ "name": "resource", "resource": { "resourceType": "Patient", "id": "x" } });
        assert_eq!(
            run(&limited, "/ViewDefinition/$run", &[of(&patients), sent]).await.text,
            "{\"id\":\"x\"}\n"
        );
    }
    let nobody = server.request(reqwest::Method::POST, "/fhir/ViewDefinition/$run");
    assert_eq!(Answer::of(nobody).await.status, 401);
    let limited = server.fhir_with("system/Observation.rs?category=laboratory").await;
    assert_eq!(ids(&limited, "Observation", &[]).await, "a-laboratory b-laboratory");
    let about = server.fhir_about("a", "patient/Observation.rs").await;
    assert_eq!(ids(&about, "Observation", &[]).await, "a-laboratory a-vital-signs");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_resources_and_views_are_not_there() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let mut of_encounters = view("Encounter", &[("id", "id", "id")]);
    of_encounters["url"] = json!("https://example.org/encounters");
    put(&fhir, "ViewDefinition", "v", of_encounters).await;
    let other = server.fhir_by(token_of_another_tenant(&server).await);
    assert_eq!(ids(&other, "Patient", &[]).await, "");
    assert_eq!(other.get("/ViewDefinition/v/$run").await.status, 404);
    let named = reference("viewReference", "https://example.org/encounters");
    assert_eq!(run(&other, "/ViewDefinition/$run", &[named]).await.status, 404);
    assert_eq!(ids(&fhir, "Patient", &[]).await, "a b");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_consent_withholds_is_in_no_table() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let all = "a-laboratory a-vital-signs b-laboratory b-vital-signs";
    assert_eq!(ids(&fhir, "Observation", &[]).await, all);
    deny(&fhir, "b").await;
    assert_eq!(ids(&fhir, "Observation", &[]).await, "a-laboratory a-vital-signs");
    assert_eq!(ids(&fhir, "Patient", &[]).await, "a");
    let told = run(
        &fhir,
        "/ViewDefinition/$run",
        &[of(&view("Patient", &[("id", "id", "id")])), reference("patient", "Patient/b")],
    )
    .await;
    assert_eq!(
        told.refused(400),
        ["not-found: patient: there is no such patient, or this client may not see them"]
    );
    assert_eq!(fhir.delete("/Consent/of-b").await.status, 204);
    assert_eq!(ids(&fhir, "Observation", &[]).await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn patients_groups_and_times_choose_among_them() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let entity = |patient: &str| json!({ "entity": { "reference": format!("Patient/{patient}") } });
    put(&fhir, "Group", "g", json!({ "type": "person", "actual": true, "member": [entity("b")] })).await;
    let (a, b) = ("a-laboratory a-vital-signs", "b-laboratory b-vital-signs");
    assert_eq!(ids(&fhir, "Observation", &[reference("patient", "Patient/a")]).await, a);
    assert_eq!(
        ids(&fhir, "Observation", &[reference("patient", "Patient/a"), reference("patient", "Patient/b")])
            .await,
        format!("{a} {b}")
    );
    assert_eq!(ids(&fhir, "Observation", &[reference("group", "Group/g")]).await, b);
    assert_eq!(
        ids(&fhir, "Observation", &[reference("group", "Group/g"), reference("patient", "Patient/a")]).await,
        ""
    );
    assert_eq!(ids(&fhir, "Patient", &[reference("group", "Group/g")]).await, "b");
    let doctors = view("Practitioner", &[("id", "id", "id")]);
    let told = run(&fhir, "/ViewDefinition/$run", &[of(&doctors), reference("patient", "Patient/a")]).await;
    assert_eq!(
        told.refused(400),
        [
            "not-supported: patient and group say whose resources are asked for: Practitioner is in no patient's compartment"
        ]
    );
    let before = fhir.get("/Patient/b").await.json()["meta"]["lastUpdated"].as_str().unwrap().to_owned();
    server.app.clock.advance_s(60);
    put(&fhir, "Patient", "c", json!({})).await;
    assert_eq!(ids(&fhir, "Patient", &[json!({ "name": "_since", "valueInstant": before })]).await, "c");
    assert_eq!(
        ids(&fhir, "Patient", &[json!({ "name": "_limit", "valueInteger": 2 })]).await.split(' ').count(),
        2
    );
    assert_eq!(ids(&fhir, "Patient", &[json!({ "name": "_limit", "valueInteger": 0 })]).await, "");
    assert_eq!(fhir.delete("/Patient/c").await.status, 204);
    assert_eq!(ids(&fhir, "Patient", &[]).await, "a b");
}
