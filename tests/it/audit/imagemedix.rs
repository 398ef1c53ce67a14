//! Each route of ImageMedix, done once.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::routes::{EMAIL, PASSWORD, Walk};

pub(super) async fn all(walk: &mut Walk) {
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let signed_in =
        walk.json("", "POST /imagemedix/api/auth/login", "/imagemedix/api/auth/login", &login).await;
    let token = signed_in["token"].as_str().unwrap();
    let none = Value::Null;
    for path in ["/auth/me", "/users/users", "/patients?search=Liddell"] {
        let path = format!("/imagemedix/api{path}");
        walk.json(token, &format!("GET {}", path.split('?').next().unwrap()), &path, &none).await;
    }
    let users = "/imagemedix/api/users/users";
    let doctor =
        json!({ "name": "Liddell", "email": "d@example.org", "password": PASSWORD, "role": "doctor" });
    let doctor = walk.json(token, &format!("POST {users}"), users, &doctor).await;
    let doctor = doctor["_id"].as_str().unwrap();
    let change = json!({ "specialization": "Radiology" });
    walk.json(token, &format!("PATCH {users}/{{id}}"), &format!("{users}/{doctor}"), &change).await;
    let patients = "/imagemedix/api/patients";
    let new = json!({ "patientId": "1852", "name": "Alice Liddell", "dateOfBirth": "1852-05-04", "gender": "female" });
    let patient = walk.json(token, &format!("POST {patients}"), patients, &new).await;
    let patient = format!("{patients}/{}", patient["_id"].as_str().unwrap());
    walk.json(token, &format!("GET {patients}/{{id}}"), &patient, &none).await;
    walk.json(token, &format!("PATCH {patients}/{{id}}"), &patient, &json!({ "name": "A. Liddell" })).await;
    for (below, body) in [
        ("medical-history", json!({ "condition": "Liddell" })),
        ("notes", json!({ "content": "1852" })),
        ("assign-doctor", json!({ "doctorId": doctor })),
    ] {
        let (route, path) = (format!("POST {patients}/{{id}}/{below}"), format!("{patient}/{below}"));
        walk.json(token, &route, &path, &body).await;
    }
    let webhook = new_webhook(walk, token).await;
    scans(walk, token).await;
    webhooks(walk, token, &webhook).await;
    walk.json(token, &format!("DELETE {patients}/{{id}}"), &patient, &none).await;
}

/// A webhook that is told of scans; its path.
async fn new_webhook(walk: &mut Walk, token: &str) -> String {
    let webhooks = "/imagemedix/api/webhooks";
    let new = json!({ "url": "https://hooks.invalid/Liddell", "events": ["scan.uploaded"] });
    let webhook = walk.json(token, &format!("POST {webhooks}"), webhooks, &new).await;
    walk.json(token, &format!("GET {webhooks}"), webhooks, &Value::Null).await;
    format!("{webhooks}/{}", webhook["_id"].as_str().unwrap())
}

/// What it was told, until it is deleted.
async fn webhooks(walk: &mut Walk, token: &str, webhook: &str) {
    let (route, none) = ("/imagemedix/api/webhooks/{id}", Value::Null);
    let list = format!("{webhook}/deliveries");
    let told = walk.json(token, &format!("GET {route}/deliveries"), &list, &none).await;
    let replay = format!("{list}/{}/replay", told["deliveries"][0]["_id"].as_str().unwrap());
    walk.json(token, &format!("POST {route}/deliveries/{{delivery_id}}/replay"), &replay, &none).await;
    walk.json(token, &format!("PATCH {route}"), webhook, &json!({ "isActive": false })).await;
    walk.json(token, &format!("DELETE {route}"), webhook, &none).await;
}

/// A scan of the patient from taking it in to deleting it.
async fn scans(walk: &mut Walk, token: &str) {
    let scans = "/imagemedix/api/scans";
    let none = Value::Null;
    let display = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays/scale.png");
    let image = Part::bytes(std::fs::read(display).unwrap()).file_name("Liddell.png");
    let form =
        Form::new().text("patientId", "1852").text("patientName", "Alice Liddell").part("image", image);
    let taken =
        walk.step(&format!("POST {scans}"), scans, |to| to.bearer_auth(token).multipart(form)).await.json();
    let scan = format!("{scans}/{}", taken["_id"].as_str().unwrap());
    let list = format!("{scans}?patientId=1852");
    walk.json(token, &format!("GET {scans}"), &list, &none).await;
    walk.json(token, &format!("GET {scans}/{{id}}"), &scan, &none).await;
    walk.json(token, &format!("GET {scans}/{{id}}/status"), &format!("{scan}/status"), &none).await;
    let analysis = json!({ "scanId": taken["_id"] });
    for organ in ["brain", "chest"] {
        let path = format!("/imagemedix/api/ml/{organ}/analyze");
        walk.json(token, &format!("POST {path}"), &path, &analysis).await;
    }
    let status = format!("/imagemedix/api/ml/status/{}", taken["_id"].as_str().unwrap());
    walk.json(token, "GET /imagemedix/api/ml/status/{scan_id}", &status, &none).await;
    let result = json!({ "result": { "hasTumor": false, "confidence": 1, "additionalNotes": "Liddell" } });
    walk.json(token, &format!("PATCH {scans}/{{id}}"), &scan, &result).await;
    let mark = json!({ "x": 1, "y": 2, "text": "Liddell" });
    walk.json(token, &format!("POST {scans}/{{id}}/annotations"), &format!("{scan}/annotations"), &mark)
        .await;
    let report =
        walk.json(token, &format!("POST {scans}/{{id}}/report"), &format!("{scan}/report"), &none).await;
    let picture = taken["imageUrl"].as_str().unwrap();
    let picture = picture.get(picture.find("/imagemedix").unwrap()..).unwrap();
    walk.step("GET /imagemedix/uploads/{name}", picture, |to| to).await;
    let report = format!("/imagemedix{}", report["reportUrl"].as_str().unwrap());
    walk.step("GET /imagemedix/reports/{name}", &report, |to| to).await;
    walk.json(token, &format!("DELETE {scans}/{{id}}"), &scan, &none).await;
}
