//! GET [base]/metadata.

use serde_json::json;

use crate::harness::{Answer, Server};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_needs_no_token_and_tells_what_works() {
    let server = Server::start().await;
    let answer = Answer::of(server.request(Method::GET, "/fhir/metadata")).await;
    assert_eq!(answer.status, 200);
    let statement = answer.json();
    assert_eq!(
        (&statement["resourceType"], &statement["fhirVersion"], &statement["kind"]),
        (&json!("CapabilityStatement"), &json!("4.0.1"), &json!("instance"))
    );
    assert_eq!(
        statement["rest"][0]["interaction"],
        json!([{ "code": "transaction" }, { "code": "batch" }, { "code": "search-system" }, { "code": "history-system" }])
    );
    let resources = statement["rest"][0]["resource"].as_array().unwrap();
    assert_eq!(resources.len(), 146);
    let patient = resources.iter().find(|resource| resource["type"] == "Patient").unwrap();
    let names: Vec<_> =
        patient["searchParam"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"birthdate") && names.contains(&"identifier") && names.contains(&"_id"),
        "{names:?}"
    );
    assert!(names.contains(&"family") && !names.contains(&"_query"), "{names:?}");
    let interactions: Vec<_> =
        patient["interaction"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
    assert_eq!(
        interactions,
        [
            "read",
            "vread",
            "update",
            "patch",
            "delete",
            "history-instance",
            "history-type",
            "create",
            "search-type"
        ]
    );
    assert_eq!(
        json!([patient["conditionalCreate"], patient["conditionalUpdate"], patient["conditionalDelete"]]),
        json!([true, true, "multiple"])
    );
    assert_eq!(
        statement["patchFormat"],
        json!(["application/json-patch+json", "application/fhir+json", "application/fhir+xml"])
    );
    hygeia::fhir::validate::validate(&statement).expect("the statement is valid R4");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_parameter_answers() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let statement = fhir.get("/metadata").await.json();
    for resource in statement["rest"][0]["resource"].as_array().unwrap() {
        let name = resource["type"].as_str().unwrap();
        let query: Vec<_> = resource["searchParam"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| {
                let code = p["name"].as_str().unwrap();
                let resource_type = hygeia::fhir::ResourceType::parse(name).unwrap();
                let parameter = hygeia::fhir::definitions::search_parameter(resource_type, code).unwrap();
                let value = match p["type"].as_str().unwrap() {
                    "composite" => vec!["2020"; parameter.components.len()].join("$"),
                    "special" => "20%7C20".to_owned(),
                    _ => "2020".to_owned(),
                };
                format!("{code}={value}")
            })
            .collect();
        let answer = fhir.get(&format!("/{name}?{}", query.join("&"))).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
    }
}
