//! SmartScanPro: refusals first, then what each endpoint does.

mod accounts;
mod api_keys;
mod audit;
mod console;
mod drawn;
mod examples;
mod extraction;
mod extraction_fhir;
mod face_scan;
mod input;
mod kept;
mod limits;
mod mount;
mod pages;
mod patients;
mod pictures;
mod profile;
mod projects;
mod sdk;
mod stored;
mod test_strips;
mod types;
mod upload;
mod usage;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{Answer, Server};

const PASSWORD: &str = "correct horse battery";
const EXTRACT: &str = "/smartscan/api/v1/extract-medical-data";

/// Somebody with an account, a project and an API key.
struct Customer<'a> {
    server: &'a Server,
    token: String,
    project: String,
    key: String,
}

impl<'a> Customer<'a> {
    async fn register(server: &'a Server, email: &str) -> Self {
        let person = json!({ "email": email, "password": PASSWORD, "name": "Alice Liddell" });
        let registered = send(server, Method::POST, "/api/auth/register", None, &person).await;
        assert_eq!(registered.status, 201, "{}", registered.text);
        let token = registered.json()["token"].as_str().unwrap().to_owned();
        let mut customer = Self { server, token, project: String::new(), key: String::new() };
        let project = customer.send(Method::POST, "/api/projects", &json!({ "name": "Ward 7" })).await;
        customer.project = project.json()["project"]["id"].as_str().unwrap().to_owned();
        customer.key = customer.new_key().await["key"].as_str().unwrap().to_owned();
        customer
    }

    async fn new_key(&self) -> Value {
        let wanted = json!({ "project_id": self.project, "name": "reading room" });
        let answer = self.send(Method::POST, "/api/api-keys/generate", &wanted).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["api_key"].clone()
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        send(self.server, method, path, Some(&self.token), body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &Value::Null).await
    }

    async fn extract(&self, image: Vec<u8>, fields: &[(&str, &str)]) -> Answer {
        self.upload(form(image, fields)).await
    }

    async fn upload(&self, form: Form) -> Answer {
        let request = self.server.request(Method::POST, EXTRACT).header("X-API-Key", &self.key);
        Answer::of(request.multipart(form)).await
    }
}

/// The tenant that was founded last, as a FHIR client sees it.
struct Fhir<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Fhir<'a> {
    async fn of_last_tenant(server: &'a Server) -> Self {
        let name = server.text("SELECT name FROM tenant ORDER BY tenant DESC LIMIT 1").await;
        let token = server.app.identity.issue_access_token(&name, "system/*.cruds").await.unwrap();
        Self { server, token: token.expose().clone() }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.send(Method::GET, path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let mut request = self.server.request(method, &format!("/fhir{path}")).bearer_auth(&self.token);
        if !body.is_null() {
            request = request.header("Content-Type", "application/fhir+json").body(body.to_string());
        }
        Answer::of(request).await
    }

    async fn create(&self, resource: &Value) -> String {
        let path = format!("/{}", resource["resourceType"].as_str().unwrap());
        let made = self.send(Method::POST, &path, resource).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["id"].as_str().unwrap().to_owned()
    }
}

/// A form with a picture that is named and typed wrongly on purpose: the content decides.
fn form(image: Vec<u8>, fields: &[(&str, &str)]) -> Form {
    let part = Part::bytes(image).file_name("reading.jpg").mime_str("image/jpeg").unwrap();
    let form = Form::new().part("image", part);
    fields.iter().fold(form, |form, (name, value)| form.text((*name).to_owned(), (*value).to_owned()))
}

/// A request with a JSON body, or with none where that is null.
async fn send(server: &Server, method: Method, path: &str, token: Option<&str>, body: &Value) -> Answer {
    let mut request = server.request(method, &format!("/smartscan{path}"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if !body.is_null() {
        request = request.json(body);
    }
    Answer::of(request).await
}

/// Asserts that this is a refusal in the vendor's envelope; returns its code and text.
#[track_caller]
fn refused(answer: &Answer, status: u16) -> (String, String) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(body["success"], false);
    assert!(body["details"].is_object(), "{}", answer.text);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("error_code"), text("error"))
}

/// Asserts that this is a refusal of a wrong field; returns the text.
#[track_caller]
fn invalid(answer: &Answer) -> String {
    let (code, text) = refused(answer, 400);
    assert_eq!(code, "VALIDATION_ERROR");
    text
}
