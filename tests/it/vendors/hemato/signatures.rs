//! Signing a report: who may, what they sign, and what becomes of it when something is corrected later.

use serde_json::{Value, json};

use super::corrections::{cell, correct, reviewed};
use super::{Lab, done, refused};
use crate::harness::{Answer, Fhir, Server};

async fn sign(lab: &Lab<'_>, study: &str, version: i64) -> Answer {
    lab.server.app.clock.advance_s(60);
    lab.post(&format!("/pbs/{study}/signature"), &json!({ "report_version": version })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_person_signs_and_only_what_they_have_read() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let empty = lab.study().await;
    assert_eq!(refused(&sign(&lab, &empty, 1).await, 404), "report_not_ready");
    let (study, _) = reviewed(&lab).await;
    assert_eq!(refused(&sign(&Lab::other(&server).await, &study, 1).await, 404), "not_found");
    for role in ["service", "device"] {
        assert_eq!(refused(&sign(&lab.with_role(role).await, &study, 1).await, 403), "forbidden");
    }
    assert_eq!(
        refused(&lab.post(&format!("/pbs/{study}/signature"), &json!({})).await, 400),
        "invalid_request"
    );
    let lymphocyte = cell(&lab, &study, "lymphocyte").await;
    done(&correct(&lab, &study, 1, &lymphocyte, "monocyte").await, 200);
    assert_eq!(refused(&sign(&lab, &study, 1).await, 409), "report_changed");
    let review = lab.read(&format!("/pbs/{study}/review")).await;
    assert_eq!((&review["report_status"], &review["signed_by"]), (&json!("preliminary"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_report_is_final_once_and_amended_after_a_correction() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let lymphocyte = cell(&lab, &study, "lymphocyte").await;
    let signed = done(&sign(&lab, &study, 1).await, 200);
    assert_eq!(
        (
            &signed["report_version"],
            &signed["report_status"],
            &signed["is_signed"],
            &signed["signed_by"],
            &signed["may_sign"]
        ),
        (&json!(2), &json!("final"), &json!(true), &json!("Ali"), &json!(false))
    );
    assert_eq!(refused(&sign(&lab, &study, 2).await, 409), "already_signed");
    assert_eq!(refused(&sign(&lab, &study, 1).await, 409), "already_signed");
    let tenant =
        server.text("SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary'").await;
    let token =
        server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap().expose().clone();
    let fhir = server.fhir_by(token);
    let report = fhir.get(&format!("/DiagnosticReport/{study}")).await.json();
    for name in ["performer", "resultsInterpreter"] {
        assert_eq!(report[name][0]["identifier"]["value"], lab.user.id.to_string());
    }
    assert_eq!((&report["status"], report["meta"].get("security")), (&json!("final"), None));
    for result in report["result"].as_array().unwrap() {
        let one = fhir.get(&format!("/{}", result["reference"].as_str().unwrap())).await.json();
        assert_eq!(
            (&one["status"], &one["performer"][0]["display"]),
            (&json!("final"), &json!("Ali")),
            "{one}"
        );
    }
    let provenance =
        fhir.get(&format!("/Provenance?target=DiagnosticReport/{study}&_sort=-recorded")).await.json();
    assert_eq!(provenance["entry"][0]["resource"]["agent"][0]["type"]["coding"][0]["code"], "verifier");
    let path = format!("/pbs/{study}/report");
    let text = lab.read(&path).await["pathology_report"].as_str().unwrap().to_owned();
    assert!(text.contains("read and signed by a person") && !text.contains("PRELIMINARY"), "{text}");

    let amended = done(&correct(&lab, &study, 2, &lymphocyte, "monocyte").await, 200);
    assert_eq!(
        (&amended["report_status"], &amended["is_signed"], &amended["signed_by"], &amended["may_sign"]),
        (&json!("amended"), &json!(false), &Value::Null, &json!(true))
    );
    assert!(lab.read(&path).await["pathology_report"].as_str().unwrap().contains("PRELIMINARY"));
    assert_eq!(lab.read(&format!("{path}?version=2")).await["pathology_report"], text);
    let again = done(&sign(&lab, &study, 3).await, 200);
    assert_eq!((&again["report_status"], &again["is_signed"]), (&json!("amended"), &json!(true)));
    assert_eq!(lab.read(&path).await["versions"], json!([1, 2, 3, 4]));
}

async fn fhir<'a>(server: &'a Server) -> Fhir<'a> {
    let tenant = "SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary' LIMIT 1";
    let tenant = server.text(tenant).await;
    let token = server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap();
    server.fhir_by(token.expose().clone())
}

/// Asserts that nobody corrects or signs the report in this version, for this reason.
async fn stays_as_it_is(lab: &Lab<'_>, study: &str, version: i64, reason: &str) {
    let lymphocyte = cell(lab, study, "lymphocyte").await;
    assert_eq!(refused(&sign(lab, study, version).await, 409), reason);
    assert_eq!(refused(&correct(lab, study, version, &lymphocyte, "monocyte").await, 409), reason);
    let review = lab.read(&format!("/pbs/{study}/review")).await;
    assert_eq!(
        (&review["report_version"], &review["may_sign"], &review["may_correct"]),
        (&json!(version), &json!(false), &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_report_stays_withdrawn() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let (fhir, path) = (fhir(&server).await, format!("/DiagnosticReport/{study}"));
    let mut report = fhir.get(&path).await.json();
    for (version, status) in [(2, "entered-in-error"), (3, "cancelled"), (4, "unknown")] {
        report["status"] = status.into();
        assert_eq!(fhir.put(&path, &report).await.status, 200);
        stays_as_it_is(&lab, &study, version, "report_withdrawn").await;
        assert_eq!(fhir.get(&path).await.json()["status"], status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_not_all_there_is_neither_corrected_nor_signed() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let fhir = async || fhir(&server).await;
    for name in ["statistic", "finding"] {
        let (study, _) = reviewed(&lab).await;
        let code = format!(
            "/Observation?code=https://hygeia.health/fhir/CodeSystem/smear|{name}&based-on=ServiceRequest/{study}"
        );
        let found = fhir().await.get(&code).await.json();
        let one = found["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
        let mut others = one.filter(|one| one["code"]["text"] != "lymphocyte");
        let id = others.next().unwrap()["id"].as_str().unwrap().to_owned();
        let gone = fhir().await.delete(&format!("/Observation/{id}")).await;
        assert!([200, 204].contains(&gone.status), "{}", gone.text);
        stays_as_it_is(&lab, &study, 1, "report_in_part").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_again_answers_for_what_has_changed_since() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let second = lab.with_role("user").await;
    done(&sign(&lab, &study, 1).await, 200);
    let lymphocyte = cell(&lab, &study, "lymphocyte").await;
    done(&correct(&lab, &study, 2, &lymphocyte, "monocyte").await, 200);
    let fhir = fhir(&server).await;
    let results = async || {
        let report = fhir.get(&format!("/DiagnosticReport/{study}")).await.json();
        let mut all = Vec::new();
        for result in report["result"].as_array().unwrap() {
            all.push(fhir.get(&format!("/{}", result["reference"].as_str().unwrap())).await.json());
        }
        all
    };
    let who = |one: &Value| one["performer"][0]["identifier"]["value"].as_str().map(str::to_owned);
    let (first, second_id) = (lab.user.id.to_string(), second.user.id.to_string());
    let changed: Vec<_> = results().await.into_iter().filter(|one| one["status"] != "final").collect();
    assert!(changed.len() > 2);
    for one in &changed {
        assert_eq!(one["meta"]["security"][0]["code"], "AIAST", "{one}");
        // The corrector is named for counts, and nobody for what rules make of them.
        let is_count = ["lymphocyte", "monocyte"].iter().any(|kind| one["code"]["text"] == *kind);
        assert_eq!(who(one), is_count.then(|| first.clone()), "{one}");
    }
    done(&sign(&second, &study, 3).await, 200);
    for one in results().await {
        let before = changed.iter().find(|before| before["id"] == one["id"]);
        let by = if before.is_some() { &second_id } else { &first };
        let is_amended = before.is_some_and(|before| before["status"] == "amended");
        let status = if is_amended { "amended" } else { "final" };
        assert_eq!((&one["status"], who(&one)), (&json!(status), Some(by.clone())), "{one}");
        assert_eq!(one["meta"].get("security"), None, "{one}");
    }
}
