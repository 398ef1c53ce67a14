//! ImageMedix's pages, as people have them: signing in, the worklist, and administration.

use std::path::PathBuf;

use hygeia::core::Secret;
use hygeia::records::accounts::Person;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Browser;
use super::providers::{Certified, sign_in_there};
use crate::federation::provider::{Hostile, settings};
use crate::harness::drawn::{brain, stripes};
use crate::harness::{Answer, Server};

pub(super) const ADMIN: &str = "admin@example.org";
pub(super) const PASSWORD: &str = "correct horse battery";

/// Opens the first administrator's accounts.
pub(super) async fn open_accounts(server: &Server) {
    let person = Person {
        email: ADMIN.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Vikram Desai".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
}

/// Somebody who uses the API beside the page.
pub(super) struct Client<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Client<'a> {
    pub(super) async fn of(server: &'a Server) -> Self {
        let nobody = Self { server, token: String::new() };
        let login = json!({ "email": ADMIN, "password": PASSWORD });
        let answer = nobody.send(Method::POST, "/auth/login", &login).await;
        Self { token: answer["token"].as_str().unwrap().to_owned(), ..nobody }
    }

    pub(super) async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.server.request(method, &format!("/imagemedix/api{path}"));
        let answer = Answer::of(request.bearer_auth(&self.token).json(body)).await;
        assert!(answer.status < 300, "{path}: {}", answer.text);
        answer.json()
    }

    /// Sends a scan; its id.
    pub(super) async fn scan(&self, picture: Vec<u8>, patient: (&str, &str), date: &str) -> String {
        let form = Form::new()
            .text("patientId", patient.0.to_owned())
            .text("patientName", patient.1.to_owned())
            .text("scanDate", date.to_owned())
            .part("image", Part::bytes(picture).file_name("scan.png"));
        let request = self.server.request(Method::POST, "/imagemedix/api/scans").bearer_auth(&self.token);
        let answer = Answer::of(request.multipart(form)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["_id"].as_str().unwrap().to_owned()
    }
}

/// Analyses all scans that wait.
pub(super) async fn analyse(server: &Server) {
    let analyst = server.analyst().await;
    while analyst.step().await.unwrap() {}
}

/// Signs in on the page that is open.
pub(super) async fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.fill("#email", email).await;
    browser.fill("#password", password).await;
    browser.click("[type=submit]").await;
}

