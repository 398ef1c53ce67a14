//! What a person takes back is nowhere any more.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, Server, refused, succeeded, vitals};

const TEXT: &str = "I agree, said the quagga.";

/// The tables that have this text in any row, but for the audit trail.
pub(super) async fn tables_with(server: &Server, text: &str) -> Vec<String> {
    let tables =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    let mut found = Vec::new();
    for table in server.texts(tables).await.into_iter().filter(|table| !table.starts_with("audit_")) {
        let sql = format!("SELECT count(*) FROM \"{table}\" t WHERE t::text LIKE '%{text}%'");
        found.extend((server.number(&sql).await > 0).then_some(table));
    }
    found
}

/// Rows of the search index that belong to nothing, or point at this resource.
async fn search_rows_of(server: &Server, address: &str) -> i64 {
    let number = format!(
        "('x' || substr(encode(sha256(convert_to('{address}', 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint"
    );
    let mut rows = server.number(&format!("SELECT count(*) FROM resource_term WHERE value = {number}")).await;
    for table in ["resource_term", "resource_date", "resource_text", "resource_number"] {
        let orphans = format!(
            "SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT FROM resource r WHERE r.tenant = t.tenant AND r.ordinal = t.ordinal)"
        );
        rows += server.number(&orphans).await;
    }
    rows
}

