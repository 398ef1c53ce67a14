//! Profiles, tags and security labels, read and changed. <https://hl7.org/fhir/R4/resource-operation-meta.html>

use serde_json::{Value, json};

use super::super::{patient, stored};
use crate::harness::{Answer, Fhir, Server};

fn parameters(meta: &Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": [{ "name": "meta", "valueMeta": meta }] })
}

/// What an answer tells, without what every resource has.
#[track_caller]
fn told(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut meta = answer.json()["parameter"][0]["valueMeta"].clone();
    if let Some(members) = meta.as_object_mut() {
        members.remove("lastUpdated");
    }
    meta
}

async fn labelled(fhir: &Fhir<'_>) -> String {
    let mut one = patient();
    one["meta"] = json!({ "tag": [{ "system": "urn:t", "code": "a" }] });
    stored(fhir, &one).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_or_change_it_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = labelled(&fhir).await;
    let meta = parameters(&json!({ "tag": [{ "code": "b" }] }));
    for (path, status) in [("/Patient/none/$meta", 404), ("/Dog/$meta", 404), ("/Dog/1/$meta", 404)] {
        assert_eq!(fhir.get(path).await.status, status, "{path}");
    }
    let reader = server.fhir_with("system/Patient.rs").await;
    assert_eq!(reader.post(&format!("/Patient/{id}/$meta-add"), &meta).await.status, 403);
    assert_eq!(reader.post(&format!("/Patient/{id}/$meta-delete"), &meta).await.status, 403);
    let blind = server.fhir_with("system/Observation.rs?category=laboratory").await;
    for path in [format!("/Patient/{id}/$meta"), "/Observation/$meta".to_owned(), "/$meta".to_owned()] {
        assert_eq!(blind.get(&path).await.status, 403, "{path}");
    }
    let add = format!("/Patient/{id}/$meta-add");
    for wrong in [
        json!({ "resourceType": "Parameters" }),
        parameters(&json!({ "tag": { "code": "b" } })),
        parameters(&json!({ "tag": ["b"] })),
        parameters(&json!({ "profile": [7] })),
        patient(),
    ] {
        assert_eq!(fhir.post(&add, &wrong).await.status, 400, "{wrong}");
    }
    assert_eq!(fhir.get(&format!("/Patient/{id}")).await.header("etag"), "W/\"1\"");
    fhir.delete(&format!("/Patient/{id}")).await;
    assert_eq!(fhir.get(&format!("/Patient/{id}/$meta")).await.status, 410);
    assert_eq!(fhir.post(&add, &meta).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_added_and_taken_away_by_a_version_and_by_none_where_nothing_changes() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = labelled(&fhir).await;
    let post = async |operation: &str, meta: Value| {
        told(&fhir.post(&format!("/Patient/{id}/${operation}"), &parameters(&meta)).await)
    };
    let a = json!({ "system": "urn:t", "code": "a" });
    let same = post("meta-add", json!({ "tag": [a] })).await;
    assert_eq!(same, json!({ "versionId": "1", "tag": [a] }));
    assert_eq!(post("meta-delete", json!({ "tag": [{ "system": "urn:u", "code": "a" }] })).await, same);
    let secret = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" });
    let more = post("meta-add", json!({ "tag": [a], "security": [secret], "profile": ["urn:p"] })).await;
    assert_eq!(more, json!({ "versionId": "2", "tag": [a], "profile": ["urn:p"], "security": [secret] }));
    assert_eq!(fhir.get("/Patient?_tag=urn:t|a&_security=R").await.json()["total"], 1);
    let less = post("meta-delete", json!({ "tag": [a], "profile": ["urn:p"] })).await;
    assert_eq!(less, json!({ "versionId": "3", "security": [secret] }));
    assert_eq!(told(&fhir.get(&format!("/Patient/{id}/$meta")).await), less);
    assert_eq!(fhir.get("/Patient?_tag=urn:t|a").await.json()["total"], 0);
    let rows = "SELECT count(*) FROM audit_event WHERE interaction IN ('meta', 'meta-add', 'meta-delete')";
    assert_eq!(server.number(rows).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_labels_of_a_type_and_of_all_are_told_once() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    assert_eq!(fhir.get("/Patient/$meta").await.json(), json!({ "resourceType": "Parameters" }));
    labelled(&fhir).await;
    labelled(&fhir).await;
    let basic = json!({ "resourceType": "Basic", "code": { "text": "x" }, "meta": { "profile": ["urn:p"] } });
    stored(&fhir, &basic).await;
    let tags = json!([{ "system": "urn:t", "code": "a" }]);
    let of = async |path: &str| {
        let mut meta = told(&fhir.get(path).await);
        // The order of a Coding's members is the database's.
        let tag = meta["tag"].take();
        (meta["profile"].take(), tag)
    };
    assert_eq!(of("/Patient/$meta").await, (Value::Null, tags.clone()));
    assert_eq!(of("/$meta").await, (json!(["urn:p"]), tags));
    let other = server.fhir_by(super::super::isolation::token_of_another_tenant(&server).await);
    assert_eq!(other.get("/Basic/$meta").await.json(), json!({ "resourceType": "Parameters" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_asked_by_post_as_well() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = labelled(&fhir).await;
    let empty = json!({ "resourceType": "Parameters" });
    for path in ["/$meta".to_owned(), "/Patient/$meta".to_owned(), format!("/Patient/{id}/$meta")] {
        let (got, posted) = (fhir.get(&path).await, fhir.post(&path, &empty).await);
        assert_eq!((posted.status, posted.text), (200, got.text), "{path}");
        assert_eq!(fhir.post(&path, &patient()).await.status, 400, "{path}");
    }
    let types = "SELECT coalesce(type, '-') || ' ' || coalesce(patient, '-') FROM audit_event WHERE interaction = 'meta' AND outcome = 'success' ORDER BY id";
    let of_one = format!("Patient {id}");
    assert_eq!(server.texts(types).await, ["- -", "- -", "Patient -", "Patient -", &of_one, &of_one]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_met_by_another_writer_is_told_so() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = labelled(&fhir).await;
    let status = async |tag: &str| {
        let meta = parameters(&json!({ "tag": [{ "code": tag }] }));
        fhir.post(&format!("/Patient/{id}/$meta-add"), &meta).await.status
    };
    // Both have read the same version before either can write.
    let mut session = server.session().await;
    let held = session.transaction().await.unwrap();
    held.execute("SELECT FROM resource WHERE id = $1 FOR UPDATE", &[&id]).await.unwrap();
    let let_go = async {
        tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
        held.commit().await.unwrap();
    };
    let (one, other, ()) = tokio::join!(status("b"), status("c"), let_go);
    let mut both = [one, other];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    assert_eq!(fhir.get(&format!("/Patient/{id}")).await.header("etag"), "W/\"2\"");
}
