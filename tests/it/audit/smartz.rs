//! Each route of Smartz Connect, done once.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::routes::{EMAIL, PASSWORD, Walk};

const API: &str = "/smartz/v1/organisations/{org}";

/// What opens the gateway.
struct Gate {
    key: String,
    token: String,
    organisation: String,
}

impl Gate {
    async fn step(&self, walk: &mut Walk, route: (&str, &str), path: &str, body: &Value) -> Value {
        let (method, of_route) = route;
        let path = format!("/smartz/v1/organisations/{}{path}", self.organisation);
        let with = |to: RequestBuilder| {
            let to = to.header("x-sub-key", &self.key).bearer_auth(&self.token);
            if body.is_null() { to } else { to.json(body) }
        };
        let answer = walk.step(&format!("{method} {API}{of_route}"), &path, with).await;
        serde_json::from_str(&answer.text).unwrap_or_default()
    }
}

pub(super) async fn all(walk: &mut Walk) {
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let path = "/smartz/portal/api/signin";
    let token =
        walk.json("", &format!("POST {path}"), path, &login).await["token"].as_str().unwrap().to_owned();
    let path = "/smartz/dashboard/api/signin";
    walk.json("", &format!("POST {path}"), path, &login).await;
    let path = "/smartz/portal/api/signup";
    let new = json!({ "name": "Liddell", "email": "liddell@example.org", "password": PASSWORD });
    walk.json("", &format!("POST {path}"), path, &new).await;
    let (organisation, node, product) = dashboard(walk, &token).await;
    let code = format!("/smartz/dashboard/api/organisations/{organisation}/link-code");
    let code = walk
        .json(&token, "POST /smartz/dashboard/api/organisations/{id}/link-code", &code, &Value::Null)
        .await;
    let gate = portal(walk, &token, &organisation, &code["linkCode"]).await;
    let patient = gateway(walk, &gate, &node.0, &product).await;
    carers(walk, (&token, &gate), &node, &patient).await;
    people(walk, (&token, &gate), &node.0, &patient).await;
}

/// What people have beside applications.
async fn people(walk: &mut Walk, (token, gate): (&str, &Gate), node: &str, patient: &str) {
    let none = Value::Null;
    walk.json(token, "GET /smartz/dashboard/api/me", "/smartz/dashboard/api/me", &none).await;
    let all = "/smartz/dashboard/api/organisations";
    let own = format!("{all}/{}", gate.organisation);
    for what in ["manufacturers", "products", "devices", "patients", "ward"] {
        walk.json(token, &format!("GET {all}/{{org}}/{what}"), &format!("{own}/{what}"), &none).await;
    }
    let of_patient = format!("{own}/patients/{patient}");
    for (at, route) in
        [(&own, format!("{all}/{{org}}")), (&of_patient, format!("{all}/{{org}}/patients/{{id}}"))]
    {
        let path = format!("{at}/settings");
        walk.json(token, &format!("GET {route}/settings"), &path, &none).await;
        walk.json(token, &format!("PUT {route}/settings"), &path, &json!({ "timezone": "Europe/Berlin" }))
            .await;
    }
    // The pod follows what was written of who wears it, which is an entry of its own.
    walk.server.app.watch().step().await.unwrap();
    // Stool after the change, of which carers are told.
    walk.server.app.clock.advance_s(60);
    let path = format!("{of_patient}/events");
    let told = json!({ "type": "soiled" });
    walk.json(token, &format!("POST {all}/{{org}}/patients/{{id}}/events"), &path, &told).await;
    let history = format!("{own}/patients/{patient}/history");
    walk.json(token, &format!("GET {all}/{{org}}/patients/{{id}}/history"), &history, &none).await;
    let alerts = walk
        .json(token, &format!("GET {all}/{{org}}/alerts"), &format!("{own}/alerts?state=open"), &none)
        .await;
    let alert = alerts["items"][0]["id"].as_str().unwrap();
    let path = format!("{own}/alerts/{alert}/acknowledge");
    let by = json!({ "acknowledgedBy": "Nurse Liddell" });
    walk.json(token, &format!("POST {all}/{{org}}/alerts/{{id}}/acknowledge"), &path, &by).await;
    let path = format!("{own}/devices/{node}/regenerateKey");
    walk.json(token, &format!("POST {all}/{{org}}/devices/{{id}}/regenerateKey"), &path, &none).await;
    let links = walk.json(token, &format!("GET {all}/{{id}}/links"), &format!("{own}/links"), &none).await;
    let path = format!("{own}/links/{}", links["items"][0]["appId"].as_str().unwrap());
    walk.json(token, &format!("DELETE {all}/{{id}}/links/{{app}}"), &path, &none).await;
}

