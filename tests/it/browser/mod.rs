//! Pages as a person has them: a headless Chromium, steered through WebDriver. <https://www.w3.org/TR/webdriver2/>

mod accounts;
mod console;
mod console_pages;
mod dashboard;
mod dashboard_data;
mod dashboard_faults;
mod driver;
mod examples;
mod hemato;
mod imagemedix;
mod imagemedix_viewer;
mod imagemedix_webhooks;
mod launch;
mod providers;
mod sdk;
mod smart;
mod smartz;
mod swagger;

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tokio::process::Child;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use crate::harness::Answer;

/// What a page does takes no longer than this, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(20);

/// One browser at a time: each takes as much of the machine as all other tests together.
static ONE: Semaphore = Semaphore::const_new(1);

/// A browser with a profile of its own.
pub struct Browser {
    client: Client,
    driver_url: String,
    /// The browser's own process; the driver's death would leave it behind.
    process: Option<Pid>,
    profile: PathBuf,
    _driver: Child,
    _turn: SemaphorePermit<'static>,
}

impl Browser {
    /// Starts Chromium, once no other test has one.
    pub async fn start() -> Self {
        let turn = ONE.acquire().await.unwrap();
        let profile = folder().join(Uuid::new_v4().simple().to_string());
        std::fs::create_dir_all(&profile).unwrap();
        let (driver, driver_url) = driver::driver().await;
        let Value::Object(capabilities) = driver::capabilities(&profile) else {
            panic!("capabilities are an object")
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&driver_url).await.expect("Chromium starts");
        let process = client.capabilities().and_then(|granted| granted.get("goog:processID")?.as_i64());
        let process = process.map(|id| Pid::from_raw(i32::try_from(id).unwrap()));
        Self { client, driver_url, process, profile, _driver: driver, _turn: turn }
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Where the browser is.
    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// What a function body returns in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// The first element that a CSS selector names, once there is one.
    #[track_caller]
    pub fn find(&self, selector: &str) -> impl Future<Output = Element> {
        let at = std::panic::Location::caller();
        async move {
            let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
            found.unwrap_or_else(|error| panic!("{at}: no {selector}: {error}"))
        }
    }

    /// Clicks the first element that a selector names, in the middle of the window, once it is shown. Where the page puts another in its
    /// place just then, that is clicked.
    pub async fn click(&self, selector: &str) {
        let started = tokio::time::Instant::now();
        while let Err(error) = self.try_click(selector).await {
            let said = error.to_string();
            let may_pass = said.contains("stale element") || said.contains("element not interactable");
            assert!(may_pass && started.elapsed() < PATIENCE, "click on {selector}: {error}");
        }
    }

    async fn try_click(&self, selector: &str) -> Result<(), CmdError> {
        self.try_show(selector).await?;
        self.find(selector).await.click().await
    }

    /// Replaces what a field holds, by the keyboard.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.show(selector).await;
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        self.find(selector).await.send_keys(&format!("{all}{text}")).await.unwrap();
    }

    /// Chooses the option with this label.
    pub async fn choose(&self, selector: &str, label: &str) {
        self.find(selector).await.select_by_label(label).await.unwrap();
    }

    /// The texts of all elements that a selector names.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        // In one step: between two, the page could be another.
        let script =
            "return Array.from(document.querySelectorAll(arguments[0]), one => one.innerText.trim())";
        let texts = self.client.execute(script, vec![selector.into()]).await.unwrap();
        serde_json::from_value(texts).unwrap()
    }

    /// Waits until the first element that a selector names has a text with this in it, and returns the text.
    pub async fn wait_for_text(&self, selector: &str, part: &str) -> String {
        let started = tokio::time::Instant::now();
        loop {
            let texts = self.texts(selector).await;
            match texts.into_iter().next() {
                Some(text) if text.contains(part) => return text,
                other => assert!(started.elapsed() < PATIENCE, "{selector} has no {part:?}: {other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until nothing is shown there any more.
    pub async fn wait_for_nothing(&self, selector: &str) {
        let started = tokio::time::Instant::now();
        while !self.texts(selector).await.is_empty() {
            assert!(started.elapsed() < PATIENCE, "{selector} stays");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Scrolls the first element that a selector names to the middle of the window.
    pub async fn show(&self, selector: &str) {
        self.try_show(selector).await.unwrap();
    }

    async fn try_show(&self, selector: &str) -> Result<(), CmdError> {
        let element = self.find(selector).await;
        let element = serde_json::to_value(element).unwrap();
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(script, vec![element]).await.map(drop)
    }

    /// What the browser had to complain about since it was asked last: `LEVEL: text`.
    pub async fn complaints(&self) -> Vec<String> {
        let session = self.client.session_id().await.unwrap().unwrap();
        let request = reqwest::Client::new().post(format!("{}/session/{session}/se/log", self.driver_url));
        let log = Answer::of(request.json(&json!({ "type": "browser" }))).await.json();
        let line = |entry: &Value| format!("{}: {}", entry["level"].as_str().unwrap(), entry["message"]);
        log["value"].as_array().unwrap().iter().map(line).collect()
    }

    /// Has the page drawn for people who want it dark.
    pub async fn dark(&self) {
        self.scheme("dark").await;
    }

    /// Has the page drawn for people who want it light.
    pub async fn light(&self) {
        self.scheme("light").await;
    }

    /// Makes the window as narrow as a telephone.
    pub async fn narrow(&self) {
        let size = json!({ "width": 360, "height": 1800, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Makes the window as wide as it was.
    pub async fn wide(&self) {
        self.chromium("Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    async fn scheme(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.chromium("Emulation.setEmulatedMedia", features).await;
    }

    /// Tells Chromium what WebDriver has no words for.
    async fn chromium(&self, command: &str, parameters: Value) {
        let session = self.client.session_id().await.unwrap().unwrap();
        let address = format!("{}/session/{session}/goog/cdp/execute", self.driver_url);
        let command = json!({ "cmd": command, "params": parameters });
        let answer = Answer::of(reqwest::Client::new().post(address).json(&command)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Keeps a picture of the window, for a person to look at.
    pub async fn picture(&self, name: &str) {
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(folder().join(format!("{name}.png")), png).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(process) = self.process {
            // It may have ended by itself.
            let _ = kill(process, Signal::SIGKILL);
        }
        drop(std::fs::remove_dir_all(&self.profile));
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser")
}
