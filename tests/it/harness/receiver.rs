//! Somebody's https server, by an authority of its own.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use hygeia::core::config::egress::{EgressSettings, Place};
use hygeia::core::config::{Settings, TlsSettings};
use hygeia::http::tls::Certificate;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use ring::hmac;
use serde_json::Value;
use uuid::Uuid;

/// What came in.
#[derive(Clone, Debug)]
pub struct Taken {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// What was answered.
    pub status: u16,
}

impl Taken {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(one, _)| one == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// What it is told by: the event and the scan.
    pub fn told(&self) -> (String, String) {
        let (body, text) = (self.json(), |value: &Value| value.as_str().unwrap().to_owned());
        (text(&body["event"]), text(&body["data"]["scanId"]))
    }

    /// When it was signed, in seconds since 1970; nothing but this secret signs so.
    pub fn signed_at(&self, secret: &str) -> i64 {
        let (time, code) = self.header("x-imagemedix-signature").split_once(",v1=").unwrap();
        let time = time.strip_prefix("t=").unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let message = format!("{time}.{}", self.body);
        hmac::verify(&key, message.as_bytes(), &hex::decode(code).unwrap()).unwrap();
        time.parse().unwrap()
    }
}

#[derive(Default)]
struct Plan {
    taken: Vec<Taken>,
    /// The next answers; without one it is 200.
    answers: VecDeque<u16>,
    /// What is there to be fetched, by its path.
    files: HashMap<String, Vec<u8>>,
    /// Answers for what holds this text.
    refused: Option<String>,
    /// How long an answer takes.
    wait: Duration,
}

/// The server.
pub struct Receiver {
    port: u16,
    plan: Arc<Mutex<Plan>>,
    tls: TlsSettings,
}

impl Receiver {
    pub async fn start() -> Self {
        let names = ["localhost".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let name = Uuid::new_v4().simple().to_string();
        let file = |ending: &str| folder.join(format!("receiver-{name}.{ending}"));
        let tls = TlsSettings { certificate: file("pem"), key: file("key") };
        std::fs::write(&tls.certificate, cert.pem()).unwrap();
        std::fs::write(&tls.key, signing_key.serialize_pem()).unwrap();
        let config = Certificate::open(tls.clone()).unwrap().config().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let plan = Arc::new(Mutex::new(Plan::default()));
        let data = web::Data::from(Arc::clone(&plan));
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(take)));
        let server = server.workers(1).disable_signals().listen_rustls_0_23(listener, config).unwrap();
        tokio::spawn(server.run());
        Self { port, plan, tls }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// Settings by which a server may reach it, and believes it.
    pub fn settings(&self) -> Settings {
        let place = Place::of(&self.url("/").parse().unwrap()).unwrap();
        let egress = EgressSettings { allow: vec![place], ..EgressSettings::default() };
        Settings { egress, extra_ca: Some(self.tls.certificate.clone()), ..Settings::default() }
    }

    /// The file with its authority.
    pub fn authority(&self) -> &std::path::Path {
        &self.tls.certificate
    }

    /// Where it is, as `host:port`.
    pub fn place(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// What came in so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.plan.lock().unwrap().taken.clone()
    }

    /// What came in so far is forgotten.
    pub fn clear(&self) {
        self.plan.lock().unwrap().taken.clear();
    }

    /// Has this to be fetched at a path; the address.
    pub fn hold(&self, path: &str, body: impl Into<Vec<u8>>) -> String {
        self.plan.lock().unwrap().files.insert(path.to_owned(), body.into());
        self.url(path)
    }

    /// What the next posts are answered with.
    pub fn answer(&self, statuses: impl IntoIterator<Item = u16>) {
        self.plan.lock().unwrap().answers = statuses.into_iter().collect();
    }

    /// What holds this text is answered with 500.
    pub fn refuse(&self, text: Option<&str>) {
        self.plan.lock().unwrap().refused = text.map(str::to_owned);
    }

    /// Answers take so long.
    pub fn wait(&self, wait: Duration) {
        self.plan.lock().unwrap().wait = wait;
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.tls.certificate));
        drop(std::fs::remove_file(&self.tls.key));
    }
}

async fn take(request: HttpRequest, body: String, plan: web::Data<Mutex<Plan>>) -> HttpResponse {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let (status, wait, file) = {
        let mut plan = plan.lock().unwrap();
        let is_refused = plan.refused.as_ref().is_some_and(|text| body.contains(text));
        let status = if is_refused { 500 } else { plan.answers.pop_front().unwrap_or(200) };
        let (method, path) = (request.method().to_string(), request.path().to_owned());
        let file = plan.files.get(&path).cloned();
        plan.taken.push(Taken { method, path, headers: headers.collect(), body, status });
        (status, plan.wait, file)
    };
    tokio::time::sleep(wait).await;
    let mut answer = HttpResponse::build(status.try_into().unwrap());
    if status == 302 {
        answer.insert_header(("Location", "https://localhost/elsewhere"));
    }
    answer.body(file.filter(|_| status == 200).unwrap_or_else(|| b"received: thank you".to_vec()))
}
