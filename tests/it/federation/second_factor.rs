//! Who has a second factor here is asked for it, whoever says who they are.

use hygeia::core::config::providers::{ProviderSettings, SecondFactor};
use serde_json::{Value, json};

use super::provider::{Hostile, settings};
use super::{audited, backchannel, visit};
use crate::accounts::second_factor::{App, set_up, show_code};
use crate::accounts::signed_in;
use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, Person, open_account};

/// A provider whose word about a second factor is worth this, and an account that has one.
async fn start(second_factor: SecondFactor) -> (Hostile, Server, App) {
    let idp = Hostile::start().await;
    let provider = ProviderSettings { second_factor, ..idp.settings("idp") };
    let server = Server::start_by(&settings(&[(&idp, provider)]), None).await;
    open_account(&server).await;
    let (app, _) = set_up(&server, &signed_in(&server).await).await;
    server.app.clock.advance_s(30);
    (idp, server, app)
}

fn asks(answer: &Answer) -> bool {
    answer.status == 200 && answer.text.contains("action=\"/login/code\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_for_before_anything_is_linked_or_begun() {
    let (idp, server, app) = start(SecondFactor::Ask).await;
    let person = Person::at(&server);
    // Whatever the provider says of it.
    let strong = |claims: &mut Value| claims["amr"] = json!(["pwd", "otp", "mfa"]);
    let page = visit(&person, &idp, "idp", strong).await;
    assert!(asks(&page), "{}", page.text);
    assert_eq!(person.get("/account").await.header("location"), "/login");
    let kept = "SELECT (SELECT count(*) FROM federated_identity) + (SELECT count(*) FROM federated_session)";
    assert_eq!(server.number(kept).await, 0);
    let wrong = show_code(&person, &page, "000000").await;
    assert_eq!(wrong.status, 401, "{}", wrong.text);
    let right = show_code(&person, &page, &app.code(&server)).await;
    assert_eq!((right.status, right.header("location")), (303, "/account"), "{}", right.text);
    assert!(person.get("/account").await.text.contains("<strong>The idp</strong>"));
    // The session is the provider's: it ends there, and is linked.
    assert_eq!(server.number(kept).await, 2);
    assert_eq!(server.number("SELECT count(*) FROM federated_step").await, 0);
    assert_eq!(show_code(&person, &page, &app.code(&server)).await.status, 403, "the page was used");
    assert_eq!(audited(&server).await, ["link-identity success 1", "login refused 2", "login success 2"]);
    // Who is linked is asked all the same.
    assert!(asks(&visit(&Person::at(&server), &idp, "idp", strong).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_before_a_new_password_is_good_for_nothing() {
    let (idp, server, app) = start(SecondFactor::Ask).await;
    let person = Person::at(&server);
    let page = visit(&person, &idp, "idp", |_| {}).await;
    server.app.clock.advance_s(1);
    let alice = Person::at(&server);
    let code = alice.enter(EMAIL, PASSWORD).await;
    assert_eq!(show_code(&alice, &code, &app.code(&server)).await.status, 303);
    server.app.clock.advance_s(30);
    let account = alice.get("/account").await;
    let new = [("old", PASSWORD), ("password", "another long pass phrase")];
    assert_eq!(alice.submit(&account, "/account/password", &new).await.status, 303);
    assert_eq!(show_code(&person, &page, &app.code(&server)).await.status, 403);
    assert_eq!(server.number("SELECT count(*) FROM federated_step").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_trusted_with_it_must_say_that_there_were_two() {
    let (idp, server, _) = start(SecondFactor::Trust).await;
    for (claim, value, is_asked) in [
        ("amr", json!(null), true),
        ("amr", json!([]), true),
        ("amr", json!(["pwd", "otp"]), true),
        ("acr", json!("0"), true),
        ("acr", json!("urn:mfa"), true),
        ("amr", json!(["pwd", "mfa"]), false),
        ("acr", json!("https://refeds.org/profile/mfa"), false),
        ("acr", json!("phr"), false),
    ] {
        let person = Person::at(&server);
        let answer = visit(&person, &idp, "idp", |claims| claims[claim] = value.clone()).await;
        assert_eq!(asks(&answer), is_asked, "{claim} {value}: {}", answer.text);
        assert_eq!(answer.status == 303, !is_asked, "{claim} {value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_waits_ends_with_the_providers_session_and_with_the_link() {
    let (idp, server, app) = start(SecondFactor::Ask).await;
    // Linked by a first sign-in.
    let alice = Person::at(&server);
    let page = visit(&alice, &idp, "idp", |_| {}).await;
    assert_eq!(show_code(&alice, &page, &app.code(&server)).await.status, 303);
    // The provider ends its session while the code is asked for.
    let waiting = Person::at(&server);
    let page = visit(&waiting, &idp, "idp", |_| {}).await;
    assert!(asks(&page));
    let out = idp.key.sign(&backchannel::claims(&idp, "j"));
    assert_eq!(backchannel::send(&server, &out).await.status, 200);
    assert_eq!(server.number("SELECT count(*) FROM federated_step").await, 0);
    server.app.clock.advance_s(30);
    assert_eq!(show_code(&waiting, &page, &app.code(&server)).await.status, 403);
    // The person removes the link meanwhile.
    let page = visit(&waiting, &idp, "idp", |_| {}).await;
    assert!(asks(&page));
    let owner = Person::at(&server);
    let code = owner.enter(EMAIL, PASSWORD).await;
    server.app.clock.advance_s(30);
    assert_eq!(show_code(&owner, &code, &app.code(&server)).await.status, 303);
    let account = owner.get("/account").await;
    let link = server.text("SELECT hash FROM federated_identity").await;
    assert_eq!(owner.submit(&account, "/account/links", &[("link", &link)]).await.status, 303);
    server.app.clock.advance_s(30);
    assert_eq!(show_code(&waiting, &page, &app.code(&server)).await.status, 403);
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 0);
}
