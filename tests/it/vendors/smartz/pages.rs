//! The pages, as they are served; `browser/smartz` has them as a person does.

use reqwest::Method;
use serde_json::Value;

use super::refused;
use crate::harness::{Answer, Server};

const PAGES: [&str; 5] = ["/login.html", "/signup.html", "/portal.html", "/dashboard.html", "/ward.html"];
const SCRIPTS: [&str; 7] =
    ["portal.js", "dashboard.js", "ward.js", "login.js", "signup.js", "resident.js", "usage.js"];

async fn get(server: &Server, path: &str) -> Answer {
    Answer::of(server.request(Method::GET, &format!("/smartz{path}"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_run_only_what_is_theirs() {
    let server = Server::start().await;
    let inline = regex::Regex::new(r#"<style|style=|<script>| on[a-z]+=|javascript:|src="https?:"#).unwrap();
    let needed = regex::Regex::new(r#"(?:src|href)="(assets/[^"]+|[a-z]+\.html)""#).unwrap();
    for page in PAGES {
        let answer = get(&server, page).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; \
             frame-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        assert_eq!((answer.header("x-frame-options"), answer.header("cache-control")), ("DENY", "no-cache"));
        assert!(!inline.is_match(&answer.text), "{page}");
        let parts: Vec<_> = needed.captures_iter(&answer.text).map(|found| found[1].to_owned()).collect();
        assert!(parts.len() >= 2, "{parts:?}");
        for part in parts {
            assert_eq!(get(&server, &format!("/{part}")).await.status, 200, "{part}");
        }
    }
    let import = regex::Regex::new(r"from '\./([a-z-]+\.js)'").unwrap();
    let mut waiting: Vec<_> = SCRIPTS.map(str::to_owned).to_vec();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(script) = waiting.pop() {
        if seen.insert(script.clone()) {
            let answer = get(&server, &format!("/assets/{script}")).await;
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (200, "text/javascript; charset=utf-8"),
                "{script}"
            );
            waiting.extend(import.captures_iter(&answer.text).map(|found| found[1].to_owned()));
        }
    }
    assert!(seen.len() > 15, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_told_in_the_vendors_words() {
    let server = Server::start().await;
    for path in ["/ward.html", "/assets/smartz.css", "/assets/ward.js"] {
        let answer = get(&server, path).await;
        let request = server.request(Method::GET, &format!("/smartz{path}"));
        let again = Answer::of(request.header("If-None-Match", answer.header("etag"))).await;
        assert_eq!((again.status, &*again.text), (304, ""), "{path}");
        let posted =
            Answer::of(server.request(Method::POST, &format!("/smartz{path}")).json(&Value::Null)).await;
        refused(&posted, 405);
        assert_eq!(posted.header("allow"), "GET");
    }
    for missing in
        ["/index.html", "/login.html/", "/assets/", "/assets/login.html", "/assets/..%2fsession.js"]
    {
        assert_eq!(refused(&get(&server, missing).await, 404), "Resource not found", "{missing}");
    }
}
