//! The files of scans: pictures and reports, by signed addresses (contract IM-21, IM-28, G-IM-7).

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::{NOBODY, User, refused, server};
use super::{picture, without_signature};
use crate::harness::{Answer, Server};

/// What is at a path of the server, without a token.
async fn fetched(server: &Server, path: &str) -> reqwest::Response {
    server.request(Method::GET, path).send().await.unwrap()
}

fn path_of<'u>(server: &Server, url: &'u Value) -> &'u str {
    url.as_str().unwrap().strip_prefix(&server.url).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_shown_to_who_has_its_address() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let scan = doctor.scan("PT-1", "2025-05-01").await;
    let path = path_of(&server, &scan["imageUrl"]);
    let (bare, signature) = path.split_once('?').unwrap();
    let other = doctor.scan("PT-1", "2025-05-01").await;
    for (path, text) in [
        (bare.to_owned(), "Sign in first: a bearer token is required"),
        (format!("{bare}?{}", signature.replace("exp=1", "exp=2")), "The token is invalid or expired"),
        (format!("{path}0"), "The token is invalid or expired"),
        (path.replace("Brain", "Train"), "The token is invalid or expired"),
        (
            path.replace(scan["_id"].as_str().unwrap(), other["_id"].as_str().unwrap()),
            "The token is invalid or expired",
        ),
        (path.replace("exp=", "exp=x"), "Sign in first: a bearer token is required"),
    ] {
        let answer = Answer::of(server.request(Method::GET, &path)).await;
        assert_eq!(refused(&answer, 401), text, "{path}");
    }
    let with_token = server.request(Method::GET, bare).bearer_auth(&doctor.token);
    assert_eq!(refused(&Answer::of(with_token).await, 401), "Sign in first: a bearer token is required");
    // On the host itself too, where a client takes the mount for a part of the host.
    for path in [path, path.strip_prefix("/imagemedix").unwrap()] {
        let file = fetched(&server, path).await;
        let header = |name: &str| file.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(file.status(), 200, "{path}");
        assert_eq!(
            (header("content-type").as_str(), header("cache-control").as_str()),
            ("image/png", "no-store")
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(file.bytes().await.unwrap(), picture(ImageFormat::Png));
    }
    // It is the same all through an hour, and ends after the next.
    let read = doctor.read(&format!("/scans/{}", scan["_id"].as_str().unwrap())).await;
    assert_eq!(read["imageUrl"], scan["imageUrl"]);
    server.app.clock.advance_s(3_600);
    assert_eq!(fetched(&server, path).await.status(), 200);
    server.app.clock.advance_s(3_600);
    assert_eq!(fetched(&server, path).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_ends_with_its_account() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let scan = doctor.scan("PT-1", "2025-05-01").await;
    let path = path_of(&server, &scan["imageUrl"]);
    assert_eq!(fetched(&server, path).await.status(), 200);
    let off = json!({ "isActive": false });
    assert_eq!(admin.send(Method::PATCH, &format!("/users/users/{}", doctor.id), &off).await.status, 200);
    assert_eq!(fetched(&server, path).await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_of_what_was_found() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let path = doctor.scan_path("PT-1").await;
    let id = path.strip_prefix("/scans/").unwrap();
    let report = format!("{path}/report");
    let none = "The scan has no result yet that could be reported";
    assert_eq!(refused(&doctor.send(Method::POST, &report, &Value::Null).await, 400), none);
    let elsewhere = format!("/scans/{NOBODY}/report");
    assert_eq!(
        refused(&doctor.send(Method::POST, &elsewhere, &Value::Null).await, 404),
        "There is no such scan"
    );
    doctor.make(&format!("{path}/annotations"), &json!({ "x": 190, "y": 5, "text": "Here" })).await;
    let result = json!({ "status": "completed", "result": { "hasTumor": false, "confidence": 0.9 } });
    assert_eq!(doctor.send(Method::PATCH, &path, &result).await.status, 200);
    let unmade = format!("/imagemedix/reports/report-{id}.pdf");
    let by_token =
        async |token: &str| Answer::of(server.request(Method::GET, &unmade).bearer_auth(token)).await;
    assert_eq!(refused(&by_token(&doctor.token).await, 404), "There is no such file");
    for _ in 0..2 {
        let made = doctor.send(Method::POST, &report, &Value::Null).await;
        assert_eq!(made.status, 200, "{}", made.text);
        let made = made.json();
        assert_eq!(made["message"], "Report generated successfully");
        assert_eq!(without_signature(&made["reportUrl"]), format!("/reports/report-{id}.pdf"));
        let url = made["reportUrl"].as_str().unwrap();
        for url in [format!("/imagemedix{url}"), url.to_owned()] {
            let file = fetched(&server, &url).await;
            assert_eq!(file.status(), 200, "{url}");
            assert_eq!(file.headers()["content-type"], "application/pdf");
            assert!(file.bytes().await.unwrap().starts_with(b"%PDF-"));
        }
    }
    let with_token = server.request(Method::GET, &unmade).bearer_auth(&doctor.token).send().await.unwrap();
    assert!(with_token.bytes().await.unwrap().starts_with(b"%PDF-"));
    let other = admin.doctor("other@example.org").await;
    assert_eq!(refused(&by_token(&other.token).await, 404), "There is no such scan");
    assert_eq!(Answer::of(server.request(Method::GET, &unmade)).await.status, 401);
    let fhir = server.fhir().await;
    let document = fhir.get(&format!("/DocumentReference/{id}")).await.json();
    assert_eq!(document["content"][0]["attachment"]["url"], format!("Binary/report-{id}"));
    // A mark is added: the report does not show it.
    doctor.make(&format!("{path}/annotations"), &json!({ "x": 1, "y": 5, "text": "There" })).await;
    assert_eq!(refused(&by_token(&doctor.token).await, 404), "There is no such file");
    assert_eq!(doctor.send(Method::POST, &report, &Value::Null).await.status, 200);
    let again = server.request(Method::GET, &unmade).bearer_auth(&doctor.token).send().await.unwrap();
    assert_eq!(again.status(), 200);
    // What was found is changed: the report tells something else than the scan.
    let result = json!({ "result": { "hasTumor": true, "confidence": 0.9 } });
    assert_eq!(doctor.send(Method::PATCH, &path, &result).await.status, 200);
    assert_eq!(refused(&by_token(&doctor.token).await, 404), "There is no such file");
}
