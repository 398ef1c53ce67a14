//! The application put together: database, records, identity, inference.

use std::path::PathBuf;
use std::sync::Arc;

use crate::core::config::Settings;
use crate::core::{Clock, Ids, Secret};
use crate::http::fhir::BaseUrl;
use crate::http::probes::InferenceState;
use crate::identity::Identity;
/// tmp
pub struct Inference;
impl Inference {
    fn open(_: Option<PathBuf>, _: &std::path::Path) -> Result<Self, String> {
        Ok(Self)
    }
}
use crate::records::Records;
use crate::storage::migrate::{self, MigrationError};
use crate::storage::private_postgres::{self, PrivatePostgres, PrivatePostgresError};
use crate::storage::{StorageError, Store};

/// So many database connections a process opens at most.
const CONNECTIONS: usize = 16;

/// Everything that requests need.
#[derive(Clone)]
pub struct App {
    /// The door to resources.
    pub records: Records,
    /// Callers and credentials.
    pub identity: Identity,
    /// The models; none when they cannot be used.
    pub inference: Option<Arc<Inference>>,
    /// What `/readyz` says of the models.
    pub inference_state: InferenceState,
    /// The address of the FHIR base.
    pub fhir_base: BaseUrl,
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
        let run = migrate::run(url).await?;
        if !run.is_empty() {
            tracing::info!(count = run.len(), "migrations were run");
        }
        let inference = Inference::open(settings.ort_library.clone(), &project_folder("models"));
        Self::on_current_schema(settings, url, clock, inference.map(Arc::new).map_err(|e| e.to_string()))
            .await
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
        Self::on_current_schema(settings, url, clock, Err("not opened".to_owned())).await
    }

    /// Opens everything on a schema that is up to date.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn on_current_schema(
        settings: &Settings,
        url: &Secret<String>,
        clock: Clock,
        inference: Result<Arc<Inference>, String>,
    ) -> Result<Self, StartError> {
        let store = Store::connect(url, CONNECTIONS)?;
        let identity = Identity::open(store.clone(), clock.clone(), Ids, &settings.public_url).await?;
        if let Err(reason) = &inference {
            tracing::warn!(reason, "pictures cannot be read");
        }
        Ok(Self {
            records: Records::open(store, clock.clone(), Ids),
            identity,
            inference_state: InferenceState(inference.as_ref().map(|_| ()).map_err(Clone::clone)),
            inference: inference.ok(),
            fhir_base: BaseUrl(format!("{}{}", settings.public_url, crate::http::fhir::MOUNT)),
            clock,
        })
    }
}

/// A folder that ships with the program: beside the binary, or in the project that it was built in.
#[must_use]
pub fn project_folder(name: &str) -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|binary| Some(binary.parent()?.join(name)));
    beside
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name))
}
