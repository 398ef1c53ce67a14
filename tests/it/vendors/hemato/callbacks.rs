//! What whoever asked for a review is told.

use image::ImageFormat;
use serde_json::{Value, json};

use super::fetched::{Files, begin};
use super::{Lab, done, image_id, picture};
use crate::harness::Server;
use crate::harness::receiver::Receiver;
use crate::harness::smears::Same;

async fn post(server: &Server) {
    while server.app.deliveries.step().await.unwrap() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_review_is_told_what_became_of_it_until_they_take_it() {
    let receiver = Receiver::start().await;
    let server = Server::start_by(&receiver.settings(), None).await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    lab.add(&study, 1).await;
    let path = format!("/pbs/{study}/tasks");
    let ask = json!({ "tasks": ["pbs_v1"], "callback_url": receiver.url("/told") });
    let told = |status: &str, progress: f64| json!({ "pbs_stody_id": study, "pbs_study_id": study, "report_status": status, "progress": progress });
    done(&lab.post(&path, &ask).await, 202);
    post(&server).await;
    assert!(receiver.taken().is_empty(), "there is nothing to tell yet");
    server.review_smears(Same::none()).await;
    post(&server).await;
    receiver.answer([500]);
    done(&lab.post(&path, &ask).await, 202);
    server.review_smears(Same::reader()).await;
    post(&server).await;
    server.app.clock.advance_s(60);
    post(&server).await;
    server.app.clock.advance_s(60_000);
    server.review_smears(Same::reader()).await;
    post(&server).await;
    let taken = receiver.taken();
    let bodies: Vec<_> = taken.iter().map(|one| (one.path.as_str(), one.json())).collect();
    let (failed, ready) = (("/told", told("failed", 0.0)), ("/told", told("ready", 1.0)));
    assert_eq!(bodies, [failed, ready.clone(), ready]);
    let ids: Vec<_> = taken.iter().map(|one| one.header("x-hemato-delivery")).collect();
    assert!(ids[0] != ids[1] && ids[1] == ids[2], "{ids:?}");
    // Who asks again, once there is a report, is told of that one at once.
    let again = lab.study().await;
    lab.add(&again, 2).await;
    done(&lab.ask(&again).await, 202);
    let (path, late) = (
        format!("/pbs/{again}/tasks"),
        json!({ "tasks": ["pbs_v1"], "callback_url": receiver.url("/late") }),
    );
    done(&lab.post(&path, &late).await, 202);
    server.review_smears(Same::reader()).await;
    post(&server).await;
    let told_late =
        json!({ "pbs_stody_id": again, "pbs_study_id": again, "report_status": "ready", "progress": 1.0 });
    let taken = |receiver: &Receiver| {
        let taken = receiver.taken();
        let last = taken.last().map(|one| (one.path.clone(), one.json()));
        (taken.len(), last.unwrap())
    };
    assert_eq!(taken(&receiver), (4, ("/late".to_owned(), told_late.clone())), "it was worked on");
    let first = lab.study().await;
    lab.add(&first, 3).await;
    done(&lab.ask(&first).await, 202);
    server.review_smears(Same::reader()).await;
    for _ in 0..2 {
        done(&lab.post(&format!("/pbs/{first}/tasks"), &late).await, 202);
        post(&server).await;
    }
    let told_first =
        json!({ "pbs_stody_id": first, "pbs_study_id": first, "report_status": "ready", "progress": 1.0 });
    assert_eq!(taken(&receiver), (5, ("/late".to_owned(), told_first)), "once");
    // Who asks without saying where is not told.
    let other = lab.study().await;
    lab.add(&other, 1).await;
    done(&lab.ask(&other).await, 202);
    server.review_smears(Same::reader()).await;
    post(&server).await;
    assert_eq!(receiver.taken().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_files_fetched_is_told_of_them_and_then_of_the_report() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let png = picture(1, ImageFormat::Png);
    let study = begin(
        &lab,
        &json!({ "files": [files.at("/a.png", 200, png.clone())], "tasks": ["pbs_v1"], "peripheral_blood_sample_id": "xyz",
            "callback_url": files.at("/told", 200, "") }),
    )
    .await;
    server.review_smears(Same::reader()).await;
    post(&server).await;
    let bodies: Vec<_> = files.posted().into_iter().map(|(_, body)| body).collect();
    let url = bodies[1]["report_url"].as_str().unwrap();
    assert!(url.ends_with(&format!("/pbs/{study}/report?version=1")), "{url}");
    assert_eq!(
        bodies,
        [
            json!({ "event": "files_received", "pbs_stody_id": study, "pbs_study_id": study, "report_status": "processing", "progress": 0.2,
                "peripheral_blood_sample_id": "xyz", "files": [{ "file_id": image_id(&png), "content_type": "image/png",
                    "size_bytes": png.len(), "width": 64, "height": 48, "sanity_check": "ok", "error": null }] }),
            json!({ "event": "report_ready", "pbs_stody_id": study, "pbs_study_id": study, "report_status": "ready", "progress": 1.0,
                "report_url": url, "report_version": 1 }),
        ]
    );
    assert_eq!(server.number("SELECT count(*) FROM errand_address").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_files_fetched_that_do_not_come_is_told_so() {
    let (files, server) = Files::start().await;
    let lab = Lab::open(&server).await;
    let (told, png) = (files.at("/told", 200, ""), files.at("/a.png", 200, picture(1, ImageFormat::Png)));
    let expired = files.at("/expired", 403, "");
    let body = json!({ "files": [png, format!("{expired}?X-Amz-Signature=s3cret")], "tasks": ["pbs_v1"], "callback_url": told });
    let study = begin(&lab, &body).await;
    server.review_smears(Same::reader()).await;
    post(&server).await;
    let posted = files.posted();
    let bodies: Vec<&Value> = posted.iter().map(|(_, body)| body).collect();
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert_eq!(
        (&bodies[0]["event"], &bodies[0]["files"][0]["sanity_check"]),
        (&json!("files_received"), &json!("ok"))
    );
    assert_eq!(
        bodies[0]["files"][1],
        json!({ "file_id": null, "content_type": null, "size_bytes": null, "width": null, "height": null,
            "sanity_check": "failed", "error": "the other server answered with status 403" })
    );
    assert_eq!(
        *bodies[1],
        json!({ "event": "report_failed", "pbs_stody_id": study, "pbs_study_id": study, "report_status": "failed", "progress": 0.0 })
    );
}
