//! Searching the trail.

use serde_json::{Value, json};

use crate::fhir::{patient, stored};
use crate::harness::{Fhir, Server};

/// Which events a search finds, as `subtype entity`, page by page.
async fn found(fhir: &Fhir<'_>, query: &str) -> Vec<String> {
    let mut told = Vec::new();
    let mut path = format!("/AuditEvent?{query}");
    loop {
        let page = fhir.get(&path).await.json();
        assert_eq!(page["type"], "searchset", "{page}");
        for entry in page["entry"].as_array().into_iter().flatten() {
            let event = &entry["resource"];
            // Whoever looks into the trail is told in it, too.
            if event["entity"][0]["description"].as_str().is_some_and(|of| of.starts_with("/AuditEvent")) {
                continue;
            }
            let what = event["entity"][0]["what"]["reference"].as_str().unwrap_or("-");
            told.push(format!("{} {what}", event["subtype"][0]["code"].as_str().unwrap_or("-")));
        }
        let next = page["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next");
        let Some(next) = next else { return told };
        path = next["url"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_at_a_patient_is_a_search() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let (alice, bob) = (stored(&fhir, &patient()).await, stored(&fhir, &patient()).await);
    let of = |id: &str| {
        json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" },
                "subject": { "reference": format!("Patient/{id}") } })
    };
    let observation = stored(&fhir, &of(&alice)).await;
    let path = format!("/Observation/{observation}");
    fhir.get(&path).await;
    fhir.get(&format!("{path}/_history/1")).await;
    fhir.get(&format!("{path}/_history")).await;
    fhir.get(&format!("/Observation?patient={alice}")).await;
    fhir.get(&format!("/Observation?subject=Patient/{alice}&code=x")).await;
    fhir.get(&format!("/Patient/{alice}/Observation")).await;
    fhir.get(&format!("/Patient?_id={alice}")).await;
    fhir.get("/Patient?birthdate=1852").await;
    fhir.get(&format!("/Patient/{bob}")).await;
    let entry = |method: &str, url: String, resource: Value| json!({ "request": { "method": method, "url": url }, "resource": resource });
    let reads = |kind: &str| {
        json!({ "resourceType": "Bundle", "type": kind, "entry": [
            entry("GET", format!("Patient/{bob}"), Value::Null), entry("GET", path.trim_start_matches('/').to_owned(), Value::Null),
        ]})
    };
    let without = |mut bundle: Value| {
        for entry in bundle["entry"].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        bundle
    };
    assert_eq!(fhir.post("", &without(reads("batch"))).await.status, 200);
    assert_eq!(fhir.post("", &without(reads("transaction"))).await.status, 200);
    fhir.delete(&path).await;
    // What was about one and is about another now is told of the new one; a refusal is told too.
    let refused = server.fhir_with("system/Observation.r").await;
    refused.get(&format!("/Patient/{alice}")).await;

    let of_observation = |version: u8| format!("Observation/{observation}/_history/{version}");
    let expected = [
        format!("create Patient/{alice}/_history/1"),
        format!("create {}", of_observation(1)),
        format!("read {}", of_observation(1)),
        format!("vread {}", of_observation(1)),
        format!("history-instance {}", of_observation(1)),
        "search-type -".to_owned(),
        "search-type -".to_owned(),
        "search-type -".to_owned(),
        "search-type -".to_owned(),
        format!("batch Patient/{bob}/_history/1"),
        format!("transaction Patient/{bob}/_history/1"),
        format!("delete {}", of_observation(2)),
        format!("read Patient/{alice}"),
    ];
    for query in [
        format!("patient={alice}"),
        format!("patient=Patient/{alice}"),
        format!("entity=Patient/{alice}&_count=3"),
        format!("patient={alice}&_sort=date&_count=2"),
    ] {
        assert_eq!(found(&fhir, &query).await, expected, "{query}");
    }
    let mut backwards = expected.to_vec();
    backwards.reverse();
    for query in [format!("patient={alice}&_sort=-date&_count=2"), format!("patient={alice}&_sort=-_id")] {
        assert_eq!(found(&fhir, &query).await, backwards, "{query}");
    }
    assert_eq!(found(&fhir, &format!("patient={bob}")).await.len(), 4);
    assert_eq!(found(&fhir, &format!("entity=Observation/{observation}")).await.len(), 7);
    assert_eq!(
        found(&fhir, &format!("entity=Observation/{observation},Patient/{bob}&action=R")).await.len(),
        4
    );
    assert_eq!(found(&fhir, "patient=nobody").await, [""; 0]);
    for (query, count) in [
        (format!("patient={alice}&outcome=4"), 1),
        (format!("patient={alice}&outcome=0,4&subtype=read"), 2),
        (format!("patient={alice}&subtype=http://hl7.org/fhir/restful-interaction|read"), 2),
        (format!("patient={alice}&subtype=urn:x|read"), 0),
        (format!("patient={alice}&action=C,D"), 3),
        (format!("patient={alice}&action=E,D"), 7),
        (format!("patient={alice}&action:not=R"), 9),
        (format!("patient={alice}&date=2026-11-21"), 13),
        (format!("patient={alice}&date=gt2026-11-21,lt2026-11-21"), 0),
        (format!("patient={alice}&site=fhir&entity-role=1&type=rest"), 13),
        (format!("patient={alice}&site=smartscan"), 0),
        (format!("patient={alice}&altid=nobody"), 0),
        ("patient:missing=true&subtype=search-type".to_owned(), 1),
    ] {
        assert_eq!(found(&fhir, &query).await.len(), count, "{query}");
    }
    let refusal = fhir.get("/AuditEvent?_sort=action").await.refused(400);
    assert_eq!(refusal, ["not-supported: _sort: AuditEvents come in the order of _id, date or _lastUpdated"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agents_events_and_those_of_a_time_are_found() {
    let server = Server::start().await;
    let (first, second) = (server.fhir().await, server.fhir().await);
    for hour in 0..4 {
        first.get("/Patient").await;
        if hour == 2 {
            second.get("/Patient").await;
        }
        server.app.clock.advance_s(3600);
    }
    let agent = server.text("SELECT agent FROM audit_event GROUP BY agent HAVING count(*) = 1").await;
    for (query, count) in [
        (format!("altid={agent}"), 1),
        (format!("agent:identifier=https://hygeia.health/fhir/identifier/client|{agent}"), 2),
        ("date=ge2026-11-21T13:00:00Z&date=lt2026-11-21T15:00:00Z&altid:not=nobody".to_owned(), 3),
        ("date=2026-11-21T12:00:00Z".to_owned(), 1),
        (
            "date=ne2026-11-21T12:00:00Z&subtype=search-type&type=rest&_count=2&date=le2026-11-21T15:30:00Z"
                .to_owned(),
            4,
        ),
    ] {
        // The searches of the trail are told in it, later.
        let of_patients = server.app.clock.now();
        assert_eq!(of_patients.to_rfc3339(), "2026-11-21T16:00:00+00:00");
        let found = found(&first, &query).await.len();
        if query.starts_with("agent:") {
            assert_eq!(found, 1);
        } else {
            assert_eq!(found, count, "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_clients_stand_among_the_servers_own() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let event = |recorded: &str, code: &str| {
        json!({
            "resourceType": "AuditEvent",
            "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest" },
            "subtype": [{ "code": code }],
            "recorded": recorded,
            "agent": [{ "requestor": true }],
            "source": { "observer": { "display": "app" } },
        })
    };
    for hour in 0..3 {
        let at = format!("2026-11-21T{:02}:30:00Z", 12 + hour);
        stored(&fhir, &event(&at, &format!("theirs{hour}"))).await;
        server.app.clock.advance_s(3600);
    }
    let expected = [
        "create AuditEvent",
        "theirs0 -",
        "create AuditEvent",
        "theirs1 -",
        "create AuditEvent",
        "theirs2 -",
    ];
    let short = |told: Vec<String>| -> Vec<String> {
        told.iter()
            .filter(|one| !one.starts_with("search"))
            .map(|one| one.split('/').next().unwrap().to_owned())
            .collect()
    };
    for count in [1, 2, 4, 50] {
        let query = format!("_count={count}&date=lt2026-11-21T14:59:00Z&_sort=");
        assert_eq!(short(found(&fhir, &format!("{query}date")).await), expected, "{count}");
        let mut backwards = short(found(&fhir, &format!("{query}-date")).await);
        backwards.reverse();
        assert_eq!(backwards, expected, "{count}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_usual_searches_go_along_indexes() {
    let server = Server::start().await;
    server
        .execute(
            "INSERT INTO audit_event (tenant, id, recorded, surface, interaction, outcome, agent_kind, agent, type, resource, version, patient)
             SELECT 1, (lpad(to_hex(1780000000000 + n * 1000), 12, '0') || '7000800000000000' || lpad(to_hex(n), 4, '0'))::uuid,
                 to_timestamp(1780000000 + n), 'fhir', 'read', 'success', 'client', 'agent' || n / 1000, 'Observation', 'o' || n / 12, 1,
                 'p' || n / 120
             FROM generate_series(1, 60000) AS n;
             ANALYZE audit_event",
        )
        .await;
    for (sql, index) in [
        ("SELECT * FROM audit_event WHERE tenant = 1 AND patient = ANY ('{p7}')", "audit_event_about"),
        ("SELECT * FROM audit_event WHERE tenant = 1 AND resource = ANY ('{o7}')", "audit_event_about"),
        ("SELECT * FROM audit_event WHERE tenant = 1 AND agent = ANY ('{agent3}')", "audit_event_agent"),
        (
            "SELECT * FROM audit_event WHERE tenant = 1 AND id >= '019f0000-0000-7000-8000-000000000000' ORDER BY id DESC LIMIT 100",
            "audit_event_pkey",
        ),
        ("SELECT * FROM audit_event WHERE ordinal > 59990 ORDER BY ordinal LIMIT 100", "audit_event_new"),
    ] {
        let plan = server.plan_as_application("SET hygeia.tenant = '1'", sql).await;
        assert!(plan.contains(index), "{sql}\n{plan}");
    }
    let fhir = server.fhir().await;
    assert_eq!(found(&fhir, "patient=p7&_sort=-date&_count=40").await.len(), 120);
}
