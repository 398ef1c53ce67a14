//! The SDK (contract SS-80 to SS-88): how it is served, its own tests in Node.js, and the document's examples against this server.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use reqwest::Method;
use serde_json::Value;
use tokio::process::Command;

use super::{Customer, refused, send};
use crate::harness::{Answer, Server, each_way};

const SDK: &str = "/smartscan/js/smartscanpro-sdk.js";

each_way! { start_via:
    files_are_served_to_everybody_and_may_be_kept
    other_methods_are_told_in_the_vendors_words
}

async fn get(server: &Server, path: &str, known: &str) -> Answer {
    let request = server.request(Method::GET, path).header("Origin", "https://clinic.example");
    Answer::of(if known.is_empty() { request } else { request.header("If-None-Match", known) }).await
}

async fn files_are_served_to_everybody_and_may_be_kept(server: Server) {
    for (name, media_type) in [
        ("smartscanpro-sdk.js", "text/javascript; charset=utf-8"),
        ("smartscanpro-sdk.mjs", "text/javascript; charset=utf-8"),
        ("smartscanpro-sdk.d.ts", "text/plain; charset=utf-8"),
        ("smartscanpro-sdk.d.mts", "text/plain; charset=utf-8"),
        ("smartscanpro-capture.mjs", "text/javascript; charset=utf-8"),
        ("smartscanpro-capture.d.mts", "text/plain; charset=utf-8"),
    ] {
        let path = format!("/smartscan/js/{name}");
        let answer = get(&server, &path, "").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{name}");
        assert_eq!(answer.header("cache-control"), "public, max-age=3600");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let tag = answer.header("etag").to_owned();
        assert!(tag.starts_with("W/\"") && tag.len() == 36, "{tag}");
        for known in [&*tag, "*", &format!("\"other\", {tag}")] {
            let again = get(&server, &path, known).await;
            assert_eq!((again.status, &*again.text), (304, ""), "{name}");
            assert_eq!(
                (again.header("etag"), again.header("cache-control")),
                (&*tag, "public, max-age=3600")
            );
        }
        assert_eq!(get(&server, &path, "\"other\"").await.status, 200);
        let head = Answer::of(server.request(Method::HEAD, &path)).await;
        assert_eq!((head.status, &*head.text, head.header("etag")), (200, "", &*tag));
    }
}

async fn other_methods_are_told_in_the_vendors_words(server: Server) {
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = send(&server, method, "/js/smartscanpro-sdk.js", None, &Value::Null).await;
        assert_eq!(refused(&answer, 405).0, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), "GET");
    }
    for path in ["/js", "/js/", "/js/nothing.js", "/assets"] {
        let answer = send(&server, Method::GET, path, None, &Value::Null).await;
        assert_eq!(refused(&answer, 404).0, "NOT_FOUND", "{path}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/sdk")
}

/// Runs Node.js; what it printed.
async fn node(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = Command::new("node");
    command.current_dir(folder()).args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command.envs(environment.iter().copied());
    let output = command.output().await.expect("`make test` installs Node.js");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "node {arguments:?}\n{told}\n{errors}");
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn its_own_tests_pass_in_node() {
    let told = node(&["--test"], &[]).await;
    assert!(told.contains("fail 0") && !told.contains("pass 0"), "{told}");
}

/// Downloads the SDK as a customer does, and uses it as CommonJS and as a module.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_works_against_this_server() {
    let server = Server::start_with_models().await;
    let customer = Customer::register(&server, "alice@example.org").await;
    let home = downloaded(&server).await;
    let base = format!("{}/smartscan", server.url);
    let script = folder().join("against-server.mjs");
    let arguments = [script.to_str().unwrap(), home.to_str().unwrap()];
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays/blood-pressure.png");
    let told = node(
        &arguments,
        &[
            ("BASE_URL", &base),
            ("SMARTSCANPRO_API_KEY", &customer.key),
            ("SERVICE_EMAIL", "alice@example.org"),
            ("SERVICE_PASSWORD", super::PASSWORD),
            ("PICTURE", picture),
        ],
    )
    .await;
    assert!(told.ends_with("all is well\n"), "{told}");
    std::fs::remove_dir_all(home).unwrap();
}

/// A folder with the SDK as it is served.
pub async fn downloaded(server: &Server) -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk").join(uuid::Uuid::new_v4().to_string());
    std::fs::create_dir_all(&home).unwrap();
    for name in ["smartscanpro-sdk.js", "smartscanpro-sdk.mjs"] {
        let file = get(server, &SDK.replace("smartscanpro-sdk.js", name), "").await;
        std::fs::write(home.join(name), file.text).unwrap();
    }
    home
}
