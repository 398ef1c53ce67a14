//! A person's account, from the first page to the last: opened, verified, entered with a second factor, looked after, reset.

use hygeia::core::config::Settings;
use totp_rs::{Algorithm, Secret, TOTP};

use super::Browser;
use crate::harness::Server;
use crate::oauth::person::{app, fetch, question};

const EMAIL: &str = "carol@example.org";
const PASSWORD: &str = "correct horse battery";
const NEW: &str = "another long pass phrase";

async fn sign_in(browser: &Browser, server: &Server, password: &str) {
    browser.open(&format!("{}/login", server.url)).await;
    browser.wait_for_text("h1", "Sign in").await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", password).await;
    browser.click("button").await;
}

/// What the app on the telephone shows.
fn code(secret: &str, server: &Server) -> String {
    let secret = Secret::Encoded(secret.replace(' ', "")).to_bytes().unwrap();
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).unwrap();
    totp.generate(u64::try_from(server.app.clock.now().timestamp()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_opens_an_account_and_looks_after_it() {
    let server = Server::start_by(&Settings { sign_up: true, ..Settings::default() }, None).await;
    let browser = Browser::start().await;

    browser.open(&format!("{}/login", server.url)).await;
    browser.picture("account-login").await;
    browser.click("a[href='/signup']").await;
    browser.wait_for_text("h1", "Open an account").await;
    browser.fill("#name", "Carol Danvers").await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", "Password123").await;
    browser.click("button").await;
    browser.wait_for_text("[role=alert]", "one of the most common ones").await;
    browser.picture("account-sign-up").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button").await;
    browser.wait_for_text("h1", "Look at your mail").await;

    let link = server.mails().await[0].link();
    browser.open(&format!("{}{link}", server.url)).await;
    browser.wait_for_text("main", EMAIL).await;
    browser.picture("account-verify").await;
    browser.click("button").await;
    browser.wait_for_text("h1", "Thank you").await;

    sign_in(&browser, &server, PASSWORD).await;
    browser.wait_for_text("h1", "Your account").await;
    assert_eq!(browser.texts("dd .mark").await, ["verified"]);
    let secret = set_up_second_factor(&browser, &server).await;

    browser.click("a[href='/logout']").await;
    browser.wait_for_text("h1", "Sign out?").await;
    browser.click("button").await;
    browser.wait_for_text("h1", "You are signed out").await;
    server.app.clock.advance_s(30);
    sign_in(&browser, &server, PASSWORD).await;
    browser.wait_for_text("h1", "Show that it is you").await;
    assert_eq!(
        browser.run("return document.activeElement.id").await,
        "code",
        "the field is ready to type in"
    );
    browser.picture("account-code").await;
    browser.fill("#code", "000000").await;
    browser.click("button").await;
    browser.wait_for_text("[role=alert]", "The code is wrong").await;
    browser.fill("#code", &code(&secret, &server)).await;
    browser.click("button").await;
    browser.wait_for_text("h1", "Your account").await;

    reset(&browser, &server).await;
    let complaints = browser.complaints().await;
    // A wrong form is answered with a status of its own, which the browser notes.
    let is_expected = |line: &String| {
        ["/signup -", "/login/code -", "/favicon.ico"].iter().any(|known| line.contains(known))
    };
    assert!(complaints.iter().all(is_expected), "{complaints:?}");
}

async fn set_up_second_factor(browser: &Browser, server: &Server) -> String {
    browser.click("a[href='/account/second-factor']").await;
    browser.wait_for_text("h1", "Set up a second factor").await;
    let width = browser.run("return document.querySelector('.qr svg').getBoundingClientRect().width").await;
    assert!(width.as_f64().unwrap() > 150.0, "the picture is drawn: {width}");
    browser.picture("account-second-factor").await;
    browser.dark().await;
    browser.picture("account-second-factor-dark").await;
    browser.light().await;
    let secret = browser.texts("code.secret").await[0].clone();
    browser.fill("#code", &code(&secret, server)).await;
    browser.click("button").await;
    browser.wait_for_text("h1", "Keep these codes").await;
    assert_eq!(browser.texts(".codes code").await.len(), 10);
    browser.picture("account-recovery-codes").await;
    browser.click("main a").await;
    browser.wait_for_text("[role=status]", "From now on you are asked for a code").await;
    secret
}

async fn reset(browser: &Browser, server: &Server) {
    browser.open(&format!("{}/reset", server.url)).await;
    browser.fill("#email", EMAIL).await;
    browser.picture("account-reset").await;
    browser.click("button").await;
    browser.wait_for_text("h1", "Look at your mail").await;
    let link = server.mails().await.pop().unwrap().link();
    browser.open(&format!("{}{link}", server.url)).await;
    browser.fill("#password", NEW).await;
    browser.picture("account-new-password").await;
    browser.click("button").await;
    browser.wait_for_text("h1", "Your password is set").await;
    browser.open(&format!("{}/account", server.url)).await;
    browser.wait_for_text("h1", "Sign in").await;
    sign_in(browser, server, NEW).await;
    browser.wait_for_text("h1", "Show that it is you").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_shows_what_has_access() {
    let server = crate::accounts::with_account().await;
    let client = app(&server).await;
    let elsewhere = crate::accounts::signed_in(&server).await;
    let id = crate::oauth::person::patient(&server, "Alice", "Liddell").await;
    let code =
        elsewhere.code(&question(&client, "offline_access launch/patient patient/*.rs"), Some(&id)).await;
    assert_eq!(fetch(&server, &client, &code).await.status, 200);

    let browser = Browser::start().await;
    browser.open(&format!("{}/account", server.url)).await;
    browser.wait_for_text("h1", "Sign in").await;
    browser.fill("#email", crate::oauth::person::EMAIL).await;
    browser.fill("#password", crate::oauth::person::PASSWORD).await;
    browser.click("button").await;
    browser.wait_for_text("h1", "Your account").await;
    browser.picture("account").await;
    browser.dark().await;
    browser.picture("account-dark").await;
    browser.light().await;

    assert_eq!(browser.texts("[aria-labelledby=sessions-heading] li").await.len(), 2);
    browser.click("[aria-labelledby=sessions-heading] li button").await;
    browser.wait_for_text("[role=status]", "The sessions have ended.").await;
    assert_eq!(browser.texts("[aria-labelledby=sessions-heading] li").await.len(), 1);
    browser.wait_for_text("[aria-labelledby=apps-heading]", "Growth <chart>").await;
    browser.click("[aria-labelledby=apps-heading] button").await;
    browser.wait_for_text("[role=status]", "The app has no access any more.").await;
    browser.fill("#old", "wrong horse battery").await;
    browser.fill("#new", NEW).await;
    browser.click("form[action='/account/password'] button").await;
    browser.wait_for_text("[role=alert]", "The password is wrong.").await;
    browser.narrow().await;
    browser.picture("account-narrow").await;
    let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    assert_eq!(browser.run(overflow).await, false, "nothing sticks out on a telephone");
}
