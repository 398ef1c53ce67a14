//! What is taken back goes from wherever it was shown or counted, and can be taken back whatever became of it.

use reqwest::Method;
use serde_json::{Value, json};

use super::erasure::tables_with;
use super::{Customer, Fhir, Server, refused, succeeded};

impl Customer<'_> {
    async fn withdraw(&self, session: &str) -> Value {
        let answer = self.delete(&format!("/api/face-scan/consent/{session}")).await;
        succeeded(&answer)["deleted"].clone()
    }
}

async fn rows(server: &Server, where_: &str) -> i64 {
    let all = "SELECT type, id, body FROM resource UNION ALL SELECT type, id, body FROM resource_history";
    server.number(&format!("SELECT count(*) FROM ({all}) r WHERE {where_}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_deleted_can_still_be_taken_back() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let bob = Customer::register(&server, "bob@example.org").await;
    bob.begin().await;
    for (gone, left) in [
        (&["Encounter"][..], 1),
        (&["Consent"][..], 0),
        (&["Encounter", "Consent", "DiagnosticReport"][..], 0),
    ] {
        let (session, result) = alice.scan(&json!({ "heart_rate": 73.21987 })).await;
        for resource_type in gone {
            let id = if *resource_type == "DiagnosticReport" { &result } else { &session };
            let deleted = fhir.send(Method::DELETE, &format!("/{resource_type}/{id}"), &Value::Null).await;
            assert_eq!(deleted.status, 204, "{}", deleted.text);
        }
        let path = format!("/api/face-scan/consent/{session}");
        assert_eq!(refused(&bob.delete(&path).await, 404).0, "NOT_FOUND");
        let wanted = json!({ "results": 1, "observations": 1, "reports": 0 });
        assert_eq!(alice.withdraw(&session).await, wanted, "{gone:?}");
        assert_eq!(tables_with(&server, "73.21987").await, Vec::<String>::new());
        let named = format!("body LIKE '%{session}%' OR id = '{session}'");
        assert_eq!(rows(&server, &named).await, left, "{gone:?}");
        assert_eq!(refused(&alice.delete(&path).await, 404).0, "NOT_FOUND");
    }
    let (_, result) = alice.scan(&json!({ "heart_rate": 73.21987 })).await;
    let report = format!("/DiagnosticReport/{result}");
    assert_eq!(fhir.send(Method::DELETE, &report, &Value::Null).await.status, 204);
    let path = format!("/api/face-scan/results/{result}");
    assert_eq!(refused(&bob.delete(&path).await, 404).0, "NOT_FOUND");
    assert_eq!(succeeded(&alice.delete(&path).await), json!({ "success": true }));
    for text in ["73.21987", &result] {
        assert_eq!(tables_with(&server, text).await, Vec::<String>::new(), "{text}");
    }
    assert_eq!(refused(&alice.delete(&path).await, 404).0, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_with_many_results_can_be_taken_back() {
    const RESULTS: usize = 300;
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let other = alice.scan(&json!({ "heart_rate": 70.5 })).await.1;
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = json!({ "reference": format!("Patient/{}", alice.patient(&fhir).await) });
    let encounter = json!({ "reference": format!("Encounter/{session}") });
    let code = json!({ "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] });
    let of = |number: usize| {
        let id = format!("many-{number}");
        [
            json!({
                "resourceType": "Observation", "id": id, "status": "final", "code": code, "subject": patient,
                "encounter": encounter, "effectiveDateTime": "2026-11-21",
                "valueQuantity": { "value": 70, "system": "http://unitsofmeasure.org", "code": "/min" },
            }),
            json!({
                "resourceType": "DiagnosticReport", "id": id, "status": "final", "code": code, "subject": patient,
                "encounter": encounter, "result": [{ "reference": format!("Observation/{id}") }],
            }),
            json!({
                "resourceType": "DocumentReference", "id": id, "status": "current",
                "content": [{ "attachment": { "url": format!("Binary/{id}") } }],
                "context": { "related": [{ "reference": format!("DiagnosticReport/{id}") }] },
            }),
            json!({
                "resourceType": "Binary", "id": id, "contentType": "text/plain", "data": "AAAA",
                "securityContext": { "reference": format!("DocumentReference/{id}") },
            }),
        ]
    };
    let entry = |resource: Value| {
        let url =
            format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        json!({ "resource": resource, "request": { "method": "PUT", "url": url } })
    };
    let entries: Vec<_> = (0..RESULTS).flat_map(of).map(entry).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    let made = fhir.send(Method::POST, "", &bundle).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let wanted = json!({ "results": RESULTS, "observations": RESULTS, "reports": RESULTS });
    assert_eq!(alice.withdraw(&session).await, wanted);
    assert_eq!(tables_with(&server, "many-").await, Vec::<String>::new());
    alice.ok(&format!("/api/face-scan/results/{other}")).await;
}
