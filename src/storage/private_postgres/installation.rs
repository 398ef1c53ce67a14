//! Finds the installed Postgres servers and picks one.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::errors::PrivatePostgresError as Error;

/// The oldest major version that our SQL works on.
const OLDEST: u32 = 15;

/// A folder with `initdb` and `postgres`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Installation {
    pub(super) major: u32,
    pub(super) bin_dir: PathBuf,
}

/// The installation to run this cluster with: the newest for a new cluster, else one of the major
/// version that made it, as no other can read it.
pub(super) fn find(bin_dir: Option<&Path>, cluster: &Path) -> Result<Installation, Error> {
    let installed = match bin_dir {
        Some(chosen) => look_into([chosen.to_owned()]),
        None => look_into(usual_folders()),
    };
    choose(installed, made_by(cluster), cluster)
}

/// The major version that made the cluster; `None` where there is none yet.
fn made_by(cluster: &Path) -> Option<u32> {
    leading_number(&fs::read_to_string(cluster.join("PG_VERSION")).ok()?)
}

fn choose(installed: Vec<Installation>, made_by: Option<u32>, cluster: &Path) -> Result<Installation, Error> {
    let versions: Vec<u32> = installed.iter().map(|one| one.major).collect();
    let mut usable: Vec<Installation> = installed.into_iter().filter(|one| one.major >= OLDEST).collect();
    // A stable sort: of two with the same version the one found first, in PATH, is kept.
    usable.sort_by_key(|one| std::cmp::Reverse(one.major));
    let available: Vec<u32> = usable.iter().map(|one| one.major).collect();
    match made_by {
        Some(found) => usable.into_iter().find(|one| one.major == found).ok_or_else(|| Error::OtherVersion {
            cluster: cluster.to_owned(),
            found,
            available,
        }),
        None => usable.into_iter().next().ok_or(Error::NotInstalled { oldest: OLDEST, installed: versions }),
    }
}

/// PATH, then where Debian and Red Hat keep the server, which is not in PATH.
pub(in crate::storage) fn usual_folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(subfolders(Path::new("/usr/lib/postgresql"), ""))
        .chain(subfolders(Path::new("/usr"), "pgsql-"))
        .collect()
}

/// The `bin` folders of the subfolders whose names begin so.
fn subfolders(parent: &Path, beginning: &str) -> Vec<PathBuf> {
    fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().as_encoded_bytes().starts_with(beginning.as_bytes()))
        .map(|entry| entry.path().join("bin"))
        .collect()
}

fn look_into(folders: impl IntoIterator<Item = PathBuf>) -> Vec<Installation> {
    let mut found: Vec<Installation> = Vec::new();
    for folder in folders {
        // A link in PATH leads to the real folder, where the server looks for its other files.
        let Some(bin_dir) = fs::canonicalize(folder.join("postgres"))
            .ok()
            .and_then(|server| Some(server.parent()?.to_owned()))
        else {
            continue;
        };
        if !bin_dir.join("initdb").exists() || found.iter().any(|one| one.bin_dir == bin_dir) {
            continue;
        }
        if let Some(major) = version(bin_dir.join("postgres").as_os_str()) {
            found.push(Installation { major, bin_dir });
        }
    }
    found
}

/// Asks the server itself, which prints `postgres (PostgreSQL) 15.18 (Debian ...)`.
fn version(server: &OsStr) -> Option<u32> {
    let answer = Command::new(server).arg("--version").output().ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let (_, version) = answer.split_once("(PostgreSQL)")?;
    leading_number(version.trim_start())
}

fn leading_number(text: &str) -> Option<u32> {
    text.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(versions: &[u32]) -> Vec<Installation> {
        let place = |major: &u32| Installation { major: *major, bin_dir: format!("/pg/{major}/bin").into() };
        versions.iter().map(place).collect()
    }

    fn chosen(versions: &[u32], made_by: Option<u32>) -> Result<u32, String> {
        choose(installed(versions), made_by, Path::new("/data/postgres"))
            .map(|one| one.major)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn other_version_refused() {
        let refusal = chosen(&[15, 16], Some(14)).unwrap_err();
        assert!(refusal.contains("made by Postgres 14") && refusal.contains("(found: 16, 15)"), "{refusal}");
        assert!(refusal.contains("postgresql-14") && refusal.contains("pg_upgrade"), "{refusal}");
    }

    #[test]
    fn too_old_refused() {
        let refusal = chosen(&[13], None).unwrap_err();
        assert!(refusal.contains("no Postgres 15 or newer") && refusal.contains("(found: 13)"), "{refusal}");
        assert!(chosen(&[13], Some(13)).is_err());
    }

    #[test]
    fn newest_for_a_new_cluster_and_the_same_for_an_old_one() {
        assert_eq!(chosen(&[15, 17, 16], None), Ok(17));
        assert_eq!(chosen(&[15, 17, 16], Some(16)), Ok(16));
    }

    #[test]
    fn numbers_as_postgres_writes_them() {
        assert_eq!(leading_number("15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(leading_number("18beta1"), Some(18));
        assert_eq!(leading_number("9.6\n"), Some(9));
        assert_eq!(leading_number("?"), None);
    }
}
