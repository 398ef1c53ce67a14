//! What nodes send, and what is known of patients by it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NOBODY, Ward, World, at, refused, replica, server, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn only_a_nodes_key_sends_and_only_its_own_batch() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let batch = json!({ "nodeId": ward.node, "readings": [ward.reading(0, "wetness", 10.0)] });
    for key in [
        "",
        "x",
        "nk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &ward.world.key,
        &ward.world.token,
        &ward.world.admin,
    ] {
        assert_eq!(refused(&ward.send_as(key, &batch).await, 401), "The node key is missing or invalid.");
    }
    let theirs = World::of(&server, stranger(&server, "s@example.org", "admin").await, "Oak").await;
    let node = theirs.equip("devices", &json!({ "type": "node", "serialNumber": "NODE-1" })).await;
    for other in [node["id"].as_str().unwrap(), NOBODY, &ward.pod, ""] {
        let body = json!({ "nodeId": other, "readings": [ward.reading(0, "wetness", 10.0)] });
        assert_eq!(refused(&ward.send_as(&ward.key, &body).await, 403), "You may not do this.", "{other}");
    }
    // A node of another organisation knows no pod of this one.
    let own = json!({ "nodeId": node["id"], "readings": [ward.reading(0, "wetness", 10.0)] });
    let answer = ward.send_as(node["nodeKey"].as_str().unwrap(), &own).await;
    assert_eq!(refused(&answer, 400), "readings[0].podSerial names no pod of the organisation.");
    assert_eq!(server.number("SELECT count(*) FROM taken_reading").await, 0);
    let by_serial = json!({ "nodeId": "NODE-1", "readings": [ward.reading(0, "wetness", 10.0)] });
    assert_eq!(ward.send_as(&ward.key, &by_serial).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_taken_whole_or_not_at_all() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let good = ward.reading(0, "wetness", 10.0);
    let with = |name: &str, value: Value| {
        let mut reading = good.clone();
        reading[name] = value;
        json!([good, reading])
    };
    for (readings, problem) in [
        (with("channel", json!("sound")), "readings[1].channel \"sound\" is none of"),
        (with("value", json!(101)), "readings[1].value"),
        (with("podSerial", json!("POD-9")), "readings[1].podSerial names no pod of the organisation."),
        (with("podSerial", json!("NODE-1")), "readings[1].podSerial names no pod of the organisation."),
        (with("at", json!("2026-11-21T13:00:01Z")), "readings[1].at is more than an hour ahead"),
        (with("at", json!(5)), "The body has a value of the wrong type"),
        (with("value", json!("10")), "The body has a value of the wrong type"),
        (with("seq", json!(-1)), "The body has a value of the wrong type"),
        (json!([]), "readings must be 1 to 5000."),
        (json!("x"), "The body has a value of the wrong type"),
    ] {
        let told = refused(&ward.send(&readings).await, 400);
        assert!(told.starts_with(problem), "{told}");
    }
    assert_eq!(server.number("SELECT count(*) FROM taken_reading").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Observation'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_before_is_taken_once() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let numbered = |second, value| ward.reading(second, "wetness", value);
    let timed = json!({ "podSerial": "POD-1", "at": at(0), "channel": "motion", "value": 0.5 });
    let batch = json!([numbered(0, 10.0), numbered(1, 11.0), timed, ward.reading(0, "rssi", -60.0)]);
    let counts = async |body: &Value| {
        let answer = ward.send(body).await;
        (answer.status, answer.json())
    };
    assert_eq!(counts(&batch).await, (202, json!({ "accepted": 4, "duplicates": 0 })));
    assert_eq!(counts(&batch).await, (202, json!({ "accepted": 0, "duplicates": 4 })));
    let again = json!([numbered(1, 99.0), numbered(2, 12.0), numbered(2, 12.0), timed]);
    assert_eq!(counts(&again).await, (202, json!({ "accepted": 1, "duplicates": 3 })));
    // At once, and at two replicas.
    let replica = replica(&server).await;
    let there = Ward { world: World { server: &replica, ..copy(&ward.world) }, ..copy_ward(&ward) };
    let same: Vec<_> = (10..40).map(|second| numbered(second, 12.0)).collect();
    let same = json!(same);
    let answers = tokio::join!(ward.send(&same), there.send(&same), ward.send(&same), there.send(&same));
    let accepted: i64 = [answers.0, answers.1, answers.2, answers.3]
        .iter()
        .map(|answer| answer.json()["accepted"].as_i64().unwrap())
        .sum();
    assert_eq!(accepted, 30);
    let values = server.texts("SELECT jsonb_path_query(body::jsonb, '$.component[*].valueSampledData.data')#>>'{}' FROM resource WHERE type = 'Observation' AND body LIKE '%urn:vendor:smartz:readings%'").await;
    let count: usize = values.iter().map(|data| data.split(' ').count()).sum();
    assert_eq!(count, 35, "{values:?}");
}

fn copy<'a>(world: &World<'a>) -> World<'a> {
    World {
        server: world.server,
        admin: world.admin.clone(),
        organisation: world.organisation.clone(),
        key: world.key.clone(),
        app: world.app.clone(),
        token: world.token.clone(),
    }
}

