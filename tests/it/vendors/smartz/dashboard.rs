//! The dashboard of organisations.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NOBODY, World, call, refused, server, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_administrator_manages_no_organisation() {
    let server = server().await;
    let world = World::new(&server).await;
    let developer = stranger(&server, "developer@example.org", "user").await;
    let bearer = format!("Bearer {developer}");
    for path in ["", "/x/link-code", "/x/manufacturers", "/x/products", "/x/devices"] {
        let path = format!("/dashboard/api/organisations{path}");
        let answer = call(&server, Method::POST, &path, &[("Authorization", &bearer)], &json!({})).await;
        assert_eq!(refused(&answer, 403), "You may not do this.");
        for token in ["", &world.token] {
            let bearer = format!("Bearer {token}");
            refused(
                &call(&server, Method::POST, &path, &[("Authorization", &bearer)], &json!({})).await,
                401,
            );
        }
    }
    let admin = stranger(&server, "other@example.org", "admin").await;
    let bearer = format!("Bearer {admin}");
    for (what, body) in [
        ("link-code", Value::Null),
        ("manufacturers", json!({ "name": "m" })),
        ("products", json!({ "manufacturerId": "m", "name": "p" })),
        ("devices", json!({ "type": "node", "serialNumber": "n" })),
    ] {
        for organisation in [world.organisation.as_str(), NOBODY] {
            let path = format!("/dashboard/api/organisations/{organisation}/{what}");
            let answer = call(&server, Method::POST, &path, &[("Authorization", &bearer)], &body).await;
            assert_eq!(refused(&answer, 404), "Resource not found", "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_by_name() {
    let server = server().await;
    let world = World::new(&server).await;
    let problem = async |what: &str, body: Value| {
        let path = format!("/dashboard/api/organisations{what}");
        refused(&world.manage(Method::POST, &path, &body).await, 400)
    };
    assert_eq!(problem("", json!({})).await, "name is required.");
    assert_eq!(
        problem("", json!({ "name": "a\r\nSet-Cookie: x" })).await,
        "name must not have control characters."
    );
    assert_eq!(
        problem("", json!({ "name": "x".repeat(201) })).await,
        "name may have at most 200 characters."
    );
    let at = |what: &str| format!("/{}/{what}", world.organisation);
    let devices = at("devices");
    assert_eq!(problem(&devices, json!({ "type": "pod" })).await, "serialNumber is required.");
    let elsewhere = json!({ "type": "pod", "serialNumber": "1", "nodeId": NOBODY });
    assert_eq!(problem(&devices, elsewhere).await, "nodeId must name a node of the organisation.");
    let product = json!({ "manufacturerId": NOBODY, "name": "p" });
    assert_eq!(
        problem(&at("products"), product).await,
        "manufacturerId must name a manufacturer of the organisation."
    );
    let product = json!({ "manufacturerId": "a,b", "name": "p" });
    assert_eq!(
        problem(&at("products"), product).await,
        "manufacturerId must name a manufacturer of the organisation."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serial_number_is_there_once_in_an_organisation() {
    let server = server().await;
    let world = World::new(&server).await;
    let new = json!({ "type": "node", "serialNumber": "NODE-1", "location": "Ward 3" });
    let made = world.equip("devices", &new).await;
    assert!(made["nodeKey"].as_str().unwrap().starts_with("nk_"));
    let path = format!("/dashboard/api/organisations/{}/devices", world.organisation);
    let again = world.manage(Method::POST, &path, &new).await;
    assert_eq!(refused(&again, 409), "The organisation has a device with this serialNumber.");
    let pod = json!({ "type": "pod", "serialNumber": "POD-1", "location": "Ward 3", "nodeId": made["id"] });
    let pod = world.equip("devices", &pod).await;
    assert_eq!(pod.get("nodeKey"), None);
    let other = World::of(&server, world.admin.clone(), "Oak House").await;
    other.equip("devices", &new).await;
    let shown = world.ask(Method::GET, "/devices", &Value::Null).await;
    assert!(!shown.text.contains("nk_") && shown.json()["total"] == 2, "{}", shown.text);
    let fhir = server.fhir().await;
    let device = fhir.get(&format!("/Device/{}", pod["id"].as_str().unwrap())).await.json();
    assert_eq!(device["owner"]["reference"], format!("Organization/{}", world.organisation));
    assert_eq!(device["parent"]["reference"], format!("Device/{}", made["id"].as_str().unwrap()));
    assert_eq!(fhir.get("/Location?_summary=count").await.json()["total"], 2, "one an organisation");
}
