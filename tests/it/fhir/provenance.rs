//! `X-Provenance`, and what nobody may change.

use reqwest::Method;
use serde_json::{Value, json};

use super::{patient, stored};
use crate::harness::{Answer, Fhir, Server};

fn provenance() -> Value {
    json!({
        "resourceType": "Provenance",
        "recorded": "2026-11-21T12:00:00Z",
        "agent": [{ "who": { "display": "an app" } }],
    })
}

async fn send(fhir: &Fhir<'_>, method: Method, path: &str, body: &Value, header: &str) -> Answer {
    let request = fhir.request(method, path).header("X-Provenance", header);
    Answer::of(request.header("Content-Type", "application/fhir+json").body(body.to_string())).await
}

/// The targets of each Provenance, oldest first.
async fn targets(fhir: &Fhir<'_>) -> Vec<Vec<String>> {
    let found = fhir.get("/Provenance?_sort=_id").await.json();
    let of = |entry: &Value| {
        let targets = entry["resource"]["target"].as_array().unwrap().iter();
        targets.map(|target| target["reference"].as_str().unwrap().to_owned()).collect()
    };
    found["entry"].as_array().into_iter().flatten().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_provenance_is_refused_and_nothing_is_written() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut aimed = provenance();
    aimed["target"] = json!([{ "reference": "Patient/x" }]);
    let mut nobody = provenance();
    nobody.as_object_mut().unwrap().remove("agent");
    let cases = [
        ("{bad".to_owned(), "X-Provenance: "),
        (String::new(), "X-Provenance: "),
        ("null".to_owned(), "X-Provenance: "),
        (patient().to_string(), "invalid: X-Provenance: it must be a Provenance"),
        (aimed.to_string(), "invalid: X-Provenance: target must be left out: it is what this request writes"),
        (nobody.to_string(), "required: X-Provenance: agent is missing"),
        (format!("{}]", "[".repeat(5_000)), "X-Provenance: "),
    ];
    for (header, refusal) in &cases {
        let told = send(&fhir, Method::POST, "/Patient", &patient(), header).await.refused(400);
        assert!(told[0].contains(refusal), "{told:?}");
    }
    let twice = fhir.request(Method::POST, "/Patient").header("X-Provenance", provenance().to_string());
    let twice = twice.header("X-Provenance", provenance().to_string()).body(patient().to_string());
    assert_eq!(Answer::of(twice).await.refused(400), ["invalid: X-Provenance: a request has one at most"]);
    let reader = server.fhir_with("system/Patient.cruds").await;
    send(&reader, Method::POST, "/Patient", &patient(), &provenance().to_string()).await.refused(403);
    // The resource is refused: its Provenance is not kept either.
    let wrong = json!({ "resourceType": "Patient", "colour": 1 });
    send(&fhir, Method::POST, "/Patient", &wrong, &provenance().to_string()).await.refused(400);
    assert_eq!(server.number("SELECT count(*) FROM resource").await, 0);
    let told = "SELECT DISTINCT outcome || ' ' || agent_kind || ' ' || count(*) FROM audit_event GROUP BY outcome, agent_kind";
    assert_eq!(server.texts(told).await, ["refused client 10"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_has_its_provenance() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let header = provenance().to_string();
    let created = send(&fhir, Method::POST, "/Patient", &patient(), &header).await;
    assert_eq!(created.status, 201);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/Patient/{id}");
    let mut changed = patient();
    changed["id"] = id.clone().into();
    assert_eq!(send(&fhir, Method::PUT, &path, &changed, &header).await.status, 200);
    let patch = json!([{ "op": "add", "path": "/active", "value": true }]);
    let request = fhir.request(Method::PATCH, &path).header("X-Provenance", &header);
    let patched = request.header("Content-Type", "application/json-patch+json").body(patch.to_string());
    assert_eq!(Answer::of(patched).await.status, 200);
    let entry = |method: &str, url: &str| json!({ "request": { "method": method, "url": url }, "resource": patient() });
    let mut bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry("POST", "Patient"), entry("POST", "Patient")] });
    let answer = send(&fhir, Method::POST, "", &bundle, &header).await.json();
    bundle["type"] = "batch".into();
    assert_eq!(send(&fhir, Method::POST, "", &bundle, &header).await.status, 200);
    // What only reads, finds or deletes leaves none, whatever it says.
    fhir.request(Method::GET, &path).header("X-Provenance", "{bad").send().await.unwrap();
    let found = fhir
        .request(Method::POST, "/Patient")
        .header("X-Provenance", &header)
        .header("If-None-Exist", format!("_id={id}"));
    assert_eq!(
        Answer::of(found.header("Content-Type", "application/fhir+json").body(patient().to_string()))
            .await
            .status,
        200
    );
    assert_eq!(
        Answer::of(fhir.request(Method::DELETE, &path).header("X-Provenance", &header)).await.status,
        204
    );

    let of_answer = |at: usize| {
        let location = answer["entry"][at]["response"]["location"].as_str().unwrap();
        location.split_once("/fhir/").map_or(location, |(_, rest)| rest).to_owned()
    };
    let all = targets(&fhir).await;
    assert_eq!(all.len(), 6);
    assert_eq!(
        all[..4],
        [
            vec![format!("Patient/{id}/_history/1")],
            vec![format!("Patient/{id}/_history/2")],
            vec![format!("Patient/{id}/_history/3")],
            vec![of_answer(0), of_answer(1)],
        ]
    );
    assert!(all[4..].iter().all(|targets| targets.len() == 1));
    let told = "SELECT interaction || ' ' || coalesce(type, '-') || ' ' || coalesce(cardinality(entities), 0) FROM audit_event ORDER BY id LIMIT 5";
    assert_eq!(
        server.texts(told).await,
        ["create Patient 1", "update Patient 1", "patch Patient 1", "transaction - 3", "batch - 4"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_tells_of_others_is_kept_as_it_is() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let made = send(&fhir, Method::POST, "/Patient", &patient(), &provenance().to_string()).await;
    let found = fhir.get("/Provenance").await.json();
    let of_server = found["entry"][0]["resource"].clone();
    assert_eq!(of_server["meta"]["tag"][0]["code"], "server");
    let event = fhir.get("/AuditEvent").await.json()["entry"][0]["resource"].clone();
    let mut theirs = event.clone();
    theirs["id"] = "theirs".into();
    assert_eq!(fhir.put("/AuditEvent/theirs", &theirs).await.status, 201, "what a client tells is its own");
    assert_eq!(fhir.put("/AuditEvent/theirs", &theirs).await.status, 200);
    for kept in [of_server, event] {
        let (kind, id) = (kept["resourceType"].as_str().unwrap(), kept["id"].as_str().unwrap());
        let path = format!("/{kind}/{id}");
        let patch = fhir.request(Method::PATCH, &path).header("Content-Type", "application/json-patch+json");
        let patch = patch.body(json!([{ "op": "add", "path": "/language", "value": "en" }]).to_string());
        let entry = |method: &str| json!({ "request": { "method": method, "url": path.trim_start_matches('/') }, "resource": kept });
        let mut deletion = entry("DELETE");
        deletion.as_object_mut().unwrap().remove("resource");
        let bundle =
            |entry: Value| json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
        let answers = [
            fhir.put(&path, &kept).await,
            Answer::of(patch).await,
            fhir.delete(&path).await,
            fhir.delete(&format!("/{kind}?_id={id}")).await,
            fhir.post("", &bundle(entry("PUT"))).await,
            fhir.post("", &bundle(deletion)).await,
        ];
        for (at, answer) in answers.iter().enumerate() {
            let own_by_search = at == 3 && kind == "AuditEvent";
            assert!(
                answer.status == 405 || own_by_search && answer.status == 204,
                "{kind} {at}: {}",
                answer.text
            );
        }
        assert_eq!(fhir.get(&path).await.json(), kept);
    }
    // What a client wrote by itself, it may change.
    let mut own = provenance();
    own["target"] = json!([{ "reference": format!("Patient/{}", made.json()["id"].as_str().unwrap()) }]);
    own["id"] = stored(&fhir, &own).await.into();
    assert_eq!(fhir.put(&format!("/Provenance/{}", own["id"].as_str().unwrap()), &own).await.status, 200);
}
