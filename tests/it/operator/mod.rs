//! The operator API (contract X-08).

mod client_trail;
mod clients;
mod keys;
mod moved;
mod plans;
mod refusals;
mod tenants;
mod users;

use hygeia::core::Secret;
use hygeia::records::accounts::Person;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};

const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "correct horse battery";

/// An operator who is signed in.
struct Operator<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Operator<'a> {
    /// The first administrator.
    async fn sign_in(server: &'a Server) -> Self {
        let person = Person {
            email: EMAIL.to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            name: Secret::new("Administrator".to_owned()),
        };
        assert!(server.app.records.open_first_accounts(&person).await.unwrap());
        let answer = login(server, EMAIL, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        Self { server, token }
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.server.request(method, &format!("/_admin/v1{path}")).bearer_auth(&self.token);
        Answer::of(if body.is_null() { request } else { request.json(body) }).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &Value::Null).await
    }

    /// What a POST makes.
    async fn make(&self, path: &str, body: &Value) -> Value {
        let made = self.send(Method::POST, path, body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()
    }
}

async fn login(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    Answer::of(server.request(Method::POST, "/_admin/v1/login").json(&body)).await
}

/// Asserts that this is a problem with this status; returns what it says.
#[track_caller]
fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!((&body["type"], &body["status"]), (&json!("about:blank"), &json!(status)));
    body["detail"].as_str().unwrap().to_owned()
}

/// A user of a vendor, as an operator asks for it.
fn user(vendor: &str, email: &str, role: &str) -> Value {
    json!({ "vendor": vendor, "email": email, "password": PASSWORD, "name": "Alice Liddell", "role": role })
}
