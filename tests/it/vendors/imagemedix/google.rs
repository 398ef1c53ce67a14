//! Signing in with Google, which is any provider of OpenID Connect by that name.

use std::collections::BTreeMap;

use hygeia::core::config::Settings;
use hygeia::core::config::providers::{Newcomers, ProviderSettings, Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::{User, refused, send};
use crate::federation::provider::{Hostile, settings};
use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, Person, open_account};

const BEGIN: &str = "/imagemedix/api/auth/google";
const CALLBACK: &str = "/imagemedix/api/auth/google/callback";
const CLIENT: &str = "https://app.example/signed-in";
const NOT_BEGUN: &str = "This sign-in was not begun in this browser, took too long, or is over";
const NONE: &str = "There is no account here with your e-mail address that you could sign in to. Ask the people who run this server for one.";

fn with_client(idp: &Hostile, provider: ProviderSettings) -> Settings {
    Settings { imagemedix_client: Some(CLIENT.to_owned()), ..settings(&[(idp, provider)]) }
}

/// A server with Google, and the accounts of Alice.
async fn start() -> (Hostile, Server) {
    let idp = Hostile::start().await;
    let server = Server::start_by(&with_client(&idp, idp.settings("google")), None).await;
    open_account(&server).await;
    (idp, server)
}

/// Goes to Google from this address; what the browser is sent with.
async fn away(person: &Person<'_>, idp: &Hostile, begin: &str) -> BTreeMap<String, String> {
    let answer = person.get(begin).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    assert_eq!(
        (answer.header("cache-control"), answer.header("referrer-policy")),
        ("no-store", "no-referrer")
    );
    let (address, query) = answer.header("location").split_once('?').unwrap();
    assert_eq!(address, format!("{}/authorize", idp.issuer));
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

async fn back(person: &Person<'_>, query: &BTreeMap<String, String>) -> Answer {
    person.get(&format!("{CALLBACK}?state={}&code=c", query["state"])).await
}

/// There and back, while Google says this of the person.
async fn visit(person: &Person<'_>, idp: &Hostile, begin: &str, change: impl FnOnce(&mut Value)) -> Answer {
    let query = away(person, idp, begin).await;
    let mut claims = idp.claims(&query["nonce"]);
    change(&mut claims);
    idp.gives(&idp.key.sign(&claims));
    back(person, &query).await
}

/// The token that the client at this address was sent.
#[track_caller]
fn token(answer: &Answer, client: &str) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text);
    assert_eq!(
        (answer.header("cache-control"), answer.header("referrer-policy")),
        ("no-store", "no-referrer")
    );
    answer.header("location").strip_prefix(client).unwrap().strip_prefix("#token=").unwrap().to_owned()
}

/// Asserts that this is a refusal, and no way on.
#[track_caller]
fn no_way_on(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.header("location"), "");
    refused(answer, status)
}

