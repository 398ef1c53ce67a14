//! Refusals that no single interaction owns.

use reqwest::Method;

use super::{patient, stored};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_that_holds_nothing_is_answered() {
    let server = Server::start().await;
    let refusal = ["login: a valid access token is needed"];
    for path in ["/fhir/Patient", "/fhir/Patient/1", "/fhir/Patient/1/_history", "/fhir/Patient/1/_history/1"]
    {
        let answer = Answer::of(server.request(Method::GET, path)).await;
        assert_eq!(answer.refused(401), refusal, "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"fhir\"");
    }
    let token = server.token("system/*.cruds").await;
    for wrong in ["", "hyg_", "hyg_AAAA", "eyJhbGciOiJub25lIn0.e30.", &token.to_uppercase()] {
        let answer = Answer::of(server.request(Method::GET, "/fhir/Patient").bearer_auth(wrong)).await;
        assert_eq!(answer.refused(401), refusal, "{wrong}");
    }
    let basic = server.request(Method::GET, "/fhir/Patient").basic_auth("user", Some(&token));
    assert_eq!(Answer::of(basic).await.refused(401), refusal);
    assert_eq!(
        Answer::of(server.request(Method::GET, "/fhir/Patient").bearer_auth(&token)).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_after_twelve_hours() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    server.app.clock.advance_s(12 * 3600 - 1);
    assert_eq!(fhir.get("/Patient").await.status, 200);
    server.app.clock.advance_s(1);
    assert_eq!(fhir.get("/Patient").await.refused(401), ["login: a valid access token is needed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_hold_for_each_interaction() {
    let server = Server::start().await;
    let all = server.fhir().await;
    let id = stored(&all, &patient()).await;
    let path = format!("/Patient/{id}");
    let body = serde_json::json!({ "resourceType": "Patient", "id": id });
    for (scope, allowed) in [
        ("system/Patient.c", [true, false, false, false, false]),
        ("system/Patient.r", [false, true, false, false, false]),
        ("system/Patient.u", [false, false, true, false, false]),
        ("system/Patient.s", [false, false, false, true, false]),
        ("system/Patient.d", [false, false, false, false, true]),
        ("system/Observation.cruds", [false; 5]),
        ("system/Patient.cruds", [true; 5]),
    ] {
        let fhir = server.fhir_with(scope).await;
        let answers = [
            fhir.post("/Patient", &patient()).await,
            fhir.get(&path).await,
            fhir.put(&path, &body).await,
            fhir.get("/Patient").await,
            fhir.delete("/Patient/none").await,
        ];
        for (answer, allowed) in answers.iter().zip(allowed) {
            if allowed {
                assert!(answer.status < 300, "{scope}: {}", answer.text);
            } else {
                assert_eq!(answer.refused(403), ["forbidden: the credential does not grant this"], "{scope}");
            }
        }
        assert_eq!(
            fhir.get(&format!("{path}/_history")).await.status,
            if allowed[1] { 200 } else { 403 },
            "{scope}"
        );
    }
    let update_only = server.fhir_with("system/Patient.u").await;
    let made =
        update_only.put("/Patient/new", &serde_json::json!({ "resourceType": "Patient", "id": "new" })).await;
    assert_eq!(
        made.refused(403),
        ["forbidden: the credential does not grant this"],
        "update does not create"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_addresses_and_methods_are_told_apart() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (method, path, status, allow) in [
        (Method::OPTIONS, "/Patient", 405, "GET, HEAD, POST, PUT, PATCH, DELETE"),
        (Method::POST, "/Patient/1", 405, "GET, HEAD, PUT, PATCH, DELETE"),
        (Method::PUT, "/Patient/1/_history/1", 405, "GET, HEAD"),
        (Method::PUT, "/metadata", 405, "GET, HEAD"),
        (Method::POST, "/metadata", 405, "GET, HEAD"),
        (Method::GET, "/Patient/1/2/3/4", 404, ""),
        (Method::GET, "/dog/1/2/3", 404, ""),
    ] {
        let answer = Answer::of(fhir.request(method.clone(), path)).await;
        assert_eq!(answer.refused(status).len(), 1, "{method} {path}");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    let outside = Answer::of(server.request(Method::GET, "/api/auth/login")).await;
    assert_eq!(outside.status, 404);
    assert_eq!(
        outside.json()["surfaces"],
        serde_json::json!(["/smartscan", "/imagemedix", "/smartz", "/hemato", "/fhir", "/oauth", "/docs"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_at_the_end_changes_nothing() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    assert_eq!(fhir.get("/Dog/").await.refused(404), ["not-supported: there is no such resource type in R4"]);
    let id = stored(&fhir, &patient()).await;
    for path in ["/", "/Patient/", "/Patient/?_count=5"] {
        assert_eq!(fhir.get(path).await.json()["total"], 1, "{path}");
    }
    assert_eq!(fhir.get(&format!("/Patient/{id}/")).await.json()["id"], *id);
    for path in ["/metadata/", "/Patient/_history/"] {
        assert_eq!(fhir.get(path).await.status, 200, "{path}");
    }
    assert_eq!(fhir.post("/Patient/", &patient()).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_never_taken_for_a_number() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let quantity = |value: &str| {
        format!(
            r#"{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},"valueQuantity":{{"value":{value}}}}}"#
        )
    };
    for (value, refusal) in [
        (
            r#"{"$serde_json::private::Number":"12"}"#,
            "structure: There is a name that no element of FHIR has, at line 1, column 129.",
        ),
        (r#"{"extension":[],"$serde_json::private::Number":"12"}"#, ""),
    ] {
        let request =
            fhir.request(Method::POST, "/Observation").header("Content-Type", "application/fhir+json");
        let refused = Answer::of(request.body(quantity(value))).await.refused(400);
        assert!(refusal.is_empty() || refused == [refusal], "{refused:?}");
    }
    assert_eq!(fhir.get("/Observation").await.json()["total"], 0);
}
