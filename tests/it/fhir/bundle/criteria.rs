//! Searches within a transaction: conditional entries and conditional references.

use serde_json::json;

use super::{about, entry, made, numbered, reference, run, statuses, transact, with};
use crate::fhir::stored;
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_reference_finds_one_resource_in_the_store_or_among_the_entries() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let there = stored(&fhir, &numbered("1")).await;
    let entries = transact(
        &fhir,
        &[
            made("urn:uuid:1", &about("Patient?identifier=urn:mr|1")),
            made("urn:uuid:2", &about("Patient?identifier=urn:mr%7C1&birthdate=1852-05-04")),
            made("urn:uuid:3", &about("Patient?identifier=urn:mr|2")),
            made("urn:uuid:4", &numbered("2")),
        ],
    )
    .await;
    let made_here = reference(&entries[3]);
    for (entry, subject) in
        entries.iter().zip([format!("Patient/{there}"), format!("Patient/{there}"), made_here])
    {
        let stored = fhir.get(&format!("/{}", reference(entry))).await.json();
        assert_eq!(stored["subject"]["reference"], subject);
        assert_eq!(
            fhir.get(&format!("/Observation?subject={subject}&_id={}", stored["id"].as_str().unwrap()))
                .await
                .json()["total"],
            1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_reference_sees_the_store_as_the_transaction_leaves_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let gone = stored(&fhir, &numbered("1")).await;
    let kept = stored(&fhir, &numbered("1")).await;
    let changed = stored(&fhir, &numbered("1")).await;
    let mut other = numbered("2");
    other["id"] = changed.as_str().into();
    let entries = transact(
        &fhir,
        &[
            made("urn:uuid:1", &about("Patient?identifier=urn:mr|1")),
            made("urn:uuid:2", &about("Patient?identifier=urn:mr|2")),
            entry("DELETE", &format!("Patient/{gone}"), None),
            entry("PUT", &format!("Patient/{changed}"), Some(&other)),
        ],
    )
    .await;
    for (entry, id) in entries.iter().zip([kept, changed]) {
        let stored = fhir.get(&format!("/{}", reference(entry))).await.json();
        assert_eq!(stored["subject"]["reference"], format!("Patient/{id}"));
    }
    let both =
        [made("urn:uuid:1", &about("Patient?identifier=urn:mr|1")), made("urn:uuid:2", &numbered("1"))];
    assert_eq!(
        run(&fhir, "transaction", &both).await.refused(412),
        ["multiple-matches: several resources match the criteria (Bundle.entry[0])"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn conditional_entries_find_make_change_and_delete() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let there = stored(&fhir, &numbered("1")).await;
    let gone = stored(&fhir, &numbered("4")).await;
    let entries = transact(
        &fhir,
        &[
            with(made("urn:uuid:1", &numbered("1")), "ifNoneExist", "identifier=urn:mr|1"),
            with(made("urn:uuid:2", &numbered("2")), "ifNoneExist", "?identifier=urn:mr|2"),
            entry("PUT", "Patient?identifier=urn:mr|3", Some(&numbered("3"))),
            entry("DELETE", "Patient?identifier=urn:mr|4", None),
            entry("DELETE", "Patient?identifier=urn:mr|5", None),
        ],
    )
    .await;
    assert_eq!(
        statuses(&entries),
        ["200 OK", "201 Created", "201 Created", "204 No Content", "204 No Content"]
    );
    assert_eq!(
        (reference(&entries[0]), entries[0]["response"]["etag"].as_str()),
        (format!("Patient/{there}"), Some("W/\"1\""))
    );
    assert_eq!(fhir.get(&format!("/Patient/{gone}")).await.status, 410);
    let again = transact(
        &fhir,
        &[
            with(made("urn:uuid:2", &numbered("2")), "ifNoneExist", "identifier=urn:mr|2"),
            entry("PUT", "Patient?identifier=urn:mr|3", Some(&numbered("3"))),
        ],
    )
    .await;
    assert_eq!(statuses(&again), ["200 OK", "200 OK"]);
    assert_eq!(
        (reference(&again[0]), reference(&again[1])),
        (reference(&entries[1]), reference(&entries[2]))
    );
    let stale = with(entry("PUT", "Patient?identifier=urn:mr|3", Some(&numbered("3"))), "ifMatch", "W/\"1\"");
    assert_eq!(
        run(&fhir, "transaction", &[stale]).await.refused(412),
        ["conflict: the resource has changed: its current version is 2 (Bundle.entry[0])"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_first_does_not_keep_another_from_being_made() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let gone = stored(&fhir, &numbered("1")).await;
    let entries = transact(
        &fhir,
        &[
            with(made("urn:uuid:1", &numbered("1")), "ifNoneExist", "identifier=urn:mr|1"),
            entry("DELETE", "Patient?identifier=urn:mr|1", None),
        ],
    )
    .await;
    assert_eq!(statuses(&entries), ["201 Created", "204 No Content"]);
    assert_ne!(reference(&entries[0]), format!("Patient/{gone}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_matches_are_deleted_together() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for _ in 0..3 {
        stored(&fhir, &numbered("1")).await;
    }
    stored(&fhir, &numbered("2")).await;
    let entries = transact(&fhir, &[entry("DELETE", "Patient?identifier=urn:mr|1", None)]).await;
    assert_eq!(entries, [json!({ "response": { "status": "204 No Content" } })]);
    assert_eq!(fhir.get("/Patient").await.json()["total"], 1);
    let told = "SELECT sum(cardinality(entities)) FROM audit_event WHERE interaction = 'delete'";
    assert_eq!(server.number(told).await, 3, "in one row");
}
