//! A tenant's rows are seen by that tenant alone, also where a query forgets the tenant.

use hygeia::core::Secret;
use hygeia::identity::Surface;
use hygeia::records::accounts::Person;
use reqwest::Method;

use super::{observation, patient, stored};
use crate::harness::{Answer, Server};

/// A token of a second tenant, which comes with an account of its own.
pub async fn token_of_another_tenant(server: &Server) -> String {
    let person = Person {
        email: "other@example.org".to_owned(),
        password: Secret::new("a long enough password".to_owned()),
        name: Secret::new("Other".to_owned()),
    };
    server.app.records.open_account(Surface::SmartScan, &person).await.unwrap();
    let name = server.text("SELECT name FROM tenant WHERE tenant > 1").await;
    server.app.identity.issue_access_token(&name, "system/*.cruds").await.unwrap().expose().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_resource_is_as_one_that_is_not_there() {
    let server = Server::start().await;
    let id = stored(&server.fhir().await, &patient()).await;
    let token = token_of_another_tenant(&server).await;
    let get = |path: String| Answer::of(server.request(Method::GET, &path).bearer_auth(&token));
    let absent = get("/fhir/Patient/absent".to_owned()).await;
    for path in [
        format!("/fhir/Patient/{id}"),
        format!("/fhir/Patient/{id}/_history"),
        format!("/fhir/Patient/{id}/_history/1"),
    ] {
        let answer = get(path).await;
        assert_eq!((answer.status, &answer.text), (404, &absent.text));
    }
    assert_eq!(get(format!("/fhir/Patient?_id={id}")).await.json()["total"], 0);
    let body = serde_json::json!({ "resourceType": "Patient", "id": id, "active": false });
    let put = server.request(Method::PUT, &format!("/fhir/Patient/{id}")).bearer_auth(&token);
    let put = Answer::of(put.header("Content-Type", "application/fhir+json").body(body.to_string())).await;
    assert_eq!(put.status, 201, "the same id is free in another tenant");
    assert_eq!(server.fhir().await.get(&format!("/Patient/{id}")).await.json()["birthDate"], "1852-05-04");
}

#[tokio::test(flavor = "multi_thread")]
async fn row_level_security_holds_where_a_query_forgets_the_tenant() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &patient()).await;
    let mut measured = observation("8867-4");
    measured["valueQuantity"] = serde_json::json!({ "value": 64, "unit": "/min" });
    stored(&fhir, &measured).await;
    let token = token_of_another_tenant(&server).await;
    drop(token);
    // Of all tables that there are, so that a new one is held to it.
    let all = "FROM pg_class c WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
               AND relname NOT LIKE '\\_\\_diesel%'";
    let unguarded = format!(
        "SELECT relname::text {all} AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS
             (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant' AND attnotnull))"
    );
    assert_eq!(server.texts(&unguarded).await, Vec::<String>::new());
    let tables = server.texts(&format!("SELECT relname::text {all}")).await;
    assert!(tables.len() > 15, "{tables:?}");
    for table in tables {
        for (scope, condition) in [
            ("", "true"),
            ("SET hygeia.tenant = '1'", "tenant <> 1"),
            ("SET hygeia.tenant = '100'", "tenant <> 100"),
        ] {
            let seen = server
                .as_application(scope, &format!("SELECT count(*) FROM {table} WHERE {condition}"))
                .await;
            assert_eq!(seen, Ok(0), "{table} with {scope:?}");
            for write in [format!("UPDATE {table} SET tenant = tenant"), format!("DELETE FROM {table}")] {
                let sql = format!("WITH w AS ({write} WHERE {condition} RETURNING 1) SELECT count(*) FROM w");
                let written = server.as_application(scope, &sql).await;
                let forbidden = Err("42501".to_owned());
                assert!(written == Ok(0) || written == forbidden, "{sql} with {scope:?}: {written:?}");
            }
        }
    }
    for table in
        ["resource", "resource_term", "resource_date", "resource_text", "resource_number", "tenant_surface"]
    {
        let count = format!("SELECT count(*) FROM {table}");
        assert_ne!(server.as_application("SET hygeia.tenant = '1'", &count).await, Ok(0), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_cannot_write_for_another_tenant_or_rewrite_the_past() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    fhir.delete(&format!("/Patient/{id}")).await;
    let scope = "SET hygeia.tenant = '1'";
    for (sql, refusal) in [
        ("INSERT INTO tenant (tenant, name, created_at) VALUES (2, 'x', now()) RETURNING tenant", "42501"),
        ("WITH w AS (UPDATE resource_history SET body = '{}' RETURNING 1) SELECT count(*) FROM w", "42501"),
        ("WITH w AS (DELETE FROM resource_history RETURNING 1) SELECT count(*) FROM w", "42501"),
        ("WITH w AS (DELETE FROM audit_event RETURNING 1) SELECT count(*) FROM w", "42501"),
        (
            "WITH w AS (UPDATE audit_event SET outcome = 'success' RETURNING 1) SELECT count(*) FROM w",
            "42501",
        ),
    ] {
        assert_eq!(server.as_application(scope, sql).await, Err(refusal.to_owned()), "{sql}");
    }
}
