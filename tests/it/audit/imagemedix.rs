//! Each route of ImageMedix, done once.

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
    walk.json(token, &format!("DELETE {patients}/{{id}}"), &patient, &none).await;
}
