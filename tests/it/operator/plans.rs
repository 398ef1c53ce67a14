//! Plans of SmartScanPro's users, and limits that one user has alone.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Operator, PASSWORD, refused, user};
use crate::harness::{Answer, Server};

/// Somebody with an account of SmartScanPro and an API key.
struct Customer<'a> {
    server: &'a Server,
    id: String,
    token: String,
    key: String,
}

impl<'a> Customer<'a> {
    async fn of(operator: &Operator<'a>, email: &str) -> Self {
        let server = operator.server;
        let made = operator.make("/users", &user("smartscan", email, "user")).await;
        let mut customer = Self {
            server,
            id: made["id"].as_str().unwrap().to_owned(),
            token: String::new(),
            key: String::new(),
        };
        let login = json!({ "email": email, "password": PASSWORD });
        let login = customer.post("/auth/login", &login).await;
        customer.token = login["token"].as_str().unwrap().to_owned();
        let project = customer.post("/projects", &json!({ "name": "Ward 7" })).await["project"]["id"].clone();
        let key = customer.post("/api-keys/generate", &json!({ "project_id": project })).await;
        customer.key = key["api_key"]["key"].as_str().unwrap().to_owned();
        customer
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.server.request(Method::POST, &format!("/smartscan/api{path}"));
        Answer::of(request.bearer_auth(&self.token).json(body)).await.json()
    }

    /// The limit of the hour that a request is told: by session, then by key.
    async fn limits(&self) -> [String; 2] {
        let me = self.server.request(Method::GET, "/smartscan/api/auth/me").bearer_auth(&self.token);
        let extract = self.server.request(Method::POST, "/smartscan/v1/extract-medical-data");
        let extract = extract.header("X-API-Key", &self.key).json(&json!({}));
        let limit = |answer: Answer| answer.header("x-ratelimit-limit").to_owned();
        [limit(Answer::of(me).await), limit(Answer::of(extract).await)]
    }

    async fn stats(&self) -> Value {
        let request = self.server.request(Method::GET, "/smartscan/api/dashboard/stats");
        Answer::of(request.bearer_auth(&self.token)).await.json()["stats"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_three_numbers_of_the_plan_enterprise() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = Customer::of(&operator, "alice@example.org").await;
    let path = format!("/smartscan/users/{}/plan", alice.id);
    let limits = json!({ "hour": 1, "day": 2, "month": 3 });
    for (body, problem) in [
        (json!({ "plan": "pro", "limits": limits }), "limits are of the plan enterprise alone."),
        (
            json!({ "plan": "enterprise", "limits": { "hour": 0, "day": 2, "month": 3 } }),
            "limits must be above 0.",
        ),
        (
            json!({ "plan": "enterprise", "limits": { "hour": 1, "day": 2, "month": -3 } }),
            "limits must be above 0.",
        ),
    ] {
        assert_eq!(refused(&operator.send(Method::PUT, &path, &body).await, 400), problem);
    }
    for limits in [
        json!({ "hour": 1, "day": 2 }),
        json!({ "hour": "1", "day": 2, "month": 3 }),
        json!({ "hour": 1.5, "day": 2, "month": 3 }),
        json!({ "hour": 1, "day": 2, "month": 3, "year": 4 }),
        json!(7),
    ] {
        let body = json!({ "plan": "enterprise", "limits": limits });
        let text = refused(&operator.send(Method::PUT, &path, &body).await, 400);
        assert!(text.starts_with("The body is not what is expected"), "{text}");
    }
    assert_eq!(alice.limits().await, ["100", "100"]);
    assert_eq!(server.number("SELECT count(*) FROM account_limit").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_counts_from_the_next_request_on() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = Customer::of(&operator, "alice@example.org").await;
    let path = format!("/smartscan/users/{}/plan", alice.id);
    let set = async |body: Value| {
        let answer = operator.send(Method::PUT, &path, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    };
    assert_eq!(set(json!({ "plan": "basic" })).await["limits"], Value::Null);
    assert_eq!(alice.limits().await, ["1000", "1000"]);
    set(json!({ "plan": "enterprise" })).await;
    assert_eq!(alice.limits().await, ["50000", "50000"]);
    let own = json!({ "hour": 7, "day": 70, "month": 700 });
    let planned = set(json!({ "plan": "enterprise", "limits": own })).await;
    assert_eq!((&planned["plan"], &planned["limits"]), (&json!("enterprise"), &own));
    assert_eq!(alice.limits().await, ["7", "7"]);
    assert_eq!(alice.stats().await["limits"], own);
    // They stay with the account where it goes, and go with the plan.
    let tenant = operator.make("/tenants", &json!({ "name": "clinic" })).await["id"].clone();
    let tenant = tenant.as_str().unwrap();
    operator
        .send(Method::POST, &format!("/tenants/{tenant}/surfaces"), &json!({ "vendor": "smartscan" }))
        .await;
    let to = format!("/tenants/{tenant}/accounts");
    let moved = operator.send(Method::POST, &to, &json!({ "user_id": alice.id })).await;
    assert_eq!(moved.status, 201, "{}", moved.text);
    let kept = format!("SELECT hour FROM account_limit WHERE tenant = {tenant}");
    assert_eq!(server.number(&kept).await, 7);
    set(json!({ "plan": "free" })).await;
    assert_eq!(server.number("SELECT count(*) FROM account_limit").await, 0);
    let audited = "SELECT count(*) FROM audit_event WHERE interaction = 'set-plan' AND outcome = 'success' AND tenant > 1";
    assert_eq!(server.number(audited).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_tenants_plans_the_largest_counts_for_its_keys() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = Customer::of(&operator, "alice@example.org").await;
    let tenant = server.text(&format!("SELECT tenant::text FROM account WHERE id = '{}'", alice.id)).await;
    let mut bob = user("smartscan", "bob@example.org", "user");
    bob["tenant_id"] = json!(tenant);
    let bob = operator.make("/users", &bob).await;
    let bob = bob["id"].as_str().unwrap();
    operator.send(Method::PUT, &format!("/smartscan/users/{bob}/plan"), &json!({ "plan": "pro" })).await;
    assert_eq!(alice.limits().await, ["100", "5000"]);
    operator.send(Method::PATCH, &format!("/users/{bob}"), &json!({ "active": false })).await;
    assert_eq!(alice.limits().await, ["100", "100"]);
    operator.send(Method::PATCH, &format!("/users/{}", alice.id), &json!({ "active": false })).await;
    let extract = server.request(Method::POST, "/smartscan/v1/extract-medical-data");
    let refused = Answer::of(extract.header("X-API-Key", &alice.key).json(&json!({}))).await;
    assert_eq!((refused.status, &refused.json()["error_code"]), (401, &json!("INVALID_API_KEY")));
}
