//! What people have beside applications: accounts, the ward, history, keys of nodes, and who is let in.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN, NOBODY, PASSWORD, Ward, World, at, call, refused, server, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_once_and_knows_nothing_of_others() {
    let server = server().await;
    let open = async |body: Value| call(&server, Method::POST, "/portal/api/signup", &[], &body).await;
    let new = json!({ "name": "Devi Developer", "email": "devi@example.org", "password": PASSWORD });
    let with = |name: &str, value: Value| {
        let mut body = new.clone();
        body[name] = value;
        body
    };
    for (body, problem) in [
        (with("name", json!(" ")), "name is required."),
        (with("email", json!("devi")), "email is not a valid e-mail address."),
        (with("email", json!(ADMIN)), "email is taken by another account."),
        (with("password", json!("short")), "password is not accepted: "),
        (json!({}), "name is required."),
    ] {
        let told = refused(&open(body).await, 400);
        assert!(told.starts_with(problem), "{told}");
    }
    let made = open(new.clone()).await;
    assert_eq!((made.status, &made.json()["expires_in"]), (201, &json!(3600)), "{}", made.text);
    refused(&open(new).await, 400);
    let bearer = format!("Bearer {}", made.json()["token"].as_str().unwrap());
    let ask = async |path: &str| {
        call(&server, Method::GET, path, &[("Authorization", &bearer)], &Value::Null).await
    };
    assert_eq!(
        ask("/dashboard/api/me").await.json(),
        json!({ "email": "devi@example.org", "name": "Devi Developer", "role": "user" })
    );
    let world = World::new(&server).await;
    assert_eq!(ask("/dashboard/api/organisations").await.json()["total"], 0);
    for what in ["ward", "alerts", "devices", "products", "manufacturers", "patients", "stream"] {
        let path = format!("/dashboard/api/organisations/{}/{what}", world.organisation);
        assert_eq!(refused(&ask(&path).await, 404), "Resource not found", "{what}");
    }
    refused(&call(&server, Method::GET, "/dashboard/api/me", &[], &Value::Null).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ward_is_everybody_as_they_are_now() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let other = ward.world.patient("E-2").await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let read = async |what: &str| {
        let path = format!("/dashboard/api/organisations/{}/{what}", ward.world.organisation);
        let answer = ward.world.manage(Method::GET, &path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text);
        answer.json()
    };
    let all = read("ward").await;
    assert_eq!(all["total"], 2);
    let items = all["items"].as_array().unwrap();
    let one = |id: &str| items.iter().find(|one| one["patient"]["id"] == id).unwrap();
    assert_eq!(one(&ward.patient)["status"], ward.status().await);
    assert!(one(&ward.patient)["alerts"].as_array().unwrap().iter().any(|alert| alert["kind"] == "urgent"));
    assert_eq!((&one(&other)["status"]["state"], &one(&other)["alerts"]), (&json!("unknown"), &json!([])));
    let alerts = read("alerts?state=open").await;
    let urgent = alerts["items"].as_array().unwrap().iter().find(|one| one["kind"] == "urgent").unwrap();
    let id = urgent["id"].as_str().unwrap();
    let path = format!("/dashboard/api/organisations/{}/alerts/{id}/acknowledge", ward.world.organisation);
    let seen = ward.world.manage(Method::POST, &path, &json!({})).await;
    assert_eq!((seen.status, &seen.json()["acknowledgedBy"]), (200, &json!(ADMIN)), "{}", seen.text);

    let history = read(&format!("patients/{}/history", ward.patient)).await;
    let points = json!([{ "at": at(30), "value": 5.0 }, { "at": at(60), "value": 95.0 }, { "at": at(90), "value": 95.0 }]);
    // Those of the same two minutes are one, the highest.
    let last = points.as_array().unwrap().last().unwrap();
    let told = history["wetness"].as_array().unwrap();
    assert!(
        !told.is_empty() && told.iter().all(|point| points.as_array().unwrap().contains(point)),
        "{told:?}"
    );
    assert!(told.iter().any(|point| point["value"] == last["value"]));
    let path = |query: &str| {
        let organisation = &ward.world.organisation;
        format!("/dashboard/api/organisations/{organisation}/patients/{}/history?{query}", ward.patient)
    };
    for query in ["from=x", "from=2026-11-01T00:00:00Z", "from=2026-11-22T00:00:00Z"] {
        refused(&ward.world.manage(Method::GET, &path(query), &Value::Null).await, 400);
    }
    let fine =
        read(&format!("patients/{}/history?from=2026-11-21T12:00:00Z&to=2026-11-21T12:10:00Z", ward.patient))
            .await;
    assert_eq!(fine["wetness"], points);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nodes_key_is_replaced_and_the_old_one_is_dead() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let path = |id: &str| {
        format!("/dashboard/api/organisations/{}/devices/{id}/regenerateKey", ward.world.organisation)
    };
    for id in [NOBODY, &ward.pod] {
        let answer = ward.world.manage(Method::POST, &path(id), &Value::Null).await;
        assert_eq!(refused(&answer, 404), "Resource not found", "{id}");
    }
    let theirs = stranger(&server, "s@example.org", "admin").await;
    let bearer = format!("Bearer {theirs}");
    let theirs = [("Authorization", bearer.as_str())];
    refused(&call(&server, Method::POST, &path(&ward.node), &theirs, &Value::Null).await, 404);
    let fresh = ward.world.manage(Method::POST, &path(&ward.node), &Value::Null).await;
    assert_eq!((fresh.status, &fresh.json()["id"]), (200, &json!(ward.node)), "{}", fresh.text);
    let batch = json!({ "nodeId": ward.node, "readings": [ward.reading(0, "wetness", 5.0)] });
    assert_eq!(refused(&ward.send_as(&ward.key, &batch).await, 401), "The node key is missing or invalid.");
    assert_eq!(ward.send_as(fresh.json()["nodeKey"].as_str().unwrap(), &batch).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_sees_whom_it_lets_in_and_ends_that() {
    let server = server().await;
    let world = World::new(&server).await;
    let theirs = World::of(&server, stranger(&server, "s@example.org", "admin").await, "Oak").await;
    let code = world.link_code().await;
    let link = format!("/portal/api/applications/{}/link", theirs.app.0);
    assert_eq!(theirs.manage(Method::POST, &link, &json!({ "linkCode": code })).await.status, 200);
    let path = format!("/dashboard/api/organisations/{}/links", world.organisation);
    assert_eq!(refused(&theirs.manage(Method::GET, &path, &Value::Null).await, 404), "Resource not found");
    let links = world.manage(Method::GET, &path, &Value::Null).await.json();
    let ids: Vec<_> = links["items"].as_array().unwrap().iter().map(|one| one["appId"].clone()).collect();
    assert_eq!(ids, [json!(world.app.0), json!(theirs.app.0)]);
    assert_eq!((&links["items"][1]["name"], &links["items"][1]["type"]), (&json!("ward app"), &json!("web")));
    let cut = format!("{path}/{}", theirs.app.0);
    refused(&theirs.manage(Method::DELETE, &cut, &Value::Null).await, 404);
    let their_token = theirs.fetch_token().await;
    let theirs = World { token: their_token, ..theirs };
    let there = format!("/v1/organisations/{}", world.organisation);
    assert_eq!(theirs.ask_at(Method::GET, &there, &Value::Null).await.status, 200);
    assert_eq!(world.manage(Method::DELETE, &cut, &Value::Null).await.status, 204);
    assert_eq!(refused(&theirs.ask_at(Method::GET, &there, &Value::Null).await, 404), "Resource not found");
    for id in [theirs.app.0.as_str(), NOBODY, "x"] {
        refused(&world.manage(Method::DELETE, &format!("{path}/{id}"), &Value::Null).await, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_carer_tells_is_seen_at_once_and_ends_what_is_told_of_the_pad() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    ward.alert("urgent", "open").await;
    let path = format!("/patients/{}/events", ward.patient);
    let tell = async |body: Value| ward.world.ask(Method::POST, &path, &body).await;
    for (body, problem) in [
        (json!({}), "type is required."),
        (json!({ "type": "void" }), "type must be change or soiled."),
        (
            json!({ "type": "change", "at": "noon" }),
            "at must be a time with an offset, such as 2026-11-21T12:00:00Z.",
        ),
        (json!({ "type": "change", "at": at(91) }), "at must not be in the future."),
        (json!({ "type": "change", "at": at(-301) }), "at is from before the pod was put on."),
    ] {
        assert_eq!(refused(&tell(body).await, 400), problem);
    }
    let nobody = format!("/patients/{NOBODY}/events");
    refused(&ward.world.ask(Method::POST, &nobody, &json!({ "type": "change" })).await, 404);
    let bare = format!("/patients/{}/events", ward.world.patient("E-2").await);
    let bare = ward.world.ask(Method::POST, &bare, &json!({ "type": "change" })).await;
    assert_eq!(refused(&bare, 409), "The patient wears no pod.");

    let soiled = tell(json!({ "type": "soiled" })).await;
    assert_eq!((soiled.status, &soiled.json()["type"]), (201, &json!("soiled")), "{}", soiled.text);
    assert_eq!(ward.status().await["state"], "soiled");
    server.app.clock.advance_s(30);
    let change = json!({ "type": "change", "at": at(120) });
    let changed = tell(change.clone()).await;
    assert_eq!(
        (changed.status, &changed.json()["type"], &changed.json()["at"]),
        (201, &json!("change"), &json!(at(120))),
        "{}",
        changed.text
    );
    assert_eq!(refused(&tell(change).await, 409), "That was told before.");
    ward.alert("urgent", "resolved").await;
    let now = ward.status().await;
    assert_eq!((&now["state"], &now["lastChangeAt"]), (&json!("dry"), &json!(at(120))));
    let events = ward.world.read(&format!("{path}?type=change,soiled")).await;
    assert_eq!(events["total"], 2);
    let done = server.fhir().await.get(&format!("/Procedure?patient={}", ward.patient)).await.json();
    let done: Vec<_> = done["entry"].as_array().unwrap().iter().map(|one| &one["resource"]).collect();
    assert_eq!((done.len(), &done[0]["status"]), (1, &json!("completed")));
    let own =
        format!("/dashboard/api/organisations/{}/patients/{}/events", ward.world.organisation, ward.patient);
    server.app.clock.advance_s(600);
    let told = ward.world.manage(Method::POST, &own, &json!({ "type": "soiled" })).await;
    assert_eq!(told.status, 201, "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_and_a_patient_have_settings_of_their_own() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let own = format!("/dashboard/api/organisations/{}", ward.world.organisation);
    let of_patient = format!("{own}/patients/{}/settings", ward.patient);
    let (own, of_patient) = (format!("{own}/settings"), of_patient);
    let put = async |path: &str, body: Value| ward.world.manage(Method::PUT, path, &body).await;
    let fresh = ward.world.manage(Method::GET, &own, &Value::Null).await.json();
    assert_eq!((&fresh["differs"], &fresh["settings"]["levels"]["change"]), (&json!({}), &json!(75.0)));
    for body in [
        json!({ "levels": { "change": 20 } }),
        json!({ "colour": "blue" }),
        json!({ "levels": { "change": "70" } }),
        json!({ "timezone": "Mars/Olympus" }),
        json!({ "escalation_minutes": vec![10; 2000] }),
    ] {
        let problem = refused(&put(&own, body).await, 400);
        assert!(problem.starts_with("The settings are wrong: "), "{problem}");
    }
    refused(&put(&own, json!([])).await, 400);
    let developer = stranger(&server, "developer@example.org", "user").await;
    let bearer = format!("Bearer {developer}");
    let theirs = [("Authorization", bearer.as_str())];
    refused(&call(&server, Method::PUT, &own, &theirs, &json!({})).await, 403);
    let kept = put(&own, json!({ "levels": { "change": 60 }, "timezone": "Europe/Berlin" })).await;
    assert_eq!(
        (kept.status, &kept.json()["settings"]["levels"]["change"]),
        (200, &json!(60.0)),
        "{}",
        kept.text
    );
    // What is wrong only together with the organisation's is wrong.
    refused(&put(&of_patient, json!({ "levels": { "wet": 65 } })).await, 400);
    assert_eq!(put(&of_patient, json!({ "levels": { "urgent": 80, "change": 70 } })).await.status, 200);
    let both = ward.world.manage(Method::GET, &of_patient, &Value::Null).await.json();
    let levels = &both["settings"]["levels"];
    assert_eq!(
        (&levels["change"], &levels["urgent"], &both["settings"]["timezone"]),
        (&json!(70.0), &json!(80.0), &json!("Europe/Berlin"))
    );
    ward.wet(30, &[5.0, 82.0, 82.0]).await;
    ward.alert("urgent", "open").await;
}

/// A void in millilitres is that of the product which the schedule names, where the pads are calibrated.
#[tokio::test(flavor = "multi_thread")]
async fn a_volume_is_that_of_the_product_that_is_worn() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let (_, product) = ward.world.product().await;
    let own = format!("/dashboard/api/organisations/{}/settings", ward.world.organisation);
    let pad = json!({ "pad": { "absorbency_ml": 500, "calibrated": true } });
    assert_eq!(ward.world.manage(Method::PUT, &own, &pad).await.status, 200);
    let schedule = json!({ "schedule": [{ "productId": product, "from": "07:00", "to": "19:00" }] });
    let path = format!("/patients/{}/products", ward.patient);
    assert_eq!(ward.world.ask(Method::PUT, &path, &schedule).await.status, 200);
    ward.wet(30, &[5.0, 5.0, 5.0, 15.0, 15.0, 15.0]).await;
    ward.wet(210, &[15.0; 14]).await;
    let events = ward.world.read(&format!("/patients/{}/events?type=void", ward.patient)).await;
    assert_eq!(
        (&events["items"][0]["value"], &events["items"][0]["volumeMl"]),
        (&json!(10), &json!(120)),
        "{events}"
    );
}
