//! What happens, posted to who asked for it.

use hygeia::core::config::{Limits, Settings};
use reqwest::Method;
use ring::hmac;
use serde_json::{Value, json};

use super::{Ward, World, refused, with_accounts};
use crate::harness::Server;
use crate::harness::receiver::Receiver;

async fn both() -> (Receiver, Server) {
    let receiver = Receiver::start().await;
    let settings = Settings { limits: Limits::Off, ..receiver.settings() };
    let server = with_accounts(Server::start_by(&settings, None).await).await;
    (receiver, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leads_nowhere_public_is_refused() {
    let (receiver, server) = both().await;
    let world = World::new(&server).await;
    let ask = async |url: &str, events: Value| {
        world.ask(Method::POST, "/notifications", &json!({ "url": url, "events": events })).await
    };
    for url in [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "https://user@example.org/",
        "javascript:alert(1)",
        "x",
    ] {
        let problem = refused(&ask(url, json!(["alert"])).await, 400);
        assert_eq!(
            problem, "url must be an https address that anybody can reach, without user and fragment.",
            "{url}"
        );
    }
    for events in [json!([]), json!(["loud"]), json!(["alert", "alert"])] {
        let problem = refused(&ask(&receiver.url("/hook"), events).await, 400);
        assert_eq!(problem, "events must be of status, event and alert, each once.");
    }
    refused(&ask(&receiver.url("/hook"), json!("alert")).await, 400);
    assert_eq!(
        world.read("/notifications").await,
        json!({ "items": [], "page": 1, "pageSize": 50, "total": 0 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_posted_signed_to_its_own_organisations_receivers() {
    let (receiver, server) = both().await;
    let ward = Ward::new(&server).await;
    let new = json!({ "url": receiver.url("/hook"), "events": ["alert"] });
    let made = ward.world.ask(Method::POST, "/notifications", &new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let other = World::of(&server, ward.world.admin.clone(), "Oak").await;
    assert_eq!(
        other
            .ask(
                Method::POST,
                "/notifications",
                &json!({ "url": receiver.url("/other"), "events": ["alert"] })
            )
            .await
            .status,
        201
    );
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        refused(&other.ask(Method::DELETE, &format!("/notifications/{id}"), &Value::Null).await, 404),
        "Resource not found"
    );
    let listed = ward.world.read("/notifications").await;
    assert!(
        !listed.to_string().contains("whsec_") && listed["items"].as_array().unwrap().len() == 1,
        "{listed}"
    );
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    while server.app.deliveries.step().await.unwrap() {}
    let taken = receiver.taken();
    let urgent = taken.iter().find(|one| one.json()["data"]["kind"] == "urgent").expect("it was posted");
    assert!(taken.iter().all(|one| one.path == "/hook"));
    let (time, code) = urgent.header("x-smartz-signature").split_once(",v1=").unwrap();
    let message = format!("{}.{}", time.strip_prefix("t=").unwrap(), urgent.body);
    let key = hmac::Key::new(hmac::HMAC_SHA256, made["secret"].as_str().unwrap().as_bytes());
    hmac::verify(&key, message.as_bytes(), &hex::decode(code).unwrap()).unwrap();
    assert_eq!(
        (urgent.header("x-smartz-event"), &urgent.json()["organisationId"]),
        ("alert", &json!(ward.world.organisation))
    );
    assert_eq!(
        ward.world.ask(Method::DELETE, &format!("/notifications/{id}"), &Value::Null).await.status,
        204
    );
    receiver.clear();
    ward.pair(&Value::Null).await;
    while server.app.deliveries.step().await.unwrap() {}
    assert!(receiver.taken().is_empty());
}
