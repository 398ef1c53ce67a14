//! Whole answers: what each kind of export holds.

use reqwest::Method;
use serde_json::{Value, json};

use super::{BASE, below, exported, files, finished, held, kick_off, kick_off_with, manifest, status_of};
use crate::fhir::access::{put, two_patients};
use crate::harness::{Answer, Fhir, Server};

const OF_A: &str =
    "Encounter/a-encounter List/a-list Observation/a-laboratory Observation/a-vital-signs Patient/a";

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_asked_for_watched_and_fetched() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let taken = kick_off(&fhir, "/$export?_type=Patient,Encounter").await;
    let status = status_of(&taken);
    assert_eq!(
        taken.json()["issue"],
        json!([{ "severity": "information", "code": "informational",
            "diagnostics": "the export was taken: Content-Location tells how far it is" }])
    );
    let waiting = fhir.get(&status).await;
    assert_eq!(
        (waiting.status, waiting.header("x-progress"), waiting.header("retry-after")),
        (202, "waiting", "1")
    );
    server.finish_jobs().await;
    let request = fhir.request(Method::GET, &status).header("Accept", "application/json");
    let done = Answer::of(request).await;
    assert_eq!((done.status, done.header("content-type")), (200, "application/json"));
    assert_eq!(done.header("expires"), "Sun, 22 Nov 2026 12:00:00 GMT");
    let job = status.strip_prefix("/$export-status/").unwrap();
    let file = |of: &str| json!({ "type": of, "url": format!("{BASE}/$export-file/{job}/{of}-1.ndjson"), "count": 2 });
    assert_eq!(
        done.json(),
        json!({
            "transactionTime": "2026-11-21T12:00:00.000000Z",
            "request": format!("{BASE}/$export?_type=Patient,Encounter"),
            "requiresAccessToken": true,
            "output": [file("Encounter"), file("Patient")],
            "error": [],
        })
    );
    let [encounters, patients] = &files(&fhir, &done.json(), "output").await[..] else { panic!("two files") };
    let read = async |address: &str| fhir.get(address).await.json();
    assert_eq!(*encounters, [read("/Encounter/a-encounter").await, read("/Encounter/b-encounter").await]);
    assert_eq!(*patients, [read("/Patient/a").await, read("/Patient/b").await]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_as_lines_and_compressed_for_who_takes_that() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let manifest = manifest(&fhir, "/$export?_type=Patient").await;
    let url = below(manifest["output"][0]["url"].as_str().unwrap());
    let request = fhir.request(Method::GET, url).header("Accept", "application/fhir+ndjson");
    let response = request.header("Accept-Encoding", "gzip").send().await.unwrap();
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("application/fhir+ndjson"));
    assert_eq!(header("content-encoding").as_deref(), Some("gzip"));
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    let plain = fhir.get(url).await;
    let [a, b] = [fhir.get("/Patient/a").await, fhir.get("/Patient/b").await];
    assert_eq!(plain.text, format!("{}\n{}\n", a.text, b.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_nothing_has_no_file() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for path in ["/$export", "/Patient/$export", "/$export?_type=Patient"] {
        assert_eq!(manifest(&fhir, path).await["output"], json!([]), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_level_holds_what_belongs_to_it() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let of_b = OF_A.replace("/a", "/b");
    let both = {
        let mut all: Vec<_> = OF_A.split(' ').chain(of_b.split(' ')).collect();
        all.sort_unstable();
        all.join(" ")
    };
    assert_eq!(exported(&fhir, "/Patient/$export").await, both);
    assert_eq!(exported(&fhir, "/$export").await, format!("{both} Practitioner/doctor"));
    let member = |reference: &str| json!({ "entity": { "reference": reference } });
    let left = json!({ "entity": { "reference": "Patient/b" }, "inactive": true });
    let group = |member: Value| json!({ "type": "person", "actual": true, "member": member });
    put(&fhir, "Group", "left", group(json!([member("Patient/a"), left]))).await;
    let of_group = OF_A.replace("List/", "Group/left List/");
    assert_eq!(exported(&fhir, "/Group/left/$export").await, of_group);
    put(
        &fhir,
        "Group",
        "outer",
        group(json!([member("Group/left"), member("Group/outer"), member("Group/none")])),
    )
    .await;
    assert_eq!(exported(&fhir, "/Group/outer/$export").await, of_group);
    put(&fhir, "Group", "empty", json!({ "type": "person", "actual": false })).await;
    assert_eq!(exported(&fhir, "/Group/empty/$export").await, "");
    let parameters = json!([{ "name": "patient", "valueReference": { "reference": "Patient/b" } }, { "name": "_type", "valueString": "Patient,Encounter" }]);
    let taken = kick_off_with(&fhir, "/Patient/$export", &parameters).await;
    let manifest = finished(&fhir, &taken).await;
    assert_eq!(manifest["request"], format!("{BASE}/Patient/$export"));
    assert_eq!(held(&fhir, &manifest).await, "Encounter/b-encounter Patient/b");
}

/// A Provenance that is about something of a patient comes with the patient.
#[tokio::test(flavor = "multi_thread")]
async fn provenance_comes_with_what_it_is_about() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    for (id, target) in
        [("of-a", "Observation/a-laboratory"), ("of-b", "Patient/b"), ("of-doctor", "Practitioner/doctor")]
    {
        let agent = json!([{ "who": { "reference": "Practitioner/doctor" } }]);
        let provenance = json!({ "target": [{ "reference": target }], "recorded": "2026-11-21T12:00:00Z", "agent": agent });
        put(&fhir, "Provenance", id, provenance).await;
    }
    let path = "?_type=Provenance";
    assert_eq!(exported(&fhir, &format!("/Patient/$export{path}")).await, "Provenance/of-a Provenance/of-b");
    let parameters = json!([{ "name": "patient", "valueReference": { "reference": "Patient/a" } }]);
    let taken = kick_off_with(&fhir, &format!("/Patient/$export{path}"), &parameters).await;
    assert_eq!(held(&fhir, &finished(&fhir, &taken).await).await, "Provenance/of-a");
    let all = "Provenance/of-a Provenance/of-b Provenance/of-doctor";
    assert_eq!(exported(&fhir, &format!("/$export{path}")).await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_attachment_leads_to_is_named_by_a_whole_url() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let binary = json!({ "contentType": "text/plain", "data": "eA==" });
    put(&fhir, "Binary", "free", binary.clone()).await;
    let mut own = binary;
    own["securityContext"] = json!({ "reference": "Patient/a" });
    put(&fhir, "Binary", "own", own).await;
    let content = json!([{ "attachment": { "contentType": "text/plain", "url": "Binary/own" } }]);
    let document =
        json!({ "status": "current", "subject": { "reference": "Patient/a" }, "content": content });
    put(&fhir, "DocumentReference", "d", document).await;
    assert_eq!(exported(&fhir, "/$export?_type=Binary").await, "Binary/free");
    let manifest = manifest(&fhir, "/Patient/$export?_type=DocumentReference").await;
    let document = &files(&fhir, &manifest, "output").await[0][0];
    let url = document["content"][0]["attachment"]["url"].as_str().unwrap();
    assert_eq!(url, format!("{BASE}/Binary/own"));
    assert_eq!(fhir.get(below(url)).await.status, 200);
}

/// The number of resources in each file of an export, in the order of the manifest.
async fn sizes(fhir: &Fhir<'_>, manifest: &Value) -> Vec<usize> {
    files(fhir, manifest, "output").await.iter().map(Vec::len).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_resources_are_in_several_files() {
    let mut settings = hygeia::core::config::Settings::default();
    settings.exports.file_resources = 1_000.try_into().unwrap();
    let server = Server::start_by(&settings, None).await;
    let fhir = server.fhir().await;
    let basic = |n: usize| {
        json!({ "resource": { "resourceType": "Basic", "code": { "text": format!("{n:04}") } },
        "request": { "method": "POST", "url": "Basic" } })
    };
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": (0..2_700).map(basic).collect::<Vec<_>>() });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    let manifest = manifest(&fhir, "/$export?_type=Basic,Patient").await;
    assert_eq!(sizes(&fhir, &manifest).await, [1_000, 1_000, 700]);
    let counts: Vec<_> = manifest["output"].as_array().unwrap().iter().map(|file| &file["count"]).collect();
    assert_eq!(counts, [1_000, 1_000, 700]);
    let all = files(&fhir, &manifest, "output").await.concat();
    let mut codes: Vec<_> = all.iter().map(|basic| basic["code"]["text"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert!(codes.iter().enumerate().all(|(n, code)| format!("{n:04}") == *code), "each is there once");
}
