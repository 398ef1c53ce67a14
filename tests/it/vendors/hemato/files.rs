//! Uploads.

use futures_util::future::join_all;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Lab, done, image_id, picture, refused};
use crate::harness::{Answer, Server};

async fn parts(server: &Server) -> i64 {
    server.number("SELECT count(*) FROM binary_part").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_image_that_it_is_called_is_refused_and_not_kept() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let (jpeg, png) = (picture(1, ImageFormat::Jpeg), picture(1, ImageFormat::Png));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let mut huge = png.clone();
    // The header declares 60000 by 60000 pixels.
    huge.splice(16..24, [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    for (bytes, media, query) in [
        (b"text".to_vec(), Some("image/jpeg"), ""),
        (Vec::new(), Some("image/jpeg"), ""),
        (jpeg.clone(), Some("image/png"), ""),
        (png.clone(), Some("image/jpeg"), "?file_name=x.png"),
        (jpeg.clone(), Some("application/zip"), ""),
        (picture(1, ImageFormat::Gif), Some("image/png"), ""),
        (svg, Some("image/png"), ""),
        (huge, Some("image/png"), ""),
        (jpeg.get(..jpeg.len() / 2).unwrap().to_vec(), Some("image/jpeg"), ""),
        (png.get(..png.len() / 2).unwrap().to_vec(), Some("image/png"), ""),
        (jpeg.clone(), None, ""),
        (jpeg.clone(), Some("text/plain"), "?content_type=image/jpeg"),
        (jpeg.clone(), None, "?file_name=x.gif"),
        (jpeg.clone(), None, "?file_name=a.jpg&file_name=b.jpg"),
        (jpeg.clone(), Some("multipart/form-data; boundary=x"), "?file_name=x.jpg"),
    ] {
        let answer = lab.upload(&study, bytes, media, query).await;
        assert_eq!(refused(&answer, 400), "invalid_request", "{media:?} {query}");
    }
    assert_eq!(
        (parts(&server).await, server.number("SELECT count(*) FROM resource WHERE type = 'Media'").await),
        (0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_file_is_the_hash_of_its_bytes() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    for (shade, format, media, query) in [
        (1, ImageFormat::Jpeg, Some("image/jpeg"), ""),
        (2, ImageFormat::Png, Some("image/png"), "?file_name=../../x.jpg"),
        (3, ImageFormat::Jpeg, None, "?file_name=X.JPG"),
        (4, ImageFormat::Jpeg, Some("application/octet-stream"), "?content_type=image/jpeg"),
        (5, ImageFormat::Png, Some("application/x-www-form-urlencoded"), "?file_name=same.png"),
        (6, ImageFormat::Png, Some("image/png"), "?file_name=same.png"),
    ] {
        let bytes = picture(shade, format);
        let id = image_id(&bytes);
        let results = done(&lab.upload(&study, bytes, media, query).await, 201);
        assert_eq!(results, json!({ "pbs_study_id": study, "file_id": id }), "{query}");
    }
    assert_eq!(parts(&server).await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_is_kept_once_however_often_and_at_whatever_time_it_comes() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, other) = (lab.study().await, lab.study().await);
    let send = || lab.upload(&study, picture(1, ImageFormat::Png), Some("image/png"), "?file_name=a.png");
    let all = join_all((0..8).map(|_| send())).await;
    let ids: Vec<_> = all.iter().map(|answer| done(answer, 201)["file_id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    done(&send().await, 201);
    done(&lab.upload(&study, picture(1, ImageFormat::Png), None, "?file_name=b.png").await, 201);
    let media = "SELECT count(*) FROM resource WHERE type = 'Media'";
    assert_eq!((parts(&server).await, server.number(media).await), (1, 1));
    let title = "SELECT body::jsonb #>> '{content,title}' FROM resource WHERE type = 'Media'";
    assert_eq!(server.text(title).await, "a.png", "its first name stays");
    done(&lab.upload(&other, picture(1, ImageFormat::Png), Some("image/png"), "").await, 201);
    assert_eq!(server.number(media).await, 2, "another study has its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_file_and_a_request_for_a_review_at_once_the_file_is_in_or_refused() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    lab.add(&study, 0).await;
    let uploads = join_all(
        (1..6).map(|shade| lab.upload(&study, picture(shade, ImageFormat::Png), Some("image/png"), "")),
    );
    let (uploads, asked) = tokio::join!(uploads, lab.ask(&study));
    done(&asked, 202);
    let kept = uploads.iter().filter(|answer| answer.status == 201).count();
    for answer in uploads.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused(answer, 400), "study_closed");
    }
    assert_eq!(parts(&server).await, i64::try_from(kept).unwrap() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_through_fhir_as_it_was_sent() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    // More than a part, and not a whole number of them: what follows the end of a picture belongs to the file.
    let mut bytes = picture(1, ImageFormat::Jpeg);
    bytes.resize(2_500_000, 7);
    let answer = lab.upload(&study, bytes.clone(), Some("image/jpeg"), "").await;
    let id = done(&answer, 201)["file_id"].as_str().unwrap().to_owned();
    assert_eq!((id, parts(&server).await), (image_id(&bytes), 3));
    let tenant =
        server.text("SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary'").await;
    let token =
        server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap().expose().clone();
    let fhir = server.fhir_by(token);
    let media = fhir.get(&format!("/Media?based-on=ServiceRequest/{study}")).await.json();
    let media = &media["entry"][0]["resource"];
    assert_eq!((&media["width"], &media["content"]["size"]), (&json!(64), &json!(2_500_000)));
    let url = format!("/{}", media["content"]["url"].as_str().unwrap());
    let raw = fhir.request(Method::GET, &url).header("Accept", "image/jpeg").send().await.unwrap();
    assert_eq!(
        (raw.headers()["content-type"].to_str().unwrap(), raw.headers()["content-length"].to_str().unwrap()),
        ("image/jpeg", "2500000")
    );
    assert_eq!(raw.bytes().await.unwrap(), bytes);
    let json: Value = fhir.get(&url).await.json();
    let data =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, json["data"].as_str().unwrap());
    assert_eq!(data.unwrap(), bytes);
    let version = format!("{url}/_history/{}", json["meta"]["versionId"].as_str().unwrap());
    assert_eq!(fhir.get(&version).await.json(), json);
    let entries: Vec<_> = [&url, &version]
        .map(|url| json!({ "request": { "method": "GET", "url": url.trim_start_matches('/') } }))
        .to_vec();
    let batch = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let answered = fhir.post("", &batch).await.json();
    assert_eq!((&answered["entry"][0]["resource"], &answered["entry"][1]["resource"]), (&json, &json));
    let hash = base64::Engine::decode(
        &base64::engine::general_purpose::STANDARD,
        media["content"]["hash"].as_str().unwrap(),
    );
    let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    assert_eq!(hash.unwrap(), sha1.as_ref());
    let token = server.app.identity.issue_access_token(&tenant, "system/Observation.rs").await.unwrap();
    let stranger = server.fhir_by(token.expose().clone());
    assert_eq!(Answer::of(stranger.request(Method::GET, &url)).await.status, 403);
}