fn copy_ward<'a>(ward: &Ward<'a>) -> Ward<'a> {
    Ward {
        world: copy(&ward.world),
        node: ward.node.clone(),
        key: ward.key.clone(),
        pod: ward.pod.clone(),
        patient: ward.patient.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_without_a_pod_is_unknown() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let other = ward.world.patient("E-2").await;
    let unknown = json!({ "patientId": other, "podId": null, "online": false, "state": "unknown", "saturationPercent": null,
        "lastChangeAt": null, "position": null, "updatedAt": null });
    assert_eq!(ward.world.read(&format!("/patients/{other}/status")).await, unknown);
    let quiet = ward.status().await;
    assert_eq!(
        (&quiet["podId"], &quiet["state"], &quiet["online"]),
        (&json!(ward.pod), &json!("unknown"), &json!(false))
    );
    refused(&ward.world.ask(Method::GET, &format!("/patients/{NOBODY}/status"), &Value::Null).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_pod_tells_is_seen_at_once() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 5.0]).await;
    let dry = ward.status().await;
    assert_eq!(
        (&dry["state"], &dry["online"], &dry["saturationPercent"]),
        (&json!("dry"), &json!(true), &json!(5.0))
    );
    assert_eq!(dry["updatedAt"], at(60));
    ward.wet(90, &[60.0, 60.0, 60.0]).await;
    let wet = ward.status().await;
    assert_eq!((&wet["state"], &wet["saturationPercent"]), (&json!("wet"), &json!(60.0)));
    let battery = ward.reading(151, "battery", 81.0);
    assert_eq!(ward.send(&json!([battery])).await.status, 202);
    let pod = ward.world.read(&format!("/devices/{}", ward.pod)).await;
    assert_eq!(
        (&pod["online"], &pod["batteryPercent"], &pod["patientId"]),
        (&json!(true), &json!(81.0), &json!(ward.patient))
    );
    // Once the void is over.
    ward.wet(180, &[60.0; 14]).await;
    let events = ward.world.read(&format!("/patients/{}/events?type=void", ward.patient)).await;
    let void = &events["items"][0];
    assert_eq!(
        (&events["total"], &void["type"], &void["value"]),
        (&json!(1), &json!("void"), &json!(55)),
        "{events}"
    );
    assert_eq!((&void["podId"], &void["nodeId"]), (&json!(ward.pod), &json!(ward.node)));
    let path = |query: &str| format!("/patients/{}/events?{query}", ward.patient);
    assert_eq!(ward.world.read(&path("to=2026-11-21T11:59:00Z")).await["total"], 0);
    assert_eq!(ward.world.read(&path("from=2026-11-21T12:00:00Z&type=void,change")).await["total"], 1);
    let begun = void["at"].as_str().unwrap();
    assert_eq!(ward.world.read(&path(&format!("type=void&from={begun}"))).await["total"], 1);
    assert_eq!(
        ward.world.read(&path("type=void&from=2026-11-21T12:02:30Z")).await["total"],
        0,
        "it began before"
    );
    assert_eq!(ward.world.read(&path("type=void&from=2026-11-21&to=2026-11-22")).await["total"], 1);
    for query in ["type=sneeze", "from=x", "to=2026-11-2", "page=0"] {
        refused(&ward.world.ask(Method::GET, &path(query), &Value::Null).await, 400);
    }
    // What comes late, or again, is older than what is known.
    let late = ward.reading(-200, "battery", 90.0);
    assert_eq!(ward.send(&json!([late])).await.status, 202);
    let pod = ward.world.read(&format!("/devices/{}", ward.pod)).await;
    assert_eq!(pod["batteryPercent"], 81.0);
    server.app.clock.advance_s(60);
    ward.send(&json!([ward.reading(151, "battery", 81.0)])).await;
    assert_eq!(ward.world.read(&format!("/devices/{}", ward.pod)).await["lastSeenAt"], pod["lastSeenAt"]);
    let fhir = server.fhir().await;
    let found = fhir
        .get(&format!("/Observation?patient={}&device=Device/{}&_summary=count", ward.patient, ward.pod))
        .await
        .json();
    assert!(found["total"].as_i64().unwrap() > 19, "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_clock_says_that_is_ahead_is_of_now() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let ahead = ward.reading(1_800, "wetness", 60.0);
    assert_eq!(ward.send(&json!([ahead])).await.json(), json!({ "accepted": 1, "duplicates": 0 }));
    assert_eq!(ward.send(&json!([ahead])).await.json(), json!({ "accepted": 0, "duplicates": 1 }));
    let found =
        server.fhir().await.get(&format!("/Observation?patient={}&_sort=-date", ward.patient)).await.json();
    assert_eq!(found["entry"][0]["resource"]["effectivePeriod"]["end"], "2026-11-21T12:00:00Z");
    assert_eq!(ward.status().await["updatedAt"], at(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_wore_or_nobody_is_never_the_patients() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let other = ward.world.patient("E-2").await;
    let take = async |second: i64| {
        let answer = ward.send(&json!([ward.reading(second, "wetness", 95.0)])).await;
        assert_eq!((answer.status, &answer.json()["accepted"]), (202, &json!(1)), "{}", answer.text);
    };
    take(-301).await;
    // A carer puts a pod on, and then says so.
    take(-299).await;
    server.app.clock.advance_s(10);
    assert_eq!(ward.pair(&json!(other)).await.status, 200);
    take(5).await;
    let fhir = server.fhir().await;
    let count = async |subject: &str| {
        fhir.get(&format!("/Observation?subject={subject}&_summary=count")).await.json()["total"].clone()
    };
    assert_eq!(count(&format!("Patient/{}", ward.patient)).await, 1);
    assert_eq!(count(&format!("Patient/{other}")).await, 0);
    assert_eq!(count(&format!("Device/{}", ward.pod)).await, 2);
    assert_eq!(ward.world.read(&format!("/patients/{other}/status")).await["state"], "unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_is_worn_by_one_and_nobody_wears_two() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    assert_eq!(ward.pair(&json!(ward.patient)).await.status, 200, "once more");
    let pod = ward.world.equip("devices", &json!({ "type": "pod", "serialNumber": "POD-2" })).await;
    let path =
        |id: &str| format!("/dashboard/api/organisations/{}/devices/{id}/patient", ward.world.organisation);
    let second = path(pod["id"].as_str().unwrap());
    let both = ward.world.manage(Method::PUT, &second, &json!({ "patientId": ward.patient })).await;
    assert_eq!(refused(&both, 409), "The patient wears another pod: unpair that first.");
    for body in [json!({}), json!({ "patient_id": null }), Value::Null] {
        let path = format!("/dashboard/api/devices/{}/patient", ward.pod);
        let unsaid = ward.world.manage(Method::PUT, &path, &body).await;
        assert_eq!(refused(&unsaid, 400), "patientId is required.", "{body}");
    }
    assert_eq!(ward.status().await["podId"], json!(ward.pod), "it is worn as before");
    let nobody = ward.world.manage(Method::PUT, &second, &json!({ "patientId": NOBODY })).await;
    assert_eq!(refused(&nobody, 400), "patientId must name a patient of the organisation.");
    let node = ward.world.manage(Method::PUT, &path(&ward.node), &json!({ "patientId": ward.patient })).await;
    assert_eq!(refused(&node, 404), "Resource not found");
    let other = ward.world.patient("E-2").await;
    assert_eq!(ward.pair(&json!(other)).await.json()["patientId"], other);
    assert_eq!(ward.status().await["podId"], Value::Null);
    assert_eq!(ward.pair(&Value::Null).await.json()["patientId"], Value::Null);
    assert_eq!(
        ward.world.manage(Method::PUT, &second, &json!({ "patientId": ward.patient })).await.status,
        200
    );
    let path = format!("/patients/{}", ward.patient);
    assert_eq!(ward.world.ask(Method::DELETE, &path, &Value::Null).await.status, 204);
    let pod = ward.world.read(&format!("/devices/{}", pod["id"].as_str().unwrap())).await;
    assert_eq!(pod["patientId"], Value::Null);
}