impl Customer<'_> {
    pub(super) async fn delete(&self, path: &str) -> crate::harness::Answer {
        self.send(Method::DELETE, path, &Value::Null).await
    }

    pub(super) async fn export(&self, result: &str) -> crate::harness::Answer {
        self.send(Method::POST, &format!("/api/face-scan/results/{result}/pdf"), &Value::Null).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_anothers_is_not_erased() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, result) = alice.scan(&vitals()).await;
    let without = alice.begin().await;
    for path in ["consent/nope".to_owned(), "results/nope".to_owned(), format!("consent/{without}")] {
        assert_eq!(
            refused(&alice.delete(&format!("/api/face-scan/{path}")).await, 404).0,
            "NOT_FOUND",
            "{path}"
        );
    }
    let bob = Customer::register(&server, "bob@example.org").await;
    bob.begin().await;
    for path in [format!("consent/{session}"), format!("results/{result}")] {
        assert_eq!(
            refused(&bob.delete(&format!("/api/face-scan/{path}")).await, 404).0,
            "NOT_FOUND",
            "{path}"
        );
    }
    assert_eq!(refused(&bob.export(&result).await, 404).0, "NOT_FOUND");
    alice.ok(&format!("/api/face-scan/results/{result}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_consent_goes_all_of_the_session() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (other, other_result) = alice.scan(&json!({ "heart_rate": 61.5 })).await;
    let session = alice.begin().await;
    let consent = json!({ "session_id": session, "jurisdiction": "us", "consent_text": TEXT });
    succeeded(&alice.send(Method::POST, "/api/face-scan/consent", &consent).await);
    succeeded(&alice.send(Method::POST, "/api/face-scan/consent", &consent).await);
    let values = json!({ "heart_rate": 73.21987, "hrv_rmssd": 41.77123 });
    let saved = succeeded(&alice.submit(&session, &values, true).await);
    let result = saved["result_id"].as_str().unwrap().to_owned();
    let tag = json!({ "session_id": session, "tag": "giraffe" });
    succeeded(&alice.send(Method::POST, "/api/face-scan/history/tag", &tag).await);
    alice
        .tell(&json!({
            "age": 55, "biological_sex": "male", "height_cm": 170, "weight_kg": 70, "smoker": false, "diabetes": false,
            "bp_treated": false, "prior_cvd": false, "cuff_systolic_bp": 140, "cuff_diastolic_bp": 85,
        }))
        .await;
    alice.ok(&format!("/api/face-scan/risk/{session}")).await;
    assert_eq!(alice.export(&result).await.status, 200);
    // A client of the FHIR API adds to the session, changes its mind, and deletes; another cites it.
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = alice.patient(&fhir).await;
    let mut observation = json!({
        "resourceType": "Observation", "status": "final", "subject": { "reference": format!("Patient/{patient}") },
        "encounter": { "reference": format!("Encounter/{session}") },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] },
        "effectiveDateTime": "2026-11-21T12:00:00Z",
        "valueQuantity": { "value": 99.12345, "system": "http://unitsofmeasure.org", "code": "/min" },
    });
    let id = fhir.create(&observation).await;
    observation["id"] = json!(id);
    observation["valueQuantity"]["value"] = json!(98.54321);
    assert_eq!(fhir.send(Method::PUT, &format!("/Observation/{id}"), &observation).await.status, 200);
    assert_eq!(fhir.send(Method::DELETE, &format!("/Observation/{id}"), &Value::Null).await.status, 204);
    let cited = json!({
        "resourceType": "Provenance", "target": [{ "reference": format!("Observation/{id}") }],
        "recorded": "2026-11-21T12:00:00Z", "agent": [{ "who": { "display": "somebody" } }],
    });
    fhir.create(&cited).await;
    let gone = [
        TEXT,
        &STANDARD.encode(TEXT),
        "73.21987",
        "41.77123",
        "99.12345",
        "98.54321",
        "giraffe",
        &result,
        &id,
    ];
    assert_eq!(tables_with(&server, "73.21987").await, ["resource"]);
    assert_eq!(tables_with(&server, "99.12345").await, ["resource_history"]);

    let path = format!("/api/face-scan/consent/{session}");
    let deleted = succeeded(&alice.delete(&path).await);
    assert_eq!(
        deleted,
        json!({ "success": true, "deleted": { "results": 1, "observations": 3, "reports": 1 } })
    );
    for text in gone {
        assert_eq!(tables_with(&server, text).await, Vec::<String>::new(), "{text}");
    }
    // The tombstone has the session's id, and nothing else of it.
    assert_eq!(tables_with(&server, &session).await, ["resource"]);
    let left = format!("SELECT type FROM resource WHERE body LIKE '%{session}%' OR id = '{session}'");
    assert_eq!(server.texts(&left).await, ["Consent"]);
    assert_eq!(search_rows_of(&server, &format!("Encounter/{session}")).await, 0);
    assert_eq!(server.number("SELECT count(*) FROM resource_history WHERE type = 'Consent'").await, 0);
    let tombstone = fhir.get(&format!("/Consent/{session}")).await;
    assert_eq!((&tombstone["status"], tombstone.get("sourceAttachment")), (&json!("inactive"), None));
    crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::Consent>(&tombstone);
    let told = format!(
        "SELECT count(*) FROM audit_event WHERE resource = '{session}' AND interaction = 'delete-consent'"
    );
    assert_eq!(server.number(&told).await, 1);

    assert_eq!(refused(&alice.delete(&path).await, 404).0, "NOT_FOUND");
    for path in ["session", "consent", "fhir", "risk", "history/delta", "history/anomalies", "history/tags"] {
        let answer = alice.get(&format!("/api/face-scan/{path}/{session}")).await;
        assert_eq!(refused(&answer, 404).0, "NOT_FOUND", "{path}");
    }
    assert_eq!(refused(&alice.get(&format!("/api/face-scan/results/{result}")).await, 404).0, "NOT_FOUND");
    assert_eq!(refused(&alice.export(&result).await, 404).0, "NOT_FOUND");
    let history = alice.ok("/api/face-scan/history/heart_rate").await;
    assert_eq!(history["data"].as_array().unwrap().len(), 1);
    alice.ok(&format!("/api/face-scan/session/{other}")).await;
    alice.ok(&format!("/api/face-scan/results/{other_result}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_goes_and_its_session_stays() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, result) = alice.scan(&json!({ "heart_rate": 73.21987 })).await;
    let kept = succeeded(&alice.submit(&session, &json!({ "heart_rate": 66.123 }), true).await);
    assert_eq!(alice.export(&result).await.status, 200);
    let path = format!("/api/face-scan/results/{result}");
    assert_eq!(succeeded(&alice.delete(&path).await), json!({ "success": true }));
    for text in ["73.21987", &result] {
        assert_eq!(tables_with(&server, text).await, Vec::<String>::new(), "{text}");
    }
    assert_eq!(refused(&alice.get(&path).await, 404).0, "NOT_FOUND");
    assert_eq!(refused(&alice.delete(&path).await, 404).0, "NOT_FOUND");
    let shown = alice.ok(&format!("/api/face-scan/session/{session}")).await;
    assert_eq!(shown["session"]["result_ids"], json!([kept["result_id"]]));
    let history = alice.ok("/api/face-scan/history/heart_rate").await;
    assert_eq!(history["data"][0]["value"], 66.123);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_made_while_a_consent_goes_goes_too() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for _ in 0..3 {
        let (session, result) = alice.scan(&vitals()).await;
        let (values, consent) = (vitals(), format!("/api/face-scan/consent/{session}"));
        let made = join_all((0..3).map(|_| async {
            let (pdf, saved) = tokio::join!(alice.export(&result), alice.submit(&session, &values, true));
            [pdf.status, saved.status]
        }));
        let (made, deleted) = tokio::join!(made, alice.delete(&consent));
        assert_eq!(deleted.status, 200, "{}", deleted.text);
        for status in made.into_iter().flatten() {
            // Too late is who finds no session, or one without its consent.
            assert!([200, 201, 403, 404].contains(&status), "{status}");
        }
        let left = "SELECT count(*) FROM (SELECT type FROM resource UNION ALL SELECT type FROM resource_history) r
            WHERE type IN ('Binary', 'DocumentReference', 'DiagnosticReport', 'Observation', 'Encounter', 'Provenance')";
        assert_eq!(server.number(left).await, 0);
    }
}
