//! Users, whom administrators look after (contract IM-07, IM-08, IM-70 to IM-72).

use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN, NOBODY, PASSWORD, User, is_id, refused, send, server, stranger};

fn new(email: &str) -> Value {
    json!({ "name": "Dr. Ananya Singh", "email": email, "password": PASSWORD, "role": "doctor", "specialization": "Radiology" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_looks_after_nobody() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let path = format!("/users/users/{}", doctor.id);
    for (method, path) in [
        (Method::GET, "/users/users"),
        (Method::GET, "/users"),
        (Method::POST, "/users/users"),
        (Method::PATCH, path.as_str()),
    ] {
        let answer = doctor.send(method.clone(), path, &json!({ "role": "admin" })).await;
        assert_eq!(refused(&answer, 403), "You may not do this", "{method} {path}");
    }
    assert_eq!(doctor.read("/auth/me").await["role"], "doctor");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_users_are_refused_by_name() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let with = |name: &str, value: Value| {
        let mut new = new("d@example.org");
        new[name] = value;
        new
    };
    for (body, text) in [
        (with("role", json!("radiologist")), "role must be doctor or admin"),
        (with("email", json!("nobody")), "the e-mail address is not valid"),
        (with("email", json!(ADMIN)), "email is taken by another account"),
        (with("name", json!(" ")), "name is required"),
        (with("specialization", json!("x".repeat(201))), "specialization may have at most 200 characters"),
    ] {
        assert_eq!(refused(&admin.send(Method::POST, "/users/users", &body).await, 400), text);
    }
    let weak = admin.send(Method::POST, "/users/users", &with("password", json!("x"))).await;
    assert!(refused(&weak, 400).starts_with("password is not accepted: "), "{}", weak.text);
    let change = json!({ "role": "doctor" });
    for id in [NOBODY, "x", "%00", "67F46037DF638F437B934206"] {
        let answer = admin.send(Method::PATCH, &format!("/users/users/{id}"), &change).await;
        assert_eq!(refused(&answer, 404), "There is no such user", "{id}");
    }
    let own = format!("/users/users/{}", admin.id);
    for (body, text) in [
        (json!({ "role": "nurse" }), "role must be doctor or admin"),
        (json!({ "isActive": "no" }), "body has a value of the wrong type at line 1, column 16"),
        (change, "the last administrator cannot be taken away"),
        (json!({ "isActive": false }), "the last administrator cannot be taken away"),
    ] {
        assert_eq!(refused(&admin.send(Method::PATCH, &own, &body).await, 400), text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_made_listed_and_changed() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let made = admin.make("/users/users", &new("ananya@example.org")).await;
    assert!(is_id(&made["_id"]));
    let expected = json!({ "_id": made["_id"], "name": "Dr. Ananya Singh", "email": "ananya@example.org", "role": "doctor",
        "specialization": "Radiology", "isActive": true });
    assert_eq!(made, expected);
    let first = json!({ "_id": admin.id, "name": "Vikram Desai", "email": ADMIN, "role": "admin", "specialization": null,
        "isActive": true });
    for path in ["/users/users", "/users"] {
        assert_eq!(admin.read(path).await, json!([first, expected]));
    }
    let path = format!("/users/users/{}", made["_id"].as_str().unwrap());
    let change = json!({ "role": "admin", "specialization": "Chief Radiology", "name": "Ananya", "email": "x@y.z", "_id": NOBODY });
    let changed = admin.send(Method::PATCH, &path, &change).await;
    let expected = json!({ "_id": made["_id"], "name": "Ananya", "email": "ananya@example.org", "role": "admin",
        "specialization": "Chief Radiology", "isActive": true });
    assert_eq!((changed.status, changed.json()), (200, expected.clone()));
    let same = admin.send(Method::PATCH, &path, &json!({})).await;
    assert_eq!((same.status, same.json()), (200, expected));
    let ananya = User::sign_in(&server, "ananya@example.org").await;
    assert_eq!(ananya.read("/auth/me").await["specialization"], "Chief Radiology");
    for nothing in [json!({ "role": null }), json!({ "isActive": null }), json!({ "name": null })] {
        let answer = admin.send(Method::PATCH, &path, &nothing).await;
        assert!(refused(&answer, 400).starts_with("body has a value of the wrong type"), "{}", answer.text);
    }
    let fhir = server.fhir().await;
    let id = made["_id"].as_str().unwrap();
    let called = fhir.get(&format!("/Practitioner?identifier=urn:vendor:imagemedix:user|{id}")).await.json();
    assert_eq!(called["entry"][0]["resource"]["name"], json!([{ "text": "Ananya" }]));
    let roles = fhir.get("/PractitionerRole?specialty:text=Chief").await.json();
    assert_eq!(roles["entry"][0]["resource"]["code"], json!([{ "text": "admin" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deactivated_is_out_at_once() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let path = format!("/users/users/{}", doctor.id);
    let changed = admin.send(Method::PATCH, &path, &json!({ "isActive": false })).await;
    assert_eq!((changed.status, &changed.json()["isActive"]), (200, &json!(false)));
    assert_eq!(refused(&doctor.get("/auth/me").await, 401), "The token is invalid or expired");
    let login = json!({ "email": "d@example.org", "password": PASSWORD });
    let answer = send(&server, Method::POST, "/auth/login", None, &login).await;
    assert_eq!(refused(&answer, 401), "Invalid email or password");
    server.app.clock.advance_s(2);
    assert_eq!(admin.send(Method::PATCH, &path, &json!({ "isActive": true })).await.status, 200);
    assert_eq!(doctor.get("/auth/me").await.status, 401, "of before");
    User::sign_in(&server, "d@example.org").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_take_each_other_away_one_stays() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let mut second = new("second@example.org");
    second["role"] = "admin".into();
    admin.make("/users/users", &second).await;
    let second = User::sign_in(&server, "second@example.org").await;
    let change = json!({ "role": "doctor" });
    let (one, other) = join(
        admin.send(Method::PATCH, &format!("/users/users/{}", second.id), &change),
        second.send(Method::PATCH, &format!("/users/users/{}", admin.id), &change),
    )
    .await;
    assert!(one.status == 200 || other.status == 200, "{} {}", one.text, other.text);
    let left = "SELECT count(*) FROM account WHERE surface = 'imagemedix' AND role = 'admin' AND active";
    assert_eq!(server.number(left).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_users_are_nobodys() {
    let server = server().await;
    let (admin, other) = (User::admin(&server).await, stranger(&server).await);
    let answer =
        other.send(Method::PATCH, &format!("/users/users/{}", admin.id), &json!({ "name": "x" })).await;
    assert_eq!(refused(&answer, 404), "There is no such user");
    assert_eq!(other.read("/users").await.as_array().unwrap().len(), 1);
}