async fn dashboard(walk: &mut Walk, token: &str) -> (String, (String, String), (String, String)) {
    let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
    let all = "/smartz/dashboard/api/organisations";
    let made = walk.json(token, &format!("POST {all}"), all, &json!({ "name": "Liddell House" })).await;
    let organisation = id(&made);
    walk.json(token, &format!("GET {all}"), all, &Value::Null).await;
    let mut make = async |what: &str, body: Value| {
        let route = format!("POST {all}/{{id}}/{what}");
        id(&walk.json(token, &route, &format!("{all}/{organisation}/{what}"), &body).await)
    };
    let maker = make("manufacturers", json!({ "name": "Liddell & Co" })).await;
    let product = make("products", json!({ "name": "Brief 1852", "manufacturerId": maker })).await;
    let device = json!({ "type": "node", "serialNumber": "1852" });
    let path = format!("{all}/{organisation}/devices");
    let node = walk.json(token, &format!("POST {all}/{{id}}/devices"), &path, &device).await;
    (organisation, (id(&node), node["nodeKey"].as_str().unwrap().to_owned()), (maker, product))
}

async fn portal(walk: &mut Walk, token: &str, organisation: &str, code: &Value) -> Gate {
    let at = |path: &str| format!("/smartz/portal/api{path}");
    let none = Value::Null;
    for path in ["/products", "/analytics"] {
        walk.json(token, &format!("GET {}", at(path)), &at(path), &none).await;
    }
    let definition = at("/apis/{id}/definition");
    walk.json(token, &format!("GET {definition}"), &definition.replace("{id}", "application-api"), &none)
        .await;
    let all = at("/subscriptions");
    let new = json!({ "productId": "smartz-api-product", "name": "Liddell" });
    let made = walk.json(token, &format!("POST {all}"), &all, &new).await;
    walk.json(token, &format!("GET {all}"), &all, &none).await;
    let id = made["id"].as_str().unwrap();
    walk.json(
        token,
        &format!("POST {all}/{{id}}/regenerateSecondaryKey"),
        &format!("{all}/{id}/regenerateSecondaryKey"),
        &none,
    )
    .await;
    let path = format!("{all}/{id}/regeneratePrimaryKey");
    let fresh = walk.json(token, &format!("POST {all}/{{id}}/regeneratePrimaryKey"), &path, &none).await;
    let key = fresh["primaryKey"].as_str().unwrap().to_owned();
    let other = walk.server.request(Method::POST, &all).bearer_auth(token).json(&new);
    let other = crate::harness::Answer::of(other).await.json();
    let path = format!("{all}/{}/cancel", other["id"].as_str().unwrap());
    walk.json(token, &format!("POST {all}/{{id}}/cancel"), &path, &none).await;
    let application = applications(walk, token, organisation, code).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &application.0),
        ("client_secret", &application.1),
    ];
    let path = "/smartz/v1/token";
    let answer =
        walk.step(&format!("POST {path}"), path, |to| to.header("x-sub-key", &key).form(&form)).await;
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    Gate { key, token, organisation: organisation.to_owned() }
}

async fn applications(walk: &mut Walk, token: &str, organisation: &str, code: &Value) -> (String, String) {
    let all = "/smartz/portal/api/applications";
    let made =
        walk.json(token, &format!("POST {all}"), all, &json!({ "name": "Liddell", "type": "web" })).await;
    walk.json(token, &format!("GET {all}"), all, &Value::Null).await;
    let id = made["appId"].as_str().unwrap().to_owned();
    let (link, body) = (format!("{all}/{id}/link"), json!({ "linkCode": code }));
    walk.json(token, &format!("POST {all}/{{id}}/link"), &link, &body).await;
    let unlink = format!("{link}/{organisation}");
    walk.json(token, &format!("DELETE {all}/{{id}}/link/{{org}}"), &unlink, &Value::Null).await;
    walk.json(token, &format!("POST {all}/{{id}}/link"), &link, &body).await;
    let path = format!("{all}/{id}/regenerateKey");
    let fresh = walk.json(token, &format!("POST {all}/{{id}}/regenerateKey"), &path, &Value::Null).await;
    (id, fresh["appKey"].as_str().unwrap().to_owned())
}

