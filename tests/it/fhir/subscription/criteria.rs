//! Criteria that cannot be asked just now, or not at all: they keep up nobody else, and nothing is lost.

use serde_json::{Value, json};

use super::super::{observation, patient};
use super::{active, both, change, paths, read, status, stored, subscription, work};

const SHOE: &str = "http://a.example/shoe";

fn shoe_size() -> Value {
    json!({
        "resourceType": "SearchParameter", "id": "shoe", "url": "http://a.example/SearchParameter/shoe-size", "name": "shoe",
        "status": "active", "description": "x", "code": "shoe-size", "base": ["Patient"], "type": "number",
        "expression": format!("Patient.extension('{SHOE}').value"),
    })
}

/// A patient with shoes of this size.
fn shod(size: u8) -> Value {
    let mut patient = patient();
    patient["extension"] = json!([{ "url": SHOE, "valueDecimal": size }]);
    patient
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_parameter_that_is_indexed_anew_ends_nothing() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    fhir.put("/SearchParameter/shoe", &shoe_size()).await;
    server.finish_jobs().await;
    let alone = active(&fhir, &subscription(&receiver.url("/alone"), "Patient?shoe-size=44")).await;
    let chained =
        active(&fhir, &subscription(&receiver.url("/chained"), "Observation?subject:Patient.shoe-size=44"))
            .await;
    // It is changed, and nobody has indexed by it yet.
    let mut other = shoe_size();
    other["expression"] =
        format!("Patient.extension('{SHOE}').value | Patient.extension('urn:x').value").into();
    assert_eq!(fhir.put("/SearchParameter/shoe", &other).await.status, 200);
    stored(&fhir, &shod(43)).await;
    let shod = stored(&fhir, &shod(44)).await;
    let mut of = Vec::new();
    for _ in 0..2 {
        let mut hers = observation("8867-4");
        hers["subject"] = json!({ "reference": format!("Patient/{shod}") });
        of.push(stored(&fhir, &hers).await);
        work(&server).await;
        server.app.clock.advance_s(3);
    }
    // What a resource tells by itself is told; what must be looked up waits.
    assert_eq!(paths(&receiver), [format!("PUT /alone/Patient/{shod}")]);
    server.finish_jobs().await;
    server.app.clock.advance_s(3);
    work(&server).await;
    let expected: Vec<_> = of.iter().map(|id| format!("PUT /chained/Observation/{id}")).collect();
    assert_eq!(paths(&receiver)[1..], expected);
    for id in [&alone, &chained] {
        assert_eq!(
            (status(&fhir, id).await.as_str(), &read(&fhir, id).await["meta"]["versionId"]),
            ("active", &json!("2"))
        );
    }
    assert_eq!(server.number("SELECT count(*) FROM subscription_change").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_asked_is_in_error_and_keeps_up_no_other() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let failing =
        active(&fhir, &subscription(&receiver.url("/failing"), "Observation?subject:Patient.family=Liddell"))
            .await;
    active(&fhir, &subscription(&receiver.url("/other"), "Observation")).await;
    let hers = stored(&fhir, &patient()).await;
    let mut observation = observation("8867-4");
    observation["subject"] = json!({ "reference": format!("Patient/{hers}") });
    // Changes are held against both while that cannot be asked.
    server.execute("REVOKE SELECT ON resource_text FROM hygeia_app").await;
    let first = stored(&fhir, &observation).await;
    server.app.subscriptions().step().await.unwrap();
    server.execute("GRANT SELECT ON resource_text TO hygeia_app").await;
    work(&server).await;
    let now = read(&fhir, &failing).await;
    assert_eq!(
        (&now["status"], &now["error"]),
        (&json!("error"), &json!("changes cannot be held against the criteria"))
    );
    let second = stored(&fhir, &observation).await;
    work(&server).await;
    let other = |id: &String| format!("PUT /other/Observation/{id}");
    assert_eq!(paths(&receiver), [other(&first), other(&second)]);
    // Mended and taken up again, it has missed nothing.
    receiver.clear();
    change(&fhir, &failing, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    let failing_path = |id: &String| format!("PUT /failing/Observation/{id}");
    assert_eq!(paths(&receiver), [failing_path(&first), failing_path(&second)]);
    assert_eq!(status(&fhir, &failing).await, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_parameter_that_is_gone_ends_what_asks_by_it() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    fhir.put("/SearchParameter/shoe", &shoe_size()).await;
    server.finish_jobs().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient?shoe-size=44")).await;
    fhir.delete("/SearchParameter/shoe").await;
    let first = stored(&fhir, &shod(44)).await;
    work(&server).await;
    let now = read(&fhir, &id).await;
    assert_eq!((&now["status"], receiver.taken().len()), (&json!("error"), 0));
    assert!(now["error"].as_str().unwrap().starts_with("the criteria cannot be read any more: "), "{now}");
    fhir.put("/SearchParameter/shoe", &shoe_size()).await;
    server.finish_jobs().await;
    change(&fhir, &id, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Patient/{first}")], "what happened meanwhile is told");
}
