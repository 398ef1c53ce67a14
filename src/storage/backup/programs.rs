//! Postgres' own programs that copy a cluster and check the copy.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::BackupError as Error;
use crate::storage::private_postgres::program_folders;

/// `pg_basebackup` for a server of this major version: of the same one, or the next newer one that is installed.
pub(super) fn base_backup(major: u32) -> Result<PathBuf, Error> {
    let mut found: Vec<_> = installed("pg_basebackup").filter(|(version, _)| *version >= major).collect();
    found.sort();
    found.into_iter().next().map(|(_, path)| path).ok_or(Error::NoProgram(major))
}

/// `pg_verifybackup` of exactly this major version, for it reads the write-ahead log.
pub(super) fn verify_backup(major: u32) -> Option<PathBuf> {
    installed("pg_verifybackup").find(|(version, _)| *version == major).map(|(_, path)| path)
}

fn installed(name: &'static str) -> impl Iterator<Item = (u32, PathBuf)> {
    program_folders().into_iter().filter_map(move |folder| {
        // Debian has scripts of these names, which choose a version by a configuration that may not be ours.
        let path = fs::canonicalize(folder.join(name)).ok().filter(|path| path.ends_with(name))?;
        Some((version(&path)?, path))
    })
}

/// Asks the program itself, which prints `pg_basebackup (PostgreSQL) 15.18 (Debian ...)`.
fn version(program: &Path) -> Option<u32> {
    let answer = Command::new(program).arg("--version").output().ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let (_, version) = answer.split_once("(PostgreSQL) ")?;
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// A command with only what it needs of an environment: our own holds secrets.
pub(super) fn command(program: &Path, environment: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin").current_dir("/");
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command
}
