//! Registering, signing in, and telling who is signed in.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, PASSWORD, invalid, refused, send};
use crate::harness::{Answer, Server, each_way};

each_way! { start_via:
    a_registration_that_cannot_be_is_refused_and_nothing_is_stored
    a_body_over_16_kib_is_refused
    an_address_has_one_account
    who_only_looks_like_another_is_nobody
    a_wrong_sign_in_does_not_tell_what_is_wrong
    a_role_in_the_body_is_not_looked_at
    who_signs_in_is_told_who_that_is
    an_account_outlives_its_practitioner
    a_session_ends_after_an_hour_and_is_good_here_alone
}

async fn a_registration_that_cannot_be_is_refused_and_nothing_is_stored(server: Server) {
    let register = async |body: Value| send(&server, Method::POST, "/api/auth/register", None, &body).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({ "email": "alice@example.org", "password": PASSWORD, "name": "Alice" });
        body[name] = value;
        body
    };
    for (body, problem) in [
        (json!({}), "body needs the field email"),
        (json!([]), "body must be a JSON object"),
        (with("email", json!({ "$ne": null })), "body has a value of the wrong type"),
        (with("email", json!("alice")), "email is not a valid e-mail address"),
        (with("email", json!("a\u{0}b@example.org")), "email must not have control characters"),
        (with("email", json!("x".repeat(1024))), "email may have at most 254 characters"),
        (
            with("password", json!("short")),
            "password is not accepted: the password needs at least 8 characters",
        ),
        (
            with("password", json!("password123")),
            "password is not accepted: the password is one of the most common ones",
        ),
        (with("password", json!(12_345_678)), "body has a value of the wrong type"),
        (with("name", json!(" ")), "name is required"),
        (with("name", json!("x".repeat(201))), "name may have at most 200 characters"),
        (with("name", Value::Null), "body has a value of the wrong type"),
    ] {
        let text = invalid(&register(body).await);
        assert!(text.starts_with(problem), "{text}");
    }
    let request = || server.request(Method::POST, "/smartscan/api/auth/register");
    let form = Answer::of(request().form(&[("email", "alice@example.org")])).await;
    assert_eq!(invalid(&form), "body must be JSON, with the Content-Type application/json");
    let cut = request().header("Content-Type", "application/json").body("{\"email\":");
    assert!(invalid(&Answer::of(cut).await).starts_with("body is not JSON"));
    let nested = request().header("Content-Type", "application/json").body("[".repeat(10_000));
    assert!(invalid(&Answer::of(nested).await).starts_with("body "));

    assert_eq!(server.number("SELECT count(*) FROM account").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM resource").await, 0);
    assert_eq!(
        server
            .number("SELECT count(*) FROM audit_event WHERE interaction = 'register' AND outcome = 'refused'")
            .await,
        15
    );
}

async fn a_body_over_16_kib_is_refused(server: Server) {
    let login = async |length: usize| {
        let body = json!({ "email": "x".repeat(length), "password": "x" });
        send(&server, Method::POST, "/api/auth/login", None, &body).await
    };
    let over = login(16 * 1024).await;
    assert_eq!(invalid(&over), "body is larger than 16384 bytes");
    assert_eq!(
        over.text,
        r#"{"success":false,"error":"body is larger than 16384 bytes","error_code":"VALIDATION_ERROR","details":{"body":"is larger than 16384 bytes"}}"#
    );
    assert_eq!(invalid(&login(16_000).await), "email may have at most 254 characters");
}

async fn an_address_has_one_account(server: Server) {
    Customer::register(&server, "alice@example.org").await;
    let again = json!({ "email": "Alice@Example.org", "password": PASSWORD, "name": "Again" });
    let answer = send(&server, Method::POST, "/api/auth/register", None, &again).await;
    assert_eq!(invalid(&answer), "email is taken by another account");
    assert_eq!(answer.json()["details"], json!({ "email": "is taken by another account" }));
}

/// A Kelvin sign, letters of full width, a dotless i, Cyrillic and combining ones, and what is not seen: neither a second account
/// nor a way into the first.
async fn who_only_looks_like_another_is_nobody(server: Server) {
    Customer::register(&server, "kiki@example.org").await;
    for email in [
        "\u{212a}iki@example.org",
        "\u{ff4b}iki@example.org",
        "k\u{131}ki@example.org",
        "K\u{130}KI@example.org",
        "\u{43a}iki@example.org",
        "kiki\u{200b}@example.org",
        "kiki\u{301}@example.org",
        "kiki\u{ff20}example.org",
        "kiki@\u{ff45}xample.org",
        "kiki@example\u{3002}org",
    ] {
        let body = json!({ "email": email, "password": PASSWORD, "name": "Again" });
        let answer = send(&server, Method::POST, "/api/auth/register", None, &body).await;
        let problem = "must be of ASCII letters; a domain with others is written as xn--";
        assert_eq!(invalid(&answer), format!("email {problem}"), "{email:?}");
        assert_eq!(answer.json()["details"], json!({ "email": problem }));
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = send(&server, Method::POST, "/api/auth/login", None, &body).await;
        assert_eq!(refused(&answer, 401).0, "INVALID_CREDENTIALS", "{email:?}");
    }
    assert_eq!(server.number("SELECT count(*) FROM account").await, 1);
    // A domain of other letters, as mail servers know it.
    Customer::register(&server, "kiki@xn--bcher-kva.example").await;
}

