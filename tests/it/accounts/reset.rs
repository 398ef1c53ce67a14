//! A new password for who does not know the old one.

use super::{fault, onward, with_account};
use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, Person, app, fetch, question};

const NEW: &str = "another long pass phrase";

async fn ask(browser: &Person<'_>, email: &str) -> Answer {
    let page = browser.get("/reset").await;
    browser.submit(&page, "/reset", &[("email", email)]).await
}

async fn set(browser: &Person<'_>, link: &str, password: &str) -> Answer {
    let page = browser.get(link).await;
    browser.submit(&page, "/reset/password", &[("password", password)]).await
}

/// The address in the last mail.
async fn link(server: &Server) -> String {
    server.mails().await.iter().rev().find(|mail| mail.subject == "Set a new password").unwrap().link()
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_there_is_an_account_is_not_told() {
    let server = with_account().await;
    let alice = Person::at(&server);
    let known = ask(&alice, " Alice@example.org").await;
    assert_eq!(known.status, 200, "{}", known.text);
    for unknown in ["nobody@example.org", "no address", "", "a\u{0}", &"x".repeat(300)] {
        let answer = ask(&alice, unknown).await;
        assert_eq!((answer.status, &answer.text), (known.status, &known.text), "{unknown}");
    }
    let mails = server.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].to.as_str(), mails[0].subject.as_str()), (EMAIL, "Set a new password"));
    assert_eq!(server.number("SELECT count(*) FROM mail_job").await, 0);
    assert_eq!(alice.post("/reset", &[("form", "x"), ("email", EMAIL)]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_flooded() {
    let server = with_account().await;
    let alice = Person::at(&server);
    for email in [EMAIL, "nobody@example.org"] {
        for _ in 0..3 {
            assert_eq!(ask(&alice, email).await.status, 200);
        }
        let answer = ask(&alice, email).await;
        assert_eq!(fault(&answer, 429), "There were too many attempts. Wait 60 minutes, then try again.");
    }
    assert_eq!(server.mails().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_good_once_for_an_hour_and_for_this_alone() {
    let server = with_account().await;
    let alice = Person::at(&server);
    ask(&alice, EMAIL).await;
    let first = link(&server).await;
    server.app.clock.advance_s(3599);
    assert_eq!(alice.get(&first).await.status, 200);
    server.app.clock.advance_s(1);
    assert!(fault(&alice.get(&first).await, 400).starts_with("This address has ended, or was used."));
    ask(&alice, EMAIL).await;
    server.app.clock.advance_s(1);
    ask(&alice, EMAIL).await;
    let (second, third) = (server.mails().await[1].link(), link(&server).await);
    assert_ne!(second, third);
    let token = third.strip_prefix("/reset/password?token=").unwrap();
    assert_eq!(alice.get(&format!("/verify?token={token}")).await.status, 400);
    assert_eq!(
        server
            .number(&format!("SELECT count(*) FROM account_token WHERE account_token::text ~ '{token}'"))
            .await,
        0
    );
    let weak = set(&alice, &third, "short").await;
    assert_eq!(fault(&weak, 400), "The password needs at least 8 characters.");
    assert_eq!(
        fault(&set(&alice, &third, "alice@example.org").await, 400),
        "The password must not be the e-mail address."
    );
    assert!(set(&alice, &third, NEW).await.text.contains("Your password is set"));
    // Those that came before have ended too.
    for used in [second, third] {
        assert_eq!(alice.get(&used).await.status, 400, "{used}");
    }
    assert_eq!(alice.enter(EMAIL, PASSWORD).await.status, 401);
    assert_eq!(alice.enter(EMAIL, NEW).await.status, 303);
    let changed = server.mails().await.pop().unwrap();
    assert_eq!((changed.to.as_str(), changed.subject.as_str()), (EMAIL, "Your sign-in was changed"));
    let page = alice.get("/account").await;
    assert!(page.text.contains("verified"), "who reads the mails has the address: {}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_had_access_ends() {
    let server = with_account().await;
    let client = app(&server).await;
    let alice = super::signed_in(&server).await;
    let code = alice.code(&question(&client, "offline_access user/*.rs"), None).await;
    let given = fetch(&server, &client, &code).await.json();
    let fhir = server.fhir_by(given["access_token"].as_str().unwrap().to_owned());
    assert_eq!(fhir.get("/Patient").await.status, 200);
    server.app.clock.advance_s(1);
    let elsewhere = Person::at(&server);
    ask(&elsewhere, EMAIL).await;
    assert_eq!(set(&elsewhere, &link(&server).await, NEW).await.status, 200);
    fhir.get("/Patient").await.refused(401);
    assert_eq!(onward(&alice.get("/account").await), "/login");
    for table in ["web_session", "oauth_grant", "refresh_token", "account_token"] {
        assert_eq!(server.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    let audited = "SELECT interaction FROM audit_event WHERE interaction LIKE '%reset%' AND outcome = 'success' ORDER BY id";
    assert_eq!(server.texts(audited).await, ["ask-reset", "reset-password"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_guessed_at_signs_in_after_a_reset() {
    let server = with_account().await;
    let alice = Person::at(&server);
    for status in [401, 401, 401, 401, 401, 429] {
        assert_eq!(alice.enter(EMAIL, "wrong horse battery").await.status, status);
    }
    ask(&alice, EMAIL).await;
    assert_eq!(set(&alice, &link(&server).await, NEW).await.status, 200);
    assert_eq!(onward(&alice.enter(EMAIL, NEW).await), "/account");
}
