//! What SmartScanPro's dashboard shows of several days: calls with a key, and face scans.

use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Answer, Server};

const EMAIL: &str = "alice@example.org";
const PASSWORD: &str = "correct horse battery";
/// The heart rates of a week.
const HEART_RATES: [u32; 7] = [68, 71, 66, 73, 70, 69, 112];

/// Somebody who uses the API for a week.
struct Customer<'a> {
    server: &'a Server,
    token: String,
    key: String,
}

impl Customer<'_> {
    async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.server.request(method, &format!("/smartscan{path}")).bearer_auth(&self.token);
        let answer = Answer::of(request.json(body)).await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text);
        answer.json()
    }

    async fn sign_in(&mut self, path: &str) {
        let person = json!({ "email": EMAIL, "password": PASSWORD, "name": "Alice Liddell" });
        self.send(Method::POST, path, &person).await["token"].as_str().unwrap().clone_into(&mut self.token);
    }

    /// Sends a picture, which needs not to be one.
    async fn extract(&self, image: Vec<u8>) -> u16 {
        let form = Form::new().part("image", Part::bytes(image).file_name("picture"));
        let request = self.server.request(Method::POST, "/smartscan/v1/extract-medical-data");
        Answer::of(request.header("X-API-Key", &self.key).multipart(form)).await.status
    }

    async fn scan(&self, heart_rate: u32) {
        let session =
            self.send(Method::POST, "/api/face-scan/session", &json!({})).await["session"]["id"].clone();
        let consent = json!({ "session_id": session, "jurisdiction": "eu", "consent_text": "I agree." });
        self.send(Method::POST, "/api/face-scan/consent", &consent).await;
        let vitals = json!({
            "heart_rate": heart_rate, "hrv_sdnn": 48.3, "hrv_rmssd": 40.1, "breathing_rate": 15, "spo2": 98,
            "systolic_bp": 120, "diastolic_bp": 78, "stress_index": 35.7, "wellness_score": 82,
        });
        let result = json!({ "session_id": session, "vitals": vitals, "quality": 0.88, "save": true });
        self.send(Method::POST, "/api/face-scan/results", &result).await;
        let tag = json!({ "session_id": session, "tag": "morning" });
        self.send(Method::POST, "/api/face-scan/history/tag", &tag).await;
    }
}

/// A week: a scan a day, readings on some days, and more and more calls that are refused.
async fn a_week(server: &Server) -> Customer<'_> {
    let mut alice = Customer { server, token: String::new(), key: String::new() };
    alice.sign_in("/api/auth/register").await;
    let project = alice.send(Method::POST, "/api/projects", &json!({ "name": "Ward 7" })).await;
    let wanted = json!({ "project_id": project["project"]["id"], "name": "reading room" });
    let key = alice.send(Method::POST, "/api/api-keys/generate", &wanted).await;
    key["api_key"]["key"].as_str().unwrap().clone_into(&mut alice.key);
    let profile = json!({
        "age": 55, "biological_sex": "female", "height_cm": 165, "weight_kg": 68, "smoker": false, "diabetes": false,
        "bp_treated": false, "prior_cvd": false, "cuff_systolic_bp": 128, "cuff_diastolic_bp": 80,
    });
    alice.send(Method::PUT, "/api/face-scan/profile", &profile).await;
    let displays = ["blood-pressure", "glucose-meter", "thermometer"];
    for (day, heart_rate) in HEART_RATES.into_iter().enumerate() {
        if day > 0 {
            server.app.clock.advance_s(86_400);
            alice.sign_in("/api/auth/login").await;
        }
        for display in displays.iter().filter(|_| day % 3 == 0) {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays");
            let picture = std::fs::read(format!("{folder}/{display}.png")).unwrap();
            assert_eq!(alice.extract(picture).await, 200, "{display}");
        }
        for _ in 0..=day {
            assert_eq!(alice.extract(b"no picture".to_vec()).await, 415);
        }
        alice.scan(heart_rate).await;
    }
    alice
}

async fn fits(browser: &Browser) {
    let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    assert_eq!(browser.run(overflow).await, false, "nothing sticks out");
}

/// Keeps pictures of a section as it is in the light, in the dark, and on a telephone.
async fn pictures(browser: &Browser, name: &str) {
    browser.picture(&format!("smartscan-{name}-light")).await;
    fits(browser).await;
    browser.dark().await;
    browser.picture(&format!("smartscan-{name}-dark")).await;
    browser.light().await;
}

/// Waits until a function body returns this.
async fn until(browser: &Browser, script: &str, wanted: &Value) {
    let mut found = Value::Null;
    for _ in 0..200 {
        found = browser.run(script).await;
        if found == *wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{script}\n{found}");
}

/// Waits until something is on a canvas.
async fn drawn(browser: &Browser, place: &str) {
    let script = format!(
        "const canvas = document.querySelector('{place} canvas'), empty = document.createElement('canvas');
         if (!canvas) return false;
         [empty.width, empty.height] = [canvas.width, canvas.height];
         return canvas.width > 0 && canvas.toDataURL() !== empty.toDataURL()"
    );
    until(browser, &script, &json!(true)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_use_is_shown() {
    let server = Server::start_with_models().await;
    let alice = a_week(&server).await;
    let base = format!("{}/smartscan", server.url);
    let browser = Browser::start().await;
    browser.open(&format!("{base}/login.html")).await;
    browser.run(&format!("localStorage.setItem('ssp_token', '{}')", alice.token)).await;
    browser.open(&format!("{base}/dashboard.html")).await;

    // 28 calls that were refused, and 9 readings.
    browser.wait_for_text("#by-day h2", "Requests by day: 37").await;
    browser.wait_for_text("#by-status h2", "Answers by status").await;
    browser.wait_for_text("#page", "Page 1 of 2").await;
    for place in ["#by-day", "#by-device-type", "#by-status"] {
        drawn(&browser, place).await;
    }
    let cards = browser.texts("#stats dd").await;
    assert_eq!(cards[0], "10", "today: {cards:?}");
    assert!(cards[2].starts_with("24.3%"), "{cards:?}");
    browser.choose("#period", "7 days").await;
    let last = "return Array.from(document.querySelectorAll('#by-day tbody'), body =>
        [body.rows.length, ...Array.from(body.rows[body.rows.length - 1].cells, cell => cell.textContent)])[0]";
    until(&browser, last, &json!([7, "2026-11-27", "3", "7"])).await;
    browser.click("#older").await;
    browser.wait_for_text("#page", "Page 2 of 2").await;
    browser.run("window.scrollTo(0, 0)").await;
    pictures(&browser, "usage").await;

    browser.click("nav a[href='#scans']").await;
    drawn(&browser, "#history").await;
    assert_eq!(browser.texts("#history-sessions button").await.len(), HEART_RATES.len());
    browser.click("#history-sessions button").await;
    browser.wait_for_text("#session", "Ten-year risk").await;
    let told = browser.texts("#session td").await;
    assert!(told.windows(2).any(|two| two == ["112", "69.5"]), "{told:?}");
    browser.run("window.scrollTo(0, 0)").await;
    pictures(&browser, "scans").await;
    // What is drawn anew in other colours takes nothing away.
    assert_eq!(browser.texts("#history-sessions button").await.len(), HEART_RATES.len());

    browser.narrow().await;
    pictures(&browser, "scans-narrow").await;
    browser.click("nav a[href='#overview']").await;
    browser.wait_for_text("#page", "Page 1 of 2").await;
    pictures(&browser, "usage-narrow").await;
    let complaints = browser.complaints().await;
    assert_eq!(complaints, Vec::<String>::new());
}
