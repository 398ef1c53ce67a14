//! What is refused, and that nothing comes of it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{EMAIL, Operator, PASSWORD, login, refused, user};
use crate::harness::{Answer, Server};

const ENDPOINTS: [(&str, &str); 18] = [
    ("GET", "/tenants"),
    ("POST", "/tenants"),
    ("POST", "/tenants/1/surfaces"),
    ("POST", "/tenants/1/accounts"),
    ("GET", "/tenants/1/clients"),
    ("POST", "/tenants/1/clients"),
    ("PATCH", "/tenants/1/clients/01a1fe04-40cb-75ba-943e-353bfb90f57e"),
    ("DELETE", "/tenants/1/clients/01a1fe04-40cb-75ba-943e-353bfb90f57e"),
    ("POST", "/tenants/1/clients/01a1fe04-40cb-75ba-943e-353bfb90f57e/secret"),
    ("POST", "/organizations"),
    ("POST", "/users"),
    ("PATCH", "/users/01a1fe04-40cb-75ba-943e-353bfb90f57e"),
    ("DELETE", "/users/01a1fe04-40cb-75ba-943e-353bfb90f57e"),
    ("PUT", "/smartscan/users/01a1fe04-40cb-75ba-943e-353bfb90f57e/plan"),
    ("GET", "/hemato/keys"),
    ("POST", "/hemato/keys"),
    ("DELETE", "/hemato/keys/one"),
    ("GET", "/audit"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_operator_may_do_anything() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let session = server.request(Method::POST, "/smartscan/api/auth/login").json(&credentials);
    let session = Answer::of(session).await.json()["token"].as_str().unwrap().to_owned();
    let access = server.token("system/*.cruds").await;
    for (method, path) in ENDPOINTS {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        for token in ["", "nonsense", &session, &access] {
            let request = server.request(method.clone(), &format!("/_admin/v1{path}")).bearer_auth(token);
            let answer = Answer::of(request.header("Content-Type", "application/json").body("{")).await;
            assert_eq!(refused(&answer, 401), "An operator's token is needed.", "{method} {path}");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"operator\"");
        }
    }
    let elsewhere = server.request(Method::GET, "/smartscan/api/auth/me").bearer_auth(&operator.token);
    assert_eq!(Answer::of(elsewhere).await.status, 401);
    let elsewhere = server.request(Method::GET, "/fhir/Patient").bearer_auth(&operator.token);
    assert_eq!(Answer::of(elsewhere).await.status, 401);
    server.app.clock.advance_s(3600);
    assert_eq!(refused(&operator.get("/tenants").await, 401), "An operator's token is needed.");
    let rows = "SELECT count(*) FROM audit_event WHERE surface = 'operator' AND outcome = 'refused'";
    assert_eq!(server.number(rows).await, 73);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_sign_in_does_not_tell_what_is_wrong() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    operator.make("/users", &user("smartscan", "eve@example.org", "admin")).await;
    let wrong = login(&server, EMAIL, "wrong").await;
    assert_eq!(refused(&wrong, 401), "The e-mail address or the password is wrong.");
    for (email, password) in
        [("nobody@example.org", PASSWORD), ("eve@example.org", PASSWORD), ("' OR 1=1", "x")]
    {
        assert_eq!(login(&server, email, password).await.text, wrong.text, "{email}");
    }
    assert_eq!(
        refused(&login(&server, "a\u{0}", "x").await, 400),
        "email must have at most 254 characters on one line."
    );
    let body = json!({ "email": { "$ne": null }, "password": "s3cret" });
    let answer = Answer::of(server.request(Method::POST, "/_admin/v1/login").json(&body)).await;
    assert_eq!(refused(&answer, 400), "The body is not what is expected at line 1, column 9.");
    // A list of the values in their order is not the object.
    let list = server.request(Method::POST, "/_admin/v1/login").json(&json!([EMAIL, PASSWORD]));
    assert_eq!(refused(&Answer::of(list).await, 400), "The body must be a JSON object.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_field_and_nothing_is_kept() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let before = "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM tenant) + (SELECT count(*) FROM resource)";
    let count = server.number(before).await;
    let with = |name: &str, value: Value| {
        let mut body = user("hemato", "bob@example.org", "user");
        body[name] = value;
        body
    };
    for (body, status, problem) in [
        (with("vendor", json!("acme")), 400, "vendor must be smartscan, imagemedix, smartz or hemato."),
        (with("vendor", json!("operator")), 400, "role must be one of: admin."),
        (with("role", json!("doctor")), 400, "role must be one of: admin, user, device, service."),
        (with("regions", json!(["mars"])), 400, "regions must be a list of dev, qa, us, ca and eu."),
        (with("email", json!("bob")), 400, "email must be an e-mail address."),
        (with("email", json!(EMAIL)), 409, "The surface has an account with this e-mail address."),
        (
            with("password", json!("short")),
            400,
            "password is not accepted: the password needs at least 8 characters.",
        ),
        (with("name", json!(" ")), 400, "name must have 1 to 200 characters on one line."),
        (with("tenant_id", json!("4711")), 404, "There is no such tenant."),
        (with("tenant_id", json!("0")), 404, "There is no such tenant."),
        (with("tenant_id", json!("1 OR 1=1")), 404, "There is no such tenant."),
        (with("organization_id", json!("nothing")), 404, "There is no such organization."),
        (with("organization_id", json!("x\u{0}'; DROP")), 404, "There is no such organization."),
        (json!({}), 400, "The body is not what is expected at line 1, column 2."),
    ] {
        let answer = operator.send(Method::POST, "/users", &body).await;
        assert_eq!(refused(&answer, status), problem, "{body}");
        assert!(!answer.text.contains(PASSWORD));
    }
    let field = operator.send(Method::POST, "/tenants", &json!({ "name": "" })).await;
    assert_eq!(
        field.text,
        r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"name must have 1 to 200 characters on one line.","field":"name"}"#
    );
    let taken = operator.send(Method::POST, "/tenants", &json!({ "name": "default" })).await;
    assert_eq!(refused(&taken, 409), "There is a tenant of this name.");
    let request = server.request(Method::POST, "/_admin/v1/tenants").bearer_auth(&operator.token);
    assert_eq!(refused(&Answer::of(request.body("{}")).await, 415), "The body must be application/json.");
    let large = operator.send(Method::POST, "/tenants", &json!({ "name": "x".repeat(20_000) })).await;
    assert_eq!(refused(&large, 413), "The body is larger than 16 KiB.");
    assert_eq!(server.number(before).await, count);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_methods_and_ids_are_told() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    assert_eq!(refused(&operator.get("/nothing").await, 404), "There is no such address.");
    let method = operator.send(Method::DELETE, "/tenants", &Value::Null).await;
    assert_eq!(refused(&method, 405), "This address does not take this method.");
    assert_eq!(method.header("allow"), "GET, POST");
    let change = json!({ "active": false });
    for id in ["nobody", "01a1fe04-40cb-75ba-943e-353bfb90f57e"] {
        let changed = operator.send(Method::PATCH, &format!("/users/{id}"), &change).await;
        assert_eq!(refused(&changed, 404), "There is no such user.");
        let removed = operator.send(Method::DELETE, &format!("/users/{id}"), &Value::Null).await;
        assert_eq!(refused(&removed, 404), "There is no such user.");
        let plan = operator
            .send(Method::PUT, &format!("/smartscan/users/{id}/plan"), &json!({ "plan": "pro" }))
            .await;
        assert_eq!(refused(&plan, 404), "There is no such user.");
    }
    for (query, status) in [
        ("since=yesterday", 400),
        ("before=x", 400),
        ("limit=x", 400),
        ("actor=%00", 400),
        ("vendor=%0a", 400),
        ("tenant_id=4711", 404),
    ] {
        refused(&operator.get(&format!("/audit?{query}")).await, status);
    }
    refused(&operator.get("/tenants?after=x").await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_does_not_lock_itself_out() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let own = server.text("SELECT id::text FROM account WHERE surface = 'operator'").await;
    let closed = operator.send(Method::PATCH, &format!("/users/{own}"), &json!({ "active": false })).await;
    assert_eq!(refused(&closed, 409), "An operator cannot close its own account.");
    let removed = operator.send(Method::DELETE, &format!("/users/{own}"), &Value::Null).await;
    assert_eq!(refused(&removed, 409), "An operator cannot remove its own account.");
}
