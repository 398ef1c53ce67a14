//! What a backup is of: `manifest.json`.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::BackupError as Error;
use super::take::{BESIDE, Facts};

/// The manifest's file.
pub(super) const FILE: &str = "manifest.json";
/// The only kind that there is so far.
const FORMAT: u32 = 1;

/// What a backup is of, and what it leaves to the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    /// The version of hygeia that took it.
    pub(super) hygeia: String,
    /// The newest migration of the schema.
    pub(super) migration: String,
    /// Postgres' own number of its version, such as 150018.
    pub(super) postgres: u32,
    /// Postgres' own number of the cluster (`system_identifier`), by which it is told from others; backups before 0.1.0 do not say it.
    #[serde(default)]
    pub(super) cluster: Option<String>,
    /// Whether it is of the private Postgres.
    pub(super) is_private: bool,
    /// When it was begun: all that was answered before is in it.
    pub(super) started: DateTime<Utc>,
    /// When it was whole.
    pub(super) ended: DateTime<Utc>,
    /// Where in the write-ahead log it begins.
    pub(super) begin_lsn: String,
    /// Where in the write-ahead log it ends: what was committed by then is in it.
    pub(super) end_lsn: String,
    /// The name of the key that it is sealed with.
    pub(super) sealed_with: Option<String>,
    /// Files of the data folder that belong to it.
    pub(super) beside: Vec<Beside>,
}

/// A file of the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Beside {
    /// Its name there.
    pub(super) name: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub(super) sha256: String,
    /// Whether it is in the backup; else the operator keeps it elsewhere.
    pub(super) is_inside: bool,
}

impl Manifest {
    /// What can be told before the copy is made.
    pub(super) fn begin(of: Facts, is_private: bool, started: DateTime<Utc>) -> Self {
        let Facts { migration, version: postgres, cluster } = of;
        Self {
            format: FORMAT,
            hygeia: env!("CARGO_PKG_VERSION").to_owned(),
            migration,
            postgres,
            cluster: Some(cluster),
            is_private,
            started,
            ended: started,
            begin_lsn: String::new(),
            end_lsn: String::new(),
            sealed_with: None,
            beside: Vec::new(),
        }
    }

    /// The major version of Postgres.
    pub(super) fn major(&self) -> u32 {
        self.postgres / 10_000
    }

    /// As it is written.
    pub(super) fn text(&self) -> Result<String, Error> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::Manifest(error.to_string()))?;
        Ok(text + "\n")
    }

    /// That of a backup.
    pub(super) fn read(backup: &Path) -> Result<Self, Error> {
        let path = backup.join(FILE);
        let text = std::fs::read(&path).map_err(Error::system("read", &path))?;
        let read: Self = serde_json::from_slice(&text).map_err(|error| Error::Manifest(error.to_string()))?;
        if read.format != FORMAT {
            return Err(Error::Manifest(format!("format {}", read.format)));
        }
        // Names become paths, and a backup may come from anywhere.
        match read.beside.iter().find(|file| !BESIDE.contains(&file.name.as_str())) {
            Some(_) => Err(Error::Manifest("it names a file that is none of a data folder's".to_owned())),
            None => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_another_format_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let started = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let facts =
            Facts { version: 150_018, migration: "20261122000062".to_owned(), cluster: "7571".to_owned() };
        let manifest = Manifest::begin(facts, true, started);
        assert_eq!(manifest.major(), 15);
        let text = manifest.text().unwrap();
        std::fs::write(folder.path().join(FILE), &text).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), manifest);
        let earlier = text.replace("  \"cluster\": \"7571\",\n", "");
        std::fs::write(folder.path().join(FILE), &earlier).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), Manifest { cluster: None, ..manifest.clone() });
        for wrong in [text.replace("\"format\": 1", "\"format\": 2"), text.replace("hygeia", "hygiea")] {
            std::fs::write(folder.path().join(FILE), wrong).unwrap();
            assert!(matches!(Manifest::read(folder.path()), Err(Error::Manifest(_))));
        }
        for name in ["/etc/passwd", "../audit.key", "cluster", ""] {
            let file = Beside { name: name.to_owned(), sha256: String::new(), is_inside: false };
            let text = Manifest { beside: vec![file], ..manifest.clone() }.text().unwrap();
            std::fs::write(folder.path().join(FILE), text).unwrap();
            assert!(matches!(Manifest::read(folder.path()), Err(Error::Manifest(_))), "{name}");
        }
    }
}
