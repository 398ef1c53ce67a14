//! A server a test: real Postgres in a schema of its own, real HTTP, a clock that the test moves.

mod answer;
mod cluster;
pub mod dicom;
pub mod drawn;
mod mails;
pub mod receiver;
pub mod smears;
pub mod socket;
mod way;

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use hygeia::app::{App, device_reader, imaging_reader};
use hygeia::core::config::Settings;
use hygeia::core::config::audit::AuditSettings;
use hygeia::core::config::mounts::{Listener, Mount, Mounting};
use hygeia::core::{Clock, Secret};
use hygeia::http::tls::Certificate;
use hygeia::identity::oauth::registration::{NewClient, NotRegistered, Registered};
use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::inference::device::{Detector, DeviceReader};
use hygeia::inference::dicom::DicomReader;
use hygeia::inference::imaging::ImagingReader;
use hygeia::inference::smear::SmearReader;
use hygeia::records::audit::Note;
use hygeia::server::{self, Bound};
use hygeia::vendors::hemato::settings::Surroundings;
use hygeia::vendors::imagemedix::jobs::Analyst;
use serde_json::Value;
use uuid::Uuid;

pub use answer::Answer;
pub use mails::Mail;
pub use way::Way;
pub(crate) use way::each_way;

/// Noon of an arbitrary day; every test's clock starts here.
pub const START: &str = "2026-11-21T12:00:00Z";

/// What looks at pictures.
struct Readers {
    device: Arc<DeviceReader>,
    smears: Arc<SmearReader>,
}

impl Readers {
    fn none() -> Self {
        Arc::new(DeviceReader::unavailable("no models in this test")).into()
    }
}

impl From<Arc<DeviceReader>> for Readers {
    fn from(device: Arc<DeviceReader>) -> Self {
        Self { device, smears: Arc::new(SmearReader::unavailable("no models in this test")) }
    }
}

/// A running server with an empty store.
pub struct Server {
    /// Where it listens, such as `http://127.0.0.1:4711`.
    pub url: String,
    /// The address that it listens on.
    pub address: SocketAddr,
    /// Those of the vendors' own listeners.
    pub listeners: Vec<SocketAddr>,
    /// The application behind it.
    pub app: App,
    /// The database, as the server's own role reaches it.
    pub database: Secret<String>,
    way: Way,
    http: reqwest::Client,
    handle: actix_web::dev::ServerHandle,
}

impl Server {
    /// Starts a server that reads no pictures.
    pub async fn start() -> Self {
        Self::start_with(Arc::new(DeviceReader::unavailable("no models in this test"))).await
    }

    /// Starts a server that reads no pictures, whose API of SmartScanPro is reached that way.
    pub async fn start_via(way: Way) -> Self {
        let settings = Settings { mounting: with_listener(), ..Settings::default() };
        let mut server = Self::start_by(&settings, None).await;
        server.way = way;
        server
    }

    /// The same with the OCR models.
    pub async fn start_with_models_via(way: Way) -> Self {
        let settings = Settings { mounting: with_listener(), ..Settings::default() };
        let mut server = Self::start_as(&settings, None, cluster::schema().await, models().await).await;
        server.way = way;
        server
    }

    /// Starts a server with the OCR models, which all tests share.
    pub async fn start_with_models() -> Self {
        Self::start_with(models().await).await
    }

    /// Starts a server that reads pictures by this detector.
    pub async fn start_reading_by(detector: impl Detector + 'static) -> Self {
        Self::start_with(Arc::new(DeviceReader::over(detector))).await
    }

    async fn start_with(device_reader: Arc<DeviceReader>) -> Self {
        Self::start_on(cluster::schema().await, device_reader).await
    }

    /// Starts another server on the same database.
    pub async fn replica(&self) -> Self {
        Self::start_on(self.database.clone(), Arc::clone(&self.app.device_reader)).await
    }

    /// Starts another server on the same database, with these settings.
    pub async fn replica_by(&self, settings: &Settings) -> Self {
        Self::start_as(settings, None, self.database.clone(), Arc::clone(&self.app.device_reader)).await
    }

    async fn start_on(database: Secret<String>, device_reader: Arc<DeviceReader>) -> Self {
        Self::start_as(&Settings::default(), None, database, device_reader).await
    }

    /// Starts a server that reads no pictures, with these settings.
    pub async fn start_by(settings: &Settings, certificate: Option<&Certificate>) -> Self {
        let reader = Arc::new(DeviceReader::unavailable("no models in this test"));
        Self::start_as(settings, certificate, cluster::schema().await, reader).await
    }

