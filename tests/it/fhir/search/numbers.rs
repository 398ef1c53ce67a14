//! Parameters of type number and quantity. <https://hl7.org/fhir/R4/search.html#number>

use reqwest::Method;
use serde_json::{Value, json};

use super::Named;
use crate::harness::{Fhir, Server};

async fn risks<'a>(fhir: &'a Fhir<'a>) -> Named<'a> {
    let mut risks = Named::new(fhir);
    for probability in ["0.2", "0.25", "0.5", "0.80"] {
        let text = format!(
            r#"{{"resourceType":"RiskAssessment","status":"final","subject":{{"reference":"Patient/p"}},"prediction":[{{"probabilityDecimal":{probability}}}]}}"#
        );
        let created = fhir.send(Method::POST, "/RiskAssessment", text).await;
        assert_eq!(created.status, 201, "{}", created.text);
        risks.names.push((created.json()["id"].as_str().unwrap().to_owned(), probability.to_owned()));
    }
    risks
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_number_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("/RiskAssessment?probability=high", "value: probability must be a number, with or without a prefix"),
        ("/RiskAssessment?probability=1.", "value: probability must be a number, with or without a prefix"),
        ("/RiskAssessment?probability=zz1", "value: probability must be a number, with or without a prefix"),
        (
            "/RiskAssessment?probability:exact=1",
            "not-supported: the modifier \"exact\" is not supported for probability",
        ),
        (
            "/Observation?value-quantity=5.4%7Cmg",
            "value: value-quantity must be [number] or [number]|[system]|[code], with or without a prefix",
        ),
        (
            "/Observation?value-quantity=%7C%7Cmg",
            "value: value-quantity must be a number, with or without a prefix",
        ),
    ] {
        assert_eq!(fhir.get(query).await.refused(400), [refusal], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_compared_within_the_precision_that_is_written() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let risks = risks(&fhir).await;
    for (query, wanted) in [
        ("0.2", "0.2"),
        ("0.3", "0.25"),
        ("0.20", "0.2"),
        ("0.25", "0.25"),
        ("0.8", "0.80"),
        ("0.8000", "0.80"),
        ("2e-1", "0.2"),
        ("1", "0.5 0.80"),
        ("ne0.2", "0.25 0.5 0.80"),
        ("gt0.25", "0.5 0.80"),
        ("ge0.25", "0.25 0.5 0.80"),
        ("lt0.25", "0.2"),
        ("le0.25", "0.2 0.25"),
        ("sa0.5", "0.80"),
        ("eb0.5", "0.2 0.25"),
        ("ap0.46", "0.5"),
        ("ap0.45", ""),
        ("gt-1", "0.2 0.25 0.5 0.80"),
        ("gt1e999999999999", ""),
        ("0.2,0.5", "0.2 0.5"),
        ("gt0.2&probability=lt0.8", "0.25 0.5"),
    ] {
        assert_eq!(risks.found(&format!("/RiskAssessment?probability={query}")).await, wanted, "{query}");
    }
}

fn measured(value: &Value) -> Value {
    let mut observation = super::observation("8867-4");
    observation["valueQuantity"] = value.clone();
    observation
}

#[tokio::test(flavor = "multi_thread")]
async fn quantities_are_compared_with_their_unit() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut observations = Named::new(&fhir);
    let ucum = "http://unitsofmeasure.org";
    for (name, value) in [
        ("mg", json!({ "value": 5.4, "unit": "milligram", "system": ucum, "code": "mg" })),
        ("kg", json!({ "value": 5.4, "unit": "kilogram", "system": ucum, "code": "kg" })),
        ("widgets", json!({ "value": 5.4, "unit": "widgets" })),
        ("below", json!({ "value": 3, "comparator": "<", "system": ucum, "code": "mg" })),
        ("above", json!({ "value": 9, "comparator": ">=", "system": ucum, "code": "mg" })),
        ("six", json!({ "value": 6, "system": ucum, "code": "mg" })),
        ("negative", json!({ "value": -6.5, "system": ucum, "code": "Cel" })),
    ] {
        observations.store(name, &measured(&value)).await;
    }
    for (query, wanted) in [
        ("5.4", "kg mg widgets"),
        ("5.40", "kg mg widgets"),
        ("5.41", ""),
        ("5", "kg mg widgets"),
        ("5.0", ""),
        (&format!("5.4%7C{ucum}%7Cmg"), "mg"),
        ("5.4%7C%7Ckg", "kg"),
        ("5.4%7C%7Cwidgets", "widgets"),
        ("5.4%7Curn:other%7Cmg", ""),
        (&format!("5.4%7C{ucum}%7C"), "kg mg"),
        ("5.4%7C%7C", "kg mg widgets"),
        ("gt5.4%7C%7Cmg", "above six"),
        ("ge5.4%7C%7Cmg", "above mg six"),
        ("lt5.4%7C%7Cmg", "below"),
        ("eb5.4%7C%7Cmg", "below"),
        ("sa8", "above"),
        ("ap5.8%7C%7Cmg", "mg six"),
        ("lt-6", "below negative"),
        ("-6.5", "negative"),
        ("ne5.4%7C%7Cmg", "above below six"),
    ] {
        assert_eq!(
            observations.found(&format!("/Observation?value-quantity={query}")).await,
            wanted,
            "{query}"
        );
    }
}
