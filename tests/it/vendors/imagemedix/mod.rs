//! ImageMedix: refusals first, then what each endpoint does.

mod accounts;
mod console;
mod fhir;
mod google;
mod input;
mod limits;
mod pages;
mod patients;
mod records;
mod scans;
mod users;
mod webhooks;

use hygeia::core::Secret;
use hygeia::core::config::Settings;
use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::records::accounts::Person;
use hygeia::records::users::{Home, NewUser};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};

const PASSWORD: &str = "correct horse battery";
const ADMIN: &str = "admin@example.org";
/// An id that nothing has.
const NOBODY: &str = "0123456789abcdef01234567";

/// Somebody who is signed in.
struct User<'a> {
    server: &'a Server,
    token: String,
    id: String,
}

/// A server whose first administrator has accounts.
async fn server() -> Server {
    with_accounts(Server::start().await).await
}

/// The same with these settings.
async fn server_by(settings: &Settings) -> Server {
    with_accounts(Server::start_by(settings, None).await).await
}

async fn with_accounts(server: Server) -> Server {
    let person = Person {
        email: ADMIN.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Vikram Desai".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    server
}

/// The administrator of another tenant.
async fn stranger(server: &Server) -> User<'_> {
    let new = NewUser {
        surface: Surface::ImageMedix,
        person: Person {
            email: "stranger@example.org".to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            name: Secret::new("Stranger".to_owned()),
        },
        role: "admin",
        specialty: None,
        regions: Vec::new(),
        home: Home::Own,
        passwordless: false,
    };
    let operator = Caller::system(TenantId::PLATFORM, Surface::Operator);
    server.app.records.open_user(&operator, &new).await.unwrap();
    User::sign_in(server, "stranger@example.org").await
}

impl<'a> User<'a> {
    async fn admin(server: &'a Server) -> Self {
        Self::sign_in(server, ADMIN).await
    }

    async fn sign_in(server: &'a Server, email: &str) -> Self {
        let login = json!({ "email": email, "password": PASSWORD });
        let answer = send(server, Method::POST, "/auth/login", None, &login).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let text = |pointer: &str| answer.json().pointer(pointer).unwrap().as_str().unwrap().to_owned();
        Self { server, token: text("/token"), id: text("/user/_id") }
    }

    /// Makes a doctor, who signs in.
    async fn doctor(&self, email: &str) -> User<'a> {
        let new =
            json!({ "name": format!("Dr. {email}"), "email": email, "password": PASSWORD, "role": "doctor" });
        self.make("/users/users", &new).await;
        User::sign_in(self.server, email).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        send(self.server, method, path, Some(&self.token), body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &Value::Null).await
    }

    /// What is there.
    async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// What was made.
    async fn make(&self, path: &str, body: &Value) -> Value {
        let answer = self.send(Method::POST, path, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// Adds a patient; the id.
    async fn patient(&self, patient_id: &str, name: &str) -> String {
        let new =
            json!({ "patientId": patient_id, "name": name, "dateOfBirth": "1992-08-22", "gender": "male" });
        self.make("/patients", &new).await["_id"].as_str().unwrap().to_owned()
    }
}

/// A request with a JSON body, or with none where that is null.
async fn send(server: &Server, method: Method, path: &str, token: Option<&str>, body: &Value) -> Answer {
    let mut request = server.request(method, &format!("/imagemedix/api{path}"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if !body.is_null() {
        request = request.json(body);
    }
    Answer::of(request).await
}

/// Asserts that this is a refusal in the vendor's form; returns its text.
#[track_caller]
fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(
        (answer.header("content-type"), answer.header("cache-control")),
        ("application/json", "no-store")
    );
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{}", answer.text);
    body["error"].as_str().unwrap().to_owned()
}

fn is_id(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.len() == 24 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
