//! Looking at a scan again: what was found before, and what is told of how far it is (contract IM-25, IM-26, IM-60, IM-61).

use reqwest::Method;
use serde_json::json;

use super::super::{User, server};
use super::analyses::{jobs, work};
use crate::harness::drawn::brain;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_stands_where_somebody_asks_for_what_it_is_not() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let path = format!("/scans/{scan}");
    work(&server).await;
    let by_model = admin.read(&path).await["result"].clone();
    let by_person = json!({ "hasTumor": false, "confidence": 1 });
    let reason = "The picture is a brain MRI, and not the chest X-ray that was asked for";
    let job = json!({ "state": "completed", "progress": 100, "failedReason": reason });
    let fhir = server.fhir().await;
    for (found, status) in [(by_model, "preliminary"), (by_person.clone(), "amended")] {
        if status == "amended" {
            let changed = admin.send(Method::PATCH, &path, &json!({ "result": by_person })).await;
            assert_eq!(changed.status, 200, "{}", changed.text);
        }
        admin.analyse("chest", &scan).await;
        work(&server).await;
        assert_eq!(admin.status(&scan).await, json!({ "status": "completed", "jobStatus": job }));
        assert_eq!(admin.read("/scans?status=completed").await["scans"][0]["result"], found);
        assert_eq!(fhir.get(&format!("/Observation/{scan}")).await.json()["status"], status);
        let task = fhir.get(&format!("/Task/{scan}")).await.json();
        assert_eq!(
            (&task["statusReason"]["text"], &task["output"][0]["valueReference"]["reference"]),
            (&json!(reason), &json!(format!("Observation/{scan}")))
        );
    }
    // Asked for what it is, there is no reason any more.
    admin.analyse("brain", &scan).await;
    work(&server).await;
    let done = json!({ "status": "completed", "jobStatus": { "state": "completed", "progress": 100 } });
    assert_eq!(admin.status(&scan).await, done);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_is_told_what_they_asked_for_however_fast_it_is_done() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let analyst = server.analyst().await;
    let working = tokio::spawn(async move { analyst.work().await });
    let path = format!("/scans/{scan}");
    for _ in 0..12 {
        for state in ["completed", "pending", "processing", "failed"] {
            let asked = admin.send(Method::PATCH, &path, &json!({ "status": state })).await;
            assert_eq!((asked.status, &asked.json()["status"]), (200, &json!(state)), "{}", asked.text);
        }
    }
    working.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_scan_to_be_looked_at_again_overrules_nobody() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let scan = admin.scan_of(brain(), "PT-1").await;
    let path = format!("/scans/{scan}");
    work(&server).await;
    let by_model = admin.read(&path).await["result"].clone();
    let fhir = server.fhir().await;
    let version =
        async || fhir.get(&format!("/Observation/{scan}")).await.json()["meta"]["versionId"].clone();
    let done = json!({ "status": "completed", "jobStatus": { "state": "completed", "progress": 100 } });
    // What only a model said, a model says anew.
    for (state, job, versions) in [("pending", "waiting", "2"), ("processing", "active", "3")] {
        let asked = admin.send(Method::PATCH, &path, &json!({ "status": state })).await.json();
        assert_eq!(asked, json!({ "_id": scan, "status": state, "result": by_model }));
        let waiting = json!({ "status": state, "jobStatus": { "state": job, "progress": 0 } });
        assert_eq!((admin.status(&scan).await, jobs(&server).await), (waiting, 1));
        work(&server).await;
        assert_eq!((admin.status(&scan).await, jobs(&server).await), (done.clone(), 0));
        assert_eq!(version().await, versions);
    }
    let other = json!({ "hasTumor": false, "confidence": 0.7 });
    let found = json!({ "status": "pending", "result": other });
    let asked = admin.send(Method::PATCH, &path, &found).await.json();
    assert_eq!(asked, json!({ "_id": scan, "status": "pending", "result": other }));
    work(&server).await;
    assert_eq!((admin.status(&scan).await, jobs(&server).await), (done.clone(), 0));
    admin.analyse("brain", &scan).await;
    work(&server).await;
    assert_eq!((admin.status(&scan).await, jobs(&server).await), (done, 0));
    assert_eq!((&admin.read(&path).await["result"], version().await), (&other, json!("4")));
}
