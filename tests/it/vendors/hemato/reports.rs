//! What came of a review.

use hygeia::inference::registry::ModelRef;
use hygeia::inference::smear::{
    File, Findings, Measure, NotReviewed, Place, Seen, Statistic, Suggestion, review,
};
use serde_json::json;

use super::{Lab, done, refused, told};
use crate::harness::Server;

/// What a model may find.
pub(super) fn found(files: &[File]) -> Result<Findings, NotReviewed> {
    Ok(Findings {
        statistics: vec![
            Statistic {
                name: "rbc-density".to_owned(),
                value: Measure::Value("4.6".to_owned()),
                unit: "10*6/uL".to_owned(),
            },
            Statistic { name: "blast-density".to_owned(), value: Measure::NotAssessed, unit: String::new() },
        ],
        seen: vec![Seen {
            name: "ring trophozoite".to_owned(),
            count: u64::try_from(files.len()).unwrap(),
            places: (0..files.len()).map(|file| Place { file, x: 43, y: 34, radius: 5 }).collect(),
        }],
        differential: vec![Suggestion {
            score: 7,
            confidence: 0.95,
            significance: "D".to_owned(),
            icd10: "B50.9".to_owned(),
            name: "Malaria Infection with Plasmodium Falciparum".to_owned(),
            short_name: "Malaria".to_owned(),
            evidence: vec!["ring trophozoites".to_owned()],
        }],
        report: "Ring trophozoites were seen.".to_owned(),
        models: vec![ModelRef { name: "smear".to_owned(), version: "1".to_owned(), sha256: "ab".repeat(32) }],
    })
}

