//! The jobs that a serving process works on by itself.

use std::time::Duration;

use nix::sys::signal::Signal;
use reqwest::Client;
use serde_json::{Value, json};

use super::recovery::token;
use super::{DataFolder, Running};

const COUNT: usize = 1500;

async fn post(running: &Running, token: &str, path: &str, body: &Value) -> u16 {
    let request = Client::new().post(format!("{}/fhir{path}", running.url)).bearer_auth(token);
    let request = request.header("Content-Type", "application/fhir+json").body(body.to_string());
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_completed_although_the_server_is_killed() {
    let folder = DataFolder::new();
    let mut running = folder.serve().await;
    let token = token(&folder).await;
    let basic = json!({ "resourceType": "Basic", "code": { "text": "x" },
        "extension": [{ "url": "http://a.example/colour", "valueCode": "red" }] });
    let entry = json!({ "resource": basic, "request": { "method": "POST", "url": "Basic" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![entry; COUNT] });
    assert_eq!(post(&running, &token, "", &bundle).await, 200);
    let parameter = json!({ "resourceType": "SearchParameter", "url": "http://a.example/SearchParameter/colour",
        "name": "colour", "status": "active", "description": "x", "code": "colour", "base": ["Basic"], "type": "token",
        "expression": "Basic.extension('http://a.example/colour').value" });
    assert_eq!(post(&running, &token, "/SearchParameter", &parameter).await, 201);
    running.signal(Signal::SIGKILL).await;

    let running = folder.serve().await;
    let search = async || {
        let path = format!("{}/fhir/Basic?colour=red&_summary=count", running.url);
        let answer = Client::new().get(path).bearer_auth(&token).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    for _ in 0..600 {
        let (status, answer) = search().await;
        if status == 200 {
            assert_eq!(answer["total"], json!(COUNT));
            return;
        }
        assert_eq!((status, &answer["issue"][0]["code"]), (400, &json!("not-supported")));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the index is not completed");
}
