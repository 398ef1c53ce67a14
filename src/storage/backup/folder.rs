//! The folder that backups are in: their names, whose turn it is, and how they age out.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::error::BackupError as Error;
use super::manifest::Manifest;

/// How a backup's name tells when it was begun, in UTC.
const NAME: &str = "hygeia-%Y%m%dT%H%M%S%.3fZ";
/// What is not whole begins with a point and ends so.
const ASIDE: &str = ".partial";

/// One process at a time takes or removes backups here. The kernel gives it back when the process ends.
#[derive(Debug)]
pub(super) struct Turn(File);

impl Drop for Turn {
    fn drop(&mut self) {
        // It has no other reason to fail than that it is not held.
        drop(self.0.unlock());
    }
}

/// Makes the folder where it is missing, and takes the turn.
pub(super) fn turn(folder: &Path) -> Result<Turn, Error> {
    private(folder, true)?;
    let path = folder.join(".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = file.map_err(Error::system("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Turn(file)),
        Err(TryLockError::WouldBlock) => Err(Error::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(Error::system("lock", &path)(error)),
    }
}

/// Makes a folder for its owner alone.
pub(super) fn private(path: &Path, is_recursive: bool) -> Result<(), Error> {
    let made = DirBuilder::new().recursive(is_recursive).mode(0o700).create(path);
    made.map_err(Error::system("make", path))
}

/// Where a backup is written, and where it is when it is whole.
pub(super) fn places(folder: &Path, started: DateTime<Utc>) -> (PathBuf, PathBuf) {
    let name = started.format(NAME).to_string();
    (aside(folder, &name), folder.join(name))
}

fn aside(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!(".{name}{ASIDE}"))
}

/// Removes what processes left that were ended while they wrote or removed a backup. Whoever calls it has the turn.
pub(super) fn remove_unfinished(folder: &Path) -> Result<(), Error> {
    for name in names(folder)? {
        let begun = name.strip_prefix('.').and_then(|name| name.strip_suffix(ASIDE)).and_then(moment);
        if begun.is_some() {
            let path = folder.join(&name);
            fs::remove_dir_all(&path).map_err(Error::system("remove", &path))?;
        }
    }
    Ok(())
}

/// Makes sure that a folder's entries survive a power failure.
pub(super) fn sync(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::system("sync", folder))
}

/// When the newest whole backup of this cluster was begun; none where there is no backup. One that says that it was begun later than now, by a clock that
/// was wrong, does not count.
///
/// # Errors
/// When the folder cannot be read.
pub fn newest(folder: &Path, cluster: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(whole(folder, cluster, now)?.into_iter().map(|(begun, _)| begun).max())
}

/// Removes the backups of this cluster that are older than this, but never the newest; their names, the oldest first.
///
/// # Errors
/// When somebody else takes a backup just now, or one cannot be removed.
pub fn age_out(
    folder: &Path,
    cluster: &str,
    now: DateTime<Utc>,
    age: TimeDelta,
) -> Result<Vec<String>, Error> {
    let before = now - age;
    if whole(folder, cluster, now)?.iter().all(|(begun, _)| *begun >= before) {
        return Ok(Vec::new());
    }
    let _turn = turn(folder)?;
    remove_unfinished(folder)?;
    let mut found = whole(folder, cluster, now)?;
    found.sort();
    // Backups that stopped are a fault to be mended; the last one gone would make it a loss.
    found.pop();
    let mut removed = Vec::new();
    for (_, name) in found.into_iter().filter(|(begun, _)| *begun < before) {
        // Renamed first, so that nobody takes half a backup for one.
        let (path, aside) = (folder.join(&name), aside(folder, &name));
        fs::rename(&path, &aside).map_err(Error::system("rename", &path))?;
        fs::remove_dir_all(&aside).map_err(Error::system("remove", &aside))?;
        removed.push(name);
    }
    sync(folder)?;
    Ok(removed)
}