async fn a_wrong_sign_in_does_not_tell_what_is_wrong(server: Server) {
    Customer::register(&server, "alice@example.org").await;
    let sign_in = async |email: &str, password: &str| {
        send(&server, Method::POST, "/api/auth/login", None, &json!({ "email": email, "password": password }))
            .await
    };
    let wrong = sign_in("alice@example.org", "wrong").await;
    let unknown = sign_in("nobody@example.org", PASSWORD).await;
    assert_eq!(
        refused(&wrong, 401),
        ("INVALID_CREDENTIALS".to_owned(), "Invalid email or password".to_owned())
    );
    assert_eq!(wrong.text, unknown.text);
    assert_eq!(refused(&sign_in("' OR 1=1 --", "x").await, 401).0, "INVALID_CREDENTIALS");
    assert_eq!(invalid(&sign_in("a\u{0}", "x").await), "email must not have control characters");
}

async fn a_role_in_the_body_is_not_looked_at(server: Server) {
    let body = json!({ "email": "eve@example.org", "password": PASSWORD, "name": "Eve", "role": "admin", "plan": "enterprise" });
    let answer = send(&server, Method::POST, "/api/auth/register", None, &body).await;
    let mut body = answer.json();
    assert_eq!(body["token"].as_str().unwrap().split('.').count(), 3);
    body["token"] = json!("[token]");
    body["user"]["id"] = json!("[id]");
    assert_eq!(
        body,
        json!({
            "success": true,
            "token": "[token]",
            "expires_in": 3600,
            "user": { "id": "[id]", "email": "eve@example.org", "name": "Eve", "role": "user", "plan": "free" },
        })
    );
}

async fn who_signs_in_is_told_who_that_is(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let body = json!({ "email": "ALICE@example.org", "password": PASSWORD });
    let signed_in = send(&server, Method::POST, "/api/auth/login", None, &body).await;
    assert_eq!(signed_in.status, 200);
    let me = alice.get("/api/auth/me").await;
    assert_eq!(me.status, 200);
    assert_eq!(me.json()["user"], signed_in.json()["user"]);
    assert_eq!(me.json()["user"]["name"], "Alice Liddell");
    assert!(!me.text.to_lowercase().contains("password"));
}

async fn an_account_outlives_its_practitioner(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let practitioner = server.text("SELECT practitioner FROM account").await;
    let deleted = fhir.send(Method::DELETE, &format!("/Practitioner/{practitioner}"), &Value::Null).await;
    assert_eq!(deleted.status, 204);

    let wrong = json!({ "email": "alice@example.org", "password": "wrong" });
    let wrong = send(&server, Method::POST, "/api/auth/login", None, &wrong).await;
    assert_eq!(refused(&wrong, 401).0, "INVALID_CREDENTIALS");
    let body = json!({ "email": "alice@example.org", "password": PASSWORD });
    let signed_in = send(&server, Method::POST, "/api/auth/login", None, &body).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text);
    let mut user = signed_in.json()["user"].clone();
    assert_eq!(alice.get("/api/auth/me").await.json(), json!({ "success": true, "user": user }));
    user["id"] = json!("[id]");
    assert_eq!(
        user,
        json!({ "id": "[id]", "email": "alice@example.org", "name": "", "role": "user", "plan": "free" })
    );
    assert_eq!(alice.get("/api/auth/profile").await.json()["profile"]["name"], "");
    let rows = "SELECT interaction FROM audit_event WHERE outcome = 'success'
                AND interaction IN ('login', 'read-me', 'read-profile') ORDER BY interaction";
    assert_eq!(server.texts(rows).await, ["login", "read-me", "read-profile"]);
}

async fn a_session_ends_after_an_hour_and_is_good_here_alone(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let anonymous = send(&server, Method::GET, "/api/auth/me", None, &Value::Null).await;
    assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
    let access = server.token("system/*.cruds").await;
    for wrong in ["nonsense", alice.key.as_str(), access.as_str()] {
        let answer = send(&server, Method::GET, "/api/auth/me", Some(wrong), &Value::Null).await;
        assert_eq!(refused(&answer, 401).0, "INVALID_TOKEN", "{wrong}");
    }
    let elsewhere = server.request(Method::GET, "/fhir/Patient").bearer_auth(&alice.token);
    assert_eq!(Answer::of(elsewhere).await.status, 401);

    server.app.clock.advance_s(3599);
    assert_eq!(alice.get("/api/auth/me").await.status, 200);
    server.app.clock.advance_s(1);
    assert_eq!(refused(&alice.get("/api/auth/me").await, 401).0, "INVALID_TOKEN");
}
