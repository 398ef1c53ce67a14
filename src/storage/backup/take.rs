//! Taking a backup of a running database.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use diesel::sql_types::{Bool, Integer, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::sync::oneshot;

use super::copy::{self, CLUSTER, file_name};
use super::error::BackupError as Error;
use super::manifest::{self, Beside, Manifest};
use super::sealed::SealKey;
use super::{folder, programs, sums};
use crate::core::{Clock, Secret};
use crate::storage::connect;

/// Files of the data folder without which a restored server cannot do all that it could before.
pub(super) const BESIDE: [&str; 1] = ["audit.key"];

/// What a backup is taken of, and where to.
#[derive(Clone, Debug)]
pub struct Order {
    /// The database.
    pub url: Secret<String>,
    /// Whether it is the private Postgres.
    pub is_private: bool,
    /// hygeia's data folder.
    pub data_dir: PathBuf,
    /// The folder that backups are in; made where it is missing.
    pub folder: PathBuf,
    /// What it is sealed with, where it is.
    pub key: Option<SealKey>,
}

/// A backup that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Where it is.
    pub path: PathBuf,
    /// Files of the data folder that are not in it, and that the operator keeps elsewhere.
    pub apart: Vec<String>,
}

/// Takes a backup; when this returns, it is whole and on disk.
///
/// # Errors
/// When another process takes one into the same folder, the database or its copy fails, or the disk does. Nothing that could be taken
/// for a backup stays behind.
pub async fn take(order: &Order, clock: &Clock) -> Result<Taken, Error> {
    let _turn = folder::turn(&order.folder)?;
    folder::remove_unfinished(&order.folder)?;
    let started = clock.now();
    let (aside, place) = folder::places(&order.folder, started);
    folder::private(&aside, false)?;
    let written = write(order, &aside, clock).await;
    let whole = written.and_then(|apart| {
        folder::sync(&aside)?;
        fs::rename(&aside, &place).map_err(Error::system("rename", &aside))?;
        folder::sync(&order.folder)?;
        tracing::info!(path = %place.display(), "a backup was taken");
        Ok(Taken { path: place, apart })
    });
    if whole.is_err() {
        // What cannot be removed now is removed before the next one.
        drop(fs::remove_dir_all(&aside));
    }
    whole
}

/// Postgres' number of the cluster that an address leads to (`system_identifier`), by which backups are told from those of others.
///
/// # Errors
/// When the database cannot be asked, or has no schema of ours.
pub async fn cluster(url: &Secret<String>) -> Result<String, Error> {
    let (_, server) = asked(url).await?;
    Ok(server.cluster)
}

/// What a backup is of.
pub(super) struct Facts {
    /// Postgres' number of its version.
    pub(super) version: u32,
    /// The newest migration of the schema.
    pub(super) migration: String,
    /// Postgres' number of the cluster.
    pub(super) cluster: String,
}

#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Bool)]
    has_schema: bool,
    #[diesel(sql_type = Text)]
    cluster: String,
}

#[derive(QueryableByName)]
struct Newest {
    #[diesel(sql_type = Text)]
    migration: String,
}

/// Asks what a backup is of, and has the server keep its log for as long as the connection lives: the copy ends with the log that was
/// written meanwhile.
async fn begin(url: &Secret<String>) -> Result<(AsyncPgConnection, Facts), Error> {
    const NEWEST: &str = "SELECT coalesce(max(version), '') AS migration FROM __diesel_schema_migrations";
    const KEEP: &str =
        "SELECT pg_create_physical_replication_slot('hygeia_backup_' || pg_backend_pid(), true, true)";
    let failed = |error: diesel::result::Error| Error::Database(error.to_string());
    let (mut connection, server) = asked(url).await?;
    let newest: Newest = sql_query(NEWEST).get_result(&mut connection).await.map_err(failed)?;
    sql_query(KEEP).execute(&mut connection).await.map_err(failed)?;
    let version = u32::try_from(server.version).unwrap_or_default();
    let Server { cluster, .. } = server;
    Ok((connection, Facts { version, migration: newest.migration, cluster }))
}

/// Asks a server that has our schema what it is.
async fn asked(url: &Secret<String>) -> Result<(AsyncPgConnection, Server), Error> {
    const SERVER: &str = "SELECT current_setting('server_version_num')::int AS version, \
                          to_regclass('__diesel_schema_migrations') IS NOT NULL AS has_schema, \
                          system_identifier::text AS cluster FROM pg_control_system()";
    let opened = connect::open(url.expose()).await;
    let mut connection = opened.map_err(|error| Error::Database(error.to_string()))?;
    let server: Result<Server, _> = sql_query(SERVER).get_result(&mut connection).await;
    let server = server.map_err(|error| Error::Database(error.to_string()))?;
    if server.has_schema { Ok((connection, server)) } else { Err(Error::NoSchema) }
}

/// Writes all files; the names of those that are left to the operator.
async fn write(order: &Order, aside: &Path, clock: &Clock) -> Result<Vec<String>, Error> {
    let started = clock.now();
    let (keeping, facts) = begin(&order.url).await?;
    let mut manifest = Manifest::begin(facts, order.is_private, started);
    let name = file_name(CLUSTER, order.key.is_some());
    let copied = copied(order, manifest.major(), aside.join(&name)).await?;
    drop(keeping);
    let mut sums = vec![(name, copied.sum)];
    (manifest.begin_lsn, manifest.end_lsn) = copied.lsn;
    manifest.sealed_with = order.key.as_ref().map(SealKey::name);
    for name in BESIDE {
        let path = order.data_dir.join(name);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            read => read.map_err(Error::system("read", &path))?,
        };
        manifest.beside.push(Beside {
            name: name.to_owned(),
            sha256: sums::of(&bytes),
            is_inside: order.key.is_some(),
        });
        // What shows that the trail was not changed must not lie open beside it.
        if order.key.is_some() {
            let name = file_name(name, true);
            let sum = copy::write(&aside.join(&name), &bytes, order.key.as_ref())?;
            sums.push((name, sum));
        }
    }
    manifest.ended = clock.now();
    let text = manifest.text()?;
    let sum = copy::write(&aside.join(manifest::FILE), text.as_bytes(), None)?;
    sums.push((manifest::FILE.to_owned(), sum));
    copy::write(&aside.join(sums::FILE), sums::lines(&sums).as_bytes(), None)?;
    Ok(manifest.beside.into_iter().filter(|file| !file.is_inside).map(|file| file.name).collect())
}

/// Copies the cluster, on a thread of its own that nobody waits for when the process is to end.
async fn copied(order: &Order, major: u32, path: PathBuf) -> Result<copy::Copied, Error> {
    let environment = connect::libpq_environment(order.url.expose());
    let environment = environment.map_err(|error| Error::Database(error.to_string()))?;
    let mut command = programs::command(&programs::base_backup(major)?, &environment);
    command.args(["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--label=hygeia"]);
    command.args(["--manifest-checksums=SHA256", "--no-password", "--verbose"]);
    // A server that is gone without a word is noticed, so that the turn does not stay with this process for ever.
    command
        .arg("--dbname=keepalives_idle=60 keepalives_interval=15 keepalives_count=8 tcp_user_timeout=300000");
    let key = order.key.clone();
    let (told, hears) = oneshot::channel();
    let thread = std::thread::Builder::new().name("backup".to_owned()).spawn(move || {
        // Nobody hears it where the backup was given up.
        drop(told.send(copy::run(command, &path, key.as_ref())));
    });
    thread.map_err(Error::system("start a thread for", &order.folder))?;
    hears.await.map_err(|_| Error::Lost)?
}
