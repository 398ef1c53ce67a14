//! Who the client is and which address it used: trusted proxies alone are believed (contract ).

use hygeia::core::config::Settings;
use hygeia::core::config::mounts::{Mount, Mounting};
use reqwest::Method;
use serde_json::{Value, json};

use super::listening;
use crate::harness::{Answer, Server};

/// The address of the last request that was refused at SmartScan.
async fn last_client(server: &Server) -> String {
    server.text("SELECT address FROM audit_event WHERE surface = 'smartscan' ORDER BY id DESC LIMIT 1").await
}

async fn trusting(proxies: &str) -> Server {
    let listeners = vec![listening(Mount::SmartScan)];
    let mounting = Mounting { proxies: proxies.parse().unwrap(), listeners, ..Mounting::default() };
    Server::start_by(&Settings { mounting, ..Settings::default() }, None).await
}

/// The address of a project that is made by a request to `url` with these headers.
async fn location(server: &Server, url: &str, headers: &[(&str, &str)]) -> String {
    let client = reqwest::Client::new();
    let with = |request: reqwest::RequestBuilder| {
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    let person = json!({ "email": format!("{}@example.org", server.app.records.new_id()),
        "password": "correct horse battery", "name": "Alice" });
    let registered = Answer::of(with(client.post(format!("{url}/api/auth/register"))).json(&person)).await;
    let token = registered.json()["token"].as_str().unwrap().to_owned();
    let project = client.post(format!("{url}/api/projects")).bearer_auth(token);
    let made = Answer::of(with(project).json(&json!({ "name": "Ward 7" }))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["project"]["id"].as_str().unwrap().to_owned();
    let location = made.header("location").to_owned();
    location.strip_suffix(&format!("/api/projects/{id}")).unwrap_or(&location).to_owned()
}

const FORGED: [(&str, &str); 4] = [
    ("X-Forwarded-For", "203.0.113.5"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "api.smartscanpro.ai"),
    ("Forwarded", "for=203.0.113.5;proto=https;host=api.smartscanpro.ai"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_choose_its_address_its_mount_or_our_urls() {
    let server = trusting("10.0.0.0/8").await;
    let forging = |path: &str| {
        let request = server.request(Method::GET, path);
        FORGED.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    assert_eq!(Answer::of(forging("/api/health")).await.status, 404, "no vendor's host");
    assert_eq!(Answer::of(forging("/smartscan/api/auth/me")).await.status, 401);
    assert_eq!(last_client(&server).await, "127.0.0.1");
    let base = format!("{}/smartscan", server.url);
    assert_eq!(location(&server, &base, &FORGED).await, base);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_tells_client_scheme_and_host() {
    let server = trusting("127.0.0.0/8,10.0.0.0/8").await;
    let refused = async |headers: &[(&str, &str)]| {
        let request = server.request(Method::GET, "/smartscan/api/auth/me");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        assert_eq!(Answer::of(request).await.status, 401);
        last_client(&server).await
    };
    assert_eq!(refused(&[("X-Forwarded-For", "1.1.1.1, 203.0.113.5, 10.1.1.1")]).await, "203.0.113.5");
    assert_eq!(refused(&[("Forwarded", "for=\"[2001:db8::7]:4711\"")]).await, "2001:db8::7");
    assert_eq!(refused(&[]).await, "127.0.0.1");

    let told = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "scan.example.org")];
    let base = format!("{}/smartscan", server.url);
    assert_eq!(location(&server, &base, &told).await, "https://scan.example.org/smartscan");
    let vendor = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "Api.SmartScanPro.ai")];
    assert_eq!(location(&server, &server.url, &vendor).await, "https://api.smartscanpro.ai");
    let forwarded = [("Forwarded", "for=203.0.113.5;host=\"api.smartscanpro.ai:8443\";proto=https")];
    assert_eq!(location(&server, &server.url, &forwarded).await, "https://api.smartscanpro.ai:8443");
    let request = server.request(Method::GET, "/api/health").header("X-Forwarded-Host", "a b");
    assert_eq!(Answer::of(request).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn urls_are_those_of_the_mount_that_the_request_came_through() {
    let server = trusting("").await;
    let prefixed = format!("{}/smartscan", server.url);
    assert_eq!(location(&server, &prefixed, &[]).await, prefixed);
    let by_host = location(&server, &server.url, &[("Host", "SmartScan.Example.org:8080")]).await;
    assert_eq!(by_host, "http://smartscan.example.org:8080");
    let listener = format!("http://{}", server.listeners[0]);
    assert_eq!(location(&server, &listener, &[]).await, listener);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_names_the_clients_address() {
    let server = trusting("127.0.0.1").await;
    let token = server.token("system/*.cruds").await;
    let request = server.request(Method::GET, "/fhir/Patient/absent").bearer_auth(&token);
    let refused = Answer::of(request.header("X-Forwarded-For", "203.0.113.5")).await;
    assert_eq!(refused.status, 404);
    let found = server.request(Method::GET, "/fhir/AuditEvent?address=203.0.113.5").bearer_auth(&token);
    let found = Answer::of(found).await.json();
    assert_eq!(found["entry"].as_array().map(Vec::len), Some(1), "{found}");
    let network: &Value = &found["entry"][0]["resource"]["agent"][0]["network"];
    assert_eq!(*network, json!({ "address": "203.0.113.5", "type": "2" }));
}
