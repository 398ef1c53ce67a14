//! `_include` and `_revinclude`. <https://hl7.org/fhir/R4/search.html#revinclude>

use serde_json::{Value, json};

use super::{Named, observation, pages};
use crate::harness::{Fhir, Server};

/// The names of the matches and of what is included, each sorted.
async fn page(named: &Named<'_>, fhir: &Fhir<'_>, query: &str) -> (String, String) {
    let answer = fhir.get(query).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let bundle = answer.json();
    let of = |mode: &str| {
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default().into_iter();
        let mut names: Vec<_> = entries
            .filter(|entry| entry["search"]["mode"] == mode)
            .map(|entry| {
                let (kind, id) = (
                    entry["resource"]["resourceType"].as_str().unwrap(),
                    entry["resource"]["id"].as_str().unwrap(),
                );
                assert_eq!(entry["fullUrl"], format!("http://127.0.0.1:8080/fhir/{kind}/{id}"));
                named.name(id)
            })
            .collect();
        names.sort();
        names.join(" ")
    };
    (of("match"), of("include"))
}

fn to(kind: &str, id: &str) -> Value {
    json!({ "reference": format!("{kind}/{id}") })
}

/// Root organisation, its child, a doctor, two patients, and what was seen of the first.
async fn fill<'a>(fhir: &'a Fhir<'a>) -> Named<'a> {
    let mut named = Named::new(fhir);
    let id = |named: &Named<'_>, name: &str| {
        named.names.iter().find(|(_, known)| known == name).unwrap().0.clone()
    };
    named.store("root", &json!({ "resourceType": "Organization", "name": "Root" })).await;
    named.store("child", &json!({ "resourceType": "Organization", "name": "Child", "partOf": to("Organization", &id(&named, "root")) })).await;
    named.store("doctor", &json!({ "resourceType": "Practitioner" })).await;
    for name in ["p", "q"] {
        let patient = json!({ "resourceType": "Patient", "generalPractitioner": [to("Practitioner", &id(&named, "doctor"))],
            "managingOrganization": to("Organization", &id(&named, "child")) });
        named.store(name, &patient).await;
    }
    for name in ["o1", "o2"] {
        let mut one = observation("8867-4");
        one["subject"] = to("Patient", &id(&named, "p"));
        one["performer"] = json!([to("Practitioner", &id(&named, "doctor")), to("Practitioner", "gone")]);
        named.store(name, &one).await;
    }
    let report = json!({ "resourceType": "DiagnosticReport", "status": "final", "code": { "text": "x" }, "result": [to("Observation", &id(&named, "o1"))] });
    named.store("report", &report).await;
    named
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_included_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("_include=Dog:owner", "not-supported: _include: \"Dog\" is not a resource type of R4"),
        (
            "_include=Observation:code",
            "not-supported: _include: \"code\" is not a reference parameter of Observation",
        ),
        ("_include:soon=*", "not-supported: the modifier \"soon\" is not supported for _include"),
        (
            "_revinclude=Observation",
            "value: _revinclude must be [type]:[parameter], [type]:[parameter]:[target type], [type]:* or *",
        ),
    ] {
        assert_eq!(fhir.get(&format!("/Observation?{query}")).await.refused(400), [refusal], "{query}");
    }
    let many = vec!["_include=*"; 33].join("&");
    assert_eq!(
        fhir.get(&format!("/Observation?{many}")).await.refused(400),
        ["too-costly: a search has at most 32 of _include and _revinclude"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wished_for_comes_once() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let named = fill(&fhir).await;
    for (query, matches, included) in [
        ("/Observation?_include=Observation:subject", "o1 o2", "p"),
        ("/Observation?_include=Observation:patient", "o1 o2", "p"),
        ("/Observation?_include=Observation:subject:Device", "o1 o2", ""),
        ("/Observation?_include=Observation:performer", "o1 o2", "doctor"),
        ("/Observation?_include=Observation:*", "o1 o2", "doctor p"),
        ("/Observation?_include=*", "o1 o2", "doctor p"),
        ("/Observation?_include=Patient:general-practitioner", "o1 o2", ""),
        (
            "/Observation?_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof",
            "o1 o2",
            "child p root",
        ),
        (
            "/Observation?_include=Observation:subject&_include:recurse=Patient:organization",
            "o1 o2",
            "child p",
        ),
        ("/Patient?_revinclude=Observation:subject", "p q", "o1 o2"),
        (
            "/Patient?_revinclude=Observation:patient&_revinclude:iterate=DiagnosticReport:result",
            "p q",
            "o1 o2 report",
        ),
        ("/Patient?_revinclude=Observation:*", "p q", "o1 o2"),
        ("/Patient?_revinclude=*", "p q", "o1 o2"),
        ("/Practitioner?_revinclude=Patient:general-practitioner", "doctor", "p q"),
        ("/Organization?_include=Organization:partof", "child root", ""),
        ("/Observation?_count=0&_include=*", "", ""),
    ] {
        let found = page(&named, &fhir, query).await;
        assert_eq!(found, (matches.to_owned(), included.to_owned()), "{query}");
    }
}

/// Three questionnaires, two of them versions of one, and what names them.
pub(super) async fn fill_canonicals<'a>(fhir: &'a Fhir<'a>) -> Named<'a> {
    let mut named = Named::new(fhir);
    let questionnaire = |url: &str, version: &str| json!({ "resourceType": "Questionnaire", "status": "active", "url": url, "version": version });
    named.store("q1", &questionnaire("http://a.example/q", "1")).await;
    named.store("q2", &questionnaire("http://a.example/q", "2")).await;
    named.store("other", &questionnaire("http://a.example/other", "1")).await;
    let same_url = json!({ "resourceType": "Library", "status": "active", "url": "http://a.example/q", "version": "1",
        "type": { "text": "x" } });
    named.store("library", &same_url).await;
    let response = |of: &str| json!({ "resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": of });
    named.store("any", &response("http://a.example/q")).await;
    named.store("first", &response("http://a.example/q|1")).await;
    named.store("third", &response("http://a.example/q|3")).await;
    named.store("unknown", &response("http://a.example/none")).await;
    let plan = json!({ "resourceType": "PlanDefinition", "status": "active", "library": ["http://a.example/q|1"],
        "relatedArtifact": [{ "type": "derived-from", "resource": "http://a.example/other#part" }] });
    named.store("plan", &plan).await;
    named
}

#[tokio::test(flavor = "multi_thread")]
async fn canonical_references_are_followed_by_url_and_version() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let named = fill_canonicals(&fhir).await;
    let id = |name: &str| named.names.iter().find(|(_, known)| known == name).unwrap().0.clone();
    let response =
        |name: &str, wish: &str| format!("/QuestionnaireResponse?_id={}&_include={wish}", id(name));
    let questionnaire =
        |name: &str, wish: &str| format!("/Questionnaire?_id={}&_revinclude={wish}", id(name));
    for (query, matches, included) in [
        (response("unknown", "*"), "unknown", ""),
        (response("third", "QuestionnaireResponse:questionnaire"), "third", ""),
        (response("first", "QuestionnaireResponse:questionnaire:Library"), "", ""),
        (response("first", "QuestionnaireResponse:questionnaire"), "first", "q1"),
        (response("first", "QuestionnaireResponse:*"), "first", "q1"),
        (response("any", "*"), "any", "q1 q2"),
        ("/PlanDefinition?_include=PlanDefinition:derived-from".to_owned(), "plan", "other"),
        ("/PlanDefinition?_include=PlanDefinition:depends-on".to_owned(), "plan", "library q1"),
        ("/PlanDefinition?_include=PlanDefinition:successor".to_owned(), "plan", ""),
        (questionnaire("q1", "QuestionnaireResponse:questionnaire"), "q1", "any first"),
        (questionnaire("q2", "QuestionnaireResponse:*"), "q2", "any"),
        (questionnaire("q2", "*"), "q2", "any"),
        (questionnaire("other", "*"), "other", ""),
        (questionnaire("q1", "PlanDefinition:depends-on"), "q1", "plan"),
        ("/Library?_revinclude=*".to_owned(), "library", "plan"),
        (
            format!(
                "/Questionnaire?_id={}&_revinclude=QuestionnaireResponse:questionnaire&_include:iterate=QuestionnaireResponse:questionnaire",
                id("q1")
            ),
            "q1",
            "any first q2",
        ),
    ] {
        if matches.is_empty() {
            assert_eq!(fhir.get(&query).await.status, 400, "{query}");
            continue;
        }
        let found = page(&named, &fhir, &query).await;
        assert_eq!(found, (matches.to_owned(), included.to_owned()), "{query}");
    }
    let some = server.fhir_with("system/QuestionnaireResponse.rs").await;
    assert_eq!(page(&named, &some, &response("first", "*")).await.1, "", "it may not be read");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_has_what_its_own_matches_wish_for() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let named = fill(&fhir).await;
    let pages = pages(&fhir, "/Patient?_count=1&_include=Patient:general-practitioner").await;
    let names: Vec<Vec<_>> =
        pages.iter().map(|page| page.iter().map(|id| named.name(id)).collect()).collect();
    assert_eq!(names, [["p", "doctor"], ["q", "doctor"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_included_that_the_caller_may_not_read() {
    let server = Server::start().await;
    let all = server.fhir().await;
    let named = fill(&all).await;
    let some = server.fhir_with("system/Observation.rs system/Practitioner.r").await;
    let found = page(&named, &some, "/Observation?_include=*&_revinclude=*").await;
    assert_eq!(found, ("o1 o2".to_owned(), "doctor".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_is_broken_off_where_all_wishes_together_are_too_large() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    let photos = vec![json!({ "title": "x".repeat(1_000_000) }); 9];
    named.store("p", &json!({ "resourceType": "Patient", "photo": photos })).await;
    named.store("doctor", &json!({ "resourceType": "Practitioner", "photo": photos })).await;
    named.store("device", &json!({ "resourceType": "Device" })).await;
    let id = |at: usize| named.names[at].0.clone();
    let mut one = observation("8867-4");
    one["subject"] = to("Patient", &id(0));
    one["performer"] = json!([to("Practitioner", &id(1))]);
    one["device"] = to("Device", &id(2));
    named.store("o", &one).await;
    let wishes = "_include=Observation:subject&_include=Observation:performer&_include=Observation:device";
    let found = page(&named, &fhir, &format!("/Observation?{wishes}")).await;
    assert_eq!(found, ("o".to_owned(), "doctor p".to_owned()));
    let bundle = fhir.get(&format!("/Observation?{wishes}")).await.json();
    let last = bundle["entry"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["search"]["mode"], "outcome", "{last}");
    // The same resource wished for twice is read once.
    let twice = ["_include=Observation:subject"; 4].join("&");
    let bundle = fhir.get(&format!("/Observation?{twice}&_include=Observation:device")).await.json();
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 3, "all, and none was cut");
}
