//! What every answer of a page's address carries, whoever wrote it.

use reqwest::Method;

use super::{signed_in, with_account};
use crate::harness::{Answer, Server};
use crate::oauth::person::{address, app, question};

#[track_caller]
fn guarded(answer: &Answer, what: &str) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{what}: {policy}"
    );
}

const PAGES: [&str; 12] = [
    "/login",
    "/login/code",
    "/oauth/logout",
    "/oauth/patient",
    "/oauth/consent",
    "/signup",
    "/verify",
    "/reset",
    "/reset/password",
    "/account",
    "/account/password",
    "/account/second-factor",
];

#[tokio::test(flavor = "multi_thread")]
async fn faults_before_a_page_begins_carry_them_too() {
    let server = Server::start().await;
    for page in PAGES {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            guarded(&Answer::of(server.request(method.clone(), page)).await, &format!("{method} {page}"));
        }
        let json = server.request(Method::POST, page).header("Content-Type", "application/json").body("{}");
        guarded(&Answer::of(json).await, page);
        let large = server.request(Method::POST, page).form(&[("request", "x".repeat(70_000))]);
        guarded(&Answer::of(large).await, page);
        let huge = server.request(Method::POST, page).form(&[("request", "x".repeat(300_000))]);
        guarded(&Answer::of(huge).await, page);
        let broken = server.request(Method::GET, &format!("{page}?request=%FF&request=%zz&%00=1"));
        let broken = Answer::of(broken).await;
        guarded(&broken, page);
        assert!(broken.status < 500, "{page}: {}", broken.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_needs_is_said_on_a_page() {
    let server = with_account().await;
    let json = server.request(Method::POST, "/login").header("Content-Type", "application/json").body("{}");
    let answer = Answer::of(json).await;
    assert_eq!(super::fault(&answer, 415), "The page sends something else than a form.");
    for length in [70_000, 300_000] {
        let large = server.request(Method::POST, "/login").form(&[("email", "x".repeat(length))]);
        assert_eq!(super::fault(&Answer::of(large).await, 413), "The form is too large, or broke off.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_with_forms_are_not_compressed() {
    let server = with_account().await;
    let client = app(&server).await;
    let alice = signed_in(&server).await;
    let consent = alice.get(&address(&question(&client, "user/*.rs"))).await.header("location").to_owned();
    for page in ["/account", "/login", "/reset", "/account/second-factor", &consent] {
        let answer = alice.get_packed(page).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, "identity"), "{page}");
        assert!(answer.text.contains("name=\"form\""), "{page}");
    }
}
