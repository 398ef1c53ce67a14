//! Links between the entries of a transaction.

use serde_json::{Value, json};

use super::{about, entry, made, numbered, reference, transact, with};
use crate::fhir::{patient, stored};
use crate::harness::{Fhir, Server};

async fn read(fhir: &Fhir<'_>, entry: &Value) -> Value {
    fhir.get(&format!("/{}", reference(entry))).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_may_refer_to_one_another_in_a_circle() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let like = |other: &str| {
        let mut patient = patient();
        patient["link"] = json!([{ "other": { "reference": other }, "type": "seealso" }]);
        patient
    };
    let entries =
        transact(&fhir, &[made("urn:uuid:a", &like("urn:uuid:b")), made("urn:uuid:b", &like("urn:uuid:a"))])
            .await;
    assert_eq!(read(&fhir, &entries[0]).await["link"][0]["other"]["reference"], reference(&entries[1]));
    assert_eq!(read(&fhir, &entries[1]).await["link"][0]["other"]["reference"], reference(&entries[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_rewritten_wherever_they_stand() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let url = "urn:uuid:0193e8a2-8b7c-7cc3-98c4-dc0c0c07398f";
    let link = |name: &str| json!({ "url": "http://example.org/x", name: url });
    let mut observation = about(url);
    observation["contained"] = json!([{ "resourceType": "Encounter", "id": "e", "status": "finished",
        "class": { "code": "AMB" }, "subject": { "reference": url } }]);
    observation["extension"] = json!([link("valueUri"), link("valueUrl"), link("valueCanonical"), link("valueUuid"),
        link("valueString"), { "url": "http://example.org/x", "valueReference": { "reference": url } },
        { "url": "http://example.org/x", "valueOid": "urn:oid:1.2.3" }]);
    observation["identifier"] = json!([{ "system": url, "value": url }]);
    observation["text"] = json!({ "status": "generated",
        "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{url} <a href=\"{url}\">p</a><img src='urn:oid:1.2.3' alt=\"{url}\"/></div>") });
    let mut organization = made("urn:oid:1.2.3", &json!({ "resourceType": "Organization", "name": "Oid" }));
    organization["request"]["url"] = "Organization".into();
    let entries = transact(
        &fhir,
        &[made(url, &patient()), entry("POST", "Observation", Some(&observation)), organization],
    )
    .await;
    let (patient, organization) = (reference(&entries[0]), reference(&entries[2]));
    let stored = read(&fhir, &entries[1]).await;
    assert_eq!(stored["subject"]["reference"], patient);
    assert_eq!(stored["contained"][0]["subject"]["reference"], patient);
    let values: Vec<_> = stored["extension"]
        .as_array()
        .unwrap()
        .iter()
        .map(|extension| extension.as_object().unwrap().values().nth(1).unwrap().clone())
        .collect();
    assert_eq!(
        values,
        [
            json!(patient),
            json!(patient),
            json!(patient),
            json!(patient),
            json!(url),
            json!({ "reference": patient }),
            json!(organization)
        ]
    );
    assert_eq!(stored["identifier"], json!([{ "system": patient, "value": url }]));
    assert_eq!(
        stored["text"]["div"],
        format!(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">{url} <a href=\"{patient}\">p</a><img src='{organization}' alt=\"{url}\"/></div>"
        )
    );
    let found = fhir.get(&format!("/Observation?subject={patient}")).await.json();
    assert_eq!(found["total"], 1, "it is found by what it refers to");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_another_server_become_ours() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let there = "http://elsewhere.example/fhir";
    let entries = transact(
        &fhir,
        &[
            made(&format!("{there}/Patient/7"), &patient()),
            made(&format!("{there}/Observation/1"), &about("Patient/7")),
            made(&format!("{there}/Observation/2"), &about(&format!("{there}/Patient/7"))),
            made("urn:uuid:3", &about("Patient/7")),
            made(&format!("{there}/Observation/4"), &about("Patient/8")),
        ],
    )
    .await;
    let mut subjects = Vec::new();
    for entry in &entries[1..] {
        subjects.push(read(&fhir, entry).await["subject"]["reference"].clone());
    }
    let patient = reference(&entries[0]);
    assert_eq!(
        subjects,
        [patient.as_str(), &patient, "Patient/7", "Patient/8"],
        "without a base nothing is relative to it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn references_follow_what_an_entry_turns_out_to_be_about() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let there = stored(&fhir, &numbered("1")).await;
    let changed = stored(&fhir, &numbered("2")).await;
    let named = |url: &str, mut entry: Value| {
        entry["fullUrl"] = url.into();
        entry
    };
    let mut chosen = numbered("3");
    chosen["id"] = "chosen".into();
    let mut again = made("urn:uuid:e", &numbered("5"));
    again["request"]["ifNoneExist"] = "identifier=urn:mr|5".into();
    let entries = transact(
        &fhir,
        &[
            with(made("urn:uuid:a", &numbered("1")), "ifNoneExist", "identifier=urn:mr|1"),
            named("urn:uuid:b", entry("PUT", "Patient?identifier=urn:mr|2", Some(&numbered("2")))),
            named("urn:uuid:c", entry("PUT", "Patient/chosen", Some(&chosen))),
            made("urn:uuid:d", &numbered("5")),
            again,
            made("urn:uuid:1", &about("urn:uuid:a")),
            made("urn:uuid:2", &about("urn:uuid:b")),
            made("urn:uuid:3", &about("urn:uuid:c")),
            made("urn:uuid:4", &about("Patient/chosen")),
            made("urn:uuid:5", &about("urn:uuid:e")),
            made("urn:uuid:6", &about("urn:uuid:nobody")),
        ],
    )
    .await;
    let mut subjects = Vec::new();
    for entry in &entries[5..] {
        subjects.push(read(&fhir, entry).await["subject"]["reference"].as_str().unwrap().to_owned());
    }
    let made = reference(&entries[3]);
    assert_eq!(reference(&entries[4]), made, "what the transaction made before matches");
    assert_eq!(
        subjects,
        [
            format!("Patient/{there}"),
            format!("Patient/{changed}"),
            "Patient/chosen".to_owned(),
            "Patient/chosen".to_owned(),
            made,
            "urn:uuid:nobody".to_owned()
        ]
    );
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Patient'").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_may_ask_for_the_version_that_is_made() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut changed = numbered("1");
    changed["id"] = stored(&fhir, &numbered("1")).await.into();
    let exact = |reference: &str| {
        let mut observation = about(reference);
        observation["subject"]["extension"] = json!([{
            "url": "http://hl7.org/fhir/StructureDefinition/resolve-as-version-specific", "valueBoolean": true }]);
        observation
    };
    let mut put = entry("PUT", &format!("Patient/{}", changed["id"].as_str().unwrap()), Some(&changed));
    put["fullUrl"] = "urn:uuid:a".into();
    let entries = transact(
        &fhir,
        &[
            made("urn:uuid:1", &exact("urn:uuid:a")),
            made("urn:uuid:2", &exact("urn:uuid:b")),
            made("urn:uuid:b", &patient()),
            put,
        ],
    )
    .await;
    assert_eq!(
        read(&fhir, &entries[0]).await["subject"]["reference"],
        format!("{}/_history/2", reference(&entries[3]))
    );
    assert_eq!(
        read(&fhir, &entries[1]).await["subject"]["reference"],
        format!("{}/_history/1", reference(&entries[2]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_may_link_to_what_the_transaction_makes() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &about("Patient/0")).await;
    let patch = json!({ "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": [
        { "name": "type", "valueCode": "replace" }, { "name": "path", "valueString": "Observation.subject" },
        { "name": "value", "valueReference": { "reference": "urn:uuid:a" } }] }] });
    let entries = transact(
        &fhir,
        &[entry("PATCH", &format!("Observation/{id}"), Some(&patch)), made("urn:uuid:a", &patient())],
    )
    .await;
    assert_eq!(read(&fhir, &entries[0]).await["subject"]["reference"], reference(&entries[1]));
}
