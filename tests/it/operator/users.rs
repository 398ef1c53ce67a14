//! Users: opened, changed, moved and removed, with what stands for them in FHIR.

use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::records::Error;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Operator, PASSWORD, login, refused, user};
use crate::harness::{Answer, Server};

async fn sign_in(server: &Server, password: &str) -> Answer {
    let body = json!({ "email": "alice@example.org", "password": password });
    Answer::of(server.request(Method::POST, "/smartscan/api/auth/login").json(&body)).await
}

async fn me(server: &Server, token: &str) -> u16 {
    Answer::of(server.request(Method::GET, "/smartscan/api/auth/me").bearer_auth(token)).await.status
}

/// The Practitioner of a user and its role, as a FHIR client of that tenant sees them.
async fn in_fhir(server: &Server, user: &Value) -> (Value, Value) {
    let tenant = user["tenant_id"].as_str().unwrap();
    let name = server.text(&format!("SELECT name FROM tenant WHERE tenant = {tenant}")).await;
    let token = server.app.identity.issue_access_token(&name, "system/*.rs").await.unwrap().expose().clone();
    let fhir = server.fhir_by(token);
    let id = user["practitioner_id"].as_str().unwrap();
    let practitioner = fhir.get(&format!("/Practitioner/{id}")).await.json();
    let roles = fhir.get(&format!("/PractitionerRole?practitioner=Practitioner/{id}")).await.json();
    assert_eq!(roles["total"], 1, "{roles}");
    (practitioner, roles["entry"][0]["resource"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_a_practitioner_with_a_role_in_the_organisation() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let lab =
        operator.make("/organizations", &json!({ "vendor": "hemato", "name": "lab.example.org" })).await;
    let mut wanted = user("hemato", "Alice@Example.org", "device");
    wanted["organization_id"] = lab["id"].clone();
    wanted["regions"] = json!(["dev", "us"]);
    let mut made = operator.make("/users", &wanted).await;
    let (practitioner, role) = in_fhir(&server, &made).await;
    assert_eq!(
        (&practitioner["name"][0]["text"], &practitioner["active"]),
        (&json!("Alice Liddell"), &json!(true))
    );
    assert_eq!(role["code"][0]["text"], "device");
    assert_eq!(
        role["organization"]["reference"],
        json!(format!("Organization/{}", lab["id"].as_str().unwrap()))
    );
    for name in ["id", "practitioner_id"] {
        made[name] = json!("[id]");
    }
    assert_eq!(
        made,
        json!({
            "id": "[id]", "vendor": "hemato", "email": "alice@example.org", "role": "device", "plan": "free", "active": true,
            "regions": ["dev", "us"], "organization_id": lab["id"], "tenant_id": lab["tenant_id"], "practitioner_id": "[id]",
            "created_at": "2026-11-21T12:00:00Z",
        })
    );
    // The same address may sign in at another surface; there it is another account, in a tenant of its own.
    let other = operator.make("/users", &user("imagemedix", "alice@example.org", "doctor")).await;
    assert_ne!(other["tenant_id"], lab["tenant_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_counts_at_once() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = operator.make("/users", &user("smartscan", "alice@example.org", "user")).await;
    let path = format!("/users/{}", alice["id"].as_str().unwrap());
    let change = async |body: Value| operator.send(Method::PATCH, &path, &body).await;
    for (body, problem) in [
        (json!({}), "The body says nothing to change."),
        (json!({ "role": "doctor" }), "role must be one of: user, admin."),
        (json!({ "plan": "gold" }), "plan must be free, basic, pro or enterprise."),
        (json!({ "regions": ["us"] }), "regions are hemato's alone."),
        (json!({ "email": "eve@example.org" }), "The body is not what is expected at line 1, column 8."),
        (
            json!({ "password": "alice@example.org" }),
            "password is not accepted: the password must not be the e-mail address.",
        ),
    ] {
        assert_eq!(refused(&change(body).await, 400), problem);
    }
    let token = sign_in(&server, PASSWORD).await.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(me(&server, &token).await, 200);
    server.app.clock.advance_s(1);
    assert_eq!(change(json!({ "active": false })).await.json()["active"], false);
    assert_eq!(me(&server, &token).await, 401);
    assert_eq!(change(json!({ "active": true })).await.json()["active"], true);
    assert_eq!(me(&server, &token).await, 401, "a session from before the account was closed");
    assert_eq!(change(json!({ "active": false })).await.json()["active"], false);
    assert_eq!(sign_in(&server, PASSWORD).await.status, 401);
    let (practitioner, role) = in_fhir(&server, &alice).await;
    assert_eq!((&practitioner["active"], &role["active"]), (&json!(false), &json!(false)));

    server.app.clock.advance_s(1);
    let changed =
        change(json!({ "active": true, "role": "admin", "password": "another long pass phrase" })).await;
    assert_eq!((changed.status, &changed.json()["role"]), (200, &json!("admin")));
    assert!(!changed.text.contains("pass") && !changed.text.contains("argon2"), "{}", changed.text);
    assert_eq!(sign_in(&server, PASSWORD).await.status, 401);
    assert_eq!(me(&server, &token).await, 401, "a session from before the new password");
    let signed_in = sign_in(&server, "another long pass phrase").await.json();
    assert_eq!(signed_in["user"]["role"], "admin");
    assert_eq!(me(&server, signed_in["token"].as_str().unwrap()).await, 200);
    let (practitioner, role) = in_fhir(&server, &alice).await;
    assert_eq!((&practitioner["active"], &role["code"][0]["text"]), (&json!(true), &json!("admin")));

    let plan = format!("/smartscan{path}/plan");
    let refusal = operator.send(Method::PUT, &plan, &json!({ "plan": "gold" })).await;
    assert_eq!(refused(&refusal, 400), "plan must be free, basic, pro or enterprise.");
    let planned = operator.send(Method::PUT, &plan, &json!({ "plan": "pro" })).await;
    assert_eq!((planned.status, &planned.json()["plan"]), (200, &json!("pro")));
    assert_eq!(sign_in(&server, "another long pass phrase").await.json()["user"]["plan"], "pro");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_user_is_unknown_and_the_practitioner_stays() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = operator.make("/users", &user("smartscan", "alice@example.org", "user")).await;
    let token = sign_in(&server, PASSWORD).await.json()["token"].as_str().unwrap().to_owned();
    let path = format!("/users/{}", alice["id"].as_str().unwrap());
    assert_eq!(operator.send(Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(me(&server, &token).await, 401);
    assert_eq!(sign_in(&server, PASSWORD).await.status, 401);
    assert_eq!(
        refused(&operator.send(Method::DELETE, &path, &Value::Null).await, 404),
        "There is no such user."
    );
    let (practitioner, role) = in_fhir(&server, &alice).await;
    assert_eq!((&practitioner["active"], &role["active"]), (&json!(false), &json!(false)));
    operator.make("/users", &user("smartscan", "alice@example.org", "user")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_several_says_nothing_about_the_person() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let id = server.text("SELECT id::text FROM account WHERE surface = 'smartscan'").await;
    assert_eq!(operator.send(Method::DELETE, &format!("/users/{id}"), &Value::Null).await.status, 204);
    let practitioner = server.text("SELECT practitioner FROM account WHERE surface = 'operator'").await;
    let seen = server.fhir().await.get(&format!("/Practitioner/{practitioner}")).await.json();
    assert_eq!(seen["active"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_moves_and_what_was_done_stays() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = operator.make("/users", &user("smartscan", "alice@example.org", "user")).await;
    let token = sign_in(&server, PASSWORD).await.json()["token"].as_str().unwrap().to_owned();
    let ward = server.request(Method::POST, "/smartscan/api/projects").bearer_auth(&token);
    assert_eq!(Answer::of(ward.json(&json!({ "name": "Ward 7" }))).await.status, 201);

    let clinic = operator.make("/tenants", &json!({ "name": "Wonderland" })).await;
    let accounts = format!("/tenants/{}/accounts", clinic["id"].as_str().unwrap());
    let wanted = json!({ "user_id": alice["id"] });
    let refusal = operator.send(Method::POST, &accounts, &wanted).await;
    assert_eq!(refused(&refusal, 409), "The tenant has not the account's surface.");
    let surfaces = accounts.replace("accounts", "surfaces");
    operator.make(&surfaces, &json!({ "vendor": "smartscan" })).await;
    let moved = operator.make(&accounts, &wanted).await;
    assert_eq!((&moved["id"], &moved["tenant_id"]), (&alice["id"], &clinic["id"]));
    assert_eq!(
        refused(&operator.send(Method::POST, &accounts, &wanted).await, 409),
        "The tenant has this account already."
    );

    assert_eq!(me(&server, &token).await, 401, "a session of the tenant that was left");
    let signed_in = sign_in(&server, PASSWORD).await.json();
    assert_eq!(signed_in["user"]["name"], "Alice Liddell");
    let projects = server.request(Method::GET, "/smartscan/api/projects");
    let projects = projects.bearer_auth(signed_in["token"].as_str().unwrap());
    assert_eq!(Answer::of(projects).await.json()["projects"], json!([]));
    assert_eq!(in_fhir(&server, &alice).await.0["active"], false);
    assert_eq!(in_fhir(&server, &moved).await.0["active"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_removed_meanwhile_does_not_come_back_elsewhere() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = operator.make("/users", &user("smartscan", "alice@example.org", "user")).await;
    let id = alice["id"].as_str().unwrap();
    let found = server.app.records.user(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(operator.send(Method::DELETE, &format!("/users/{id}"), &Value::Null).await.status, 204);
    let caller = Caller::system(TenantId::DEFAULT, Surface::Operator);
    let moved = server.app.records.move_user(&caller, &found, TenantId::DEFAULT).await;
    assert!(matches!(moved, Err(Error::NotFound)), "{moved:?}");
    assert_eq!(server.number("SELECT count(*) FROM account WHERE email = 'alice@example.org'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_can_have_another_made() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let mut wanted = user("operator", "bob@example.org", "admin");
    wanted["tenant_id"] = json!("1");
    let refusal = operator.send(Method::POST, "/users", &wanted).await;
    assert_eq!(refused(&refusal, 400), "vendor operator has no organisation and no tenant.");
    let made = operator.make("/users", &user("operator", "bob@example.org", "admin")).await;
    assert_eq!((&made["tenant_id"], &made["vendor"]), (&json!("1"), &json!("operator")));
    let token =
        login(&server, "bob@example.org", PASSWORD).await.json()["token"].as_str().unwrap().to_owned();
    let another = Operator { server: &server, token };
    assert_eq!(another.get("/tenants").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_nothing_when_nobody_of_its_tenant_can_sign_in() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let alice = operator.make("/users", &user("smartscan", "alice@example.org", "user")).await;
    let token = sign_in(&server, PASSWORD).await.json()["token"].as_str().unwrap().to_owned();
    let post = async |path: &str, body: Value| {
        let request = server.request(Method::POST, &format!("/smartscan{path}")).bearer_auth(&token);
        Answer::of(request.json(&body)).await.json()
    };
    let project = post("/api/projects", json!({ "name": "Ward 7" })).await["project"]["id"].clone();
    let key = post("/api/api-keys/generate", json!({ "project_id": project, "name": "a" })).await;
    let key = key["api_key"]["key"].as_str().unwrap().to_owned();
    let code = async || {
        let request = server.request(Method::POST, "/smartscan/v1/extract-medical-data");
        Answer::of(request.header("X-API-Key", &key)).await.json()["error_code"].clone()
    };
    assert_ne!(code().await, "INVALID_API_KEY");
    let path = format!("/users/{}", alice["id"].as_str().unwrap());
    operator.send(Method::PATCH, &path, &json!({ "active": false })).await;
    assert_eq!(code().await, "INVALID_API_KEY");
    operator.send(Method::PATCH, &path, &json!({ "active": true })).await;
    assert_ne!(code().await, "INVALID_API_KEY");
    operator.send(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(code().await, "INVALID_API_KEY");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_second_in_which_the_password_was_set_does_not_hold_and_the_next_does() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let made = operator.make("/users", &user("smartscan", "alice@example.org", "user")).await;
    let before = sign_in(&server, PASSWORD).await.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(me(&server, &before).await, 200);
    let path = format!("/users/{}", made["id"].as_str().unwrap());
    let new = "another long pass phrase";
    let changed = operator.send(Method::PATCH, &path, &json!({ "password": new })).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(me(&server, &before).await, 401);
    let after = sign_in(&server, new).await.json()["token"].as_str().unwrap().to_owned();
    assert_eq!((me(&server, &before).await, me(&server, &after).await), (401, 200));
}
