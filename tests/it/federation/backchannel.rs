//! A provider says that somebody has signed out.

use jsonwebtoken::{Algorithm, Header};
use reqwest::Method;
use serde_json::{Value, json};

use super::provider::{Hostile, US, settings};
use super::{Away, audited, visit};
use crate::harness::{Answer, Server};
use crate::oauth::keys::{self, Key};
use crate::oauth::order::while_held;
use crate::oauth::person::{Person, address, answered, app, fetch, open_account, question};
use crate::oauth::start_s;

const PATH: &str = "/login/oidc/idp/backchannel-logout";

async fn start() -> (Hostile, Server) {
    let idp = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&idp, idp.settings("idp"))]), None).await;
    open_account(&server).await;
    (idp, server)
}

/// The claims of a good logout token.
pub(super) fn claims(idp: &Hostile, jti: &str) -> Value {
    json!({
        "iss": idp.issuer, "aud": US, "iat": start_s(), "exp": start_s() + 120, "jti": jti,
        "sid": "session at the provider", "sub": "subject of alice",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

pub(super) async fn send(server: &Server, token: &str) -> Answer {
    Answer::of(server.request(Method::POST, PATH).form(&[("logout_token", token)])).await
}

/// Asserts that it is refused; why.
async fn refused(server: &Server, token: &str) -> String {
    let answer = send(server, token).await;
    assert_eq!((answer.status, answer.header("cache-control")), (400, "no-store"), "{}", answer.text);
    assert_eq!(answer.json()["error"], "invalid_request");
    let told = answer.json()["error_description"].as_str().unwrap().to_owned();
    told.strip_prefix("what the provider says does not hold: ").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_hold_ends_nothing() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    let good = claims(&idp, "j");
    let mut with_nonce = good.clone();
    with_nonce["nonce"] = "n".into();
    let strange = Key { algorithm: Algorithm::RS256, ..Key::strange() };
    let named = Header { kid: Some("two".to_owned()), ..Header::new(Algorithm::RS256) };
    let typed = Header { typ: Some("at+jwt".to_owned()), ..idp.key.header() };
    let not_signed = "the logout token is not a signed JWT";
    let signature = "the logout token's signature does not hold";
    for (token, fault) in [
        (String::new(), not_signed),
        ("a.b.c".to_owned(), not_signed),
        (keys::unsigned(&keys::none(), &good), not_signed),
        (keys::confused(&idp.key.public, &good), not_signed),
        (idp.key.sign_with(&typed, &good), not_signed),
        (strange.sign_with(&idp.key.header(), &good), signature),
        (strange.sign_with(&named, &good), "the logout token is signed with a key that is not published"),
        (idp.key.sign(&with_nonce), "the logout token must have no nonce: it could be an id token"),
        // An id token of the same person.
        (idp.key.sign(&idp.claims("n")), "the logout token must have the logout event"),
    ] {
        assert_eq!(refused(&server, &token).await, fault);
    }
    for body in [&[][..], &[("token", "x")]] {
        assert_eq!(Answer::of(server.request(Method::POST, PATH).form(body)).await.status, 400);
    }
    let elsewhere = server.request(Method::POST, &PATH.replace("idp", "other"));
    assert_eq!(Answer::of(elsewhere.form(&[("logout_token", "x")])).await.status, 404);
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_what_was_granted_for_as_long_as_it_lasts() {
    let (idp, server) = start().await;
    let (client, person) = (app(&server).await, Person::at(&server));
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    let mut tokens = Vec::new();
    for scope in ["online_access user/*.rs", "offline_access user/*.rs"] {
        let question = question(&client, scope);
        let consent = person.get(person.get(&address(&question)).await.header("location")).await;
        let code = answered(&person.decide(&consent, "allow").await)["code"].clone();
        tokens.push(fetch(&server, &client, &code).await.json()["access_token"].as_str().unwrap().to_owned());
    }
    // Another person's session at the same provider.
    let other = Person::at(&server);
    assert_eq!(visit(&other, &idp, "idp", |claims| claims["sid"] = "another".into()).await.status, 303);

    let token = idp.key.sign(&claims(&idp, "j"));
    // What failed here, the provider repeats.
    server.execute("ALTER TABLE web_session RENAME TO away").await;
    assert_eq!(send(&server, &token).await.status, 500);
    server.execute("ALTER TABLE away RENAME TO web_session").await;
    let answer = send(&server, &token).await;
    assert_eq!((answer.status, &*answer.text, answer.header("cache-control")), (200, "", "no-store"));
    assert_eq!(refused(&server, &token).await, "the logout token has come before");
    let mut statuses = Vec::new();
    for token in tokens {
        statuses.push(server.fhir_by(token).get("/Patient").await.status);
    }
    assert_eq!(statuses, [401, 200], "what was given for longer goes on");
    assert!(
        person.get(&address(&question(&client, "user/*.rs"))).await.header("location").starts_with("/login?")
    );
    assert_eq!(server.number("SELECT count(*) FROM federated_session").await, 1);
    assert_eq!(audited(&server).await[2..], ["logout failed 1", "logout refused 1", "logout success 1"]);

    // A session of which the provider never said which it is ends with the person's other one.
    let unnamed = Person::at(&server);
    let without = |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("sid"));
    assert_eq!(visit(&unnamed, &idp, "idp", without).await.status, 303);
    assert_eq!(send(&server, &idp.key.sign(&claims(&idp, "m"))).await.status, 200);
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 1, "the one named `another`");

    // By the person alone, without a session, all of theirs end.
    let mut by_subject = claims(&idp, "k");
    by_subject.as_object_mut().unwrap().remove("sid");
    assert_eq!(send(&server, &idp.key.sign(&by_subject)).await.status, 200);
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    // Nobody is left: that is no fault (Back-Channel Logout, 2.7).
    let mut nobody = claims(&idp, "l");
    nobody["sid"] = "of nobody".into();
    assert_eq!(send(&server, &idp.key.sign(&nobody)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_one_provider_is_not_ended_by_another() {
    let (one, two) = (Hostile::start().await, Hostile::start().await);
    let list = [(&one, one.settings("one")), (&two, two.settings("idp"))];
    let server = Server::start_by(&settings(&list), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    let away = Away::to(&person, "one").await;
    one.gives(&one.key.sign(&one.claims(&away.query["nonce"])));
    assert_eq!(away.back(&person, "one").await.status, 303);
    // The same sid and subject, but the other's.
    assert_eq!(send(&server, &two.key.sign(&claims(&two, "j"))).await.status, 200);
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 1);
}

/// Who uses a refresh token again locks the grant, and then takes its access tokens back.
#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_who_has_the_grant_with_none_of_its_tokens_in_hand() {
    let (idp, server) = start().await;
    let (client, person) = (app(&server).await, Person::at(&server));
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    let consent = person.get(&address(&question(&client, "online_access user/*.rs"))).await;
    let consent = person.get(consent.header("location")).await;
    let code = answered(&person.decide(&consent, "allow").await)["code"].clone();
    assert_eq!(fetch(&server, &client, &code).await.status, 200);

    let token = idp.key.sign(&claims(&idp, "j"));
    let tokens = "DELETE FROM access_token WHERE client IS NOT NULL";
    let answer =
        while_held(&server, "SELECT FROM oauth_grant FOR UPDATE", send(&server, &token), tokens).await;
    assert_eq!(answer.status, 200);
}

/// Who changes a client holds it, and whoever sets a new password goes from sessions to grants.
#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_who_has_the_client_with_no_session_in_hand() {
    let (idp, server) = start().await;
    let (client, person) = (app(&server).await, Person::at(&server));
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    let consent = person.get(&address(&question(&client, "online_access user/*.rs"))).await;
    let consent = person.get(consent.header("location")).await;
    let code = answered(&person.decide(&consent, "allow").await)["code"].clone();
    assert_eq!(fetch(&server, &client, &code).await.status, 200);
    let token = idp.key.sign(&claims(&idp, "j"));
    let then = "SELECT FROM web_session FOR UPDATE; SELECT FROM oauth_grant FOR UPDATE";
    let answer =
        while_held(&server, "SELECT FROM oauth_client FOR UPDATE", send(&server, &token), then).await;
    assert_eq!(answer.status, 200);
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
}
