//! WADO-RS.

use reqwest::Method;
use serde_json::json;

use super::{Viewer, bodies};
use crate::harness::dicom::{SAID, Said};
use crate::harness::{Answer, Server};

const PLACE: &str = "/studies/2.25.1/series/2.25.1.1/instances/2.25.1.1.1";
const SECOND: Said<'_> = Said { instance: "2.25.1.1.2", pixels: &[1, 2, 3, 4, 5, 6, 7, 8, 9], ..SAID };
const OTHER: Said<'_> = Said { series: "2.25.1.2", instance: "2.25.1.2.1", ..SAID };

async fn stored(server: &Server) -> Viewer<'_> {
    let viewer = Viewer::of(server).await;
    let answer = viewer.store(&[SAID.file(), SECOND.file(), OTHER.file()]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    viewer
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_given_is_refused() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    for path in [
        "/studies/2.25.9".to_owned(),
        "/studies/2.25.1/series/2.25.9".to_owned(),
        "/studies/2.25.1/series/2.25.1.2/instances/2.25.1.1.1".to_owned(),
        "/studies/2.25.9/metadata".to_owned(),
        format!("{PLACE}/frames/2"),
        format!("{PLACE}/frames/1,9999"),
        format!("{PLACE}/frames/2/rendered"),
        "/studies/2.25.9/thumbnail".to_owned(),
        "/studies/2.25.9/rendered".to_owned(),
        "/studies/2.25.1/series/2.25.9/rendered".to_owned(),
        "/nothing".to_owned(),
    ] {
        assert_eq!(viewer.get(&path).await.refused(404).len(), 1, "{path}");
        let stranger = server.request(Method::GET, &format!("/dicomweb{path}"));
        assert_eq!(Answer::of(stranger).await.refused(401).len(), 1, "{path}");
    }
    for path in [
        "/frames/0",
        "/frames/x",
        "/frames/1,,2",
        "/frames/0/rendered",
        "/rendered?window=1",
        "/rendered?quality=0",
        "/thumbnail?viewport=0,0",
    ] {
        assert_eq!(viewer.get(&format!("{PLACE}{path}")).await.refused(400).len(), 1, "{path}");
    }
    for (path, accept) in [
        ("/studies/2.25.1".to_owned(), "text/html"),
        (format!("{PLACE}/metadata"), "application/dicom+xml"),
        (format!("{PLACE}/frames/1"), "image/jpeg"),
        (format!("{PLACE}/rendered"), "video/mp4"),
        ("/studies/2.25.1/rendered".to_owned(), "video/mp4"),
    ] {
        let request = viewer.request(Method::GET, &path).header("Accept", accept);
        assert_eq!(Answer::of(request).await.refused(406).len(), 1, "{path}");
    }
    let reader = Viewer::with(&server, "system/ImagingStudy.c system/Binary.cruds").await;
    assert_eq!(reader.get(PLACE).await.refused(403).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_given_as_they_were_stored() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    let accept = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
    for (path, files) in [
        ("/studies/2.25.1", vec![SAID.file(), SECOND.file(), OTHER.file()]),
        ("/studies/2.25.1/series/2.25.1.1", vec![SAID.file(), SECOND.file()]),
        (PLACE, vec![SAID.file()]),
    ] {
        let (media_type, answer) = viewer.bytes(path, accept).await;
        assert!(
            media_type.starts_with("multipart/related; type=\"application/dicom\"; boundary="),
            "{media_type}"
        );
        assert!(bodies(&media_type, &answer) == files, "{path}");
    }
    let (media_type, file) = viewer.bytes(PLACE, "application/dicom").await;
    assert_eq!((media_type.as_str(), file == SAID.file()), ("application/dicom", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_text_in_its_binary_is_given_too() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    let fhir = server.fhir().await;
    let media = fhir.get("/Media?identifier=urn:dicom:uid%7Curn:oid:2.25.1.1.1").await.json();
    let binary = format!("/{}", media["entry"][0]["resource"]["content"]["url"].as_str().unwrap());
    // As a client of FHIR reads it and writes it back.
    let resource = fhir.get(&binary).await.json();
    assert!(resource["data"].as_str().is_some_and(|data| !data.is_empty()), "{resource}");
    assert_eq!(fhir.put(&binary, &resource).await.status, 200);
    assert!(
        server
            .text(&format!(
                "SELECT body FROM resource WHERE type = 'Binary' AND id = '{}'",
                binary.trim_start_matches("/Binary/")
            ))
            .await
            .contains("\"data\"")
    );
    let (_, file) = viewer.bytes(PLACE, "application/dicom").await;
    assert!(file == SAID.file());
    assert_eq!(viewer.get(&format!("{PLACE}/metadata")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_has_all_but_the_pixels() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    for (path, count) in [("/studies/2.25.1", 3), ("/studies/2.25.1/series/2.25.1.1", 2), (PLACE, 1)] {
        let answer = viewer.get(&format!("{path}/metadata")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/dicom+json"));
        let told = answer.json();
        assert_eq!(told.as_array().unwrap().len(), count, "{path}");
        assert_eq!(told[0]["00080018"], json!({ "vr": "UI", "Value": ["2.25.1.1.1"] }));
        assert_eq!(told[0]["00100010"], json!({ "vr": "PN", "Value": [{ "Alphabetic": "Mehta^Priya" }] }));
        assert_eq!((&told[0]["00280011"]["Value"], told[0].get("7FE00010")), (&json!([2]), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_are_samples_and_pictures() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    let accept = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*";
    let (media_type, answer) = viewer.bytes(&format!("{PLACE}/frames/1"), accept).await;
    assert_eq!(bodies(&media_type, &answer), [SAID.pixels]);
    // It is no JPEG: what is wanted less is given.
    let accept =
        "multipart/related; type=\"image/jpeg\", multipart/related; type=\"application/octet-stream\"; q=0.5";
    let (media_type, answer) = viewer.bytes(&format!("{PLACE}/frames/1"), accept).await;
    assert_eq!(bodies(&media_type, &answer), [SAID.pixels]);
    let (media_type, png) = viewer.bytes(&format!("{PLACE}/rendered"), "image/png").await;
    assert_eq!(
        (media_type.as_str(), crate::harness::dicom::grey(&png).as_slice()),
        ("image/png", SAID.pixels)
    );
    let (media_type, jpeg) = viewer.bytes(&format!("{PLACE}/frames/1/rendered"), "*/*").await;
    assert_eq!((media_type.as_str(), &jpeg[..2]), ("image/jpeg", [0xFF, 0xD8].as_slice()));
    // Everything up to 60 is black, from 90 on white.
    let (_, png) = viewer.bytes(&format!("{PLACE}/rendered?window=75,30,linear"), "image/png").await;
    assert_eq!(crate::harness::dicom::grey(&png), [0, 0, 255, 255]);
    for (path, all) in [
        ("/studies/2.25.1", vec![SAID.pixels, SECOND.pixels, OTHER.pixels]),
        ("/studies/2.25.1/series/2.25.1.1", vec![SAID.pixels, SECOND.pixels]),
    ] {
        let accept = "multipart/related; type=\"image/png\"";
        let (media_type, answer) = viewer.bytes(&format!("{path}/rendered"), accept).await;
        assert!(media_type.starts_with("multipart/related; type=\"image/png\"; boundary="), "{media_type}");
        let shown = bodies(&media_type, &answer);
        assert_eq!(shown.iter().map(|png| crate::harness::dicom::grey(png)).collect::<Vec<_>>(), all);
    }
    for path in ["/studies/2.25.1", "/studies/2.25.1/series/2.25.1.1", PLACE] {
        let (media_type, png) = viewer.bytes(&format!("{path}/thumbnail?viewport=8,4"), "image/png").await;
        let picture = image::load_from_memory(&png).unwrap();
        assert_eq!((media_type.as_str(), picture.width(), picture.height()), ("image/png", 4, 4), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_imagemedix_takes_in_is_a_study_here() {
    let server = Server::start().await;
    let person = hygeia::records::accounts::Person {
        email: "admin@example.org".to_owned(),
        password: hygeia::core::Secret::new("correct horse battery".to_owned()),
        name: hygeia::core::Secret::new("Vikram Desai".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    let login = json!({ "email": "admin@example.org", "password": "correct horse battery" });
    let login = server.request(Method::POST, "/imagemedix/api/auth/login").json(&login);
    let token = Answer::of(login).await.json()["token"].as_str().unwrap().to_owned();
    let viewer = Viewer::of(&server).await;
    // The same study twice, once by each way.
    assert_eq!(viewer.store(&[SECOND.file()]).await.status, 200);
    let image = reqwest::multipart::Part::bytes(SAID.file()).file_name("a.dcm");
    let form = reqwest::multipart::Form::new()
        .part("image", image)
        .text("patientId", "PT-1")
        .text("patientName", "Priya Mehta");
    let sent = server.request(Method::POST, "/imagemedix/api/scans").bearer_auth(&token).multipart(form);
    assert_eq!(Answer::of(sent).await.status, 201);
    let found = viewer.get("/studies").await.json();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["00201208"]["Value"]), (1, &json!([2])));
    let (media_type, answer) = viewer.bytes("/studies/2.25.1", "*/*").await;
    assert!(bodies(&media_type, &answer) == [SECOND.file(), SAID.file()]);
}
