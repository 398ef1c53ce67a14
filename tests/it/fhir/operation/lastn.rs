//! The latest Observations of each code. <https://hl7.org/fhir/R4/observation-operation-lastn.html>

use serde_json::{Value, json};

use crate::harness::{Fhir, Server};

async fn observation(fhir: &Fhir<'_>, id: &str, patient: &str, code: Value, date: &str) {
    let resource = json!({ "resourceType": "Observation", "id": id, "status": "final", "code": code, "effectiveDateTime": date,
        "subject": { "reference": format!("Patient/{patient}") },
        "category": [{ "coding": [{ "code": "vital-signs" }] }] });
    assert_eq!(fhir.put(&format!("/Observation/{id}"), &resource).await.status, 201);
}

fn coded(codes: &[&str]) -> Value {
    let coding: Vec<_> =
        codes.iter().map(|code| json!({ "system": "http://loinc.org", "code": code })).collect();
    json!({ "coding": coding })
}

async fn several(fhir: &Fhir<'_>) {
    for id in ["alice", "bob"] {
        fhir.put(&format!("/Patient/{id}"), &json!({ "resourceType": "Patient", "id": id })).await;
    }
    for (at, date) in ["2020-01-01", "2020-01-03", "2020-01-02"].iter().enumerate() {
        observation(fhir, &format!("pulse-{at}"), "alice", coded(&["8867-4"]), date).await;
        observation(fhir, &format!("heat-{at}"), "alice", coded(&["8310-5"]), date).await;
        observation(fhir, &format!("told-{at}"), "alice", json!({ "text": "Mood" }), date).await;
        observation(fhir, &format!("bob-{at}"), "bob", coded(&["8867-4"]), date).await;
    }
    observation(fhir, "slept", "alice", json!({ "text": "Sleep" }), "2019-01-01").await;
}

/// The ids of what is given, those of one code apart from those of others.
async fn last(fhir: &Fhir<'_>, query: &str) -> Vec<String> {
    let answer = fhir.get(&format!("/Observation/$lastn?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let bundle = answer.json();
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    assert_eq!(bundle["total"], entries.len());
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_question_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("", "required: patient or subject is required"),
        ("code=8867-4", "required: patient or subject is required"),
        ("patient=a&max=0", "value: max must be 1 at least"),
        ("patient=a&max=many", "value: max must be a whole number from 0 on"),
        ("patient=a&max=70000", "value: max must be 65535 at most"),
    ] {
        assert_eq!(fhir.get(&format!("/Observation/$lastn?{query}")).await.refused(400), [refusal]);
    }
    assert_eq!(fhir.get("/Observation/$lastn?patient=a&date=soon").await.status, 400);
    for scope in ["system/Patient.rs", "system/Observation.s", "system/Observation.r"] {
        let other = server.fhir_with(scope).await;
        assert_eq!(other.get("/Observation/$lastn?patient=a").await.status, 403, "{scope}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_of_each_code_are_given() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    several(&fhir).await;
    assert_eq!(sorted(last(&fhir, "patient=alice").await), ["heat-1", "pulse-1", "slept", "told-1"]);
    assert_eq!(last(&fhir, "subject=Patient/alice&code=8867-4&max=2").await, ["pulse-1", "pulse-2"]);
    let nine = last(&fhir, "patient=alice&code=8867-4&max=9").await;
    assert_eq!(sorted(nine), ["pulse-0", "pulse-1", "pulse-2"]);
    let all = last(&fhir, "patient=alice&category=vital-signs&max=2").await;
    let of = |name: &str| all.iter().position(|id| id.starts_with(name)).unwrap();
    assert_eq!(all.len(), 7, "{all:?}");
    for name in ["pulse", "heat", "told"] {
        assert_eq!(
            all[of(name)..of(name) + 2],
            [format!("{name}-1"), format!("{name}-2")],
            "together, the latest first"
        );
    }
    assert_eq!(last(&fhir, "patient=alice&code=8867-4&date=lt2020-01-02").await, ["pulse-0"]);
    assert_eq!(last(&fhir, "patient=nobody").await, Vec::<String>::new());
    let by_post = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueString": "alice" }, { "name": "code", "valueString": "8310-5" }, { "name": "max", "valuePositiveInt": 1 }] });
    let posted = fhir.post("/Observation/$lastn", &by_post).await.json();
    assert_eq!(posted["entry"][0]["resource"]["id"], "heat-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_what_they_may_not_read() {
    let server = Server::start().await;
    several(&server.fhir().await).await;
    let narrow = server.fhir_with("system/Observation.rs?code=8310-5").await;
    assert_eq!(sorted(last(&narrow, "patient=alice").await), ["heat-1"]);
    let hers = server.fhir_about("alice", "patient/Observation.rs").await;
    assert_eq!(last(&hers, "patient=bob").await, Vec::<String>::new());
    assert_eq!(last(&hers, "patient=alice&code=8867-4").await, ["pulse-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_one_observation_mean_the_same_and_texts_are_told_apart() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let seen = async |id: &str, code: Value, date: &str| observation(&fhir, id, "alice", code, date).await;
    seen("a", coded(&["a"]), "2020-01-05").await;
    seen("b", coded(&["b"]), "2020-01-04").await;
    seen("c", coded(&["c"]), "2020-01-03").await;
    seen("d", coded(&["d"]), "2020-01-03").await;
    for (id, text) in [("text", "Mood"), ("small", "mood"), ("spaced", "M ood")] {
        seen(id, json!({ "text": text }), "2020-01-02").await;
    }
    let apart = ["a", "b", "c", "d", "small", "spaced", "text"];
    assert_eq!(sorted(last(&fhir, "patient=alice").await), apart);
    // By way of each other.
    seen("a-b", coded(&["a", "b"]), "2020-01-02").await;
    seen("b-c", coded(&["c", "b"]), "2020-01-01").await;
    assert_eq!(sorted(last(&fhir, "patient=alice").await), ["a", "d", "small", "spaced", "text"]);
    let four = last(&fhir, "patient=alice&code=a,b,c&max=4").await;
    assert_eq!(four, ["a", "b", "c", "a-b"], "the latest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observation_with_thousands_of_codes_keeps_nobody_waiting() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let names: Vec<_> = (0..3_000).map(|number| format!("c-{number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    observation(&fhir, "many", "alice", coded(&names), "2020-01-02").await;
    observation(&fhir, "one", "alice", coded(&["c-2999"]), "2020-01-01").await;
    observation(&fhir, "Big", "alice", coded(&["C-2999"]), "2020-01-01").await;
    assert_eq!(sorted(last(&fhir, "patient=alice").await), ["Big", "many"], "codes are told apart by case");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_whose_they_are() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    several(&fhir).await;
    last(&fhir, "subject=Patient/alice&code=8867-4").await;
    let row = "SELECT patient || ' ' || type || ' ' || query FROM audit_event WHERE interaction = 'lastn'";
    assert_eq!(server.texts(row).await, ["alice Observation code&subject"]);
}
