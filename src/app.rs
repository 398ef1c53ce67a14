//! The application put together: database, records, identity, inference.

use std::path::PathBuf;
use std::sync::Arc;

use crate::core::config::Settings;
use crate::core::config::dicom::DicomSettings;
use crate::core::config::mqtt::MqttSettings;
use crate::core::config::plans::Enterprise;
use crate::core::config::smartz::SmartzSettings;
use crate::core::{Clock, Ids, Secret};
use crate::fhir::{definitions, search_values};
use crate::http::fhir::BaseUrl;
use crate::http::oauth::register::ClientRegistration;
use crate::http::pages::sign_up::SignUp;
use crate::identity::Identity;
use crate::identity::federation::Federation;
use crate::inference::device::{DeviceReader, Settings as ReaderSettings};
use crate::inference::dicom::DicomReader;
use crate::inference::imaging::ImagingReader;
use crate::inference::picture::{Decoder, Limits};
use crate::inference::smear::{SmearReader, WORKING_SIDE};
use crate::platform::delivery::Deliveries;
use crate::platform::egress::{Egress, NotUsable};
use crate::platform::feed::Feed;
use crate::platform::limits::Limiter;
use crate::platform::mail::{Mailer, NoMailer};
use crate::platform::queue::Queue;
use crate::platform::usage::Usage;
use crate::platform::work::Work;
use crate::records::Records;
use crate::records::audit::Trail;
use crate::records::audit::keys::{Keys, NoKeys};
use crate::records::import::{self, Imports};
use crate::records::subscriptions::{self, Subscriptions};
use crate::storage::migrate::{self, MigrationError};
use crate::storage::private_postgres::{self, PrivatePostgres, PrivatePostgresError};
use crate::storage::{StorageError, Store};
use crate::vendors::hemato::jobs::{self as hemato_jobs, Reviewer, callback};
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::imagemedix::jobs::Analyst;
use crate::vendors::imagemedix::{analyses, events};
use crate::vendors::smartz::jobs::Watch;
use crate::vendors::smartz::leavings::{self, Leavings};
use crate::vendors::smartz::mqtt::Listener;
use crate::vendors::smartz::notifications;

/// So many DICOM files are read at the same time, each in a process of its own.
const DICOM_AT_ONCE: usize = 4;
/// So many database connections a process opens at most.
const CONNECTIONS: usize = 16;

/// Everything that requests need.
#[derive(Clone)]
pub struct App {
    /// The door to resources.
    pub records: Records,
    /// Callers and credentials.
    pub identity: Identity,
    /// Counts requests.
    pub limiter: Limiter,
    /// Notes how often API keys are used.
    pub usage: Usage,
    /// What SmartScanPro's plan `enterprise` allows.
    pub enterprise: Enterprise,
    /// Decodes pictures, with one ceiling for all that are decoded at the same time.
    pub decoder: Decoder,
    /// Reads device displays; without models it refuses each picture and says why.
    pub device_reader: Arc<DeviceReader>,
    /// Looks at brains and chests; without models it refuses each picture and says why.
    pub imaging: Arc<ImagingReader>,
    /// Reads DICOM files.
    pub dicom: DicomReader,
    /// Which DICOM files are taken.
    pub dicom_settings: DicomSettings,
    /// Files that are to be imported.
    pub imports: Imports,
    /// Scans that are to be analysed.
    pub analyses: Queue,
    /// Patients of Smartz Connect of whom something is left.
    pub leavings: Queue,
    /// What is posted to others.
    pub deliveries: Deliveries,
    /// All that waits to be done.
    pub work: Work,
    /// What Hemato needs to know beside its doors.
    pub hemato: Surroundings,
    /// What subscriptions of Smartz Connect may ask for.
    pub smartz: SmartzSettings,
    /// The broker by which nodes of Smartz Connect may send.
    pub smartz_mqtt: Option<MqttSettings>,
    /// What happens in organisations of Smartz Connect.
    pub feed: Feed,
    /// The address of the FHIR base.
    pub fhir_base: BaseUrl,
    /// Sends mails.
    pub mailer: Arc<Mailer>,
    /// Whether anybody may open an account of their own on a page.
    pub sign_up: SignUp,
    /// Whether anybody may register an app.
    pub client_registration: ClientRegistration,
    /// When the process started.
    pub clock: Clock,
}

