//! The authorisation server.

mod authorize;
mod backend;
mod code;
mod control_characters;
mod discovery;
mod introspect;
pub mod keys;
mod launch;
mod meanwhile;
pub mod order;
pub mod person;
mod published_keys;
mod purposes;
mod refresh;
mod register;
mod token_errors;

use hygeia::identity::oauth::registration::{NewClient, NewProof};
use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, START, Server};
use keys::Key;

/// Where the tests' server says that it is.
const ISSUER: &str = "http://127.0.0.1:8080";

/// The second that the test's clock shows at its start.
pub fn start_s() -> i64 {
    chrono::DateTime::parse_from_rfc3339(START).unwrap().timestamp()
}

/// A client with a key of its own.
struct Backend<'a> {
    server: &'a Server,
    id: String,
    key: Key,
}

impl<'a> Backend<'a> {
    async fn registered(server: &'a Server, algorithm: Algorithm, scope: &str) -> Self {
        let key = Key::made(algorithm);
        let new = NewClient {
            name: "backend".to_owned(),
            proof: NewProof::Keys(json!({ "keys": [key.public] }).to_string()),
            redirect_uris: Vec::new(),
            scope: scope.to_owned(),
            purposes: Vec::new(),
        };
        let registered = server.register_client("default", &new).await.unwrap();
        Self { server, id: registered.client.id.to_string(), key }
    }

    /// The claims of a good assertion.
    fn claims(&self) -> Value {
        json!({
            "iss": self.id,
            "sub": self.id,
            "aud": format!("{ISSUER}/oauth/token"),
            "exp": start_s() + 300,
            "jti": Uuid::new_v4().to_string(),
        })
    }

    /// Asks for a token with this assertion.
    async fn ask(&self, assertion: &str, scope: &str) -> Answer {
        ask(
            self.server,
            &[
                ("grant_type", "client_credentials"),
                ("scope", scope),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion),
            ],
        )
        .await
    }

    /// Asks for a token as it should.
    async fn token(&self, scope: &str) -> Answer {
        self.ask(&self.key.sign(&self.claims()), scope).await
    }
}

/// A request to the token endpoint.
async fn ask(server: &Server, form: &[(&str, &str)]) -> Answer {
    Answer::of(server.request(Method::POST, "/oauth/token").form(form)).await
}

/// Asserts that this is a refusal, and returns `error: error_description`.
#[track_caller]
fn refusal(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("www-authenticate").is_empty(), status != 401);
    let body = answer.json();
    format!("{}: {}", body["error"].as_str().unwrap(), body["error_description"].as_str().unwrap())
}