async fn gateway(walk: &mut Walk, gate: &Gate, device: &str, (maker, product): &(String, String)) -> String {
    let none = Value::Null;
    let with = |to: RequestBuilder| to.header("x-sub-key", &gate.key).bearer_auth(&gate.token);
    walk.step("GET /smartz/v1/organisations", "/smartz/v1/organisations", with).await;
    // A subscription may call ten times a second.
    walk.server.app.clock.advance_s(1);
    gate.step(walk, ("GET", ""), "", &none).await;
    for (what, id) in [("manufacturers", maker.as_str()), ("products", product), ("devices", device)] {
        gate.step(walk, ("GET", &format!("/{what}")), &format!("/{what}"), &none).await;
        gate.step(walk, ("GET", &format!("/{what}/{{id}}")), &format!("/{what}/{id}"), &none).await;
    }
    walk.server.app.clock.advance_s(1);
    let new = json!({ "firstName": "Alice", "lastName": "Liddell", "dateOfBirth": "1852-05-04" });
    let made = gate.step(walk, ("POST", "/patients"), "/patients", &new).await;
    gate.step(walk, ("GET", "/patients"), "/patients", &none).await;
    let patient = format!("/patients/{}", made["id"].as_str().unwrap());
    gate.step(walk, ("GET", "/patients/{id}"), &patient, &none).await;
    gate.step(walk, ("PATCH", "/patients/{id}"), &patient, &json!({ "room": "1852" })).await;
    let schedule = json!({ "schedule": [{ "productId": product, "from": "07:00", "to": "19:00" }] });
    gate.step(walk, ("PUT", "/patients/{id}/products"), &format!("{patient}/products"), &schedule).await;
    gate.step(walk, ("GET", "/patients/{id}/products"), &format!("{patient}/products"), &none).await;
    for what in ["status", "events"] {
        gate.step(walk, ("GET", &format!("/patients/{{id}}/{what}")), &format!("{patient}/{what}"), &none)
            .await;
    }
    walk.server.app.clock.advance_s(1);
    let hook = json!({ "url": "https://hooks.invalid/Liddell", "events": ["alert"] });
    let made = gate.step(walk, ("POST", "/notifications"), "/notifications", &hook).await;
    gate.step(walk, ("GET", "/notifications"), "/notifications", &none).await;
    let path = format!("/notifications/{}", made["id"].as_str().unwrap());
    gate.step(walk, ("DELETE", "/notifications/{id}"), &path, &none).await;
    made_id(&patient)
}

fn made_id(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

/// What becomes of a pod's readings.
async fn carers(
    walk: &mut Walk,
    (token, gate): (&str, &Gate),
    (node, key): &(String, String),
    patient: &str,
) {
    let all = format!("/smartz/dashboard/api/organisations/{}/devices", gate.organisation);
    let new = json!({ "type": "pod", "serialNumber": "POD-1852" });
    let pod = walk.json(token, "POST /smartz/dashboard/api/organisations/{id}/devices", &all, &new).await;
    let pod = pod["id"].as_str().unwrap();
    let wearer = json!({ "patientId": patient });
    let path = format!("/smartz/dashboard/api/devices/{pod}/patient");
    walk.json(token, "PUT /smartz/dashboard/api/devices/{id}/patient", &path, &wearer).await;
    let route = "PUT /smartz/dashboard/api/organisations/{org}/devices/{id}/patient";
    walk.json(token, route, &format!("{all}/{pod}/patient"), &wearer).await;
    walk.server.app.clock.advance_s(120);
    let now = walk.server.app.clock.now();
    let reading = |back: i64, value: f64| {
        let at = (now - chrono::TimeDelta::seconds(back)).to_rfc3339();
        json!({ "podSerial": "POD-1852", "seq": 1000 - back, "at": at, "channel": "wetness", "value": value })
    };
    let readings =
        json!({ "nodeId": node, "readings": [reading(60, 5.0), reading(30, 95.0), reading(0, 95.0)] });
    let path = "/smartz/gateway/v1/telemetry";
    walk.json(key, &format!("POST {path}"), path, &readings).await;
    let alerts = gate.step(walk, ("GET", "/alerts"), "/alerts", &Value::Null).await;
    let path = format!("/alerts/{}/acknowledge", alerts["items"][0]["id"].as_str().unwrap());
    let by = json!({ "acknowledgedBy": "Nurse Liddell" });
    gate.step(walk, ("POST", "/alerts/{id}/acknowledge"), &path, &by).await;
    let path = format!("/patients/{patient}/events");
    gate.step(walk, ("POST", "/patients/{id}/events"), &path, &json!({ "type": "change" })).await;
    let path = format!("/patients/{patient}");
    let other = gate
        .step(walk, ("POST", "/patients"), "/patients", &json!({ "firstName": "A", "lastName": "B" }))
        .await;
    gate.step(
        walk,
        ("DELETE", "/patients/{id}"),
        &format!("/patients/{}", other["id"].as_str().unwrap()),
        &Value::Null,
    )
    .await;
    gate.step(walk, ("GET", "/patients/{id}"), &path, &Value::Null).await;
}
