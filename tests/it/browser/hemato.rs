//! Hemato's pages, as people have them: a smear is sent and reviewed, a cell corrected, the report signed; an administrator registers a key.

use std::path::PathBuf;

use hygeia::core::Secret;
use hygeia::core::config::{Limits, Settings};
use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::records::accounts::Person;
use hygeia::records::users::{Home, NewUser};
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{BigUint, RsaPublicKey};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Browser;
use crate::harness::Server;
use crate::harness::smears::{Drawn, drawn_smear};

const ADMIN: &str = "vikram@lab.example.org";
const USER: &str = "ada@lab.example.org";
const PASSWORD: &str = "correct horse battery";

/// A server with an organisation: an administrator and a user.
async fn start() -> Server {
    let server = Server::start_public(|_| Settings { limits: Limits::Off, ..Settings::default() }).await;
    let operator = Caller::system(TenantId::PLATFORM, Surface::Operator);
    let of =
        server.app.records.open_organization(&operator, Surface::Hemato, "lab.example.org").await.unwrap();
    for (email, name, role) in [(ADMIN, "Vikram Desai", "admin"), (USER, "Ada Keller", "user")] {
        let new = NewUser {
            surface: Surface::Hemato,
            person: Person {
                email: email.to_owned(),
                password: Secret::new(PASSWORD.to_owned()),
                name: Secret::new(name.to_owned()),
            },
            role,
            specialty: None,
            regions: ["dev", "us"].map(str::to_owned).to_vec(),
            home: Home::Organization(TenantId::from_row(of.tenant), of.id.clone()),
            passwordless: false,
        };
        server.app.records.open_user(&operator, &new).await.unwrap();
    }
    server
}

async fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.wait_for_text("h1", "Sign in").await;
    browser.fill("#email", email).await;
    browser.fill("#password", password).await;
    browser.click("[type=submit]").await;
}

/// Keeps pictures of a page in the light, in the dark and on a telephone; nothing of it sticks out.
async fn looks(browser: &Browser, name: &str) {
    let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    let drawn = "return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))";
    browser.run("window.scrollTo(0, 0)").await;
    browser.run(drawn).await;
    browser.picture(&format!("hemato-{name}")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out");
    browser.dark().await;
    browser.run(drawn).await;
    browser.picture(&format!("hemato-{name}-dark")).await;
    browser.light().await;
    browser.narrow().await;
    browser.run(drawn).await;
    browser.picture(&format!("hemato-{name}-narrow")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out of a telephone");
    browser.wide().await;
}

/// Asserts that the browser has nothing to complain about but refused requests, which it notes with their status.
async fn no_complaints(browser: &Browser) {
    let complaints = browser.complaints().await;
    assert!(complaints.iter().all(|line| line.contains("status of 4")), "{complaints:?}");
}

/// A file that a person could choose.
fn file(name: &str, bytes: &[u8]) -> String {
    let folder = super::folder().join(Uuid::new_v4().simple().to_string());
    std::fs::create_dir_all(&folder).unwrap();
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What is on the canvas of the field.
async fn drawn(browser: &Browser) -> Value {
    let script = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
        done(document.querySelector('#picture').toDataURL()))))";
    browser.run(script).await
}

