//! Several servers on one database, and several tenants in it.

use reqwest::Method;
use serde_json::json;

use super::{defined, found, shod, shoe_size, stored};
use crate::fhir::isolation::token_of_another_tenant;
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn no_server_works_by_parameters_of_before() {
    let first = Server::start().await;
    let second = first.replica().await;
    let (here, there) = (first.fhir().await, second.fhir().await);
    let old = stored(&there, &shod(40)).await;
    assert_eq!(found(&there, "/Patient?shoe-size=40").await, [old.as_str()], "it is not known yet");
    let id = stored(&here, &shoe_size()).await;
    let refusal = "not-supported: shoe-size is not searchable yet, it is being indexed: this has not begun";
    assert_eq!(there.get("/Patient?shoe-size=40").await.refused(400), [refusal]);
    first.finish_jobs().await;
    assert_eq!(found(&there, "/Patient?shoe-size=40").await, [old.as_str()]);
    // Each writes by what the other defined.
    let new = stored(&there, &shod(41)).await;
    assert_eq!(found(&here, "/Patient?shoe-size=41").await, [new.as_str()]);
    assert_eq!(here.delete(&format!("/SearchParameter/{id}")).await.status, 204);
    let strict = there.request(Method::GET, "/Patient?shoe-size=41").header("Prefer", "handling=strict");
    assert_eq!(
        Answer::of(strict).await.refused(400),
        ["not-supported: \"shoe-size\" is not a search parameter of Patient"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_goes_on_where_one_ended() {
    let first = Server::start().await;
    let fhir = first.fhir().await;
    for _ in 0..4 {
        stored(&fhir, &shod(40)).await;
    }
    stored(&fhir, &shoe_size()).await;
    for _ in 0..2 {
        assert!(first.app.records.job_step(3).await.unwrap());
    }
    let second = first.replica().await;
    drop(first);
    let fhir = second.fhir().await;
    let refusal = "not-supported: shoe-size is not searchable yet, it is being indexed: 3 of 4";
    assert_eq!(fhir.get("/Patient?shoe-size=40").await.refused(400), [refusal]);
    second.finish_jobs().await;
    assert_eq!(found(&fhir, "/Patient?shoe-size=40").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_a_job_runs_is_found_once() {
    let server = Server::start().await;
    let second = server.replica().await;
    let fhir = server.fhir().await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(stored(&fhir, &shod(40)).await);
    }
    stored(&fhir, &shoe_size()).await;
    let write = async {
        let mut new = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            let mut changed = shod(41);
            changed["id"] = id.as_str().into();
            if at % 2 == 0 {
                assert_eq!(fhir.put(&format!("/Patient/{id}"), &changed).await.status, 200);
            }
            new.push(stored(&fhir, &shod(42)).await);
        }
        new
    };
    let work = async |server: &Server| while server.app.records.job_step(3).await.unwrap() {};
    let (new, (), ()) = tokio::join!(write, work(&server), work(&second));
    server.finish_jobs().await;
    let count = async |size: u8| {
        fhir.get(&format!("/Patient?shoe-size={size}&_summary=count")).await.json()["total"].clone()
    };
    assert_eq!((count(40).await, count(41).await, count(42).await), (json!(10), json!(10), json!(new.len())));
    assert_eq!(server.number("SELECT count(*) FROM resource_number").await, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_does_not_begin_before_writers_of_before_have_ended() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    // A writer that knows of no parameter yet, and commits late.
    let body = {
        let mut late = shod(40);
        late["id"] = "late".into();
        late.to_string()
    };
    let late = format!(
        "BEGIN; SELECT writing_parameters(1); SELECT pg_sleep(2);
         INSERT INTO resource (tenant, type, id, address, version, updated, method, body, indexed) VALUES (1, 'Patient', 'late',
            ('x' || substr(encode(sha256('Patient/late'), 'hex'), 1, 16))::bit(64)::bigint, 1, now(), 'POST', '{body}', true);
         COMMIT"
    );
    let define = async {
        let held =
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted
                    AND classid = 'search_parameter_set'::regclass::oid";
        while server.number(held).await == 0 {
            tokio::task::yield_now().await;
        }
        defined(&server, &fhir, &shoe_size()).await
    };
    tokio::join!(server.execute(&late), define);
    assert_eq!(found(&fhir, "/Patient?shoe-size=40").await, ["late"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_do_not_see_each_others_parameters() {
    let server = Server::start().await;
    let mine = server.fhir().await;
    let theirs = server.fhir_by(token_of_another_tenant(&server).await);
    for fhir in [&mine, &theirs] {
        stored(fhir, &shod(40)).await;
        stored(fhir, &shod(41)).await;
    }
    defined(&server, &mine, &shoe_size()).await;
    assert_eq!(found(&mine, "/Patient?shoe-size=40").await.len(), 1);
    assert_eq!(found(&theirs, "/Patient?shoe-size=40").await.len(), 2, "it is passed over");
    let names = async |request: reqwest::RequestBuilder| {
        let statement = Answer::of(request).await.json();
        hygeia::fhir::validate::validate(&statement).expect("the statement is valid R4");
        let resources = statement["rest"][0]["resource"].as_array().unwrap().clone();
        let patient = resources.into_iter().find(|resource| resource["type"] == "Patient").unwrap();
        let parameters = patient["searchParam"].as_array().unwrap().clone();
        parameters.into_iter().filter(|parameter| parameter["name"] == "shoe-size").collect::<Vec<_>>()
    };
    assert_eq!(
        names(mine.request(Method::GET, "/metadata")).await,
        [
            json!({ "name": "shoe-size", "definition": "http://a.example/SearchParameter/shoe-size", "type": "number" })
        ]
    );
    assert_eq!(names(theirs.request(Method::GET, "/metadata")).await, [json!(null); 0]);
    assert_eq!(names(server.request(Method::GET, "/fhir/metadata")).await, [json!(null); 0]);
}