/// Keeps pictures of a page in the light, in the dark and on a telephone; nothing of it sticks out.
pub(super) async fn looks(browser: &Browser, name: &str) {
    let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    browser.run("window.scrollTo(0, 0)").await;
    browser.picture(&format!("imagemedix-{name}")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out");
    browser.dark().await;
    browser.picture(&format!("imagemedix-{name}-dark")).await;
    browser.light().await;
    browser.narrow().await;
    browser.run("return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))").await;
    browser.picture(&format!("imagemedix-{name}-narrow")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out of a telephone");
    browser.wide().await;
}

/// Asserts that the browser has nothing to complain about but refused requests, which it notes with their status.
pub(super) async fn no_complaints(browser: &Browser) {
    let complaints = browser.complaints().await;
    let is_expected = |line: &String| line.contains("/api/") && line.contains("status of");
    assert!(complaints.iter().all(is_expected), "{complaints:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_signs_in_sends_a_scan_and_sees_it_done() {
    let server = Server::start().await;
    open_accounts(&server).await;
    let base = format!("{}/imagemedix", server.url);
    let browser = Browser::start().await;
    browser.open(&format!("{base}/worklist.html")).await;
    browser.wait_for_text("h1", "Sign in").await;
    assert_eq!(browser.run("return document.getElementById('others').hidden").await, true, "no Google here");
    looks(&browser, "login").await;
    sign_in(&browser, ADMIN, "wrong").await;
    browser.wait_for_text("#fault", "Invalid email or password").await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("#greeting", "Vikram Desai").await;
    browser.wait_for_text("#scans", "No scans here.").await;

    let file: PathBuf = super::folder().join(format!("{}.png", Uuid::new_v4().simple()));
    std::fs::write(&file, brain()).unwrap();
    browser.click("#new summary").await;
    browser.find("#image").await.send_keys(file.to_str().unwrap()).await.unwrap();
    browser.fill("#patient-id", "PT-1").await;
    browser.fill("#patient-name", "Priya <b>Mehta</b>").await;
    browser.picture("imagemedix-upload").await;
    browser.click("#upload [type=submit]").await;
    browser.wait_for_text("#scans tbody td", "Priya <b>Mehta</b>").await;
    browser.wait_for_text("#scans .state", "pending").await;
    std::fs::remove_file(&file).unwrap();
    // It shows by itself that the scan is done.
    analyse(&server).await;
    browser.wait_for_text("#scans .state", "completed").await;
    browser.wait_for_text("#said", "is completed").await;

    let client = Client::of(&server).await;
    for number in 2..25 {
        client.scan(stripes(), (&format!("PT-{number}"), "Noor Khan"), "2025-05-01").await;
    }
    browser.click("#filters [type=submit]").await;
    browser.wait_for_text("#page", "Page 1 of 2, 24 scans").await;
    browser.click("#older").await;
    browser.wait_for_text("#page", "Page 2 of 2").await;
    assert_eq!(browser.texts("#scans tbody tr").await.len(), 4);
    browser.fill("#of-patient", "PT-1").await;
    browser.click("#filters [type=submit]").await;
    browser.wait_for_text("#page", "Page 1 of 1, 1 scans").await;
    browser.choose("#status", "failed").await;
    browser.wait_for_text("#scans", "No scans here.").await;
    browser.click("#clear").await;
    browser.wait_for_text("#page", "24 scans").await;
    looks(&browser, "worklist").await;
    browser.click("#scans a").await;
    browser.wait_for_text("#finding-body", "AI, not confirmed").await;

    browser.click("#logout").await;
    browser.wait_for_text("h1", "Sign in").await;
    assert_eq!(browser.run("return sessionStorage.length + localStorage.length").await, 0);
    no_complaints(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_begins_anew_where_it_was_and_a_token_from_elsewhere_is_dropped() {
    let idp = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&idp, idp.settings("google"))]), None).await;
    open_accounts(&server).await;
    let client = Client::of(&server).await;
    let base = format!("{}/imagemedix", server.url);
    let browser = Browser::start().await;
    // Somebody sends a link with a token of their own.
    browser.open(&format!("{base}/login.html#token={}", client.token)).await;
    browser.wait_for_text("#fault", "This window did not ask for the sign-in").await;
    assert_eq!(browser.run("return location.hash + sessionStorage.length").await, "0");
    browser.wait_for_text("#google", "Sign in with Google").await;
    browser.picture("imagemedix-login-google").await;
    // So it is in a window that went there long ago.
    let went = async |minutes: i32| {
        let until = format!("until: Date.now() + {minutes} * 60000");
        let mark = format!("JSON.stringify({{ to: 'admin.html', {until} }})");
        browser.run(&format!("sessionStorage.setItem('imagemedix-away', {mark})")).await;
    };
    let come_back = async || {
        browser.open("about:blank").await;
        browser.open(&format!("{base}/login.html#token={}", client.token)).await;
    };
    went(-1).await;
    come_back().await;
    browser.wait_for_text("#fault", "This window did not ask for the sign-in").await;
    // And in one in which somebody signed in another way meanwhile.
    went(9).await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("h1", "Worklist").await;
    assert_eq!(browser.run("return `${sessionStorage.getItem('imagemedix-away')}`").await, "null");
    // A window that went there takes what it comes back with.
    went(9).await;
    come_back().await;
    browser.wait_for_text("#users", "Vikram Desai").await;
    let token = "sessionStorage.setItem('imagemedix-token', 'gone')";
    browser.run(token).await;
    browser.open(&format!("{base}/viewer.html?id=0123456789abcdef01234567")).await;
    browser.wait_for_text("#notice", "Your session has ended").await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("#fault", "There is no such scan").await;
    assert!(browser.address().await.ends_with("/viewer.html?id=0123456789abcdef01234567"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_signs_in_with_google() {
    let mut started = None;
    let server = Server::start_public(|url| started.insert(Certified::start(url)).settings("google")).await;
    open_accounts(&server).await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/imagemedix/admin.html", server.url)).await;
    // The button is there once the server has said so.
    browser.wait_for_text("#google", "Sign in with Google").await;
    browser.click("#google").await;
    sign_in_there(&browser, ADMIN).await;
    // On the page that was asked for first, with nothing of the token in the address.
    browser.wait_for_text("#users", "Vikram Desai (you)").await;
    assert_eq!(browser.address().await, format!("{}/imagemedix/admin.html", server.url));
    browser.click("#logout").await;
    browser.wait_for_text("#google", "Sign in with Google").await;
    assert_eq!(browser.run("return sessionStorage.length").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_looks_after_users() {
    let server = Server::start().await;
    open_accounts(&server).await;
    let base = format!("{}/imagemedix", server.url);
    let browser = Browser::start().await;
    browser.open(&format!("{base}/admin.html")).await;
    browser.wait_for_text("h1", "Sign in").await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("#users", "Vikram Desai (you)").await;
    browser.click("#new-user-part summary").await;
    browser.fill("#name", "Dr. Ananya Singh").await;
    browser.fill("#email", "ananya@example.org").await;
    browser.fill("#password", "password123").await;
    browser.fill("#specialization", "Radiology").await;
    browser.click("#new-user [type=submit]").await;
    browser.wait_for_text("#fault", "password").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("#new-user [type=submit]").await;
    browser.wait_for_text("#users", "Dr. Ananya Singh").await;
    looks(&browser, "admin").await;

    // The last administrator stays one, and the page shows it.
    let own = "#users select[aria-label='Role of Vikram Desai']";
    browser.choose(own, "doctor").await;
    browser.wait_for_text("#fault", "The last administrator").await;
    let role = format!("return document.querySelector(\"{own}\").value");
    assert_eq!(browser.run(&role).await, "admin");
    browser.choose("#users select[aria-label='Role of Dr. Ananya Singh']", "admin").await;
    browser
        .wait_for_nothing(
            "#users select[aria-label='Role of Dr. Ananya Singh'] option[selected]:not(:checked)",
        )
        .await;
    let of_ananya = "#users button[aria-label='Put out of use: Dr. Ananya Singh']";
    browser.click(of_ananya).await;
    browser.wait_for_text("#dialog", "Put Dr. Ananya Singh out of use?").await;
    browser.picture("imagemedix-admin-dialog").await;
    browser.click("#dialog button:not(.second)").await;
    browser.find("#users button[aria-label='Put into use: Dr. Ananya Singh']").await;
    let client = Client::of(&server).await;
    let users = client.send(Method::GET, "/users/users", &Value::Null).await;
    let ananya = users.as_array().unwrap().iter().find(|user| user["email"] == "ananya@example.org").unwrap();
    assert_eq!((&ananya["role"], &ananya["isActive"]), (&json!("admin"), &json!(false)));
    no_complaints(&browser).await;
}
