//! The checksums of a backup's files, in the form of `sha256sum`, so that anybody can check them.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::error::BackupError as Error;

/// The file of checksums.
pub(super) const FILE: &str = "SHA256SUMS";

/// A file that knows the checksum of what was written to it.
pub(super) struct Summed {
    file: File,
    hash: Sha256,
}

impl Summed {
    /// Makes the file, which must not be there yet.
    pub(super) fn make(path: &Path) -> Result<Self, Error> {
        let file = super::copy::new_file(path)?;
        Ok(Self { file, hash: Sha256::new() })
    }

    /// Makes sure that it survives a power failure; its checksum.
    pub(super) fn finish(self) -> io::Result<String> {
        self.file.sync_all()?;
        Ok(hex::encode(self.hash.finalize()))
    }
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The checksum of some bytes, in hexadecimal digits.
pub(super) fn of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A line for each file.
pub(super) fn lines(sums: &[(String, String)]) -> String {
    sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect()
}

/// Holds each file of a backup against its checksum; the files' names.
pub(super) fn check(backup: &Path) -> Result<Vec<String>, Error> {
    let path = backup.join(FILE);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(broken(FILE, "it is not text"));
        }
        read => read.map_err(Error::system("read", &path))?,
    };
    let mut names = Vec::new();
    for line in text.lines() {
        let (sum, name) =
            line.split_once("  ").ok_or_else(|| broken(FILE, "a line is not a checksum and a name"))?;
        // A name only: the list may come from anywhere.
        if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
            return Err(broken(FILE, "a line does not name a file beside it"));
        }
        let path = backup.join(name);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(broken(name, "it is missing"));
            }
            opened => opened.map_err(Error::system("open", &path))?,
        };
        if read_sum(file).map_err(Error::system("read", &path))? != sum {
            return Err(broken(name, "its checksum is another"));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

fn read_sum(mut file: File) -> io::Result<String> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            length => hash.update(buffer.get(..length).unwrap_or_default()),
        }
    }
}

/// The error of a file that is not what it was.
pub(super) fn broken(file: &str, problem: &'static str) -> Error {
    Error::Broken { file: file.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_by_the_name_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut file = Summed::make(&at("a")).unwrap();
        file.write_all(b"abc").unwrap();
        let sum = file.finish().unwrap();
        assert_eq!(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(sum, of(b"abc"));
        let told = |text: &str| {
            fs::write(at(FILE), text).unwrap();
            check(folder.path()).map_err(|error| error.to_string())
        };
        let good = lines(&[("a".to_owned(), sum.clone())]);
        assert_eq!(told(&good), Ok(vec!["a".to_owned()]));
        for wrong in ["x\n", "00  ../a\n", "00  /etc/passwd\n", "00  .lock\n"] {
            assert!(told(wrong).unwrap_err().contains("SHA256SUMS is not what was written"), "{wrong}");
        }
        let missing = lines(&[("a".to_owned(), sum.clone()), ("b".to_owned(), sum)]);
        assert!(told(&missing).unwrap_err().contains(": b is not what was written (it is missing)"));
        fs::write(at("a"), "abd").unwrap();
        assert!(told(&good).unwrap_err().contains(": a is not what was written (its checksum is another)"));
    }
}
