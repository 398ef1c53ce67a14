//! Settings, read once at start from the environment and an optional TOML file.
//!
//! The environment wins over the file. Every fault is reported at once, by the setting's name and never with
//! its value, because the value may be a secret.

pub mod audit;
pub mod backups;
mod client;
pub mod dicom;
pub mod egress;
pub mod exports;
pub mod hemato;
pub mod hosts;
pub mod mail;
pub mod mounts;
pub mod mqtt;
pub mod networks;
mod origins;
pub mod plans;
pub mod providers;
pub mod smartz;
mod source;
#[cfg(test)]
mod tests;
pub mod traces;

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;

use crate::core::Secret;
use audit::AuditSettings;
use backups::BackupSettings;
use dicom::DicomSettings;
use egress::EgressSettings;
use exports::ExportSettings;
use hemato::HematoSettings;
use mail::MailSettings;
use mounts::Mounting;
use mqtt::MqttSettings;
pub use origins::Origins;
use plans::Enterprise;
use providers::ProviderSettings;
use smartz::SmartzSettings;
pub use source::Fault;
use source::Source;
use traces::TraceSettings;

/// All settings of one process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `HYGEIA_BIND`, default `127.0.0.1:8080`: where to listen.
    pub bind: SocketAddr,
    /// `HYGEIA_METRICS_BIND`: where `/metrics` and the probes can be asked for from elsewhere, by plain http; nowhere, where it is missing.
    pub metrics_bind: Option<SocketAddr>,
    /// `HYGEIA_PUBLIC_URL`, default `http://` (`https://` with a certificate) and the bound address: the external base of links and
    /// issuers.
    pub public_url: String,
    /// How requests find their API.
    pub mounting: Mounting,
    /// `HYGEIA_TLS_CERT` and `HYGEIA_TLS_KEY`: with them, `HYGEIA_BIND` and the listeners speak TLS.
    pub tls: Option<TlsSettings>,
    /// `HYGEIA_MAX_CONNECTIONS`, default 10000: so many connections are open at the same time, the rest waits.
    pub max_connections: NonZero<usize>,
    /// Which pages of other origins may call a vendor's API from a browser.
    pub origins: Origins,
    /// `HYGEIA_IMAGEMEDIX_CLIENT_URL`: where a browser goes with its token after Google has signed somebody in to ImageMedix; our own
    /// page, where none is named.
    pub imagemedix_client: Option<String>,
    /// `HYGEIA_DATA_DIR`, default `./data`: the private Postgres and what else must be kept.
    pub data_dir: PathBuf,
    /// `DATABASE_URL`: the Postgres to use instead of the private one.
    pub database_url: Option<Secret<String>>,
    /// `ADMIN_EMAIL` and `ADMIN_PASSWORD`: the first administrator, read on an empty store only.
    pub admin: Option<AdminSettings>,
    /// `ORT_DYLIB_PATH`: the ONNX Runtime library, default `runtime/libonnxruntime.so` beside the binary or in the project.
    pub ort_library: Option<PathBuf>,
    /// `HYGEIA_LOG_FORMAT`: `text` (default) or `json`.
    pub log_format: LogFormat,
    /// `HYGEIA_CLIENT_REGISTRATION`: `off` (default), or `on`: anybody may register an app that asks people for access.
    pub client_registration: bool,
    /// `HYGEIA_LIMITS`: `documented` (default), or `off`: all is counted, and every ceiling is a million.
    pub limits: Limits,
    /// What SmartScanPro's plan `enterprise` allows.
    pub enterprise: Enterprise,
    /// `HYGEIA_USAGE_DAYS`, default 400: so long each call with an API key is listed; the sums by hour stay.
    pub usage_days: NonZero<u32>,
    /// `HYGEIA_DELIVERY_DAYS`, default 30: so long what was posted to webhooks is listed after it ended.
    pub delivery_days: NonZero<u16>,
    /// Where mails go.
    pub mail: MailSettings,
    /// `HYGEIA_SIGN_UP`: `closed` (default), or `open`: anybody may open an account of their own on a page.
    pub sign_up: bool,
    /// What the server itself may fetch from others.
    pub egress: EgressSettings,
    /// `HYGEIA_EXTRA_CA`: a PEM file with authorities that are trusted beside those that all trust, for mails and for what is fetched.
    pub extra_ca: Option<PathBuf>,
    /// Who else may say who somebody is.
    pub providers: Vec<ProviderSettings>,
    /// How the audit trail is kept.
    pub audit: AuditSettings,
    /// Where backups are kept, and for how long.
    pub backups: BackupSettings,
    /// How exports are kept.
    pub exports: ExportSettings,
    /// What is Hemato's alone.
    pub hemato: HematoSettings,
    /// What is Smartz Connect's alone.
    pub smartz: SmartzSettings,
    /// The broker by which nodes of Smartz Connect may send.
    pub smartz_mqtt: Option<MqttSettings>,
    /// What DICOM files are taken, and how they are kept.
    pub dicom: DicomSettings,
    /// Where traces go, if anywhere.
    pub traces: Option<TraceSettings>,
    /// Environment variables with our prefix that are not settings; worth a warning, for they have no effect.
    pub unknown: Vec<String>,
}

