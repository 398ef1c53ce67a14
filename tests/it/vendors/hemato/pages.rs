//! The pages and the pictures that they show.

use reqwest::Method;
use serde_json::json;

use super::corrections::reviewed;
use super::{Lab, done, refused};
use crate::harness::smears::drawn_smear;
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_served_in_every_region_and_run_nothing_of_others() {
    let server = Server::start().await;
    for path in [
        "login.html",
        "studies.html",
        "study.html",
        "keys.html",
        "assets/study.js",
        "assets/viewer.css",
        "assets/signed-in.js",
    ] {
        for mount in ["/hemato", "/hemato/us"] {
            let request = server
                .request(Method::GET, &format!("{mount}/{path}"))
                .header("Accept", "text/html,text/css");
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 200, "{mount}/{path}");
            assert_eq!(answer.header("cache-control"), "no-cache");
            if path.ends_with(".html") {
                assert!(
                    answer
                        .header("content-security-policy")
                        .starts_with("default-src 'none'; script-src 'self'")
                );
            }
        }
        let answer = Answer::of(server.request(Method::POST, &format!("/hemato/{path}"))).await;
        assert_eq!(refused(&answer, 405), "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_is_shown_as_it_was_sent_and_small() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, file) = reviewed(&lab).await;
    let sent = drawn_smear(220);
    assert_eq!(
        lab.read(&format!("/pbs/{study}/files")).await["files"],
        json!([{ "file_id": file, "name": "field.png", "content_type": "image/png", "size_bytes": sent.len(), "width": 640, "height": 480 }])
    );
    let path = format!("/hemato/dev/pbs/{study}/files/{file}");
    let get = async |query: &str| {
        let request =
            server.request(Method::GET, &format!("{path}{query}")).header("Authorization", lab.token());
        request.header("Accept", "image/*").send().await.unwrap()
    };
    let whole = get("").await;
    assert_eq!(
        (whole.status().as_u16(), whole.headers()["content-type"].to_str().unwrap()),
        (200, "image/png")
    );
    assert_eq!(whole.headers()["cache-control"], "no-store");
    assert_eq!(whole.bytes().await.unwrap(), sent);
    let small = get("?size=small").await;
    assert_eq!(small.headers()["content-type"], "image/jpeg");
    let picture = image::load_from_memory(&small.bytes().await.unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (320, 240));
    assert_eq!(get("?size=large").await.status(), 400);
    let nobody = Answer::of(server.request(Method::GET, &path)).await;
    assert_eq!(refused(&nobody, 401), "missing_token");
    let device = lab.with_role("device").await;
    assert_eq!(refused(&device.get(&format!("/pbs/{study}/files/{file}")).await, 404), "not_found");
    for other in ["sha224-i-0", "x", "a%7Cb"] {
        assert_eq!(refused(&lab.get(&format!("/pbs/{study}/files/{other}")).await, 404), "not_found");
    }
    let cells = done(&lab.get(&format!("/pbs/{study}/cells?file_id={file}&from=100&limit=5")).await, 200);
    assert_eq!((&cells["total"], cells["cells"].as_array().unwrap().len()), (&json!(108), 5));
}
