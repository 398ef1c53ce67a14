//! Conditional create, update, patch and delete.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{patient, stored};
use crate::harness::{Answer, Fhir, Server};

const JSON_PATCH: &str = "application/json-patch+json";
const STORED: &str = "SELECT count(*) FROM resource WHERE body IS NOT NULL";
const SEVERAL: [&str; 1] = ["multiple-matches: several resources match the criteria"];
const FORBIDDEN: [&str; 1] = ["forbidden: the credential does not grant this"];

/// A Patient with this number at a hospital.
fn numbered(number: &str) -> Value {
    let mut patient = patient();
    patient["identifier"] = json!([{ "system": "urn:mr", "value": number }]);
    patient
}

async fn create_unless(fhir: &Fhir<'_>, criteria: &str, resource: &Value) -> Answer {
    let request = fhir.request(Method::POST, "/Patient").header("If-None-Exist", criteria);
    Answer::of(request.header("Content-Type", "application/fhir+json").body(resource.to_string())).await
}

async fn patch(fhir: &Fhir<'_>, path: &str) -> Answer {
    let request = fhir.request(Method::PATCH, path).header("Content-Type", JSON_PATCH);
    Answer::of(request.body(r#"[{"op":"add","path":"/active","value":true}]"#)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn criteria_that_say_nothing_or_are_not_understood_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &numbered("7")).await;
    for (query, refusal) in [
        ("", "required: a conditional interaction needs search parameters"),
        ("colour=blue", "not-supported: \"colour\" is not a search parameter of Patient"),
        ("identifier=urn:mr|7&_count=1", "not-supported: \"_count\" is not a search parameter of Patient"),
        ("identifier=", "value: identifier has an empty value"),
        ("_id=a%00b", "value: a search parameter holds a NUL character"),
        ("birthdate=soon", "value: birthdate must be a date, with or without a prefix"),
    ] {
        let path = format!("/Patient?{query}");
        assert_eq!(create_unless(&fhir, query, &patient()).await.refused(400), [refusal], "POST {query}");
        assert_eq!(fhir.put(&path, &patient()).await.refused(400), [refusal], "PUT {query}");
        assert_eq!(patch(&fhir, &path).await.refused(400), [refusal], "PATCH {query}");
        assert_eq!(fhir.delete(&path).await.refused(400), [refusal], "DELETE {query}");
    }
    assert_eq!(fhir.delete("/Patient").await.status, 400, "all of a type is not deleted by an empty search");
    assert_eq!(
        (server.number(STORED).await, server.number("SELECT sum(version)::bigint FROM resource").await),
        (1, 1)
    );
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE outcome = 'refused'").await, 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_search_learns_nothing() {
    let server = Server::start().await;
    let path = format!("/Patient?_id={}", stored(&server.fhir().await, &numbered("7")).await);
    let fhir = server.fhir_with("system/Patient.crud").await;
    assert_eq!(create_unless(&fhir, "identifier=7", &patient()).await.refused(403), FORBIDDEN);
    assert_eq!(fhir.put(&path, &patient()).await.refused(403), FORBIDDEN);
    assert_eq!(patch(&fhir, &path).await.refused(403), FORBIDDEN);
    assert_eq!(fhir.delete(&path).await.refused(403), FORBIDDEN);
    let searcher = server.fhir_with("system/Patient.rs").await;
    assert_eq!(create_unless(&searcher, "identifier=7", &patient()).await.refused(403), FORBIDDEN);
    assert_eq!(searcher.put(&path, &patient()).await.refused(403), FORBIDDEN);
    assert_eq!(patch(&searcher, &path).await.refused(403), FORBIDDEN);
    assert_eq!(searcher.delete(&path).await.refused(403), FORBIDDEN);
    let blind = server.fhir_with("system/Patient.cs").await;
    let found = create_unless(&blind, "identifier=7", &patient()).await;
    assert_eq!((found.status, found.text.as_str()), (200, ""), "what is there is shown to readers only");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_matches_are_refused_and_nothing_changes() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &numbered("7")).await;
    stored(&fhir, &numbered("7")).await;
    let path = "/Patient?identifier=urn:mr%7C7";
    assert_eq!(create_unless(&fhir, "identifier=urn:mr|7", &patient()).await.refused(412), SEVERAL);
    assert_eq!(fhir.put(path, &patient()).await.refused(412), SEVERAL);
    assert_eq!(patch(&fhir, path).await.refused(412), SEVERAL);
    assert_eq!(server.number("SELECT sum(version)::bigint FROM resource").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_delete_deletes_all_matches_or_none() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = "/Patient?identifier=urn:mr%7C7";
    for _ in 0..3 {
        stored(&fhir, &numbered("7")).await;
    }
    let kept = stored(&fhir, &numbered("8")).await;
    let changed = stored(&fhir, &numbered("7")).await;
    let mut patient = numbered("7");
    patient["id"] = changed.as_str().into();
    fhir.put(&format!("/Patient/{changed}"), &patient).await;
    let some = Answer::of(fhir.request(Method::DELETE, path).header("If-Match", "W/\"1\"")).await;
    assert_eq!(some.refused(412), ["conflict: the resource has changed: its current version is 2"]);
    assert_eq!(server.number(STORED).await, 5);
    let all = fhir.delete(path).await;
    assert_eq!((all.status, all.text.as_str(), all.header("etag")), (204, "", ""));
    assert_eq!(server.texts("SELECT id FROM resource WHERE body IS NOT NULL").await, [kept]);
    let told = "SELECT sum(cardinality(entities)) FROM audit_event WHERE interaction = 'delete' AND outcome = 'success'";
    assert_eq!(server.number(told).await, 4, "in one row");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_delete_of_too_many_deletes_none() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let entry = json!({ "resource": numbered("7"), "request": { "method": "POST", "url": "Patient" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![entry; 1001] });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    assert_eq!(
        fhir.delete("/Patient?identifier=urn:mr%7C7").await.refused(412),
        ["too-costly: a conditional delete deletes at most 1000 resources"]
    );
    assert_eq!(server.number(STORED).await, 1001);
}

/// A Binary with a tag and so many bytes of text.
fn tagged(length: usize) -> Value {
    let (meta, data) = (json!({ "tag": [{ "code": "large" }] }), "A".repeat(length));
    json!({ "resourceType": "Binary", "meta": meta, "contentType": "text/plain", "data": data })
}

#[tokio::test(flavor = "multi_thread")]
async fn matches_count_however_large_they_are() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let (path, small) = ("/Binary?_tag=large", tagged(4));
    let unless = async || {
        let request = fhir.request(Method::POST, "/Binary").header("If-None-Exist", "_tag=large");
        Answer::of(request.header("Content-Type", "application/fhir+json").body(small.to_string())).await
    };
    let first = fhir.post("/Binary", &tagged(17 << 20)).await;
    let found = unless().await;
    assert_eq!((found.status, found.text == first.text), (200, true), "the one that matches is the answer");
    for _ in 0..2 {
        assert_eq!(fhir.post("/Binary", &tagged(9 << 20)).await.status, 201);
    }
    assert_eq!(unless().await.refused(412), SEVERAL);
    assert_eq!(fhir.put(path, &small).await.refused(412), SEVERAL);
    assert_eq!(patch(&fhir, path).await.refused(412), SEVERAL);
    let content = json!([{ "attachment": { "url": "urn:x" } }]);
    let mut pointing =
        json!({ "resourceType": "DocumentReference", "status": "current", "content": content });
    pointing["subject"] = json!({ "reference": "Binary?_tag=large" });
    let entry = json!({ "resource": pointing, "request": { "method": "POST", "url": "DocumentReference" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
    assert_eq!(
        fhir.post("", &bundle).await.refused(412),
        ["multiple-matches: several resources match the criteria (Bundle.entry[0])"]
    );
    assert_eq!(server.number("SELECT sum(version)::bigint FROM resource").await, 3);
    assert_eq!(fhir.delete(path).await.status, 204);
    assert_eq!(server.number(STORED).await, 0, "all of them are deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_may_ask_for_a_resource_or_for_none() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut chosen = numbered("7");
    chosen["id"] = "a".into();
    let put = async |name: &str, value: &str| {
        let request = fhir.request(Method::PUT, "/Patient/a").header(name, value);
        Answer::of(request.header("Content-Type", "application/fhir+json").body(chosen.to_string())).await
    };
    let nothing = ["conflict: there is no resource that If-Match could mean"];
    assert_eq!(put("If-Match", "*").await.refused(412), nothing);
    assert_eq!(
        put("If-None-Match", "W/\"1\"").await.refused(400),
        ["not-supported: If-None-Match of a change must be *: it is made where there is no resource"]
    );
    assert_eq!(put("If-None-Match", "*").await.status, 201);
    assert_eq!(
        put("If-None-Match", "*").await.refused(412),
        ["conflict: there is a resource already: its current version is 1"]
    );
    assert_eq!(
        put("If-Match", "W/\"abc\"").await.refused(412),
        ["conflict: the resource has changed: its current version is 1"]
    );
    assert_eq!(
        put("If-Match", "abc").await.refused(400),
        ["value: If-Match must be an entity tag such as W/\"3\""]
    );
    assert_eq!(put("If-Match", "W/\"7\", W/\"1\"").await.status, 200);
    assert_eq!(put("If-Match", "*").await.status, 200);
    fhir.delete("/Patient/a").await;
    assert_eq!(put("If-Match", "*").await.refused(412), nothing);
    assert_eq!(put("If-None-Match", "*").await.status, 201, "what is deleted is not there");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_does_not_match() {
    let server = Server::start().await;
    server.execute("INSERT INTO tenant (tenant, name, created_at) VALUES (7, 'other', now())").await;
    let token = server.app.identity.issue_access_token("other", "system/*.cruds").await.unwrap();
    stored(&server.fhir().await, &numbered("7")).await;
    let request = server.request(Method::POST, "/fhir/Patient").bearer_auth(token.expose());
    let request =
        request.header("If-None-Exist", "identifier=7").header("Content-Type", "application/fhir+json");
    assert_eq!(Answer::of(request.body(numbered("7").to_string())).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_create_makes_what_is_not_there() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let made = create_unless(&fhir, "identifier=urn:mr|7", &numbered("7")).await;
    assert_eq!((made.status, made.header("etag")), (201, "W/\"1\""));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    for criteria in
        ["identifier=urn:mr|7", "?identifier=urn%3Amr%7C7", "identifier=8,urn:mr|7&birthdate=1852-05-04"]
    {
        let found = create_unless(&fhir, criteria, &numbered("7")).await;
        assert_eq!((found.status, found.header("etag")), (200, "W/\"1\""), "{criteria}");
        assert_eq!(found.header("location"), format!("http://127.0.0.1:8080/fhir/Patient/{id}/_history/1"));
        assert_eq!(found.text, made.text);
    }
    assert_eq!(create_unless(&fhir, "identifier=8", &numbered("8")).await.status, 201);
    fhir.delete(&format!("/Patient/{id}")).await;
    let again = create_unless(&fhir, "identifier=urn:mr|7", &numbered("7")).await;
    assert_eq!(again.status, 201, "what is deleted does not match");
    let events =
        server.texts("SELECT interaction || coalesce(' ' || version, '') FROM audit_event ORDER BY id").await;
    assert_eq!(events, ["create 1", "create 1", "create 1", "create 1", "create 1", "delete 2", "create 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_conditional_creates_at_once_one_makes_a_resource() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    // The same search, spelled in different ways.
    let criteria = [
        "identifier=urn:mr|7&birthdate=1852-05-04",
        "birthdate=1852-05-04&identifier=urn:mr|7",
        "identifier=urn%3Amr%7C7&birthdate=eq1852-05-04",
        "birthdate=1852-05-04&identifier=urn:mr|7&identifier=urn:mr|7",
        "identifier=urn:mr|7,urn:mr|7&birthdate=1852-05-04,1852-05-04",
    ];
    let resource = numbered("7");
    let all = (0..50).map(|n| create_unless(&fhir, criteria[n % criteria.len()], &resource));
    let answers = join_all(all).await;
    assert_eq!(server.number(STORED).await, 1);
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(201), count(200)), (1, 49), "{answers:?}");
    let ids: std::collections::HashSet<_> =
        answers.iter().map(|answer| answer.json()["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_conditional_updates_at_once_one_makes_and_the_others_change_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let resource = numbered("7");
    let answers = join_all((0..50).map(|_| fhir.put("/Patient?identifier=urn:mr%7C7", &resource))).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(201), count(200)), (1, 49), "{answers:?}");
    assert_eq!(server.number(STORED).await, 1);
    assert_eq!(server.number("SELECT version FROM resource").await, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_update_changes_the_match_or_makes_one() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = "/Patient?identifier=urn:mr%7C7&_format=json";
    let made = fhir.put(path, &numbered("7")).await;
    assert_eq!((made.status, made.header("etag")), (201, "W/\"1\""));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let mut changed = numbered("7");
    changed["gender"] = "female".into();
    let answer = fhir.put(path, &changed).await;
    assert_eq!((answer.status, &answer.json()["id"], answer.header("etag")), (200, &json!(id), "W/\"2\""));
    changed["id"] = id.as_str().into();
    assert_eq!(fhir.put(path, &changed).await.header("etag"), "W/\"3\"");
    changed["id"] = "other".into();
    assert_eq!(
        fhir.put(path, &changed).await.refused(400),
        ["invalid: the resource's id must be that of the resource which matches the criteria"]
    );
    let stale = fhir.request(Method::PUT, path).header("If-Match", "W/\"1\"");
    let stale = stale.header("Content-Type", "application/fhir+json").body(numbered("7").to_string());
    assert_eq!(
        Answer::of(stale).await.refused(412),
        ["conflict: the resource has changed: its current version is 3"]
    );
    assert_eq!(server.number(STORED).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_update_without_a_match_takes_an_id_that_is_free() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut chosen = numbered("8");
    chosen["id"] = "chosen".into();
    let made = fhir.put("/Patient?identifier=urn:mr%7C8", &chosen).await;
    assert_eq!((made.status, &made.json()["id"]), (201, &json!("chosen")));
    let taken = fhir.put("/Patient?identifier=urn:mr%7C9", &chosen).await;
    assert_eq!(taken.refused(409), ["duplicate: the id is taken"]);
    let update_only = server.fhir_with("system/Patient.us").await;
    let not_made = update_only.put("/Patient?identifier=urn:mr%7C9", &numbered("9")).await;
    assert_eq!(not_made.refused(403), FORBIDDEN, "update does not create");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_patch_changes_the_match() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = "/Patient?identifier=urn:mr%7C7";
    assert_eq!(patch(&fhir, path).await.refused(404), ["not-found: there is no such resource"]);
    let id = stored(&fhir, &numbered("7")).await;
    stored(&fhir, &numbered("8")).await;
    let changed = patch(&fhir, path).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "W/\"2\""));
    assert_eq!((&changed.json()["id"], &changed.json()["active"]), (&json!(id), &json!(true)));
    let other_media = fhir.send(Method::PATCH, path, "[]").await;
    assert_eq!(other_media.refused(400), ["structure: The body must be a JSON object."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_delete_deletes_the_match() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = "/Patient?identifier=urn:mr%7C7";
    let nothing = fhir.delete(path).await;
    assert_eq!((nothing.status, nothing.header("etag")), (204, ""));
    let id = stored(&fhir, &numbered("7")).await;
    stored(&fhir, &numbered("8")).await;
    let stale = Answer::of(fhir.request(Method::DELETE, path).header("If-Match", "W/\"2\"")).await;
    assert_eq!(stale.refused(412), ["conflict: the resource has changed: its current version is 1"]);
    let deleted = fhir.delete(path).await;
    assert_eq!((deleted.status, deleted.text.as_str(), deleted.header("etag")), (204, "", "W/\"2\""));
    assert_eq!(fhir.get(&format!("/Patient/{id}")).await.status, 410);
    assert_eq!(fhir.get("/Patient").await.json()["total"], 1);
}
