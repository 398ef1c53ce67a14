//! Refresh tokens.

use serde_json::Value;

use super::person::{Person, address, app, fetch, open_account, question};
use super::{ask, refusal};
use crate::harness::{Answer, Server};

async fn refresh(server: &Server, client: &str, token: &str, scope: &str) -> Answer {
    ask(
        server,
        &[("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token), ("scope", scope)],
    )
    .await
}

fn token(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
}

/// A server with a person and an app, and what the app was given.
async fn given(scope: &str) -> (Server, String, Value) {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let code = Person::at(&server).code(&question(&client, scope), None).await;
    let answer = fetch(&server, &client, &code).await.json();
    (server, client, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_scope_for_one_there_is_none() {
    let (_, _, given) = given("user/*.rs").await;
    assert_eq!(given.get("refresh_token"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_token_is_good_once_and_a_second_use_ends_the_family() {
    let (server, client, given) = given("offline_access user/*.rs").await;
    let first = token(&given, "refresh_token");
    let next = refresh(&server, &client, &first, "").await;
    assert_eq!((next.status, next.header("cache-control")), (200, "no-store"), "{}", next.text);
    let next = next.json();
    assert_eq!(next["scope"], "offline_access user/*.rs");
    let second = token(&next, "refresh_token");
    assert_ne!(first, second);
    let fhir = server.fhir_by(token(&next, "access_token"));
    assert_eq!(fhir.get("/Patient").await.status, 200);
    assert_eq!(
        refusal(&refresh(&server, &client, &first, "").await, 400),
        "invalid_grant: the refresh token was used before: what it gave is taken back"
    );
    fhir.get("/Patient").await.refused(401);
    let gone = "invalid_grant: there is no such refresh token for this client, or it has ended";
    assert_eq!(refusal(&refresh(&server, &client, &second, "").await, 400), gone);
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_is_given_and_both_end() {
    let (server, client, given) = given("offline_access user/*.rs").await;
    let first = token(&given, "refresh_token");
    let (one, other) =
        tokio::join!(refresh(&server, &client, &first, ""), refresh(&server, &client, &first, ""));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(server.number("SELECT count(*) FROM refresh_token").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM access_token WHERE client IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_refreshed_than_was_granted() {
    let (server, client, given) = given("offline_access user/Patient.rs").await;
    let mut last = token(&given, "refresh_token");
    for scope in ["user/Patient.cruds", "user/*.rs", "user/Patient.rs openid", "system/Patient.r", "nonsense"]
    {
        let refused = refusal(&refresh(&server, &client, &last, scope).await, 400);
        assert_eq!(refused, "invalid_scope: scope asks for more than was granted", "{scope}");
    }
    let less = refresh(&server, &client, &last, "user/Patient.r").await.json();
    assert_eq!(less["scope"], "user/Patient.r");
    last = token(&less, "refresh_token");
    let whole = refresh(&server, &client, &last, "").await.json();
    assert_eq!(
        whole["scope"], "offline_access user/Patient.rs",
        "the next token is for the whole grant again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_its_clients_alone_and_ends() {
    let (server, client, given) = given("offline_access user/*.rs").await;
    let other = app(&server).await;
    let first = token(&given, "refresh_token");
    let gone = "invalid_grant: there is no such refresh token for this client, or it has ended";
    assert_eq!(refusal(&refresh(&server, &other, &first, "").await, 400), gone);
    server.app.clock.advance_s(89 * 24 * 3600);
    let second = token(&refresh(&server, &client, &first, "").await.json(), "refresh_token");
    server.app.clock.advance_s(90 * 24 * 3600);
    assert_eq!(refusal(&refresh(&server, &client, &second, "").await, 400), gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn online_access_ends_with_the_session() {
    let (server, client, given) = given("online_access user/*.rs").await;
    let first = token(&given, "refresh_token");
    server.app.clock.advance_s(11 * 3600);
    let second = token(&refresh(&server, &client, &first, "").await.json(), "refresh_token");
    server.app.clock.advance_s(3600);
    assert_eq!(
        refusal(&refresh(&server, &client, &second, "").await, 400),
        "invalid_grant: the person has signed out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_ends_what_was_for_the_session_alone() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let asked = question(&client, "online_access user/*.rs");
    let code = alice.code(&asked, None).await;
    let first = token(&fetch(&server, &client, &code).await.json(), "refresh_token");
    let page = alice.to_consent(&asked, None).await;
    let (request, form) = (Person::hidden(&page, "request"), Person::hidden(&page, "form"));
    assert_eq!(alice.post("/oauth/logout", &[("request", &*request), ("form", "x")]).await.status, 403);
    let second = token(&refresh(&server, &client, &first, "").await.json(), "refresh_token");
    let out = alice.post("/oauth/logout", &[("request", &*request), ("form", &*form)]).await;
    assert!(out.status == 303 && out.header("location").starts_with("/login?request="), "{}", out.text);
    assert_eq!(
        refusal(&refresh(&server, &client, &second, "").await, 400),
        "invalid_grant: the person has signed out"
    );
    let again = alice.post("/oauth/consent", &[("request", &*request), ("form", &*form)]).await;
    assert!(again.header("location").starts_with("/login?request="), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_while_a_client_is_removed_goes_with_it() {
    let server = Server::start().await;
    open_account(&server).await;
    let alice = Person::at(&server);
    for _ in 0..8 {
        let client = app(&server).await;
        let code = alice.code(&question(&client, "offline_access user/*.rs"), None).await;
        let first = token(&fetch(&server, &client, &code).await.json(), "refresh_token");
        let (refreshed, removed) = tokio::join!(
            refresh(&server, &client, &first, ""),
            server.remove_client(client.parse().unwrap())
        );
        assert!([200, 400, 401].contains(&refreshed.status) && removed.unwrap(), "{}", refreshed.text);
        for table in ["access_token WHERE client IS NOT NULL", "refresh_token", "oauth_grant", "oauth_client"]
        {
            assert_eq!(server.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_granted_ends_with_their_account_or_password() {
    for change in ["active = false", "sessions_from = '2026-11-21T12:00:05Z'"] {
        let server = Server::start().await;
        open_account(&server).await;
        let client = app(&server).await;
        let alice = Person::at(&server);
        let asked = question(&client, "offline_access user/*.rs");
        let code = alice.code(&asked, None).await;
        let given = fetch(&server, &client, &code).await.json();
        let fhir = server.fhir_by(token(&given, "access_token"));
        assert_eq!(fhir.get("/Patient").await.status, 200);
        server.execute(&format!("UPDATE account SET {change} WHERE surface = 'fhir'")).await;
        server.app.clock.advance_s(5);
        fhir.get("/Patient").await.refused(401);
        assert_eq!(
            refusal(&refresh(&server, &client, &token(&given, "refresh_token"), "").await, 400),
            "invalid_grant: the person has signed out",
            "{change}"
        );
        let again = alice.get(&address(&asked)).await;
        assert!(again.header("location").starts_with("/login?"), "{change}: {}", again.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_meets_a_new_password_waits_for_it_and_is_refused() {
    let (server, client, given) = given("offline_access user/*.rs").await;
    server.app.clock.advance_s(1);
    let mut other = server.session().await;
    let change = other.transaction().await.unwrap();
    change.execute("UPDATE account SET sessions_from = '2026-11-21T12:00:01Z'", &[]).await.unwrap();
    let token = token(&given, "refresh_token");
    let asked = refresh(&server, &client, &token, "");
    let changed = async {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        while server.number(waiting).await == 0 {
            tokio::task::yield_now().await;
        }
        change.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(asked, changed);
    assert_eq!(refusal(&answer, 400), "invalid_grant: the person has signed out");
}

/// As the SMART client library does by default.
#[tokio::test(flavor = "multi_thread")]
async fn a_public_app_need_not_say_who_it_is() {
    let (server, client, given) = given("offline_access user/*.rs").await;
    let alone =
        async |token: &str| ask(&server, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await;
    let gone = "invalid_grant: there is no such refresh token for this client, or it has ended";
    for stranger in ["hyr_made-up", "x", "\u{0}"] {
        assert_eq!(alone(stranger).await.status, 400, "{stranger:?}");
    }
    assert_eq!(refusal(&alone("hyr_made-up").await, 400), gone);
    let first = token(&given, "refresh_token");
    let next = alone(&first).await;
    assert_eq!(next.status, 200, "{}", next.text);
    assert!(refusal(&alone(&first).await, 400).contains("was used before"));
    assert_eq!(server.number("SELECT count(*) FROM refresh_token").await, 0, "the family ends");

    // One with a secret must show it.
    let code = Person::at(&server).code(&question(&client, "offline_access user/*.rs"), None).await;
    let given = fetch(&server, &client, &code).await.json();
    let secret = format!("UPDATE oauth_client SET kind = 'confidential', secret = 'x' WHERE id = '{client}'");
    server.execute(&secret).await;
    let refused = refusal(&alone(&token(&given, "refresh_token")).await, 401);
    assert_eq!(refused, "invalid_client: the client does not say who it is");
}
