//! `_contained` and `_containedType`. <https://hl7.org/fhir/R4/search.html#contained>

use serde_json::{Value, json};

use super::{found, next, stored};
use crate::harness::{Fhir, Server};

fn medication(id: &str, code: &str) -> Value {
    let value: Value = serde_json::from_str("1.50").unwrap();
    json!({ "resourceType": "Medication", "id": id, "code": { "coding": [{ "system": "urn:m", "code": code }] },
        "amount": { "numerator": { "value": value } } })
}

/// A request for the first of these, all of which it contains.
fn request(contained: &[Value]) -> Value {
    json!({ "resourceType": "MedicationRequest", "status": "active", "intent": "order", "contained": contained,
        "subject": { "display": "x" }, "medicationReference": { "reference": "#m1" } })
}

/// Address and mode of each entry, by the names of the resources' ids.
async fn entries(fhir: &Fhir<'_>, query: &str, names: &[(&str, &String)]) -> (Vec<String>, Value) {
    let answer = fhir.get(query).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let bundle = answer.json();
    let named = |entry: &Value| {
        let url = entry["fullUrl"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080/fhir/").unwrap();
        let (_, id) = url.split_once('/').unwrap();
        let (id, fragment) = id.split_once('#').map_or((id, String::new()), |(id, f)| (id, format!("#{f}")));
        let name = names.iter().find(|(_, known)| known.as_str() == id).unwrap().0;
        format!("{name}{fragment} {}", entry["search"]["mode"].as_str().unwrap())
    };
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    (entries.iter().map(named).collect(), bundle)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_put_to_contained_resources_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let one_type = "not-supported: _contained: contained resources of one type are searched, of any but AuditEvent and OperationDefinition";
    let alone = "not-supported: _contained: chains, _has, _list, _text and _content are not put to contained resources";
    for (query, refusal) in [
        ("?_contained=true", one_type),
        ("?_type=Patient,Group&_contained=both", one_type),
        ("/Patient/1/*?_contained=true", one_type),
        ("/AuditEvent?_contained=true", one_type),
        ("/OperationDefinition?_contained=both", one_type),
        (
            "/Patient?_contained=true&_sort=name",
            "not-supported: _contained: contained resources come in the order in which their containers were made, so _sort has no place",
        ),
        ("/Patient?_contained=true&_containedType=x", "value: _containedType must be container or contained"),
        ("/Patient?_contained=true&_contained=x", "value: _contained must be false, true or both"),
        ("/Patient?_contained=true&organization.name=x", alone),
        ("/Patient?_contained=both&_has:Observation:subject:code=x", alone),
        ("/Patient?_contained=true&gender=male&_text=x", alone),
    ] {
        assert_eq!(fhir.get(query).await.refused(400), [refusal], "{query}");
    }
    let put = fhir.put("/Patient?identifier=1&_contained=true", &json!({ "resourceType": "Patient" })).await;
    assert_eq!(
        put.refused(400),
        ["not-supported: _contained: what is changed is found by itself, not by what it contains"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn contained_resources_are_found_when_asked_for() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let a = stored(&fhir, &request(&[medication("m1", "x"), medication("m2", "y")])).await;
    let b = stored(&fhir, &request(&[medication("m1", "x"), medication("m2", "x")])).await;
    let nothing =
        stored(&fhir, &request(&[json!({ "resourceType": "Organization", "id": "m1", "name": "x" })])).await;
    let mut own = medication("m1", "x");
    own.as_object_mut().unwrap().remove("id");
    let own = stored(&fhir, &own).await;
    let names = [("a", &a), ("b", &b), ("nothing", &nothing), ("own", &own)];
    assert_eq!(
        found(&fhir, "/Medication?code=x").await,
        std::slice::from_ref(&own),
        "by default none is looked at"
    );
    for (query, wanted) in [
        ("code=x&_contained=false&_containedType=contained", "own match"),
        ("code=x&_contained=true", "a match, b match"),
        ("code=urn:m%7Cy&_contained=true", "a match"),
        ("code=z&_contained=true", ""),
        ("code=x&_id=m2&_contained=true", "b match"),
        ("code=x&code=y&_contained=true", ""),
        ("code:not=x&_contained=true", "a match"),
        ("_contained=true", "a match, b match"),
        ("code=x&_contained=both", "own match, a match, b match"),
        ("code=x&_contained=true&_containedType=contained", "a#m1 match, b#m1 match, b#m2 match"),
        ("code=y&_contained=both&_containedType=contained", "a#m2 match"),
    ] {
        let (entries, bundle) = entries(&fhir, &format!("/Medication?{query}"), &names).await;
        assert_eq!(entries.join(", "), wanted, "{query}");
        assert_eq!(bundle["total"], entries.len(), "{query}");
    }
    let path = "/Medication?code=y&_contained=true&_containedType=contained";
    let (_, bundle) = entries(&fhir, path, &names).await;
    assert_eq!(bundle["entry"][0]["resource"], medication("m2", "y"));
    assert!(fhir.get(path).await.text.contains("1.50"), "with its digits");
    let count = fhir.get("/Medication?code=x&_contained=both&_summary=count").await.json();
    assert_eq!((&count["total"], &count["entry"]), (&json!(3), &Value::Null));
    // Who may not search the containers does not find what they contain.
    let some = server.fhir_with("system/Medication.rs").await;
    assert_eq!(found(&some, "/Medication?code=x&_contained=both").await, [own]);
    assert_eq!(some.get("/MedicationRequest?_contained=true").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_from_what_matches_by_itself_to_containers() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut names = Vec::new();
    for name in ["a", "b", "c"] {
        names.push((name, stored(&fhir, &request(&[medication("m1", "x"), medication("m2", "x")])).await));
    }
    for name in ["own", "other"] {
        let mut own = medication("m1", "x");
        own.as_object_mut().unwrap().remove("id");
        names.push((name, stored(&fhir, &own).await));
    }
    let names: Vec<_> = names.iter().map(|(name, id)| (*name, id)).collect();
    for (query, wanted) in [
        ("_count=1&_contained=both", "own|other|a|b|c"),
        ("_count=2&_contained=both", "own other|a b|c"),
        ("_count=3&_contained=both", "own other a|b c"),
        ("_count=2&_contained=true", "a b|c"),
        ("_count=5&_contained=both", "own other a b c"),
        ("_count=2&_contained=true&_containedType=contained", "a#m1 a#m2|b#m1 b#m2|c#m1 c#m2"),
        ("_count=3&_contained=both&_containedType=contained", "own other a#m1 a#m2|b#m1 b#m2 c#m1 c#m2"),
    ] {
        let (mut pages, mut path) = (Vec::new(), Some(format!("/Medication?code=x&{query}")));
        while let Some(asked) = path {
            let (entries, bundle) = entries(&fhir, &asked, &names).await;
            pages.push(entries.join(" ").replace(" match", ""));
            path = next(&bundle);
            assert!(pages.len() < 10);
        }
        assert_eq!(pages.join("|"), wanted, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_contains_nothing_any_more_is_not_found() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut resource = request(&[medication("m1", "x")]);
    resource["id"] = "r".into();
    fhir.put("/MedicationRequest/r", &resource).await;
    assert_eq!(found(&fhir, "/Medication?code=x&_contained=true").await, ["r"]);
    let without = json!({ "resourceType": "MedicationRequest", "id": "r", "status": "active", "intent": "order",
        "subject": { "display": "x" }, "medicationReference": { "display": "x" } });
    fhir.put("/MedicationRequest/r", &without).await;
    assert_eq!(found(&fhir, "/Medication?code=x&_contained=true").await, [""; 0]);
}