async fn audited(server: &Server) -> Vec<String> {
    let sql = "SELECT interaction || ' ' || outcome || ' ' || count(*) FROM audit_event \
        WHERE interaction IN ('login', 'begin-sign-in', 'link-identity') GROUP BY interaction, outcome ORDER BY 1";
    server.texts(sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_google_there_is_no_such_way() {
    let idp = Hostile::start().await;
    // Another provider is not Google.
    let server = Server::start_by(&with_client(&idp, idp.settings("idp")), None).await;
    for path in [BEGIN, CALLBACK, &format!("{CALLBACK}?state=x&code=y")] {
        let answer = Answer::of(server.request(Method::GET, path)).await;
        assert_eq!(no_way_on(&answer, 404), "There is no such way to sign in", "{path}");
    }
    let methods = send(&server, Method::GET, "/auth/methods", None, &Value::Null).await;
    assert_eq!(methods.json(), json!({ "password": true, "google": false }));
    assert_eq!(audited(&server).await, ["begin-sign-in refused 1", "login refused 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_begun_in_this_browser_is_not_finished() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    let long = format!("?state={}&code=c", "x".repeat(6_000));
    for query in [
        "",
        "?code=c",
        "?state=",
        "?state=made-up&code=c",
        "?state=%00&code=c",
        "?error=access_denied",
        &long,
    ] {
        let answer = person.get(&format!("{CALLBACK}{query}")).await;
        assert_eq!(no_way_on(&answer, 400), NOT_BEGUN, "{query}");
    }
    let twice = format!("{BEGIN}?to=https%3A%2F%2Fevil.example");
    assert_eq!(no_way_on(&person.get(&twice).await, 400), "to must be pages, or left out");
    // Somebody else's way back: who takes it has used it up.
    let other = Person::at(&server);
    for thief in [&other, &Person::at(&server)] {
        let query = away(&person, &idp, BEGIN).await;
        drop(other.get(BEGIN).await);
        idp.gives(&idp.key.sign(&idp.claims(&query["nonce"])));
        assert_eq!(no_way_on(&back(thief, &query).await, 400), NOT_BEGUN);
        assert_eq!(no_way_on(&back(&person, &query).await, 400), NOT_BEGUN);
    }
    // One that was begun for apps at `/fhir`.
    let elsewhere = person.get("/login/oidc/google").await;
    let state = elsewhere.header("location").split("state=").nth(1).unwrap().split('&').next().unwrap();
    let answer = person.get(&format!("{CALLBACK}?state={state}&code=c")).await;
    assert_eq!(no_way_on(&answer, 400), NOT_BEGUN);
    let query = away(&person, &idp, BEGIN).await;
    idp.gives(&idp.key.sign(&idp.claims(&query["nonce"])));
    assert!(token(&back(&person, &query).await, CLIENT).starts_with("eyJ"));
    assert_eq!(no_way_on(&back(&person, &query).await, 400), NOT_BEGUN, "a second time");
    let query = away(&person, &idp, BEGIN).await;
    server.app.clock.advance_s(600);
    assert_eq!(no_way_on(&back(&person, &query).await, 400), NOT_BEGUN, "late");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_account_is_not_let_in() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    let stranger = |claims: &mut Value| claims["email"] = "bob@example.org".into();
    assert_eq!(no_way_on(&visit(&person, &idp, BEGIN, stranger).await, 403), NONE);
    let unverified = |claims: &mut Value| claims["email_verified"] = false.into();
    let told = no_way_on(&visit(&person, &idp, BEGIN, unverified).await, 403);
    assert!(told.contains("has not verified"), "{told}");
    let other_nonce = |claims: &mut Value| claims["nonce"] = "another".into();
    assert_eq!(
        no_way_on(&visit(&person, &idp, BEGIN, other_nonce).await, 400),
        "What Google says of you does not hold"
    );
    let query = away(&person, &idp, BEGIN).await;
    let declined = person.get(&format!("{CALLBACK}?state={}&error=access_denied", query["state"])).await;
    assert_eq!(no_way_on(&declined, 403), "Google did not sign you in");
    idp.plan.lock().unwrap().is_down = true;
    let query = away(&person, &idp, BEGIN).await;
    assert_eq!(no_way_on(&back(&person, &query).await, 400), "What Google says of you does not hold");
    idp.plan.lock().unwrap().is_down = false;
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 0);
    assert_eq!(audited(&server).await, ["login refused 5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_with_the_verified_address_is_linked_and_signed_in() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    let query = away(&person, &idp, BEGIN).await;
    let sent = |name: &str| query[name].as_str();
    let callback = format!("{}{CALLBACK}", server.url);
    assert_eq!(
        ["response_type", "client_id", "redirect_uri", "code_challenge_method"].map(sent),
        ["code", "hygeia", callback.as_str(), "S256"]
    );
    // What is kept of it opens nothing.
    let kept = server.text("SELECT hash || ' ' || browser || ' ' || return_to FROM federated_attempt").await;
    assert!(!kept.contains(sent("state")) && kept.ends_with(" client"), "{kept}");
    idp.gives(&idp.key.sign(&idp.claims(&query["nonce"])));
    let token = token(&back(&person, &query).await, CLIENT);
    assert!(idp.plan.lock().unwrap().asked.contains("code_verifier="));
    let me = send(&server, Method::GET, "/auth/me", Some(&token), &Value::Null).await;
    assert_eq!((me.status, &me.json()["email"], &me.json()["role"]), (200, &json!(EMAIL), &json!("admin")));
    // No other surface takes it.
    let elsewhere = server.request(Method::GET, "/smartscan/api/auth/me").bearer_auth(&token);
    assert_eq!(Answer::of(elsewhere).await.status, 401);
    // From now on the person is known by the subject.
    let moved = |claims: &mut Value| {
        (claims["email"], claims["email_verified"]) = ("new@example.org".into(), false.into());
    };
    assert!(visit(&person, &idp, BEGIN, moved).await.header("location").starts_with(CLIENT));
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 1);
    assert_eq!(audited(&server).await, ["link-identity success 1", "login success 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_put_out_of_use_stays_out() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    let token = token(&visit(&person, &idp, BEGIN, |_| {}).await, CLIENT);
    server.execute("UPDATE account SET active = false WHERE surface = 'imagemedix'").await;
    let me = send(&server, Method::GET, "/auth/me", Some(&token), &Value::Null).await;
    assert_eq!(refused(&me, 401), "The token is invalid or expired");
    assert_eq!(no_way_on(&visit(&person, &idp, BEGIN, |_| {}).await, 403), NONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_are_doctors_where_the_operator_welcomes_them() {
    let idp = Hostile::start().await;
    let domains = vec!["clinic.example".to_owned()];
    let newcomers = Newcomers::Welcome { domains, role: Role::User, tenant: "default".to_owned() };
    let provider = ProviderSettings { newcomers, ..idp.settings("google") };
    let server = Server::start_by(&with_client(&idp, provider), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    let elsewhere = |claims: &mut Value| claims["email"] = "bob@other.example".into();
    assert_eq!(no_way_on(&visit(&person, &idp, BEGIN, elsewhere).await, 403), NONE);
    let welcome = |claims: &mut Value| claims["email"] = "bob@clinic.example".into();
    let token = token(&visit(&person, &idp, BEGIN, welcome).await, CLIENT);
    let bob = send(&server, Method::GET, "/auth/me", Some(&token), &Value::Null).await.json();
    assert_eq!((&bob["role"], &bob["name"]), (&json!("doctor"), &json!("Alice Liddell")));
    let alice = User::sign_in(&server, EMAIL).await;
    let users = alice.read("/users/users").await;
    assert!(users.as_array().unwrap().iter().any(|user| user["email"] == "bob@clinic.example"), "{users}");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_pages_are_gone_back_to_when_they_asked_or_no_client_is_named() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    let page = format!("{}/imagemedix/login.html", server.url);
    token(&visit(&person, &idp, &format!("{BEGIN}?to=pages"), |_| {}).await, &page);
    let other = server.replica_by(&settings(&[(&idp, idp.settings("google"))])).await;
    let page = format!("{}/imagemedix/login.html", other.url);
    token(&visit(&Person::at(&other), &idp, BEGIN, |_| {}).await, &page);
    // A person at a browser reads why not.
    let request =
        server.request(Method::GET, &format!("{CALLBACK}?state=x")).header("Accept", "text/html,*/*");
    let answer = Answer::of(request).await;
    assert_eq!((answer.status, answer.header("content-type")), (400, "text/html; charset=utf-8"));
    assert!(answer.text.contains(NOT_BEGUN), "{}", answer.text);
    let methods = send(&server, Method::GET, "/auth/methods", None, &Value::Null).await;
    assert_eq!(methods.json(), json!({ "password": true, "google": true }));
}

/// A browser that began at one replica may come back to another; at a mount of its own it comes back to that.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_and_mounts_know_of_one_another() {
    let (idp, server) = start().await;
    let other = server.replica_by(&with_client(&idp, idp.settings("google"))).await;
    let person = Person::at(&server);
    let query = away(&person, &idp, BEGIN).await;
    idp.gives(&idp.key.sign(&idp.claims(&query["nonce"])));
    token(&back(&person.at_replica(&other), &query).await, CLIENT);
    assert_eq!(no_way_on(&back(&person, &query).await, 400), NOT_BEGUN);
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request =
        http.get(format!("{}/api/auth/google", server.url)).header("Host", "imagemedix.example.org");
    let answer = Answer::of(request).await;
    let there = "redirect_uri=http%3A%2F%2Fimagemedix.example.org%2Fapi%2Fauth%2Fgoogle%2Fcallback";
    assert!(answer.header("location").contains(there), "{}", answer.header("location"));
}
