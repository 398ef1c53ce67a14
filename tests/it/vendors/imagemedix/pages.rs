//! The pages, as they are served; `browser/imagemedix` has them as a person does.

use reqwest::Method;
use serde_json::Value;

use super::refused;
use crate::harness::{Answer, Server};

const PAGES: [&str; 5] = ["/login.html", "/worklist.html", "/viewer.html", "/admin.html", "/card.html"];

async fn get(server: &Server, path: &str) -> Answer {
    Answer::of(server.request(Method::GET, &format!("/imagemedix{path}"))).await
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
        assert!(parts.len() >= 3, "{parts:?}");
        for part in parts {
            assert_eq!(get(&server, &format!("/{part}")).await.status, 200, "{part}");
        }
    }
    let import = regex::Regex::new(r"from '\./([a-z-]+\.js)'").unwrap();
    for script in ["viewer.js", "worklist.js", "admin.js", "login.js", "card.js", "compare.js", "report.js"] {
        let text = get(&server, &format!("/assets/{script}")).await.text;
        for part in import.captures_iter(&text) {
            assert_eq!(get(&server, &format!("/assets/{}", &part[1])).await.status, 200, "{}", &part[1]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_cost_nothing_and_are_told_in_the_vendors_words() {
    let server = Server::start().await;
    for (path, media_type) in [
        ("/worklist.html", "text/html; charset=utf-8"),
        ("/assets/pages.css", "text/css; charset=utf-8"),
        ("/assets/canvas.js", "text/javascript; charset=utf-8"),
        ("/models/brain-mri.md", "text/plain; charset=utf-8"),
        ("/models/chest-xray.md", "text/plain; charset=utf-8"),
    ] {
        let answer = get(&server, path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}");
        assert_eq!(answer.header("x-ratelimit-remaining"), "", "{path}");
        let request = server.request(Method::GET, &format!("/imagemedix{path}"));
        let again = Answer::of(request.header("If-None-Match", answer.header("etag"))).await;
        assert_eq!((again.status, &*again.text), (304, ""), "{path}");
        let posted =
            Answer::of(server.request(Method::POST, &format!("/imagemedix{path}")).json(&Value::Null)).await;
        assert_eq!(refused(&posted, 405), "This endpoint does not take this method", "{path}");
        assert_eq!(posted.header("allow"), "GET");
    }
    for missing in [
        "/index.html",
        "/login.html/",
        "/assets/",
        "/assets/login.html",
        "/models/",
        "/models/digits.md",
        "/models/..%2fbrain-mri.md",
    ] {
        assert_eq!(refused(&get(&server, missing).await, 404), "There is no such endpoint", "{missing}");
    }
}
