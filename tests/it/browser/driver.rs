//! Debian's chromedriver, and how it is to start Chromium. Knows nothing of the tests: `benches/dashboard.rs` has it too.

use std::path::Path;
use std::process::Stdio;

use nix::unistd::geteuid;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Starts a driver on a port of its choice, which its first lines name.
pub async fn driver() -> (Child, String) {
    let mut command = Command::new("chromedriver");
    command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut driver = command.kill_on_drop(true).spawn().expect("`make test` installs chromedriver");
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return (driver, format!("http://127.0.0.1:{}", port.trim_end_matches('.')));
        }
    }
    panic!("chromedriver ended")
}

/// A headless window with a profile of its own.
pub fn capabilities(profile: &Path) -> Value {
    let mut arguments = vec![
        "--headless=new",
        "--window-size=1400,1800",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Containers often have little shared memory.
        "--disable-dev-shm-usage",
    ];
    // Chromium's sandbox refuses to work for root, as whom containers often run tests. The pages are our own.
    if geteuid().is_root() {
        arguments.push("--no-sandbox");
    }
    let profile = format!("--user-data-dir={}", profile.display());
    arguments.push(&profile);
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    })
}