/// The first administrator's sign-in.
#[derive(Clone, Debug)]
pub struct AdminSettings {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: Secret<String>,
}

/// Where the certificate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// The certificate and those that lead from it to its authority, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// How much anybody may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// As much as is documented.
    #[default]
    Documented,
    /// As much as they like.
    Off,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    /// The settings of an empty environment.
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_bind: None,
            public_url: "http://127.0.0.1:8080".to_owned(),
            mounting: Mounting::default(),
            tls: None,
            max_connections: NonZero::<usize>::MIN.saturating_add(9_999),
            origins: Origins::default(),
            imagemedix_client: None,
            data_dir: PathBuf::from("./data"),
            database_url: None,
            admin: None,
            ort_library: None,
            log_format: LogFormat::Text,
            client_registration: false,
            limits: Limits::Documented,
            enterprise: Enterprise::default(),
            usage_days: NonZero::<u32>::MIN.saturating_add(399),
            delivery_days: NonZero::<u16>::MIN.saturating_add(29),
            mail: MailSettings::default(),
            sign_up: false,
            egress: EgressSettings::default(),
            extra_ca: None,
            providers: Vec::new(),
            audit: AuditSettings::default(),
            backups: BackupSettings::default(),
            exports: ExportSettings::default(),
            hemato: HematoSettings::default(),
            smartz: SmartzSettings::default(),
            smartz_mqtt: None,
            dicom: DicomSettings::default(),
            traces: None,
            unknown: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads the process environment and the file that `HYGEIA_CONFIG` names.
    ///
    /// # Errors
    /// Every fault found, in the order of the settings above.
    pub fn from_process() -> Result<Self, Vec<Fault>> {
        #[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
        let environment = std::env::vars_os()
            // What is not UTF-8 cannot be a setting of ours, and is nobody's fault.
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let source = Source::open(environment)?;
        Self::read(source)
    }

    fn read(mut source: Source) -> Result<Self, Vec<Fault>> {
        let default = Self::default();
        let bind = source.parsed("HYGEIA_BIND", default.bind, "an address such as 127.0.0.1:8080");
        let tls = tls(&mut source);
        let scheme = if tls.is_some() { "https" } else { "http" };
        let public_url = source.text("HYGEIA_PUBLIC_URL").unwrap_or_else(|| format!("{scheme}://{bind}"));
        if !(public_url.starts_with("http://") || public_url.starts_with("https://")) {
            source.fault("HYGEIA_PUBLIC_URL", "must begin with http:// or https://");
        }
        let database_url = source.text("DATABASE_URL");
        if database_url
            .as_deref()
            .is_some_and(|url| !url.starts_with("postgres://") && !url.starts_with("postgresql://"))
        {
            source.fault("DATABASE_URL", "must begin with postgres:// or postgresql://");
        }
        let admin = admin(&mut source);
        let log_format = source.chosen(
            "HYGEIA_LOG_FORMAT",
            LogFormat::Text,
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        );
        let client_registration =
            source.chosen("HYGEIA_CLIENT_REGISTRATION", false, &[("off", false), ("on", true)]);
        let limits = source.chosen(
            "HYGEIA_LIMITS",
            Limits::Documented,
            &[("documented", Limits::Documented), ("off", Limits::Off)],
        );
        let settings = Self {
            bind,
            metrics_bind: source.optional("HYGEIA_METRICS_BIND", "an address such as 0.0.0.0:9090"),
            public_url: public_url.trim_end_matches('/').to_owned(),
            mounting: Mounting::read(&mut source),
            tls,
            max_connections: source.parsed(
                "HYGEIA_MAX_CONNECTIONS",
                default.max_connections,
                "a number above 0",
            ),
            origins: Origins::read(&mut source),
            imagemedix_client: client::address(&mut source, "HYGEIA_IMAGEMEDIX_CLIENT_URL"),
            data_dir: source.text("HYGEIA_DATA_DIR").map_or(default.data_dir, PathBuf::from),
            database_url: database_url.map(Secret::new),
            admin,
            ort_library: source.text("ORT_DYLIB_PATH").map(PathBuf::from),
            log_format,
            client_registration,
            limits,
            enterprise: Enterprise::read(&mut source),
            usage_days: source.parsed("HYGEIA_USAGE_DAYS", default.usage_days, "a number of days above 0"),
            delivery_days: source.parsed(
                "HYGEIA_DELIVERY_DAYS",
                default.delivery_days,
                "a number of days from 1 to 65535",
            ),
            mail: MailSettings::read(&mut source),
            sign_up: source.chosen("HYGEIA_SIGN_UP", false, &[("closed", false), ("open", true)]),
            egress: EgressSettings::read(&mut source),
            extra_ca: source.text("HYGEIA_EXTRA_CA").map(PathBuf::from),
            providers: providers::read(&mut source),
            audit: AuditSettings::read(&mut source),
            backups: BackupSettings::read(&mut source),
            exports: ExportSettings::read(&mut source),
            hemato: HematoSettings::read(&mut source),
            smartz: SmartzSettings::read(&mut source),
            smartz_mqtt: MqttSettings::read(&mut source),
            dicom: DicomSettings::read(&mut source),
            traces: TraceSettings::read(&mut source),
            unknown: Vec::new(),
        };
        source.finish().map(|unknown| Self { unknown, ..settings })
    }
}

fn admin(source: &mut Source) -> Option<AdminSettings> {
    match (source.text("ADMIN_EMAIL"), source.text("ADMIN_PASSWORD")) {
        (Some(email), Some(password)) => Some(AdminSettings { email, password: Secret::new(password) }),
        (None, None) => None,
        (Some(_), None) => {
            source.fault("ADMIN_PASSWORD", "is needed beside ADMIN_EMAIL");
            None
        }
        (None, Some(_)) => {
            source.fault("ADMIN_EMAIL", "is needed beside ADMIN_PASSWORD");
            None
        }
    }
}

fn tls(source: &mut Source) -> Option<TlsSettings> {
    match (source.text("HYGEIA_TLS_CERT"), source.text("HYGEIA_TLS_KEY")) {
        (Some(certificate), Some(key)) => {
            Some(TlsSettings { certificate: certificate.into(), key: key.into() })
        }
        (None, None) => None,
        (Some(_), None) => {
            source.fault("HYGEIA_TLS_KEY", "is needed beside HYGEIA_TLS_CERT");
            None
        }
        (None, Some(_)) => {
            source.fault("HYGEIA_TLS_CERT", "is needed beside HYGEIA_TLS_KEY");
            None
        }
    }
}
