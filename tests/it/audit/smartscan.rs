//! The routes of SmartScanPro, each once.

use serde_json::{Value, json};

use super::face_scans;
use super::routes::{PASSWORD, Walk};

pub(super) async fn all(walk: &mut Walk) {
    let api = |path: &str| format!("/smartscan/api{path}");
    let person = json!({ "email": "s@example.org", "password": PASSWORD, "name": "Alice Liddell" });
    let registered =
        walk.json("", "POST /smartscan/api/auth/register", &api("/auth/register"), &person).await;
    let token = registered["token"].as_str().unwrap();
    let login = json!({ "email": "s@example.org", "password": PASSWORD });
    walk.json("", "POST /smartscan/api/auth/login", &api("/auth/login"), &login).await;
    let none = Value::Null;
    walk.json(token, "GET /smartscan/api/auth/me", &api("/auth/me"), &none).await;
    walk.json(token, "GET /smartscan/api/auth/profile", &api("/auth/profile"), &none).await;
    walk.json(token, "PUT /smartscan/api/auth/profile", &api("/auth/profile"), &json!({ "phone": "1852" }))
        .await;
    walk.json(token, "GET /smartscan/api/projects", &api("/projects"), &none).await;
    let project = walk
        .json(token, "POST /smartscan/api/projects", &api("/projects"), &json!({ "name": "Ward 7" }))
        .await;
    let project = project["project"]["id"].as_str().unwrap();
    walk.json(token, "GET /smartscan/api/projects/{id}", &api(&format!("/projects/{project}")), &none).await;
    walk.json(token, "GET /smartscan/api/api-keys", &api("/api-keys"), &none).await;
    let wanted = json!({ "project_id": project, "name": "reading room" });
    let key =
        walk.json(token, "POST /smartscan/api/api-keys/generate", &api("/api-keys/generate"), &wanted).await;
    let path = api(&format!("/api-keys/{}", key["api_key"]["id"].as_str().unwrap()));
    walk.json(token, "POST /smartscan/api/api-keys/{id}/rotate", &format!("{path}/rotate"), &none).await;
    let left = walk.server.text("SELECT id::text FROM api_key WHERE revoked_at IS NULL").await;
    walk.json(token, "DELETE /smartscan/api/api-keys/{id}", &api(&format!("/api-keys/{left}")), &none).await;
    for path in ["/dashboard/stats", "/usage/analytics", "/usage/logs"] {
        walk.json(token, &format!("GET /smartscan/api{path}"), &api(path), &none).await;
    }
    face_scans::all(walk, token).await;
}