pub(super) async fn work(server: &Server, by: hygeia::vendors::hemato::jobs::Review) {
    while server.app.reviewer().step(by).await.unwrap() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_a_review_ends_and_says_why() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    lab.add(&study, 1).await;
    let status = async || lab.read(&format!("/pbs/{study}/status")).await;
    let waiting = "Waiting for files and for a diagnostic study to be requested";
    assert_eq!(
        status().await,
        json!({ "pbs_study_id": study, "report_status": "created", "progress": 0.0, "progress_message": waiting })
    );
    done(&lab.ask(&study).await, 202);
    assert_eq!(status().await["report_status"], "processing");
    let early = lab.get(&format!("/pbs/{study}/report")).await;
    assert_eq!(refused(&early, 404), "report_not_ready");
    assert_eq!(early.json()["results"]["report_status"], "processing");
    work(&server, review).await;
    let failed = json!({ "pbs_study_id": study, "report_status": "failed", "progress": 0.0,
        "progress_message": "no model for blood smears is installed" });
    assert_eq!(status().await, failed);
    let answer = lab.get(&format!("/pbs/{study}/report")).await;
    assert_eq!(
        (refused(&answer, 404).as_str(), answer.json()["results"].clone()),
        ("report_not_ready", failed)
    );
    assert_eq!(
        server
            .number("SELECT count(*) FROM resource WHERE type IN ('Observation', 'DiagnosticReport')")
            .await,
        0
    );
    assert_eq!(server.number("SELECT count(*) FROM job").await, 0);
    // Once there are models, it can be asked for again.
    done(&lab.ask(&study).await, 202);
    work(&server, found).await;
    assert_eq!(status().await["report_status"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_what_was_stored_in_the_vendors_words() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let (one, other) = (lab.add(&study, 1).await, lab.add(&study, 2).await);
    done(&lab.ask(&study).await, 202);
    work(&server, found).await;
    let ready = json!({ "pbs_study_id": study, "report_status": "ready", "progress": 1.0, "progress_message": "Reports are ready" });
    assert_eq!(lab.read(&format!("/pbs/{study}/status")).await, ready);
    let heat = |file: &str| json!({ "center": [43, 34], "radius": 5, "file_id": file });
    let report = json!({
        "pbs_study_id": study,
        "file_ids": [one, other],
        "feature_statistics": { "rbc-density": { "value": "4.6", "unit": "10*6/uL" }, "blast-density": { "value": "not assessed", "unit": "" } },
        "morphological_findings": { "ring trophozoite": { "count": "2", "heat_map": [heat(&one), heat(&other)] } },
        "diagnostic_report": { "differential_diagnosis": [{ "score": 7, "confidence": "0.95", "clinical-significance": "D",
            "icd10-code": "B50.9", "english-long": "Malaria Infection with Plasmodium Falciparum", "english-short": "Malaria" }] },
        "pathology_report": "Ring trophozoites were seen.",
        "report_version": 1,
        "versions": [1],
    });
    let path = format!("/pbs/{study}/report");
    assert_eq!(lab.read(&path).await, report);
    assert_eq!(lab.read(&format!("{path}?version=1")).await, report);
    let level = lab.read(&format!("{path}?level=pathology")).await;
    assert_eq!(
        (level.get("diagnostic_report"), &level["pathology_report"]),
        (None, &report["pathology_report"])
    );
    // The same tasks are the same report.
    done(&lab.ask(&study).await, 202);
    work(&server, found).await;
    assert_eq!(lab.read(&path).await["report_version"], 1);
    for (query, status) in [("version=2", 404), ("version=x", 400), ("version=0", 400), ("level=all", 400)] {
        refused(&lab.get(&format!("{path}?{query}")).await, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_read_through_fhir_preliminary_and_its_versions_are_those_of_the_resource() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    lab.add(&study, 1).await;
    done(&lab.ask(&study).await, 202);
    work(&server, found).await;
    let tenant =
        server.text("SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary'").await;
    let token =
        server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap().expose().clone();
    let fhir = server.fhir_by(token);
    let request =
        fhir.get(&format!("/ServiceRequest?identifier=urn:vendor:hemato:study|{study}")).await.json();
    assert_eq!(
        (&request["total"], &request["entry"][0]["resource"]["status"]),
        (&json!(1), &json!("completed"))
    );
    let mut report = fhir.get(&format!("/DiagnosticReport/{study}")).await.json();
    assert_eq!(
        (&report["status"], &report["meta"]["security"][0]["code"]),
        (&json!("preliminary"), &json!("AIAST"))
    );
    assert_eq!(fhir.get("/Condition").await.json()["total"], 0);
    let observation = report["result"][0]["reference"].as_str().unwrap().to_owned();
    assert_eq!(fhir.get(&format!("/{observation}")).await.json()["status"], "preliminary");
    assert_eq!(fhir.get(&format!("/Provenance?target=DiagnosticReport/{study}")).await.json()["total"], 1);
    // What a pathologist writes through FHIR is a further version.
    report["status"] = json!("final");
    report["conclusion"] = json!("No parasites: stain deposit.");
    assert_eq!(fhir.put(&format!("/DiagnosticReport/{study}"), &report).await.status, 200);
    let path = format!("/pbs/{study}/report");
    let latest = lab.read(&path).await;
    assert_eq!((&latest["report_version"], &latest["versions"]), (&json!(2), &json!([1, 2])));
    assert_eq!(latest["pathology_report"], "No parasites: stain deposit.");
    assert_eq!(
        lab.read(&format!("{path}?version=1")).await["pathology_report"],
        "Ring trophozoites were seen."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_left_undone_another_does_once() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    lab.add(&study, 1).await;
    done(&lab.ask(&study).await, 202);
    // Somebody took it, and is gone.
    server
        .execute("UPDATE job SET active = true, due = due + interval '30 minutes', claims = 1, tries = 1")
        .await;
    work(&server, found).await;
    let answer = lab.get(&format!("/pbs/{study}/report")).await;
    assert_eq!(
        (refused(&answer, 404).as_str(), told(&answer).as_str()),
        ("report_not_ready", "There is no report on this study yet.")
    );
    server.app.clock.advance_s(1_801);
    // Two take it at once.
    let (one, other) = (server.app.reviewer(), server.app.reviewer());
    let (one, other) = tokio::join!(one.step(found), other.step(found));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(lab.read(&format!("/pbs/{study}/report")).await["versions"], json!([1]));
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'DiagnosticReport'").await, 1);
}
