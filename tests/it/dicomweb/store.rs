//! STOW-RS.

use dicom_dictionary_std::{tags, uids};
use futures_util::future::join_all;
use hygeia::core::Secret;
use hygeia::core::config::Settings;
use hygeia::core::config::dicom::DicomSettings;
use hygeia::records::accounts::Person;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Viewer, parts};
use crate::harness::dicom::{SAID, Said, file};
use crate::harness::{Answer, Server};

/// The reasons of failures that name an instance, and of those that do not.
fn failures(answer: &Answer) -> (Vec<u64>, Vec<u64>) {
    let told = answer.json();
    let of = |tag: &str| {
        let items = told[tag]["Value"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["00081197"]["Value"][0].as_u64().unwrap()).collect()
    };
    (of("00081198"), of("0008119A"))
}

async fn kept(server: &Server) -> i64 {
    server
        .number("SELECT count(*) FROM resource WHERE type IN ('ImagingStudy', 'Media', 'Binary', 'Patient')")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_store_stores_nothing() {
    let server = Server::start().await;
    let stranger = server.request(Method::POST, "/dicomweb/studies").body(parts(&[SAID.file()]));
    assert_eq!(Answer::of(stranger).await.refused(401).len(), 1);
    for scope in ["system/ImagingStudy.rs", "system/Media.cruds system/Binary.cruds", "system/ImagingStudy.c"]
    {
        let viewer = Viewer::with(&server, scope).await;
        assert_eq!(viewer.store(&[SAID.file()]).await.refused(403).len(), 1, "{scope}");
    }
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_brings_no_files_is_refused() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    let send = async |media_type: &str, body: Vec<u8>| {
        Answer::of(viewer.request(Method::POST, "/studies").header("Content-Type", media_type).body(body))
            .await
            .status
    };
    assert_eq!(send("application/dicom", SAID.file()).await, 415);
    assert_eq!(send("multipart/form-data; boundary=b", parts(&[SAID.file()])).await, 415);
    assert_eq!(send("multipart/related; type=\"application/dicom+json\"; boundary=b", parts(&[])).await, 415);
    assert_eq!(send("multipart/related; type=\"application/dicom\"", parts(&[SAID.file()])).await, 400);
    assert_eq!(send(super::RELATED, parts(&[])).await, 400);
    let mut cut = parts(&[SAID.file()]);
    cut.truncate(300);
    assert_eq!(send(super::RELATED, cut).await, 400);
    assert_eq!(viewer.store_at("/studies/x", &[SAID.file()]).await.status, 400);
    let xml = viewer.request(Method::POST, "/studies").header("Accept", "application/dicom+xml");
    let xml = xml.header("Content-Type", super::RELATED).body(parts(&[SAID.file()]));
    assert_eq!(Answer::of(xml).await.status, 406);
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_stored_are_told_with_their_reason() {
    let settings =
        Settings { dicom: DicomSettings { limit_mb: 1, ..DicomSettings::default() }, ..Settings::default() };
    let server = Server::start_by(&settings, None).await;
    let viewer = Viewer::of(&server).await;
    let whole = SAID.file();
    let cut = whole[..whole.len() - 3].to_vec();
    let mut of_verification = SAID.object();
    of_verification.put_str(tags::SOP_CLASS_UID, dicom_core::VR::UI, uids::VERIFICATION);
    let mut compressed = whole.clone();
    let syntax =
        compressed.windows(19).position(|bytes| bytes == uids::EXPLICIT_VR_LITTLE_ENDIAN.as_bytes()).unwrap();
    compressed[syntax..syntax + 19].copy_from_slice(b"1.2.840.10008.1.2.9");
    let pixels = vec![0; 1_100 * 1_100];
    let large = Said { pixels: &pixels, ..SAID }.file();
    for (file, reasons) in [
        (b"GIF89a".to_vec(), (vec![], vec![0xC000])),
        (cut, (vec![], vec![0xC000])),
        (SAID.without(tags::SERIES_INSTANCE_UID), (vec![], vec![0xC000])),
        (file(of_verification), (vec![0x0122], vec![])),
        (compressed, (vec![], vec![0xC122])),
        (large, (vec![], vec![0xA700])),
    ] {
        let answer = viewer.store(&[file]).await;
        assert_eq!((answer.status, failures(&answer)), (409, reasons));
    }
    let answer = viewer.store_at("/studies/2.25.9", std::slice::from_ref(&whole)).await;
    assert_eq!((answer.status, failures(&answer)), (409, (vec![0xA900], vec![])));
    assert_eq!(kept(&server).await, 0);
    // One that can be is stored beside one that cannot.
    let answer = viewer.store(&[b"GIF89a".to_vec(), whole]).await;
    assert_eq!((answer.status, failures(&answer)), (202, (vec![], vec![0xC000])));
    assert_eq!(answer.json()["00081199"]["Value"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_is_stored_once_and_another_of_its_uid_not_at_all() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    assert_eq!(viewer.store(&[SAID.file()]).await.status, 200);
    let count = kept(&server).await;
    assert_eq!(viewer.store(&[SAID.file()]).await.status, 200);
    let answer = viewer.store(&[Said { pixels: &[9, 9, 9, 9], ..SAID }.file()]).await;
    assert_eq!((answer.status, failures(&answer)), (409, (vec![0x0111], vec![])));
    // A study is of one patient.
    let of_another = Said { patient_id: "PT-2", name: "Sharma^Raj", instance: "2.25.1.1.2", ..SAID };
    let answer = viewer.store(&[of_another.file()]).await;
    assert_eq!((answer.status, failures(&answer)), (409, (vec![0xA900], vec![])));
    assert_eq!(kept(&server).await, count);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_a_study_with_its_patient_and_a_scan_of_imagemedix() {
    let server = Server::start().await;
    let person = Person {
        email: "admin@example.org".to_owned(),
        password: Secret::new("correct horse battery".to_owned()),
        name: Secret::new("Vikram Desai".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    let viewer = Viewer::of(&server).await;
    let second = Said { instance: "2.25.1.1.2", ..SAID };
    let other = Said { series: "2.25.1.2", instance: "2.25.1.2.1", ..SAID };
    let answer = viewer.store(&[SAID.file(), second.file(), other.file()]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/dicom+json");
    let base = format!("{}/dicomweb/studies/2.25.1", server.url);
    let told = answer.json();
    assert_eq!(told["00081190"], json!({ "vr": "UR", "Value": [base] }));
    assert_eq!(
        told["00081199"]["Value"][0],
        json!({ "00081150": { "vr": "UI", "Value": [uids::MR_IMAGE_STORAGE] }, "00081155": { "vr": "UI", "Value": ["2.25.1.1.1"] },
            "00081190": { "vr": "UR", "Value": [format!("{base}/series/2.25.1.1/instances/2.25.1.1.1")] } })
    );
    let fhir = server.fhir().await;
    let studies = fhir.get("/ImagingStudy?identifier=urn:dicom:uid%7Curn:oid:2.25.1").await.json();
    let study = &studies["entry"][0]["resource"];
    assert_eq!(
        (&studies["total"], &study["numberOfSeries"], &study["numberOfInstances"]),
        (&json!(1), &json!(2), &json!(3))
    );
    let patient = fhir.get(&format!("/{}", study["subject"]["reference"].as_str().unwrap())).await.json();
    assert_eq!(
        (&patient["name"], &patient["birthDate"], &patient["gender"]),
        (
            &json!([{ "text": "Priya Mehta", "family": "Mehta", "given": ["Priya"] }]),
            &json!("1992-08-22"),
            &json!("female")
        )
    );
    assert_eq!(fhir.get("/Media?_summary=count").await.json()["total"], 4, "one of them is the picture");
    assert_eq!(fhir.get("/Task?_summary=count").await.json()["total"], 1);
    // It is a scan, and waits to be looked at.
    let login = json!({ "email": "admin@example.org", "password": "correct horse battery" });
    let login = server.request(Method::POST, "/imagemedix/api/auth/login").json(&login);
    let token = Answer::of(login).await.json()["token"].as_str().unwrap().to_owned();
    let scans =
        Answer::of(server.request(Method::GET, "/imagemedix/api/scans").bearer_auth(token)).await.json();
    let scan = &scans["scans"][0];
    assert_eq!(
        (&scans["totalScans"], &scan["status"], &scan["patientId"], &scan["patientName"], &scan["scanDate"]),
        (
            &json!(1),
            &json!("pending"),
            &json!("PT-1"),
            &json!("Priya Mehta"),
            &json!("2025-05-01T15:30:00.000Z")
        )
    );
    let path = scan["imageUrl"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    assert_eq!(Answer::of(server.request(Method::GET, &path)).await.header("content-type"), "image/png");
    assert_eq!(server.number("SELECT count(*) FROM job").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_one_study_that_come_at_once_are_one_study() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    let store = |number: usize| {
        let viewer = &viewer;
        async move {
            let instance = format!("2.25.1.1.{number}");
            viewer.store(&[Said { instance: &instance, ..SAID }.file()]).await.status
        }
    };
    let all = join_all((1..=6).map(store)).await;
    assert_eq!(all, [200; 6]);
    let studies = server.fhir().await.get("/ImagingStudy").await.json();
    assert_eq!(
        (&studies["total"], &studies["entry"][0]["resource"]["numberOfInstances"]),
        (&json!(1), &json!(6))
    );
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Patient'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_without_pixels_or_patient_are_stored_without_a_picture() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    let mut object = SAID.object();
    for tag in [tags::PIXEL_DATA, tags::PATIENT_ID, tags::PATIENT_NAME] {
        object.remove_element(tag);
    }
    assert_eq!(viewer.store(&[file(object.clone())]).await.status, 200);
    assert_eq!(server.number("SELECT count(*) FROM job").await, 0, "there is nothing to look at");
    let found = viewer.get("/studies").await.json();
    assert_eq!(found[0].get("00100020"), Some(&json!({ "vr": "LO" })));
    assert_eq!(found[0]["00201208"]["Value"], json!([1]));
    let place = "/studies/2.25.1/series/2.25.1.1/instances/2.25.1.1.1";
    assert_eq!(viewer.get(&format!("{place}/rendered")).await.status, 404);
    let empty: &[Value] = &[];
    assert_eq!(
        viewer.get(&format!("{place}/metadata")).await.json().as_array().map_or(empty, Vec::as_slice).len(),
        1
    );
    // The first one that has pixels is what the study is shown by, and analysed.
    for (instance, pixels) in
        [("2.25.1.1.2", Some(SAID.pixels)), ("2.25.1.1.3", None), ("2.25.1.1.4", Some(SAID.pixels))]
    {
        object.put_str(tags::SOP_INSTANCE_UID, dicom_core::VR::UI, instance);
        object.remove_element(tags::PIXEL_DATA);
        if let Some(pixels) = pixels {
            let pixels = dicom_core::PrimitiveValue::U8(pixels.into());
            object.put(dicom_core::DataElement::new(tags::PIXEL_DATA, dicom_core::VR::OB, pixels));
        }
        assert_eq!(viewer.store(&[file(object.clone())]).await.status, 200);
    }
    assert_eq!(server.number("SELECT count(*) FROM job").await, 1);
    let fhir = server.fhir().await;
    assert_eq!(fhir.get("/Task?_summary=count").await.json()["total"], 1);
    assert_eq!(fhir.get("/Media?_summary=count").await.json()["total"], 5, "one of them is the picture");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_that_was_deleted_is_stored_again() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    let second = Said { instance: "2.25.1.1.2", ..SAID };
    assert_eq!(viewer.store(&[SAID.file()]).await.status, 200);
    let fhir = server.fhir().await;
    let studies = fhir.get("/ImagingStudy").await.json();
    let id = studies["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    assert_eq!(fhir.delete(&format!("/ImagingStudy/{id}")).await.status, 204);
    assert_eq!(viewer.get("/studies/2.25.1").await.status, 404);
    let answer = viewer.store(&[SAID.file(), second.file()]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(viewer.get("/studies/2.25.1/metadata").await.json().as_array().unwrap().len(), 2);
    assert_eq!(fhir.get("/Media?_summary=count").await.json()["total"], 3, "one of them is the picture");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_calls_the_patient_otherwise_is_noted_in_its_study() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    let again = Said { instance: "2.25.1.1.2", name: "MEHTA^PRIYA", ..SAID };
    assert_eq!(viewer.store(&[SAID.file(), again.file()]).await.status, 200);
    let fhir = server.fhir().await;
    let notes = async || fhir.get("/ImagingStudy").await.json()["entry"][0]["resource"]["note"].clone();
    assert_eq!(notes().await, Value::Null);
    for instance in ["2.25.1.1.3", "2.25.1.1.4"] {
        let other = Said { instance, name: "Sharma^Raj", ..SAID };
        assert_eq!(viewer.store(&[other.file()]).await.status, 200);
    }
    assert_eq!(
        notes().await,
        json!([{ "text": "A file names another patient: its Patient's Name is not that of the patient with its Patient ID" }])
    );
}
