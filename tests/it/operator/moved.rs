//! What comes along when an account is moved to another tenant.

use reqwest::Method;
use serde_json::json;

use super::{EMAIL, Operator, PASSWORD};
use crate::accounts::second_factor::{set_up, show_code};
use crate::harness::Server;
use crate::oauth::person::Person;

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_second_factor_is_still_asked_for_it() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let administrator = Person::at(&server);
    assert_eq!(administrator.enter(EMAIL, PASSWORD).await.status, 303);
    let (app, _) = set_up(&server, &administrator).await;
    let clinic = operator.make("/tenants", &json!({ "name": "Wonderland Clinic" })).await;
    let clinic = clinic["id"].as_str().unwrap();
    server.execute(&format!("INSERT INTO tenant_surface VALUES ({clinic}, 'fhir', now())")).await;
    let account = server.text("SELECT id::text FROM account WHERE surface = 'fhir'").await;
    let moved = json!({ "user_id": account });
    let moved = operator.send(Method::POST, &format!("/tenants/{clinic}/accounts"), &moved).await;
    assert_eq!((moved.status, &moved.json()["tenant_id"]), (201, &json!(clinic)), "{}", moved.text);
    let kept = "SELECT (SELECT count(*) FROM second_factor WHERE tenant = $) || ' ' || count(*) FROM recovery_code WHERE tenant = $";
    assert_eq!(server.text(&kept.replace('$', clinic)).await, "1 10");
    server.app.clock.advance_s(30);
    let person = Person::at(&server);
    let page = person.enter(EMAIL, PASSWORD).await;
    assert!(page.text.contains("action=\"/login/code\""), "{}", page.text);
    assert_eq!(show_code(&person, &page, &app.code(&server)).await.status, 303);
}
