//! Restoring a backup into an empty data folder.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::copy::{self, CLUSTER, file_name};
use super::error::BackupError as Error;
use super::manifest::{self, Beside, Manifest};
use super::sealed::SealKey;
use super::{folder, programs, sums};
use crate::storage::private_postgres::DataFolder;

/// Where the audit trail's key comes from that an unsealed backup leaves to the operator.
#[derive(Clone, Debug)]
pub enum AuditKey {
    /// From the backup, or from a setting.
    Unnamed,
    /// From this file.
    File(PathBuf),
    /// It is lost, and nobody minds.
    Without,
}

/// What is restored, and where to.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The backup's own folder.
    pub backup: PathBuf,
    /// hygeia's data folder: missing, or empty.
    pub data_dir: PathBuf,
    /// What the backup is sealed with, where it is.
    pub key: Option<SealKey>,
    /// The key of the audit trail.
    pub audit_key: AuditKey,
}

/// A backup that was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The cluster.
    pub cluster: PathBuf,
    /// When the backup was begun: all that was answered before is there again.
    pub started: DateTime<Utc>,
    /// Where in the write-ahead log it ends.
    pub end_lsn: String,
    /// Whether hygeia runs this cluster itself.
    pub is_private: bool,
    /// The major version of Postgres that it is of.
    pub postgres: u32,
    /// Whether that version's `pg_verifybackup` is installed, and found each file as it was copied.
    pub is_verified: bool,
}

/// Restores a backup, after it was held against its checksums; it takes as long as reading it twice.
///
/// # Errors
/// When the backup is broken, sealed with another key, or of a Postgres that is not installed; when the data folder is not empty or in
/// use. The data folder then has no cluster.
pub fn restore(wanted: &Wanted) -> Result<Restored, Error> {
    let Wanted { backup, data_dir, .. } = wanted;
    let names = sums::check(backup)?;
    let is_named = |name: &str| names.iter().any(|named| named == name);
    if !is_named(manifest::FILE) {
        return Err(sums::broken(sums::FILE, "it does not name manifest.json"));
    }
    let manifest = Manifest::read(backup)?;
    let key = key(wanted, &manifest)?;
    let copy = file_name(CLUSTER, key.is_some());
    if !is_named(&copy) {
        return Err(sums::broken(sums::FILE, "it does not name the copy of the cluster"));
    }
    let beside = manifest.beside.iter().map(|file| Ok((file, content(wanted, file, key)?)));
    let beside = beside.collect::<Result<Vec<_>, Error>>()?;
    let data = DataFolder::take(data_dir)?;
    empty(&data)?;
    let filled = fill(&data, &backup.join(&copy), key, &manifest, &beside);
    if filled.is_err() {
        // What cannot be removed is told by the next try.
        drop(fs::remove_dir_all(data.unfinished()));
        beside.iter().for_each(|(file, _)| drop(fs::remove_file(data.path().join(&file.name))));
    }
    let (is_verified, postgres) = (filled?, manifest.major());
    let Manifest { started, end_lsn, is_private, .. } = manifest;
    Ok(Restored { cluster: data.cluster().to_owned(), started, end_lsn, is_private, postgres, is_verified })
}

/// Puts everything into the data folder; whether Postgres' own check looked at it.
fn fill(
    data: &DataFolder,
    copy: &Path,
    key: Option<&SealKey>,
    manifest: &Manifest,
    beside: &[(&Beside, Option<Vec<u8>>)],
) -> Result<bool, Error> {
    folder::private(data.unfinished(), false)?;
    let is_verified = unpack(copy, key, data, manifest)?;
    for (file, bytes) in beside {
        if let Some(bytes) = bytes {
            copy::write(&data.path().join(&file.name), bytes, None)?;
        }
    }
    // Last: a folder with a cluster is one that is whole.
    fs::rename(data.unfinished(), data.cluster()).map_err(Error::system("rename", data.unfinished()))?;
    folder::sync(data.path())?;
    Ok(is_verified)
}

/// The key that opens the backup; none where it is not sealed.
fn key<'a>(wanted: &'a Wanted, manifest: &Manifest) -> Result<Option<&'a SealKey>, Error> {
    match (&manifest.sealed_with, &wanted.key) {
        (None, None) => Ok(None),
        // Whoever seals backups was given one that anybody could have made.
        (None, Some(_)) => Err(Error::NotSealed),
        (Some(name), Some(key)) if key.name() == *name => Ok(Some(key)),
        (Some(name), _) => Err(Error::Sealed(name.clone())),
    }
}

/// What a file of the data folder holds; nothing where it is to be without.
fn content(wanted: &Wanted, file: &Beside, key: Option<&SealKey>) -> Result<Option<Vec<u8>>, Error> {
    let (path, key) = match &wanted.audit_key {
        AuditKey::File(path) => (path.clone(), None),
        AuditKey::Unnamed | AuditKey::Without if file.is_inside => {
            (wanted.backup.join(file_name(&file.name, key.is_some())), key)
        }
        AuditKey::Unnamed => return Err(Error::Apart { name: file.name.clone() }),
        AuditKey::Without => return Ok(None),
    };
    let mut bytes = Vec::new();
    copy::open(&path, key)?.read_to_end(&mut bytes).map_err(Error::system("read", &path))?;
    if sums::of(&bytes) == file.sha256 {
        Ok(Some(bytes))
    } else {
        Err(Error::OtherFile { name: file.name.clone(), given: path })
    }
}

/// Refuses a data folder with anything in it but our lock and what a restore left that was ended, which is removed.
fn empty(data: &DataFolder) -> Result<(), Error> {
    let folder = data.path();
    for entry in fs::read_dir(folder).map_err(Error::system("read", folder))? {
        let path = entry.map_err(Error::system("read", folder))?.path();
        if path == data.unfinished() {
            fs::remove_dir_all(&path).map_err(Error::system("remove", &path))?;
        } else if path != data.lock_file() {
            let found = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Err(Error::NotEmpty { folder: folder.to_owned(), found });
        }
    }
    Ok(())
}

fn unpack(copy: &Path, key: Option<&SealKey>, data: &DataFolder, manifest: &Manifest) -> Result<bool, Error> {
    copy::unpack(copy, key, data.unfinished())?;
    if manifest.is_private {
        data.can_be_run()?;
    }
    let program = programs::verify_backup(manifest.major());
    if let Some(program) = &program {
        let checked = programs::command(program, &[]).arg("--quiet").arg(data.unfinished()).output();
        let checked = checked.map_err(Error::system("run", program))?;
        if !checked.status.success() {
            return Err(Error::Refused(String::from_utf8_lossy(&checked.stderr).trim().to_owned()));
        }
    }
    sync_all(data.unfinished()).map_err(Error::system("sync", data.unfinished()))?;
    Ok(program.is_some())
}

fn sync_all(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if found.is_dir() {
        for entry in fs::read_dir(path)? {
            sync_all(&entry?.path())?;
        }
    }
    if found.is_symlink() { Ok(()) } else { File::open(path)?.sync_all() }
}
