//! Tables of more than a portion, and of more than is held back before the first byte is given.

use serde_json::json;

use super::{lines, of, run, view};
use crate::fhir::{patient, stored};
use crate::harness::{Fhir, Server};

/// Stores so many Patients by transactions.
async fn patients(fhir: &Fhir<'_>, count: usize) {
    for from in (0..count).step_by(500) {
        let entry = |at: usize| {
            json!({ "resource": { "resourceType": "Patient", "id": format!("n{at}"), "birthDate": "1852-05-04" },
            "request": { "method": "PUT", "url": format!("Patient/n{at}") } })
        };
        let entries: Vec<_> = (from..count.min(from + 500)).map(entry).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        assert_eq!(fhir.post("", &bundle).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_has_each_resource_once_whatever_its_size() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    patients(&fhir, 1_200).await;
    let ids = view("Patient", &[("id", "id", "id")]);
    let found: std::collections::BTreeSet<_> =
        lines(&fhir, &ids, &[]).await.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found.len(), 1_200);
    let limited = [json!({ "name": "_limit", "valueInteger": 700 })];
    assert_eq!(lines(&fhir, &ids, &limited).await.len(), 700);
    // Each row has ten kilobytes: most of the table comes after the answer has begun.
    let long =
        view("Patient", &[("id", "id", "id"), ("long", &format!("'{}'", "x".repeat(10_000)), "string")]);
    let rows = lines(&fhir, &long, &[]).await;
    assert_eq!(rows.len(), 1_200);
    assert!(rows.iter().all(|row| row["long"].as_str().unwrap().len() == 10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_after_the_answer_has_begun_breaks_it_off() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    patients(&fhir, 1_000).await;
    let mut several = patient();
    several["name"] = json!([{ "family": "Liddell" }, { "family": "Hargreaves" }]);
    stored(&fhir, &several).await;
    let long = view(
        "Patient",
        &[("family", "name.family", "string"), ("long", &format!("'{}'", "x".repeat(10_000)), "string")],
    );
    let response = super::running(&fhir, "/ViewDefinition/$run", &[of(&long)]).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(response.bytes().await.is_err(), "it must not look whole");
    let short = view("Patient", &[("family", "name.family", "string")]);
    assert_eq!(
        run(&fhir, "/ViewDefinition/$run", &[of(&short)]).await.status,
        422,
        "a short one is told before"
    );
}
