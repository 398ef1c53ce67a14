//! `hygeia admin backup` and `restore`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::TimeDelta;

use super::say;
use crate::app::Database;
use crate::core::Clock;
use crate::core::config::Settings;
use crate::storage::backup::{self, AuditKey, Order, SealKey, Wanted};

/// Where a backup goes, and how.
#[derive(clap::Args)]
pub(super) struct BackupArguments {
    /// The folder that backups are in; without it, that of `HYGEIA_BACKUP_DIR`.
    #[arg(long)]
    out: Option<PathBuf>,
    /// A file with the key to seal it with, 64 hexadecimal digits; without it, that of `HYGEIA_BACKUP_KEY_FILE`.
    #[arg(long)]
    key_file: Option<PathBuf>,
    /// Remove backups that were begun more days ago; without it, as `HYGEIA_BACKUP_DAYS` says.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
}

/// Which backup is restored, and how.
#[derive(clap::Args)]
pub(super) struct RestoreArguments {
    /// The backup's own folder.
    #[arg(long)]
    from: PathBuf,
    /// A file with the key that it is sealed with; without it, that of `HYGEIA_BACKUP_KEY_FILE`.
    #[arg(long)]
    key_file: Option<PathBuf>,
    /// A copy of the data folder's audit.key, which a backup that is not sealed does not hold.
    #[arg(long, conflicts_with = "without_audit_key")]
    audit_key: Option<PathBuf>,
    /// Restore although that key is lost: earlier seals of the audit trail cannot be checked then.
    #[arg(long)]
    without_audit_key: bool,
}

/// Takes a backup, removes old ones, and prints where it is as last line.
pub(super) async fn take(settings: &Settings, arguments: BackupArguments) -> anyhow::Result<()> {
    // The setting's days are for the setting's folder: another one is somebody's archive.
    let days = settings.backups.days.filter(|_| arguments.out.is_none());
    let folder = arguments.out.or_else(|| settings.backups.folder.clone());
    let folder = folder.context("name the folder with --out, or with HYGEIA_BACKUP_DIR")?;
    let key_file = arguments.key_file.as_ref().or(settings.backups.key_file.as_ref());
    let key = key(key_file)?;
    let database = Database::beside(settings).await?;
    let order = order(settings, &database, &folder, key);
    let clock = Clock::system();
    let cluster = backup::cluster(&order.url).await;
    let taken = backup::take(&order, &clock).await;
    database.close().await;
    let cluster = cluster?;
    let days = arguments.keep.or(days.map(Into::into));
    // What is too old goes also where none could be taken.
    if let Some(days) = days {
        for name in backup::age_out(&folder, &cluster, clock.now(), TimeDelta::days(days.into()))? {
            say(&format!("removed: {name}\n"));
        }
    }
    let taken = taken?;
    for name in &taken.apart {
        let path = settings.data_dir.join(name);
        say(&format!("not in it, as it is not sealed; keep a copy elsewhere: {}\n", path.display()));
    }
    say(&format!("{}\n", taken.path.display()));
    Ok(())
}

/// What is to be backed up: the database of this process, sealed with this key.
pub(super) fn order(settings: &Settings, database: &Database, folder: &Path, key: Option<SealKey>) -> Order {
    Order {
        url: database.url.clone(),
        is_private: settings.database_url.is_none(),
        data_dir: settings.data_dir.clone(),
        folder: folder.to_owned(),
        key,
    }
}

/// Reads the key, where one is named.
pub(super) fn key(file: Option<&PathBuf>) -> anyhow::Result<Option<SealKey>> {
    Ok(file.map(|file| SealKey::read(file)).transpose()?)
}

/// Restores a backup into the data folder, which is empty.
pub(super) async fn restore(settings: &Settings, arguments: RestoreArguments) -> anyhow::Result<()> {
    let key_file = arguments.key_file.as_ref().or(settings.backups.key_file.as_ref());
    let audit_key = match (arguments.audit_key, arguments.without_audit_key) {
        (Some(file), _) => AuditKey::File(file),
        (None, true) => AuditKey::Without,
        (None, false) => AuditKey::Unnamed,
    };
    let (backup, data_dir) = (arguments.from, settings.data_dir.clone());
    let wanted = Wanted { backup, data_dir, key: key(key_file)?, audit_key };
    let restored = tokio::task::spawn_blocking(move || backup::restore(&wanted)).await??;
    say(&format!(
        "what was answered before {} is there; the log ends at {}\n",
        restored.started, restored.end_lsn
    ));
    if !restored.is_verified {
        let version = restored.postgres;
        say(&format!(
            "its files were held against SHA256SUMS alone: pg_verifybackup of version {version} is not installed\n"
        ));
    }
    if !restored.is_private {
        say(
            "it is the cluster of a Postgres that hygeia did not run: start one on it, and name that in DATABASE_URL\n",
        );
    }
    say(&format!("{}\n", restored.cluster.display()));
    Ok(())
}
