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
    active(&fhir, &subscription(&receiver.url("/third"), "Observation?subject:Patient.birthdate=1852-05-04"))
        .await;
    let hers = stored(&fhir, &patient()).await;
    let mut observation = observation("8867-4");
    observation["subject"] = json!({ "reference": format!("Patient/{hers}") });
    // Changes are held against all while one cannot be asked, again and again.
    server.execute("REVOKE SELECT ON resource_text FROM hygeia_app").await;
    let first = stored(&fhir, &observation).await;
    for _ in 0..4 {
        while server.app.subscriptions().step().await.unwrap() {}
        server.app.clock.advance_s(6);
    }
    server.execute("GRANT SELECT ON resource_text TO hygeia_app").await;
    work(&server).await;
    let now = read(&fhir, &failing).await;
    assert_eq!(
        (&now["status"], &now["error"]),
        (&json!("error"), &json!("changes cannot be held against the criteria"))
    );
    let second = stored(&fhir, &observation).await;
    work(&server).await;
    for name in ["other", "third"] {
        let all = paths(&receiver).into_iter().filter(|path| path.starts_with(&format!("PUT /{name}/")));
        let path = |id: &String| format!("PUT /{name}/Observation/{id}");
        assert_eq!(all.collect::<Vec<_>>(), [path(&first), path(&second)]);
    }
    // Mended and taken up again, it has missed nothing.
    receiver.clear();
    change(&fhir, &failing, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    let failing_path = |id: &String| format!("PUT /failing/Observation/{id}");
    assert_eq!(paths(&receiver), [failing_path(&first), failing_path(&second)]);
    assert_eq!(status(&fhir, &failing).await, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_passes_ends_nothing() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let criteria = "Observation?subject:Patient.family=Liddell";
    let id = active(&fhir, &subscription(&receiver.url("/"), criteria)).await;
    let hers = stored(&fhir, &patient()).await;
    let mut observation = observation("8867-4");
    observation["subject"] = json!({ "reference": format!("Patient/{hers}") });
    server.execute("REVOKE SELECT ON resource_text FROM hygeia_app").await;
    let made = stored(&fhir, &observation).await;
    while server.app.subscriptions().step().await.unwrap() {}
    server.execute("GRANT SELECT ON resource_text TO hygeia_app").await;
    server.app.clock.advance_s(6);
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Observation/{made}")]);
    let now = read(&fhir, &id).await;
    assert_eq!((&now["status"], &now["meta"]["versionId"]), (&json!("active"), &json!("2")));
    assert_eq!(server.number("SELECT faults + waits FROM subscription").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_for_which_too_much_is_kept_is_closed() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    fhir.put("/SearchParameter/shoe", &shoe_size()).await;
    server.finish_jobs().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient?shoe-size=44")).await;
    fhir.delete("/SearchParameter/shoe").await;
    stored(&fhir, &shod(44)).await;
    work(&server).await;
    assert_eq!(status(&fhir, &id).await, "error");
    server.execute("UPDATE subscription SET waits = 10000").await;
    stored(&fhir, &shod(44)).await;
    work(&server).await;
    assert_eq!(status(&fhir, &id).await, "error", "as much is kept");
    stored(&fhir, &shod(44)).await;
    work(&server).await;
    let now = read(&fhir, &id).await;
    let why = "more than 10000 changes were kept while it was in error: it is closed";
    assert_eq!((&now["status"], &now["error"]), (&json!("off"), &json!(why)));
    // Nothing is noted for it any more.
    stored(&fhir, &shod(44)).await;
    let noted = "SELECT (SELECT count(*) FROM resource_change) + (SELECT count(*) FROM subscription_change)";
    assert_eq!(server.number(noted).await, 0);
}

/// So many take long: together longer than what is new is looked at.
const SLOW: u8 = 6;

/// An expression that takes as many steps as one may.
fn costly() -> String {
    let letters = "x".repeat(600);
    format!("'{letters}'.toChars().where($this in '{letters}'.toChars()).count() > 0")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expression_that_takes_long_keeps_nobody_else_waiting() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut topic = super::topics::finished();
    let trigger = json!([
        { "url": "resource", "valueUri": "http://hl7.org/fhir/StructureDefinition/Patient" },
        { "url": "fhirPathCriteria", "valueString": costly() },
    ]);
    topic["extension"][1]["extension"] = trigger;
    stored(&fhir, &topic).await;
    let mut slow = Vec::new();
    for number in 0..SLOW {
        let url = receiver.url(&format!("/slow/{number}"));
        let one = super::topics::by_topic(&url, "http://a.example/topic/finished", "id-only");
        slow.push(format!("'{}'", stored(&fhir, &one).await));
    }
    let slow = slow.join(", ");
    active(&fhir, &subscription(&receiver.url("/quick"), "Patient")).await;
    receiver.clear();
    let entry = json!({ "resource": patient(), "request": { "method": "POST", "url": "Patient" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![entry; 150] });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    // One look at what is new: whoever takes longer waits, and is seen to in a lane of its own.
    let started = std::time::Instant::now();
    server.app.subscriptions().step().await.unwrap();
    let told = format!("SELECT count(*) FROM subscription_event WHERE subscription NOT IN ({slow})");
    assert_eq!(server.number(&told).await, 150);
    // Of those one portion of each at most was seen to by now.
    let waits = format!("SELECT sum(waits)::bigint FROM subscription WHERE id IN ({slow})");
    assert!(server.number(&waits).await >= 100, "{}", server.number(&waits).await);
    assert!(started.elapsed() < std::time::Duration::from_secs(60), "{:?}", started.elapsed());
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
