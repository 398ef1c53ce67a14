//! SmartScanPro's dashboard where something goes wrong: answers that fail, come late, or belong to somebody else.

use hygeia::core::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Answer, Server};

const PASSWORD: &str = "correct horse battery";

/// Opens an account; its token.
async fn account(server: &Server, email: &str) -> String {
    let person = json!({ "email": email, "password": PASSWORD, "name": "Alice Liddell" });
    let answer = send(server, Method::POST, "/api/auth/register", "", &person).await;
    answer["token"].as_str().unwrap().to_owned()
}

async fn send(server: &Server, method: Method, path: &str, token: &str, body: &Value) -> Value {
    let request = server.request(method, &format!("/smartscan{path}")).bearer_auth(token).json(body);
    let answer = Answer::of(request).await;
    assert!((200..300).contains(&answer.status), "{}", answer.text);
    answer.json()
}

/// Opens a section of the dashboard for whom a token is of.
async fn enter(browser: &Browser, server: &Server, token: &str, section: &str) {
    let base = format!("{}/smartscan", server.url);
    // The page for signing in sends on whom a token is there for, in a moment of its own.
    browser.open(&format!("{base}/js/smartscanpro-sdk.js")).await;
    browser.run(&format!("localStorage.setItem('ssp_token', '{token}')")).await;
    browser.open(&format!("{base}/dashboard.html#{section}")).await;
}

/// Has requests of the page whose address holds `part` answered by the function body `instead`; others go their way.
async fn intercept(browser: &Browser, part: &str, instead: &str) {
    let script = format!(
        "const real = window.fetch;
         window.fetch = (url, init) => {{
             const method = init?.method ?? 'GET';
             const send = () => real(url, init);
             if (String(url).includes('{part}') && method === 'GET') {{ {instead} }}
             return send();
         }};"
    );
    browser.run(&script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_shown_also_where_the_list_cannot_be_loaded() {
    let server = Server::start_by(&Settings::default(), None).await;
    let token = account(&server, "alice@example.org").await;
    send(&server, Method::POST, "/api/projects", &token, &json!({ "name": "Ward 7" })).await;
    let browser = Browser::start().await;
    enter(&browser, &server, &token, "keys").await;
    browser.wait_for_text("#key-project", "Ward 7").await;
    browser.wait_for_text("#key-list", "No key yet").await;
    intercept(&browser, "api/api-keys", "return Promise.resolve(new Response('{}', { status: 500 }));").await;
    browser.click("#new-key [type=submit]").await;
    browser.wait_for_text("#new-api-key", "dk_").await;
    browser.click("dialog .second").await;
    browser.wait_for_text("#fault", "The key was made, but the list of keys could not be loaded").await;

    // As much holds where a key is replaced.
    browser.open("about:blank").await;
    enter(&browser, &server, &token, "keys").await;
    browser.find("#key-list button[aria-label^=Replace]").await;
    intercept(&browser, "api/api-keys", "return Promise.reject(new TypeError('no network'));").await;
    browser.click("#key-list button[aria-label^=Replace]").await;
    browser.click("dialog button:not(.second)").await;
    browser.wait_for_text("#new-api-key", "dk_").await;
    browser.click("dialog .second").await;
    browser.wait_for_text("#fault", "could not be loaded: no network").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_meanwhile_does_not_take_the_new_key_away() {
    let server = Server::start_by(&Settings::default(), None).await;
    let token = account(&server, "alice@example.org").await;
    send(&server, Method::POST, "/api/projects", &token, &json!({ "name": "Ward 7" })).await;
    let browser = Browser::start().await;
    enter(&browser, &server, &token, "keys").await;
    browser.wait_for_text("#key-project", "Ward 7").await;
    intercept(&browser, "api/api-keys", "return Promise.resolve(new Response('{}', { status: 401 }));").await;
    browser.click("#new-key [type=submit]").await;
    browser.wait_for_text("#new-api-key", "dk_").await;
    assert!(browser.address().await.ends_with("/dashboard.html#keys"));
    browser.click("dialog .second").await;
    browser.wait_for_text("[role=status]", "Your session has ended").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sessions_stay_and_are_of_the_value_that_was_asked_for_last() {
    let server = Server::start_by(&Settings::default(), None).await;
    let token = account(&server, "alice@example.org").await;
    let browser = Browser::start().await;
    enter(&browser, &server, &token, "scans").await;
    browser.wait_for_text("#history-sessions", "No scans in this period.").await;
    browser.wait_for_text("#history h2", "Heart rate").await;
    // What is drawn is drawn anew in other colours.
    browser.dark().await;
    browser.run("return new Promise((done) => setTimeout(done, 300))").await;
    assert_eq!(browser.texts("#history-sessions h2").await, ["Sessions"]);
    browser.light().await;

    // The first of two answers comes last.
    let late = "if (String(url).includes('stress_index')) return new Promise((done) => setTimeout(done, 1000)).then(send).then((answer) => { window.isLate = true; return answer; });";
    intercept(&browser, "history", late).await;
    browser.choose("#vital", "Stress index").await;
    browser.choose("#vital", "Oxygen saturation").await;
    browser.wait_for_text("#history h2", "Oxygen saturation").await;
    let waited = "return (async () => {
        for (let i = 0; i < 200 && !window.isLate; i += 1) await new Promise((done) => setTimeout(done, 50));
        await new Promise((done) => setTimeout(done, 300));
        return window.isLate;
    })()";
    assert_eq!(browser.run(waited).await, true, "the late answer came");
    assert_eq!(browser.texts("#history h2").await, ["Oxygen saturation"]);
    assert_eq!(browser.texts("#history-sessions h2").await, ["Sessions"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_in_another_window_is_who_is_shown() {
    let server = Server::start_by(&Settings::default(), None).await;
    let alice = account(&server, "alice@example.org").await;
    let bob = account(&server, "bob@example.org").await;
    let browser = Browser::start().await;
    enter(&browser, &server, &alice, "projects").await;
    browser.wait_for_text("#greeting", "alice@example.org").await;
    let first = browser.client.window().await.unwrap();
    let second = browser.client.new_window(true).await.unwrap();
    browser.client.switch_to_window(second.handle).await.unwrap();
    enter(&browser, &server, &bob, "projects").await;
    browser.wait_for_text("#greeting", "bob@example.org").await;
    browser.client.switch_to_window(first).await.unwrap();
    browser.wait_for_text("#greeting", "bob@example.org").await;
    // Logged out in one window is logged out in all.
    browser.click("#logout").await;
    browser.wait_for_text("h1", "Sign in").await;
    let windows = browser.client.windows().await.unwrap();
    browser.client.switch_to_window(windows[1].clone()).await.unwrap();
    browser.wait_for_text("h1", "Sign in").await;
}