/// Sends a smear beside something that is none, and has it reviewed.
async fn sent(browser: &Browser, server: &Server) {
    let files = [file("field.png", &drawn_smear(220)), file("notes.png", b"no picture")].join("\n");
    browser.click("#new summary").await;
    browser.find("#files").await.send_keys(&files).await.unwrap();
    browser.fill("#tags", "ward:7").await;
    browser.click("#upload [type=submit]").await;
    browser.wait_for_text("#outcome", "1 of 2 files were taken.").await;
    let told = browser.texts("#sent .told").await;
    assert_eq!(told[0], "taken");
    assert!(told[1].starts_with("not taken: ") && told[1].ends_with('.'), "{told:?}");
    looks(browser, "upload").await;
    browser.click("#start").await;
    browser.wait_for_text("#outcome", "wait for their review").await;
    browser.wait_for_text("#studies td .state", "processing").await;
    browser.click("#outcome a").await;
    browser.wait_for_text("#standing", "processing").await;
    server.review_smears(Drawn::reader()).await;
    browser.wait_for_text("#standing", "preliminary, no person has signed it").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smear_is_sent_looked_at_corrected_and_signed() {
    let server = start().await;
    let base = format!("{}/hemato/us", server.url);
    let browser = Browser::start().await;
    browser.open(&format!("{base}/studies.html")).await;
    looks(&browser, "login").await;
    sign_in(&browser, USER, "wrong").await;
    browser.wait_for_text("#fault", "The user or the password is wrong.").await;
    sign_in(&browser, USER, PASSWORD).await;
    browser.wait_for_text("#greeting", "Ada Keller, region us").await;
    browser.wait_for_text("#studies", "No studies here.").await;
    sent(&browser, &server).await;

    browser.wait_for_text("#kinds", "lymphocyte: 3").await;
    browser.wait_for_text("#caption", "field.png, 640 × 480 pixels").await;
    let before = drawn(&browser).await;
    browser.click("#kinds .kind:first-child input").await;
    assert_ne!(drawn(&browser).await, before, "a kind is hidden");
    browser.click("#kinds .kind:first-child input").await;
    browser.click("#next").await;
    browser.wait_for_text("#cell strong", "e").await;
    assert_ne!(drawn(&browser).await, before, "a cell is chosen");
    looks(&browser, "fields").await;

    browser.click("nav a[href='#gallery']").await;
    browser.wait_for_text("#shown", "1 to 12 of 12").await;
    browser.choose("#of-kind", "lymphocyte (3)").await;
    browser.wait_for_text("#shown", "1 to 3 of 3").await;
    looks(&browser, "gallery").await;
    browser.choose("#to-kind", "monocyte").await;
    browser.click("#tiles button").await;
    browser.wait_for_text("#shown", "1 to 2 of 2").await;
    browser.wait_for_text("#standing", "Report 2: preliminary").await;
    browser.wait_for_text("#undo", "Undo: monocyte, was lymphocyte").await;
    browser.click("#undo").await;
    browser.wait_for_text("#shown", "1 to 3 of 3").await;
    browser.click("#tiles button").await;
    browser.wait_for_text("#standing", "Report 4: preliminary").await;

    browser.click("nav a[href='#report']").await;
    browser.wait_for_text("#corrections", "Ada Keller").await;
    let text = browser.wait_for_text(".pathology", "A person has corrected the kind of 1 cell.").await;
    assert!(text.contains("lymphocytes 2"), "{text}");
    browser.choose("#version", "1").await;
    browser.wait_for_text(".pathology", "lymphocytes 3").await;
    assert_eq!(
        browser.run("return document.getElementById('sign').hidden").await,
        true,
        "only the last is signed"
    );
    browser.choose("#version", "4").await;
    browser.wait_for_text(".pathology", "lymphocytes 2").await;
    browser.click("#sign").await;
    browser.wait_for_text("#dialog h2", "Sign this report?").await;
    browser.click("#dialog .buttons button").await;
    browser.wait_for_text("#standing", "Report 5: final, signed by Ada Keller").await;
    browser.wait_for_text(".pathology", "read and signed by a person").await;
    looks(&browser, "report").await;
    browser.click("#corrections td button").await;
    browser.wait_for_text("#cell strong", "monocyte").await;
    no_complaints(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_through_the_kinds_corrects_nothing_and_the_button_does() {
    let server = start().await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/hemato/us/studies.html", server.url)).await;
    sign_in(&browser, USER, PASSWORD).await;
    browser.wait_for_text("#greeting", "Ada Keller").await;
    sent(&browser, &server).await;
    browser.wait_for_text("#kinds", "lymphocyte: 3").await;
    browser.click("#next").await;
    browser.wait_for_text("#cell strong", "e").await;
    browser.choose("#is-a-0", "eosinophil").await;
    browser.choose("#is-a-0", "basophil").await;
    let settled = "return new Promise((done) => setTimeout(() => done(document.activeElement.id), 500))";
    browser.run(settled).await;
    browser.wait_for_text("#standing", "Report 1: preliminary").await;
    browser.click("#cell button").await;
    browser.wait_for_text("#standing", "Report 2: preliminary").await;
    browser.wait_for_text("#cell strong", "basophil").await;
    assert_eq!(browser.run(settled).await, "is-a-0", "the focus stays with the cell");
    no_complaints(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_another_patient_come_into_another_study() {
    let server = start().await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/hemato/us/studies.html", server.url)).await;
    sign_in(&browser, USER, PASSWORD).await;
    browser.wait_for_text("#greeting", "Ada Keller").await;
    let files = [file("field.png", &drawn_smear(220)), file("notes.png", b"no picture")].join("\n");
    browser.click("#new summary").await;
    browser.find("#files").await.send_keys(&files).await.unwrap();
    for (proxy, studies) in [("one", 1), ("one", 1), ("two", 2)] {
        browser.run("document.getElementById('outcome').textContent = ''").await;
        browser.fill("#proxy", proxy).await;
        browser.click("#upload [type=submit]").await;
        browser.wait_for_text("#outcome", "1 of 2 files were taken.").await;
        let made = server.number("SELECT count(*) FROM resource WHERE type = 'ServiceRequest'").await;
        assert_eq!(made, studies, "{proxy}");
    }
    no_complaints(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_slower_sees_what_others_made_of_it() {
    let server = start().await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/hemato/us/studies.html", server.url)).await;
    sign_in(&browser, USER, PASSWORD).await;
    browser.wait_for_text("#greeting", "Ada Keller").await;
    sent(&browser, &server).await;
    browser.click("nav a[href='#gallery']").await;
    browser.wait_for_text("#shown", "of 12").await;
    // Somebody else signs meanwhile, by the same API.
    let sign = "return import('./assets/session.js').then(({ api }) => api('POST',
        `pbs/${new URLSearchParams(location.search).get('id')}/signature`, { report_version: 1 })).then(() => true)";
    assert_eq!(browser.run(sign).await, true);
    browser.choose("#to-kind", "basophil").await;
    browser.click("#tiles button").await;
    browser.wait_for_text("#fault", "Somebody has changed the report meanwhile").await;
    browser.wait_for_text("#standing", "Report 2: final, signed").await;
    browser.click("#tiles button").await;
    browser.wait_for_text("#standing", "Report 3: amended: changed since it was signed").await;
    no_complaints(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_registers_and_revokes_a_key() {
    let server = start().await;
    let browser = Browser::start().await;
    let page = format!("{}/hemato/us/keys.html", server.url);
    browser.open(&page).await;
    sign_in(&browser, USER, PASSWORD).await;
    browser.wait_for_text("#fault", "You may not do this.").await;
    browser.click("#logout").await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("#greeting", "Vikram Desai").await;
    browser.open(&page).await;
    browser.wait_for_text("#keys", "No key is registered.").await;
    browser.click("#new summary").await;
    let modulus = BigUint::from(3_u8) << 2046_usize | BigUint::from(1_u8);
    let public = RsaPublicKey::new_unchecked(modulus, BigUint::from(3_u8));
    let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
    let register = async |text: &str, kid: &str| {
        browser.run(&format!("document.getElementById('public-key').value = {}", json!(text))).await;
        browser.fill("#issuer", "lab.example.org").await;
        browser.fill("#kid", kid).await;
        browser.click("#register [type=submit]").await;
    };
    register("-----BEGIN PRIVATE KEY-----", "one").await;
    browser.wait_for_text("#refused", "holds a private key").await;
    looks(&browser, "keys").await;
    register(&pem, "one").await;
    browser.wait_for_text("#keys td", "one").await;
    browser.click("#new summary").await;
    register(&pem, "one").await;
    browser.wait_for_text("#refused", "has or had this kid").await;
    browser.click("#keys td button").await;
    browser.wait_for_text("#dialog h2", "Revoke one?").await;
    browser.click("#dialog .buttons button").await;
    browser.wait_for_text("#keys tbody", "revoked").await;
    no_complaints(&browser).await;
}
