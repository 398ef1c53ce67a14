//! What an application reads and writes of an organisation.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NOBODY, World, refused, server, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn what_seldom_changes_may_be_kept_for_a_minute_by_its_own_application() {
    let server = server().await;
    let world = World::new(&server).await;
    let (maker, product) = world.product().await;
    let device = world.equip("devices", &json!({ "type": "node", "serialNumber": "n" })).await;
    let mut paths = ["", "/manufacturers", "/products", "/devices"].map(str::to_owned).to_vec();
    paths.push(format!("/manufacturers/{maker}"));
    paths.push(format!("/products/{product}"));
    paths.push(format!("/devices/{}", device["id"].as_str().unwrap()));
    let other = World { app: world.application(Some(&world.link_code().await)).await, ..copy(&world) };
    let other = World { token: other.fetch_token().await, ..other };
    for path in &paths {
        let first = world.ask(Method::GET, path, &Value::Null).await;
        assert_eq!((first.status, first.header("cache-control")), (200, "private, max-age=60"), "{path}");
        assert_eq!(first.header("vary").to_lowercase().matches("x-sub-key").count(), 1);
        let tag = first.header("etag").to_owned();
        let with = async |world: &World<'_>, tag: &str| {
            let address = format!("/smartz/v1/organisations/{}{path}", world.organisation);
            let request = server.request(Method::GET, &address).header("x-sub-key", &world.key);
            crate::harness::Answer::of(request.bearer_auth(&world.token).header("If-None-Match", tag)).await
        };
        let again = with(&world, &format!("\"x\", W/{tag}")).await;
        assert_eq!(
            (again.status, again.text.as_str(), again.header("etag")),
            (304, "", tag.as_str()),
            "{path}"
        );
        assert_eq!(with(&world, "\"x\"").await.status, 200);
        assert_eq!(with(&other, &tag).await.status, 200, "{path}: another application");
    }
    world.equip("devices", &json!({ "type": "pod", "serialNumber": "p" })).await;
    assert_eq!(world.read("/devices?type=pod").await["total"], 1);
    for (path, problem) in [
        ("/devices?type=toaster", "type must be pod or node."),
        ("/devices?page=0", "page must be a whole number from 1 on."),
        ("/products?pageSize=x", "pageSize must be a whole number from 1 on."),
    ] {
        assert_eq!(refused(&world.ask(Method::GET, path, &Value::Null).await, 400), problem);
    }
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

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_is_that_of_its_organisation() {
    let server = server().await;
    let world = World::new(&server).await;
    let (maker, product) = world.product().await;
    let other = World::of(&server, world.admin.clone(), "Oak House").await;
    for path in [format!("/manufacturers/{maker}"), format!("/products/{product}")] {
        assert_eq!(refused(&other.ask(Method::GET, &path, &Value::Null).await, 404), "Resource not found");
    }
    assert_eq!(
        (&other.read("/manufacturers").await["total"], &other.read("/products").await["total"]),
        (&json!(0), &json!(0))
    );
    let makers = world.read("/manufacturers").await;
    assert_eq!(makers["items"], json!([{ "id": maker, "name": "Acme", "website": "https://acme.example" }]));
    let shown = json!({ "id": product, "manufacturerId": maker, "name": "Night Brief", "category": "brief",
        "absorbencyMl": 1200, "size": "M", "sku": "NB-M" });
    assert_eq!(world.read(&format!("/products/{product}")).await, shown);
    assert_eq!(world.read(&format!("/products?manufacturerId={maker}")).await["items"], json!([shown]));
    assert_eq!(world.read(&format!("/products?manufacturerId={NOBODY}")).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_in_the_catalogue_of_its_owner_whoever_wrote_it_last() {
    let server = server().await;
    let world = World::new(&server).await;
    let (maker, product) = world.product().await;
    let fhir = server.fhir().await;
    let path = format!("/DeviceDefinition/{product}");
    let mut definition = fhir.get(&path).await.json();
    definition.as_object_mut().unwrap().remove("meta");
    assert_eq!(fhir.put(&path, &definition).await.status, 200);
    assert_eq!(world.read(&format!("/products?manufacturerId={maker}")).await["total"], 1);
    let other = world.equip("manufacturers", &json!({ "name": "Other" })).await["id"].clone();
    definition["manufacturerReference"]["reference"] =
        format!("Organization/{}", other.as_str().unwrap()).into();
    assert_eq!(fhir.put(&path, &definition).await.status, 200);
    assert_eq!(world.read(&format!("/products?manufacturerId={maker}")).await["total"], 0);
    let moved = world.read(&format!("/products?manufacturerId={}", other.as_str().unwrap())).await;
    assert_eq!(moved["items"][0]["id"], product);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_refused_by_the_field_that_is_wrong() {
    let server = server().await;
    let world = World::new(&server).await;
    let problem = async |body: Value| refused(&world.ask(Method::POST, "/patients", &body).await, 400);
    let with = |name: &str, value: Value| {
        let mut body = json!({ "firstName": "Ada", "lastName": "Test" });
        body[name] = value;
        body
    };
    assert_eq!(problem(json!({ "firstName": "Ada" })).await, "lastName is required.");
    assert_eq!(problem(with("firstName", json!(" "))).await, "firstName is required.");
    assert_eq!(problem(with("gender", json!("f"))).await, "gender must be male, female, other or unknown.");
    assert_eq!(
        problem(with("dateOfBirth", json!("03.02.1940"))).await,
        "dateOfBirth must be a date such as 1940-02-03."
    );
    assert_eq!(
        problem(with("room", json!("x".repeat(1_000_000)))).await,
        "room may have at most 200 characters."
    );
    for value in [json!(5), json!([]), json!({ "$ne": null })] {
        assert!(
            problem(with("firstName", value)).await.starts_with("The body has a value of the wrong type")
        );
    }
    world.patient("E-1").await;
    let again = world.ask(Method::POST, "/patients", &with("externalId", json!("E-1"))).await;
    assert_eq!(refused(&again, 409), "Another patient has this externalId.");
    assert_eq!(world.read("/patients").await["total"], 1);
    let other = World::of(&server, stranger(&server, "s@example.org", "admin").await, "Oak House").await;
    other.patient("E-1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_added_read_changed_and_deleted() {
    let server = server().await;
    let world = World::new(&server).await;
    let new = json!({ "externalId": "E-1", "firstName": "Ada", "lastName": "Test", "dateOfBirth": "1940-02-03",
        "gender": "female", "room": "12A" });
    let made = world.ask(Method::POST, "/patients", &new).await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let mut wanted = new;
    (wanted["id"], wanted["status"]) = (id.clone().into(), "active".into());
    assert_eq!((made.status, made.json()), (201, wanted.clone()));
    let location = format!("{}/smartz/v1/organisations/{}/patients/{id}", server.url, world.organisation);
    assert_eq!((made.header("location"), made.header("cache-control")), (location.as_str(), "no-store"));
    let path = format!("/patients/{id}");
    let changed = world.ask(Method::PATCH, &path, &json!({ "room": "14", "gender": null })).await;
    (wanted["room"], wanted["gender"]) = ("14".into(), Value::Null);
    assert_eq!((changed.status, changed.json()), (200, wanted.clone()));
    assert_eq!(world.read(&path).await, wanted);
    assert_eq!(world.read("/patients?externalId=E-1").await["items"], json!([wanted]));
    assert_eq!(world.read("/patients?externalId=E-2").await["total"], 0);
    for (body, problem) in [
        (json!({ "firstName": null }), "firstName is required."),
        (json!({ "lastName": null }), "lastName is required."),
        (json!({ "status": null }), "status must be active or inactive."),
    ] {
        assert_eq!(refused(&world.ask(Method::PATCH, &path, &body).await, 400), problem);
    }
    let gone = json!({ "externalId": null, "dateOfBirth": null, "room": null });
    let bare = world.ask(Method::PATCH, &path, &gone).await;
    let mut wanted_bare = wanted.clone();
    for name in ["externalId", "dateOfBirth", "room"] {
        wanted_bare[name] = Value::Null;
    }
    assert_eq!((bare.status, bare.json()), (200, wanted_bare));
    let back = json!({ "externalId": "E-1", "dateOfBirth": "1940-02-03", "room": "14" });
    assert_eq!(world.ask(Method::PATCH, &path, &back).await.json(), wanted);
    let other = world.patient("E-2").await;
    let taken =
        world.ask(Method::PATCH, &format!("/patients/{other}"), &json!({ "externalId": "E-1" })).await;
    assert_eq!(refused(&taken, 409), "Another patient has this externalId.");
    assert_eq!(
        refused(&world.ask(Method::PATCH, "/patients/x%20y", &json!({})).await, 404),
        "Resource not found"
    );
    // What another records of the patient is seen here at once.
    let fhir = server.fhir().await;
    let mut patient = fhir.get(&format!("/Patient/{id}")).await.json();
    assert_eq!(patient["managingOrganization"]["reference"], format!("Organization/{}", world.organisation));
    patient["gender"] = "other".into();
    fhir.put(&format!("/Patient/{id}"), &patient).await;
    assert_eq!(world.read(&path).await["gender"], "other");
    assert_eq!(world.ask(Method::DELETE, &path, &Value::Null).await.status, 204);
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        assert_eq!(refused(&world.ask(method, &path, &Value::Null).await, 404), "Resource not found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_has_no_overlap_and_takes_the_place_of_the_last() {
    let server = server().await;
    let world = World::new(&server).await;
    let (patient, (_, product)) = (world.patient("E-1").await, world.product().await);
    let path = format!("/patients/{patient}/products");
    assert_eq!(world.read(&path).await, json!({ "schedule": [] }));
    let entry = |from: &str, to: &str| json!({ "productId": product, "from": from, "to": to });
    let set = async |entries: Value| world.ask(Method::PUT, &path, &json!({ "schedule": entries })).await;
    let overlap = set(json!([entry("07:00", "19:00"), entry("18:00", "20:00")])).await;
    assert_eq!(refused(&overlap, 400), "schedule[1] overlaps another entry.");
    let unknown = set(json!([{ "productId": NOBODY, "from": "07:00", "to": "19:00" }])).await;
    assert_eq!(refused(&unknown, 400), "productId must name a product of the organisation's catalogue.");
    refused(&set(json!("x")).await, 400);
    refused(&world.ask(Method::PUT, &path, &json!({})).await, 400);
    let night = json!([entry("07:00", "19:00"), entry("19:00", "07:00")]);
    let stored = set(json!([entry("19:00", "07:00"), entry("07:00", "19:00")])).await;
    assert_eq!((stored.status, stored.json()), (200, json!({ "schedule": night })));
    assert_eq!(world.read(&path).await, json!({ "schedule": night }));
    assert_eq!(set(json!([entry("00:00", "24:00")])).await.status, 200);
    assert_eq!(world.read(&path).await, json!({ "schedule": [entry("00:00", "24:00")] }));
    let fhir = server.fhir().await;
    let requests = fhir.get(&format!("/DeviceRequest?patient={patient}&status=revoked")).await.json();
    assert_eq!(requests["total"], 2, "what was said before is kept as history");
    assert_eq!(set(json!([])).await.json(), json!({ "schedule": [] }));
}
