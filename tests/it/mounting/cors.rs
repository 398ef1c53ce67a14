//! Which pages of other origins may call (contract X-06).

use hygeia::core::config::{Origins, Settings};
use reqwest::Method;

use super::told_by;
use crate::harness::{Answer, Server};

async fn preflight(server: &Server, path: &str, origin: &str, method: &str) -> Answer {
    let request = server.request(Method::OPTIONS, path).header("Origin", origin);
    let asked = "authorization, content-type, if-match, prefer";
    let request = request.header("Access-Control-Request-Headers", asked);
    Answer::of(request.header("Access-Control-Request-Method", method)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_apps_of_any_origin_may_use_fhir_with_a_token() {
    let server = Server::start().await;
    let refused = preflight(&server, "/fhir/Patient", "https://app.example", "TRACE").await;
    assert_eq!(
        refused.refused(400),
        ["not-supported: The preflight is refused: Requested method is not allowed."]
    );
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let allowed = preflight(&server, "/fhir/Patient", "https://app.example", method).await;
        assert_eq!((allowed.status, allowed.text.as_str()), (200, ""), "{method}");
        assert_eq!(allowed.header("access-control-allow-origin"), "*");
        assert_eq!(allowed.header("access-control-allow-credentials"), "");
        assert!(allowed.header("access-control-allow-headers").to_lowercase().contains("if-match"));
    }
    let fhir = server.fhir().await;
    for (path, status) in [("/Patient", 200), ("/Patient/absent", 404), ("/Nothing", 404)] {
        let request = fhir.request(Method::GET, path).header("Origin", "https://app.example");
        let answer = Answer::of(request).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, "*"), "{path}");
        assert!(answer.header("vary").contains("Accept"), "{}", answer.header("vary"));
        let exposed = answer.header("access-control-expose-headers").to_lowercase();
        for name in ["etag", "location", "content-location", "last-modified"] {
            assert!(exposed.contains(name), "{exposed}");
        }
    }
    let request = server.request(Method::GET, "/fhir/Patient").header("Origin", "https://app.example");
    let answer = Answer::of(request).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (401, "*"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_setting_no_page_may_call_the_other_vendors() {
    let server = Server::start().await;
    for (path, vendor) in [
        ("/imagemedix/api", "imagemedix"),
        ("/smartz/v1/nothing", "smartz"),
        ("/hemato/eu/nothing", "hemato/eu"),
    ] {
        let answer = preflight(&server, path, "https://app.example", "POST").await;
        assert_eq!(told_by(&answer), vendor);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_origins_of_the_settings_may_call_and_no_other() {
    let origins = Origins {
        imagemedix: vec!["https://app.example".to_owned()],
        hemato: vec!["https://lab.example".to_owned()],
    };
    let server = Server::start_by(&Settings { origins, ..Settings::default() }, None).await;
    let allowed = preflight(&server, "/imagemedix/api/scans", "https://app.example", "POST").await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, "https://app.example"));
    let refused = preflight(&server, "/imagemedix/api/scans", "https://lab.example", "POST").await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (400, ""));
    assert_eq!(
        refused.text,
        r#"{"error":"The preflight is refused: Origin is not allowed to make this request"}"#
    );
    let allowed = preflight(&server, "/hemato/us/pbs", "https://lab.example", "POST").await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, "https://lab.example"));
    let refused = preflight(&server, "/hemato/us/pbs", "https://app.example", "POST").await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("preflight_refused")));
}
