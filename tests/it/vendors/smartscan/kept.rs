//! Pictures are kept only where a project says so, and whoever may can erase them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, EXTRACT, Fhir, form, invalid, pictures};
use crate::harness::{Answer, Server};

const BINARIES: &str = "SELECT count(*) FROM resource WHERE type = 'Binary' AND body IS NOT NULL";

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_not_kept_unless_the_project_clearly_says_so() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let wrong = json!({ "name": "x", "keep_images": "yes" });
    invalid(&alice.send(Method::POST, "/api/projects", &wrong).await);
    let project = alice.get(&format!("/api/projects/{}", alice.project)).await.json()["project"].clone();
    assert_eq!(project["keep_images"], false);
    assert_eq!(alice.extract(pictures::display("scale"), &[]).await.status, 200);
    assert_eq!(server.number(BINARIES).await, 0);
    let fhir = Fhir::of_last_tenant(&server).await;
    let media = fhir.get("/Media").await["entry"][0]["resource"].clone();
    assert_eq!((&media["content"]["url"], &media["content"]["data"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_keeps_its_pictures_has_them_until_they_are_erased() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let new = json!({ "name": "Archive", "keep_images": true });
    let project = alice.send(Method::POST, "/api/projects", &new).await.json()["project"].clone();
    assert_eq!(project["keep_images"], true);
    let wanted = json!({ "project_id": project["id"], "name": "archive" });
    let key =
        alice.send(Method::POST, "/api/api-keys/generate", &wanted).await.json()["api_key"]["key"].clone();
    let picture = pictures::display("scale");
    let request = server.request(Method::POST, EXTRACT).header("X-API-Key", key.as_str().unwrap());
    let answer = Answer::of(request.multipart(form(picture.clone(), &[]))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    let fhir = Fhir::of_last_tenant(&server).await;
    let media = fhir.get("/Media").await["entry"][0]["resource"].clone();
    let path = format!("/{}", media["content"]["url"].as_str().unwrap());
    let binary = fhir.get(&path).await;
    assert_eq!(STANDARD.decode(binary["data"].as_str().unwrap()).unwrap(), picture);
    assert_eq!(binary["contentType"], "image/png");
    let belongs_to = format!("Media/{}", media["id"].as_str().unwrap());
    assert_eq!(binary["securityContext"]["reference"], json!(belongs_to));
    assert_eq!(fhir.send(Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(fhir.send(Method::GET, &path, &Value::Null).await.status, 410);
    // A picture that gives no reading is not kept either.
    let request = server.request(Method::POST, EXTRACT).header("X-API-Key", key.as_str().unwrap());
    assert_eq!(Answer::of(request.multipart(form(pictures::wall(), &[]))).await.status, 400);
    assert_eq!(server.number(BINARIES).await, 0);
}
