//! What is taken back goes from wherever it was shown or counted, and can be taken back whatever became of it.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::erasure::tables_with;
use super::{Customer, Fhir, Server, refused, succeeded};

/// All that is not known without the pressure, which a cuff measures within a session.
fn profile() -> Value {
    json!({
        "age": 55, "biological_sex": "male", "height_cm": 170, "weight_kg": 70, "smoker": false, "diabetes": false,
        "bp_treated": false, "prior_cvd": false,
    })
}

impl Customer<'_> {
    /// A session with a pulse and what a cuff measured; the ids of session and result.
    async fn measured(&self, heart_rate: f64) -> (String, String) {
        let session = self.session().await;
        let result = json!({
            "session_id": session, "quality": 0.9, "save": true, "blood_pressure_source": "cuff",
            "vitals": { "heart_rate": heart_rate, "systolic_bp": 140, "diastolic_bp": 85 },
        });
        let saved = self.send(Method::POST, "/api/face-scan/results", &result).await;
        (session, succeeded(&saved)["result_id"].as_str().unwrap().to_owned())
    }

    async fn withdraw(&self, session: &str) -> Value {
        let answer = self.delete(&format!("/api/face-scan/consent/{session}")).await;
        succeeded(&answer)["deleted"].clone()
    }
}

async fn ids_of(fhir: &Fhir<'_>, session: &str) -> Vec<String> {
    let found = fhir.get(&format!("/Observation?encounter=Encounter/{session}")).await;
    let entries = found["entry"].as_array().unwrap();
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
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
async fn what_shows_a_session_goes_with_it() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.tell(&profile()).await;
    let (first, first_result) = alice.measured(61.5).await;
    server.app.clock.advance_s(60);
    let (second, result) = alice.scan(&json!({ "heart_rate": 70.5 })).await;
    alice.ok(&format!("/api/face-scan/risk/{second}")).await;
    assert_eq!(alice.export(&result).await.status, 200);
    let fhir = Fhir::of_last_tenant(&server).await;
    let document = fhir.get(&format!("/DocumentReference/{result}")).await;
    let related = document["context"]["related"].to_string();
    for id in ids_of(&fhir, &first).await {
        assert!(related.contains(&format!("Observation/{id}")), "{related}");
    }
    let binary = fhir.get(&format!("/Binary/{result}")).await;
    let context = json!({ "reference": format!("DocumentReference/{result}") });
    assert_eq!(binary["securityContext"], context);

    let deleted = alice.withdraw(&first).await;
    assert_eq!(deleted, json!({ "results": 1, "observations": 2, "reports": 1 }));
    let made_of_both = "type IN ('Binary', 'DocumentReference', 'RiskAssessment')";
    assert_eq!(rows(&server, made_of_both).await, 0);
    let gone = format!("body LIKE '%{first_result}%' OR body LIKE '%61.5%'");
    assert_eq!(rows(&server, &gone).await, 0);
    alice.ok(&format!("/api/face-scan/results/{result}")).await;

    // A result that is taken back is in no report of another, either.
    server.app.clock.advance_s(60);
    let (_, third) = alice.scan(&json!({ "heart_rate": 71.5 })).await;
    for result in [&result, &third] {
        assert_eq!(alice.export(result).await.status, 200);
    }
    assert_eq!(rows(&server, "type = 'Binary'").await, 2);
    succeeded(&alice.delete(&format!("/api/face-scan/results/{result}")).await);
    assert_eq!(rows(&server, made_of_both).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_of_what_is_being_taken_back() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.tell(&profile()).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    for _ in 0..3 {
        let (first, _) = alice.measured(61.5).await;
        let (second, result) = alice.scan(&json!({ "heart_rate": 70.5 })).await;
        let ids = ids_of(&fhir, &first).await;
        let (risk, consent) =
            (format!("/api/face-scan/risk/{second}"), format!("/api/face-scan/consent/{first}"));
        let made = join_all((0..2).map(|_| async {
            let (risk, pdf) = tokio::join!(alice.get(&risk), alice.export(&result));
            [risk.status, pdf.status]
        }));
        let (made, deleted) = tokio::join!(made, alice.delete(&consent));
        assert_eq!((made, deleted.status), (vec![[200, 200]; 2], 200));
        for id in ids {
            assert_eq!(rows(&server, &format!("id = '{id}' OR body LIKE '%{id}%'")).await, 0);
        }
    }
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
