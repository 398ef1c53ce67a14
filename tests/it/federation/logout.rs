//! Signing out here, and at the provider.

use std::time::{Duration, Instant};

use serde_json::json;

use super::provider::{Hostile, settings};
use super::{audited, told, visit};
use crate::accounts::signed_in;
use crate::harness::Server;
use crate::oauth::person::{Person, open_account};

/// A provider at which people can sign out.
async fn with_end() -> (Hostile, Server) {
    let idp = Hostile::start().await;
    let ends = json!({ "end_session_endpoint": format!("{}/end?keep=1", idp.issuer) });
    idp.plan.lock().unwrap().published = ends;
    let server = Server::start_by(&settings(&[(&idp, idp.settings("idp"))]), None).await;
    open_account(&server).await;
    (idp, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_goes_on_to_the_provider() {
    let (idp, server) = with_end().await;
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

/// Signs out; where the browser goes then, and how long that took.
async fn sign_out(person: &Person<'_>) -> (String, Duration) {
    let page = person.get("/logout").await;
    let begun = Instant::now();
    let answer = person.post("/logout", &[("form", &Person::hidden(&page, "form"))]).await;
    (answer.header("location").to_owned(), begun.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_with_a_password_is_signed_out_here_alone() {
    let (idp, server) = with_end().await;
    let person = signed_in(&server).await;
    assert_eq!(sign_out(&person).await.0, "/logout");
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    // Beside one who is signed out there too.
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    assert!(sign_out(&person).await.0.starts_with(&format!("{}/end?", idp.issuer)));
}

/// A replica that never spoke with the provider knows nothing that it could use instead.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_gone_or_silent_keeps_nobody_signed_in() {
    let (idp, server) = with_end().await;
    let settings = settings(&[(&idp, idp.settings("idp"))]);
    let plan = |is_down: bool, is_silent: bool| {
        let mut plan = idp.plan.lock().unwrap();
        (plan.is_down, plan.is_silent) = (is_down, is_silent);
    };
    for is_silent in [false, true] {
        let person = Person::at(&server);
        assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
        let replica = server.replica_by(&settings).await;
        let there = person.at_replica(&replica);
        plan(!is_silent, is_silent);
        let discovered = idp.plan.lock().unwrap().discovered;
        let (next, took) = sign_out(&there).await;
        assert_eq!(next, "/logout");
        assert!(took < Duration::from_secs(8), "{took:?}");
        assert!(idp.plan.lock().unwrap().discovered > discovered, "it was asked");
        plan(false, false);
        assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    }
    // One that is there is found by a replica that did not know it.
    let person = Person::at(&server);
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    let replica = server.replica_by(&settings).await;
    assert!(sign_out(&person.at_replica(&replica)).await.0.starts_with(&format!("{}/end?", idp.issuer)));
}
