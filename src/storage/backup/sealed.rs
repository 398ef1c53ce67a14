//! Sealing a backup with a key that is elsewhere: AES-256-GCM in chunks, by the construction STREAM, so that a file can be of any length
//! and none of its chunks changed, moved, left out or cut off (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and
//! its Nonce-Reuse Misuse-Resistance, 2015).
//!
//! A file is `hygeia sealed 1` and a line's end, 32 bytes of chance, and chunks of 65536 bytes with a tag of 16; only the last may be
//! shorter. Its key is made of ours and the chance by HKDF-SHA256, so that no nonce is used twice with a key: the nonce is 3 zeros, the
//! number of the chunk in 8 bytes, and 1 for the last chunk.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use sha2::{Digest as _, Sha256};

use super::error::BackupError as Error;
use crate::core::Ids;

const MAGIC: &[u8; 16] = b"hygeia sealed 1\n";
const CHANCE: usize = 32;
const CHUNK: usize = 1 << 16;
const PURPOSE: &[u8] = b"hygeia backup";

/// The key that backups are sealed with.
#[derive(Clone)]
pub struct SealKey(Vec<u8>);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", self.name())
    }
}

impl SealKey {
    /// Reads a file with 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the file cannot be read or holds no key; what it holds is not shown.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(Error::system("read", path))?;
        let bytes = hex::decode(text.trim()).ok().filter(|bytes| bytes.len() == 32);
        bytes.map(Self).ok_or_else(|| Error::NoKey(path.to_owned()))
    }

    /// By which the operator knows it again; it does not tell the key.
    pub(super) fn name(&self) -> String {
        let digest = Sha256::new().chain_update(PURPOSE).chain_update(&self.0).finalize();
        hex::encode(digest.get(..8).unwrap_or_default())
    }

    fn of_file(&self, chance: &[u8]) -> io::Result<LessSafeKey> {
        let made = Salt::new(HKDF_SHA256, chance).extract(&self.0);
        let made = made.expand(&[PURPOSE], &AES_256_GCM).map(UnboundKey::from);
        made.map(LessSafeKey::new).map_err(|_| io::Error::other("no key can be made"))
    }
}

fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut bytes = [0; 12];
    let parts = [0; 3].into_iter().chain(number.to_be_bytes()).chain([u8::from(is_last)]);
    bytes.iter_mut().zip(parts).for_each(|(into, byte)| *into = byte);
    Nonce::assume_unique_for_key(bytes)
}

/// Seals what is written to it.
pub(super) struct Sealing<W> {
    into: W,
    key: LessSafeKey,
    number: u64,
    chunk: Vec<u8>,
}

impl<W: Write> Sealing<W> {
    pub(super) fn begin(mut into: W, key: &SealKey) -> io::Result<Self> {
        let chance = Ids.random_bytes(CHANCE);
        into.write_all(MAGIC)?;
        into.write_all(&chance)?;
        Ok(Self {
            into,
            key: key.of_file(&chance)?,
            number: 0,
            chunk: Vec::with_capacity(CHUNK + MAX_TAG_LEN),
        })
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let nonce = nonce(self.number, is_last);
        let sealed = self.key.seal_in_place_append_tag(nonce, Aad::empty(), &mut self.chunk);
        sealed.map_err(|_| io::Error::other("a chunk cannot be sealed"))?;
        self.into.write_all(&self.chunk)?;
        self.chunk.clear();
        self.number = self.number.saturating_add(1);
        Ok(())
    }

    /// Seals the last chunk; what was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.into)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more comes: only then it is not the last.
        if self.chunk.len() == CHUNK && !bytes.is_empty() {
            self.seal(false)?;
        }
        let length = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend(bytes.iter().take(length));
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

/// Opens what is read from it; an error of the kind `InvalidData` is one of the seal.
pub(super) struct Opening<R> {
    from: R,
    key: LessSafeKey,
    number: u64,
    next: Vec<u8>,
    open: io::Cursor<Vec<u8>>,
    is_done: bool,
}

impl<R: Read> Opening<R> {
    pub(super) fn begin(mut from: R, key: &SealKey) -> io::Result<Self> {
        let head = chunk(&mut from, MAGIC.len() + CHANCE)?;
        let (magic, chance) = head.split_at_checked(MAGIC.len()).ok_or_else(not_sealed)?;
        if magic != MAGIC || chance.len() != CHANCE {
            return Err(not_sealed());
        }
        let key = key.of_file(chance)?;
        let next = chunk(&mut from, CHUNK + MAX_TAG_LEN)?;
        Ok(Self { from, key, number: 0, next, open: io::Cursor::default(), is_done: false })
    }

