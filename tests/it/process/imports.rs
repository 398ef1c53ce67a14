//! `$import` by a server that is killed on the way, and `hygeia import` of files.

use std::time::Duration;

use nix::sys::signal::Signal;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::recovery::token;
use super::{DataFolder, Running};
use crate::harness::receiver::Receiver;

/// So many lines, none with an id: what is stored twice would be two resources.
const LINES: usize = 3_000;

fn request(running: &Running, method: Method, path: &str, token: &str) -> RequestBuilder {
    Client::new().request(method, format!("{}/fhir{path}", running.url)).bearer_auth(token)
}

async fn total(running: &Running, token: &str, path: &str) -> i64 {
    let answer = request(running, Method::GET, path, token).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["total"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_where_a_killed_server_was_and_stores_each_line_once() {
    let receiver = Receiver::start().await;
    let line = |number: usize| {
        if number % 1_000 == 7 {
            return "not a resource\n".to_owned();
        }
        format!("{}\n", json!({ "resourceType": "Basic", "code": { "text": format!("number {number}") } }))
    };
    let url = receiver.hold("/basic.ndjson", (0..LINES).map(line).collect::<String>());
    let (folder, place) = (DataFolder::new(), receiver.place());
    let settings = [
        ("HYGEIA_EGRESS_ALLOW", place.as_str()),
        ("HYGEIA_EXTRA_CA", receiver.authority().to_str().unwrap()),
    ];
    let mut running = folder.serve_with(&settings).await;
    let token = token(&folder).await;
    let asked = request(&running, Method::POST, "/$import", &token).header("Prefer", "respond-async");
    let asked = asked.json(&json!({ "input": [{ "type": "Basic", "url": url }] })).send().await.unwrap();
    assert_eq!(asked.status().as_u16(), 202);
    let status =
        asked.headers()["content-location"].to_str().unwrap().split_once("/fhir").unwrap().1.to_owned();
    let mut before = 0;
    for _ in 0..1_200 {
        before = total(&running, &token, "/Basic?_summary=count").await;
        if before > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.signal(Signal::SIGKILL).await;
    let stored = i64::try_from(LINES).unwrap() - 3;
    assert!(before > 0 && before < stored, "{before}: it was not killed on the way");

    let running = folder.serve_with(&settings).await;
    // What the killed one had in hand is taken again when its time is over.
    let mut result = None;
    for _ in 0..1_200 {
        let answer = request(&running, Method::GET, &status, &token).send().await.unwrap();
        if answer.status().as_u16() == 200 {
            result = Some(answer.json::<Value>().await.unwrap());
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let result = result.expect("the import has ended");
    assert_eq!((&result["output"][0]["count"], &result["error"][0]["count"]), (&json!(stored), &json!(3)));
    assert_eq!(total(&running, &token, "/Basic?_summary=count").await, stored);
}

/// A folder with these files.
fn files(folder: &DataFolder, files: &[(&str, String)]) -> String {
    let path = folder.0.join("files");
    for (name, text) in files {
        let file = path.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    path.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_lines_are_imported_beside_a_running_server_and_broken_lines_are_told() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    let token = token(&folder).await;
    let patient = |id: &str| json!({ "resourceType": "Patient", "id": id }).to_string();
    let lines = [
        patient("a"),
        "{".to_owned(),
        patient("b"),
        json!({ "resourceType": "Patient", "gender": "x" }).to_string(),
    ];
    let path = files(
        &folder,
        &[("a.ndjson", lines.join("\n")), ("deeper/b.ndjson", patient("c")), ("notes.txt", "x".to_owned())],
    );
    let (good, told, complaint) = folder.run(&["import", "ndjson", &path]).await;
    assert_eq!((good, told.as_str()), (false, "3 resources stored, 2 lines refused\n"), "{complaint}");
    for start in ["a.ndjson: line 2: ", "a.ndjson: line 4: Patient.gender: "] {
        assert!(complaint.contains(&format!("{path}/{start}")), "{complaint}");
    }
    assert_eq!(total(&running, &token, "/Patient?_summary=count").await, 3);
    let (good, _, complaint) = folder.run(&["import", "ndjson", "--tenant", "nobody", &path]).await;
    assert!(!good && complaint.contains("there is no tenant named \"nobody\""), "{complaint}");
    let (good, _, complaint) = folder.run(&["import", "ndjson", "/nowhere"]).await;
    assert!(!good && complaint.contains("/nowhere is not there"), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_are_done_as_they_say_and_those_that_others_refer_to_come_first() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    let token = token(&folder).await;
    let post = |url: &str, resource: Value| {
        let request = json!({ "method": "POST", "url": resource["resourceType"] });
        json!({ "fullUrl": url, "resource": resource, "request": request })
    };
    let bundle = |kind: &str, entries: Vec<Value>| {
        json!({ "resourceType": "Bundle", "type": kind, "entry": entries }).to_string()
    };
    let hospital = json!({ "resourceType": "Organization", "name": "St Mary", "identifier": [{ "system": "urn:x", "value": "1" }] });
    let person = json!({ "resourceType": "Patient", "managingOrganization": { "reference": "Organization?identifier=urn:x|1" } });
    let heart = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" }, "subject": { "reference": "urn:uuid:6f0b8f34-94b5-4f4f-8d4c-5a7a2a1e3d10" } });
    let of_person = bundle(
        "transaction",
        vec![
            post("urn:uuid:6f0b8f34-94b5-4f4f-8d4c-5a7a2a1e3d10", person),
            post("urn:uuid:0e2f4c5e-5b53-4a55-9a3e-1c2d3e4f5a6b", heart),
        ],
    );
    let path = files(
        &folder,
        &[
            ("fhir/Ann_1.json", of_person.clone()),
            (
                "fhir/hospitalInformation1.json",
                bundle("transaction", vec![post("urn:uuid:2c9b6a1e-0d3f-4b8a-9f7e-6d5c4b3a2f1e", hospital)]),
            ),
        ],
    );
    let (good, told, complaint) = folder.run(&["import", "synthea", &path]).await;
    assert_eq!(
        (good, told.as_str()),
        (true, "3 resources stored, 0 Bundles or entries refused\n"),
        "{complaint}"
    );
    assert_eq!(
        total(&running, &token, "/Observation?subject.organization.name=St%20Mary&_summary=count").await,
        1
    );

    let broken = json!({ "resourceType": "Patient", "gender": "x" });
    let path = files(
        &folder,
        &[
            (
                "more/1.json",
                bundle(
                    "collection",
                    vec![json!({ "resource": { "resourceType": "Patient", "id": "kept" } })],
                ),
            ),
            (
                "more/2.json",
                bundle("transaction", vec![post("urn:uuid:7a6b5c4d-3e2f-4a1b-8c9d-0e1f2a3b4c5d", broken)]),
            ),
            ("more/3.json", "{".to_owned()),
        ],
    );
    let (good, told, complaint) = folder.run(&["import", "bundle", &format!("{path}/more")]).await;
    assert_eq!(
        (good, told.as_str()),
        (false, "1 resources stored, 2 Bundles or entries refused\n"),
        "{complaint}"
    );
    assert!(complaint.contains("more/2.json: Bundle.entry[0].resource.gender: "), "{complaint}");
    assert_eq!(total(&running, &token, "/Patient?_id=kept&_summary=count").await, 1);
}
