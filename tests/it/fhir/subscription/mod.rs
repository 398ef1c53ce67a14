//! Subscriptions: who may have one, what is told, and what comes of it. <https://hl7.org/fhir/R4/subscription.html>

mod backlog;
mod criteria;
mod kept;
mod order;
mod races;
mod refusals;
mod rights;
mod sockets;
mod states;
mod told;
mod topics;

use serde_json::{Value, json};

use super::{observation, stored};
use crate::harness::receiver::Receiver;
use crate::harness::{Fhir, Server};

/// A receiver, and a server that may reach it.
async fn both() -> (Receiver, Server) {
    let receiver = Receiver::start().await;
    let server = Server::start_by(&receiver.settings(), None).await;
    (receiver, server)
}

/// A Subscription that is asked for.
fn subscription(url: &str, criteria: &str) -> Value {
    json!({
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "a test",
        "criteria": criteria,
        "channel": { "type": "rest-hook", "endpoint": url, "payload": "application/fhir+json" },
    })
}

/// Asks for a Subscription, and waits until it is active; its id.
async fn active(fhir: &Fhir<'_>, subscription: &Value) -> String {
    let id = stored(fhir, subscription).await;
    work(fhir.server()).await;
    assert_eq!(status(fhir, &id).await, "active");
    id
}

/// The state of a Subscription.
async fn status(fhir: &Fhir<'_>, id: &str) -> String {
    read(fhir, id).await["status"].as_str().unwrap().to_owned()
}

async fn read(fhir: &Fhir<'_>, id: &str) -> Value {
    fhir.get(&format!("/Subscription/{id}")).await.json()
}

/// Writes a Subscription anew, after a change.
async fn change(fhir: &Fhir<'_>, id: &str, change: impl FnOnce(&mut Value)) {
    let mut subscription = read(fhir, id).await;
    change(&mut subscription);
    let changed = fhir.put(&format!("/Subscription/{id}"), &subscription).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

/// Does all that is due, and all that comes of it.
async fn work(server: &Server) {
    let subscriptions = server.app.subscriptions();
    loop {
        while subscriptions.step().await.unwrap() {}
        if !server.app.deliveries.step().await.unwrap() {
            return;
        }
    }
}

/// The paths of what came in.
fn paths(receiver: &Receiver) -> Vec<String> {
    receiver.taken().into_iter().map(|taken| format!("{} {}", taken.method, taken.path)).collect()
}
