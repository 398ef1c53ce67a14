//! SmartScanPro's pages (contract SS-51), as a person has them: from the account to a reading.

use hygeia::core::config::Settings;
use serde_json::json;

use super::Browser;
use crate::harness::Server;

const EMAIL: &str = "alice@example.org";
const PASSWORD: &str = "correct horse battery";
const DISPLAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays/blood-pressure.png");

/// Opens an account on the page.
async fn register(browser: &Browser, base: &str) {
    browser.open(&format!("{base}/dashboard.html")).await;
    browser.wait_for_text("h1", "Sign in").await;
    browser.picture("smartscan-login").await;
    browser.click("a[href='register.html']").await;
    browser.wait_for_text("h1", "Open an account").await;
    browser.fill("#name", "Alice Liddell").await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", "password123").await;
    browser.click("[type=submit]").await;
    browser.wait_for_text("[role=alert]", "password").await;
    browser.picture("smartscan-register").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("[type=submit]").await;
    browser.wait_for_text("#greeting", EMAIL).await;
}

/// Makes a project and a key in it; the key.
async fn make_key(browser: &Browser) -> String {
    browser.click("nav a[href='#projects']").await;
    browser.wait_for_text("#project-list", "No project yet").await;
    browser.fill("#project-name", "Ward <7>").await;
    browser.click("#new-project [type=submit]").await;
    browser.wait_for_text("#project-list td", "Ward <7>").await;
    browser.picture("smartscan-projects").await;
    browser.click("nav a[href='#keys']").await;
    browser.wait_for_text("#key-project", "Ward <7>").await;
    browser.fill("#key-name", "reading room").await;
    browser.click("#new-key [type=submit]").await;
    let key = browser.wait_for_text("#new-api-key", "dk_").await;
    browser.picture("smartscan-new-key").await;
    browser.click("dialog .second").await;
    key
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_from_the_account_to_a_reading() {
    let server = Server::start_with_models().await;
    let base = format!("{}/smartscan", server.url);
    let browser = Browser::start().await;
    register(&browser, &base).await;
    let key = make_key(&browser).await;
    // It is shown once.
    browser.wait_for_nothing("#new-api-key").await;
    let is_kept = browser.run("return JSON.stringify(localStorage).includes('dk_')").await;
    assert_eq!(is_kept, false);

    browser.click("nav a[href='#try']").await;
    browser.find("#device-type option[value=blood-pressure]").await;
    browser.find("#image").await.send_keys(DISPLAY).await.unwrap();
    browser.click("#extraction [type=submit]").await;
    browser.wait_for_text("#reading", "systolic").await;
    let values = browser.texts("#reading td").await;
    for pair in [["systolic", "118"], ["diastolic", "76"], ["pulse", "64"]] {
        assert!(values.windows(2).any(|two| two == pair), "{pair:?} in {values:?}");
    }
    let width = browser.run("return document.querySelector('#extracted img').naturalWidth").await;
    assert!(width.as_f64().unwrap() > 100.0, "the picture is shown");
    marks(&browser).await;
    browser.click("#reading .fhir summary").await;
    browser.wait_for_text("#reading .fhir", "Observation").await;
    browser.picture("smartscan-reading").await;

    // A wrong key is told, and ends no session.
    browser.fill("#key", "dk_wrong").await;
    browser.click("#extraction [type=submit]").await;
    browser.wait_for_text("#fault", "API key is invalid").await;
    browser.wait_for_text("#greeting", EMAIL).await;

    revoke(&browser, &key).await;
    looks(&browser).await;
    browser.click("#logout").await;
    browser.wait_for_text("h1", "Sign in").await;
    assert_eq!(browser.run("return localStorage.length").await, 0);
    let complaints = browser.complaints().await;
    // Refused requests are noted by the browser with their status.
    let is_expected = |line: &String| line.contains("/api/") && line.contains("status of");
    assert!(complaints.iter().all(is_expected), "{complaints:?}");
}

/// Each value has a box on the picture where it stands, and a button by which the box is found.
async fn marks(browser: &Browser) {
    let labels = ["systolic", "diastolic", "pulse"];
    let labels: Vec<_> =
        (1..).zip(labels).map(|(n, name)| format!("{name}, box {n} on the picture")).collect();
    let told =
        "return [...document.querySelectorAll('#reading td button')].map(b => b.getAttribute('aria-label'))";
    assert_eq!(browser.run(told).await, json!(labels));
    // Below each other, as on the display, and within the picture; the frame round it is no larger than the picture.
    let placed = "const at = (one) => one.getBoundingClientRect(); const image = at(document.querySelector('.marked img'));
        const whole = at(document.querySelector('.marked')); const boxes = [...document.querySelectorAll('.region')].map(at);
        return [Math.abs(whole.width - image.width) < 1 && Math.abs(whole.height - image.height) < 1,
            boxes.every(b => b.left >= image.left - 1 && b.right <= image.right + 1 && b.top >= image.top - 1 && b.bottom <= image.bottom + 1),
            boxes.every(b => b.width > 4 && b.height > 4), boxes[0].bottom < boxes[1].top + 9 && boxes[1].bottom < boxes[2].top + 9]";
    assert_eq!(browser.run(placed).await, json!([true, true, true, true]));
    let chosen = "return [[...document.querySelectorAll('.region.chosen > span')].map(s => s.innerText), document.querySelectorAll('#reading [aria-pressed=true]').length]";
    browser.find("#reading td button").await.send_keys(" ").await.unwrap();
    assert_eq!(browser.run(chosen).await, json!([["1"], 1]), "by the keyboard");
    browser.click(".region:nth-child(3)").await;
    assert_eq!(browser.run(chosen).await, json!([["3"], 1]), "by the pointer");
    assert_eq!(browser.run("return document.activeElement.innerText").await, "3");
    browser.picture("smartscan-marks").await;
    browser.dark().await;
    browser.narrow().await;
    browser.picture("smartscan-marks-narrow-dark").await;
    assert_eq!(browser.run(placed).await, json!([true, true, true, true]), "on a telephone");
    browser.light().await;
    browser.wide().await;
    browser.click(".region:nth-child(3)").await;
    assert_eq!(browser.run(chosen).await, json!([[], 0]), "a second time takes it back");
}

async fn revoke(browser: &Browser, key: &str) {
    // What is clicked next is in the list that this loads, not in the one before.
    browser.run("document.getElementById('key-list').replaceChildren()").await;
    browser.click("nav a[href='#keys']").await;
    browser.wait_for_text("#key-list td code", "dk_").await;
    browser.click("#key-list button[aria-label^=Replace]").await;
    browser.wait_for_text("dialog h2", "Replace reading room?").await;
    assert_eq!(browser.run("return document.activeElement.innerText").await, "Cancel");
    browser.click("dialog .second").await;
    browser.click("#key-list button[aria-label^=Replace]").await;
    browser.click("dialog button:not(.second)").await;
    let new = browser.wait_for_text("#new-api-key", "dk_").await;
    assert_ne!(new, key);
    browser.click("dialog .second").await;
    browser.wait_for_text("#key-list tbody", "revoked").await;
    browser.click("#key-list button[aria-label^=Revoke]").await;
    browser.click("dialog button:not(.second)").await;
    browser.find("#key-list tr:nth-child(2) td:nth-child(7):not(:has(button))").await;
    assert_eq!(browser.texts("#key-list button").await, Vec::<String>::new());
}

/// On a telephone and in the dark, nothing sticks out.
async fn looks(browser: &Browser) {
    browser.dark().await;
    browser.picture("smartscan-keys-dark").await;
    browser.narrow().await;
    for section in ["overview", "projects", "keys", "try", "scans"] {
        browser.click(&format!("nav a[href='#{section}']")).await;
        browser.find(&format!("#{section}:not([hidden])")).await;
        browser.picture(&format!("smartscan-{section}-narrow")).await;
        let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        assert_eq!(browser.run(overflow).await, false, "{section} fits on a telephone");
    }
    browser.light().await;
}

/// Whoever brings a token that does not hold is sent to the page that asks for a password.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_ended_is_told() {
    let server = Server::start_by(&Settings::default(), None).await;
    let base = format!("{}/smartscan", server.url);
    let browser = Browser::start().await;
    browser.open(&format!("{base}/login.html")).await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", "wrong horse battery").await;
    browser.click("[type=submit]").await;
    browser.wait_for_text("[role=alert]", "Invalid e-mail address or password.").await;
    browser.run("localStorage.setItem('ssp_token', 'a.b.c')").await;
    browser.open(&format!("{base}/dashboard.html#keys")).await;
    browser.wait_for_text("[role=status]", "Your session has ended").await;
    assert!(browser.address().await.ends_with("/login.html?expired"));
    assert_eq!(browser.run("return localStorage.length").await, 0);
}
