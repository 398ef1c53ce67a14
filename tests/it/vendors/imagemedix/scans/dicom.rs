//! Scans that come as DICOM files.

use dicom_dictionary_std::tags;
use hygeia::core::config::Settings;
use hygeia::core::config::dicom::DicomSettings;
use image::ImageFormat;
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::{Value, json};

use super::super::{User, refused, server};
use super::{form, picture, without_signature};
use crate::harness::Server;
use crate::harness::dicom::{SAID, Said, grey};
use crate::harness::drawn::brain;

const TEXTS: [(&str, &str); 2] = [("patientId", "PT-1"), ("patientName", "Priya Mehta")];

fn sent(file: Vec<u8>) -> Form {
    form(file, "head 1.dcm", &TEXTS)
}

/// What is at an address of the server, with its media type.
async fn fetched(server: &Server, url: &Value) -> (String, Vec<u8>) {
    let path = url.as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let file = server.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(file.status(), 200, "{path}");
    let media_type = file.headers()["content-type"].to_str().unwrap().to_owned();
    (media_type, file.bytes().await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_damaged_or_of_no_picture_is_refused_and_leaves_nothing() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let file = SAID.file();
    let cut = file[..file.len() - 3].to_vec();
    let mut long = file.clone();
    // The length of the first attribute of the data set, a UID.
    let at = long.windows(4).position(|bytes| bytes == [8, 0, 0x16, 0]).unwrap();
    long[at + 6..at + 8].copy_from_slice(&[0xFE, 0xFF]);
    for (file, text) in [
        (cut, "cut off"),
        (long, "declares 65534 bytes"),
        ([&[0; 128], b"DICM".as_slice()].concat(), "the DICOM file"),
        (SAID.without(tags::STUDY_INSTANCE_UID), "lacks StudyInstanceUID"),
        (SAID.without(tags::PIXEL_DATA), "holds no pixels"),
        (Said { instance: "2.25.x", ..SAID }.file(), "SOPInstanceUID is not numbers joined by dots"),
        (Said { pixels: &[], ..SAID }.file(), "Rows or Columns is 0"),
        (SAID.with_frames("2147483647"), "NumberOfFrames is more than there are pixels for"),
    ] {
        let told = refused(&admin.upload(sent(file)).await, 400);
        assert!(told.starts_with("image cannot be taken: ") && told.contains(text), "{told}");
    }
    let odd = sent(file.clone()).text("deidentify", "maybe");
    assert_eq!(refused(&admin.upload(odd).await, 400), "deidentify must be true or false");
    let of_picture = form(picture(ImageFormat::Png), "a.png", &TEXTS).text("deidentify", "true");
    assert_eq!(refused(&admin.upload(of_picture).await, 400), "deidentify is for DICOM files alone");
    assert_eq!(admin.read("/patients").await["totalPatients"], 0, "nobody was added");
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Binary'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_over_the_limit_of_its_kind_is_refused() {
    let settings =
        Settings { dicom: DicomSettings { limit_mb: 1, ..DicomSettings::default() }, ..Settings::default() };
    let server = super::super::server_by(&settings).await;
    let admin = User::admin(&server).await;
    let pixels = vec![0; 1_100 * 1_100];
    let large = Said { pixels: &pixels, ..SAID }.file();
    assert_eq!(refused(&admin.upload(sent(large)).await, 400), "image is larger than 1 MB");
    let mut picture = picture(ImageFormat::Png);
    picture.resize((50 << 20) + 1, 0);
    let answer = admin.upload(form(picture, "a.png", &TEXTS)).await;
    assert_eq!(refused(&answer, 400), "image is larger than 50 MB");
    let beyond = server.request(Method::POST, "/imagemedix/api/scans").bearer_auth(&admin.token);
    let beyond =
        beyond
            .header("Content-Type", "multipart/form-data; boundary=x")
            .body(vec![b'x'; (50 << 20) + (65 << 10)]);
    assert_eq!(refused(&crate::harness::Answer::of(beyond).await, 400), "image is larger than 50 MB");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_kept_as_it_came_beside_its_picture() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let file = SAID.file();
    let answer = admin.upload(sent(file.clone())).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let scan = answer.json();
    let id = scan["_id"].as_str().unwrap();
    assert_eq!((&scan["scanDate"], scan.get("warnings")), (&json!("2025-05-01T15:30:00.000Z"), None));
    let base = format!("{}/imagemedix/uploads/1795262400000-head_1.dcm", server.url);
    assert_eq!(without_signature(&scan["dicomUrl"]), base);
    assert_eq!(without_signature(&scan["imageUrl"]), format!("{base}.png"));
    let (media_type, kept) = fetched(&server, &scan["dicomUrl"]).await;
    assert_eq!((media_type.as_str(), kept == file), ("application/dicom", true));
    let (media_type, shown) = fetched(&server, &scan["imageUrl"]).await;
    assert_eq!(media_type, "image/png");
    assert_eq!(grey(&shown), SAID.pixels);
    let listed = &admin.read("/scans").await["scans"][0];
    assert_eq!((&listed["imageUrl"], &listed["dicomUrl"]), (&scan["imageUrl"], &scan["dicomUrl"]));
    let fhir = server.fhir().await;
    let mut study = fhir.get(&format!("/ImagingStudy/{id}")).await.json();
    study.as_object_mut().unwrap().remove("meta");
    let dcm = |code: &str| json!({ "system": "http://dicom.nema.org/resources/ontology/DCM", "code": code });
    assert_eq!(
        study,
        json!({ "resourceType": "ImagingStudy", "id": id, "status": "available", "started": "2025-05-01T15:30:00.000Z",
            "identifier": [
                { "system": "urn:vendor:imagemedix:scan", "value": id },
                { "system": "urn:dicom:uid", "value": "urn:oid:2.25.1" },
                { "system": "https://hygeia.health/fhir/sid/accession-number", "value": "A-7",
                    "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN", "display": "Accession ID" }] } },
                { "system": "https://hygeia.health/fhir/sid/study-id", "value": "S1" }],
            "subject": study["subject"], "description": "Head", "modality": [dcm("MR")], "numberOfSeries": 1, "numberOfInstances": 1,
            "series": [{ "uid": "2.25.1.1", "number": 3, "modality": dcm("MR"), "description": "T1", "numberOfInstances": 1,
                "bodySite": { "display": "BRAIN" },
                "instance": [{ "uid": "2.25.1.1.1", "number": 7, "title": "1795262400000-head_1.dcm",
                    "sopClass": { "system": "urn:ietf:rfc:3986", "code": "urn:oid:1.2.840.10008.5.1.4.1.1.4" } }] }] })
    );
    let found = fhir.get("/Media?identifier=urn:dicom:uid%7Curn:oid:2.25.1.1.1").await.json();
    assert_eq!(
        (&found["total"], &found["entry"][0]["resource"]["content"]["contentType"]),
        (&json!(1), &json!("application/dicom"))
    );
    // It is deleted with all that it is made of.
    assert_eq!(admin.send(Method::DELETE, &format!("/scans/{id}"), &Value::Null).await.status, 200);
    for of_type in ["Media", "Binary", "ImagingStudy", "Task"] {
        assert_eq!(fhir.get(&format!("/{of_type}?_summary=count")).await.json()["total"], 0, "{of_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_patient_the_files_of_the_scans_go_and_no_others() {
    let server = server().await;
    let admin = User::admin(&server).await;
    assert_eq!(admin.upload(sent(SAID.file())).await.status, 201);
    let fhir = server.fhir().await;
    let patient =
        fhir.get("/Patient").await.json()["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    // Somebody else's, of no scan.
    let foreign = json!({ "resourceType": "Media", "status": "completed", "content": { "contentType": "application/dicom" },
        "identifier": [{ "system": "urn:dicom:uid", "value": "urn:oid:2.25.9" }],
        "subject": { "reference": format!("Patient/{patient}") } });
    assert_eq!(fhir.post("/Media", &foreign).await.status, 201);
    let id = admin.read("/patients").await["patients"][0]["_id"].as_str().unwrap().to_owned();
    let deleted = admin.send(Method::DELETE, &format!("/patients/{id}"), &Value::Null).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    for (of_type, left) in [("Media", 1), ("Binary", 0), ("ImagingStudy", 0), ("Task", 0), ("Patient", 0)] {
        assert_eq!(fhir.get(&format!("/{of_type}?_summary=count")).await.json()["total"], left, "{of_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_patient_is_taken_with_a_warning() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let other = Said { patient_id: "PT-2", name: "Sharma^Raj", date: "20990101", ..SAID };
    let answer = admin.upload(sent(other.file())).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let scan = answer.json();
    let warnings = json!([
        "The file names another patient: its Patient ID is not the one that was sent with it",
        "The file names another patient: its Patient's Name is not the one that was sent with it",
        "The file says that it was taken in the future"
    ]);
    assert_eq!(
        (&scan["warnings"], &scan["patientId"], &scan["patientName"]),
        (&warnings, &json!("PT-1"), &json!("Priya Mehta"))
    );
    assert_eq!(scan["scanDate"], "2026-11-21T12:00:00.000Z");
    let read = admin.read(&format!("/scans/{}", scan["_id"].as_str().unwrap())).await;
    assert_eq!(read["warnings"], warnings, "whoever reads it is told");
    assert_eq!(admin.read("/patients").await["totalPatients"], 1, "the other one is nobody's patient");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_names_nobody_takes_the_files_place_where_that_is_asked_for() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let burned = Said { burned_in: "YES", ..SAID }.file();
    let answer = admin.upload(sent(burned).text("deidentify", "true")).await;
    assert_eq!(refused(&answer, 400), "image cannot be de-identified: its pixels name the patient");
    let answer = admin.upload(sent(SAID.file()).text("deidentify", "true")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let scan = answer.json();
    assert_eq!(scan["scanDate"], "2026-11-21T12:00:00.000Z", "the copy has no date");
    let (_, kept) = fetched(&server, &scan["dicomUrl"]).await;
    for text in ["Mehta", "PT-1", "2.25.1.1", "A-7"] {
        assert!(!kept.windows(text.len()).any(|bytes| bytes == text.as_bytes()), "{text}");
    }
    let studies = server.number("SELECT count(*) FROM resource WHERE body LIKE '%urn:oid:2.25.1\"%'").await;
    assert_eq!(studies, 0, "nor do resources have its UIDs");
    // The same by a setting, unless the form says otherwise.
    let settings = Settings {
        dicom: DicomSettings { deidentify: true, ..DicomSettings::default() },
        ..Settings::default()
    };
    let strict = super::super::server_by(&settings).await;
    let admin = User::admin(&strict).await;
    for (form, is_kept) in [(sent(SAID.file()), false), (sent(SAID.file()).text("deidentify", "false"), true)]
    {
        let scan = admin.upload(form).await.json();
        assert_eq!(fetched(&strict, &scan["dicomUrl"]).await.1 == SAID.file(), is_kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_analysed_unless_it_says_that_it_is_something_else() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let pixels = grey(&brain());
    let said = Said { pixels: &pixels, ..SAID };
    let scan = async |said: Said<'_>| {
        let answer = admin.upload(sent(said.file())).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        format!("/scans/{}", answer.json()["_id"].as_str().unwrap())
    };
    let (brain, silent) = (scan(said).await, scan(Said { modality: "", body_part: "", ..said }).await);
    let (chest, tomography) = (
        scan(Said { modality: "DX", body_part: "CHEST", ..said }).await,
        scan(Said { modality: "CT", ..said }).await,
    );
    // The file's word comes before what it looks like, where that is neither.
    let odd: Vec<u8> =
        (0..64_u32).flat_map(|y| (0..64).map(move |x| u8::try_from((3 * x + y) % 256).unwrap())).collect();
    let (named, unnamed) = (
        scan(Said { pixels: &odd, ..SAID }).await,
        scan(Said { pixels: &odd, modality: "", body_part: "", ..SAID }).await,
    );
    let analyst = server.analyst().await;
    while analyst.step().await.unwrap() {}
    let failed = admin.read(&format!("{unnamed}/status")).await;
    let neither = "The picture is neither a brain MRI nor a chest X-ray";
    assert_eq!(failed["jobStatus"]["failedReason"], neither);
    for path in [&brain, &silent, &named] {
        let read = admin.read(path).await;
        assert_eq!(read["status"], "completed");
        assert!(read["result"]["hasTumor"].is_boolean(), "{read}");
    }
    for path in [&chest, &tomography] {
        let read = admin.read(&format!("{path}/status")).await;
        assert_eq!(
            read["jobStatus"]["failedReason"],
            "The picture looks like a brain MRI, and its DICOM file says that it is something else"
        );
    }
    // A doctor who says what it is is believed.
    let ask = json!({ "scanId": tomography.strip_prefix("/scans/").unwrap() });
    assert_eq!(admin.send(Method::POST, "/ml/brain/analyze", &ask).await.status, 200);
    while analyst.step().await.unwrap() {}
    assert_eq!(admin.read(&tomography).await["status"], "completed");
}