/// Why the application could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The private Postgres did not start.
    #[error(transparent)]
    PrivatePostgres(#[from] PrivatePostgresError),
    /// Migrations did not run.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No mail can be sent.
    #[error(transparent)]
    Mail(#[from] NoMailer),
    /// Nothing can be fetched from others.
    #[error(transparent)]
    Egress(#[from] NotUsable),
    /// The search index could not be brought up to date.
    #[error("the search index could not be brought up to date: {0}")]
    Index(#[from] crate::records::Error),
    /// There is no key for the audit trail.
    #[error(transparent)]
    AuditKeys(#[from] NoKeys),
}

/// The database of this process: its address, and the private server where we run one.
pub struct Database {
    /// Where to connect.
    pub url: Secret<String>,
    /// The server to stop at the end.
    pub private: Option<PrivatePostgres>,
}

impl Database {
    /// Uses `DATABASE_URL`, or starts the private Postgres.
    ///
    /// # Errors
    /// When the private Postgres does not start.
    pub async fn open(settings: &Settings) -> Result<Self, StartError> {
        if let Some(url) = &settings.database_url {
            return Ok(Self { url: url.clone(), private: None });
        }
        let private = PrivatePostgres::start(&private_postgres::Settings::new(&settings.data_dir)).await?;
        Ok(Self { url: Secret::new(private.url().to_owned()), private: Some(private) })
    }

    /// The database of a server that runs beside us on the same data folder, or that of `DATABASE_URL`; started where neither
    /// is there.
    ///
    /// # Errors
    /// When the private Postgres does not start.
    pub async fn beside(settings: &Settings) -> Result<Self, StartError> {
        match private_postgres::running_url(&settings.data_dir) {
            Some(url) if settings.database_url.is_none() => Ok(Self { url: Secret::new(url), private: None }),
            _ => Self::open(settings).await,
        }
    }

    /// Stops the private Postgres, where we started one.
    pub async fn close(self) {
        if let Some(private) = self.private
            && let Err(error) = private.stop().await
        {
            tracing::error!(%error, "the private Postgres did not stop cleanly");
        }
    }
}

impl App {
    /// Brings the schema up to date and opens everything on it.
    ///
    /// # Errors
    /// When the database fails. Missing models are no error: the server starts without them and `/readyz` says so.
    pub async fn open(settings: &Settings, url: &Secret<String>, clock: Clock) -> Result<Self, StartError> {
        definitions::warm_up();
        search_values::warm_up();
        let run = migrate::run(url).await?;
        if !run.is_empty() {
            tracing::info!(count = run.len(), "migrations were run");
        }
        let app = Self::on_current_schema(settings, url, clock, Arc::new(device_reader(settings))).await?;
        let hemato = Surroundings { smears: Arc::new(smear_reader(settings)), ..app.hemato.clone() };
        Ok(Self { imaging: Arc::new(imaging_reader(settings)), hemato, ..app })
    }

    /// The same without models, for commands that read no pictures.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_without_models(
        settings: &Settings,
        url: &Secret<String>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        migrate::run(url).await?;
        let reader = DeviceReader::unavailable("this command reads no pictures");
        Self::on_current_schema(settings, url, clock, Arc::new(reader)).await
    }

    /// Opens everything on a schema that is up to date, but the models that look at scans and smears.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn on_current_schema(
        settings: &Settings,
        url: &Secret<String>,
        clock: Clock,
        device_reader: Arc<DeviceReader>,
    ) -> Result<Self, StartError> {
        let store = Store::connect(url, CONNECTIONS)?;
        let extra_ca = settings.extra_ca.as_deref();
        let egress = Egress::new(&settings.egress, extra_ca)?;
        let federation = Federation::new(&settings.providers, egress.clone());
        let to_clients = Egress::for_clients(&settings.egress, extra_ca)?;
        let (url, limits) = (&settings.public_url, settings.limits);
        let identity =
            Identity::open(store.clone(), clock.clone(), Ids, url, limits, federation, to_clients).await?;
        let fhir_base = format!("{}{}", settings.public_url, crate::http::fhir::MOUNT);
        let keys = Keys::open(settings.audit.key.as_ref(), &settings.data_dir, Ids)?;
        let site = settings.public_url.as_str().into();
        let trail = Trail { keys, site, reads: settings.audit.reads };
        let limiter = Limiter::new(store.clone(), clock.clone(), limits);
        let usage = Usage::new(store.clone(), Ids, clock.clone(), settings.usage_days);
        let analyses = Queue::new(analyses::KIND, store.clone(), clock.clone(), analyses::LEASE);
        let leavings = Queue::new(leavings::KIND, store.clone(), clock.clone(), leavings::LEASE);
        let decoder = Decoder::new(Limits::default());
        let for_files = Egress::for_files(&settings.egress, extra_ca)?;
        let hemato = Surroundings {
            pictures: decoder.with_working_side(WORKING_SIDE),
            smears: Arc::new(SmearReader::unavailable("no models were opened")),
            queue: Queue::new(hemato_jobs::KIND, store.clone(), clock.clone(), hemato_jobs::LEASE),
            egress: for_files.clone(),
            tags: settings.hemato.personal_tags,
        };
        let feed = Feed::new(store.clone(), clock.clone());
        let beyond = (settings.exports, egress.clone());
        let records = Records::open(store.clone(), clock.clone(), Ids, &fhir_base, trail, beyond);
        records.complete_index().await?;
        let queue = Queue::new(import::KIND, store.clone(), clock.clone(), import::LEASE);
        let imports = Imports::new(records.clone(), queue, for_files);
        let mailer = Arc::new(Mailer::open(&settings.mail, extra_ca, &settings.data_dir)?);
        let styles =
            vec![events::STYLE, callback::STYLE, notifications::STYLE, subscriptions::style(records.clone())];
        let out = (egress, Arc::clone(&mailer));
        let work = Work::new(store.clone(), clock.clone());
        let deliveries = Deliveries::new(store, clock.clone(), Ids, out, styles, settings.delivery_days);
        Ok(Self {
            records,
            identity,
            limiter,
            usage,
            enterprise: settings.enterprise,
            decoder,
            device_reader,
            imaging: Arc::new(ImagingReader::unavailable("no models were opened")),
            dicom: DicomReader::new(&program(), DICOM_AT_ONCE),
            dicom_settings: settings.dicom,
            imports,
            analyses,
            leavings,
            deliveries,
            work,
            hemato,
            smartz: settings.smartz,
            smartz_mqtt: settings.smartz_mqtt.clone(),
            feed,
            fhir_base: BaseUrl(fhir_base),
            mailer,
            sign_up: SignUp(settings.sign_up),
            client_registration: ClientRegistration(settings.client_registration),
            clock,
        })
    }
}

impl App {
    /// Why pictures of some kind cannot be read, if they cannot.
    #[must_use]
    pub fn inference_fault(&self) -> Option<&str> {
        self.device_reader.fault().or_else(|| self.imaging.fault()).or_else(|| self.hemato.smears.fault())
    }

    /// Who reviews smears.
    #[must_use]
    pub fn reviewer(&self) -> Reviewer {
        Reviewer::new(self.records.clone(), self.hemato.clone(), self.deliveries.clone())
    }

    /// Who sees to subscriptions.
    #[must_use]
    pub fn subscriptions(&self) -> Subscriptions {
        Subscriptions::new(self.records.clone(), self.deliveries.clone())
    }

    /// Who sees to pods.
    #[must_use]
    pub fn watch(&self) -> Watch {
        let leavings = Leavings::new(self.records.clone(), self.leavings.clone());
        Watch::new(self.records.clone(), self.deliveries.clone(), leavings)
    }

    /// Who listens to what nodes send by MQTT.
    #[must_use]
    pub fn listener(&self) -> Listener {
        let (identity, records) = (self.identity.clone(), self.records.clone());
        Listener::new(self.smartz_mqtt.clone(), identity, records, self.deliveries.clone())
    }

    /// Who analyses scans.
    #[must_use]
    pub fn analyst(&self) -> Analyst {
        let (records, queue, decoder) = (self.records.clone(), self.analyses.clone(), self.decoder.clone());
        Analyst::new(records, queue, decoder, Arc::clone(&self.imaging), self.deliveries.clone())
    }
}

/// The reader with the models of the project; one that refuses pictures where library or models cannot be used.
#[must_use]
pub fn device_reader(settings: &Settings) -> DeviceReader {
    DeviceReader::open(&reader_settings(settings)).unwrap_or_else(|fault| {
        tracing::warn!(%fault, "pictures cannot be read");
        DeviceReader::unavailable(fault.to_string())
    })
}

/// The reader of brains and chests; one that looks at none where library or models cannot be used.
#[must_use]
pub fn imaging_reader(settings: &Settings) -> ImagingReader {
    ImagingReader::open(&reader_settings(settings)).unwrap_or_else(|fault| {
        tracing::warn!(%fault, "scans cannot be looked at");
        ImagingReader::unavailable(fault.to_string())
    })
}

/// The reader of blood smears; one that looks at none where library or models cannot be used.
#[must_use]
pub fn smear_reader(settings: &Settings) -> SmearReader {
    SmearReader::open(&reader_settings(settings)).unwrap_or_else(|fault| {
        tracing::warn!(%fault, "smears cannot be looked at");
        SmearReader::unavailable(fault.to_string())
    })
}

fn reader_settings(settings: &Settings) -> ReaderSettings {
    let library = settings.ort_library.clone();
    let library = library.unwrap_or_else(|| project_folder("runtime").join("libonnxruntime.so"));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    ReaderSettings::new(&library, &project_folder("models"), cores)
}

/// This program: it reads DICOM files in processes of its own kind.
fn program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|fault| {
        tracing::warn!(%fault, "DICOM files cannot be read");
        PathBuf::new()
    })
}

/// A folder that ships with the program: beside the binary, or in the project that it was built in.
#[must_use]
pub fn project_folder(name: &str) -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|binary| Some(binary.parent()?.join(name)));
    beside
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name))
}
