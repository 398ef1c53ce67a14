//! Whoever takes several rows takes them in one order: nobody waits for one who waits for them.

use std::future::Future;

use hygeia::core::Secret;
use hygeia::identity::account::password::NotSet;
use hygeia::identity::oauth::management::ClientChange;
use hygeia::identity::oauth::web_session::{Seen, SignedInBrowser};
use reqwest::Method;
use serde_json::json;

use super::person::{EMAIL, PASSWORD, Person, answered, app, fetch, open_account, question};
use crate::harness::{Answer, Server};

const NEW: &str = "another long pass phrase";

/// Makes a request while somebody holds these rows, and has that one go on to others once the request waits: where it holds those, the
/// two wait for each other.
pub async fn while_held<T>(server: &Server, held: &str, request: impl Future<Output = T>, then: &str) -> T {
    let other = server.session().await;
    other.batch_execute(&format!("BEGIN; {held}")).await.unwrap();
    let waiting = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))";
    let go_on = async {
        while other.query(waiting, &[]).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        other.batch_execute(&format!("{then}; COMMIT")).await.unwrap();
    };
    tokio::join!(request, go_on).0
}

/// A client with a grant of Alice's and its tokens.
async fn granted(server: &Server) -> String {
    open_account(server).await;
    let client = app(server).await;
    let code = Person::at(server).code(&question(&client, "offline_access user/*.rs"), None).await;
    assert_eq!(fetch(server, &client, &code).await.status, 200);
    client
}

async fn browser(server: &Server) -> SignedInBrowser {
    let alice = server.app.identity.person(EMAIL, Secret::new(PASSWORD.to_owned()), None).await.unwrap();
    server.app.identity.begin_session(alice, None, Seen::default()).await.unwrap().0
}

async fn change_password(server: &Server, browser: &SignedInBrowser) -> Result<(), NotSet> {
    let (old, new) = (Secret::new(PASSWORD.to_owned()), Secret::new(NEW.to_owned()));
    server.app.identity.change_password(browser, old, &new, None).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_changed_or_removed_comes_by_grants_to_tokens() {
    for is_removed in [false, true] {
        let server = Server::start().await;
        let id = granted(&server).await.parse().unwrap();
        let client = server.app.identity.client(&format!("{id}")).await.unwrap().unwrap();
        let narrower = ClientChange { scope: Some("openid".to_owned()), ..ClientChange::default() };
        let request = async {
            if is_removed {
                assert!(server.remove_client(id).await.unwrap());
            } else {
                let changed = server.app.identity.change_client(client.tenant, id, &narrower, server.note());
                assert!(changed.await.unwrap().is_some());
            }
        };
        let tokens = "DELETE FROM access_token WHERE client IS NOT NULL";
        while_held(&server, "SELECT FROM oauth_grant FOR UPDATE", request, tokens).await;
        assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_comes_by_sessions_and_grants_to_the_account() {
    let server = Server::start().await;
    granted(&server).await;
    let browser = browser(&server).await;
    let request = change_password(&server, &browser);
    let then = "SELECT FROM oauth_grant FOR UPDATE; DELETE FROM access_token WHERE client IS NOT NULL; \
        SELECT FROM account FOR UPDATE";
    while_held(&server, "SELECT FROM web_session FOR UPDATE", request, then).await.unwrap();
    for table in ["oauth_grant", "web_session"] {
        assert_eq!(server.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_removed_comes_by_sessions_and_grants() {
    let server = Server::start().await;
    granted(&server).await;
    let account = server.text("SELECT id::text FROM account WHERE surface = 'fhir'").await;
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let login = Answer::of(server.request(Method::POST, "/_admin/v1/login").json(&body)).await.json();
    let request = server.request(Method::DELETE, &format!("/_admin/v1/users/{account}"));
    let request = Answer::of(request.bearer_auth(login["token"].as_str().unwrap()));
    let then = "SELECT FROM oauth_grant FOR UPDATE; SELECT FROM account FOR UPDATE";
    assert_eq!(while_held(&server, "SELECT FROM web_session FOR UPDATE", request, then).await.status, 204);
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_and_a_changed_client_do_not_fell_one_another() {
    for _ in 0..6 {
        let server = Server::start().await;
        let id = granted(&server).await.parse().unwrap();
        let client = server.app.identity.client(&format!("{id}")).await.unwrap().unwrap();
        let narrower = ClientChange { scope: Some("openid".to_owned()), ..ClientChange::default() };
        let browser = browser(&server).await;
        let (set, changed) = tokio::join!(
            change_password(&server, &browser),
            server.app.identity.change_client(client.tenant, id, &narrower, server.note())
        );
        set.unwrap();
        assert!(changed.unwrap().is_some());
        assert_eq!(server.number("SELECT count(*) FROM access_token WHERE client IS NOT NULL").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_while_they_decide_has_granted_nothing() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    for ended in ["DELETE FROM web_session", "UPDATE account SET active = false WHERE surface = 'fhir'"] {
        let alice = Person::at(&server);
        let page = alice.to_consent(&question(&client, "user/*.rs"), None).await;
        // The decision has begun: who it is was looked up, and the end of that is about to be committed.
        let held = format!("SELECT FROM oauth_client FOR UPDATE; {ended}");
        let decided = while_held(&server, &held, alice.decide(&page, "allow"), "SELECT").await;
        assert_eq!(decided.status, 303, "{}", decided.text);
        assert!(decided.header("location").starts_with("/login?request="), "{}", decided.header("location"));
        assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
        // And one that begins after it.
        let late = alice.decide(&page, "allow").await;
        assert!(late.header("location").starts_with("/login?request="), "{}", late.header("location"));
    }
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
    let refused = "SELECT count(*) FROM audit_event WHERE interaction = 'authorize' AND outcome = 'refused'";
    assert_eq!(server.number(refused).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_before_a_new_password_grants_nothing() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let page = alice.to_consent(&question(&client, "user/*.rs"), None).await;
    change_password(&server, &browser(&server).await).await.unwrap();
    let late = alice.decide(&page, "allow").await;
    assert!(late.header("location").starts_with("/login?request="), "{}", late.header("location"));
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_told_why_nothing_was_granted() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let page = alice.to_consent(&question(&client, "user/*.rs"), None).await;
    let change = "UPDATE oauth_client SET scope = 'openid'";
    let held = "SELECT FROM oauth_client FOR UPDATE";
    let told = answered(&while_held(&server, held, alice.decide(&page, "allow"), change).await);
    let expected = ("invalid_request", "the client was changed or removed meanwhile");
    assert_eq!((told["error"].as_str(), told["error_description"].as_str()), expected);
}
