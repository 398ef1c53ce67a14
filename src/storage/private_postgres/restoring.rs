//! A data folder that a cluster is brought back to.

use std::path::{Path, PathBuf};

use super::errors::PrivatePostgresError as Error;
use super::folders::{Folders, LOCK, Lock};
use super::installation;

/// A data folder that no other process uses as long as this is held.
#[derive(Debug)]
pub struct DataFolder {
    folders: Folders,
    unfinished: PathBuf,
    lock_file: PathBuf,
    _lock: Lock,
}

impl DataFolder {
    /// Makes the folder where it is missing, and takes it.
    pub(in crate::storage) fn take(data_dir: &Path) -> Result<Self, Error> {
        let folders = Folders::make(data_dir)?;
        let lock = folders.lock()?;
        let (unfinished, lock_file) = (folders.data.join("postgres.restore"), folders.data.join(LOCK));
        Ok(Self { folders, unfinished, lock_file, _lock: lock })
    }

    /// The data folder, absolute and without links.
    pub(in crate::storage) fn path(&self) -> &Path {
        &self.folders.data
    }

    /// Where the cluster is unpacked.
    pub(in crate::storage) fn unfinished(&self) -> &Path {
        &self.unfinished
    }

    /// Where the cluster is when it is whole.
    pub(in crate::storage) fn cluster(&self) -> &Path {
        &self.folders.cluster
    }

    /// The file that holds the folder, which is there for as long as this is.
    pub(in crate::storage) fn lock_file(&self) -> &Path {
        &self.lock_file
    }

    /// Whether a Postgres is installed that can run what was unpacked.
    pub(in crate::storage) fn can_be_run(&self) -> Result<(), Error> {
        installation::find(None, &self.unfinished).map(drop)
    }
}
