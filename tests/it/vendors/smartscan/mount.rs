//! What holds for the whole mount: unknown addresses, other origins, the public endpoints.

use reqwest::Method;
use serde_json::{Value, json};

use super::{refused, send};
use crate::harness::{Answer, Server, each_way};

each_way! { start_via:
    an_unknown_address_or_method_is_told_in_the_vendors_words
    a_refused_preflight_is_told_in_the_vendors_words
    pages_of_other_origins_may_call
    device_types_and_health_need_no_credential
}

async fn an_unknown_address_or_method_is_told_in_the_vendors_words(server: Server) {
    for path in ["", "/", "/api", "/api/nothing", "/api/v2/extract-medical-data", "/api/projects/1/2"] {
        let answer = send(&server, Method::GET, path, None, &Value::Null).await;
        assert_eq!(
            refused(&answer, 404),
            ("NOT_FOUND".to_owned(), "There is no such endpoint".to_owned()),
            "{path}"
        );
    }
    for (method, path, allowed) in [
        (Method::DELETE, "/api/projects", "GET, POST"),
        (Method::GET, "/api/v1/extract-medical-data", "POST"),
        (Method::PUT, "/v1/extract-medical-data", "POST"),
        (Method::GET, "/api/api-keys/generate", "POST"),
        (Method::GET, "/api/api-keys/1", "DELETE"),
    ] {
        let answer = send(&server, method, path, None, &Value::Null).await;
        assert_eq!(refused(&answer, 405).0, "METHOD_NOT_ALLOWED", "{path}");
        assert_eq!(answer.header("allow"), allowed, "{path}");
    }
    let rows = "SELECT count(*) FROM audit_event WHERE surface = 'smartscan' AND outcome = 'refused'";
    assert_eq!(server.number(rows).await, 11);
}

async fn a_refused_preflight_is_told_in_the_vendors_words(server: Server) {
    let preflight = |method: &str| {
        server
            .request(Method::OPTIONS, "/smartscan/api/projects")
            .header("Access-Control-Request-Method", method)
    };
    let patch = Answer::of(preflight("PATCH").header("Origin", "https://clinic.example")).await;
    refused(&patch, 400);
    assert_eq!(patch.header("x-ratelimit-limit"), "100");
    assert_eq!(
        patch.text,
        r#"{"success":false,"error":"preflight is refused: Requested method is not allowed","error_code":"VALIDATION_ERROR","details":{"preflight":"is refused: Requested method is not allowed"}}"#
    );
    let other = server.request(Method::OPTIONS, "/smartscan/api/projects");
    assert_eq!(refused(&Answer::of(other).await, 405).0, "METHOD_NOT_ALLOWED");
    let rows = "SELECT count(*) FROM audit_event WHERE surface = 'smartscan' AND outcome = 'refused'";
    assert_eq!(server.number(rows).await, 2);
}

async fn pages_of_other_origins_may_call(server: Server) {
    let preflight = server
        .request(Method::OPTIONS, "/smartscan/api/projects")
        .header("Origin", "https://clinic.example")
        .header("Access-Control-Request-Method", "PUT")
        .header("Access-Control-Request-Headers", "authorization, x-api-key, content-type, x-requested-with");
    let answer = Answer::of(preflight).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!((answer.header("x-ratelimit-limit"), answer.header("x-ratelimit-window")), ("100", "3600"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let allowed = answer.header("access-control-allow-headers").to_lowercase();
    assert!(
        ["authorization", "x-api-key", "content-type", "x-requested-with"]
            .iter()
            .all(|name| allowed.contains(name)),
        "{allowed}"
    );

    let request =
        server.request(Method::GET, "/smartscan/api/auth/me").header("Origin", "https://clinic.example");
    let answer = Answer::of(request).await;
    assert_eq!(refused(&answer, 401).0, "MISSING_TOKEN");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let exposed = answer.header("access-control-expose-headers").to_lowercase();
    for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-window"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

async fn device_types_and_health_need_no_credential(server: Server) {
    let types = send(&server, Method::GET, "/api/device-types", None, &Value::Null).await;
    assert_eq!(types.status, 200);
    let types = types.json();
    assert_eq!((&types["success"], &types["total"]), (&json!(true), &json!(15)));
    let of = |category: &str| {
        let types = types["device_types"].as_array().unwrap().iter();
        types.filter(|device_type| device_type["category"] == category).count()
    };
    assert_eq!((of("device"), of("document")), (12, 3));
    assert_eq!(types["device_types"][0]["id"], "blood-pressure");
    assert_eq!(types["device_types"][0]["fields"][0], "systolic");

    let health = send(&server, Method::GET, "/api/health", None, &Value::Null).await;
    assert_eq!(health.status, 200);
    let mut health = health.json();
    assert!(health["uptime_seconds"].as_u64().is_some());
    health["uptime_seconds"] = json!(0);
    assert_eq!(
        health,
        json!({
            "success": true, "status": "ok", "version": env!("CARGO_PKG_VERSION"), "uptime_seconds": 0,
            "timestamp": "2026-11-21T12:00:00Z",
        })
    );
}
