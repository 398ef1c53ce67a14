//! A customer of SmartScanPro's API on a server that was started.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Somebody with an account, a project and a key.
#[derive(Clone)]
pub struct Customer {
    /// The client.
    pub http: reqwest::Client,
    /// Where the API is.
    pub base: String,
    /// The session token.
    pub token: String,
    /// The API key.
    pub key: String,
}

impl Customer {
    /// Opens an account.
    pub async fn register(server_url: &str) -> Self {
        let http = reqwest::Client::new();
        let base = format!("{server_url}/smartscan");
        let mut new = Self { http, base, token: String::new(), key: String::new() };
        let person =
            json!({ "email": "bench@example.org", "password": "correct horse battery", "name": "Bench" });
        new.token = new.post("/api/auth/register", &person).await["token"].as_str().unwrap().to_owned();
        let project = new.post("/api/projects", &json!({ "name": "bench" })).await;
        let key = json!({ "project_id": project["project"]["id"] });
        let key = new.post("/api/api-keys/generate", &key).await;
        key["api_key"]["key"].as_str().unwrap().clone_into(&mut new.key);
        new
    }

    /// A request with the session token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    /// Sends JSON with the session token; the answer.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.request(Method::POST, path).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }
}
