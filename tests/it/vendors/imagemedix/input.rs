//! Whatever is sent, the answer is a refusal that says what is wrong.

use reqwest::Method;
use serde_json::{Value, json};

use super::{User, refused, server};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_patients_are_refused_by_name() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let good = json!({ "patientId": "PT-1", "name": "Raj", "dateOfBirth": "1992-08-22", "gender": "male" });
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for name in ["patientId", "name", "dateOfBirth", "gender"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(name);
        assert_eq!(
            refused(&admin.send(Method::POST, "/patients", &body).await, 400),
            format!("{name} is required")
        );
        for wrong in [json!(null), json!(7), json!([]), json!({}), json!(true)] {
            let answer = admin.send(Method::POST, "/patients", &with(name, wrong)).await;
            assert!(refused(&answer, 400).starts_with("body has a value of the wrong type"), "{name}");
        }
    }
    for (body, text) in [
        (with("patientId", json!("  ")), "patientId is required"),
        (with("patientId", json!("x".repeat(201))), "patientId may have at most 200 characters"),
        (with("name", json!("a\r\u{7}b")), "name must not have control characters"),
        (with("name", json!("a\r\nSet-Cookie: x")), "name must not have control characters"),
        (with("patientId", json!("PT\n1")), "patientId must not have control characters"),
        (with("status", json!("dead")), "status must be active, inactive or archived"),
        (with("dateOfBirth", json!("22.08.1992")), "dateOfBirth must be an ISO 8601 date"),
        (with("dateOfBirth", json!("2026-11-22")), "dateOfBirth must not be in the future"),
        (with("gender", json!("f")), "gender must be male, female, other or unknown"),
        (with("contact", json!({ "email": "x" })), "contact.email must be an e-mail address"),
        (with("contact", json!({ "phone": "1".repeat(41) })), "contact.phone may have at most 40 characters"),
    ] {
        assert_eq!(refused(&admin.send(Method::POST, "/patients", &body).await, 400), text);
    }
    for wrong in [
        with("contact", json!(["x@y.z", "555", "Street"])),
        with("contact", json!([])),
        with("status", json!(5)),
    ] {
        let answer = admin.send(Method::POST, "/patients", &wrong).await;
        assert!(refused(&answer, 400).starts_with("body has a value of the wrong type"), "{}", answer.text);
    }
    let deep = format!(r#"{{"patientId":{}"#, "[".repeat(50_000));
    for text in [deep.as_str(), "", "{", "null", "\u{0}"] {
        let request = server.request(Method::POST, "/imagemedix/api/patients").bearer_auth(&admin.token);
        let request = request.header("Content-Type", "application/json").body(text.to_owned());
        refused(&crate::harness::Answer::of(request).await, 400);
    }
    assert_eq!(admin.read("/patients").await["totalPatients"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_questions_are_refused_by_name() {
    let server = server().await;
    let admin = User::admin(&server).await;
    for (query, text) in [
        ("page=0", "page must be a whole number from 1 on"),
        ("limit=-1", "limit must be a whole number from 1 on"),
        ("limit=ten", "limit must be a whole number from 1 on"),
        ("status=dead", "status must be active, inactive or archived"),
        ("search=%00", "search must have at most 200 characters on one line"),
        ("search=a&search=b", "search is given more than once"),
    ] {
        assert_eq!(refused(&admin.get(&format!("/patients?{query}")).await, 400), text);
    }
    assert_eq!(admin.get("/patients?status=&nothing=1&search=%FF").await.status, 200);
}
