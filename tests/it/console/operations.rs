//! What administrators look after: the trail, jobs, deliveries, users; and what is told of models.

use serde_json::{Value, json};

use super::{administrator, clinician, links, page, warned};
use crate::harness::Server;
use crate::oauth::person::{EMAIL, Person, patient};

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_searched_by_who_whose_what_and_when() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let id = patient(&server, "Alice", "Liddell").await;
    let ada = clinician(&server, "default", "ada@example.org").await;
    page(&ada.get(&format!("/console/patients/{id}")).await);
    let first = admin.get("/console/audit").await;
    assert!(page(&first).contains("<td>read-timeline</td>"), "{}", first.text);
    let form = Person::hidden(&first, "form");
    let search = async |fields: &[(&str, &str)]| {
        let sent = [&[("form", &*form)][..], fields].concat();
        admin.post("/console/audit", &sent).await
    };
    let rows = |text: &str| text.matches("<tr><td><time>").count();
    let of_ada = search(&[("who", "ADA@example.org"), ("patient", &id)]).await;
    assert_eq!(rows(page(&of_ada)), 1, "{}", of_ada.text);
    assert!(
        of_ada.text.contains("<td>ada@example.org</td><td>read-timeline</td><td>fhir</td><td>done</td>"),
        "{}",
        of_ada.text
    );
    assert_eq!(
        rows(page(
            &search(&[("what", "read-timeline"), ("from", "2026-11-21"), ("until", "2026-11-21")]).await
        )),
        1
    );
    assert_eq!(rows(page(&search(&[("what", "read-timeline"), ("until", "2026-11-20")]).await)), 0);
    assert_eq!(rows(page(&search(&[("outcome", "refused"), ("what", "read-timeline")]).await)), 0);
    assert_eq!(warned(&search(&[("from", "yesterday")]).await, 400), "A day is written such as 2026-11-21.");
    assert_eq!(warned(&search(&[("outcome", "odd")]).await, 400), "There is no such outcome.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_did_not_come_off_is_tried_now() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    server.execute("INSERT INTO job (tenant, kind, subject, asked, due, tries) VALUES
        (1, 'scan', 'a1', '2026-11-21T11:00:00Z', '2026-11-22T00:00:00Z', 3), (1, 'scan', 'b2', '2026-11-21T11:00:00Z', '2026-11-21T11:00:00Z', 0),
        (99, 'scan', 'theirs', '2026-11-21T11:00:00Z', '2026-11-21T11:00:00Z', 2)").await;
    server
        .execute(
            "INSERT INTO job (tenant, kind, subject, asked, due, tries, active) VALUES
        (1, 'scan', 'c3', '2026-11-21T11:00:00Z', '2026-11-21T13:00:00Z', 1, true)",
        )
        .await;
    let jobs = admin.get("/console/jobs").await;
    let text = page(&jobs);
    assert!(
        text.contains("<td>a1</td><td>to be tried again</td>")
            && text.contains("<td>b2</td><td>waiting</td>"),
        "{text}"
    );
    assert!(text.contains("<td>c3</td><td>running</td>") && !text.contains("theirs"), "{text}");
    let form = Person::hidden(&jobs, "form");
    for subject in ["b2", "c3", "theirs", "nothing"] {
        let answer =
            admin.post("/console/jobs", &[("form", &form), ("kind", "scan"), ("subject", subject)]).await;
        assert_eq!(warned(&answer, 409), "It is done, waits its turn, or somebody works on it.", "{subject}");
    }
    let retried = admin.post("/console/jobs", &[("form", &form), ("kind", "scan"), ("subject", "a1")]).await;
    assert_eq!((retried.status, retried.header("location")), (303, "/console/jobs"));
    let due = "SELECT count(*) FROM job WHERE subject = 'a1' AND due = '2026-11-21T12:00:00Z' AND tries = 0";
    assert_eq!(server.number(due).await, 1);
    let rows = "SELECT interaction || ' ' || outcome || ' ' || coalesce(resource, '') FROM audit_event WHERE interaction = 'retry-job' ORDER BY recorded, id";
    assert_eq!(
        server.texts(rows).await,
        [
            "retry-job refused ",
            "retry-job refused ",
            "retry-job refused ",
            "retry-job refused ",
            "retry-job success scan/a1"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_those_of_the_tenant() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    server.execute("INSERT INTO tenant (name, created_at) VALUES ('elsewhere', now())").await;
    clinician(&server, "elsewhere", "eve@example.org").await;
    let users = admin.get("/console/users").await;
    let text = page(&users);
    assert!(
        text.contains(EMAIL) && text.contains("ImageMedix") && !text.contains("eve@example.org"),
        "{text}"
    );
    server
        .execute(
            "INSERT INTO account (tenant, id, surface, email, password, role, plan, practitioner, created_at, active, regions, signed_up, passwordless)
            SELECT tenant, gen_random_uuid(), surface, 'p' || n || '@example.org', password, 'user', plan, practitioner, created_at + n * interval '1 second', active, regions, signed_up, passwordless
            FROM (SELECT * FROM account WHERE tenant = 1 AND surface = 'fhir' LIMIT 1) a, generate_series(100, 219) n",
        )
        .await;
    let first = admin.get("/console/users").await;
    assert_eq!(page(&first).matches("<tr><th scope=\"row\">").count(), 100, "{}", first.text);
    assert!(first.text.contains("p100@example.org") && !first.text.contains("p219@example.org"));
    assert_eq!(links(&first, "/console/users?"), ["/console/users?skip=100"]);
    let second = admin.get("/console/users?skip=100").await;
    assert!(page(&second).contains("p219@example.org") && !second.text.contains("p100@example.org"));
    assert!(second.text.contains("ImageMedix") && !second.text.contains("Further ones"), "{}", second.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn models_have_cards_and_figures() {
    let server = Server::start().await;
    let ada = clinician(&server, "default", "ada@example.org").await;
    assert!(ada.get("/console/models/nothing").await.text.contains("There is no such model."));
    let models = ada.get("/console/models").await;
    let known = links(&models, "/console/models/");
    assert!(known.contains(&"/console/models/brain-mri".to_owned()), "{known:?}");
    let card = ada.get("/console/models/brain-mri").await;
    let told = |before: &str| card.text.split(before).nth(1).unwrap().split('<').next().unwrap().to_owned();
    let (version, weights) = (told("<h1>brain-mri "), told("<dt>Weights</dt><dd><code>"));
    let method = |model: &str| json!({ "coding": [{ "system": "https://hygeia.health/fhir/sid/model", "code": model }] });
    let (own, another) = (method(&format!("brain-mri@{version}#{weights}")), method("other@1#ab"));
    let device = links(&card, "/console/records/Device/");
    let device = device[0].rsplit('/').next().unwrap().to_owned();
    let fhir = server.fhir().await;
    let body = json!({ "resourceType": "Device", "id": device });
    assert_eq!(fhir.put(&format!("/Device/{device}"), &body).await.status, 201);
    let said = async |sure: f64, recorded: &str, status: &str, method: &Value| {
        let body = json!({ "resourceType": "Observation", "status": status, "code": { "text": "Tumor" }, "valueBoolean": true, "method": method,
            "component": [{ "code": { "coding": [{ "code": "confidence" }] }, "valueQuantity": { "value": sure } }] });
        let id = fhir.post("/Observation", &body).await.json()["id"].as_str().unwrap().to_owned();
        let provenance = json!({ "resourceType": "Provenance", "target": [{ "reference": format!("Observation/{id}") }],
            "recorded": recorded, "agent": [{ "who": { "reference": format!("Device/{device}") } }] });
        assert_eq!(fhir.post("/Provenance", &provenance).await.status, 201);
    };
    for _ in 0..20 {
        said(0.98, "2026-11-01T12:00:00Z", "final", &own).await;
        said(0.60, "2026-11-20T12:00:00Z", "amended", &own).await;
    }
    said(0.60, "2026-09-01T12:00:00Z", "final", &own).await;
    said(0.10, "2026-11-20T12:00:00Z", "final", &another).await;
    let body = json!({ "resourceType": "DiagnosticReport", "status": "final", "code": { "text": "Smear" } });
    let report = fhir.post("/DiagnosticReport", &body).await.json()["id"].as_str().unwrap().to_owned();
    let provenance = json!({ "resourceType": "Provenance", "target": [{ "reference": format!("DiagnosticReport/{report}") }],
        "recorded": "2026-11-20T12:00:00Z", "agent": [{ "who": { "reference": format!("Device/{device}") } }] });
    assert_eq!(fhir.post("/Provenance", &provenance).await.status, 201);
    let shown = ada.get("/console/models/brain-mri").await;
    let text = page(&shown);
    assert!(
        text.contains(
            "<tr><th scope=\"row\">Results</th><td class=\"number\">22</td><td class=\"number\">20</td></tr>"
        ),
        "{text}"
    );
    let sure = "<tr><th scope=\"row\">Sure, on average</th><td class=\"number\">60 %</td><td class=\"number\">98 %</td></tr>";
    assert!(text.contains(sure), "what another model was sure of is not its own: {text}");
    assert!(
        text.contains(
            "<tr><th scope=\"row\">Corrected</th><td class=\"number\">20</td><td class=\"number\">0</td></tr>"
        ),
        "{text}"
    );
    assert!(text.contains("drift, look into it") && text.contains("<td>glioma</td>"), "{text}");
}
