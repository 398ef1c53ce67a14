//! A token that is about one patient, or about a part of what there is.

use serde_json::{Value, json};

use super::{LABORATORY, VITAL, found, named, observation, put, shown, two_patients};
use crate::harness::{Answer, Fhir, Server};

const ALL: &str = "patient/*.cruds";
const UNKNOWN: [&str; 1] = ["not-found: there is no such resource"];
const FORBIDDEN: [&str; 1] = ["forbidden: the credential does not grant this"];

#[tokio::test(flavor = "multi_thread")]
async fn no_search_tells_of_another_patient() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    let app = server.fhir_about("a", ALL).await;
    let mine = "Observation/a-laboratory Observation/a-vital-signs";
    for (path, expected) in [
        ("/Patient", "Patient/a"),
        ("/Observation", mine),
        ("/Observation?code=15074-8&_sort=-date", mine),
        ("/Observation?subject=Patient/b", ""),
        ("/Observation?patient=a&category=laboratory", "Observation/a-laboratory"),
        ("/Observation?subject:Patient.name=bob", ""),
        ("/Observation?subject:Patient.name=alice", mine),
        ("/Observation?_filter=subject[name sw bob].gender pr false", ""),
        ("/Patient?_has:Observation:patient:code=15074-8", "Patient/a"),
        ("/Practitioner?_has:Observation:performer:patient=b", ""),
        ("/Practitioner?_has:Observation:performer:patient=a", "Practitioner/doctor"),
        ("/Practitioner?_has:Observation:performer:patient.name=bob", ""),
        ("/Observation?encounter.subject:Patient.name=bob", ""),
        ("/Observation?_list=b-list", ""),
        ("/Observation?_list=a-list", mine),
        ("/Patient/b/Observation", ""),
        ("/Patient/a/Observation", mine),
        ("/Patient/b/*", ""),
        ("/?_type=Patient,Observation", "Observation/a-laboratory Observation/a-vital-signs Patient/a"),
        ("/?_id=b,b-encounter,b-list", ""),
        (
            "/Practitioner?_revinclude=Observation:performer",
            "Observation/a-laboratory Observation/a-vital-signs Practitioner/doctor",
        ),
        (
            "/List?_id=a-list&_include=List:item&_include:iterate=Observation:encounter",
            "Encounter/a-encounter List/a-list Observation/a-laboratory Observation/a-vital-signs",
        ),
        (
            "/Observation?_id=a-laboratory&_include=*",
            "Encounter/a-encounter Observation/a-laboratory Patient/a Practitioner/doctor",
        ),
        ("/Observation?_contained=both", mine),
    ] {
        assert_eq!(shown(&app, path).await, expected, "{path}");
        let with_all = found(&all, path.split("_filter").next().unwrap()).await;
        assert!(expected.split_whitespace().all(|one| with_all.contains(one)), "{path}");
    }
    let count = app.get("/Observation?_summary=count").await.json();
    assert_eq!(count["total"], 2);
    // What two patients share does not carry the one's over to the other's.
    put(
        &all,
        "List",
        "a-list",
        json!({ "status": "current", "mode": "working", "subject": { "reference": "Patient/a" },
        "entry": [{ "item": { "reference": "Observation/b-laboratory" } }] }),
    )
    .await;
    assert_eq!(shown(&app, "/List?_include=List:item").await, "List/a-list");
    assert_eq!(shown(&app, "/Observation?_list=a-list").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_patients_resource_is_unknown_to_reads() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    assert_eq!(all.delete("/Observation/b-vital-signs").await.status, 204);
    assert_eq!(all.delete("/Observation/a-vital-signs").await.status, 204);
    let app = server.fhir_about("a", ALL).await;
    for path in [
        "/Patient/b",
        "/Observation/b-laboratory",
        "/Observation/b-laboratory/_history/1",
        "/Observation/b-laboratory/_history",
        "/Observation/b-laboratory/_history?_count=0",
        "/Observation/b-vital-signs",
        "/Observation/b-vital-signs/_history",
    ] {
        assert_eq!(app.get(path).await.refused(404), UNKNOWN, "{path}");
    }
    assert_eq!(app.get("/Observation/a-laboratory").await.status, 200);
    assert_eq!(app.get("/Observation/a-laboratory/_history/1").await.status, 200);
    assert_eq!(app.get("/Observation/a-vital-signs").await.status, 410);
    assert_eq!(app.get("/Practitioner/doctor").await.status, 200);
    assert_eq!(
        app.get("/Observation/a-laboratory/_history?_since=2030-01-01").await.json()["entry"],
        Value::Null
    );
    // One audit row a request: what was not shown is told as refused.
    let rows = "SELECT count(*) FROM audit_event WHERE resource = 'b-laboratory' AND interaction = 'read'";
    assert_eq!(server.number(&format!("{rows} AND outcome = 'success'")).await, 0);
    assert_eq!(server.number(&format!("{rows} AND outcome = 'refused'")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_tells_of_the_one_patient() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    let app = server.fhir_about("a", ALL).await;
    // It was about b first, and is about a since.
    put(&all, "Observation", "moved", observation("b", VITAL)).await;
    put(&all, "Observation", "moved", observation("a", VITAL)).await;
    assert_eq!(all.delete("/Observation/a-laboratory").await.status, 204);
    assert_eq!(all.delete("/Observation/b-laboratory").await.status, 204);
    let told = |bundle: Value| -> Vec<String> {
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        let told = |e: &Value| {
            let etag = e["response"]["etag"].as_str().unwrap().to_owned();
            format!(
                "{} {} {etag}",
                e["request"]["method"].as_str().unwrap(),
                e["fullUrl"].as_str().unwrap_or_default()
            )
        };
        entries.iter().map(told).collect()
    };
    let base = "http://127.0.0.1:8080/fhir/Observation";
    let expected = [
        format!("PUT {base}/moved W/\"2\""),
        format!("DELETE {base}/a-laboratory W/\"2\""),
        format!("PUT {base}/a-vital-signs W/\"1\""),
        format!("PUT {base}/a-laboratory W/\"1\""),
    ];
    let whole = app.get("/Observation/_history").await.json();
    assert_eq!(told(whole.clone()), expected, "{whole}");
    assert_eq!(whole["total"], Value::Null);
    let mut pages = Vec::new();
    let mut path = "/Observation/_history?_count=3".to_owned();
    loop {
        let page = app.get(&path).await.json();
        pages.extend(told(page.clone()));
        let links = page["link"].as_array().unwrap().clone();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { break };
        path = next["url"].as_str().unwrap().replace("http://127.0.0.1:8080/fhir", "");
    }
    assert_eq!(pages, expected);
    assert_eq!(told(app.get("/Observation/moved/_history").await.json()).len(), 1);
    let system = told(app.get("/_history").await.json());
    assert!(system.iter().all(|one| !one.contains("/b") && !one.contains("moved W/\"1\"")), "{system:?}");
    assert_eq!(system.iter().filter(|one| one.contains("/Observation/")).count(), 4);
}

/// What is there, as a superuser sees it: versions of everything.
async fn versions(server: &Server) -> i64 {
    server.number("SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history)").await
}

async fn patched(fhir: &Fhir<'_>, path: &str) -> Answer {
    let request =
        fhir.request(reqwest::Method::PATCH, path).header("Content-Type", "application/json-patch+json");
    Answer::of(request.body(json!([{ "op": "replace", "path": "/status", "value": "amended" }]).to_string()))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_patients_resource_cannot_be_changed() {
    let server = Server::start().await;
    two_patients(&server).await;
    let app = server.fhir_about("a", ALL).await;
    let before = versions(&server).await;
    let theirs = |id: &str| named("Observation", id, observation("b", VITAL));
    let mine = |id: &str| named("Observation", id, observation("a", VITAL));
    assert_eq!(app.post("/Observation", &theirs("x")).await.refused(403), FORBIDDEN);
    assert_eq!(app.put("/Observation/new", &theirs("new")).await.refused(403), FORBIDDEN);
    assert_eq!(app.put("/Observation/b-vital-signs", &theirs("b-vital-signs")).await.refused(403), FORBIDDEN);
    assert_eq!(app.put("/Observation/b-vital-signs", &mine("b-vital-signs")).await.refused(403), FORBIDDEN);
    assert_eq!(app.put("/Observation/a-vital-signs", &theirs("a-vital-signs")).await.refused(403), FORBIDDEN);
    assert_eq!(patched(&app, "/Observation/b-vital-signs").await.refused(403), FORBIDDEN);
    assert_eq!(patched(&app, "/Observation?_id=b-vital-signs").await.refused(404), UNKNOWN);
    assert_eq!(app.delete("/Observation/b-vital-signs").await.refused(403), FORBIDDEN);
    assert_eq!(app.delete("/Observation?patient=b").await.status, 204);
    let practitioner = json!({ "resourceType": "Practitioner", "id": "doctor" });
    assert_eq!(app.put("/Practitioner/doctor", &practitioner).await.refused(403), FORBIDDEN);
    for entry in [
        json!({ "request": { "method": "DELETE", "url": "Observation/b-vital-signs" } }),
        json!({ "request": { "method": "PUT", "url": "Observation/b-vital-signs" }, "resource": mine("b-vital-signs") }),
        json!({ "request": { "method": "POST", "url": "Observation" }, "resource": theirs("x") }),
        json!({ "request": { "method": "GET", "url": "Observation/b-vital-signs" } }),
    ] {
        let own = json!({ "request": { "method": "POST", "url": "Observation" }, "resource": mine("x") });
        let bundle = |of: &str| json!({ "resourceType": "Bundle", "type": of, "entry": [own, entry] });
        let refused = app.post("/", &bundle("transaction")).await;
        assert!([403, 404].contains(&refused.status), "{}", refused.text);
    }
    assert_eq!(versions(&server).await, before, "nothing was written");
    // A reference by a search that finds nothing the caller may see.
    let mut named_by_search = mine("x");
    named_by_search["encounter"]["reference"] = "Encounter?_id=b-encounter".into();
    let entry = json!({ "request": { "method": "POST", "url": "Observation" }, "resource": named_by_search });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
    assert_eq!(app.post("/", &bundle).await.status, 412);
    assert_eq!(versions(&server).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_can_be_changed() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    let app = server.fhir_about("a", ALL).await;
    let mine = |id: &str| named("Observation", id, observation("a", VITAL));
    assert_eq!(app.post("/Observation", &mine("x")).await.status, 201);
    assert_eq!(app.put("/Observation/new", &mine("new")).await.status, 201);
    assert_eq!(app.put("/Observation/a-vital-signs", &mine("a-vital-signs")).await.status, 200);
    let amended = patched(&app, "/Observation/a-vital-signs").await;
    assert_eq!((amended.status, &amended.json()["status"]), (200, &json!("amended")));
    assert_eq!(app.delete("/Observation?code=15074-8").await.status, 204, "deletes all that it finds");
    assert_eq!(shown(&all, "/Observation").await, "Observation/b-laboratory Observation/b-vital-signs");
    assert_eq!(app.put("/Observation/new", &mine("new")).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_with_a_query_goes_to_what_it_finds() {
    let server = Server::start().await;
    two_patients(&server).await;
    let app =
        server.fhir_about("a", "patient/Observation.cruds?category=laboratory patient/Patient.rs").await;
    assert_eq!(shown(&app, "/Observation").await, "Observation/a-laboratory");
    assert_eq!(shown(&app, "/Observation?category=vital-signs").await, "");
    assert_eq!(shown(&app, "/Patient?_has:Observation:patient:category=vital-signs").await, "");
    assert_eq!(
        shown(&app, "/Patient?_revinclude=Observation:patient").await,
        "Observation/a-laboratory Patient/a"
    );
    assert_eq!(app.get("/Observation/a-vital-signs").await.refused(404), UNKNOWN);
    assert_eq!(app.get("/Encounter/a-encounter").await.refused(403), FORBIDDEN);
    let vital = named("Observation", "x", observation("a", VITAL));
    assert_eq!(app.post("/Observation", &vital).await.refused(403), FORBIDDEN);
    let turned = named("Observation", "a-laboratory", observation("a", VITAL));
    assert_eq!(app.put("/Observation/a-laboratory", &turned).await.refused(403), FORBIDDEN);
    let kept = named("Observation", "a-laboratory", observation("a", LABORATORY));
    assert_eq!(app.put("/Observation/a-laboratory", &kept).await.status, 200);
    // The same of a program that is about no patient.
    let program = server.fhir_with("system/Observation.rs?category=laboratory").await;
    assert_eq!(shown(&program, "/Observation").await, "Observation/a-laboratory Observation/b-laboratory");
    assert_eq!(program.get("/Observation/b-vital-signs").await.refused(404), UNKNOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_write_and_not_read_is_shown_nothing() {
    let server = Server::start().await;
    two_patients(&server).await;
    let app =
        server.fhir_about("a", "patient/Observation.u patient/Observation.rs?category=laboratory").await;
    let amended = patched(&app, "/Observation/a-vital-signs").await;
    assert_eq!((amended.status, amended.text.as_str()), (200, ""));
    let amended = patched(&app, "/Observation/a-laboratory").await;
    assert_eq!(amended.json()["status"], "amended");
    let patch =
        json!({ "resourceType": "Binary", "contentType": "application/json-patch+json", "data": "W10=" });
    let entry = |id: &str| json!({ "request": { "method": "PATCH", "url": format!("Observation/{id}") }, "resource": patch });
    for of in ["batch", "transaction"] {
        let entries = [entry("a-vital-signs"), entry("a-laboratory")];
        let bundle = json!({ "resourceType": "Bundle", "type": of, "entry": entries });
        let request = app.request(reqwest::Method::POST, "/").header("Prefer", "return=representation");
        let request = request.header("Content-Type", "application/fhir+json").body(bundle.to_string());
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let shown: Vec<_> = (0..2).map(|n| answer.json()["entry"][n].get("resource").is_some()).collect();
        assert_eq!(shown, [false, true], "{}", answer.text);
    }
}

/// A reference to this server by its whole URL is one like any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_url_of_this_server_names_the_patient_too() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    for patient in ["a", "b"] {
        let mut whole = observation(patient, VITAL);
        let base = "http://127.0.0.1:8080/fhir";
        whole["subject"]["reference"] = format!("{base}/Patient/{patient}").into();
        put(&all, "Observation", &format!("{patient}-whole"), whole).await;
    }
    let found = "/Observation?patient=b&_id=b-whole&_include=Observation:subject";
    assert_eq!(shown(&all, found).await, "Observation/b-whole Patient/b");
    assert_eq!(shown(&all, "/Patient?_has:Observation:patient:_id=b-whole").await, "Patient/b");
    let app = server.fhir_about("a", ALL).await;
    assert_eq!(shown(&app, "/Observation?_id=a-whole,b-whole").await, "Observation/a-whole");
    assert_eq!(app.get("/Observation/b-whole").await.refused(404), UNKNOWN);
}

/// A scope that is granted and goes to nothing goes to nothing at the level of the system too.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_scope_goes_to_none_of_is_in_no_history() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    put(
        &all,
        "Linkage",
        "l",
        json!({ "item": [{ "type": "source", "resource": { "reference": "Patient/b" } }] }),
    )
    .await;
    for scope in [
        "patient/Linkage.rs",
        "system/Observation.rs?nonsense=1",
        "system/Observation.rs?subject:Patient.name=a",
    ] {
        let app = server.fhir_about("a", scope).await;
        assert_eq!(app.get("/_history").await.refused(403), FORBIDDEN, "{scope}");
        let of_type = if scope.contains("Linkage") { "Linkage" } else { "Observation" };
        assert_eq!(app.get(&format!("/{of_type}/_history")).await.json()["entry"], Value::Null, "{scope}");
        assert_eq!(app.get(&format!("/{of_type}")).await.json()["total"], 0, "{scope}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_part_may_read_and_not_write_about_somebody_else() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    let mut measured = observation("b", VITAL);
    measured["performer"] = json!([{ "reference": "Patient/a" }]);
    put(&all, "Observation", "measured", measured.clone()).await;
    let app = server.fhir_about("a", ALL).await;
    assert_eq!(app.get("/Observation/measured").await.status, 200, "it is in the compartment of a");
    let measured = named("Observation", "x", measured);
    assert_eq!(app.post("/Observation", &measured).await.refused(403), FORBIDDEN);
    assert_eq!(
        app.put("/Observation/measured", &named("Observation", "measured", measured.clone()))
            .await
            .refused(403),
        FORBIDDEN
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_held_by_what_was_deleted() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    assert_eq!(all.delete("/Observation/b-vital-signs").await.status, 204);
    assert_eq!(all.delete("/Observation/a-vital-signs").await.status, 204);
    let app = server.fhir_about("a", ALL).await;
    let mine = |id: &str| named("Observation", id, observation("a", VITAL));
    assert_eq!(patched(&app, "/Observation/b-vital-signs").await.refused(403), FORBIDDEN);
    assert_eq!(app.put("/Observation/b-vital-signs", &mine("b-vital-signs")).await.refused(403), FORBIDDEN);
    assert_eq!(app.delete("/Observation/b-vital-signs").await.refused(403), FORBIDDEN);
    assert_eq!(patched(&app, "/Observation/a-vital-signs").await.status, 410);
    assert_eq!(app.put("/Observation/a-vital-signs", &mine("a-vital-signs")).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_has_the_rights_of_what_it_belongs_to_beside_its_own() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    for (id, context) in [
        ("of-a", "Observation/a-laboratory"),
        ("of-b", "Observation/b-laboratory"),
        ("of-vital", "Observation/a-vital-signs"),
    ] {
        let rest = json!({ "contentType": "text/plain", "data": "YQ==", "securityContext": { "reference": context } });
        put(&all, "Binary", id, rest).await;
    }
    let status = async |scope: &str| {
        let app = server.fhir_about("a", scope).await;
        let mut all = Vec::new();
        for id in ["of-a", "of-b", "of-vital"] {
            all.push(app.get(&format!("/Binary/{id}")).await.status);
        }
        let found = app.get("/Binary").await;
        assert!([200, 403].contains(&found.status));
        let shown = if found.status == 200 { found.json()["total"].as_i64().unwrap() } else { 0 };
        (all, shown)
    };
    assert_eq!(status("patient/*.rs").await, (vec![200, 404, 200], 0));
    assert_eq!(
        status("patient/Binary.rs patient/Observation.rs?category=laboratory").await,
        (vec![200, 404, 404], 0)
    );
    assert_eq!(status("patient/Binary.rs user/Observation.rs").await, (vec![200, 404, 200], 0));
    assert_eq!(status("user/Binary.rs").await, (vec![404, 404, 404], 0));
    assert_eq!(
        status("user/Binary.rs user/Observation.rs?category=laboratory").await,
        (vec![200, 200, 404], 0)
    );
    assert_eq!(status("user/Binary.rs?_id=of-a user/Observation.rs").await, (vec![200, 404, 404], 1));
    assert_eq!(status("user/*.rs").await, (vec![200, 200, 200], 3));
    let writer = server.fhir_about("a", "user/Binary.cruds").await;
    let open = json!({ "resourceType": "Binary", "id": "of-b", "contentType": "text/plain", "data": "YQ==" });
    assert_eq!(
        writer.put("/Binary/of-b", &open).await.refused(403),
        FORBIDDEN,
        "its context cannot be taken away"
    );
    assert_eq!(writer.get("/Binary/of-b/_history").await.refused(404), UNKNOWN);
    assert_eq!(writer.post("/Binary", &open).await.status, 201);
}