    /// Starts a server that reads no pictures and says that it is where it is, so that a browser finds its way back to it. Its clock
    /// shows the time, as that of others does.
    pub async fn start_public(settings: impl FnOnce(&str) -> Settings) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{free}");
        let settings = Settings { bind: free, public_url: url.clone(), ..settings(&url) };
        let server = Self::start_by(&settings, None).await;
        let late = chrono::Utc::now() - START.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        server.app.clock.advance_s(late.num_seconds());
        server
    }

    async fn start_as(
        settings: &Settings,
        certificate: Option<&Certificate>,
        database: Secret<String>,
        readers: impl Into<Readers>,
    ) -> Self {
        let Readers { device, smears } = readers.into();
        let clock = Clock::manual(START.parse().unwrap());
        let is_chosen = settings.bind != Settings::default().bind;
        let bind = if is_chosen { settings.bind } else { ([127, 0, 0, 1], 0).into() };
        let key = settings.audit.key.clone().or_else(|| Some(Secret::new("a1".repeat(32))));
        let audit = AuditSettings { key, ..settings.audit.clone() };
        let data_dir =
            std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("data").join(Uuid::new_v4().to_string());
        let settings = Settings { bind, audit, data_dir, ..settings.clone() };
        let app = App::on_current_schema(&settings, &database, clock, device).await.unwrap();
        // The program is another one than the tests.
        let dicom = DicomReader::new(std::path::Path::new(env!("CARGO_BIN_EXE_hygeia")), 4);
        let hemato = Surroundings { smears, ..app.hemato.clone() };
        let app = App { dicom, hemato, ..app };
        let Bound { server, address, listeners } = server::bind(&app, &settings, certificate, 2).unwrap();
        let handle = server.handle();
        tokio::spawn(server);
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{address}");
        Self {
            url,
            address,
            listeners,
            app,
            database,
            way: Way::Prefix,
            http: reqwest::Client::new(),
            handle,
        }
    }

    /// A request to a path of this server, for what the helpers below do not cover. One below `/smartscan` goes the server's way.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let root = path.strip_prefix("/smartscan").filter(|root| root.is_empty() || root.starts_with('/'));
        match (self.way, root) {
            (Way::Prefix, _) | (_, None) => self.http.request(method, format!("{}{path}", self.url)),
            (Way::Host, Some(root)) => {
                let request = self.http.request(method, format!("{}{root}", self.url));
                request.header("Host", "api.smartscanpro.ai")
            }
            (Way::Listener, Some(root)) => {
                self.http.request(method, format!("http://{}{root}", self.listeners[0]))
            }
        }
    }

    /// An access token of the tenant `default` with these scopes.
    pub async fn token(&self, scope: &str) -> String {
        self.app.identity.issue_access_token("default", scope).await.unwrap().expose().clone()
    }

    /// Registers a client of the tenant of that name.
    pub async fn register_client(&self, tenant: &str, new: &NewClient) -> Result<Registered, NotRegistered> {
        self.app.identity.register_client(tenant, new, self.note()).await
    }

    /// Removes a client of the tenant `default`; whether there was one.
    pub async fn remove_client(&self, id: Uuid) -> Result<bool, NotRegistered> {
        self.app.identity.remove_client("default", id, self.note()).await
    }

    /// What the audit trail is told of what a test does to a client.
    pub fn note(&self) -> Note {
        self.app.records.note(&Caller::system(TenantId::PLATFORM, Surface::Operator), "test")
    }

    /// Sends what waits to be sent; all mails that were written to files so far, the oldest first.
    pub async fn mails(&self) -> Vec<Mail> {
        while self.app.identity.send_next_mail(&self.app.mailer).await.unwrap() {}
        Mail::all_in(self.app.mailer.folder().unwrap())
    }

    /// Works on jobs until none is left.
    pub async fn finish_jobs(&self) {
        while self.app.records.job_step(100).await.unwrap() {}
        while self.app.records.export_step().await.unwrap() {}
        while self.app.imports.step().await.unwrap() {}
    }

    /// Who analyses scans by the real nets.
    pub async fn analyst(&self) -> Analyst {
        App { imaging: nets().await, ..self.app.clone() }.analyst()
    }

    /// A FHIR client with this token.
    pub fn fhir_by(&self, token: String) -> Fhir<'_> {
        Fhir { server: self, token }
    }

    /// A FHIR client with every right in the tenant `default`.
    pub async fn fhir(&self) -> Fhir<'_> {
        self.fhir_with("system/*.cruds").await
    }

    /// A FHIR client with these scopes in the tenant `default`.
    pub async fn fhir_with(&self, scope: &str) -> Fhir<'_> {
        Fhir { server: self, token: self.token(scope).await }
    }

    /// A FHIR client with these scopes, which may be of any kind, launched about that patient.
    pub async fn fhir_about(&self, patient: &str, scope: &str) -> Fhir<'_> {
        let token = self.token("system/Patient.r").await;
        let changed = format!(
            "UPDATE access_token SET scope = '{scope}', patient = '{patient}' WHERE hash = encode(sha256('{token}'), 'hex')"
        );
        self.execute(&changed).await;
        Fhir { server: self, token }
    }

    /// One number from the database, seen by a superuser: what is really there, whatever the server would show.
    pub async fn number(&self, sql: &str) -> i64 {
        cluster::number(&self.database, sql).await
    }

    /// Runs statements as a superuser.
    pub async fn execute(&self, sql: &str) {
        cluster::execute(self.database.expose(), sql).await;
    }

    /// A session of a superuser.
    pub async fn session(&self) -> tokio_postgres::Client {
        cluster::connect(self.database.expose()).await
    }

    /// The address of another schema of the same database.
    pub fn database_with_schema(&self, name: &str) -> Secret<String> {
        let (address, _) = self.database.expose().split_once('?').unwrap();
        Secret::new(format!("{address}?options=-csearch_path%3D{name}"))
    }

    /// One text from the database, seen by a superuser.
    pub async fn text(&self, sql: &str) -> String {
        self.texts(sql).await.into_iter().next().expect("a row")
    }

    /// A column of texts from the database, seen by a superuser.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        cluster::texts(&self.database, sql).await
    }

    /// How Postgres would answer a query of the server's own role after `setting`.
    pub async fn plan_as_application(&self, setting: &str, sql: &str) -> String {
        cluster::plan_as_application(&self.database, setting, sql).await
    }

    /// One number as the server's own role sees it after `setting`, or the SQLSTATE of the refusal.
    pub async fn as_application(&self, setting: &str, sql: &str) -> Result<i64, String> {
        cluster::as_application(&self.database, setting, sql).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(outbox) = self.app.mailer.folder() {
            drop(std::fs::remove_dir_all(outbox.parent().unwrap()));
        }
    }
}

