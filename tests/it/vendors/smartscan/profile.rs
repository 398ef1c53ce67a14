//! One's own profile, and the Practitioner behind it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, invalid, refused, send};
use crate::harness::{Server, each_way};

each_way! { start_via:
    a_profile_is_its_owners_and_cannot_hold_anything
    a_change_leaves_what_it_does_not_name
    the_profile_is_the_practitioner
}

async fn a_profile_is_its_owners_and_cannot_hold_anything(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    for method in [Method::GET, Method::PUT] {
        let answer = send(&server, method, "/api/auth/profile", None, &json!({})).await;
        assert_eq!(refused(&answer, 401).0, "MISSING_TOKEN");
    }
    for (change, problem) in [
        (json!({ "name": null }), "name is required"),
        (json!({ "name": "a\u{1}" }), "name must not have control characters"),
        (json!({ "phone": "1".repeat(41) }), "phone may have at most 40 characters"),
        (json!({ "company": 7 }), "body has a value of the wrong type at line 1, column 12"),
    ] {
        assert_eq!(invalid(&alice.send(Method::PUT, "/api/auth/profile", &change).await), problem);
    }
}

async fn a_change_leaves_what_it_does_not_name(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let profile = async |change: Value| {
        let answer = alice.send(Method::PUT, "/api/auth/profile", &change).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["profile"].clone()
    };
    let mut wanted = json!({
        "email": "alice@example.org", "name": "Alice Liddell", "company": null, "phone": null, "plan": "free",
        "created_at": "2026-11-21T12:00:00Z",
    });
    assert_eq!(alice.get("/api/auth/profile").await.json(), json!({ "success": true, "profile": wanted }));

    let change = json!({ "company": "Wonderland Clinic", "phone": "+44 20 7946 0000", "email": "eve@example.org", "role": "admin" });
    wanted["company"] = json!("Wonderland Clinic");
    wanted["phone"] = json!("+44 20 7946 0000");
    assert_eq!(profile(change).await, wanted);
    wanted["name"] = json!("Alice P. Liddell");
    wanted["phone"] = Value::Null;
    assert_eq!(profile(json!({ "name": "Alice P. Liddell", "phone": "" })).await, wanted);
    assert_eq!(profile(wanted.clone()).await, wanted);
    assert_eq!(alice.get("/api/auth/profile").await.json()["profile"], wanted);
    assert_eq!(alice.get("/api/auth/me").await.json()["user"]["name"], "Alice P. Liddell");
}

async fn the_profile_is_the_practitioner(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.send(Method::PUT, "/api/auth/profile", &json!({ "phone": "1", "company": "Clinic" })).await;
    let body = |resource_type: &str| format!("SELECT body FROM resource WHERE type = '{resource_type}'");
    let practitioner: Value = serde_json::from_str(&server.text(&body("Practitioner")).await).unwrap();
    assert_eq!(
        practitioner["telecom"],
        json!([{ "system": "email", "value": "alice@example.org" }, { "system": "phone", "value": "1" }])
    );
    assert_eq!(practitioner["meta"]["versionId"], "2");
    let role: Value = serde_json::from_str(&server.text(&body("PractitionerRole")).await).unwrap();
    assert_eq!(role["organization"]["display"], "Clinic");
}
