//! Each route of every surface, as its document lists them: refused once, done once, one row of the trail each time.

use std::collections::BTreeSet;

use hygeia::core::Secret;
use hygeia::core::config::Settings;
use hygeia::identity::oauth::registration::{NewClient, NewProof};
use hygeia::records::accounts::Person;
use hygeia::server::documents;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{dicomweb, hemato, imagemedix, operations, organization_keys, smartscan, smartz};
use crate::fhir::patient;
use crate::harness::receiver::Receiver;
use crate::harness::{Answer, Server};

/// What is open to all and about nobody's data leaves no row; of a sign-in that asks a person, the answer has one.
const OPEN: [&str; 13] = [
    "GET /fhir/metadata",
    "GET /.well-known/openid-configuration",
    "GET /fhir/.well-known/smart-configuration",
    "GET /oauth/jwks",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /smartscan/api/health",
    "GET /imagemedix/api/health",
    "GET /imagemedix/api/auth/methods",
    "GET /hemato/heartbeat",
    "GET /smartscan/api/device-types",
    "GET /oauth/authorize",
];
/// They need models, a pulse or a provider, or do not end: `vendors` has them beside their own tests.
const ELSEWHERE: [&str; 11] = [
    "GET /fhir/websocket",
    "POST /smartscan/api/v1/extract-medical-data",
    "POST /smartscan/v1/extract-medical-data",
    "GET /smartscan/api/extractions/{id}/fhir",
    "POST /smartscan/api/face-scan/analyze",
    "GET /imagemedix/api/auth/google",
    "GET /imagemedix/api/auth/google/callback",
    "GET /smartz/v1/organisations/{org}/stream",
    "GET /smartz/v1/organisations/{org}/patients/{id}/stream",
    "GET /smartz/dashboard/api/organisations/{org}/stream",
    "GET /smartz/v1/organisations/{org}/socket",
];
pub(super) const EMAIL: &str = "admin@example.org";
pub(super) const PASSWORD: &str = "correct horse battery";

/// Method and path of each route.
fn routes() -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for document in documents() {
        let document = serde_json::to_value(document.build()).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let of_path = methods.as_object().unwrap().keys().filter(|key| *key != "parameters");
            routes.extend(of_path.map(|method| format!("{} {path}", method.to_uppercase())));
        }
    }
    routes
}

async fn rows(server: &Server) -> i64 {
    server.number("SELECT count(*) FROM audit_event").await
}