/// The whole backups of this cluster until now: when each was begun, and its name. Nothing else in the folder is ours to touch; those that do
/// not say whose they are, are.
fn whole(folder: &Path, cluster: &str, now: DateTime<Utc>) -> Result<Vec<(DateTime<Utc>, String)>, Error> {
    let begun = |name: &str| moment(name).filter(|begun| *begun <= now);
    let dated = names(folder)?.into_iter().filter_map(|name| Some((begun(&name)?, name)));
    let is_ours = |name: &str| {
        let read = Manifest::read(&folder.join(name));
        read.is_ok_and(|manifest| manifest.cluster.is_none_or(|other| other == cluster))
    };
    Ok(dated.filter(|(_, name)| is_ours(name)).collect())
}

fn moment(name: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(name, NAME).ok().map(|moment| moment.and_utc())
}

fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(Error::system("read", folder))?,
    };
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::backup::manifest;
    use crate::storage::backup::take::Facts;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn add(folder: &Path, second: i64) -> String {
        add_of(folder, second, "a")
    }

    fn add_of(folder: &Path, second: i64, cluster: &str) -> String {
        let (_, place) = places(folder, at(second));
        fs::create_dir_all(&place).unwrap();
        let facts = Facts { version: 150_018, migration: String::new(), cluster: cluster.to_owned() };
        let text = Manifest::begin(facts, true, at(second)).text().unwrap();
        fs::write(place.join(manifest::FILE), text).unwrap();
        place.file_name().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn what_is_not_a_whole_backup_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["notes", "hygeia-2026", "hygeia-20270115T080000.000Z", ".hygeia-x.partial"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        assert_eq!(newest(folder.path(), "a", at(9)).unwrap(), None);
        assert_eq!(age_out(folder.path(), "a", at(9), TimeDelta::zero()).unwrap(), Vec::<String>::new());
        fs::create_dir(places(folder.path(), at(1)).0).unwrap();
        remove_unfinished(folder.path()).unwrap();
        assert_eq!(names(folder.path()).unwrap().len(), 4);
        assert_eq!(newest(Path::new("/nowhere"), "a", at(9)).unwrap(), None);
    }

    #[test]
    fn old_backups_age_out_and_the_newest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let added = [3, 1, 2].map(|second| add(folder.path(), second));
        assert_eq!(newest(folder.path(), "a", at(9)).unwrap(), Some(at(3)));
        let aged = |before| age_out(folder.path(), "a", at(9), at(9) - at(before)).unwrap();
        assert_eq!(aged(1), Vec::<String>::new());
        let ended = places(folder.path(), at(0)).0;
        fs::create_dir(&ended).unwrap();
        assert_eq!(aged(2), [added[1].clone()]);
        assert!(!ended.exists(), "what was ended midway goes with the old ones");
        assert_eq!(aged(9), [added[2].clone()]);
        assert_eq!(newest(folder.path(), "a", at(9)).unwrap(), Some(at(3)));
    }

    #[test]
    fn those_of_another_cluster_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, others) = (add(folder.path(), 1), [2, 3].map(|second| add_of(folder.path(), second, "b")));
        assert_eq!(newest(folder.path(), "a", at(9)).unwrap(), Some(at(1)));
        assert_eq!(age_out(folder.path(), "a", at(9), TimeDelta::zero()).unwrap(), Vec::<String>::new());
        assert_eq!(age_out(folder.path(), "b", at(9), TimeDelta::zero()).unwrap(), [others[0].clone()]);
        assert!(folder.path().join(ours).exists());
    }

    #[test]
    fn one_of_the_future_is_not_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let added = [1, 2, 20].map(|second| add(folder.path(), second));
        assert_eq!(newest(folder.path(), "a", at(9)).unwrap(), Some(at(2)));
        assert_eq!(age_out(folder.path(), "a", at(9), TimeDelta::zero()).unwrap(), [added[0].clone()]);
        assert!(folder.path().join(&added[2]).exists());
    }

    #[test]
    fn two_never_take_turns_at_once() {
        let folder = tempfile::tempdir().unwrap();
        add(folder.path(), 1);
        add(folder.path(), 2);
        let held = turn(folder.path()).unwrap();
        assert!(matches!(turn(folder.path()), Err(Error::Busy(_))));
        assert!(matches!(age_out(folder.path(), "a", at(9), TimeDelta::zero()), Err(Error::Busy(_))));
        drop(held);
        turn(folder.path()).unwrap();
    }
}
