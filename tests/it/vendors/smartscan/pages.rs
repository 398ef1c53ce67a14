//! The pages that the document names (contract SS-51), as they are served; `browser/dashboard` has them as a person does.

use reqwest::Method;
use serde_json::Value;

use super::{refused, send};
use crate::harness::{Answer, Server, each_way};

each_way! { start_via:
    pages_run_only_what_is_theirs
    parts_of_pages_are_asked_for_anew_and_sent_once
    other_methods_are_told_in_the_vendors_words
}

async fn get(server: &Server, path: &str) -> Answer {
    send(server, Method::GET, path, None, &Value::Null).await
}

async fn pages_run_only_what_is_theirs(server: Server) {
    let inline = regex::Regex::new(r#"<style|style=|<script>| on[a-z]+=|javascript:|https?://"#).unwrap();
    let needed = regex::Regex::new(r#"(?:src|href)="((?:assets|js)/[^"]+|[a-z]+\.html)""#).unwrap();
    for page in ["/login.html", "/register.html", "/dashboard.html"] {
        let answer = get(&server, page).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; \
             frame-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!inline.is_match(&answer.text), "{page}");
        // What a page needs is there.
        let parts: Vec<_> = needed.captures_iter(&answer.text).map(|found| found[1].to_owned()).collect();
        assert!(parts.len() >= 3, "{parts:?}");
        for part in parts {
            assert_eq!(get(&server, &format!("/{part}")).await.status, 200, "{part}");
        }
    }
    for missing in
        ["/index.html", "/Login.html", "/login.html/", "/assets/", "/assets/nothing.js", "/pages/login.html"]
    {
        assert_eq!(refused(&get(&server, missing).await, 404).0, "NOT_FOUND", "{missing}");
    }
}

async fn parts_of_pages_are_asked_for_anew_and_sent_once(server: Server) {
    for (path, media_type) in [
        ("/dashboard.html", "text/html; charset=utf-8"),
        ("/assets/pages.css", "text/css; charset=utf-8"),
        ("/assets/dashboard.js", "text/javascript; charset=utf-8"),
        ("/assets/chart.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = get(&server, path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache");
        let request = server.request(Method::GET, &format!("/smartscan{path}"));
        let again = Answer::of(request.header("If-None-Match", answer.header("etag"))).await;
        assert_eq!((again.status, &*again.text), (304, ""), "{path}");
    }
    let library = get(&server, "/assets/chart.js").await.text;
    assert!(library.starts_with("/*!\nThe MIT License (MIT)"), "its licence goes with it");
}

async fn other_methods_are_told_in_the_vendors_words(server: Server) {
    for path in ["/login.html", "/assets/dom.js"] {
        let answer = send(&server, Method::POST, path, None, &Value::Null).await;
        assert_eq!(
            (refused(&answer, 405).0, answer.header("allow")),
            ("METHOD_NOT_ALLOWED".to_owned(), "GET")
        );
    }
}
