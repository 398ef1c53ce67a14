//! Smartz Connect: refusals first, then what each endpoint does.

mod alerts;
mod dashboard;
mod following;
mod gateway;
mod limits;
mod mqtt;
mod notifications;
mod organisation;
mod pages;
mod people;
mod portal;
mod socket;
mod stream;
mod telemetry;

use hygeia::core::Secret;
use hygeia::core::config::{Limits, Settings};
use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::records::accounts::Person;
use hygeia::records::users::{Home, NewUser};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};

const PASSWORD: &str = "correct horse battery";
const ADMIN: &str = "admin@example.org";
/// An id that nothing has.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A server whose first administrator has accounts, and that limits nothing: a test calls faster than a client may.
async fn server() -> Server {
    with_accounts(Server::start_by(&Settings { limits: Limits::Off, ..Settings::default() }, None).await)
        .await
}

/// Another server on the same database.
async fn replica(server: &Server) -> Server {
    server.replica_by(&Settings { limits: Limits::Off, ..Settings::default() }).await
}

async fn with_accounts(server: Server) -> Server {
    let person = Person {
        email: ADMIN.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Alice Admin".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    server
}

/// Somebody of another tenant, in this role.
async fn stranger(server: &Server, email: &str, role: &'static str) -> String {
    let new = NewUser {
        surface: Surface::Smartz,
        person: Person {
            email: email.to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            name: Secret::new("Stranger".to_owned()),
        },
        role,
        specialty: None,
        regions: Vec::new(),
        home: Home::Own,
        passwordless: false,
    };
    let operator = Caller::system(TenantId::PLATFORM, Surface::Operator);
    server.app.records.open_user(&operator, &new).await.unwrap();
    signed_in(server, email).await
}

async fn signed_in(server: &Server, email: &str) -> String {
    let login = json!({ "email": email, "password": PASSWORD });
    let answer = call(server, Method::POST, "/portal/api/signin", &[], &login).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// A request with these headers and a JSON body, or with none where that is null.
async fn call(server: &Server, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut request = server.request(method, &format!("/smartz{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
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
    assert_eq!(
        (body.as_object().unwrap().len(), &body["statusCode"]),
        (2, &json!(status)),
        "{}",
        answer.text
    );
    body["message"].as_str().unwrap().to_owned()
}

/// An organisation, a subscription, and an application that the organisation lets in.
struct World<'a> {
    server: &'a Server,
    /// Who manages the organisation, and registered the application.
    admin: String,
    organisation: String,
    key: String,
    app: (String, String),
    token: String,
}

impl<'a> World<'a> {
    async fn new(server: &'a Server) -> Self {
        let admin = signed_in(server, ADMIN).await;
        Self::of(server, admin, "Linden House").await
    }

    async fn of(server: &'a Server, admin: String, name: &str) -> Self {
        let blank = String::new();
        let app = (blank.clone(), blank.clone());
        let mut world =
            Self { server, admin, organisation: blank.clone(), key: blank.clone(), app, token: blank };
        let organisation = world.make("/dashboard/api/organisations", &json!({ "name": name })).await;
        world.organisation = organisation["id"].as_str().unwrap().to_owned();
        let new = json!({ "productId": "smartz-api-product", "name": "ward" });
        let subscription = world.make("/portal/api/subscriptions", &new).await;
        world.key = subscription["primaryKey"].as_str().unwrap().to_owned();
        world.app = world.application(Some(&world.link_code().await)).await;
        world.token = world.fetch_token().await;
        world
    }

    async fn link_code(&self) -> String {
        let path = format!("/dashboard/api/organisations/{}/link-code", self.organisation);
        self.make(&path, &Value::Null).await["linkCode"].as_str().unwrap().to_owned()
    }

    async fn application(&self, link_code: Option<&str>) -> (String, String) {
        let new = json!({ "name": "ward app", "type": "web", "linkCode": link_code });
        let made = self.make("/portal/api/applications", &new).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("appId"), text("appKey"))
    }

    async fn fetch_token(&self) -> String {
        let answer = self.ask_token(&[("grant_type", "client_credentials")]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Asks for a token with the application's credentials and these parameters.
    async fn ask_token(&self, parameters: &[(&str, &str)]) -> Answer {
        let own = [("client_id", self.app.0.as_str()), ("client_secret", self.app.1.as_str())];
        let named = |name: &str| parameters.iter().any(|(given, _)| *given == name);
        let own = own.into_iter().filter(|(name, _)| !named(name));
        let form: Vec<_> = own.chain(parameters.iter().copied()).collect();
        let request = self.server.request(Method::POST, "/smartz/v1/token").header("x-sub-key", &self.key);
        Answer::of(request.form(&form)).await
    }

    /// A request to portal or dashboard.
    async fn manage(&self, method: Method, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.admin);
        call(self.server, method, path, &[("Authorization", &bearer)], body).await
    }

    /// What was made in portal or dashboard.
    async fn make(&self, path: &str, body: &Value) -> Value {
        let answer = self.manage(Method::POST, path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        answer.json()
    }

    /// A request to the gateway, below the organisation.
    async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let path = format!("/v1/organisations/{}{path}", self.organisation);
        self.ask_at(method, &path, body).await
    }

    /// A request to the gateway.
    async fn ask_at(&self, method: Method, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        call(self.server, method, path, &[("x-sub-key", &self.key), ("Authorization", &bearer)], body).await
    }

    /// What is there, below the organisation.
    async fn read(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// Adds a patient; the id.
    async fn patient(&self, external_id: &str) -> String {
        let new = json!({ "externalId": external_id, "firstName": "Ada", "lastName": "Test" });
        let answer = self.ask(Method::POST, "/patients", &new).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Makes something in the dashboard, below the organisation.
    async fn equip(&self, what: &str, body: &Value) -> Value {
        self.make(&format!("/dashboard/api/organisations/{}/{what}", self.organisation), body).await
    }

    /// Adds a product of a new manufacturer; the ids of both.
    async fn product(&self) -> (String, String) {
        let maker =
            self.equip("manufacturers", &json!({ "name": "Acme", "website": "https://acme.example" })).await;
        let maker = maker["id"].as_str().unwrap().to_owned();
        let new = json!({ "manufacturerId": maker, "name": "Night Brief", "category": "brief", "absorbencyMl": 1200,
            "size": "M", "sku": "NB-M" });
        (maker, self.equip("products", &new).await["id"].as_str().unwrap().to_owned())
    }
}

/// A node, and a pod that a patient wears.
struct Ward<'a> {
    world: World<'a>,
    node: String,
    key: String,
    pod: String,
    patient: String,
}

impl<'a> Ward<'a> {
    async fn new(server: &'a Server) -> Self {
        let world = World::new(server).await;
        let node = world.equip("devices", &json!({ "type": "node", "serialNumber": "NODE-1" })).await;
        let pod = world.equip("devices", &json!({ "type": "pod", "serialNumber": "POD-1" })).await;
        let text = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
        let patient = world.patient("E-1").await;
        let (node, key, pod) = (text(&node, "id"), text(&node, "nodeKey"), text(&pod, "id"));
        let ward = Self { world, node, key, pod, patient };
        assert_eq!(ward.pair(&json!(ward.patient)).await.status, 200);
        ward
    }

    /// Says who wears the pod.
    async fn pair(&self, patient: &Value) -> Answer {
        let path = format!("/dashboard/api/devices/{}/patient", self.pod);
        self.world.manage(Method::PUT, &path, &json!({ "patientId": patient })).await
    }

    /// Sends readings of the pod.
    async fn send(&self, readings: &Value) -> Answer {
        self.send_as(&self.key, &json!({ "nodeId": self.node, "readings": readings })).await
    }

    async fn send_as(&self, key: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {key}");
        call(self.world.server, Method::POST, "/gateway/v1/telemetry", &[("Authorization", &bearer)], body)
            .await
    }

    /// A reading that was taken so many seconds after noon.
    fn reading(&self, second: i64, channel: &str, value: f64) -> Value {
        json!({ "podSerial": "POD-1", "seq": 1_000 + second, "at": at(second), "channel": channel, "value": value })
    }

    /// Readings of wetness that follow each other in half a minute, sent when they are taken.
    async fn wet(&self, from: i64, values: &[f64]) {
        let mut second = from;
        for value in values {
            let late = second - (self.world.server.app.clock.now() - noon()).num_seconds();
            self.world.server.app.clock.advance_s(late);
            let answer = self.send(&json!([self.reading(second, "wetness", *value)])).await;
            assert_eq!((answer.status, &answer.json()["accepted"]), (202, &json!(1)), "{}", answer.text);
            second += 30;
        }
    }

    async fn status(&self) -> Value {
        self.world.read(&format!("/patients/{}/status", self.patient)).await
    }

    /// The one alert of a kind that is in this state.
    async fn alert(&self, kind: &str, state: &str) -> Value {
        let page = self.world.read(&format!("/alerts?state={state}")).await;
        let all = page["items"].as_array().unwrap();
        let mut own: Vec<_> = all.iter().filter(|one| one["kind"] == kind).collect();
        assert_eq!(own.len(), 1, "{page}");
        own.remove(0).clone()
    }
}

fn noon() -> chrono::DateTime<chrono::Utc> {
    crate::harness::START.parse().unwrap()
}

/// So many seconds after noon.
fn at(second: i64) -> String {
    (noon() + chrono::TimeDelta::seconds(second)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
