//! Opening an account of one's own, and showing that the e-mail address is.

use hygeia::core::config::Settings;

use super::{fault, onward};
use crate::harness::{Answer, Server};
use crate::oauth::person::Person;

const EMAIL: &str = "bob@example.org";
const PASSWORD: &str = "correct horse battery";

async fn open() -> Server {
    Server::start_by(&Settings { sign_up: true, ..Settings::default() }, None).await
}

async fn sign_up(bob: &Person<'_>, name: &str, email: &str, password: &str) -> Answer {
    let page = bob.get("/signup").await;
    bob.submit(&page, "/signup", &[("name", name), ("email", email), ("password", password)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_closed_nobody_opens_an_account() {
    let server = Server::start().await;
    let bob = Person::at(&server);
    let told = "Accounts are opened by the people who run this server.";
    assert_eq!(fault(&bob.get("/signup").await, 404), told);
    let login = bob.get("/login").await;
    assert!(!login.text.contains("/signup"), "{}", login.text);
    let form = Person::hidden(&login, "form");
    let sent = [("form", &*form), ("name", "Bob"), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(fault(&bob.post("/signup", &sent).await, 404), told);
    assert_eq!(server.number("SELECT count(*) FROM account").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_and_nothing_is_kept() {
    let server = open().await;
    let bob = Person::at(&server);
    let long = "x".repeat(201);
    for (name, email, password, told) in [
        (" ", EMAIL, PASSWORD, "The name must have 1 to 200 characters."),
        (&*long, EMAIL, PASSWORD, "The name must have 1 to 200 characters."),
        ("B\u{0}b", EMAIL, PASSWORD, "The name must have 1 to 200 characters."),
        ("Bob", "bob", PASSWORD, "The e-mail address is not valid."),
        ("Bob", "b\u{0}b@example.org", PASSWORD, "The e-mail address is not valid."),
        (
            "Bob",
            "\u{212a}im@example.org",
            PASSWORD,
            "The e-mail address must be of ASCII letters; a domain with others is written as xn--.",
        ),
        ("Bob", EMAIL, "short", "The password needs at least 8 characters."),
        ("Bob", EMAIL, "Password123", "The password is one of the most common ones."),
        ("Bob", EMAIL, "bob@example.org", "The password must not be the e-mail address."),
    ] {
        assert_eq!(fault(&sign_up(&bob, name, email, password).await, 400), told);
    }
    let foreign = [("form", "x"), ("name", "Bob"), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(
        fault(&bob.post("/signup", &foreign).await, 403),
        "The form is too old, or came from elsewhere."
    );
    for table in ["account", "mail_job", "resource"] {
        assert_eq!(server.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    let refused = "SELECT count(*) FROM audit_event WHERE interaction = 'register' AND outcome = 'refused'";
    assert_eq!(server.number(refused).await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_open_at_once_and_verified_by_mail() {
    let server = open().await;
    let bob = Person::at(&server);
    let answer = sign_up(&bob, "Bob <Builder>", " Bob@Example.org ", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("We have sent you a mail."), "{}", answer.text);
    let tenant = "SELECT name FROM tenant JOIN account USING (tenant)";
    assert!(server.text(tenant).await.starts_with("fhir-"), "a tenant of its own");
    let register = "SELECT count(*) FROM audit_event WHERE interaction = 'register' AND outcome = 'success'";
    assert!(server.number(register).await > 0);

    // Nothing waits for the mail (contract X-07).
    assert_eq!(onward(&bob.enter(EMAIL, PASSWORD).await), "/account");
    let page = bob.get("/account").await;
    assert!(page.text.contains("<dd>Bob &#60;Builder&#62;</dd>"), "{}", page.text);
    assert!(page.text.contains("You have not shown yet"), "{}", page.text);

    let mails = server.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].to.as_str(), mails[0].subject.as_str()), (EMAIL, "Is this your e-mail address?"));
    let link = mails[0].link();
    let token = link.strip_prefix("/verify?token=").unwrap();
    assert_eq!(
        server
            .number(&format!("SELECT count(*) FROM account_token WHERE account_token::text ~ '{token}'"))
            .await,
        0
    );
    // Programs that look through mails only look.
    let elsewhere = Person::at(&server);
    for _ in 0..2 {
        assert!(elsewhere.get(&link).await.text.contains("Is <strong>bob@example.org</strong> your"));
    }
    let page = elsewhere.get(&link).await;
    let foreign = [("form", "x"), ("token", token)];
    assert_eq!(elsewhere.post("/verify", &foreign).await.status, 403);
    assert_eq!(elsewhere.submit(&page, "/verify", &[("token", "x")]).await.status, 400);
    let verified = elsewhere.submit(&page, "/verify", &[]).await;
    assert!(verified.text.contains("This e-mail address is known to be yours."), "{}", verified.text);
    assert_eq!(
        fault(&elsewhere.submit(&page, "/verify", &[]).await, 400).split('.').next(),
        Some("This address has ended, or was used")
    );
    let page = bob.get("/account").await;
    assert!(page.text.contains("verified") && !page.text.contains("You have not shown yet"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_good_for_a_day_and_can_be_sent_again() {
    let server = open().await;
    let bob = Person::at(&server);
    sign_up(&bob, "Bob", EMAIL, PASSWORD).await;
    let link = server.mails().await[0].link();
    server.app.clock.advance_s(24 * 60 * 60);
    assert_eq!(bob.get(&link).await.status, 400);
    bob.enter(EMAIL, PASSWORD).await;
    let page = bob.get("/account").await;
    assert_eq!(onward(&bob.submit(&page, "/account/verification", &[]).await), "/account?done=mail");
    let link = server.mails().await[1].link();
    let page = bob.get(&link).await;
    assert_eq!(bob.submit(&page, "/verify", &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_an_address_is_taken_is_told_to_its_owner_alone() {
    let server = open().await;
    let (bob, mallory) = (Person::at(&server), Person::at(&server));
    let first = sign_up(&bob, "Bob", EMAIL, PASSWORD).await;
    let again = sign_up(&mallory, "Mallory", EMAIL, "another long pass phrase").await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(server.number("SELECT count(*) FROM account").await, 1);
    assert_eq!(bob.enter(EMAIL, PASSWORD).await.status, 303);
    assert_eq!(mallory.enter(EMAIL, "another long pass phrase").await.status, 401);
    let subjects: Vec<_> = server.mails().await.into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["Is this your e-mail address?", "You have an account already"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_opens_twenty_accounts_an_hour() {
    let server = open().await;
    let bob = Person::at(&server);
    for _ in 0..20 {
        assert_eq!(sign_up(&bob, "Bob", "bob", PASSWORD).await.status, 400);
    }
    let answer = sign_up(&bob, "Bob", EMAIL, PASSWORD).await;
    assert_eq!(fault(&answer, 429), "There were too many attempts. Wait 60 minutes, then try again.");
    assert_eq!(answer.header("retry-after"), "3600");
    server.app.clock.advance_s(3600);
    assert_eq!(sign_up(&bob, "Bob", EMAIL, PASSWORD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_flooded_with_mails_about_accounts() {
    let server = open().await;
    let bob = Person::at(&server);
    for _ in 0..3 {
        assert_eq!(sign_up(&bob, "Bob", EMAIL, PASSWORD).await.status, 200);
    }
    let answer = sign_up(&bob, "Bob", "BOB@example.org", PASSWORD).await;
    assert_eq!(fault(&answer, 429), "There were too many attempts. Wait 60 minutes, then try again.");
    assert_eq!(server.mails().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opens_an_account_with_anothers_address_does_not_keep_it() {
    let server = open().await;
    let mallory = Person::at(&server);
    sign_up(&mallory, "Mallory", EMAIL, PASSWORD).await;
    mallory.enter(EMAIL, PASSWORD).await;
    let page = mallory.get("/account/second-factor").await;
    let code = super::second_factor::App::reading(&page).code(&server);
    assert_eq!(mallory.submit(&page, "/account/second-factor", &[("code", &code)]).await.status, 200);
    server.app.clock.advance_s(1);
    let bob = Person::at(&server);
    let page = bob.get("/reset").await;
    bob.submit(&page, "/reset", &[("email", EMAIL)]).await;
    let link = server.mails().await.pop().unwrap().link();
    let page = bob.get(&link).await;
    let new = "another long pass phrase";
    assert_eq!(bob.submit(&page, "/reset/password", &[("password", new)]).await.status, 200);
    assert_eq!(onward(&bob.enter(EMAIL, new).await), "/account");
    assert_eq!(onward(&mallory.get("/account").await), "/login");
}
