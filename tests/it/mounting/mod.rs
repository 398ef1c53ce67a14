//! How a request finds its API (contract ), through real sockets.

mod clients;
mod cors;
mod hostile;
mod tls;

use std::net::SocketAddr;

use hygeia::core::config::Settings;
use hygeia::core::config::mounts::{Listener, Mount, Mounting, Region};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Answer, Server};

/// The status and the rest of the answer to a request that is sent as it stands.
async fn raw(address: SocketAddr, request: impl AsRef<[u8]>) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_ref()).await.unwrap();
    let mut answer = Vec::new();
    // A server that refuses may close before it has read everything.
    drop(stream.read_to_end(&mut answer).await);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no answer: {answer:?}")), answer)
}

/// GET of a path from a host, as it stands.
async fn get_raw(server: &Server, host: &str, path: &str) -> (u16, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    raw(server.address, request).await
}

async fn get(server: &Server, host: &str, path: &str) -> Answer {
    Answer::of(server.request(Method::GET, path).header("Host", host)).await
}

fn listening(mount: Mount) -> Listener {
    Listener { address: ([127, 0, 0, 1], 0).into(), mount, plain: false }
}

/// Which API the answer to an unknown address comes from, with the region where it says one.
#[track_caller]
fn told_by(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.header("content-type")), (404, "application/json"));
    let body = answer.json();
    if body.get("surfaces").is_some() {
        return "nobody".to_owned();
    }
    assert_eq!(answer.header("cache-control"), "no-store");
    let unknown = "There is no such endpoint";
    let region = body["debug_info"]["region"].as_str().unwrap_or_default();
    let words: [(String, Value); 4] = [
        (
            "smartscan".to_owned(),
            json!({ "success": false, "error": unknown, "error_code": "NOT_FOUND", "details": {} }),
        ),
        ("imagemedix".to_owned(), json!({ "error": unknown })),
        ("smartz".to_owned(), json!({ "statusCode": 404, "message": "Resource not found" })),
        (
            format!("hemato/{region}"),
            json!({
                "status": 404, "results": {}, "error": "not_found", "user_message": "There is no such endpoint.",
                "debug_info": { "region": region },
            }),
        ),
    ];
    let said = words.into_iter().find(|(_, words)| *words == body);
    said.unwrap_or_else(|| panic!("nobody's words: {}", answer.text)).0
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mount_tells_in_its_own_words_that_an_address_is_unknown() {
    let server = Server::start().await;
    for (path, vendor) in [
        ("/smartscan/nothing", "smartscan"),
        ("/imagemedix", "imagemedix"),
        ("/imagemedix/", "imagemedix"),
        ("/imagemedix/api/nothing?x=1", "imagemedix"),
        ("/smartz/v1/nothing", "smartz"),
        ("/hemato/nothing", "hemato/dev"),
        ("/hemato/us", "hemato/us"),
        ("/hemato/eu/nothing", "hemato/eu"),
        ("/hemato/mars/nothing", "hemato/dev"),
        ("/smartscanx/api/health", "nobody"),
        ("/api/auth/login", "nobody"),
        ("/", "nobody"),
    ] {
        assert_eq!(told_by(&get(&server, "example.org", path).await), vendor, "{path}");
    }
    let root = get(&server, "example.org", "/api/health").await.json();
    assert_eq!(
        root["surfaces"],
        json!(["/smartscan", "/imagemedix", "/smartz", "/hemato", "/fhir", "/oauth", "/docs"])
    );
    let rows = "SELECT surface || ' ' || count(*) FROM audit_event WHERE outcome = 'refused' GROUP BY surface ORDER BY 1";
    assert_eq!(server.texts(rows).await, ["hemato 4", "imagemedix 3", "smartscan 1", "smartz 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_host_has_its_api_at_the_root_and_the_servers_own_paths() {
    let server = Server::start().await;
    for (host, vendor) in [
        ("api.smartscanpro.ai", "smartscan"),
        ("API.SmartScanPro.ai:8080", "smartscan"),
        ("smartscan.localhost", "smartscan"),
        ("imagemedix.clinic.example.org", "imagemedix"),
        ("smartz-api.azure-api.net", "smartz"),
        ("portal.smartz.example.org", "smartz"),
        ("ca.api.hemato.ai", "hemato/ca"),
        ("api.hemato.ai.", "hemato/dev"),
        ("hematology.example.org", "nobody"),
    ] {
        assert_eq!(told_by(&get(&server, host, "/nothing").await), vendor, "{host}");
        assert_eq!(get(&server, host, "/healthz").await.text, "ok\n", "{host}");
        assert_eq!(get(&server, host, "/fhir/metadata").await.status, 200, "{host}");
        assert_eq!(get(&server, host, "/openapi/smartscan.json").await.status, 200, "{host}");
    }
    assert_eq!(get(&server, "smartscan.localhost", "/api/health").await.json()["status"], "ok");
    // There, a prefix is a path like any other.
    for path in ["/imagemedix/api", "/smartscan/api/health", "/hemato/us"] {
        assert_eq!(told_by(&get(&server, "smartscan.localhost", path).await), "smartscan", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_choose_hosts_regions_and_the_vendor_at_the_root() {
    let mounting = Mounting { root: Some(Mount::Hemato(Region::Ca)), ..Mounting::default() };
    let server = Server::start_by(&Settings { mounting, ..Settings::default() }, None).await;
    assert_eq!(told_by(&get(&server, "example.org", "/nothing").await), "hemato/ca");
    assert_eq!(told_by(&get(&server, "example.org", "/imagemedix/nothing").await), "imagemedix");
    assert_eq!(told_by(&get(&server, "smartz.example.org", "/nothing").await), "smartz");
    assert_eq!(get(&server, "example.org", "/fhir/metadata").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_vendors_listener_everything_is_the_vendors() {
    let mounts = [Mount::SmartScan, Mount::Hemato(Region::Us)];
    let mounting = Mounting { listeners: mounts.map(listening).to_vec(), ..Mounting::default() };
    let server = Server::start_by(&Settings { mounting, ..Settings::default() }, None).await;
    let at = async |listener: usize, path: &str| {
        let url = format!("http://{}{path}", server.listeners[listener]);
        Answer::of(reqwest::Client::new().get(url).header("Host", "api.imagemedix.com")).await
    };
    assert_eq!(at(0, "/api/health").await.json()["status"], "ok");
    for path in [
        "/nothing",
        "/fhir/metadata",
        "/healthz",
        "/smartscan/api/health",
        "/hemato/us/pbs",
        "/_admin/v1/login",
    ] {
        assert_eq!(told_by(&at(0, path).await), "smartscan", "{path}");
        assert_eq!(told_by(&at(1, path).await), "hemato/us", "{path}");
    }
    assert_eq!(told_by(&get(&server, "example.org", "/api/health").await), "nobody", "the main listener");
}
