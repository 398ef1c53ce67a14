//! Smartz Connect's pages, as people have them: a developer from the account to the first answer, an administrator who puts a pod on a
//! resident, and a carer who is told.

use hygeia::core::Secret;
use hygeia::core::config::{Limits, Settings};
use hygeia::records::accounts::Person;
use reqwest::Method;
use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Answer, Server};

const ADMIN: &str = "admin@example.org";
const PASSWORD: &str = "correct horse battery";

async fn start() -> Server {
    let server = Server::start_public(|_| Settings { limits: Limits::Off, ..Settings::default() }).await;
    let person = Person {
        email: ADMIN.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Alice Admin".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    server
}

async fn sign_in(browser: &Browser, email: &str) {
    browser.fill("#email", email).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("[type=submit]").await;
}

/// Keeps pictures of a page in the light, in the dark and on a telephone; nothing of it sticks out.
async fn looks(browser: &Browser, name: &str) {
    let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    browser.run("window.scrollTo(0, 0)").await;
    browser.picture(&format!("smartz-{name}")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out");
    browser.dark().await;
    browser.run("return new Promise((done) => setTimeout(done, 200))").await;
    browser.picture(&format!("smartz-{name}-dark")).await;
    browser.light().await;
    browser.narrow().await;
    browser.run("return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))").await;
    browser.picture(&format!("smartz-{name}-narrow")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out of a telephone");
    browser.wide().await;
}

async fn no_complaints(browser: &Browser) {
    let complaints = browser.complaints().await;
    let is_expected = |line: &String| line.contains("/api/") && line.contains("status of");
    assert!(complaints.iter().all(is_expected), "{complaints:?}");
}

/// Somebody who uses the API beside the pages.
struct Api<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Api<'a> {
    async fn of(server: &'a Server) -> Self {
        let nobody = Self { server, token: String::new() };
        let login = json!({ "email": ADMIN, "password": PASSWORD });
        let answer = nobody.send("/dashboard/api/signin", &login).await;
        Self { token: answer["token"].as_str().unwrap().to_owned(), ..nobody }
    }

    async fn send(&self, path: &str, body: &Value) -> Value {
        let request = self.server.request(Method::POST, &format!("/smartz{path}"));
        let answer = Answer::of(request.bearer_auth(&self.token).json(body)).await;
        assert!(answer.status < 300, "{path}: {}", answer.text);
        answer.json()
    }

    /// An application's key and token, for an organisation; it adds patients.
    async fn application(&self, organisation: &str) -> (String, String) {
        let code =
            self.send(&format!("/dashboard/api/organisations/{organisation}/link-code"), &json!({})).await;
        let new = json!({ "name": "Ward app", "type": "server", "linkCode": code["linkCode"] });
        let app = self.send("/portal/api/applications", &new).await;
        let new = json!({ "productId": "smartz-api-product", "name": "ward" });
        let key =
            self.send("/portal/api/subscriptions", &new).await["primaryKey"].as_str().unwrap().to_owned();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", app["appId"].as_str().unwrap()),
            ("client_secret", app["appKey"].as_str().unwrap()),
        ];
        let request = self.server.request(Method::POST, "/smartz/v1/token").header("x-sub-key", &key);
        let token = Answer::of(request.form(&form)).await.json()["access_token"].as_str().unwrap().to_owned();
        (key, token)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_gets_from_an_account_to_an_answer() {
    let server = start().await;
    let base = format!("{}/smartz", server.url);
    let browser = Browser::start().await;
    browser.open(&format!("{base}/portal.html")).await;
    browser.wait_for_text("h1", "Sign in").await;
    sign_in(&browser, "nobody@example.org").await;
    browser.wait_for_text("#fault", "The e-mail address or the password is wrong.").await;
    looks(&browser, "login").await;
    browser.click("a[href='signup.html']").await;
    browser.wait_for_text("h1", "Open an account").await;
    browser.fill("#name", "Devi <b>Developer</b>").await;
    browser.fill("#email", "devi@example.org").await;
    browser.fill("#password", PASSWORD).await;
    looks(&browser, "signup").await;
    browser.click("[type=submit]").await;
    browser.wait_for_text("#greeting", "Devi <b>Developer</b>").await;
    browser.wait_for_text("#products", "Smartz API Product").await;
    browser.find("#definitions button").await;
    looks(&browser, "portal-start").await;

    browser.click("nav a[href='#subscriptions']").await;
    browser.wait_for_text("#subscription-list", "No subscription yet.").await;
    browser.fill("#subscription-name", "ward app").await;
    browser.click("#new-subscription [type=submit]").await;
    let key = browser.wait_for_text("#primary-key", "").await;
    let second = browser.wait_for_text("#secondary-key", "").await;
    assert!(key.len() > 20 && key != second);
    looks(&browser, "portal-keys").await;
    browser.click("#dialog .buttons button.second").await;
    browser.wait_for_nothing("#primary-key").await;
    browser.wait_for_text("#subscription-list tbody", "active").await;
    let page = browser.run("return document.documentElement.outerHTML").await;
    assert!(!page.as_str().unwrap().contains(&key), "the key is shown once");
    looks(&browser, "portal-subscriptions").await;

    let admin = Api::of(&server).await;
    let organisation = admin.send("/dashboard/api/organisations", &json!({ "name": "Linden House" })).await;
    let organisation = organisation["id"].as_str().unwrap();
    let code =
        admin.send(&format!("/dashboard/api/organisations/{organisation}/link-code"), &json!({})).await;
    browser.click("nav a[href='#applications']").await;
    browser.wait_for_text("#application-list", "No application yet.").await;
    browser.fill("#application-name", "Ward app").await;
    browser.click("#new-application [type=submit]").await;
    let id = browser.wait_for_text("#app-id", "-").await;
    let secret = browser.wait_for_text("#app-key", "").await;
    browser.click("#dialog .buttons button.second").await;
    browser.wait_for_text("#application-list tbody", "none yet").await;
    browser.click("#application-list button[aria-label='Link organisation: Ward app']").await;
    browser.fill("#link-code", "0000-0000-0000").await;
    browser.click("#dialog [type=submit]").await;
    browser.wait_for_text("#dialog .fault", "inkCode is not valid.").await;
    browser.fill("#link-code", code["linkCode"].as_str().unwrap()).await;
    browser.click("#dialog [type=submit]").await;
    browser.wait_for_text("#application-list tbody", organisation).await;
    looks(&browser, "portal-applications").await;

    // The example of the page, done.
    let form = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &secret)];
    let request = server.request(Method::POST, "/smartz/v1/token").header("x-sub-key", &second);
    let token = Answer::of(request.form(&form)).await.json()["access_token"].as_str().unwrap().to_owned();
    let request = server.request(Method::GET, "/smartz/v1/organisations").header("x-sub-key", &key);
    let answer = Answer::of(request.bearer_auth(&token)).await;
    assert_eq!((answer.status, &answer.json()["items"][0]["id"]), (200, &json!(organisation)));
    let refused = server.request(Method::GET, "/smartz/v1/organisations").header("x-sub-key", &key);
    assert_eq!(Answer::of(refused).await.status, 401);

    browser.click("nav a[href='#usage']").await;
    browser.wait_for_text("#totals", "3").await;
    browser.find("#by-day canvas").await;
    looks(&browser, "portal-usage").await;
    browser.click("nav a[href='#subscriptions']").await;
    browser.click("#subscription-list button[aria-label='New primary key: ward app']").await;
    browser.click("#dialog button:not(.second)").await;
    let fresh = browser.wait_for_text("#primary-key", "").await;
    assert_ne!(fresh, key);
    let old = server.request(Method::GET, "/smartz/v1/organisations").header("x-sub-key", &key);
    assert_eq!(Answer::of(old.bearer_auth(&token)).await.status, 401);
    browser.click("#dialog button.second").await;
    browser.click("#subscription-list button[aria-label='Cancel: ward app']").await;
    browser.click("#dialog button:not(.second)").await;
    browser.wait_for_text("#subscription-list tbody", "cancelled").await;
    browser.click("#logout").await;
    browser.wait_for_text("h1", "Sign in").await;
    assert_eq!(browser.run("return sessionStorage.length + localStorage.length").await, 0);
    no_complaints(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_is_put_on_and_the_ward_is_told_within_seconds() {
    let server = start().await;
    let base = format!("{}/smartz", server.url);
    let browser = Browser::start().await;
    browser.open(&format!("{base}/dashboard.html")).await;
    browser.wait_for_text("h1", "Sign in").await;
    sign_in(&browser, ADMIN).await;
    browser.wait_for_text("#facts", "There is no organisation yet.").await;
    browser.fill("#organisation-name", "Linden House").await;
    browser.fill("#organisation-type", "Nursing home").await;
    browser.click("#new-organisation [type=submit]").await;
    browser.wait_for_text("#facts", "Nursing home").await;
    browser.click("#make-code").await;
    let code = browser.wait_for_text("#link-code", "").await;
    assert_eq!(code.len(), 12, "{code}");
    browser.click("#dialog button.second").await;
    let organisation = browser.run("return document.getElementById('org').value").await;
    let organisation = organisation.as_str().unwrap();
    let api = Api::of(&server).await;
    let (key, token) = api.application(organisation).await;
    let patient = async |first: &str, last: &str, room: &str| {
        let new = json!({ "firstName": first, "lastName": last, "room": room });
        let request =
            server.request(Method::POST, &format!("/smartz/v1/organisations/{organisation}/patients"));
        let answer = Answer::of(request.header("x-sub-key", &key).bearer_auth(&token).json(&new)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    };
    patient("Ada", "Oakley", "12").await;
    patient("Bertram", "Penhaligon-Worthington", "14").await;

    browser.click("nav a[href='#catalogue']").await;
    browser.wait_for_text("#manufacturers", "No manufacturer yet.").await;
    browser.click("#new-manufacturer-part summary").await;
    browser.fill("#manufacturer-name", "Acme Absorbents").await;
    browser.fill("#manufacturer-website", "https://acme.example").await;
    browser.click("#new-manufacturer [type=submit]").await;
    browser.wait_for_text("#manufacturers tbody", "Acme Absorbents").await;
    browser.click("#new-product-part summary").await;
    browser.fill("#product-name", "Night Brief").await;
    browser.fill("#product-absorbency", "1200").await;
    browser.click("#new-product [type=submit]").await;
    browser.wait_for_text("#products tbody", "1200 ml").await;
    looks(&browser, "dashboard-products").await;

    browser.click("nav a[href='#devices']").await;
    browser.wait_for_text("#pods", "No pod yet.").await;
    browser.click("#new-device-part summary").await;
    browser.choose("#device-type", "Node").await;
    browser.fill("#device-serial", "NODE-1").await;
    browser.fill("#device-location", "Ward 3").await;
    browser.click("#new-device [type=submit]").await;
    let node_key = browser.wait_for_text("#node-key", "nk_").await;
    browser.click("#dialog button.second").await;
    browser.wait_for_text("#nodes tbody", "NODE-1").await;
    browser.click("#new-device-part summary").await;
    browser.fill("#device-serial", "POD-1").await;
    browser.click("#new-device [type=submit]").await;
    browser.wait_for_text("#pods tbody", "POD-1").await;
    browser.choose("#pods select[aria-label='Who wears POD-1']", "Oakley Ada (12)").await;
    browser.wait_for_text("#said", "POD-1 is worn by Oakley Ada (12).").await;
    looks(&browser, "dashboard-devices").await;
    browser.click("nav a[href='#organisation']").await;
    browser.wait_for_text("#links tbody", "Ward app").await;
    looks(&browser, "dashboard").await;

    browser.click("#to-ward").await;
    browser.wait_for_text("#live", "live").await;
    browser.wait_for_text("#residents", "Ada Oakley").await;
    browser.wait_for_text("#no-alerts", "Nobody needs anything just now.").await;
    let now = server.app.clock.now();
    let reading = |back: i64, value: f64| {
        let at = (now - chrono::TimeDelta::seconds(back)).to_rfc3339();
        json!({ "podSerial": "POD-1", "seq": 10_000 - back, "at": at, "channel": "wetness", "value": value })
    };
    let sent = std::time::Instant::now();
    let readings = json!([reading(120, 12.0), reading(60, 95.0), reading(5, 96.0)]);
    let request = server.request(Method::POST, "/smartz/gateway/v1/telemetry").bearer_auth(&node_key);
    let taken = Answer::of(request.json(&json!({ "nodeId": "NODE-1", "readings": readings }))).await;
    assert_eq!(taken.status, 202, "{}", taken.text);
    browser.wait_for_text("#alerts [data-alert=urgent]", "Urgent change").await;
    assert!(sent.elapsed().as_secs() < 5, "{:?}", sent.elapsed());
    browser.wait_for_text("#residents .badge.wet", "wet").await;
    browser.wait_for_text("#residents .percent", "96 %").await;
    looks(&browser, "ward").await;
    browser.click("#residents button.name").await;
    browser.wait_for_text("#resident-heading", "Ada Oakley, 12").await;
    browser.find("#history canvas").await;
    browser.wait_for_text("#events h2", "Events").await;
    browser.show("#history").await;
    browser.run("return new Promise((done) => setTimeout(done, 500))").await;
    browser.picture("smartz-ward-history").await;
    browser.click("#alerts [data-alert=urgent] button[aria-label^=Acknowledge]").await;
    browser.wait_for_text("#alerts .seen[data-alert=urgent]", "seen by admin@example.org").await;
    browser.wait_for_nothing("#alerts [data-alert=urgent] button[aria-label^=Acknowledge]").await;
    browser.picture("smartz-ward-acknowledged").await;
    browser.click("#tell-change").await;
    browser.wait_for_text("#said", "The pad is changed.").await;
    browser.wait_for_nothing("#alerts [data-alert]").await;
    browser.wait_for_text("#events tbody", "Change").await;
    browser.wait_for_text("#residents .badge.dry", "dry").await;
    looks(&browser, "ward-resident").await;
    browser.click("#close-resident").await;
    no_complaints(&browser).await;
}
