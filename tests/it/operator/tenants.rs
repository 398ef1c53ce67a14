//! Tenants, surfaces, organisations, and who sees what of them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Operator, refused, user};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_founded_and_gets_surfaces() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let mut made = operator.make("/tenants", &json!({ "name": " Wonderland Clinic " })).await;
    let id = made["id"].as_str().unwrap().to_owned();
    made["id"] = json!("[id]");
    assert_eq!(
        made,
        json!({ "id": "[id]", "name": "Wonderland Clinic", "created_at": "2026-11-21T12:00:00Z" })
    );
    let refusal =
        operator.send(Method::POST, &format!("/tenants/{id}/surfaces"), &json!({ "vendor": "x" })).await;
    assert_eq!(refused(&refusal, 400), "vendor must be smartscan, imagemedix, smartz or hemato.");
    for _ in 0..2 {
        let attached =
            operator.make(&format!("/tenants/{id}/surfaces"), &json!({ "vendor": "hemato" })).await;
        assert_eq!(attached, json!({ "tenant_id": id, "surfaces": ["hemato"] }));
    }
    let listed = operator.get("/tenants").await.json();
    let names: Vec<_> = listed["items"].as_array().unwrap().iter().map(|tenant| &tenant["name"]).collect();
    assert_eq!(names, ["default", "Wonderland Clinic"]);
    assert_eq!(listed["next"], Value::Null);
    let first = operator.get("/tenants?limit=1").await.json();
    assert_eq!((&first["items"][0]["name"], &first["next"]), (&json!("default"), &json!("1")));
    let second = operator.get("/tenants?limit=1&after=1").await.json();
    assert_eq!(second["items"][0]["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrators_tenant_has_all_surfaces_and_a_new_account_its_own() {
    let server = Server::start().await;
    Operator::sign_in(&server).await;
    let surfaces = async |tenant: &str| {
        server.texts(&format!("SELECT surface FROM tenant_surface WHERE tenant {tenant} ORDER BY 1")).await
    };
    assert_eq!(surfaces("= 1").await, ["hemato", "imagemedix", "smartscan", "smartz"]);
    let person = json!({ "email": "alice@example.org", "password": super::PASSWORD, "name": "Alice" });
    let registered = server.request(Method::POST, "/smartscan/api/auth/register").json(&person);
    assert_eq!(Answer::of(registered).await.status, 201);
    assert_eq!(surfaces("> 1").await, ["smartscan"]);
    let accounts = "SELECT surface || ' ' || role FROM account WHERE tenant = 1 ORDER BY 1";
    assert_eq!(
        server.texts(accounts).await,
        [
            "fhir admin",
            "hemato admin",
            "imagemedix admin",
            "operator admin",
            "smartscan admin",
            "smartz admin"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_begins_a_tenant_or_joins_one() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let wanted = json!({ "vendor": "hemato", "name": "lab.example.org" });
    let alone = operator.make("/organizations", &wanted).await;
    assert_eq!((&alone["vendor"], &alone["name"]), (&json!("hemato"), &json!("lab.example.org")));
    let tenant = alone["tenant_id"].as_str().unwrap();
    assert_ne!(tenant, "1");
    let clinic = operator.make("/organizations", &json!({ "vendor": "imagemedix", "name": "clinic" })).await;
    let tenant_of_clinic = &clinic["tenant_id"];
    let beside = json!({ "vendor": "imagemedix", "name": "beside", "tenant_id": tenant_of_clinic });
    let joined = operator.make("/organizations", &beside).await;
    assert_eq!(&joined["tenant_id"], tenant_of_clinic);
    // Of Hemato, all that a tenant has is its one organisation's.
    let second = json!({ "vendor": "hemato", "name": "second", "tenant_id": tenant });
    let answer = operator.send(Method::POST, "/organizations", &second).await;
    assert_eq!(refused(&answer, 409), "The tenant has an organisation of this vendor.");
    let wrong = json!({ "vendor": "smartz", "name": "third", "tenant_id": tenant });
    let answer = operator.send(Method::POST, "/organizations", &wrong).await;
    assert_eq!(refused(&answer, 409), "The tenant has not the vendor's surface.");

    // It is an Organization of its tenant, and of no other.
    let name = server.text(&format!("SELECT name FROM tenant WHERE tenant = {tenant}")).await;
    let token = server.app.identity.issue_access_token(&name, "system/*.rs").await.unwrap().expose().clone();
    let id = alone["id"].as_str().unwrap();
    let seen = server.fhir_by(token).get(&format!("/Organization/{id}")).await.json();
    assert_eq!(seen["name"], "lab.example.org");
    assert_eq!(server.fhir().await.get(&format!("/Organization/{id}")).await.status, 404);

    let mut of_another = user("smartz", "alice@example.org", "user");
    of_another["organization_id"] = json!(id);
    let answer = operator.send(Method::POST, "/users", &of_another).await;
    assert_eq!(refused(&answer, 404), "There is no such organization.", "of another vendor");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_is_audited_once_where_it_was_done() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let made = operator.make("/tenants", &json!({ "name": "Wonderland" })).await;
    let id = made["id"].as_str().unwrap().to_owned();
    operator.make(&format!("/tenants/{id}/surfaces"), &json!({ "vendor": "hemato" })).await;
    let mut alice = user("hemato", "alice@example.org", "user");
    alice["tenant_id"] = json!(id);
    let alice = operator.make("/users", &alice).await;
    let path = format!("/users/{}", alice["id"].as_str().unwrap());
    operator.send(Method::PATCH, &path, &json!({ "role": "admin" })).await;
    operator.send(Method::PATCH, &path, &json!({ "password": "another long pass phrase" })).await;
    operator.send(Method::DELETE, &path, &Value::Null).await;
    let page = operator.get(&format!("/audit?tenant_id={id}")).await.json();
    let codes = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|event| event["subtype"][0]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(&page),
        ["remove-user", "change-user", "change-user", "create-user", "attach-surface", "create-tenant"]
    );
    let own = server.text("SELECT id::text FROM account WHERE surface = 'operator'").await;
    for event in page["items"].as_array().unwrap() {
        assert_eq!(
            (&event["source"]["site"], &event["agent"][0]["altId"]),
            (&json!("operator"), &json!(own))
        );
        assert_eq!(event["agent"][0]["network"]["address"], "127.0.0.1");
    }
    // Reading the trail is one more row, of the tenant that was read.
    let newest =
        operator.get(&format!("/audit?tenant_id={id}&limit=2&vendor=operator&actor={own}")).await.json();
    assert_eq!(codes(&newest), ["read-audit", "remove-user"]);
    let next = newest["next"].as_str().unwrap();
    let older = operator.get(&format!("/audit?tenant_id={id}&limit=1&before={next}")).await.json();
    assert_eq!(codes(&older), ["change-user"]);
    for query in ["vendor=smartscan", "actor=nobody", "since=2027-01-01T00:00:00Z"] {
        let none = operator.get(&format!("/audit?tenant_id={id}&{query}")).await.json();
        assert_eq!(none["items"], json!([]), "{query}");
    }
    assert!(codes(&operator.get("/audit").await.json()).contains(&"login".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_keeps_out_whom_no_consent_lets_in() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let fhir = server.fhir().await;
    let patient = json!({ "resourceType": "Patient", "id": "p" });
    assert_eq!(fhir.put("/Patient/p", &patient).await.status, 201);
    let change = async |tenant: &str, wanted: &str| {
        operator
            .send(Method::PATCH, &format!("/tenants/{tenant}"), &json!({ "consent_default": wanted }))
            .await
    };
    assert_eq!(refused(&change("1", "maybe").await, 400), "consent_default must be permit or deny.");
    assert_eq!(change("9", "deny").await.status, 404);
    for (wanted, status) in [("deny", 403), ("permit", 200), ("deny", 403)] {
        let changed = change("1", wanted).await;
        assert_eq!(
            (changed.status, changed.json()),
            (200, json!({ "tenant_id": "1", "consent_default": wanted }))
        );
        assert_eq!(fhir.get("/Patient/p").await.status, status);
    }
}
