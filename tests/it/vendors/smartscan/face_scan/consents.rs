//! Consents: nothing is measured without one.

use reqwest::Method;
use serde_json::json;

use super::{CONSENT, Customer, Fhir, Server, invalid, refused, send, succeeded, vitals};

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_must_say_what_to_and_where() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.begin().await;
    let anonymous = send(&server, Method::POST, "/api/face-scan/consent", None, &json!({})).await;
    assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
    let record = async |body| alice.send(Method::POST, "/api/face-scan/consent", &body).await;
    for (body, problem) in [
        (json!({}), "body needs the field session_id"),
        (json!({ "session_id": session, "consent_text": "x" }), "body needs the field jurisdiction"),
        (json!({ "session_id": session, "jurisdiction": "us" }), "body needs the field consent_text"),
        (
            json!({ "session_id": session, "jurisdiction": "mars", "consent_text": "x" }),
            "jurisdiction must be one of us, eu, uk, ca, au, in, other",
        ),
        (
            json!({ "session_id": session, "jurisdiction": "us", "consent_text": " " }),
            "consent_text is required",
        ),
        (
            json!({ "session_id": session, "jurisdiction": "us", "consent_text": "x".repeat(100_001) }),
            "consent_text may have at most 100000 characters",
        ),
        (
            json!({ "session_id": session, "jurisdiction": "us", "consent_text": "x".repeat(1 << 20) }),
            "body is larger than 524288 bytes",
        ),
    ] {
        assert_eq!(invalid(&record(body).await), problem);
    }
    let nowhere = record(json!({ "session_id": "nope", "jurisdiction": "us", "consent_text": "x" })).await;
    assert_eq!(refused(&nowhere, 404).0, "NOT_FOUND");
    assert_eq!(refused(&alice.get(&format!("/api/face-scan/consent/{session}")).await, 404).0, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_consent_nothing_is_measured() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.begin().await;
    for save in [false, true] {
        let answer = alice.submit(&session, &vitals(), save).await;
        let wanted = "The session needs a consent before anything is measured";
        assert_eq!(refused(&answer, 403), ("CONSENT_REQUIRED".to_owned(), wanted.to_owned()));
    }
    let risk = alice.get(&format!("/api/face-scan/risk/{session}")).await;
    assert_eq!(refused(&risk, 403).0, "CONSENT_REQUIRED");
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Observation'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_kept_word_for_word() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.begin().await;
    let text = " Ich willige ein: ja\nund „nein“.\t";
    let body = json!({ "sessionId": session, "jurisdiction": "EU", "text": text });
    let given = succeeded(&alice.send(Method::POST, "/api/face-scan/consent", &body).await);
    let wanted = json!({
        "id": session, "session_id": session, "jurisdiction": "eu", "consent_text": text,
        "recorded_at": "2026-11-21T12:00:00.000000Z",
    });
    assert_eq!(given, json!({ "success": true, "consent": wanted }));
    assert_eq!(alice.ok(&format!("/api/face-scan/consent/{session}")).await["consent"], wanted);
    let fhir = Fhir::of_last_tenant(&server).await;
    let consent = fhir.get(&format!("/Consent/{session}")).await;
    assert_eq!(consent["provision"]["data"][0]["reference"]["reference"], format!("Encounter/{session}"));
    assert_eq!(consent["sourceAttachment"]["hash"], "1v9rxVoUZQ/hqKuGred/t9DBDXg=");
    crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::Consent>(&consent);

    // A long one is kept as well.
    let long = "Ich willige ein. „ß“ ".repeat(4_000);
    let body = json!({ "session_id": session, "jurisdiction": "eu", "consent_text": long });
    succeeded(&alice.send(Method::POST, "/api/face-scan/consent", &body).await);
    let path = format!("/api/face-scan/consent/{session}");
    assert_eq!(alice.ok(&path).await["consent"]["consent_text"], json!(long));

    // A further one takes the place of the one before, as its next version.
    succeeded(&alice.agree(&session).await);
    let now = fhir.get(&format!("/Consent/{session}")).await;
    assert_eq!(now["meta"]["versionId"], "3");
    assert_eq!(
        alice.ok(&format!("/api/face-scan/consent/{session}")).await["consent"]["consent_text"],
        CONSENT
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_an_ehr_withdraws_holds_no_longer() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let path = format!("/Consent/{session}");
    for (pointer, value) in
        [("/status", json!("inactive")), ("/provision/period", json!({ "end": "2026-11-20" }))]
    {
        let mut consent = fhir.get(&path).await;
        let before = consent.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        consent.pointer_mut(parent).unwrap()[name] = value;
        assert_eq!(fhir.send(Method::PUT, &path, &consent).await.status, 200);
        let answer = alice.submit(&session, &vitals(), true).await;
        assert_eq!(refused(&answer, 403).0, "CONSENT_REQUIRED", "{pointer}");
        assert_eq!(
            refused(&alice.get(&format!("/api/face-scan/consent/{session}")).await, 404).0,
            "NOT_FOUND"
        );
        assert_eq!(fhir.send(Method::PUT, &path, &before).await.status, 200);
    }
    assert_eq!(alice.submit(&session, &vitals(), true).await.status, 201);
}
