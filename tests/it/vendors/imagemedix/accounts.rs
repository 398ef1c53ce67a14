//! Signing in, and who one is (contract IM-10, IM-13, X-03).

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN, PASSWORD, User, is_id, refused, send, server};
use crate::harness::Answer;

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_show_who_they_are_is_refused() {
    let server = server().await;
    for (body, status, text) in [
        (json!({ "email": ADMIN, "password": "wrong" }), 401, "Invalid email or password"),
        (json!({ "email": "nobody@example.org", "password": PASSWORD }), 401, "Invalid email or password"),
        (json!({ "email": ADMIN }), 400, "password is required"),
        (json!({ "email": "", "password": PASSWORD }), 400, "email is required"),
        (json!({ "email": ADMIN, "password": "" }), 400, "password is required"),
        (json!([ADMIN, PASSWORD]), 400, "body must be a JSON object"),
        (
            json!({ "email": { "$ne": null }, "password": { "$ne": null } }),
            400,
            "body has a value of the wrong type at line 1, column 9",
        ),
    ] {
        let answer = send(&server, Method::POST, "/auth/login", None, &body).await;
        assert_eq!(refused(&answer, status), text, "{body}");
    }
    let form = server.request(Method::POST, "/imagemedix/api/auth/login").form(&[("email", ADMIN)]);
    let text = "body must be JSON, with the Content-Type application/json";
    assert_eq!(refused(&Answer::of(form).await, 400), text);
    let nobody = send(&server, Method::GET, "/auth/me", None, &Value::Null).await;
    assert_eq!(refused(&nobody, 401), "Sign in first: a bearer token is required");
    assert_eq!(nobody.header("www-authenticate"), "Bearer realm=\"imagemedix\"");
    let forged = send(&server, Method::GET, "/auth/me", Some("eyJhbGciOiJub25lIn0.e30."), &Value::Null).await;
    assert_eq!(refused(&forged, 401), "The token is invalid or expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_surface_is_none_at_another_and_ends_after_an_hour() {
    let server = server().await;
    let admin = User::admin(&server).await;
    for path in ["/smartscan/api/auth/me", "/fhir/Patient", "/_admin/v1/tenants"] {
        let request = server.request(Method::GET, path).bearer_auth(&admin.token);
        assert_eq!(Answer::of(request).await.status, 401, "{path}");
    }
    let login = json!({ "email": ADMIN, "password": PASSWORD });
    let other = server.request(Method::POST, "/smartscan/api/auth/login").json(&login);
    let other = Answer::of(other).await.json()["token"].as_str().unwrap().to_owned();
    let answer = send(&server, Method::GET, "/auth/me", Some(&other), &Value::Null).await;
    assert_eq!(refused(&answer, 401), "The token is invalid or expired");
    server.app.clock.advance_s(3599);
    assert_eq!(admin.get("/auth/me").await.status, 200);
    server.app.clock.advance_s(1);
    assert_eq!(admin.get("/auth/me").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_is_told_who_they_are() {
    let server = server().await;
    let login = json!({ "email": "Admin@Example.org", "password": PASSWORD });
    let answer = send(&server, Method::POST, "/auth/login", None, &login).await;
    let mut body = answer.json();
    assert!(is_id(&body["user"]["_id"]) && body["token"].as_str().unwrap().split('.').count() == 3);
    let id = body["user"]["_id"].take();
    body["token"].take();
    let user = json!({ "_id": null, "name": "Vikram Desai", "email": ADMIN, "role": "admin" });
    assert_eq!((answer.status, body), (200, json!({ "user": user, "token": null })));
    let admin = User::admin(&server).await;
    let me =
        json!({ "_id": id, "name": "Vikram Desai", "email": ADMIN, "role": "admin", "specialization": null });
    assert_eq!(admin.read("/auth/me").await, me);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_addresses_and_methods_are_told_apart_and_health_is_open() {
    let server = server().await;
    let ask = async |method, path| send(&server, method, path, None, &Value::Null).await;
    assert_eq!(refused(&ask(Method::GET, "/nothing").await, 404), "There is no such endpoint");
    let wrong = ask(Method::PUT, "/patients").await;
    assert_eq!(refused(&wrong, 405), "This endpoint does not take this method");
    assert_eq!(wrong.header("allow"), "GET, POST");
    let health = ask(Method::GET, "/health").await;
    assert_eq!((health.status, health.json()), (200, json!({ "status": "ok" })));
}
