//! QIDO-RS.

use reqwest::Method;
use serde_json::{Value, json};

use super::Viewer;
use crate::harness::dicom::{SAID, Said};
use crate::harness::{Answer, Server};

/// Three studies of two patients; the first has two series.
async fn stored(server: &Server) -> Viewer<'_> {
    let viewer = Viewer::of(server).await;
    let files = [
        SAID,
        Said { series: "2.25.1.2", instance: "2.25.1.2.1", modality: "CT", ..SAID },
        Said { study: "2.25.2", series: "2.25.2.1", instance: "2.25.2.1.1", date: "20250601", ..SAID },
        Said {
            study: "2.25.3",
            series: "2.25.3.1",
            instance: "2.25.3.1.1",
            date: "20250701",
            patient_id: "PT-2",
            name: "Sharma^Raj",
            ..SAID
        },
    ];
    let answer = viewer.store(&files.map(|said| said.file())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    viewer
}

/// The UIDs of this attribute in the results, in their order.
async fn found(viewer: &Viewer<'_>, path: &str, tag: &str) -> Vec<String> {
    let answer = viewer.get(path).await;
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let results = answer.json();
    results.as_array().unwrap().iter().map(|one| one[tag]["Value"][0].as_str().unwrap().to_owned()).collect()
}

