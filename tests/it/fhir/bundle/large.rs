//! Answers that would be longer than the server holds.

use serde_json::{Value, json};

use super::{entry, run, statuses, with};
use crate::harness::Server;

const TOO_LONG: &str = "too-costly: the answers to a Bundle's entries come to more than 67108864 bytes";

/// A Binary with a tag, of which seven fit into an answer.
fn large() -> Value {
    let (meta, data) = (json!({ "tag": [{ "code": "large" }] }), "A".repeat(9 << 20));
    json!({ "resourceType": "Binary", "meta": meta, "contentType": "text/plain", "data": data })
}

fn unless() -> Value {
    let small = json!({ "resourceType": "Binary", "contentType": "text/plain" });
    with(entry("POST", "Binary", Some(&small)), "ifNoneExist", "_tag=large")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_refused_and_a_batch_goes_no_further() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let rows = async || server.number("SELECT count(*) FROM resource").await;
    let mut repeated = vec![unless(); 9];
    repeated[0] = entry("POST", "Binary", Some(&large()));
    let refused = run(&fhir, "transaction", &repeated).await;
    assert_eq!(refused.refused(400), [format!("{TOO_LONG} (Bundle.entry[8])")]);
    assert_eq!(rows().await, 0, "nothing of a refused transaction is stored");

    let id = fhir.post("/Binary", &large()).await.json()["id"].as_str().unwrap().to_owned();
    let refused = run(&fhir, "transaction", &vec![unless(); 8]).await;
    assert_eq!(refused.refused(400), [format!("{TOO_LONG} (Bundle.entry[7])")]);
    let patient = entry("POST", "Patient", Some(&crate::fhir::patient()));
    let mut reads = vec![entry("GET", &format!("Binary/{id}"), None); 10];
    reads.push(patient);
    let refused = run(&fhir, "transaction", &reads).await;
    assert_eq!(refused.refused(400), [format!("{TOO_LONG} (Bundle.entry[7])")]);
    assert_eq!(rows().await, 1);

    let answer = run(&fhir, "batch", &reads).await.json();
    let entries = answer["entry"].as_array().unwrap();
    assert_eq!(statuses(entries), [["200 OK"; 8].as_slice(), &["400 Bad Request"; 3]].concat());
    let issue = &entries[10]["response"]["outcome"]["issue"][0];
    assert_eq!(
        (&issue["code"], &issue["expression"]),
        (&json!("too-costly"), &json!(["Bundle.entry[10]"])),
        "{issue}"
    );
    assert_eq!(rows().await, 1, "a change that finds no room is not begun");
}
