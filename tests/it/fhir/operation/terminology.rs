//! Questions about codes. <https://hl7.org/fhir/R4/terminology-service.html>

use serde_json::{Value, json};

use crate::harness::{Answer, Fhir, Server};

const SYSTEM: &str = "urn:example:colours";
const VALUE_SET: &str = "urn:example:warm";
const MAP: &str = "urn:example:map";

async fn stored(fhir: &Fhir<'_>) {
    let code_system = json!({ "resourceType": "CodeSystem", "url": SYSTEM, "version": "3", "name": "Colours", "status": "active", "content": "complete",
        "concept": [
            { "code": "warm", "display": "Warm", "concept": [
                { "code": "red", "display": "Red", "definition": "As blood", "designation": [{ "language": "de", "value": "Rot" }],
                    "property": [{ "code": "wave", "valueInteger": 700 }] },
                { "code": "orange", "display": "Light red", "property": [{ "code": "inactive", "valueBoolean": true }] }] },
            { "code": "blue", "display": "Blue" }] });
    let value_set = json!({ "resourceType": "ValueSet", "id": "warm", "url": VALUE_SET, "version": "1", "name": "Warm", "status": "draft",
        "compose": { "include": [{ "system": SYSTEM, "filter": [{ "property": "concept", "op": "is-a", "value": "warm" }] },
            { "system": "urn:example:other", "concept": [{ "code": "x", "display": "An X" }] }] } });
    let map = json!({ "resourceType": "ConceptMap", "id": "map", "url": MAP, "status": "active", "sourceUri": VALUE_SET,
        "group": [{ "source": SYSTEM, "target": "urn:example:hex", "element": [
            { "code": "red", "target": [{ "code": "f00", "display": "#f00", "equivalence": "equivalent" }] },
            { "code": "blue", "target": [{ "equivalence": "unmatched" }] }] }] });
    for resource in [code_system, value_set, map] {
        let path = format!(
            "/{}/{}",
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap_or("colours")
        );
        let mut resource = resource;
        resource["id"] = path.rsplit('/').next().unwrap().into();
        assert_eq!(fhir.put(&path, &resource).await.status, 201, "{path}");
    }
}

/// The parameters of an answer, by their names.
fn told(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let parameters = answer.json()["parameter"].as_array().unwrap().clone();
    let value =
        |one: &Value| one.as_object().unwrap().iter().find(|(name, _)| *name != "name").unwrap().1.clone();
    parameters.iter().map(|one| (one["name"].as_str().unwrap().to_owned(), value(one))).collect()
}

