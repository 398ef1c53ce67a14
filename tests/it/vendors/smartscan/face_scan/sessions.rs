//! Sessions, and the Encounters that they are.

use reqwest::Method;
use serde_json::json;

use super::{CONSENT, Customer, Fhir, Server, invalid, refused, send, vitals};
use crate::harness::each_way;

each_way! { start_via:
    a_session_is_its_owners
    a_session_tells_what_belongs_to_it
    a_session_is_an_encounter_of_the_persons
    tags_are_a_set
}

async fn a_session_is_its_owners(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let anonymous = send(&server, Method::POST, "/api/face-scan/session", None, &json!({})).await;
    assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
    for id in ["nope", "a%00b", "%27", "00000000-0000-7000-8000-000000000000"] {
        for path in ["session", "consent", "history/tags", "history/delta", "history/anomalies", "risk"] {
            let answer = alice.get(&format!("/api/face-scan/{path}/{id}")).await;
            assert_eq!(refused(&answer, 404).0, "NOT_FOUND", "{path} {id}");
        }
    }
}

async fn a_session_tells_what_belongs_to_it(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.begin().await;
    let path = format!("/api/face-scan/session/{session}");
    let mut wanted = json!({
        "id": session, "status": "active", "consent": null, "result_ids": [], "tags": [],
        "created_at": "2026-11-21T12:00:00.000000Z",
    });
    assert_eq!(alice.ok(&path).await["session"], wanted);
    server.app.clock.advance_s(60);
    alice.agree(&session).await;
    let saved = alice.submit(&session, &vitals(), true).await.json();
    wanted["status"] = json!("completed");
    wanted["consent"] = json!({
        "id": session, "session_id": session, "jurisdiction": "us", "consent_text": CONSENT,
        "recorded_at": "2026-11-21T12:01:00.000000Z",
    });
    wanted["result_ids"] = json!([saved["result_id"]]);
    assert_eq!(alice.ok(&path).await["session"], wanted);
}

async fn a_session_is_an_encounter_of_the_persons(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let (first, second) = (alice.begin().await, alice.begin().await);
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = alice.patient(&fhir).await;
    assert_eq!(fhir.get("/Patient").await["total"], 1);
    for id in [&first, &second] {
        let encounter = fhir.get(&format!("/Encounter/{id}")).await;
        assert_eq!(encounter["status"], "in-progress");
        assert_eq!(encounter["subject"]["reference"], format!("Patient/{patient}"));
        crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::Encounter>(&encounter);
    }
    // What an EHR does to the Encounter, the session shows.
    let mut encounter = fhir.get(&format!("/Encounter/{first}")).await;
    encounter["status"] = json!("cancelled");
    assert_eq!(fhir.send(Method::PUT, &format!("/Encounter/{first}"), &encounter).await.status, 200);
    let path = format!("/api/face-scan/session/{first}");
    assert_eq!(alice.ok(&path).await["session"]["status"], "cancelled");
    // An Encounter that is no session is none.
    let other = json!({
        "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" },
        "subject": { "reference": format!("Patient/{patient}") },
    });
    let other = fhir.create(&other).await;
    assert_eq!(refused(&alice.get(&format!("/api/face-scan/session/{other}")).await, 404).0, "NOT_FOUND");
}

async fn tags_are_a_set(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.begin().await;
    let tag = async |tag: &str| {
        alice
            .send(Method::POST, "/api/face-scan/history/tag", &json!({ "session_id": session, "tag": tag }))
            .await
    };
    assert_eq!(invalid(&tag(" ").await), "tag is required");
    assert_eq!(invalid(&tag(&"x".repeat(65)).await), "tag may have at most 64 characters");
    assert_eq!(invalid(&tag("a\u{7}").await), "tag must not have control characters");
    let nowhere = json!({ "sessionId": "nope", "tag": "x" });
    let nowhere = alice.send(Method::POST, "/api/face-scan/history/tag", &nowhere).await;
    assert_eq!(refused(&nowhere, 404).0, "NOT_FOUND");

    assert_eq!(tag("morning").await.json(), json!({ "success": true, "tags": ["morning"] }));
    tag(" post  exercise ").await;
    let all = json!({ "success": true, "tags": ["morning", "post exercise"] });
    assert_eq!(tag("morning").await.json(), all);
    assert_eq!(alice.ok(&format!("/api/face-scan/history/tags/{session}")).await, all);
    let fhir = Fhir::of_last_tenant(&server).await;
    let found = fhir.get("/Encounter?_tag=urn:vendor:smartscan:face-scan-tag|morning").await;
    assert_eq!(found["entry"][0]["resource"]["id"], session);
    for number in 0..48 {
        assert_eq!(tag(&number.to_string()).await.status, 200);
    }
    assert_eq!(invalid(&tag("too many").await), "tag is one more than the 50 that a session may have");
}
