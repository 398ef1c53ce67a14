//! Sending a scan (contract IM-20, IM-21).

use image::ImageFormat;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::super::{NOBODY, User, is_id, refused, send, server};
use super::{form, picture, without_signature};

const BOTH: [(&str, &str); 2] = [("patientId", "PT-1"), ("patientName", "Priya Mehta")];

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_known_sends_nothing() {
    let server = server().await;
    let answer = send(&server, Method::POST, "/scans", None, &Value::Null).await;
    assert_eq!(refused(&answer, 401), "Sign in first: a bearer token is required");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_no_scan_is_refused_and_leaves_nothing() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let image = || Part::bytes(picture(ImageFormat::Png)).file_name("a.png");
    let with = |name: &'static str, value: &str| {
        let rest = BOTH.into_iter().filter(|(other, _)| *other != name);
        let form =
            rest.fold(Form::new().part("image", image()), |form, (name, value)| form.text(name, value));
        form.text(name, value.to_owned())
    };
    let long = "x".repeat(201);
    let cut = picture(ImageFormat::Png)[..900].to_vec();
    let no_picture = "image must be a JPEG or PNG picture or a DICOM file";
    for (form, text) in [
        (Form::new().text("patientId", "PT-1").text("patientName", "P"), "image is required"),
        (form(Vec::new(), "a.png", &BOTH), "image is required"),
        (form(picture(ImageFormat::Png), "a.png", &BOTH[..1]), "patientName is required"),
        (form(picture(ImageFormat::Png), "a.png", &BOTH[1..]), "patientId is required"),
        (with("patientId", " "), "patientId is required"),
        (with("patientId", &long), "patientId may have at most 200 characters"),
        (with("patientName", "a\u{0}b"), "patientName must not have control characters"),
        (with("patientId", "PT\r\n1"), "patientId must not have control characters"),
        (with("scanDate", "yesterday"), "scanDate must be an ISO 8601 date"),
        (with("scanDate", "2026-11-23"), "scanDate must not be in the future"),
        (with("patientId", "PT-1").text("patientId", "PT-2"), "patientId is given more than once"),
        (with("patientId", "PT-1").part("image", image()), "image is given more than once"),
        (form(b"<svg onload='alert(1)'/>".to_vec(), "a.png", &BOTH), no_picture),
        (form(picture(ImageFormat::Gif), "a.png", &BOTH), no_picture),
        (form(b"%PDF-1.7 scan.png".to_vec(), "a.jpg", &BOTH), no_picture),
        (form(cut, "a.png", &BOTH), "image cannot be taken: the picture is cut off or damaged"),
        (with("x", &"x".repeat(70_000)), "form has more than the scan"),
    ] {
        assert_eq!(refused(&admin.upload(form).await, 400), text);
    }
    let answer = admin.send(Method::POST, "/scans", &json!({ "patientId": "PT-1" })).await;
    assert_eq!(refused(&answer, 400), "form must be multipart/form-data with the file in the field image");
    assert_eq!(admin.read("/patients").await["totalPatients"], 0, "nobody was added");
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Binary'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_declares_too_many_pixels_is_not_decoded() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let mut bomb = picture(ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let answer = admin.upload(form(bomb, "a.png", &BOTH)).await;
    assert!(refused(&answer, 400).starts_with("image cannot be taken: the picture"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_taken_in_with_its_patient() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let texts = [BOTH[0], BOTH[1], ("scanDate", "2025-05-01T17:30:00+02:00")];
    let answer = doctor.upload(form(picture(ImageFormat::Jpeg), "../Brain tumor MRI.png", &texts)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let scan = answer.json();
    let id = scan["_id"].as_str().unwrap();
    assert!(is_id(&scan["_id"]));
    let url = without_signature(&scan["imageUrl"]);
    let name = url.strip_prefix(&format!("{}/imagemedix/uploads/", server.url)).unwrap().to_owned();
    assert_eq!(name, "1795262400000-Brain_tumor_MRI.png");
    let mut told = scan.clone();
    told.as_object_mut().unwrap().remove("imageUrl");
    assert_eq!(
        told,
        json!({ "_id": id, "patientId": "PT-1", "patientName": "Priya Mehta", "scanDate": "2025-05-01T15:30:00.000Z",
            "status": "processing" })
    );
    let patients = doctor.read("/patients").await;
    let patient = patients["patients"][0]["_id"].as_str().unwrap();
    assert_eq!(
        patients["patients"],
        json!([{ "_id": patient, "patientId": "PT-1", "name": "Priya Mehta", "gender": "unknown", "dateOfBirth": null,
            "status": "active", "assignedDoctors": [{ "_id": doctor.id, "name": "Dr. d@example.org" }] }])
    );
    // A second scan is the same patient's.
    let second = doctor.scan("PT-1", "2025-05-02").await;
    let record = doctor.read(&format!("/patients/{patient}")).await;
    assert_eq!(
        record["scans"],
        json!([{ "_id": id, "scanDate": "2025-05-01T15:30:00.000Z", "status": "pending" },
            { "_id": second["_id"], "scanDate": "2025-05-02T00:00:00.000Z", "status": "pending" }])
    );
    let fhir = server.fhir().await;
    let read = async |path: String| {
        let mut resource = fhir.get(&path).await.json();
        resource.as_object_mut().unwrap().remove("meta");
        resource
    };
    let subject = json!({ "reference": format!("Patient/{patient}"), "display": "Priya Mehta" });
    assert_eq!(
        read(format!("/ImagingStudy/{id}")).await,
        json!({ "resourceType": "ImagingStudy", "id": id, "status": "available", "subject": subject,
            "identifier": [{ "system": "urn:vendor:imagemedix:scan", "value": id }], "started": "2025-05-01T15:30:00.000Z" })
    );
    let media = read(format!("/Media/{id}")).await;
    assert_eq!((&media["width"], &media["height"], &media["subject"]), (&json!(200), &json!(100), &subject));
    assert_eq!(
        media["content"],
        json!({ "contentType": "image/jpeg", "url": format!("Binary/{id}"), "title": name,
            "size": picture(ImageFormat::Jpeg).len() })
    );
    let task = read(format!("/Task/{id}")).await;
    assert_eq!((&task["status"], &task["for"]), (&json!("requested"), &subject));
    assert_eq!(task["focus"]["reference"], format!("ImagingStudy/{id}"));
    assert_eq!(fhir.get(&format!("/Provenance?target=Media/{id}")).await.json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_of_somebody_else_gets_no_scan() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let (one, other) = (admin.doctor("1@example.org").await, admin.doctor("2@example.org").await);
    one.patient("PT-1", "Raj Sharma").await;
    let answer = other.upload(form(picture(ImageFormat::Png), "a.png", &BOTH)).await;
    assert_eq!(refused(&answer, 404), "There is no such patient");
    assert_eq!(one.read("/scans").await["totalScans"], 0);
    assert_eq!(refused(&one.get(&format!("/scans/{NOBODY}")).await, 404), "There is no such scan");
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_that_come_at_once_are_of_one_patient() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let all = futures_util::future::join_all((0..6).map(|_| admin.scan("PT-1", "2025-05-01"))).await;
    assert_eq!(all.len(), 6);
    assert_eq!(admin.read("/patients").await["totalPatients"], 1);
    assert_eq!(admin.read("/scans?patientId=PT-1").await["totalScans"], 6);
}
