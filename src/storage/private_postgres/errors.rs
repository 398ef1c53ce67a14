//! Why the private Postgres cannot run, and what the operator can do about it.

use std::{io, path::Path, path::PathBuf};

/// A start or a stop that failed. The text is meant for the operator and holds no health data.
#[derive(Debug, thiserror::Error)]
pub enum PrivatePostgresError {
    /// No server new enough is installed.
    #[error(
        "no Postgres {oldest} or newer is installed{}: run tools/set-up (Debian: apt-get install postgresql), \
         or set DATABASE_URL to a Postgres that runs elsewhere",
        listed(.installed)
    )]
    NotInstalled {
        /// The oldest major version that will do.
        oldest: u32,
        /// The major versions that are installed.
        installed: Vec<u32>,
    },
    /// The cluster was made by a major version that is not installed.
    #[error(
        "the cluster in {} was made by Postgres {found}, which is not installed here{}: install that version \
         (Debian: apt-get install postgresql-{found}), or upgrade the cluster with pg_upgrade, or set \
         HYGEIA_DATA_DIR to another folder",
        .cluster.display(), listed(.available)
    )]
    OtherVersion {
        /// The folder of the cluster.
        cluster: PathBuf,
        /// The major version that made it.
        found: u32,
        /// The major versions that could be run.
        available: Vec<u32>,
    },
    /// Another hygeia runs on this data folder.
    #[error(
        "another hygeia{} uses the data folder {}: stop it, or set HYGEIA_DATA_DIR to another folder",
        .process.map(|id| format!(" (process {id})")).unwrap_or_default(), .data.display()
    )]
    InUse {
        /// The data folder.
        data: PathBuf,
        /// The other server's process, where it could be read.
        process: Option<u32>,
    },
    /// Started as root, and there is no other user to run Postgres as.
    #[error(
        "Postgres refuses to run as root, and there is neither a user `postgres` nor `nobody`: run hygeia as another user"
    )]
    NoAccount,
    /// A file or folder belongs to somebody else.
    #[error(
        "{} belongs to user id {owner}, and hygeia runs as {us}: run it as the owner or as root, or set \
         HYGEIA_DATA_DIR to another folder", .path.display()
    )]
    NotOurs {
        /// What belongs to another user.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// Who we are.
        us: u32,
    },
    /// `initdb` failed.
    #[error("initdb could not make a cluster: {output}")]
    Initdb {
        /// What it printed last.
        output: String,
    },
    /// Postgres ended before it took connections.
    #[error("Postgres ended while it started; the last lines of {}:\n{tail}", .log.display())]
    Ended {
        /// Its log.
        log: PathBuf,
        /// The last lines.
        tail: String,
    },
    /// Postgres runs but takes no connections.
    #[error("Postgres took no connection within {seconds} s; see {}", .log.display())]
    NotReady {
        /// How long was waited.
        seconds: u64,
        /// Its log.
        log: PathBuf,
    },
    /// A process of Postgres cannot be ended.
    #[error("Postgres' process {process} does not end: end it by hand")]
    StillRunning {
        /// The process.
        process: i32,
    },
    /// Postgres answered, with an error.
    #[error("the private Postgres refused the first connection")]
    Database(#[from] tokio_postgres::Error),
    /// The operating system refused something.
    #[error("cannot {action} {}", .path.display())]
    System {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The thread that looks after Postgres ended without an answer.
    #[error("the supervisor of the private Postgres ended unexpectedly")]
    SupervisorLost,
}

impl PrivatePostgresError {
    /// For `map_err`: what was tried, and on what.
    pub(super) fn system(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::System { action, path, source }
    }
}

/// ` (found: 13, 14)`, for the middle of a sentence; nothing where nothing is installed.
fn listed(versions: &[u32]) -> String {
    if versions.is_empty() {
        return String::new();
    }
    let all: Vec<String> = versions.iter().map(u32::to_string).collect();
    format!(" (found: {})", all.join(", "))
}
