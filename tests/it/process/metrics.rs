//! Metrics and probes of servers and workers, and who may see them.

use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::Client;

use super::DataFolder;
use super::recovery::token;

fn free() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

async fn told(url: &str) -> String {
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    answer.text().await.unwrap()
}

/// The number of the one series that begins so.
fn number(text: &str, beginning: &str) -> f64 {
    let found: Vec<_> = text.lines().filter(|line| line.starts_with(beginning)).collect();
    let [line] = found.as_slice() else { panic!("{beginning} is there {} times in:\n{text}", found.len()) };
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_told_to_this_machine_and_at_a_listener_of_their_own() {
    let (folder, apart) = (DataFolder::new(), free());
    let running = folder.serve_with(&[("HYGEIA_METRICS_BIND", &apart)]).await;
    let here = format!("{}/metrics", running.url);
    let handed_on = Client::new().get(&here).header("X-Forwarded-For", "192.0.2.1").send().await.unwrap();
    assert_eq!(handed_on.status(), 403);
    assert_eq!(
        handed_on.text().await.unwrap(),
        r#"{"error":"metrics are told to who is on this machine; HYGEIA_METRICS_BIND opens a listener for others"}"#
    );
    let token = token(&folder).await;
    for expected in [200, 401] {
        let request = Client::new().get(format!("{}/fhir/Patient/_search", running.url));
        let request = if expected == 200 {
            Client::new().get(format!("{}/fhir/Patient", running.url)).bearer_auth(&token)
        } else {
            request
        };
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
    let strange = Client::new().request("BREW".parse().unwrap(), format!("{}/fhir/Patient", running.url));
    strange.send().await.unwrap();
    let text = told(&here).await;
    let search =
        "hygeia_http_requests_total{surface=\"fhir\",method=\"GET\",route=\"/fhir/{type}\",status=\"200\"} ";
    assert!(number(&text, search) >= 1.0);
    assert!(text.contains("surface=\"fhir\",method=\"other\"") && !text.contains("BREW"), "{text}");
    assert!(
        number(&text, "hygeia_http_request_duration_seconds_count{surface=\"fhir\",method=\"GET\"} ") >= 2.0
    );
    assert_eq!(number(&text, "hygeia_http_requests_in_flight{surface=\"fhir\"} "), 0.0);
    assert_eq!(number(&text, "hygeia_database_up "), 1.0);
    assert_eq!(number(&text, "hygeia_database_connections_max "), 16.0);
    assert_eq!(number(&text, "hygeia_jobs_stored{kind=\"dead_mail\"} "), 0.0);
    assert!(number(&text, "process_resident_memory_bytes ") > 1e6);
    assert!(!text.contains(&token), "a secret is told");
    let text = told(&format!("http://{apart}/metrics")).await;
    assert!(number(&text, search) >= 1.0 && text.ends_with("# EOF\n"));
    for (path, status) in [("healthz", 200), ("readyz", 200), ("fhir/metadata", 404), ("docs/", 404)] {
        assert_eq!(reqwest::get(format!("http://{apart}/{path}")).await.unwrap().status(), status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_has_probes_and_metrics_too() {
    let (folder, apart) = (DataFolder::new(), free());
    let mut command = folder.command(&["worker"]);
    command.env("HYGEIA_METRICS_BIND", &apart).env("ORT_DYLIB_PATH", "/nowhere");
    let mut worker = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while reqwest::get(format!("http://{apart}/readyz")).await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "the worker does not answer");
        assert_eq!(worker.try_wait().unwrap(), None, "the worker ended");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let text = told(&format!("http://{apart}/metrics")).await;
    assert_eq!(number(&text, "hygeia_database_up "), 1.0);
}
