//! The files and folders of the private Postgres below the data folder.

use std::{
    fmt::Write as _,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    os::unix::{
        ffi::OsStrExt as _,
        fs::{DirBuilderExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::errors::PrivatePostgresError as Error;

/// Who owns the cluster and the database, as the URL names them.
pub(super) const USER: &str = "hygeia";
/// The one database.
pub(super) const DATABASE: &str = "hygeia";
/// Only a part of the socket's name, as each cluster has a socket folder of its own.
pub(super) const PORT: u16 = 5432;
/// `sockaddr_un` has 108 bytes for a path and its final zero.
const LONGEST_SOCKET_PATH_BYTES: usize = 107;
/// Beyond this, Postgres' log is emptied at start: nobody rotates it.
const LONGEST_LOG_BYTES: u64 = 10 * 1024 * 1024;

/// The file whose lock holds a data folder.
pub(super) const LOCK: &str = "hygeia.lock";

/// Holds a data folder for this process. The kernel gives it back when the process ends, and so also after a kill -9.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    /// Gives the folder back at once. Closing the file would leave it with a child that another thread forked just now, until that child
    /// is another program.
    fn drop(&mut self) {
        // It has no other reason to fail than that it is not held.
        drop(self.0.unlock());
    }
}

/// The places below one data folder.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    /// The data folder itself, absolute and without links.
    pub(super) data: PathBuf,
    /// The cluster.
    pub(super) cluster: PathBuf,
    /// The cluster while `initdb` makes it.
    pub(super) unfinished: PathBuf,
    /// Holds the socket.
    pub(super) socket: PathBuf,
    /// Postgres' own log.
    pub(super) log: PathBuf,
}

impl Folders {
    /// Makes the data folder if it is missing.
    pub(super) fn make(data_dir: &Path) -> Result<Self, Error> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data_dir)
            .map_err(Error::system("make the data folder", data_dir))?;
        Self::find(data_dir).ok_or_else(|| {
            Error::system("open the data folder", data_dir)(io::Error::from(io::ErrorKind::NotFound))
        })
    }

    /// The places below a data folder that exists.
    pub(super) fn find(data_dir: &Path) -> Option<Self> {
        let data = fs::canonicalize(data_dir).ok()?;
        Some(Self {
            cluster: data.join("postgres"),
            unfinished: data.join("postgres.init"),
            socket: socket_folder(&data),
            log: data.join("postgres.log"),
            data,
        })
    }

    /// Takes the data folder for this process.
    pub(super) fn lock(&self) -> Result<Lock, Error> {
        let path = self.data.join(LOCK);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(Error::system("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let process = file.read_to_string(&mut holder).ok().and_then(|_| holder.trim().parse().ok());
                return Err(Error::InUse { data: self.data.clone(), process });
            }
            Err(TryLockError::Error(error)) => return Err(Error::system("lock", &path)(error)),
        }
        // Only for the message above; the lock is what counts.
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(Error::system("write", &path))?;
        Ok(Lock(file))
    }

    /// Opens Postgres' log at its end.
    pub(super) fn open_log(&self) -> Result<File, Error> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&self.log)
            .map_err(Error::system("open", &self.log))?;
        let size = log.metadata().map_err(Error::system("read", &self.log))?.len();
        if size > LONGEST_LOG_BYTES {
            log.set_len(0).map_err(Error::system("empty", &self.log))?;
        }
        Ok(log)
    }

    /// The last lines of Postgres' log.
    pub(super) fn log_tail(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        last_lines(&log)
    }

    /// The socket's own path.
    pub(super) fn socket_file(&self) -> PathBuf {
        socket_file(&self.socket)
    }

    /// Where clients connect. The percent-encoded socket folder takes the place of a host.
    pub(super) fn url(&self) -> String {
        let mut host = String::new();
        for &byte in self.socket.as_os_str().as_bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                host.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(host, "%{byte:02X}");
            }
        }
        format!("postgres://{USER}@{host}:{PORT}/{DATABASE}")
    }
}

/// The last lines of what a program printed.
pub(super) fn last_lines(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let mut lines: Vec<&str> = text.lines().rev().take(10).collect();
    lines.reverse();
    lines.join("\n")
}

fn socket_file(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

/// Below the data folder; under a short name in /tmp, always the same for one data folder, where
/// that path would be too long for a socket.
fn socket_folder(data: &Path) -> PathBuf {
    let beside = data.join("postgres-socket");
    if socket_file(&beside).as_os_str().len() <= LONGEST_SOCKET_PATH_BYTES {
        return beside;
    }
    let name: String = Sha256::digest(data.as_os_str().as_bytes())
        .iter()
        .take(10)
        .fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
    Path::new("/tmp").join(format!("hygeia-{name}"))
}
