//! Signing out here, and at the provider.

use serde_json::json;

use super::provider::{Hostile, settings};
use super::{audited, told, visit};
use crate::harness::Server;
use crate::oauth::person::{Person, address, app, open_account, question};

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_goes_on_to_the_provider() {
    let idp = Hostile::start().await;
    let ends = json!({ "end_session_endpoint": format!("{}/end?keep=1", idp.issuer) });
    idp.plan.lock().unwrap().published = ends;
    let server = Server::start_by(&settings(&[(&idp, idp.settings("idp"))]), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    let page = person.get("/logout").await;
    assert!(page.text.contains("alice@example.org"), "{}", page.text);
    let policy = format!("form-action 'self' {};", idp.issuer);
    assert!(
        page.header("content-security-policy").contains(&policy),
        "{}",
        page.header("content-security-policy")
    );
    let refused = person.post("/logout", &[("form", "made up")]).await;
    assert_eq!(told(&refused, 403), "The form is too old, or came from elsewhere.");
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 1);

    let answer = person.post("/logout", &[("form", &Person::hidden(&page, "form"))]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let url: url::Url = answer.header("location").parse().unwrap();
    assert!(url.as_str().starts_with(&format!("{}/end?keep=1&", idp.issuer)));
    let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query["id_token_hint"].split('.').count(), 3);
    assert_eq!(query["post_logout_redirect_uri"], "http://127.0.0.1:8080/logout");
    assert_eq!(query["client_id"], "hygeia");
    assert_eq!(server.number("SELECT count(*) FROM federated_session").await, 0);
    assert!(person.get("/logout").await.text.contains("You are signed out"));
    assert_eq!(audited(&server).await[2..], ["logout refused 1", "logout success 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_with_a_password_or_at_a_provider_that_is_gone_is_signed_out_here() {
    let idp = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&idp, idp.settings("idp"))]), None).await;
    open_account(&server).await;
    let (client, person) = (app(&server).await, Person::at(&server));
    let login = person.get(&address(&question(&client, "user/*.rs"))).await;
    assert_eq!(person.sign_in(login.header("location")).await.status, 303);
    let sign_out = async || {
        let page = person.get("/logout").await;
        person.post("/logout", &[("form", &Person::hidden(&page, "form"))]).await
    };
    assert_eq!(sign_out().await.header("location"), "/logout");
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    idp.plan.lock().unwrap().is_down = true;
    assert_eq!(sign_out().await.header("location"), "/logout");
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
}
