//! The Postgres that hygeia runs itself when no `DATABASE_URL` names another.
//!
//! The cluster lives in `<data folder>/postgres` and listens on a unix socket only, in a folder
//! that nobody else may enter. A thread of its own starts the server process, waits for it and
//! starts it again when it dies. What a kill -9 at any moment leaves behind is put right at the
//! next start: see `cluster` for a half-made cluster, `leftovers` for processes and locks.
//!
//! How `postgres` reacts to signals: <https://www.postgresql.org/docs/current/server-shutdown.html>

mod account;
mod child;
mod cluster;
mod database;
mod errors;
mod folders;
mod installation;
mod leftovers;
mod parameters;
mod restoring;
mod supervisor;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use errors::PrivatePostgresError;
use folders::Folders;
pub(super) use installation::usual_folders as program_folders;
pub(super) use restoring::DataFolder;
use supervisor::Supervisor;

/// Where the private Postgres lives and what it is run from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// hygeia's data folder; made if it is missing.
    pub data_dir: PathBuf,
    /// The folder with `initdb` and `postgres`, where the search should not choose one.
    pub bin_dir: Option<PathBuf>,
    /// Postgres settings that take precedence over ours, such as `("fsync", "off")` in tests.
    pub extra: Vec<(String, String)>,
}

impl Settings {
    /// The defaults, for this data folder.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), bin_dir: None, extra: Vec::new() }
    }
}

/// A running private Postgres. Dropped without [`stop`](Self::stop), it is told to shut down, but
/// nobody waits for that.
#[derive(Debug)]
pub struct PrivatePostgres {
    url: String,
    supervisor: Supervisor,
}

impl PrivatePostgres {
    /// Makes the cluster if there is none, starts it, and returns when the database takes
    /// connections.
    pub async fn start(settings: &Settings) -> Result<Self, PrivatePostgresError> {
        let folders = Folders::make(&settings.data_dir)?;
        let lock = folders.lock()?;
        let mut supervisor = Supervisor::start(settings, folders.clone(), lock).await?;
        match database::ready(&folders, || supervisor.has_ended()).await {
            Ok(()) => Ok(Self { url: folders.url(), supervisor }),
            Err(error) => {
                // The reason for the failed start is what the caller can act on, not how the
                // shutdown went.
                let _ = supervisor.stop().await;
                Err(error)
            }
        }
    }

    /// Where to connect: `postgres://hygeia@<percent-encoded socket folder>:<port>/hygeia`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Shuts Postgres down and waits for it: open transactions are rolled back.
    pub async fn stop(mut self) -> Result<(), PrivatePostgresError> {
        self.supervisor.stop().await
    }
}

/// Where to connect to the private Postgres that another process runs on this data folder;
/// `None` when there is none, or when it is not this user's to see.
pub fn running_url(data_dir: &Path) -> Option<String> {
    let folders = Folders::find(data_dir)?;
    leftovers::is_ready(&folders.cluster).then(|| folders.url())
}
