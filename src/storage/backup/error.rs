//! Why a backup was not taken or not restored, and what the operator can do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::storage::private_postgres::PrivatePostgresError;

/// A backup or a restore that failed. The text is meant for the operator and holds no health data.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Somebody else takes a backup into this folder.
    #[error("another process takes a backup into {}", .0.display())]
    Busy(PathBuf),
    /// The database cannot be asked.
    #[error(
        "the database cannot be asked for a backup (its user must be a superuser, or have REPLICATION): {0}"
    )]
    Database(String),
    /// There is nothing of ours in the database.
    #[error("the database has no schema of hygeia yet: `hygeia migrate` makes it")]
    NoSchema,
    /// The program that copies a cluster is not installed.
    #[error(
        "no pg_basebackup for a server of version {0} is installed (Debian: apt-get install postgresql-client-{0}); it must be of \
         that version or newer"
    )]
    NoProgram(u32),
    /// The copy failed.
    #[error("pg_basebackup failed: {0}")]
    Copy(String),
    /// A file is not what it was when the backup was taken.
    #[error("the backup is broken: {file} is not what was written ({problem})")]
    Broken {
        /// The file's name in the backup.
        file: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The manifest cannot be understood.
    #[error("the backup's manifest.json is of no kind that this version reads: {0}")]
    Manifest(String),
    /// The backup is sealed, and the right key is not there.
    #[error("the backup is sealed with the key {0}: name the file that holds it with --key-file")]
    Sealed(String),
    /// A key was given for a backup that is not sealed.
    #[error(
        "the backup is not sealed, though a key was given: anybody could have made it; to trust it, restore it without the key"
    )]
    NotSealed,
    /// A key's file holds none.
    #[error("{} holds no key: 64 hexadecimal digits, such as `openssl rand -hex 32` prints", .0.display())]
    NoKey(PathBuf),
    /// What the backup leaves to the operator is not there.
    #[error(
        "the backup does not hold {name}, which its audit trail is verified with: name a copy with --audit-key, or say \
         --without-audit-key, after which earlier seals cannot be checked"
    )]
    Apart {
        /// The file's name in the data folder.
        name: String,
    },
    /// A file was given that is not the one of the time of the backup.
    #[error("{} is not the {name} that the server had when the backup was taken", .given.display())]
    OtherFile {
        /// The file's name in the data folder.
        name: String,
        /// The file that was given.
        given: PathBuf,
    },
    /// The data folder is in use already.
    #[error("{} is not empty, it holds {found}: a backup is restored into an empty data folder only", .folder.display())]
    NotEmpty {
        /// The data folder.
        folder: PathBuf,
        /// One of the things in it.
        found: String,
    },
    /// The copy does not pass Postgres' own check.
    #[error("pg_verifybackup refuses the copy: {0}")]
    Refused(String),
    /// The cluster cannot be run here.
    #[error(transparent)]
    PrivatePostgres(#[from] PrivatePostgresError),
    /// The operating system refused something.
    #[error("cannot {action} {}: {source}", .path.display())]
    System {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The thread that copies ended without an answer.
    #[error("the thread of the backup ended unexpectedly")]
    Lost,
}

impl BackupError {
    /// Makes an error of what the operating system said.
    pub(super) fn system(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::System { action, path, source }
    }
}
