//! Each route of Hemato, done once.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::routes::{EMAIL, PASSWORD, Walk};
use crate::harness::smears::Same;

pub(super) async fn all(walk: &mut Walk) {
    let login = json!({ "user": EMAIL, "pass_hash": hex::encode(Sha256::digest(PASSWORD)) });
    let path = "/hemato/auth/login";
    let signed_in = walk.json("", "POST /hemato/auth/login", path, &login).await;
    let token = signed_in["results"]["token"]["HY_APP_AUTH_v1"].as_str().unwrap().to_owned();
    let none = Value::Null;
    walk.json(&token, "POST /hemato/auth/hello", "/hemato/auth/hello", &none).await;
    let tags = json!({ "tags": { "patient_proxy_id": "1852" } });
    let made = walk.json(&token, "POST /hemato/pbs", "/hemato/pbs", &tags).await;
    walk.json(&token, "GET /hemato/pbs", "/hemato/pbs?tag=patient_proxy_id:1852", &none).await;
    let study = format!("/hemato/pbs/{}", made["results"]["pbs_study_id"].as_str().unwrap());
    walk.json(&token, "GET /hemato/pbs/{id}", &study, &none).await;
    let display = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays/scale.png");
    let image = std::fs::read(display).unwrap();
    let path = format!("{study}/files?file_name=Liddell.png");
    walk.step("POST /hemato/pbs/{id}/files", &path, |to| to.bearer_auth(&token).body(image)).await;
    let wanted = json!({ "tasks": ["pbs_v1"] });
    walk.json(&token, "POST /hemato/pbs/{id}/tasks", &format!("{study}/tasks"), &wanted).await;
    walk.json(&token, "GET /hemato/pbs/{id}/status", &format!("{study}/status"), &none).await;
    walk.server.review_smears(Same::reader()).await;
    walk.json(&token, "GET /hemato/pbs/{id}/report", &format!("{study}/report"), &none).await;
}
