//! What came of a review.

use serde_json::json;

use super::{Lab, done, picture, refused, told};
use crate::harness::Server;
use crate::harness::smears::Same;
use hygeia::inference::smear::SmearReader;
use image::ImageFormat;

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
    server.review_smears(Same::none()).await;
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
    server.review_smears(Same::reader()).await;
    assert_eq!(status().await["report_status"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_what_was_stored_in_the_vendors_words() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let (one, other) = (lab.add(&study, 1).await, lab.add(&study, 2).await);
    done(&lab.ask(&study).await, 202);
    server.review_smears(Same::reader()).await;
    let ready = json!({ "pbs_study_id": study, "report_status": "ready", "progress": 1.0, "progress_message": "Reports are ready" });
    assert_eq!(lab.read(&format!("/pbs/{study}/status")).await, ready);
    let heat = |file: &str| json!({ "center": [43, 34], "radius": 5, "file_id": file });
    let parasites: Vec<_> = [&one, &other].into_iter().flat_map(|file| vec![heat(file); 5]).collect();
    let path = format!("/pbs/{study}/report");
    let report = lab.read(&path).await;
    assert_eq!((&report["pbs_study_id"], &report["file_ids"]), (&json!(study), &json!([one, other])));
    let morphological = &report["morphological_findings"];
    let names: Vec<_> = morphological.as_object().unwrap().keys().collect();
    assert_eq!(names, ["parasitised red cell", "red cell", "white cell", "segmented neutrophil"]);
    assert_eq!(morphological["parasitised red cell"], json!({ "count": "10", "heat_map": parasites }));
    let numbers = &report["feature_statistics"];
    assert_eq!(numbers["rbc-density"], json!({ "value": "500.0", "unit": "/{field}" }));
    assert_eq!(numbers["blast-density"], json!({ "value": "not assessed", "unit": "" }));
    assert_eq!(
        numbers["parasite-density"],
        json!({ "value": "10.0", "unit": "/10*3{RBC}", "interval": { "low": "5.4", "high": "18.3" } })
    );
    assert_eq!(
        report["diagnostic_report"]["differential_diagnosis"][0],
        json!({ "score": 2, "confidence": "0.69", "clinical-significance": "critical", "icd10-code": "B54",
            "english-long": "Malaria, species not told", "english-short": "Malaria" })
    );
    assert!(report["pathology_report"].as_str().unwrap().contains("CRITICAL CALL"));
    assert_eq!((&report["report_version"], &report["versions"]), (&json!(1), &json!([1])));
    assert_eq!(lab.read(&path).await, report);
    assert_eq!(lab.read(&format!("{path}?version=1")).await, report);
    let level = lab.read(&format!("{path}?level=pathology")).await;
    assert_eq!(
        (level.get("diagnostic_report"), &level["pathology_report"]),
        (None, &report["pathology_report"])
    );
    // The same tasks are the same report.
    done(&lab.ask(&study).await, 202);
    server.review_smears(Same::reader()).await;
    assert_eq!(lab.read(&path).await["report_version"], 1);
    for (query, status) in
        [("version=2", 404), ("version=0", 404), ("version=-1", 404), ("version=x", 400), ("level=all", 400)]
    {
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
    server.review_smears(Same::reader()).await;
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
    let first = report["conclusion"].clone();
    // What a pathologist writes through FHIR is a further version.
    report["status"] = json!("final");
    report["conclusion"] = json!("No parasites: stain deposit.");
    assert_eq!(fhir.put(&format!("/DiagnosticReport/{study}"), &report).await.status, 200);
    let path = format!("/pbs/{study}/report");
    let latest = lab.read(&path).await;
    assert_eq!((&latest["report_version"], &latest["versions"]), (&json!(2), &json!([1, 2])));
    assert_eq!(latest["pathology_report"], "No parasites: stain deposit.");
    assert_eq!(lab.read(&format!("{path}?version=1")).await["pathology_report"], first);
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
    server.review_smears(Same::reader()).await;
    let answer = lab.get(&format!("/pbs/{study}/report")).await;
    assert_eq!(
        (refused(&answer, 404).as_str(), told(&answer).as_str()),
        ("report_not_ready", "There is no report on this study yet.")
    );
    server.app.clock.advance_s(1_801);
    // Two take it at once.
    let (one, other) = (server.reviewer(Same::reader()), server.reviewer(Same::reader()));
    let (one, other) = tokio::join!(one.step(), other.step());
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(lab.read(&format!("/pbs/{study}/report")).await["versions"], json!([1]));
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'DiagnosticReport'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_show_no_smear_are_named_and_the_others_are_reviewed() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let (smear, other) = (lab.add(&study, 1).await, lab.add(&study, 255).await);
    done(&lab.ask(&study).await, 202);
    server.review_smears(Same::reader()).await;
    let report = lab.read(&format!("/pbs/{study}/report")).await;
    assert_eq!(report["feature_statistics"]["fields"]["value"], "1");
    let text = report["pathology_report"].as_str().unwrap();
    assert!(text.contains(&format!("Left out: {other}: it is not a picture of a blood smear.")), "{text}");
    assert!(!text.contains(&smear));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_file_shows_a_smear_there_is_no_report_and_the_reason_names_them() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let file = lab.add(&study, 255).await;
    done(&lab.ask(&study).await, 202);
    server.review_smears(Same::reader()).await;
    let status = lab.read(&format!("/pbs/{study}/status")).await;
    assert_eq!((&status["report_status"], &status["progress"]), (&json!("failed"), &json!(0.0)));
    let reason = format!("None of 1 files could be reviewed. {file}: it is not a picture of a blood smear");
    assert_eq!(status["progress_message"], reason);
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'DiagnosticReport'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_there_are_other_models_the_same_tasks_make_a_further_version_unless_a_person_has_signed() {
    let server = Server::start_reviewing_by(Same::version("1")).await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    lab.add(&study, 1).await;
    let path = format!("/pbs/{study}/report");
    let versions = async |lab: &Lab<'_>, version: &str| {
        done(&lab.ask(&study).await, 202);
        server.review_smears(SmearReader::over(Same::version(version))).await;
        lab.read(&path).await["versions"].clone()
    };
    assert_eq!(versions(&lab, "1").await, json!([1]));
    assert_eq!(versions(&lab, "1").await, json!([1]), "the same models say the same");
    let other = server.reviewing_by(Same::version("2")).await;
    let there = Lab { server: &other, ..lab };
    assert_eq!(versions(&there, "2").await, json!([1, 2]));
    assert_eq!(versions(&there, "2").await, json!([1, 2]));
    let back = Lab { server: &server, ..there };
    server.execute("UPDATE resource SET body = replace(body, '\"status\":\"preliminary\"', '\"status\":\"final\"') WHERE type = 'DiagnosticReport'").await;
    assert_eq!(versions(&back, "1").await, json!([1, 2]), "nobody is overruled by a model");
    let provenance = "SELECT count(*) FROM resource WHERE type = 'Provenance'";
    assert_eq!(server.number(provenance).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_damaged_meanwhile_is_left_out() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    lab.add(&study, 1).await;
    let png = picture(2, ImageFormat::Png);
    done(&lab.upload(&study, png, Some("image/png"), "").await, 201);
    server
        .execute("UPDATE binary_part SET bytes = substring(bytes from 1 for 40) WHERE substring(bytes from 2 for 3) = 'PNG'::bytea")
        .await;
    done(&lab.ask(&study).await, 202);
    server.review_smears(Same::reader()).await;
    let report = lab.read(&format!("/pbs/{study}/report")).await;
    let text = report["pathology_report"].as_str().unwrap();
    assert!(text.contains("it cannot be read: the picture is cut off or damaged"), "{text}");
}