async fn without_health_data(server: &Server) {
    let all = server.texts("SELECT e::text FROM audit_event e").await.join("\n");
    // Chance may put any four digits into an id: into a UUID, or the 24 digits of ImageMedix'.
    let ids = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\b[0-9a-f]{24}\\b";
    let all = regex::Regex::new(ids).unwrap().replace_all(&all, "id");
    for clinical in ["1852", "Liddell", "eyJ", PASSWORD] {
        assert!(!all.contains(clinical), "{all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_that_refuses_leaves_one_row() {
    let server = Server::start().await;
    let routes = routes();
    assert!(routes.len() > 50, "{routes:?}");
    for route in &routes {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path.replace("{type}", "Observation").replace("{compartment}", "Patient");
        let path = path
            .replace("{id}", "x1")
            .replace("{version}", "1")
            .replace("{job}", "1")
            .replace("{operation}", "expand")
            .replace("{name}", "report-x1.pdf")
            .replace("{client_id}", "x1");
        let before = rows(&server).await;
        let request = server.request(method.parse().unwrap(), &format!("{path}?name=Liddell&birthdate=1852"));
        let request = request.header("Content-Type", "application/json");
        let answer = Answer::of(request.body(r#"{"name":"Liddell"}"#)).await;
        let is_open = OPEN.contains(&route.as_str()) && !route.ends_with("/authorize");
        assert_eq!(
            answer.status >= 400,
            !is_open || answer.status == 503,
            "{route}: {} {}",
            answer.status,
            answer.text
        );
        assert_eq!(rows(&server).await - before, i64::from(!is_open), "{route}");
    }
    // Pages are for people, and in no document.
    for (method, path) in [
        ("GET", "/login"),
        ("POST", "/login"),
        ("POST", "/oauth/logout"),
        ("GET", "/oauth/patient"),
        ("GET", "/oauth/consent"),
        ("POST", "/oauth/consent"),
    ] {
        let before = rows(&server).await;
        let form = [
            ("request", "Liddell"),
            ("form", "1852"),
            ("email", "Liddell"),
            ("password", "1852"),
            ("decision", "allow"),
        ];
        let request = server.request(method.parse().unwrap(), &format!("{path}?request=Liddell")).form(&form);
        assert_eq!(Answer::of(request).await.status, 400, "{method} {path}");
        assert_eq!(rows(&server).await - before, 1, "{method} {path}");
    }
    without_health_data(&server).await;
}

/// Sends requests and notes of which routes they were.
pub(super) struct Walk {
    pub(super) server: Server,
    done: BTreeSet<String>,
}

impl Walk {
    pub(super) async fn step(
        &mut self,
        route: &str,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let method: Method = route.split_once(' ').unwrap().0.parse().unwrap();
        let before = rows(&self.server).await;
        let answer = Answer::of(with(self.server.request(method, path))).await;
        assert!(answer.status < 400, "{route}: {} {}", answer.status, answer.text);
        // An account that moves is told in the trails of both tenants.
        let tenants = if route.ends_with("/accounts") { 2 } else { 1 };
        assert_eq!(rows(&self.server).await - before, tenants, "{route}");
        self.done.insert(route.to_owned());
        answer
    }

    pub(super) async fn fhir(&mut self, token: &str, route: &str, path: &str, body: &Value) -> Answer {
        let media =
            if route.starts_with("PATCH") { "application/json-patch+json" } else { "application/fhir+json" };
        let with = |request: RequestBuilder| {
            let request = request.bearer_auth(token);
            match body {
                Value::Null => request,
                Value::String(form) => {
                    request.header("Content-Type", "application/x-www-form-urlencoded").body(form.clone())
                }
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    request.header("Content-Type", media).body(body.to_string())
                }
            }
        };
        self.step(route, &format!("/fhir{path}"), with).await
    }

    pub(super) async fn json(&mut self, token: &str, route: &str, path: &str, body: &Value) -> Value {
        let with = |request: RequestBuilder| {
            let request = if token.is_empty() { request } else { request.bearer_auth(token) };
            if body.is_null() { request } else { request.json(body) }
        };
        let answer = self.step(route, path, with).await;
        serde_json::from_str(&answer.text).unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_that_does_what_it_is_for_leaves_one_row() {
    let receiver = Receiver::start().await;
    let settings = Settings { client_registration: true, ..receiver.settings() };
    let server = Server::start_by(&settings, None).await;
    let person = Person {
        email: EMAIL.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Administrator".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    let mut walk = Walk { server, done: BTreeSet::new() };
    fhir(&mut walk).await;
    imports(&mut walk, &receiver).await;
    let token = walk.server.token("system/ImagingStudy.crus").await;
    dicomweb::all(&mut walk, &token).await;
    oauth(&mut walk).await;
    operator(&mut walk).await;
    smartscan::all(&mut walk).await;
    imagemedix::all(&mut walk).await;
    hemato::all(&mut walk).await;
    smartz::all(&mut walk).await;
    let mut left = routes();
    left.retain(|route| {
        !walk.done.contains(route) && !OPEN.contains(&route.as_str()) && !ELSEWHERE.contains(&route.as_str())
    });
    assert_eq!(left, BTreeSet::new(), "each route is here");
    without_health_data(&walk.server).await;
}

async fn fhir(walk: &mut Walk) {
    let token = walk.server.token("system/*.cruds").await;
    let token = token.as_str();
    let made = walk.fhir(token, "POST /fhir/{type}", "/Patient", &patient()).await.json();
    let id = made["id"].as_str().unwrap();
    let none = Value::Null;
    let of = |path: &str| path.replace("{id}", id);
    for (route, path) in [
        ("GET /fhir/{type}/{id}", "/Patient/{id}"),
        ("GET /fhir/{type}/{id}/_history", "/Patient/{id}/_history"),
        ("GET /fhir/{type}/{id}/_history/{version}", "/Patient/{id}/_history/1"),
        ("GET /fhir/{type}/_history", "/Patient/_history"),
        ("GET /fhir/_history", "/_history"),
        ("GET /fhir/{type}", "/Patient?birthdate=1852-05-04&name=Liddell"),
        ("GET /fhir/{compartment}/{id}/{type}", "/Patient/{id}/Observation?code=1852"),
        ("GET /fhir", "/?_type=Patient"),
        ("POST /fhir/$reindex", "/$reindex"),
    ] {
        walk.fhir(token, route, &of(path), &none).await;
    }
    let form = Value::String("name=Liddell&_type=Patient".to_owned());
    walk.fhir(token, "POST /fhir/_search", "/_search", &form).await;
    let form = Value::String("name=Liddell".to_owned());
    walk.fhir(token, "POST /fhir/{type}/_search", "/Patient/_search", &form).await;
    let form = Value::String("code=1852".to_owned());
    let path = of("/Patient/{id}/Observation/_search");
    walk.fhir(token, "POST /fhir/{compartment}/{id}/{type}/_search", &path, &form).await;
    let mut changed = patient();
    changed["id"] = id.into();
    walk.fhir(token, "PUT /fhir/{type}/{id}", &of("/Patient/{id}"), &changed).await;
    walk.fhir(token, "PUT /fhir/{type}", &of("/Patient?_id={id}"), &changed).await;
    let patch = json!([{ "op": "add", "path": "/active", "value": true }]);
    walk.fhir(token, "PATCH /fhir/{type}/{id}", &of("/Patient/{id}"), &patch).await;
    walk.fhir(token, "PATCH /fhir/{type}", &of("/Patient?_id={id}"), &patch).await;
    let entry = |url: &str| json!({ "resource": patient(), "request": { "method": "POST", "url": url } });
    for kind in ["transaction", "batch"] {
        let bundle =
            json!({ "resourceType": "Bundle", "type": kind, "entry": [entry("Patient"), entry("Patient")] });
        walk.fhir(token, "POST /fhir", "", &bundle).await;
    }
    let parameter = json!({
        "resourceType": "SearchParameter", "url": "http://example.org/sp", "name": "shoe", "status": "active", "description": "x",
        "code": "shoe", "base": ["Patient"], "type": "string", "expression": "Patient.language",
    });
    let parameter = walk.fhir(token, "POST /fhir/{type}", "/SearchParameter", &parameter).await.json();
    let path = format!("/SearchParameter/{}/$reindex", parameter["id"].as_str().unwrap());
    let asked = walk.fhir(token, "POST /fhir/SearchParameter/{id}/$reindex", &path, &none).await;
    let status = asked.header("content-location").split_once("/fhir").unwrap().1.to_owned();
    walk.fhir(token, "GET /fhir/$reindex-status/{job}", &status, &none).await;
    exports(walk, token, id).await;
    operations::all(walk, token, id).await;
    walk.fhir(token, "DELETE /fhir/{type}/{id}", &of("/Patient/{id}"), &none).await;
    walk.fhir(token, "DELETE /fhir/{type}", "/Patient?name=nobody", &none).await;
}

async fn exports(walk: &mut Walk, token: &str, patient: &str) {
    let member = json!([{ "entity": { "reference": format!("Patient/{patient}") } }]);
    let group = json!({ "resourceType": "Group", "type": "person", "actual": true, "member": member });
    let group = walk.fhir(token, "POST /fhir/{type}", "/Group", &group).await.json();
    let of_group = format!("/Group/{}/$export", group["id"].as_str().unwrap());
    let narrowed = "?_type=Patient&_typeFilter=Patient%3Fname%3DLiddell";
    let parameters = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "_type", "valueString": "Patient" }, { "name": "_typeFilter", "valueString": "Patient?birthdate=1852-05-04" }] });
    let mut status = String::new();
    for (path, pattern) in [
        ("/$export", "/$export"),
        ("/Patient/$export", "/Patient/$export"),
        (of_group.as_str(), "/Group/{id}/$export"),
    ] {
        for (method, path, body) in
            [("GET", format!("{path}{narrowed}"), &Value::Null), ("POST", path.to_owned(), &parameters)]
        {
            let with = |request: RequestBuilder| {
                let request = request.bearer_auth(token).header("Prefer", "respond-async");
                let request = request.header("Content-Type", "application/fhir+json");
                if body.is_null() { request } else { request.body(body.to_string()) }
            };
            let taken = walk.step(&format!("{method} /fhir{pattern}"), &format!("/fhir{path}"), with).await;
            status = taken.header("content-location").split_once("/fhir").unwrap().1.to_owned();
        }
    }
    walk.server.finish_jobs().await;
    let made = walk.fhir(token, "GET /fhir/$export-status/{job}", &status, &Value::Null).await.json();
    let file = made["output"][0]["url"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned();
    walk.fhir(token, "GET /fhir/$export-file/{job}/{file}", &file, &Value::Null).await;
    walk.fhir(token, "DELETE /fhir/$export-status/{job}", &status, &Value::Null).await;
}

async fn imports(walk: &mut Walk, receiver: &Receiver) {
    let token = walk.server.token("system/Basic.cruds").await;
    let url = receiver.hold("/liddell-1852.ndjson", r#"{"resourceType":"Basic","created":"1852"}"#);
    let with = |request: RequestBuilder| {
        let request = request.bearer_auth(&token).header("Prefer", "respond-async");
        request.json(&json!({ "input": [{ "type": "Basic", "url": url }] }))
    };
    let taken = walk.step("POST /fhir/$import", "/fhir/$import", with).await;
    let status = taken.header("content-location").split_once("/fhir").unwrap().1.to_owned();
    walk.server.finish_jobs().await;
    let none = Value::Null;
    let done = walk.fhir(&token, "GET /fhir/$import-status/{job}", &status, &none).await.json();
    let file = done["error"][0]["url"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned();
    walk.fhir(&token, "GET /fhir/$import-file/{job}/{file}", &file, &none).await;
    walk.fhir(&token, "DELETE /fhir/$import-status/{job}", &status, &none).await;
}

async fn oauth(walk: &mut Walk) {
    let new = NewClient {
        name: "backend".to_owned(),
        proof: NewProof::Secret,
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let client = walk.server.register_client("default", &new).await.unwrap();
    let (id, secret) = (client.client.id.to_string(), client.secret.unwrap().expose().clone());
    let given = walk
        .step("POST /oauth/token", "/oauth/token", |request| {
            let form = [("grant_type", "client_credentials"), ("scope", "system/*.rs")];
            request.basic_auth(&id, Some(&secret)).form(&form)
        })
        .await;
    let token = given.json()["access_token"].as_str().unwrap().to_owned();
    for (route, path) in
        [("POST /oauth/introspect", "/oauth/introspect"), ("POST /oauth/revoke", "/oauth/revoke")]
    {
        walk.step(route, path, |request| request.basic_auth(&id, Some(&secret)).form(&[("token", &token)]))
            .await;
    }
    let token = walk.server.token("system/*.rs").await;
    walk.json(&token, "POST /oauth/launch", "/oauth/launch", &json!({ "intent": "x" })).await;
    let app = json!({ "client_name": "app", "redirect_uris": ["https://app.example.org/back"], "token_endpoint_auth_method": "none",
        "scope": "openid patient/*.rs" });
    walk.json("", "POST /oauth/register", "/oauth/register", &app).await;
}

async fn operator(walk: &mut Walk) {
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let signed_in = walk.json("", "POST /_admin/v1/login", "/_admin/v1/login", &login).await;
    let token = signed_in["token"].as_str().unwrap();
    let none = Value::Null;
    walk.json(token, "GET /_admin/v1/tenants", "/_admin/v1/tenants", &none).await;
    let tenant =
        walk.json(token, "POST /_admin/v1/tenants", "/_admin/v1/tenants", &json!({ "name": "clinic" })).await;
    let tenant = tenant["id"].as_str().unwrap();
    let path = format!("/_admin/v1/tenants/{tenant}/surfaces");
    walk.json(token, "POST /_admin/v1/tenants/{id}/surfaces", &path, &json!({ "vendor": "smartscan" })).await;
    let path = format!("/_admin/v1/tenants/{tenant}");
    walk.json(token, "PATCH /_admin/v1/tenants/{id}", &path, &json!({ "consent_default": "deny" })).await;
    clients(walk, token, tenant).await;
    organization_keys::all(walk, token).await;
    let organization = json!({ "vendor": "smartscan", "name": "Ward", "tenant_id": tenant });
    walk.json(token, "POST /_admin/v1/organizations", "/_admin/v1/organizations", &organization).await;
    let user = |email: &str, vendor: &str, role: &str| json!({ "vendor": vendor, "email": email, "password": PASSWORD, "name": "Alice Liddell", "role": role });
    let made = walk
        .json(token, "POST /_admin/v1/users", "/_admin/v1/users", &user("u@example.org", "smartscan", "user"))
        .await;
    let id = made["id"].as_str().unwrap();
    let path = format!("/_admin/v1/tenants/{tenant}/accounts");
    walk.json(token, "POST /_admin/v1/tenants/{id}/accounts", &path, &json!({ "user_id": id })).await;
    let path = format!("/_admin/v1/smartscan/users/{id}/plan");
    walk.json(token, "PUT /_admin/v1/smartscan/users/{id}/plan", &path, &json!({ "plan": "pro" })).await;
    let path = format!("/_admin/v1/users/{id}");
    walk.json(token, "PATCH /_admin/v1/users/{id}", &path, &json!({ "active": false })).await;
    walk.json(token, "DELETE /_admin/v1/users/{id}", &path, &none).await;
    walk.json(token, "GET /_admin/v1/audit", "/_admin/v1/audit?since=2026-11-21T00:00:00Z", &none).await;
}

async fn clients(walk: &mut Walk, token: &str, tenant: &str) {
    let all = format!("/_admin/v1/tenants/{tenant}/clients");
    let new = json!({ "name": "Nightly", "token_endpoint_auth_method": "client_secret_basic", "scope": "system/Patient.rs" });
    let made = walk.json(token, "POST /_admin/v1/tenants/{id}/clients", &all, &new).await;
    walk.json(token, "GET /_admin/v1/tenants/{id}/clients", &all, &Value::Null).await;
    let one = format!("{all}/{}", made["client_id"].as_str().unwrap());
    let route =
        |method: &str, rest: &str| format!("{method} /_admin/v1/tenants/{{id}}/clients/{{client_id}}{rest}");
    let change = json!({ "name": "Daily" });
    walk.json(token, &route("PATCH", ""), &one, &change).await;
    walk.json(token, &route("POST", "/secret"), &format!("{one}/secret"), &Value::Null).await;
    walk.json(token, &route("DELETE", ""), &one, &Value::Null).await;
}
