//! Studies that are worked on at the same time.

use std::time::Duration;

use image::ImageFormat;
use serde_json::json;

use super::fetched::{Files, HANGS, begin, status};
use super::{Lab, picture};

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_of_one_organisation_keeps_no_other_waiting() {
    let (files, server) = Files::start().await;
    let (slow, other) = (Lab::open(&server).await, Lab::other(&server).await);
    let hanging = files.at("/slow.png", HANGS, "");
    let mut waiting = Vec::new();
    for _ in 0..3 {
        waiting.push(begin(&slow, &json!({ "files": [hanging], "tasks": ["pbs_v1"] })).await);
    }
    let png = files.at("/a.png", 200, picture(1, ImageFormat::Png));
    let quick = begin(&other, &json!({ "files": [png], "tasks": ["pbs_v1"] })).await;
    let reviewer = server.app.reviewer();
    let looking = async {
        for _ in 0..600 {
            if status(&other, &quick).await.0 != "processing" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = reviewer.work() => {}
        () = looking => {}
    }
    assert_ne!(status(&other, &quick).await.0, "processing");
    let mut told = Vec::new();
    for study in &waiting {
        told.push(status(&slow, study).await);
    }
    let count =
        |part: &str| told.iter().filter(|(state, text)| state == "processing" && text.contains(part)).count();
    assert_eq!((count("Reviewing"), count("Waiting")), (2, 1), "{told:?}");
}