/// The OCR models, which all tests share.
async fn models() -> Arc<DeviceReader> {
    static READER: LazyLock<Arc<DeviceReader>> =
        LazyLock::new(|| Arc::new(device_reader(&Settings::default())));
    let reader = tokio::task::spawn_blocking(|| Arc::clone(&READER)).await.unwrap();
    assert_eq!(reader.fault(), None, "`make test` installs models and ONNX Runtime");
    reader
}

/// The nets that look at scans, which all tests share.
async fn nets() -> Arc<ImagingReader> {
    static READER: LazyLock<Arc<ImagingReader>> =
        LazyLock::new(|| Arc::new(imaging_reader(&Settings::default())));
    let reader = tokio::task::spawn_blocking(|| Arc::clone(&READER)).await.unwrap();
    assert_eq!(reader.fault(), None, "`make test` installs models and ONNX Runtime");
    reader
}

fn with_listener() -> Mounting {
    let listener = Listener { address: ([127, 0, 0, 1], 0).into(), mount: Mount::SmartScan, plain: false };
    Mounting { listeners: vec![listener], ..Mounting::default() }
}

/// A FHIR client with a token.
pub struct Fhir<'a> {
    server: &'a Server,
    token: String,
}

impl<'s> Fhir<'s> {
    /// The server that it asks.
    pub fn server(&self) -> &'s Server {
        self.server
    }

    /// The same client at another server.
    pub fn at<'o>(&self, server: &'o Server) -> Fhir<'o> {
        Fhir { server, token: self.token.clone() }
    }

    /// Any request below `/fhir`.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.server.request(method, &format!("/fhir{path}")).bearer_auth(&self.token)
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(reqwest::Method::GET, path)).await
    }

    /// POST of a resource.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(reqwest::Method::POST, path, body.to_string()).await
    }

    /// PUT of a resource.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(reqwest::Method::PUT, path, body.to_string()).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(reqwest::Method::DELETE, path)).await
    }

    /// A request with this text as FHIR JSON.
    pub async fn send(&self, method: reqwest::Method, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(method, path).header("Content-Type", "application/fhir+json");
        Answer::of(request.body(body)).await
    }
}
