//! What tries to come in beside the doors.

use std::num::NonZero;
use std::time::Duration;

use hygeia::core::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{get_raw, raw};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_path_does_not_lead_out_of_its_mount() {
    let server = Server::start().await;
    let envelope = "\"error_code\":\"NOT_FOUND\"";
    for path in [
        "/smartscan/../fhir/metadata",
        "/smartscan/..%2ffhir/metadata",
        "/smartscan/%2e%2e/fhir/metadata",
        "/smartscan/..;/fhir/metadata",
        "/smartscan/%2e%2e%2ffhir%2fmetadata",
        "/smartscan//fhir/metadata",
        "/smartscan/fhir/metadata",
        "/smartscan/%c0%ae%c0%ae/healthz",
        "/smartscan/hemato/us",
        "/%73martscan/nothing",
    ] {
        let (status, answer) = get_raw(&server, "example.org", path).await;
        assert!(status == 404 && answer.contains(envelope), "{path}: {answer}");
    }
    for path in [
        "//smartscan/api/health",
        "/./smartscan/api/health",
        "/smartscan%2fapi%2fhealth",
        "/x/../smartscan/api/health",
    ] {
        let (status, answer) = get_raw(&server, "example.org", path).await;
        assert!(status == 404 && answer.contains("\"surfaces\""), "{path}: {answer}");
    }
    // On a vendor's host only what begins with a path of the server's own leaves the vendor's API.
    for path in ["//fhir/metadata", "/./fhir/metadata", "/fhir%2fmetadata", "/..//fhir/metadata", "/fhirx"] {
        let (status, answer) = get_raw(&server, "smartscan.example.org", path).await;
        assert!(status == 404 && answer.contains(envelope), "{path}: {answer}");
    }
    let (status, answer) = get_raw(&server, "smartscan.example.org", "/%66hir/Patient").await;
    assert!(status == 401 && answer.contains("OperationOutcome"), "an encoded letter is the letter");
    let (status, _) = get_raw(&server, "example.org", "/hem%61to/%75s/nothing").await;
    assert_eq!(status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_names_no_host_or_several_is_refused() {
    let server = Server::start().await;
    for head in [
        "GET /healthz HTTP/1.1\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a.example\r\nHost: smartscan.example\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a.example, smartscan.example\r\n",
        "GET /healthz HTTP/1.1\r\nHost: user@a.example\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a.example/smartscan\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a.example:port\r\n",
        "GET http://a.example/healthz HTTP/1.1\r\n",
    ] {
        let (status, answer) = raw(server.address, format!("{head}Connection: close\r\n\r\n")).await;
        assert_eq!(status, 400, "{head}: {answer}");
        // What no HTTP could be is refused before it is a request, without a word.
        let told = answer.ends_with(r#"{"error":"the request must name one host"}"#);
        assert!(told || answer.contains("content-length: 0"), "{head}: {answer}");
    }
    let (status, _) = raw(server.address, "GET /healthz HTTP/1.0\r\n\r\n").await;
    assert_eq!(status, 200, "HTTP/1.0 need not name one");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_absolute_address_the_host_counts_and_not_the_header() {
    let server = Server::start().await;
    let from = async |target: &str, host: &str| {
        raw(server.address, format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
            .await
    };
    let (status, answer) = from("http://smartscan.example/api/health", "api.imagemedix.com").await;
    assert!(status == 200 && answer.contains("\"uptime_seconds\""), "{answer}");
    let (status, answer) = from("http://imagemedix.example/api/health", "api.smartscanpro.ai").await;
    assert!(status == 200 && answer.ends_with(r#"{"status":"ok"}"#), "{answer}");
    let (status, _) = from("http://smartscan.example@evil.example/api/health", "smartscan.example").await;
    assert_eq!(status, 400);
    let (status, answer) =
        raw(server.address, "OPTIONS * HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n").await;
    assert_eq!(status, 404, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_are_refused() {
    let server = Server::start().await;
    let long = "x".repeat(70 * 1024);
    let head =
        format!("GET /healthz HTTP/1.1\r\nHost: a.example\r\nX-Long: {long}\r\nConnection: close\r\n\r\n");
    let (status, answer) = raw(server.address, head).await;
    assert!(status == 431 && answer.ends_with(r#"{"error":"the headers are too long"}"#), "{answer}");
    let many: String = (0..200).map(|n| format!("X-{n}: x\r\n")).collect();
    let (status, _) =
        raw(server.address, format!("GET /healthz HTTP/1.1\r\nHost: a.example\r\n{many}\r\n")).await;
    assert_eq!(status, 431);
    let (status, _) = raw(server.address, format!("GET /{} HTTP/1.1\r\n", "x".repeat(200 * 1024))).await;
    assert_eq!(status, 431);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_go_on_is_let_go() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a.exa").await.unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(50), stream.read_to_string(&mut answer)).await;
    assert!(read.is_ok() && answer.starts_with("HTTP/1.1 408"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_surface_opens_no_other() {
    let server = Server::start().await;
    let person =
        json!({ "email": "alice@example.org", "password": "correct horse battery", "name": "Alice" });
    let registered =
        Answer::of(server.request(Method::POST, "/smartscan/api/auth/register").json(&person)).await;
    let session = registered.json()["token"].as_str().unwrap().to_owned();
    let access = server.token("system/*.cruds").await;
    let me = async |host: &str, token: &str| {
        let request = server.request(Method::GET, "/api/auth/me").header("Host", host);
        Answer::of(request.bearer_auth(token)).await
    };
    assert_eq!(me("smartscan.example", &access).await.status, 401);
    assert_eq!(me("smartscan.example", &session).await.status, 200);
    assert_eq!(
        me("imagemedix.example", &session).await.json(),
        json!({ "error": "The token is invalid or expired" })
    );
    let patients = server.request(Method::GET, "/fhir/Patient").header("Host", "smartscan.example");
    assert_eq!(Answer::of(patients.bearer_auth(&session)).await.status, 401);
    let none: Value = server
        .request(Method::GET, "/fhir/Patient")
        .bearer_auth(&session)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(none["issue"][0]["code"], "login");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_ceiling_wait_for_room() {
    let settings = Settings { max_connections: NonZero::new(2).unwrap(), ..Settings::default() };
    let server = Server::start_by(&settings, None).await;
    let ask = async || {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n").await.unwrap();
        stream
    };
    let answered = async |stream: &mut TcpStream, patience: Duration| {
        let mut answer = [0; 12];
        let read = tokio::time::timeout(patience, stream.read_exact(&mut answer)).await;
        read.is_ok_and(|read| read.is_ok() && &answer == b"HTTP/1.1 200")
    };
    let (mut one, mut two) = (ask().await, ask().await);
    let long = Duration::from_secs(20);
    assert!(answered(&mut one, long).await && answered(&mut two, long).await);
    let mut three = ask().await;
    assert!(!answered(&mut three, Duration::from_millis(300)).await, "two are open");
    drop(one);
    assert!(answered(&mut three, long).await, "there is room");
}