async fn studies(viewer: &Viewer<'_>, query: &str) -> Vec<String> {
    found(viewer, &format!("/studies?{query}"), "0020000D").await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_search_finds_nothing() {
    let server = Server::start().await;
    drop(stored(&server).await);
    for path in ["/studies", "/studies/2.25.1/series", "/studies/2.25.1/instances"] {
        let stranger = server.request(Method::GET, &format!("/dicomweb{path}"));
        assert_eq!(Answer::of(stranger).await.refused(401).len(), 1);
        let viewer = Viewer::with(&server, "system/Media.cruds system/Patient.rs").await;
        assert_eq!(viewer.get(path).await.refused(403).len(), 1, "{path}");
    }
    let token = crate::fhir::isolation::token_of_another_tenant(&server).await;
    let stranger = Viewer { server: &server, token };
    assert_eq!(stranger.get("/studies").await.status, 204);
    for path in ["/studies/2.25.1/series", "/studies/2.25.1", "/studies/2.25.1/metadata"] {
        assert_eq!(stranger.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_make_no_sense_are_refused_and_others_warned_of() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    for query in ["limit=x", "offset=-1", "StudyDate=x", "StudyDate=2025-05-01", "00080020=20250230-"] {
        assert_eq!(viewer.get(&format!("/studies?{query}")).await.refused(400).len(), 1);
    }
    for path in ["/studies/2.25.9/series", "/studies/x%27/series", "/studies/2.25.1/series/2.25.2/instances"]
    {
        assert_eq!(viewer.get(path).await.status, 404, "{path}");
    }
    let xml = viewer
        .request(Method::GET, "/studies")
        .header("Accept", "multipart/related; type=\"application/dicom+xml\"");
    assert_eq!(Answer::of(xml).await.status, 406);
    let warned = viewer.get("/studies?fuzzymatching=true&PatientName=mehta*").await;
    assert!(warned.header("warning").contains("fuzzymatching"), "{:?}", warned.header("warning"));
    assert_eq!(warned.json().as_array().unwrap().len(), 2);
    let warned = viewer.get("/studies?Nonsense=1").await;
    assert!(warned.header("warning").starts_with("299 "), "{:?}", warned.header("warning"));
    assert_eq!(viewer.request(Method::POST, "/studies/2.25.1/series").send().await.unwrap().status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn studies_are_found_by_their_attributes_the_latest_first() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    let all = ["2.25.3", "2.25.2", "2.25.1"];
    for (query, wanted) in [
        ("", &all[..]),
        ("PatientID=PT-1", &all[1..]),
        ("00100020=PT-2", &all[..1]),
        ("PatientID=PT-*", &all[..]),
        ("PatientID=pt-1", &all[..0]),
        ("PatientName=mehta^*", &all[1..]),
        ("PatientName=Mehta", &all[..0]),
        ("StudyDate=20250601", &all[1..2]),
        ("StudyDate=20250601-", &all[..2]),
        ("StudyDate=-20250601", &all[1..]),
        ("StudyDate=20250501-20250531", &all[2..]),
        ("StudyDate=20990101", &all[..0]),
        ("StudyInstanceUID=2.25.1,2.25.3", &["2.25.3", "2.25.1"][..]),
        ("StudyInstanceUID=2.25.9", &all[..0]),
        ("ModalitiesInStudy=CT", &all[2..]),
        ("AccessionNumber=A-7&PatientID=PT-2", &all[..1]),
        ("StudyDescription=He*", &all[..]),
        ("limit=1", &all[..1]),
        ("limit=1&offset=1", &all[1..2]),
        ("offset=5", &all[..0]),
        ("PatientName=%27%20OR%201%3D1", &all[..0]),
    ] {
        assert_eq!(studies(&viewer, query).await, wanted, "{query}");
    }
    // Each of a patient's studies names the patient.
    assert_eq!(found(&viewer, "/studies", "00100020").await, ["PT-2", "PT-1", "PT-1"]);
    let first_of_more = viewer.get("/studies?limit=1").await;
    assert!(first_of_more.header("warning").contains("additional results"));
    assert_eq!(viewer.get("/studies?limit=3").await.header("warning"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_have_the_attributes_of_their_level() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    let base = format!("{}/dicomweb/studies/2.25.1", server.url);
    let found = viewer.get("/studies?StudyInstanceUID=2.25.1").await;
    assert_eq!(found.header("content-type"), "application/dicom+json");
    let one = |vr: &str, value: Value| json!({ "vr": vr, "Value": [value] });
    assert_eq!(
        found.json()[0],
        json!({ "00080020": one("DA", json!("20250501")), "00080030": one("TM", json!("153000")), "00080050": one("SH", json!("A-7")),
            "00080056": one("CS", json!("ONLINE")), "00080061": { "vr": "CS", "Value": ["CT", "MR"] }, "00080090": { "vr": "PN" },
            "00081190": one("UR", json!(base)),
            "00100010": one("PN", json!({ "Alphabetic": "Mehta^Priya" })), "00100020": one("LO", json!("PT-1")),
            "00100030": one("DA", json!("19920822")), "00100040": one("CS", json!("F")), "0020000D": one("UI", json!("2.25.1")),
            "00200010": one("SH", json!("S1")), "00201206": one("IS", json!(2)), "00201208": one("IS", json!(2)) })
    );
    let with = viewer.get("/studies?StudyInstanceUID=2.25.1&includefield=StudyDescription").await.json();
    assert_eq!(with[0]["00081030"], one("LO", json!("Head")));
    let series = viewer.get("/studies/2.25.1/series?Modality=MR").await.json();
    assert_eq!(
        series,
        json!([{ "00080056": one("CS", json!("ONLINE")), "00080060": one("CS", json!("MR")), "0008103E": one("LO", json!("T1")),
            "00081190": one("UR", json!(format!("{base}/series/2.25.1.1"))), "0020000D": one("UI", json!("2.25.1")),
            "0020000E": one("UI", json!("2.25.1.1")), "00200011": one("IS", json!(3)), "00201209": one("IS", json!(1)) }])
    );
    let instances = viewer.get("/studies/2.25.1/series/2.25.1.1/instances").await.json();
    assert_eq!(
        instances,
        json!([{ "00080016": one("UI", json!("1.2.840.10008.5.1.4.1.1.4")), "00080018": one("UI", json!("2.25.1.1.1")),
            "00080056": one("CS", json!("ONLINE")), "00081190": one("UR", json!(format!("{base}/series/2.25.1.1/instances/2.25.1.1.1"))),
            "0020000D": one("UI", json!("2.25.1")), "0020000E": one("UI", json!("2.25.1.1")), "00200013": one("IS", json!(7)),
            "00280008": one("IS", json!(1)), "00280010": one("US", json!(2)), "00280011": one("US", json!(2)) }])
    );
    let of_study = "/studies/2.25.1/instances";
    assert_eq!(self::found(&viewer, of_study, "00080018").await, ["2.25.1.1.1", "2.25.1.2.1"]);
    assert_eq!(
        self::found(&viewer, &format!("{of_study}?limit=1&offset=1"), "00080018").await,
        ["2.25.1.2.1"]
    );
    assert_eq!(self::found(&viewer, &format!("{of_study}?SOPInstanceUID=2.25.9"), "00080018").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_began_as_its_file_tells_and_not_when_it_was_stored() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    let told = async |study: &str, offset: &str, date: &str| {
        let instance = format!("{study}.1");
        let mut object = Said { study, instance: &instance, date, ..SAID }.object();
        object.put_str(dicom_dictionary_std::tags::TIMEZONE_OFFSET_FROM_UTC, dicom_core::VR::SH, offset);
        assert_eq!(viewer.store(&[crate::harness::dicom::file(object)]).await.status, 200);
        let found = viewer.get(&format!("/studies?StudyInstanceUID={study}")).await.json();
        ["00080020", "00080030", "00080201"].map(|tag| found[0][tag]["Value"][0].clone())
    };
    assert_eq!(told("2.25.5", "", "").await, [Value::Null, Value::Null, Value::Null]);
    assert_eq!(told("2.25.6", "", "20250501").await, [json!("20250501"), json!("153000"), Value::Null]);
    assert_eq!(
        told("2.25.7", "+0530", "20250501").await,
        [json!("20250501"), json!("153000"), json!("+0530")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fhir_says_is_what_is_found() {
    let server = Server::start().await;
    let viewer = stored(&server).await;
    let fhir = server.fhir().await;
    let patients = fhir.get("/Patient?identifier=urn:vendor:imagemedix:patient-id%7CPT-2").await.json();
    let mut patient = patients["entry"][0]["resource"].clone();
    patient["name"] = json!([{ "family": "Kapoor", "given": ["Raj"] }]);
    let path = format!("/Patient/{}", patient["id"].as_str().unwrap());
    assert_eq!(fhir.put(&path, &patient).await.status, 200);
    assert_eq!(studies(&viewer, "PatientName=Kapoor*").await, ["2.25.3"]);
    let id = fhir.get("/ImagingStudy?identifier=urn:dicom:uid%7Curn:oid:2.25.3").await.json();
    let id = id["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    assert_eq!(fhir.delete(&format!("/ImagingStudy/{id}")).await.status, 204);
    assert_eq!(studies(&viewer, "").await, ["2.25.2", "2.25.1"]);
}
