//! What becomes of lines.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::{faults, manifest, result, start};

/// What stands in a result for a file.
fn counted(result: &Value, list: &str) -> Vec<(String, i64)> {
    let one = |file: &Value| (file["type"].as_str().unwrap().to_owned(), file["count"].as_i64().unwrap());
    result[list].as_array().unwrap().iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_line_is_told_by_its_number_and_the_rest_is_stored() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let patient = |id: &str, family: &str| {
        json!({ "resourceType": "Patient", "id": id, "name": [{ "family": family }] }).to_string()
    };
    let lines = [
        patient("a", "Liddell"),
        "{ \"resourceType\": \"Patient\", ".to_owned(),
        String::new(),
        json!({ "resourceType": "Patient", "birthDate": "yesterday" }).to_string(),
        json!({ "resourceType": "Basic", "code": { "text": "x" } }).to_string(),
        patient("b", "Hargreaves"),
        patient("a", "Hargreaves"),
        json!({ "resourceType": "Patient", "name": [{ "family": "Nobody" }] }).to_string(),
        json!({ "resourceType": "Patient", "id": "not an id" }).to_string(),
    ];
    let observation = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" }, "subject": { "reference": "Patient/b" } });
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    writeln!(packed, "{observation}").unwrap();
    let patients = receiver.hold("/patients.ndjson", lines.join("\n"));
    let observations = receiver.hold("/observations.ndjson.gz", packed.finish().unwrap());
    let done = result(&fhir, &manifest(&[("Patient", &patients), ("Observation", &observations)])).await;
    assert_eq!(counted(&done, "output"), [("Patient".to_owned(), 4), ("Observation".to_owned(), 1)]);
    assert_eq!(counted(&done, "error"), [("OperationOutcome".to_owned(), 4)]);
    assert_eq!(
        (&done["error"][0]["inputUrl"], &done["requiresAccessToken"]),
        (&json!(patients), &json!(true))
    );
    let told = faults(&fhir, &done).await;
    let starts = [
        "structure  line 2: ",
        "value Patient.birthDate line 4: ",
        "invalid  line 5: it is a Basic, and the file was said to be of type Patient",
        "value  line 9: an id has 1 to 64 letters, digits, hyphens and dots",
    ];
    assert_eq!(told[0].len(), starts.len(), "{told:?}");
    for (told, start) in told[0].iter().zip(starts) {
        assert!(told.starts_with(start), "{told}");
    }
    // Of two lines with one resource the later is its newer version.
    let read = fhir.get("/Patient/a").await.json();
    assert_eq!((&read["meta"]["versionId"], &read["name"][0]["family"]), (&json!("2"), &json!("Hargreaves")));
    assert_eq!(fhir.get("/Patient?family=hargreaves").await.json()["total"], 2);
    assert_eq!(fhir.get("/Patient?family=nobody").await.json()["total"], 1);
    assert_eq!(fhir.get("/Observation?subject=Patient/b").await.json()["total"], 1);
    // Who asked is in the trail, and all that was written, not the first of it alone.
    for named in ["Patient/a", "Patient/b", "Observation/"] {
        let rows = format!(
            "SELECT count(*) FROM audit_event e WHERE interaction = 'import' AND e::text LIKE '%{named}%'"
        );
        assert!(server.number(&rows).await >= 1, "{named}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rights_of_who_asked_do_not_go_to_is_refused_line_by_line() {
    let (receiver, server) = start().await;
    let fhir = server.fhir_with("system/Observation.cu?category=laboratory").await;
    let of = |category: &str| {
        let coding = json!({ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": category });
        json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" }, "category": [{ "coding": [coding] }] }).to_string()
    };
    let lines = ["laboratory", "vital-signs", "laboratory", "laboratory", "imaging"].map(of).join("\n");
    let url = receiver.hold("/observations.ndjson", lines);
    let done = result(&fhir, &manifest(&[("Observation", &url)])).await;
    assert_eq!(counted(&done, "output"), [("Observation".to_owned(), 3)]);
    let forbidden = |line: u8| format!("forbidden  line {line}: the credential does not grant this");
    assert_eq!(faults(&fhir, &done).await, [[forbidden(2), forbidden(5)]]);
    let all = server.fhir().await;
    assert_eq!(all.get("/Observation").await.json()["total"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_lines_before_a_break_are_stored() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let line = format!("{}\n", json!({ "resourceType": "Basic", "code": { "text": "x" } }));
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(line.repeat(3).as_bytes()).unwrap();
    let mut packed = packed.finish().unwrap();
    packed.truncate(packed.len() - 4);
    let url = receiver.hold("/basic.ndjson.gz", packed);
    let done = result(&fhir, &manifest(&[("Basic", &url)])).await;
    assert_eq!(counted(&done, "output"), [("Basic".to_owned(), 3)]);
    let told = "processing  after line 3: the file is packed with gzip, and is damaged or cut short";
    assert_eq!(faults(&fhir, &done).await, [[told]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_job_stores_nothing_more() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let url = receiver
        .hold("/basic.ndjson", json!({ "resourceType": "Basic", "code": { "text": "x" } }).to_string());
    let status = super::status_of(&super::kick_off(&fhir, &manifest(&[("Basic", &url)])).await);
    receiver.wait(std::time::Duration::from_secs(2));
    let imports = server.app.imports.clone();
    let slow = tokio::spawn(async move { imports.step().await.unwrap() });
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    // Another one has taken it meanwhile.
    server.execute("UPDATE job SET claims = claims + 1").await;
    slow.await.unwrap();
    assert_eq!(server.number("SELECT count(*) FROM resource").await, 0);
    server.app.clock.advance_s(31);
    server.finish_jobs().await;
    assert_eq!(fhir.get(&status).await.json()["output"][0]["count"], 1);
    assert_eq!(fhir.get("/Basic").await.json()["total"], 1);
}
