//! Transactions that meet.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use serde_json::Value;
use tokio::join;

use super::{about, entry, made, numbered, run, transact, with};
use crate::harness::{Answer, Server};

const PATIENTS: &str = "SELECT count(*) FROM resource WHERE type = 'Patient'";

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_of_the_same_make_one_resource() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let entries = [
        with(made("urn:uuid:1", &numbered("1")), "ifNoneExist", "identifier=urn:mr|1"),
        made("urn:uuid:2", &about("urn:uuid:1")),
    ];
    let answers = join_all((0..50).map(|_| run(&fhir, "transaction", &entries))).await;
    assert_eq!(count(&answers, 200), 50, "{answers:?}");
    assert_eq!(server.number(PATIENTS).await, 1);
    let subjects =
        "SELECT count(DISTINCT body::json->'subject'->>'reference') FROM resource WHERE type = 'Observation'";
    assert_eq!(server.number(subjects).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_criteria_in_another_order_do_not_block_one_another() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut entries: Vec<Value> = (0..8)
        .map(|n| {
            let number = n.to_string();
            with(
                entry("POST", "Patient", Some(&numbered(&number))),
                "ifNoneExist",
                &format!("identifier=urn:mr|{n}"),
            )
        })
        .collect();
    let forwards = entries.clone();
    entries.reverse();
    let all = (0..40).map(|n| run(&fhir, "transaction", if n % 2 == 0 { &forwards } else { &entries }));
    let answers = join_all(all).await;
    assert_eq!(count(&answers, 200), 40, "{answers:?}");
    assert_eq!(server.number(PATIENTS).await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_resources_in_another_order_do_not_block_one_another() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut entries: Vec<Value> = (0..8)
        .map(|n| {
            let mut patient = numbered(&n.to_string());
            patient["id"] = format!("p{n}").into();
            entry("PUT", &format!("Patient/p{n}"), Some(&patient))
        })
        .collect();
    let forwards = entries.clone();
    entries.reverse();
    let all = (0..40).map(|n| run(&fhir, "transaction", if n % 2 == 0 { &forwards } else { &entries }));
    let answers = join_all(all).await;
    assert_eq!(count(&answers, 200), 40, "{answers:?}");
    assert_eq!(server.number("SELECT sum(version)::bigint FROM resource").await, 8 * 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_criteria_and_single_ones_exclude_one_another() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let conditional = |n: u32| {
        with(
            entry("POST", "Patient", Some(&numbered(&n.to_string()))),
            "ifNoneExist",
            &format!("identifier=urn:mr|{n}"),
        )
    };
    let many: Vec<Value> = (0..100).map(conditional).collect();
    let single = (0..20).map(|n| vec![conditional(n)]);
    let all: Vec<_> = single.chain([many.clone(), many]).collect();
    let answers = join_all(all.iter().map(|entries| run(&fhir, "transaction", entries))).await;
    assert_eq!(count(&answers, 200), 22, "{answers:?}");
    assert_eq!(server.number(PATIENTS).await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_with_different_scopes_exclude_one_another() {
    let server = Server::start().await;
    let all = server.fhir().await;
    let some = server.fhir_with("system/Observation.cruds system/Patient.rs").await;
    let patient = crate::fhir::stored(&all, &numbered("1")).await;
    let observation = about(&format!("Patient/{patient}"));
    // A way that only one of them may go belongs to this search.
    let create =
        with(entry("POST", "Observation", Some(&observation)), "ifNoneExist", "subject.identifier=urn:mr|1");
    let entries = [create];
    let all = (0..40).map(|n| run(if n % 2 == 0 { &all } else { &some }, "transaction", &entries));
    let answers = join_all(all).await;
    assert_eq!(count(&answers, 200), 40, "{answers:?}");
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Observation'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_those_of_a_recount_while_others_write() {
    const ROUNDS: usize = 40;
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let entries = [
        entry("GET", "Patient?_summary=count", None),
        entry("GET", "Patient?_count=5&_total=accurate&_sort=birthdate", None),
        entry("GET", "Patient?_count=1000", None),
    ];
    let is_over = AtomicBool::new(false);
    let writer = async |of: usize| {
        let mut written = 0;
        while !is_over.load(Ordering::Relaxed) {
            let made = fhir.post("/Patient", &numbered(&format!("{of}-{written}"))).await;
            assert_eq!(made.status, 201, "{}", made.text);
            written += 1;
            if written % 3 == 0 {
                let deleted = fhir.delete(&format!("/Patient/{}", made.json()["id"].as_str().unwrap())).await;
                assert_eq!(deleted.status, 204, "{}", deleted.text);
            }
        }
    };
    let reader = async {
        let mut seen = BTreeSet::new();
        for _ in 0..ROUNDS {
            let answers = transact(&fhir, &entries).await;
            let [count, first, all] = answers.as_slice() else { panic!("{answers:?}") };
            let recount = all["resource"]["entry"].as_array().map_or(0, Vec::len);
            for told in [count, first, all] {
                assert_eq!(told["resource"]["total"], recount, "{}", told["resource"]["link"]);
            }
            seen.insert(recount);
        }
        is_over.store(true, Ordering::Relaxed);
        seen
    };
    let (seen, ..) = join!(reader, writer(0), writer(1), writer(2));
    assert!(seen.len() > ROUNDS / 4, "the others hardly wrote: {seen:?}");
}
