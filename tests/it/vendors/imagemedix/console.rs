//! What a person says of a scan on the console, as ImageMedix tells it then.

use reqwest::Method;
use serde_json::json;

use super::User;
use super::scans::work;
use crate::console::{administrator, clinician, links, page, warned};
use crate::harness::Server;
use crate::harness::drawn::brain;
use crate::oauth::person::{EMAIL, Person};

const SCANS: &str = "/console/review?source=imagemedix";

/// A scan that a model has looked at, and its page on the console.
async fn looked_at(server: &Server) -> (User<'_>, String, String) {
    let user = User::sign_in(server, EMAIL).await;
    let scan = user.scan_of(brain(), "PT-1").await;
    work(server).await;
    let page = format!("/console/review/imagemedix/DiagnosticReport/{scan}");
    (user, scan, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_judged_by_whom_it_is_kept_from_or_unseen() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (user, scan, path) = looked_at(&server).await;
    server.execute("INSERT INTO tenant (name, created_at) VALUES ('elsewhere', now())").await;
    let stranger = clinician(&server, "elsewhere", "eve@example.org").await;
    assert!(page(&stranger.get(SCANS).await).contains("Nothing waits for you here."));
    let form = Person::hidden(&stranger.get("/console/records").await, "form");
    let picture = format!("/console/pictures/{scan}");
    assert_eq!((stranger.get(&path).await.status, stranger.get(&picture).await.status), (404, 404));
    assert_eq!(stranger.post(&path, &[("form", &form), ("verdict", "confirm")]).await.status, 404);

    let shown = admin.get(&path).await;
    let (form, seen) = (Person::hidden(&shown, "form"), Person::hidden(&shown, "seen"));
    let send = async |fields: &[(&str, &str)]| {
        let sent = [&[("form", &*form), ("seen", &*seen)][..], fields].concat();
        admin.post(&path, &sent).await
    };
    for (fields, status, told) in [
        (
            vec![("form", "made up"), ("verdict", "confirm")],
            403,
            "The form is too old, or came from elsewhere.",
        ),
        (vec![("verdict", "reject")], 400, "Say why it is wrong."),
        (
            vec![("verdict", "reject"), ("reason", &*"x".repeat(1001))],
            400,
            "The reason may have at most 1000 characters.",
        ),
        (
            vec![("verdict", "correct")],
            400,
            "Every value is as it was. Confirm the result, or put a value right.",
        ),
        (
            vec![("verdict", "correct"), (&*format!("{scan}/value"), "perhaps")],
            400,
            "Neoplasm of brain must be yes or no.",
        ),
    ] {
        let refused =
            if fields[0].0 == "form" { admin.post(&path, &fields).await } else { send(&fields).await };
        assert_eq!(warned(&refused, status), told, "{fields:?}");
    }
    assert_eq!(send(&[("verdict", "magic")]).await.status, 400);
    assert_eq!(admin.get("/console/review/hemato/DiagnosticReport/nothing").await.status, 404);
    for elsewhere in [
        format!("magic/DiagnosticReport/{scan}"),
        format!("hemato/DiagnosticReport/{scan}"),
        format!("face-scans/DiagnosticReport/{scan}"),
        format!("imagemedix/Observation/{scan}"),
        format!("readings/Observation/{scan}"),
        format!("imagemedix/DiagnosticReport/{scan},x"),
    ] {
        let path = format!("/console/review/{elsewhere}");
        assert_eq!(admin.get(&path).await.status, 404, "{path}");
        let sent = [("form", &*form), ("seen", &*seen), ("verdict", "confirm")];
        assert_eq!(admin.post(&path, &sent).await.status, 404, "{path}");
    }
    assert_eq!(admin.get("/console/review?source=magic").await.status, 404);
    assert_eq!(user.read(&format!("/scans/{scan}")).await["analysis"]["isConfirmed"], false);
    assert_eq!(server.number("SELECT count(*) FROM resource_history WHERE type = 'Observation'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_confirmed_on_the_console_the_vendor_tells_as_confirmed() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (user, scan, path) = looked_at(&server).await;
    let before = user.read(&format!("/scans/{scan}")).await;
    let list = admin.get("/console/review").await;
    assert!(page(&list).contains("ImageMedix scans (1)"), "{}", list.text);
    assert_eq!(links(&list, "/console/review/imagemedix/"), [path.as_str()]);
    let shown = admin.get(&path).await;
    assert!(
        shown.text.contains("no person has confirmed it.") && shown.text.contains("brain-mri"),
        "{}",
        shown.text
    );
    let picture = admin.get(&format!("/console/pictures/{scan}")).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));

    server.app.clock.advance_s(60);
    let confirmed = admin.submit(&shown, &path, &[("verdict", "confirm"), ("reason", "")]).await;
    assert_eq!((confirmed.status, confirmed.header("location")), (303, SCANS), "{}", confirmed.text);
    let after = user.read(&format!("/scans/{scan}")).await;
    let analysis = |of: &serde_json::Value| {
        (
            of["analysis"]["isConfirmed"].clone(),
            of["analysis"]["state"].clone(),
            of["analysis"]["version"].clone(),
        )
    };
    assert_eq!(analysis(&before), (json!(false), json!("preliminary"), json!(1)));
    assert_eq!(analysis(&after), (json!(true), json!("final"), json!(2)));
    assert_eq!(after["analysis"]["reader"]["name"], "Alice");
    assert_eq!(after["result"], before["result"], "it is what the model said");
    assert!(page(&admin.get(SCANS).await).contains("Nothing waits for you here."));

    let fhir = server.fhir().await;
    let told = fhir.get(&format!("/Provenance?target=Observation/{scan}&_sort=-recorded")).await.json();
    let told = &told["entry"][0]["resource"];
    assert_eq!(told["agent"][0]["type"]["coding"][0]["code"], "verifier");
    let mut targets: Vec<_> =
        told["target"].as_array().unwrap().iter().map(|to| to["reference"].as_str().unwrap()).collect();
    targets.sort_unstable();
    assert_eq!(
        targets,
        [format!("DiagnosticReport/{scan}/_history/2"), format!("Observation/{scan}/_history/2")]
    );
    assert_eq!(
        fhir.delete(&format!("/Provenance/{}", told["id"].as_str().unwrap())).await.status,
        405,
        "it stays"
    );
    let rows = "SELECT interaction || ' ' || outcome FROM audit_event WHERE interaction LIKE '%-result' ORDER BY recorded, id";
    assert_eq!(server.texts(rows).await, ["read-unconfirmed-result success", "confirm-result success"]);

    // Who looked at it before is too late.
    let again = admin.submit(&shown, &path, &[("verdict", "reject"), ("reason", "No.")]).await;
    assert!(warned(&again, 409).contains("somebody has judged it"), "{}", again.text);
    assert!(again.text.contains("id=\"judged\""), "{}", again.text);
    assert_eq!(analysis(&user.read(&format!("/scans/{scan}")).await).0, json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_is_told_that_the_other_was_first() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (user, scan, path) = looked_at(&server).await;
    let shown = admin.get(&path).await;
    let confirm = [("verdict", "confirm")];
    let reject = [("verdict", "reject"), ("reason", "An artefact.")];
    let (one, other) =
        tokio::join!(admin.submit(&shown, &path, &confirm), admin.submit(&shown, &path, &reject));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let is_confirmed = user.read(&format!("/scans/{scan}")).await["analysis"]["isConfirmed"] == true;
    assert_eq!(is_confirmed, one.status == 303);
    assert_eq!(server.number("SELECT count(*) FROM resource_history WHERE type = 'Observation'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_right_is_amended_and_what_is_rejected_is_no_result() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (user, scan, path) = looked_at(&server).await;
    let was = user.read(&format!("/scans/{scan}")).await["result"]["hasTumor"] == true;
    let shown = admin.get(&path).await;
    let field = format!("{scan}/value");
    let other = if was { "no" } else { "yes" };
    let sent = [("verdict", "correct"), ("reason", "Seen on the film."), (&*field, other)];
    assert_eq!(admin.submit(&shown, &path, &sent).await.status, 303);
    let after = user.read(&format!("/scans/{scan}")).await;
    assert_eq!(after["result"], json!({ "hasTumor": !was, "additionalNotes": "Seen on the film." }));
    assert_eq!((&after["analysis"]["state"], after["analysis"].get("model")), (&json!("amended"), None));

    let other = user.scan_of(brain(), "PT-1").await;
    work(&server).await;
    let path = format!("/console/review/imagemedix/DiagnosticReport/{other}");
    let shown = admin.get(&path).await;
    let sent = [("verdict", "reject"), ("reason", "Not a brain.")];
    assert_eq!(admin.submit(&shown, &path, &sent).await.status, 303);
    let after = user.read(&format!("/scans/{other}")).await;
    assert_eq!(after.get("result"), None, "{after}");
    let told = server.fhir().await.get(&format!("/Observation/{other}")).await.json();
    assert_eq!(
        (&told["status"], &told["note"][0]["text"]),
        (&json!("entered-in-error"), &json!("Not a brain."))
    );

    let again = user.send(Method::POST, "/ml/brain/analyze", &json!({ "scanId": other })).await;
    assert_eq!(again.status, 200, "{}", again.text);
    work(&server).await;
    let told = server.fhir().await.get(&format!("/Observation/{other}")).await.json();
    assert_eq!(told["status"], "entered-in-error", "no model overrules who rejected it");
    assert_eq!(user.read(&format!("/scans/{other}")).await.get("result"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_comes_page_by_page_and_each_once() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let fhir = server.fhir().await;
    let label = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST" }] });
    for number in 0..60 {
        let body = json!({ "resourceType": "DiagnosticReport", "status": "preliminary", "meta": label,
            "identifier": [{ "system": "urn:vendor:imagemedix:scan", "value": format!("s{number}") }],
            "code": { "text": "Scan" }, "conclusion": format!("Number {number}.") });
        assert_eq!(fhir.post("/DiagnosticReport", &body).await.status, 201);
        if number % 3 != 0 {
            server.app.clock.advance_s(1);
        }
    }
    let (mut path, mut seen) = ("/console/review".to_owned(), Vec::new());
    loop {
        let shown = admin.get(&path).await;
        page(&shown);
        seen.extend(links(&shown, "/console/review/imagemedix/"));
        let Some(next) = links(&shown, "/console/review?source=&before=").into_iter().next() else { break };
        path = next;
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((all, seen.len()), (60, 60));
}
