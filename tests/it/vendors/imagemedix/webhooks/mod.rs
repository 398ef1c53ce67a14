//! Webhooks: who may look after them, what they are told, and what comes of it.

mod closed;
mod log;
mod refusals;
mod told;
mod tried;

use reqwest::Method;
use serde_json::{Value, json};

use super::{User, server_by};
use crate::harness::Server;
use crate::harness::receiver::Receiver;

/// A receiver, and a server that may reach it.
async fn both() -> (Receiver, Server) {
    let receiver = Receiver::start().await;
    let server = server_by(&receiver.settings()).await;
    (receiver, server)
}

impl User<'_> {
    /// Makes a webhook; as it was answered.
    async fn webhook(&self, url: &str, events: &[&str]) -> Value {
        self.make("/webhooks", &json!({ "url": url, "events": events })).await
    }

    /// What a webhook was told.
    async fn deliveries(&self, webhook: &Value) -> Vec<Value> {
        let path = format!("/webhooks/{}/deliveries?limit=100", webhook["_id"].as_str().unwrap());
        self.read(&path).await["deliveries"].as_array().unwrap().clone()
    }

    async fn change(&self, webhook: &Value, change: Value) -> Value {
        let path = format!("/webhooks/{}", webhook["_id"].as_str().unwrap());
        let answer = self.send(Method::PATCH, &path, &change).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// A scan of a patient; its id.
    async fn sent(&self, patient_id: &str) -> String {
        self.scan(patient_id, "2025-05-01").await["_id"].as_str().unwrap().to_owned()
    }
}

/// Posts all that is due.
async fn post(server: &Server) {
    while server.app.deliveries.step().await.unwrap() {}
}

/// The statuses of what a webhook was told, the newest first.
fn statuses(deliveries: &[Value]) -> Vec<&str> {
    deliveries.iter().map(|one| one["status"].as_str().unwrap()).collect()
}
