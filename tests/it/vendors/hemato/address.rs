//! Addresses, methods, and what clients take as an answer.

use reqwest::Method;

use super::{Lab, NOBODY, done, refused};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_json_gets_406() {
    let server = Server::start().await;
    for accept in ["text/html", "application/xml", "application/json;q=0"] {
        for path in ["/hemato/heartbeat", "/hemato/us/pbs", "/hemato/nothing"] {
            let answer = Answer::of(server.request(Method::GET, path).header("Accept", accept)).await;
            assert_eq!(refused(&answer, 406), "not_acceptable");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_told_from_a_wrong_path() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    for (method, path, allowed) in [
        (Method::DELETE, "/heartbeat", "GET"),
        (Method::PATCH, "/pbs/x/files", "POST, GET"),
        (Method::PUT, "/pbs", "POST, GET"),
        (Method::GET, "/auth/login", "POST"),
        (Method::DELETE, "/pbs/x/files/sha224-i-0", "GET"),
        (Method::PUT, "/pbs/x/files/sha224-i-0", "GET"),
        (Method::POST, "/pbs/x/review", "GET"),
        (Method::PUT, "/keys/x", "DELETE"),
    ] {
        let answer = Answer::of(lab.request(method.clone(), path)).await;
        assert_eq!(refused(&answer, 405), "method_not_allowed", "{method} {path}");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
    for path in ["/pbs/", "/nothing", "/pbs/x/y", "/auth", "/api/auth/login"] {
        assert_eq!(refused(&lab.get(path).await, 404), "not_found", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_teapot_is_where_nothing_is_for_production() {
    let server = Server::start().await;
    for (region, status) in [("dev", 418), ("qa", 418), ("us", 404), ("ca", 404), ("eu", 404)] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = Answer::of(server.request(method, &format!("/hemato/{region}/teapot"))).await;
            refused(&answer, status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_heartbeat_is_in_no_envelope_and_needs_no_token() {
    let server = Server::start().await;
    let beat = async || Answer::of(server.request(Method::GET, "/hemato/us/heartbeat")).await.json();
    let (one, other) = (beat().await, beat().await);
    let members: Vec<_> = one.as_object().unwrap().keys().collect();
    assert_eq!(members, ["delta", "heartbeat", "request_timestamp", "version"]);
    assert_eq!(one["request_timestamp"], server.app.clock.now().timestamp());
    assert!(one["heartbeat"] != other["heartbeat"] && one["heartbeat"].as_str().unwrap().len() == 20);
    assert!(one["delta"].as_str().unwrap().ends_with('s') && one["version"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_read_whatever_the_body_is_called() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    for media in ["application/x-www-form-urlencoded; charset=utf-8", "text/plain", "application/json"] {
        let request = lab.request(Method::POST, "/pbs").header("Content-Type", media);
        let answer = Answer::of(request.body(r#"{"tags":{"patient_proxy_id":""}}"#)).await;
        assert_eq!(done(&answer, 201)["tags"], serde_json::json!({ "patient_proxy_id": "" }));
    }
    let empty = Answer::of(lab.request(Method::POST, "/pbs")).await;
    assert_eq!(done(&empty, 201)["tags"], serde_json::json!({}));
    for body in
        ["tags=1", "[]", "null", "\"x\"", "{\"tags\":{\"a\":1}}", "{\"tags\":[]}", &"[".repeat(100_000)]
    {
        let answer = Answer::of(lab.request(Method::POST, "/pbs").body(body.to_owned())).await;
        assert_eq!(refused(&answer, 400), "invalid_request", "{body:.40}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_none_is_a_study_that_is_not_there() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    for id in [
        "x",
        "%27%20OR%201%3D1%20--",
        NOBODY,
        "..%2f",
        &"a".repeat(500),
        "C7D453A9-676D-4B9F-A505-8A9021B76DFD",
    ] {
        for below in ["", "/status", "/report"] {
            assert_eq!(
                refused(&lab.get(&format!("/pbs/{id}{below}")).await, 404),
                "not_found",
                "{id}{below}"
            );
        }
    }
}