    fn open_next(&mut self) -> io::Result<()> {
        let following = chunk(&mut self.from, CHUNK + MAX_TAG_LEN)?;
        let mut sealed = std::mem::replace(&mut self.next, following);
        self.is_done = self.next.is_empty();
        let nonce = nonce(self.number, self.is_done);
        let length = match self.key.open_in_place(nonce, Aad::empty(), &mut sealed) {
            Ok(open) => open.len(),
            Err(_) => return Err(not_sealed()),
        };
        sealed.truncate(length);
        self.open = io::Cursor::new(sealed);
        self.number = self.number.saturating_add(1);
        Ok(())
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.open.read(into)?;
            if length > 0 || self.is_done || into.is_empty() {
                return Ok(length);
            }
            self.open_next()?;
        }
    }
}

fn not_sealed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is not what was sealed with this key")
}

/// So many bytes, or fewer at the end.
fn chunk(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut chunk = Vec::with_capacity(length);
    from.take(u64::try_from(length).unwrap_or(u64::MAX)).read_to_end(&mut chunk)?;
    Ok(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(bytes: &[u8], key: &SealKey) -> Vec<u8> {
        let mut sealing = Sealing::begin(Vec::new(), key).unwrap();
        sealing.write_all(bytes).unwrap();
        sealing.finish().unwrap()
    }

    fn opened(bytes: &[u8], key: &SealKey) -> io::Result<Vec<u8>> {
        let mut open = Vec::new();
        Opening::begin(bytes, key)?.read_to_end(&mut open).map(|_| open)
    }

    #[test]
    fn whatever_its_length_it_comes_out_as_it_went_in() {
        let key = SealKey(vec![7; 32]);
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5] {
            let plain: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let sealed = sealed(&plain, &key);
            assert_eq!(opened(&sealed, &key).unwrap(), plain, "{length}");
            assert!(length < 64 || !sealed.windows(64).any(|part| plain.starts_with(part)), "{length}");
        }
        assert_ne!(sealed(b"a", &key), sealed(b"a", &key), "the same bytes are never sealed alike");
    }

    #[test]
    fn what_was_changed_moved_or_cut_off_is_refused() {
        let key = SealKey(vec![7; 32]);
        let plain = vec![1; 2 * CHUNK + 10];
        let good = sealed(&plain, &key);
        let (head, whole) = (MAGIC.len() + CHANCE, CHUNK + MAX_TAG_LEN);
        assert!(opened(&good, &SealKey(vec![8; 32])).is_err(), "another key");
        for at in [0, 20, head, head + whole + 3, good.len() - 1] {
            let mut wrong = good.clone();
            wrong[at] ^= 1;
            assert_eq!(opened(&wrong, &key).unwrap_err().kind(), io::ErrorKind::InvalidData, "{at}");
        }
        for length in [0, 10, head, head + 5, head + whole, head + 2 * whole, good.len() - 1] {
            assert!(opened(&good[..length], &key).is_err(), "cut after {length}");
        }
        let swapped = [
            &good[..head],
            &good[head + whole..head + 2 * whole],
            &good[head..head + whole],
            &good[head + 2 * whole..],
        ];
        assert!(opened(&swapped.concat(), &key).is_err(), "two chunks change places");
        assert!(opened(&[&good[..], &good[head..]].concat(), &key).is_err(), "more comes after the end");
    }

    #[test]
    fn a_key_is_read_from_its_file_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for wrong in ["", "0g", &"00".repeat(31), &"00".repeat(33)] {
            std::fs::write(&path, wrong).unwrap();
            assert!(matches!(SealKey::read(&path), Err(Error::NoKey(_))), "{wrong}");
        }
        std::fs::write(&path, format!("{}\n", "ab".repeat(32))).unwrap();
        let key = SealKey::read(&path).unwrap();
        assert_eq!(format!("{key:?}"), format!("SealKey({})", key.name()));
        assert!(!key.name().contains("abab") && key.name().len() == 16);
    }
}
