//! Signing a report: who may, what they sign, and what becomes of it when something is corrected later.

use serde_json::{Value, json};

use super::corrections::{cell, correct, reviewed};
use super::{Lab, done, refused};
use crate::harness::{Answer, Server};

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
