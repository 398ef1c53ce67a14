//! How long SmartScanPro's dashboard takes in a browser, from its address to what it shows: with a year of calls and a hundred scans.
//!
//!     make bench
//!     cargo test --bench dashboard -- BINARY      another build than the release
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use customer::Customer;
use fantoccini::{Client, ClientBuilder};
use hygeia::storage::private_postgres;
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use started::{BINARY, Server};

#[path = "started/customer.rs"]
mod customer;
#[path = "../tests/it/browser/driver.rs"]
mod driver;
mod started;

const SCANS: u32 = 100;
/// How often each section is opened after the first time.
const ROUNDS: usize = 10;

/// A year of calls: some thirty a day of four kinds.
const CALLS: &str = "
    WITH one AS (SELECT * FROM usage_call LIMIT 1),
    call AS (
        SELECT one.*, n, one.called_at - n * interval '47 minutes' AS at, (ARRAY['blood-pressure', 'scale', 'thermometer', NULL])[1 + n % 4] AS kind
        FROM one, generate_series(1, 11000) AS n),
    noted AS (
        INSERT INTO usage_call (tenant, surface, id, called_at, project, key_prefix, method, path, status, duration_ms, device_type, confidence, error_code)
        SELECT tenant, surface, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, at, project, key_prefix, method, path, CASE WHEN kind IS NULL THEN 400 ELSE 200 END,
               500, kind, CASE WHEN kind IS NOT NULL THEN 930 END, CASE WHEN kind IS NULL THEN 'UNREADABLE_DISPLAY' END FROM call)
    INSERT INTO usage_hour (tenant, surface, hour, status, device_type, calls, confident, confidence)
    SELECT tenant, surface, date_trunc('hour', at), CASE WHEN kind IS NULL THEN 400 ELSE 200 END, coalesce(kind, ''), count(*), count(kind),
           count(kind) * 930 FROM call GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT DO NOTHING";

fn main() {
    let binary = std::env::args().skip(1).find(|one| !one.starts_with('-'));
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-dashboard");
    drop(std::fs::remove_dir_all(&data));
    let (server, _) = Server::start(binary.as_deref().unwrap_or(BINARY), &data, &[("HYGEIA_LIMITS", "off")]);
    tokio::runtime::Runtime::new().unwrap().block_on(measure(&server, &data));
    println!("memory of the server after that {:5} MB", server.resident_mb());
    server.stop();
    drop(std::fs::remove_dir_all(&data));
}

async fn measure(server: &Server, data: &Path) {
    let customer = Customer::register(&server.url).await;
    fill(&customer, data).await;
    let profile = data.join("browser");
    let (_driver, driver_url) = driver::driver().await;
    let Value::Object(capabilities) = driver::capabilities(&profile) else { panic!("an object") };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let browser = builder.capabilities(capabilities).connect(&driver_url).await.expect("Chromium starts");
    // Signed in, by a page that loads nothing of the dashboard's.
    browser.goto(&format!("{}/js/smartscanpro-sdk.d.ts", customer.base)).await.unwrap();
    let token = vec![json!(customer.token)];
    browser.execute("localStorage.setItem('ssp_token', arguments[0])", token).await.unwrap();
    for section in ["overview", "scans"] {
        let address = format!("{}/dashboard.html#{section}", customer.base);
        let first = opened(&browser, &address).await;
        let mut again = Vec::new();
        for _ in 0..ROUNDS {
            again.push(opened(&browser, &address).await);
        }
        again.sort_by(|one, other| one[1].total_cmp(&other[1]));
        let (middle, worst) = (again[ROUNDS / 2], again[ROUNDS - 1]);
        println!("dashboard, {section:8}   to be used after   with its data after");
        for (name, [interactive, loaded]) in
            [("the first time", first), ("later, the middle", middle), ("later, the worst", worst)]
        {
            println!("  {name:20} {interactive:13.0} ms {loaded:18.0} ms");
        }
    }
    browser.close().await.unwrap();
}

/// Opens an address anew: in how many milliseconds the page could be used, and had its section's data in charts and tables.
async fn opened(browser: &Client, address: &str) -> [f64; 2] {
    const READ: &str = "
        const [navigation] = performance.getEntriesByType('navigation');
        const [loaded] = performance.getEntriesByName('loaded');
        return loaded ? [navigation.domInteractive, loaded.startTime] : null";
    browser.goto("about:blank").await.unwrap();
    browser.goto(address).await.unwrap();
    for _ in 0..2_000 {
        let read = browser.execute(READ, Vec::new()).await.unwrap();
        if let Some(times) = read.as_array() {
            return [times[0].as_f64().unwrap(), times[1].as_f64().unwrap()];
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{address} was not loaded");
}

/// Scans through the API. Calls would take an hour: one is made, and a year of its like is written beside it.
async fn fill(customer: &Customer, data: &Path) {
    for n in 0..SCANS {
        let session = customer.post("/api/face-scan/session", &json!({})).await["session"]["id"].clone();
        let consent = json!({ "session_id": session, "jurisdiction": "eu", "consent_text": "I agree." });
        customer.post("/api/face-scan/consent", &consent).await;
        let vitals =
            json!({ "heart_rate": 60 + n % 20, "breathing_rate": 12 + n % 6, "hrv_rmssd": 30 + n % 15 });
        let result = json!({ "session_id": session, "vitals": vitals, "quality": 0.9, "save": true });
        customer.post("/api/face-scan/results", &result).await;
    }
    let form = Form::new().part("image", Part::bytes(b"no picture".to_vec()).file_name("text"));
    let call = customer.http.post(format!("{}/v1/extract-medical-data", customer.base));
    assert_eq!(call.header("X-API-Key", &customer.key).multipart(form).send().await.unwrap().status(), 415);
    let url = private_postgres::running_url(data).unwrap();
    let (sql, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    sql.batch_execute(CALLS).await.unwrap();
}
