//! The copy of the cluster on its way: from `pg_basebackup` through gzip, and a seal where there is a key, to the file; and back.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tar::Archive;

use super::error::BackupError as Error;
use super::sealed::{Opening, SealKey, Sealing};
use super::sums::Summed;

/// The copy's file, and what is added to the name of a file that is sealed.
pub(super) const CLUSTER: &str = "postgres.tar.gz";
pub(super) const SEALED: &str = ".sealed";

/// What was copied.
pub(super) struct Copied {
    /// The file's checksum.
    pub(super) sum: String,
    /// Where in the write-ahead log the copy begins and ends.
    pub(super) lsn: (String, String),
}

/// A new file for its owner alone.
pub(super) fn new_file(path: &Path) -> Result<File, Error> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(Error::system("make", path))
}

/// The name of a file in a backup.
pub(super) fn file_name(name: &str, is_sealed: bool) -> String {
    format!("{name}{}", if is_sealed { SEALED } else { "" })
}

enum Sink {
    Plain(Summed),
    Sealed(Box<Sealing<Summed>>),
}

impl Sink {
    fn make(path: &Path, key: Option<&SealKey>) -> Result<Self, Error> {
        let file = Summed::make(path)?;
        match key {
            None => Ok(Self::Plain(file)),
            Some(key) => {
                let sealing = Sealing::begin(file, key).map_err(Error::system("write", path))?;
                Ok(Self::Sealed(Box::new(sealing)))
            }
        }
    }

    fn finish(self) -> io::Result<String> {
        match self {
            Self::Plain(file) => file.finish(),
            Self::Sealed(sealing) => sealing.finish()?.finish(),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Sealed(sealing) => sealing.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Sealed(sealing) => sealing.flush(),
        }
    }
}

/// Runs the command, and writes what it prints to the file; its words on stderr tell where in the log the copy begins and ends.
pub(super) fn run(mut command: Command, path: &Path, key: Option<&SealKey>) -> Result<Copied, Error> {
    let program = command.get_program().to_owned();
    let sink = Sink::make(path, key)?;
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(Error::system("run", Path::new(&program)))?;
    let (Some(mut copy), Some(mut words)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Error::Lost);
    };
    // Read beside the copy: a full pipe would stop the program.
    let listener = std::thread::spawn(move || {
        let mut told = Vec::new();
        words.read_to_end(&mut told).map(|_| String::from_utf8_lossy(&told).into_owned())
    });
    let mut packing = GzEncoder::new(sink, Compression::fast());
    let poured = io::copy(&mut copy, &mut packing);
    // Where writing failed, the program ends at its next word to a closed pipe.
    drop(copy);
    let ended = child.wait().map_err(Error::system("wait for", Path::new(&program)))?;
    let told =
        listener.join().map_err(|_| Error::Lost)?.map_err(Error::system("hear", Path::new(&program)))?;
    poured.map_err(Error::system("write", path))?;
    if !ended.success() {
        return Err(Error::Copy(last_words(&told)));
    }
    let sum = packing.finish().and_then(Sink::finish).map_err(Error::system("write", path))?;
    match (point(&told, "start point: "), point(&told, "end point: ")) {
        (Some(begin), Some(end)) => Ok(Copied { sum, lsn: (begin, end) }),
        _ => Err(Error::Copy(format!(
            "it does not tell where the copy begins and ends: {}",
            last_words(&told)
        ))),
    }
}

fn point(told: &str, before: &str) -> Option<String> {
    let (_, after) = told.split_once(before)?;
    after.split_whitespace().next().map(str::to_owned)
}

fn last_words(told: &str) -> String {
    let mut lines: Vec<&str> = told.lines().rev().take(5).collect();
    lines.reverse();
    lines.join("; ")
}

/// Writes a small file as the copy is written; its checksum.
pub(super) fn write(path: &Path, bytes: &[u8], key: Option<&SealKey>) -> Result<String, Error> {
    let mut sink = Sink::make(path, key)?;
    sink.write_all(bytes).and_then(|()| sink.finish()).map_err(Error::system("write", path))
}

/// Opens a file of a backup.
pub(super) fn open(path: &Path, key: Option<&SealKey>) -> Result<Box<dyn Read>, Error> {
    let file = BufReader::new(File::open(path).map_err(Error::system("open", path))?);
    match key {
        None => Ok(Box::new(file)),
        Some(key) => Ok(Box::new(Opening::begin(file, key).map_err(Error::system("open", path))?)),
    }
}

/// Unpacks the copy into a folder.
pub(super) fn unpack(path: &Path, key: Option<&SealKey>, into: &Path) -> Result<(), Error> {
    let mut archive = Archive::new(GzDecoder::new(open(path, key)?));
    archive.set_preserve_permissions(true);
    archive.set_preserve_mtime(false);
    archive.unpack(into).map_err(Error::system("unpack", path))?;
    // To the end, where a seal tells whether something was cut off.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink()).map(drop).map_err(Error::system("unpack", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_fails_or_says_nothing_is_no_copy() {
        let folder = tempfile::tempdir().unwrap();
        let told = |script: &str, name: &str| {
            run(shell(script), &folder.path().join(name), None).err().map(|error| error.to_string()).unwrap()
        };
        let failed = told("echo half; echo no such server >&2; exit 1", "a");
        assert_eq!(failed, "pg_basebackup failed: no such server");
        assert!(told("echo whole", "b").contains("does not tell where the copy begins and ends"));
        assert!(told("echo", "b").contains("cannot make"), "a file is never written over");
        let missing = run(Command::new("/nowhere"), &folder.path().join("c"), None).err().unwrap();
        assert!(missing.to_string().starts_with("cannot run /nowhere"));
    }

    #[test]
    fn where_the_copy_begins_and_ends_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo x; echo 'a: write-ahead log start point: 0/2000028 on timeline 1' >&2; \
                      echo 'a: write-ahead log end point: 0/2000100' >&2";
        let copied = run(shell(script), &folder.path().join("a"), None).unwrap();
        assert_eq!(copied.lsn, ("0/2000028".to_owned(), "0/2000100".to_owned()));
        let mut text = String::new();
        GzDecoder::new(open(&folder.path().join("a"), None).unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "x\n");
    }
}
