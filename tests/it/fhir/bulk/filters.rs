//! What narrows an export.

use serde_json::json;

use super::{exported, files, manifest};
use crate::fhir::access::{put, two_patients};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_type_with_queries_is_exported_what_one_of_them_finds() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let laboratory = "Observation%3Fcategory%3Dlaboratory";
    for (path, expected) in [
        ("/Patient/$export?_type=Patient&_typeFilter=Patient%3Fname%3Dalice", "Patient/a"),
        (
            "/$export?_type=Patient,Encounter&_typeFilter=Patient%3Fname%3Dalice",
            "Encounter/a-encounter Encounter/b-encounter Patient/a",
        ),
        (
            &format!("/$export?_type=Observation&_typeFilter={laboratory}"),
            "Observation/a-laboratory Observation/b-laboratory",
        ),
        (
            &format!(
                "/$export?_type=Observation&_typeFilter={laboratory}%26subject%3DPatient/a,Observation%3F_id%3Db-vital-signs"
            ),
            "Observation/a-laboratory Observation/b-vital-signs",
        ),
        (
            &format!("/$export?_type=Observation&_typeFilter={laboratory}%26patient.name%3Dbob"),
            "Observation/b-laboratory",
        ),
        (
            "/$export?_type=Patient&_typeFilter=Patient%3F_has:Observation:patient:_id%3Da-laboratory",
            "Patient/a",
        ),
        (
            "/$export?_type=Encounter&_typeFilter=Encounter%3Fstatus:not-in%3Dhttp://hl7.org/fhir/ValueSet/encounter-status",
            "",
        ),
    ] {
        assert_eq!(exported(&fhir, path).await, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_elements_that_are_wanted_are_there() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let manifest = manifest(&fhir, "/$export?_type=Patient,Encounter&_elements=id,Patient.name").await;
    let [encounters, patients] = &files(&fhir, &manifest, "output").await[..] else { panic!("two files") };
    let names = |resource: &serde_json::Value| {
        assert_eq!(resource["meta"]["tag"][0]["code"], "SUBSETTED");
        resource.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&encounters[0]), "resourceType id meta status class", "what is mandatory stays");
    assert_eq!(names(&patients[0]), "resourceType id meta name");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_in_time_is_there() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let first = manifest(&fhir, "/$export?_type=Patient").await;
    let then = first["transactionTime"].as_str().unwrap().to_owned();
    server.app.clock.advance_s(60);
    put(&fhir, "Patient", "b", json!({ "active": true })).await;
    server.app.clock.advance_s(60);
    put(&fhir, "Patient", "c", json!({ "active": true })).await;
    for (query, expected) in [
        (format!("_since={then}"), "Patient/b Patient/c"),
        ("_since=2026-11-21T12:01:00Z".to_owned(), "Patient/c"),
        ("_since=2026-11-21T12:00:59.999999Z".to_owned(), "Patient/b Patient/c"),
        ("_since=2026-11-21T13:01:00%2B01:00".to_owned(), "Patient/c"),
        ("_since=2026-11-21T12:02:00Z".to_owned(), ""),
        ("_until=2026-11-21T12:01:00Z".to_owned(), "Patient/a"),
        (format!("_since={then}&_until=2026-11-21T12:02:00Z"), "Patient/b"),
    ] {
        assert_eq!(exported(&fhir, &format!("/$export?_type=Patient&{query}")).await, expected, "{query}");
    }
}
