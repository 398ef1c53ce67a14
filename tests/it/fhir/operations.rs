//! The server's own OperationDefinitions.

use serde_json::{Value, json};

use super::stored;
use crate::harness::Server;

const PATH: &str = "/OperationDefinition/hygeia-reindex";

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_own_definitions_cannot_be_changed() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let definition = fhir.get(PATH).await.json();
    let refusal = "not-supported: this address does not take this method";
    assert_eq!(fhir.put(PATH, &definition).await.refused(405), [refusal]);
    assert_eq!(fhir.delete(PATH).await.refused(405), [refusal]);
    assert_eq!(fhir.get("/OperationDefinition/none").await.status, 404);
    let stranger = server.fhir_with("system/Patient.cruds").await;
    assert_eq!(stranger.get(PATH).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_is_read_and_named_by_the_statement() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let answer = fhir.get(PATH).await;
    assert_eq!((answer.status, answer.header("etag")), (200, "W/\"1\""));
    let definition = answer.json();
    hygeia::fhir::validate::validate(&definition).expect("the definition is valid R4");
    assert_eq!(
        json!([definition["code"], definition["system"], definition["instance"], definition["resource"]]),
        json!(["reindex", true, true, ["SearchParameter"]])
    );
    let statement = fhir.get("/metadata").await.json();
    let named = json!({ "name": "reindex", "definition": definition["url"] });
    let export = |of: &str| json!({ "name": "export", "definition": format!("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/{of}") });
    let hl7 = |of: &str, code: &str| json!({ "name": code, "definition": format!("http://hl7.org/fhir/OperationDefinition/{of}-{code}") });
    let meta = hl7("Resource", "meta");
    let import =
        json!({ "name": "import", "definition": "https://hygeia.health/fhir/OperationDefinition/import" });
    let tables = json!({ "name": "viewdefinition-export", "definition": "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-export" });
    let view = json!({ "name": "viewdefinition-run", "definition": "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run" });
    assert_eq!(
        statement["rest"][0]["operation"],
        json!([export("export"), import, named, meta, tables, view])
    );
    let resources = statement["rest"][0]["resource"].as_array().unwrap();
    let backport = |code: &str| json!({ "name": code, "definition": format!("http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-{code}") });
    let purge = json!({ "name": "purge-history", "definition": "https://hygeia.health/fhir/OperationDefinition/resource-purge-history" });
    let mut of_all =
        ["meta", "meta-add", "meta-delete", "validate"].map(|code| hl7("Resource", code)).to_vec();
    of_all.insert(3, purge);
    let beside = |resource: &Value| {
        let (common, own): (Vec<_>, Vec<_>) =
            resource["operation"].as_array().unwrap().iter().cloned().partition(|one| of_all.contains(one));
        assert_eq!(common, of_all, "{}", resource["type"]);
        own
    };
    let with =
        resources.iter().map(|resource| (resource, beside(resource))).filter(|(_, own)| !own.is_empty());
    let with: Vec<_> = with.map(|(resource, own)| json!([resource["type"], own])).collect();
    assert_eq!(
        with,
        [
            json!([
                "CodeSystem",
                [
                    hl7("CodeSystem", "lookup"),
                    hl7("CodeSystem", "subsumes"),
                    hl7("CodeSystem", "validate-code")
                ]
            ]),
            json!(["Composition", [hl7("Composition", "document")]]),
            json!(["ConceptMap", [hl7("ConceptMap", "translate")]]),
            json!(["Encounter", [hl7("Encounter", "everything")]]),
            json!(["Group", [export("group-export")]]),
            json!(["Observation", [hl7("Observation", "lastn")]]),
            json!([
                "Patient",
                [hl7("Patient", "everything"), export("patient-export"), hl7("Patient", "match")]
            ]),
            json!(["SearchParameter", [named]]),
            json!([
                "Subscription",
                [backport("events"), backport("get-ws-binding-token"), backport("status")]
            ]),
            json!(["ValueSet", [hl7("ValueSet", "expand"), hl7("ValueSet", "validate-code")]]),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_are_those_of_the_published_guide() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (of, levels, parameters) in [
        ("export", [true, false, false], 6),
        ("patient-export", [false, true, false], 7),
        ("group-export", [false, false, true], 7),
    ] {
        let definition = fhir.get(&format!("/OperationDefinition/hygeia-{of}")).await.json();
        hygeia::fhir::validate::validate(&definition).expect("the definition is valid R4");
        let base = format!("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/{of}");
        assert_eq!((&definition["base"], &definition["code"]), (&json!(base), &json!("export")));
        assert_eq!(json!(["system", "type", "instance"].map(|level| &definition[level])), json!(levels));
        assert_eq!(definition["parameter"].as_array().unwrap().len(), parameters, "{of}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_them_after_what_is_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut own = fhir.get(PATH).await.json();
    own["url"] = "http://a.example/OperationDefinition/reindex".into();
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(stored(&fhir, &own).await);
    }
    ids.push("hygeia-reindex".to_owned());
    let pages = async |query: &str| {
        let (mut path, mut pages) = (format!("/OperationDefinition?{query}"), Vec::new());
        loop {
            let page = fhir.get(&path).await.json();
            let entries = page["entry"].as_array().cloned().unwrap_or_default();
            let ids = entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned());
            pages.push((page["total"].as_i64().unwrap(), ids.collect::<Vec<_>>()));
            let links = page["link"].as_array().unwrap();
            let Some(next) = links.iter().find(|link| link["relation"] == "next") else { return pages };
            path =
                next["url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080/fhir").unwrap().to_owned();
        }
    };
    assert_eq!(pages("code=reindex").await, [(3, ids.clone())]);
    for count in 1..4 {
        let found = pages(&format!("name=reindex&_sort=_lastUpdated&_total=accurate&_count={count}")).await;
        assert!(found.iter().all(|(total, page)| *total == 3 && page.len() <= count), "{found:?}");
        let shown: Vec<_> = found.into_iter().flat_map(|(_, page)| page).collect();
        assert_eq!(shown, ids, "{count} a page");
    }
    let url = "url=https://hygeia.health/fhir/OperationDefinition/reindex";
    assert_eq!(pages(url).await, [(1, vec!["hygeia-reindex".to_owned()])]);
    assert_eq!(pages("_id=hygeia-reindex").await, [(1, vec!["hygeia-reindex".to_owned()])]);
    assert_eq!(pages("code=other").await, [(0, vec![])]);
    assert_eq!(pages("_summary=count").await, [(28, vec![])]);
}
