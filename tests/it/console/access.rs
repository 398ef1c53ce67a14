//! Who comes in to the console.

use super::{add, administrator, clinician, links, page, warned};
use crate::harness::Server;
use crate::oauth::person::{PASSWORD, Person, patient};

/// Pages for all who work here.
const PAGES: [&str; 5] =
    ["/console", "/console/review", "/console/records", "/console/patients", "/console/models"];
/// Pages for administrators.
const GUARDED: [&str; 4] = ["/console/audit", "/console/jobs", "/console/deliveries", "/console/users"];

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_signs_in_and_comes_to_the_console() {
    let server = Server::start().await;
    let stranger = Person::at(&server);
    for path in PAGES.iter().chain(&GUARDED) {
        let answer = stranger.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/login?request=console"), "{path}");
    }
    for path in ["/console/review/imagemedix/DiagnosticReport/x", "/console/jobs", "/console/records"] {
        let answer = stranger.post(path, &[("form", "x"), ("verdict", "confirm")]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/login?request=console"), "{path}");
    }
    add(&server, "default", "ada@example.org", None).await;
    let login = stranger.get("/login?request=console").await;
    let sent = [("email", "ada@example.org"), ("password", PASSWORD)];
    assert_eq!(stranger.submit(&login, "/login", &sent).await.header("location"), "/console");
    page(&stranger.get("/console").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_refused_and_a_clinician_sees_no_more_than_a_clinicians_pages() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let id = patient(&server, "Alice", "Liddell").await;
    add(&server, "default", "lid@example.org", Some(id)).await;
    let own = Person::at(&server);
    own.enter("lid@example.org", PASSWORD).await;
    for path in PAGES.iter().chain(&GUARDED) {
        let answer = own.get(path).await;
        assert!(
            answer.status == 403 && answer.text.contains("for those who work here"),
            "{path}: {}",
            answer.text
        );
    }
    let ada = clinician(&server, "default", "ada@example.org").await;
    for path in PAGES {
        let answer = ada.get(path).await;
        page(&answer);
        let places = links(&answer, "/console/");
        assert!(!places.contains(&"/console/jobs".to_owned()), "{places:?}");
    }
    for path in GUARDED {
        let told = ada.get(path).await;
        assert!(told.status == 403 && told.text.contains("Only the administrators"), "{path}: {}", told.text);
    }
    for path in PAGES.iter().chain(&GUARDED) {
        page(&admin.get(path).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_elsewhere_does_nothing() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    for path in ["/console/records", "/console/patients", "/console/audit", "/console/jobs"] {
        let answer = admin.post(path, &[("form", "made up"), ("type", "Patient")]).await;
        assert_eq!(warned(&answer, 403), "The form is too old, or came from elsewhere.", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_look_leaves_one_row() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let admin = administrator(&server).await;
    let rows = async || server.number("SELECT count(*) FROM audit_event").await;
    let (record, timeline) = (format!("/console/records/Patient/{id}"), format!("/console/patients/{id}"));
    let nobody = "/console/patients/nobody";
    for path in PAGES.iter().chain(&GUARDED).chain(&[&*record, &*timeline, "/console/models/digits", nobody])
    {
        let before = rows().await;
        let answer = admin.get(path).await;
        assert_eq!(answer.status, if *path == nobody { 404 } else { 200 }, "{path}");
        assert_eq!(rows().await - before, 1, "{path}");
    }
    let form = Person::hidden(&admin.get("/console/records").await, "form");
    for (path, field, value) in [
        ("/console/records", "query", "name=Liddell"),
        ("/console/patients", "name", "Liddell"),
        ("/console/audit", "who", "alice@example.org"),
    ] {
        let before = rows().await;
        let sent = [("form", &*form), ("type", "Patient"), (field, value)];
        page(&admin.post(path, &sent).await);
        assert_eq!(rows().await - before, 1, "{path}");
    }
    let told = server.texts("SELECT e::text FROM audit_event e").await.join("\n");
    assert!(!told.contains("Liddell") && !told.contains("1852"), "{told}");
    let of_patient = format!(
        "SELECT interaction FROM audit_event WHERE patient = '{id}' AND surface = 'fhir' AND agent_kind = 'account' ORDER BY recorded, id"
    );
    assert_eq!(server.texts(&of_patient).await, ["read-record", "read-timeline"]);
}
