//! What the models find, and how far they are (contract IM-20, IM-25, IM-26, IM-60 to IM-62).

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::{NOBODY, User, is_id, refused, send, server, stranger};

use super::form;
use crate::harness::Server;
use crate::harness::drawn::{brain, stripes};

impl User<'_> {
    pub(in crate::vendors::imagemedix) async fn scan_of(&self, picture: Vec<u8>, patient_id: &str) -> String {
        let texts = [("patientId", patient_id), ("patientName", "Priya Mehta"), ("scanDate", "2025-05-01")];
        let answer = self.upload(form(picture, "a.png", &texts)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["_id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn analyse(&self, organ: &str, scan: &str) -> Value {
        let path = format!("/ml/{organ}/analyze");
        let answer = self.send(Method::POST, &path, &json!({ "scanId": scan })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub(super) async fn status(&self, scan: &str) -> Value {
        self.read(&format!("/scans/{scan}/status")).await
    }
}

pub(in crate::vendors::imagemedix) async fn work(server: &Server) {
    let analyst = server.analyst().await;
    while analyst.step().await.unwrap() {}
}

pub(super) async fn jobs(server: &Server) -> i64 {
    server.number("SELECT count(*) FROM job").await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_a_scan_has_none_analysed() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let stranger = stranger(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let body = json!({ "scanId": scan });
    for organ in ["brain", "chest"] {
        let path = format!("/ml/{organ}/analyze");
        let answer = send(&server, Method::POST, &path, None, &body).await;
        assert_eq!(refused(&answer, 401), "Sign in first: a bearer token is required");
        for user in [&doctor, &stranger] {
            assert_eq!(refused(&user.send(Method::POST, &path, &body).await, 404), "There is no such scan");
        }
        for (body, status, text) in [
            (json!({}), 400, "scanId is required"),
            (json!({ "scanId": null }), 400, "scanId is required"),
            (json!({ "scanId": "" }), 404, "There is no such scan"),
            (json!({ "scanId": NOBODY }), 404, "There is no such scan"),
            (json!({ "scanId": "../x" }), 404, "There is no such scan"),
        ] {
            assert_eq!(refused(&admin.send(Method::POST, &path, &body).await, status), text);
        }
        let answer = admin.send(Method::POST, &path, &json!({ "scanId": { "$ne": null } })).await;
        assert!(refused(&answer, 400).starts_with("body has a value of the wrong type"), "{}", answer.text);
    }
    for user in [&doctor, &stranger] {
        assert_eq!(refused(&user.get(&format!("/ml/status/{scan}")).await, 404), "There is no such scan");
    }
    assert_eq!(refused(&admin.get("/ml/status/x").await, 404), "There is no such scan");
    assert_eq!(jobs(&server).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brain_ends_in_a_result_that_no_person_has_confirmed() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let waiting = json!({ "status": "pending", "jobStatus": { "state": "waiting", "progress": 0 } });
    assert_eq!(admin.status(&scan).await, waiting);
    assert_eq!(
        admin.read(&format!("/ml/status/{scan}")).await,
        json!({ "status": "pending", "progress": 0, "estimatedCompletionTime": "1 second" })
    );
    work(&server).await;
    let done = json!({ "status": "completed", "jobStatus": { "state": "completed", "progress": 100 } });
    assert_eq!(admin.status(&scan).await, done);
    assert_eq!(
        admin.read(&format!("/ml/status/{scan}")).await,
        json!({ "status": "completed", "progress": 100 })
    );
    assert_eq!(jobs(&server).await, 0);
    let read = admin.read(&format!("/scans/{scan}")).await;
    let result = &read["result"];
    assert!(result["hasTumor"].is_boolean() && result["hasPneumonia"].is_null(), "{result}");
    let confidence = result["confidence"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&confidence));
    assert_eq!(result["hasTumor"] == true, result["tumorType"].is_string());
    assert_eq!(result["hasTumor"] == true, result["tumorLocation"].is_string());
    let fhir = server.fhir().await;
    let observation = fhir.get(&format!("/Observation/{scan}")).await.json();
    assert_eq!(
        (&observation["status"], &observation["meta"]["versionId"]),
        (&json!("preliminary"), &json!("1"))
    );
    assert_eq!(observation["meta"]["security"][0]["code"], "AIAST");
    assert_eq!(observation["meta"]["tag"][0]["code"], "ai-generated");
    let device = observation["device"]["reference"].as_str().unwrap().to_owned();
    let device_name = fhir.get(&format!("/{device}")).await.json()["deviceName"][0]["name"].clone();
    assert_eq!(device_name, "brain-mri");
    assert!(observation["method"]["text"].as_str().unwrap().starts_with("brain-mri "));
    let report = fhir.get(&format!("/DiagnosticReport/{scan}")).await.json();
    assert_eq!((&report["status"], report.get("resultsInterpreter")), (&json!("preliminary"), None));
    let provenance = fhir.get(&format!("/Provenance?target=Observation/{scan}")).await.json();
    assert_eq!(provenance["total"], 1);
    let provenance = &provenance["entry"][0]["resource"];
    assert_eq!(provenance["agent"][0]["who"]["reference"], device);
    assert_eq!(provenance["entity"][0]["what"]["reference"], format!("Media/{scan}"));
    // A picture does not say by what it was taken: that is known once it was looked at, and by whom.
    let study = fhir.get(&format!("/ImagingStudy/{scan}")).await.json();
    let modality = json!([{ "system": "http://dicom.nema.org/resources/ontology/DCM", "code": "MR", "display": "Magnetic Resonance" }]);
    assert_eq!((&study["modality"], study.get("series")), (&modality, None));
    let said = fhir.get(&format!("/Provenance?target=ImagingStudy/{scan}&agent={device}")).await.json();
    assert_eq!(said["entry"][0]["resource"]["id"], provenance["id"]);
    let task = fhir.get(&format!("/Task/{scan}")).await.json();
    assert_eq!(task["output"][0]["valueReference"]["reference"], format!("Observation/{scan}"));
    // The report that can be printed says who made it.
    assert_eq!(admin.send(Method::POST, &format!("/scans/{scan}/report"), &Value::Null).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_says_comes_after_what_the_model_said() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    work(&server).await;
    let path = format!("/scans/{scan}");
    let proposed = admin.read(&path).await;
    let found = proposed["result"].clone();
    // What stands behind it is what the Observation says.
    let behind = &proposed["analysis"];
    assert_eq!(
        (&behind["isConfirmed"], &behind["state"], &behind["version"], behind.get("reader")),
        (&json!(false), &json!("preliminary"), &json!(1), None)
    );
    assert_eq!(
        (&behind["model"]["name"], &behind["model"]["card"]),
        (&json!("brain-mri"), &json!("/models/brain-mri.md"))
    );
    assert_eq!(behind["heatMap"]["columns"], behind["heatMap"]["rows"]);
    let cells = behind["heatMap"]["columns"].as_u64().unwrap().pow(2);
    assert_eq!(u64::try_from(behind["heatMap"]["values"].as_array().unwrap().len()).unwrap(), cells);
    assert_eq!(behind["region"].is_object(), found["hasTumor"] == true);
    assert_eq!(proposed["picture"], json!({ "width": 400, "height": 400 }));
    let confirmed = admin.send(Method::PATCH, &path, &json!({ "status": "completed" })).await.json();
    assert_eq!(confirmed["result"], found);
    let fhir = server.fhir().await;
    let read = async |version: &str| fhir.get(&format!("/Observation/{scan}{version}")).await.json();
    let now = read("").await;
    assert_eq!((&now["status"], now["meta"].get("security")), (&json!("final"), None));
    let report = fhir.get(&format!("/DiagnosticReport/{scan}")).await.json();
    assert_eq!((&report["status"], &report["resultsInterpreter"]), (&json!("final"), &now["performer"]));
    assert!(now["performer"][0]["reference"].as_str().unwrap().starts_with("Practitioner/"), "{now}");
    let conclusion = report["conclusion"].as_str().unwrap();
    assert!(conclusion.ends_with("; a person has confirmed it."), "{conclusion}");
    let other =
        json!({ "hasTumor": true, "tumorType": "pituitary", "confidence": 1, "tumorLocation": "sella" });
    let changed = admin.send(Method::PATCH, &path, &json!({ "result": other })).await.json();
    assert_eq!(changed["result"], other);
    assert_eq!(read("").await["status"], "amended");
    let mut behind = admin.read(&path).await["analysis"].clone();
    assert!(behind.as_object_mut().unwrap().remove("foundAt").unwrap().is_string());
    let reader = json!({ "_id": admin.id, "name": "Vikram Desai" });
    assert_eq!(behind, json!({ "isConfirmed": true, "state": "amended", "version": 3, "reader": reader }));
    let first = read("/_history/1").await;
    assert_eq!(
        (&first["status"], &first["meta"]["security"][0]["code"]),
        (&json!("preliminary"), &json!("AIAST"))
    );
    // Whoever finds something before the model does is not overruled.
    let early = admin.scan_of(brain(), "PT-1").await;
    let path = format!("/scans/{early}");
    assert_eq!(admin.send(Method::PATCH, &path, &json!({ "result": other })).await.status, 200);
    work(&server).await;
    assert_eq!((&admin.read(&path).await["result"], jobs(&server).await), (&other, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_already_is_asked_for_anew_where_there_is_no_room_for_more() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let first = admin.analyse("brain", &scan).await;
    let full = "INSERT INTO job (tenant, kind, subject, asked, due)
        SELECT tenant, kind, 'x' || n, asked + interval '1 hour', due + interval '1 hour' FROM job, generate_series(2, 10000) n";
    server.execute(full).await;
    assert_eq!(admin.analyse("chest", &scan).await, first);
    let texts = [("patientId", "PT-1"), ("patientName", "Priya Mehta"), ("scanDate", "2025-05-01")];
    let answer = admin.upload(form(brain(), "a.png", &texts)).await;
    assert_eq!(refused(&answer, 429), "Too many requests, please try again later.");
    assert_eq!(jobs(&server).await, 10_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_judged_fails_with_a_reason() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let (neither, other) = (admin.scan_of(stripes(), "PT-1").await, admin.scan_of(brain(), "PT-1").await);
    admin.analyse("chest", &other).await;
    work(&server).await;
    for (scan, reason) in [
        (&neither, "The picture is neither a brain MRI nor a chest X-ray"),
        (&other, "The picture is a brain MRI, and not the chest X-ray that was asked for"),
    ] {
        let job = json!({ "state": "failed", "progress": 0, "failedReason": reason });
        assert_eq!(admin.status(scan).await, json!({ "status": "failed", "jobStatus": job }));
        assert_eq!(
            admin.read(&format!("/ml/status/{scan}")).await,
            json!({ "status": "failed", "progress": 0, "failedReason": reason })
        );
        assert_eq!(admin.read(&format!("/scans/{scan}")).await.get("result"), None);
        let report = admin.send(Method::POST, &format!("/scans/{scan}/report"), &Value::Null).await;
        assert_eq!(refused(&report, 400), "The scan has no result yet that could be reported");
    }
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Observation'").await, 0);
    // Asked for what it is, it comes out.
    let asked = admin.analyse("brain", &other).await;
    assert!(is_id(&asked["jobId"]) && asked["status"] == "processing", "{asked}");
    work(&server).await;
    assert_eq!(admin.status(&other).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_is_one_job_and_another_takes_its_place() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let first = admin.analyse("brain", &scan).await;
    for again in join_all((0..4).map(|_| admin.analyse("brain", &scan))).await {
        assert_eq!(again, first);
    }
    assert_eq!(admin.analyse("chest", &scan).await, first);
    assert_eq!(jobs(&server).await, 1);
    work(&server).await;
    assert_eq!(admin.status(&scan).await["status"], "failed");
    let anew = admin.analyse("brain", &scan).await;
    assert_ne!(anew, first);
    work(&server).await;
    assert_eq!(admin.status(&scan).await["status"], "completed");
    let fhir = server.fhir().await;
    assert_eq!(fhir.get(&format!("/Observation/{scan}")).await.json()["meta"]["versionId"], "1");
    admin.analyse("brain", &scan).await;
    work(&server).await;
    assert_eq!(fhir.get(&format!("/Observation/{scan}")).await.json()["meta"]["versionId"], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_is_deleted_is_not_analysed() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let deleted = admin.send(Method::DELETE, &format!("/scans/{scan}"), &Value::Null).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    work(&server).await;
    assert_eq!(jobs(&server).await, 0);
    let there = "SELECT count(*) FROM resource WHERE type IN ('Observation', 'DiagnosticReport') AND body IS NOT NULL";
    assert_eq!(server.number(there).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_behind_the_many_of_another_tenant() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let stranger = stranger(&server).await;
    for _ in 0..6 {
        admin.scan_of(brain(), "PT-1").await;
    }
    let late = stranger.scan_of(brain(), "PT-1").await;
    assert!(server.analyst().await.step().await.unwrap());
    assert_eq!(stranger.status(&late).await["status"], "completed");
    assert_eq!(admin.read("/scans?status=completed").await["totalScans"], 1);
    assert_eq!(jobs(&server).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_models_scans_wait_and_are_analysed_later() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let without = server.app.analyst();
    assert!(!without.is_able());
    assert_eq!(admin.status(&scan).await["jobStatus"]["state"], "waiting");
    // One whose models fail gives it back.
    assert!(without.step().await.unwrap());
    let delayed = json!({ "status": "processing", "jobStatus": { "state": "delayed", "progress": 0 } });
    assert_eq!(admin.status(&scan).await, delayed);
    assert!(!server.analyst().await.step().await.unwrap());
    // However often: that it cannot look is no try.
    for _ in 0..8 {
        server.app.clock.advance_s(11);
        assert!(without.step().await.unwrap());
        assert_eq!(admin.status(&scan).await, delayed);
    }
    assert_eq!(server.number("SELECT sum(tries)::bigint FROM job").await, 0);
    server.app.clock.advance_s(11);
    work(&server).await;
    assert_eq!(admin.status(&scan).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_in_between_leaves_each_scan_to_be_analysed_once() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let mut scans = Vec::new();
    for _ in 0..12 {
        scans.push(admin.scan_of(brain(), "PT-1").await);
    }
    for ms in [30, 90, 150, 210, 270] {
        let analyst = server.analyst().await;
        let working = tokio::spawn(async move { while analyst.step().await.unwrap() {} });
        tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
        working.abort();
        drop(working.await);
    }
    server.app.clock.advance_s(91);
    tokio::join!(work(&server), work(&server), work(&server));
    assert_eq!(jobs(&server).await, 0);
    assert_eq!(admin.read("/scans?status=completed").await["totalScans"], 12);
    let versions = "SELECT coalesce(sum(version), 0)::bigint FROM resource WHERE type = 'Observation'";
    assert_eq!(server.number(versions).await, 12, "exactly one result each");
    let provenances = "SELECT count(*) FROM resource WHERE type = 'Provenance'";
    assert_eq!(server.number(provenances).await, 24, "one of each scan and one of each result");
}
