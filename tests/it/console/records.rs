//! Records: counted, searched, read, and compared version by version.

use serde_json::json;

use super::{administrator, clinician, links, page, warned};
use crate::harness::Server;
use crate::oauth::person::{Person, patient};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_anothers_is_not_shown() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    server.execute("INSERT INTO tenant (name, created_at) VALUES ('elsewhere', now())").await;
    let stranger = clinician(&server, "elsewhere", "eve@example.org").await;
    for path in [
        format!("/console/records/Patient/{id}"),
        format!("/console/records/Patient/{id}/compare?from=1&to=1"),
    ] {
        let answer = stranger.get(&path).await;
        assert!(answer.status == 404 && answer.text.contains("There is no such record."), "{}", answer.text);
    }
    assert!(
        stranger.get(&format!("/console/patients/{id}")).await.text.contains("There is no such patient.")
    );
    assert!(!stranger.get("/console/patients").await.text.contains("Liddell"));
    let ada = clinician(&server, "default", "ada@example.org").await;
    for path in ["Patient/nobody", "Nonsense/1", "Patient/..%2fx"] {
        assert_eq!(ada.get(&format!("/console/records/{path}")).await.status, 404, "{path}");
    }
    for query in ["from=1&to=9", "from=x&to=1", ""] {
        assert_eq!(
            ada.get(&format!("/console/records/Patient/{id}/compare?{query}")).await.status,
            404,
            "{query}"
        );
    }
    let form = Person::hidden(&ada.get("/console/records").await, "form");
    let search = async |of: &str, query: &str| {
        ada.post("/console/records", &[("form", &form), ("type", of), ("query", query)]).await
    };
    assert!(warned(&search("Patient", "colour=red").await, 400).contains("colour"));
    assert_eq!(warned(&search("Nonsense", "").await, 400), "there is no such resource type in R4");
    assert!(!warned(&search("Patient", "birthdate=<script>").await, 400).contains("<script>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_no_record_for_clinicians() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let admin = administrator(&server).await;
    let ada = clinician(&server, "default", "ada@example.org").await;
    let types = ada.get("/console/records").await;
    assert!(!page(&types).contains("AuditEvent"), "{}", types.text);
    let form = Person::hidden(&types, "form");
    for (of, query) in [
        ("AuditEvent", ""),
        ("Patient", "_revinclude=AuditEvent:entity"),
        ("Patient", "_has:AuditEvent:entity:action=R"),
        ("Patient", "_type=AuditEvent"),
    ] {
        let sent = [("form", &*form), ("type", of), ("query", query)];
        let told = ada.post("/console/records", &sent).await;
        assert_eq!(warned(&told, 400), "the credential does not grant this", "{of}?{query}");
    }
    let sent = [("form", &*form), ("type", "Patient"), ("query", "_revinclude=*")];
    let found = ada.post("/console/records", &sent).await;
    assert_eq!(links(&found, "/console/records/"), [format!("/console/records/Patient/{id}")]);

    let list = admin.get("/console/records").await;
    assert!(page(&list).contains("<option>AuditEvent</option>"), "{}", list.text);
    let form = Person::hidden(&list, "form");
    let sent = [("form", &*form), ("type", "AuditEvent"), ("query", "")];
    let found = admin.post("/console/records", &sent).await;
    page(&found);
    let event = links(&found, "/console/records/AuditEvent/").remove(0);
    let compared = format!("{event}/compare?from=1&to=1");
    page(&admin.get(&compared).await);
    for path in [event, compared] {
        let told = ada.get(&path).await;
        assert!(told.status == 404 && told.text.contains("There is no such record."), "{}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_found_read_and_compared_with_what_it_was() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let fhir = server.fhir().await;
    let mut changed = fhir.get(&format!("/Patient/{id}")).await.json();
    changed["birthDate"] = "1853-05-04".into();
    changed["managingOrganization"] = json!({ "reference": "Organization/7" });
    assert_eq!(fhir.put(&format!("/Patient/{id}"), &changed).await.status, 200);
    let admin = administrator(&server).await;
    let types = admin.get("/console/records").await;
    assert!(page(&types).contains("<div><dt>Patient</dt><dd>1</dd></div>"), "{}", types.text);

    let form = Person::hidden(&types, "form");
    let search =
        [("form", &*form), ("type", "Patient"), ("query", "name=lid&birthdate=1853-05-04&_sort=-birthdate")];
    let found = admin.post("/console/records", &search).await;
    assert!(page(&found).contains("<p id=\"total\">1 found.</p>"), "{}", found.text);
    let path = format!("/console/records/Patient/{id}");
    assert_eq!(links(&found, "/console/records/Patient/"), [path.as_str()]);

    let record = admin.get(&path).await;
    assert!(page(&record).contains("<h1>Alice Liddell</h1>"), "{}", record.text);
    assert!(
        record.text.contains("version 2</h2>")
            && record.text.contains("&#34;birthDate&#34;: &#34;1853-05-04&#34;")
    );
    assert!(links(&record, "/console/records/Organization/7").len() == 1, "references are links");
    let first = admin.get(&format!("{path}?version=1")).await;
    assert!(page(&first).contains("1852-05-04"), "{}", first.text);
    let compared = admin.get(&format!("{path}/compare?from=1&to=2")).await;
    let text = page(&compared);
    assert!(text.contains("<del>-   &#34;birthDate&#34;: &#34;1852-05-04&#34;,</del>"), "{text}");
    assert!(text.contains("<ins>+   &#34;birthDate&#34;: &#34;1853-05-04&#34;,</ins>"), "{text}");

    assert_eq!(fhir.delete(&format!("/Patient/{id}")).await.status, 204);
    let gone = admin.get(&path).await;
    assert!(
        page(&gone).contains("Patient that was deleted") && gone.text.contains("?version=2"),
        "{}",
        gone.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_found_page_by_page() {
    let server = Server::start().await;
    for number in 0..27 {
        patient(&server, "Alice", &format!("L{number:02}")).await;
    }
    let ada = clinician(&server, "default", "ada@example.org").await;
    let form = Person::hidden(&ada.get("/console/records").await, "form");
    let search = [("form", &*form), ("type", "Patient"), ("query", "name=l&_sort=family")];
    let first = ada.post("/console/records", &search).await;
    assert_eq!(links(&first, "/console/records/Patient/").len(), 25);
    let after = Person::hidden(&first, "after");
    let further = [&search[..], &[("after", &*after)]].concat();
    let second = ada.post("/console/records", &further).await;
    assert_eq!(links(&second, "/console/records/Patient/").len(), 2, "{}", second.text);
    assert!(page(&second).contains("Alice L26") && !second.text.contains("Further ones"));
}
