//! Codes beside the password.

use regex::Regex;
use totp_rs::{Algorithm, Secret, TOTP};

use super::{fault, onward, signed_in, with_account};
use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, Person};

/// The app on a person's telephone.
pub struct App(TOTP);

impl App {
    pub fn reading(page: &Answer) -> Self {
        let secret = Regex::new("class=\"secret\">([A-Z2-7 ]+)<").unwrap();
        let secret = secret.captures(&page.text).unwrap_or_else(|| panic!("no secret in {}", page.text));
        let secret = Secret::Encoded(secret[1].replace(' ', "")).to_bytes().unwrap();
        Self(TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).unwrap())
    }

    /// What it shows at the server's time.
    pub fn code(&self, server: &Server) -> String {
        self.0.generate(u64::try_from(server.app.clock.now().timestamp()).unwrap())
    }
}

/// Sets a second factor up; the app, and the recovery codes.
pub async fn set_up(server: &Server, alice: &Person<'_>) -> (App, Vec<String>) {
    let page = alice.get("/account/second-factor").await;
    let app = App::reading(&page);
    let answer = alice.submit(&page, "/account/second-factor", &[("code", &app.code(server))]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let code = Regex::new("<code>([0-9a-f-]{24})</code>").unwrap();
    let codes: Vec<_> = code.captures_iter(&answer.text).map(|found| found[1].to_owned()).collect();
    assert_eq!(codes.len(), 10, "{}", answer.text);
    (app, codes)
}

pub async fn show_code(person: &Person<'_>, page: &Answer, code: &str) -> Answer {
    person.submit(page, "/login/code", &[("code", code)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_counts_once_the_person_has_shown_to_have_it() {
    let server = with_account().await;
    let alice = signed_in(&server).await;
    let page = alice.get("/account/second-factor").await;
    assert!(page.text.contains("<svg xmlns="), "{}", page.text);
    assert_eq!(onward(&Person::at(&server).enter(EMAIL, PASSWORD).await), "/account");
    let wrong = alice.submit(&page, "/account/second-factor", &[("code", "000000")]).await;
    assert!(fault(&wrong, 401).starts_with("The code is wrong."));
    assert_eq!(App::reading(&wrong).code(&server), App::reading(&page).code(&server), "the same secret");
    set_up(&server, &alice).await;
    let page = alice.get("/account?done=second-factor-on").await;
    assert!(page.text.contains("10 recovery codes are left"), "{}", page.text);
    assert_eq!(onward(&alice.get("/account/second-factor").await), "/account", "nothing is shown again");
    assert_eq!(server.mails().await.pop().unwrap().subject, "Your sign-in was changed");
    // It cannot be put in the place of one that counts.
    let form = Person::hidden(&page, "form");
    let again = alice.post("/account/second-factor", &[("form", &*form), ("code", "000000")]).await;
    assert_eq!(onward(&again), "/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_asked_for_after_the_password_and_good_once() {
    let server = with_account().await;
    let (app, _) = set_up(&server, &signed_in(&server).await).await;
    let alice = Person::at(&server);
    assert_eq!(alice.enter(EMAIL, "wrong horse battery").await.status, 401);
    let page = alice.enter(EMAIL, PASSWORD).await;
    assert_eq!((page.status, page.header("location")), (200, ""));
    assert!(page.text.contains("Show that it is you"), "{}", page.text);
    assert_eq!(onward(&alice.get("/account").await), "/login", "the password alone is not enough");
    let used = app.code(&server);
    let wrong = "The code is wrong, or was used already.";
    assert_eq!(fault(&show_code(&alice, &page, &used).await, 401), wrong, "the one of the set-up");
    server.app.clock.advance_s(30);
    let code = app.code(&server);
    let (front, back) = code.split_at(3);
    let spaced = format!(" {front} {back}");
    assert_eq!(onward(&show_code(&alice, &page, &spaced).await), "/account");
    assert_eq!(alice.get("/account").await.status, 200);
    // Somebody who looked on has the code and the page, and even the password.
    assert_eq!(show_code(&alice, &page, &code).await.status, 403, "the page was used");
    let mallory = Person::at(&server);
    let page = mallory.enter(EMAIL, PASSWORD).await;
    assert_eq!(fault(&show_code(&mallory, &page, &code).await, 401), wrong);
    let sign_ins = "SELECT count(*) FROM audit_event WHERE interaction = 'login' AND outcome = 'success'";
    assert_eq!(server.number(sign_ins).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_that_asks_is_good_for_five_minutes_and_one_browser() {
    let server = with_account().await;
    let (app, _) = set_up(&server, &signed_in(&server).await).await;
    let alice = Person::at(&server);
    let page = alice.enter(EMAIL, PASSWORD).await;
    let mallory = Person::at(&server);
    mallory.get("/login").await;
    server.app.clock.advance_s(30);
    assert_eq!(show_code(&mallory, &page, &app.code(&server)).await.status, 403, "another browser's form");
    server.app.clock.advance_s(270);
    let late = show_code(&alice, &page, &app.code(&server)).await;
    assert_eq!(fault(&late, 403), "That took too long. Sign in once more.");
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_is_slowed_down_however_often_the_password_is_right() {
    let server = with_account().await;
    let (app, codes) = set_up(&server, &signed_in(&server).await).await;
    let mallory = Person::at(&server);
    server.app.clock.advance_s(60);
    for n in 0..5 {
        let page = mallory.enter(EMAIL, PASSWORD).await;
        assert_eq!(show_code(&mallory, &page, &format!("00000{n}")).await.status, 401);
    }
    let page = mallory.enter(EMAIL, PASSWORD).await;
    for code in [&app.code(&server), &codes[0]] {
        let answer = show_code(&mallory, &page, code).await;
        assert_eq!(fault(&answer, 429), "There were too many attempts. Wait 15 seconds, then try again.");
    }
    server.app.clock.advance_s(15);
    assert_eq!(onward(&show_code(&mallory, &page, &app.code(&server)).await), "/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_is_good_once() {
    let server = with_account().await;
    let (_, codes) = set_up(&server, &signed_in(&server).await).await;
    let kept = server.texts("SELECT hash FROM recovery_code").await;
    assert!(kept.iter().all(|hash| hash.len() == 64 && !codes.contains(hash)));
    let alice = Person::at(&server);
    let page = alice.enter(EMAIL, PASSWORD).await;
    assert_eq!(onward(&show_code(&alice, &page, &codes[3].to_uppercase()).await), "/account");
    let page = alice.enter(EMAIL, PASSWORD).await;
    assert_eq!(show_code(&alice, &page, &codes[3]).await.status, 401);
    assert_eq!(onward(&show_code(&alice, &page, &codes[4].replace('-', " ")).await), "/account");
    assert!(alice.get("/account").await.text.contains("8 recovery codes are left"));
}

#[tokio::test(flavor = "multi_thread")]
async fn turning_it_off_needs_the_password_and_a_reset_does_not_do_it() {
    let server = with_account().await;
    let alice = signed_in(&server).await;
    set_up(&server, &alice).await;
    server.execute("UPDATE account SET email_verified_at = now()").await;
    let page = alice.get("/account").await;
    let off = async |password: &str| {
        alice.submit(&page, "/account/second-factor/off", &[("password", password)]).await
    };
    assert_eq!(fault(&off("wrong horse battery").await, 401), "The password is wrong.");
    let elsewhere = Person::at(&server);
    let reset = elsewhere.get("/reset").await;
    elsewhere.submit(&reset, "/reset", &[("email", EMAIL)]).await;
    let link = server.mails().await.pop().unwrap().link();
    let reset = elsewhere.get(&link).await;
    let new = "another long pass phrase";
    assert_eq!(elsewhere.submit(&reset, "/reset/password", &[("password", new)]).await.status, 200);
    assert!(elsewhere.enter(EMAIL, new).await.text.contains("Show that it is you"));

    let server = with_account().await;
    let alice = signed_in(&server).await;
    set_up(&server, &alice).await;
    let page = alice.get("/account").await;
    let answer = alice.submit(&page, "/account/second-factor/off", &[("password", PASSWORD)]).await;
    assert_eq!(onward(&answer), "/account?done=second-factor-off");
    assert_eq!(onward(&Person::at(&server).enter(EMAIL, PASSWORD).await), "/account");
    for table in ["second_factor", "recovery_code"] {
        assert_eq!(server.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
}
