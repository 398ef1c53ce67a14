//! Archives of images (ZIP, APPNOTE 6.3.10). Nothing of an archive is believed: entries are counted, measured and decoded before any is
//! kept, and their names are never used as paths.

use std::collections::HashSet;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::web;
use zip::ZipArchive;

use super::hashes::{Hashes, Hashing};
use super::kind::harmless;
use super::look::{Picture, Source, enough, image_id, judged};
use super::spool::{FromStart, Spool};
use super::{ARCHIVE_LIMIT_BYTES, IMAGE_LIMIT_BYTES, MOST_FILES};
use crate::records::Error;
use crate::vendors::hemato::errors::Refusal;

/// An entry may be so many times as long as what is packed of it.
const MOST_RATIO: u64 = 200;
/// So much of an archive is read before its entries are counted: its directory, of which all is held in memory. Those of twice as many
/// entries as are taken, with long names, have room.
const DIRECTORY_BYTES: u64 = 4 * 1024 * 1024;
/// What systems leave in archives beside the files.
const LEFT_BEHIND: [&str; 2] = [".DS_Store", "Thumbs.db"];

/// An archive that is read, as far as there is a budget for that.
pub struct Budgeted {
    reader: BufReader<FromStart>,
    left: Arc<AtomicU64>,
}

impl Read for Budgeted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::from(io::ErrorKind::QuotaExceeded));
        }
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.reader.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left.fetch_sub(u64::try_from(read).unwrap_or_default(), Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Budgeted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

/// Opens an archive: its directory is in memory from then on, and no more of it than is bounded.
///
/// # Errors
/// What is wrong with it.
pub fn open(spool: &Spool) -> Result<ZipArchive<Budgeted>, &'static str> {
    let left = Arc::new(AtomicU64::new(DIRECTORY_BYTES));
    let opened = ZipArchive::new(Budgeted { reader: spool.reader(), left: Arc::clone(&left) });
    let Ok(archive) = opened else {
        let is_long = left.load(Ordering::Relaxed) == 0;
        return Err(if is_long {
            "has no directory, or one that is too long"
        } else {
            "is no zip file, or is damaged"
        });
    };
    // The length of what is read from now on is bounded by that of each entry.
    left.store(u64::MAX, Ordering::Relaxed);
    Ok(archive)
}

/// The images of an archive, each once.
///
/// # Errors
/// When it is none, or holds anything else.
pub async fn pictures(spool: &Spool) -> Result<Vec<Picture>, Refusal> {
    let spool = spool.clone();
    let read = web::block(move || read(&spool)).await.map_err(Error::internal)?;
    read.map_err(|problem| Refusal::Invalid(format!("The archive {problem}.")))
}

fn read(spool: &Spool) -> Result<Vec<Picture>, String> {
    let mut archive = open(spool)?;
    if archive.len() > MOST_FILES.saturating_mul(2) {
        return Err(too_many());
    }
    let (mut pictures, mut known, mut all, mut count) = (Vec::new(), HashSet::new(), 0_u64, 0_usize);
    for at in 0..archive.len() {
        let Some(picture) = entry(&mut archive, at, &mut all)? else { continue };
        count = count.saturating_add(1);
        if count > MOST_FILES {
            return Err(too_many());
        }
        if known.insert(picture.id.clone()) {
            pictures.push(picture);
        }
    }
    if pictures.is_empty() { Err("holds no image".to_owned()) } else { Ok(pictures) }
}

fn too_many() -> String {
    format!("holds more than {MOST_FILES} files")
}

/// The image that an entry is; none for a folder, and for what systems leave behind.
fn entry(archive: &mut ZipArchive<Budgeted>, at: usize, all: &mut u64) -> Result<Option<Picture>, String> {
    let damaged = "is damaged, packed in a way that is not read, or has a password";
    let mut file = archive.by_index(at).map_err(|_| damaged.to_owned())?;
    let name = file.name().map_err(|_| damaged.to_owned())?.into_owned();
    if file.is_symlink() {
        return Err("holds a link".to_owned());
    }
    let last = name.rsplit('/').next().unwrap_or_default();
    let is_left_behind = name.split('/').any(|part| part == "__MACOSX") || LEFT_BEHIND.contains(&last);
    if file.is_dir() || is_left_behind {
        return Ok(None);
    }
    let packed = file.compressed_size().max(1);
    let most = IMAGE_LIMIT_BYTES.min(packed.saturating_mul(MOST_RATIO));
    if file.size() > most {
        return Err("holds a file that is too large, or is packed too tightly".to_owned());
    }
    let mut hashing = Hashing::begin();
    let (mut head, mut length) = (Vec::new(), 0_u64);
    let (wanted, mut buffer) = (enough(file.size()), vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut buffer).map_err(|_| damaged.to_owned())?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        *all = all.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if length > most || *all > ARCHIVE_LIMIT_BYTES {
            return Err("unpacks to more than is taken".to_owned());
        }
        hashing.add(part);
        let room = wanted.saturating_sub(u64::try_from(head.len()).unwrap_or(u64::MAX));
        head.extend(part.iter().take(usize::try_from(room).unwrap_or(usize::MAX)));
    }
    let (format, sides) = judged(&head, length)
        .map_err(|_| "holds a file that is no JPEG or PNG picture, or is damaged".to_owned())?;
    let Hashes { sha224, sha1 } = hashing.finish();
    let (id, title, source) = (image_id(&sha224), harmless(&name), Source::Entry(at));
    Ok(Some(Picture { id, title, format, sides, length, sha1, source }))
}