fn codes(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    let contains = json["expansion"]["contains"].as_array().cloned().unwrap_or_default();
    contains.iter().map(|one| one["code"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir).await;
    for (path, status, refusal) in [
        ("/ValueSet/$expand", 400, "required: url is required"),
        ("/ValueSet/$expand?url=urn:none", 400, "not-found: the value set \"urn:none\" is not known"),
        ("/ValueSet/none/$expand", 404, "not-found: there is no such resource"),
        (
            "/ValueSet/$expand?url=urn:example:warm&count=-1",
            400,
            "value: count must be a whole number from 0 on",
        ),
        ("/ValueSet/$expand?url=urn:example:warm&url=x", 400, "value: url is given twice"),
        (
            "/ValueSet/$expand?url=urn:example:warm&activeOnly=yes",
            400,
            "value: activeOnly must be true or false",
        ),
        (
            "/ValueSet/$validate-code?url=urn:example:warm",
            400,
            "required: code, coding or codeableConcept is required",
        ),
        (
            "/CodeSystem/$lookup?system=urn:example:colours&code=none",
            400,
            "not-found: the code system \"urn:example:colours\" has no code \"none\"",
        ),
        (
            "/CodeSystem/$lookup?system=urn:none&code=a",
            400,
            "not-found: the code system \"urn:none\" is not known, so nothing can be told of its codes",
        ),
        ("/CodeSystem/$lookup?code=a", 400, "value: system is required"),
        (
            "/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male",
            400,
            "not-supported: the texts of \"http://hl7.org/fhir/administrative-gender\" are not kept here: store that CodeSystem",
        ),
        (
            "/CodeSystem/$subsumes?system=urn:example:colours&codeA=red",
            400,
            "required: codeB or codingB is required",
        ),
        (
            "/CodeSystem/$subsumes?system=urn:example:colours&codeA=red&codeB=none",
            400,
            "not-found: the code system has no code \"none\"",
        ),
        (
            "/ConceptMap/$translate?url=urn:none&code=a",
            400,
            "not-found: the concept map \"urn:none\" is not known",
        ),
        ("/ConceptMap/none/$translate?code=a", 404, "not-found: there is no such resource"),
        ("/ValueSet/$nothing", 404, "not-found: there is no such resource"),
        ("/CodeSystem/$expand?url=x", 404, "not-found: there is no such resource"),
        ("/Dog/$expand?url=x", 404, "not-found: there is no such resource"),
    ] {
        assert_eq!(fhir.get(path).await.refused(status), [refusal], "{path}");
    }
    for (path, refusal) in [
        (
            "/ValueSet/$expand?url=urn:example:warm&valueSetVersion=2",
            "not-supported: valueSetVersion is not supported, and the answer would be to another question without it",
        ),
        (
            "/CodeSystem/$subsumes?url=urn:example:colours&system=urn:other&codeA=red&codeB=warm",
            "value: a code is of another code system",
        ),
    ] {
        assert_eq!(fhir.get(path).await.refused(400), [refusal], "{path}");
    }
    let codings = |many: usize| vec![json!({ "system": SYSTEM, "code": "red" }); many];
    let of_codings = |codings: Vec<Value>| {
        json!({ "resourceType": "Parameters", "parameter": [{ "name": "url", "valueUri": VALUE_SET },
            { "name": "codeableConcept", "valueCodeableConcept": { "coding": codings } }] })
    };
    let path = "/ValueSet/$validate-code";
    assert_eq!(
        fhir.post(path, &of_codings(codings(51))).await.refused(400),
        ["too-costly: there may be 50 codings"]
    );
    let nul = of_codings(vec![json!({ "system": "a\u{0}", "code": "red" })]);
    assert_eq!(fhir.post(path, &nul).await.refused(400), ["value: codeableConcept holds a NUL character"]);
    let long = json!({ "resourceType": "Parameters", "parameter": [{ "name": "filter", "valueString": "x".repeat(4 << 20) }] });
    assert_eq!(fhir.post("/ValueSet/$expand", &long).await.status, 413);
    let targets = vec![json!({ "code": "x", "equivalence": "equal" }); 1_001];
    let map = json!({ "resourceType": "ConceptMap", "status": "active", "group": [{ "source": SYSTEM, "element": [{ "code": "red", "target": targets }] }] });
    let map = json!({ "resourceType": "Parameters", "parameter": [{ "name": "code", "valueCode": "red" }, { "name": "conceptMap", "resource": map }] });
    assert_eq!(
        fhir.post("/ConceptMap/$translate", &map).await.refused(400),
        ["too-costly: the codes have more than 1000 translations"]
    );
    let whole = json!({ "resourceType": "Parameters", "parameter": [{ "name": "valueSet", "resource": {
        "resourceType": "ValueSet", "status": "active", "compose": { "include": [{ "system": "http://snomed.info/sct" }] } } }] });
    assert_eq!(
        fhir.post("/ValueSet/$expand", &whole).await.refused(400),
        [
            "not-found: the code system \"http://snomed.info/sct\" is not known, so nothing can be told of its codes"
        ]
    );
    let patient = json!({ "resourceType": "Patient" });
    assert_eq!(
        fhir.post("/ValueSet/$expand", &patient).await.refused(400),
        ["invalid: the body of an operation is a Parameters resource"]
    );
    let other = server.fhir_with("system/Patient.rs").await;
    for path in [
        "/ValueSet/$expand?url=urn:example:warm",
        "/CodeSystem/$lookup?system=urn:example:colours&code=red",
        "/ConceptMap/$translate?url=urn:example:map&code=red",
    ] {
        assert_eq!(other.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_set_is_expanded_filtered_and_paged() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir).await;
    for (query, wanted) in [
        ("url=urn:example:warm", "orange red warm x"),
        ("url=urn:example:warm%7C1&filter=RED", "orange red"),
        ("url=urn:example:warm&filter=light%20red", "orange"),
        ("url=urn:example:warm&filter=none", ""),
        ("url=urn:example:warm&activeOnly=true", "red warm x"),
        ("url=urn:example:warm&count=2", "orange red"),
        ("url=urn:example:warm&count=2&offset=2", "warm x"),
        ("url=urn:example:warm&count=0", ""),
        ("url=http://hl7.org/fhir/ValueSet/administrative-gender", "female male other unknown"),
    ] {
        assert_eq!(codes(&fhir.get(&format!("/ValueSet/$expand?{query}")).await), wanted, "{query}");
    }
    let answer = fhir.get("/ValueSet/warm/$expand?count=1&offset=3").await.json();
    let expansion = &answer["expansion"];
    assert_eq!(
        json!([
            answer["url"],
            answer["name"],
            answer["status"],
            answer.get("compose"),
            expansion["total"],
            expansion["offset"],
            expansion["contains"]
        ]),
        json!([VALUE_SET, "Warm", "draft", null, 4, 3, [{ "system": "urn:example:other", "code": "x", "display": "An X" }]])
    );
    hygeia::fhir::validate::validate(&answer).expect("the expansion is valid R4");
    let whole = fhir.get("/ValueSet/warm/$expand?includeDefinition=true").await.json();
    assert!(whole["compose"]["include"].is_array());
    let sent = json!({ "resourceType": "Parameters", "parameter": [{ "name": "filter", "valueString": "blu" }, { "name": "valueSet", "resource": {
        "resourceType": "ValueSet", "status": "active", "compose": { "include": [{ "system": SYSTEM }] } } }] });
    assert_eq!(codes(&fhir.post("/ValueSet/$expand", &sent).await), "blue");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_judged_by_value_sets_and_code_systems() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir).await;
    let judge = async |path: &str| {
        let told = told(&fhir.get(path).await);
        format!(
            "{} {}",
            told["result"],
            told.get("display").or(told.get("message")).cloned().unwrap_or_default()
        )
    };
    for (query, wanted) in [
        ("system=urn:example:colours&code=red", "true \"Red\""),
        ("system=urn:example:colours&code=RED", "false \"the code \\\"RED\\\" is not in the value set\""),
        ("system=urn:example:colours&code=blue", "false \"the code \\\"blue\\\" is not in the value set\""),
        ("system=urn:none&code=red", "false \"the code \\\"red\\\" is not in the value set\""),
        ("code=red", "true \"Red\""),
        ("system=urn:example:colours&code=red&display=red", "true \"Red\""),
    ] {
        assert_eq!(
            judge(&format!("/ValueSet/$validate-code?url={VALUE_SET}&{query}")).await,
            wanted,
            "{query}"
        );
        assert_eq!(judge(&format!("/ValueSet/warm/$validate-code?{query}")).await, wanted, "{query}");
    }
    let wrong = told(
        &fhir.get(&format!("/ValueSet/warm/$validate-code?system={SYSTEM}&code=red&display=Green")).await,
    );
    assert_eq!(
        json!([wrong["result"], wrong["message"]]),
        json!([false, "the display of \"red\" is \"Red\", not \"Green\""])
    );
    for (query, wanted) in [
        (format!("url={SYSTEM}&code=blue"), "true \"Blue\""),
        (format!("system={SYSTEM}&code=blue"), "true \"Blue\""),
        (format!("url={SYSTEM}&code=green"), "false \"the code \\\"green\\\" is not in the code system\""),
    ] {
        assert_eq!(judge(&format!("/CodeSystem/$validate-code?{query}")).await, wanted, "{query}");
    }
    // Neither a system of the same address, nor what is stored of a fragment, is taken for what it is not.
    let other = "url=http://terminology.hl7.org/CodeSystem/v3-ActCode&system=http://loinc.org&code=AMB";
    assert_eq!(
        judge(&format!("/CodeSystem/$validate-code?{other}")).await,
        "false \"the code \\\"AMB\\\" is not in the code system\""
    );
    let fragment = json!({ "resourceType": "CodeSystem", "url": "urn:example:part", "status": "active", "content": "fragment", "concept": [{ "code": "a" }] });
    assert_eq!(fhir.post("/CodeSystem", &fragment).await.status, 201);
    assert_eq!(
        judge("/CodeSystem/$validate-code?url=urn:example:part&code=b").await,
        "false \"the code \\\"b\\\" is not among those that are known here, which are not all of the code system\""
    );
    for display in ["An%20X", "an%20x"] {
        let told = told(&fhir.get(&format!("/ValueSet/warm/$validate-code?code=x&display={display}")).await);
        assert_eq!(told["result"], json!(true), "what the expansion calls it is right");
    }
    let named =
        told(&fhir.get(&format!("/ValueSet/warm/$validate-code?system={SYSTEM}&code=red&display=Rot")).await);
    assert_eq!(
        json!([named["result"], named["display"]]),
        json!([true, "Red"]),
        "a designation is right too"
    );
    let concept = json!({ "resourceType": "Parameters", "parameter": [{ "name": "url", "valueUri": VALUE_SET }, { "name": "codeableConcept", "valueCodeableConcept": {
        "coding": [{ "system": SYSTEM, "code": "blue" }, { "system": SYSTEM, "code": "orange" }] } }] });
    let told = told(&fhir.post("/ValueSet/$validate-code", &concept).await);
    assert_eq!(told, json!({ "result": true, "display": "Light red", "code": "orange", "system": SYSTEM }));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_looked_up_compared_and_translated() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir).await;
    let looked_up = fhir.get(&format!("/CodeSystem/$lookup?system={SYSTEM}&code=red")).await;
    assert_eq!(
        looked_up.json()["parameter"],
        json!([
            { "name": "name", "valueString": "Colours" },
            { "name": "version", "valueString": "3" },
            { "name": "display", "valueString": "Red" },
            { "name": "designation", "part": [{ "name": "language", "valueCode": "de" }, { "name": "value", "valueString": "Rot" }] },
            { "name": "property", "part": [{ "name": "code", "valueCode": "definition" }, { "name": "value", "valueString": "As blood" }] },
            { "name": "property", "part": [{ "name": "code", "valueCode": "wave" }, { "name": "value", "valueInteger": 700 }] },
        ])
    );
    for (a, b, wanted) in [
        ("warm", "red", "subsumes"),
        ("red", "warm", "subsumed-by"),
        ("red", "red", "equivalent"),
        ("blue", "red", "not-subsumed"),
    ] {
        let answer = fhir.get(&format!("/CodeSystem/colours/$subsumes?codeA={a}&codeB={b}")).await;
        assert_eq!(told(&answer), json!({ "outcome": wanted }), "{a} {b}");
    }
    let matched = json!({ "name": "match", "part": [
        { "name": "equivalence", "valueCode": "equivalent" },
        { "name": "concept", "valueCoding": { "system": "urn:example:hex", "code": "f00", "display": "#f00" } },
        { "name": "source", "valueUri": MAP }] });
    for path in [
        format!("/ConceptMap/$translate?url={MAP}&system={SYSTEM}&code=red"),
        format!("/ConceptMap/map/$translate?system={SYSTEM}&code=red"),
        format!("/ConceptMap/$translate?system={SYSTEM}&code=red&targetsystem=urn:example:hex"),
        format!("/ConceptMap/$translate?system={SYSTEM}&code=red&source={VALUE_SET}"),
    ] {
        let answer = fhir.get(&path).await.json();
        assert_eq!(
            answer["parameter"],
            json!([{ "name": "result", "valueBoolean": true }, matched]),
            "{path}"
        );
    }
    for path in [
        format!("/ConceptMap/$translate?url={MAP}&system={SYSTEM}&code=blue"),
        format!("/ConceptMap/$translate?url={MAP}&system={SYSTEM}&code=green"),
        format!("/ConceptMap/$translate?url={MAP}&system=urn:none&code=red"),
        "/ConceptMap/$translate?system=urn:none&code=red".to_owned(),
    ] {
        assert_eq!(told(&fhir.get(&path).await)["result"], json!(false), "{path}");
    }
}
