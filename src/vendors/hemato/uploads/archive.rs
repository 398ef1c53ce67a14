//! Archives of images (ZIP, APPNOTE 6.3.10). Nothing of an archive is believed: entries are counted, measured and decoded before any is
//! kept, and their names are never used as paths.

use std::collections::HashSet;
use std::io::Read;

use actix_web::web;
use sha2::{Digest, Sha224};
use zip::ZipArchive;

use super::kind::harmless;
use super::look::{Picture, Source, enough, image_id, judged};
use super::spool::Spool;
use super::{ARCHIVE_LIMIT_BYTES, IMAGE_LIMIT_BYTES, MOST_FILES};
use crate::records::Error;
use crate::vendors::hemato::errors::Refusal;

/// An entry may be so many times as long as what is packed of it.
const MOST_RATIO: u64 = 200;
/// What systems leave in archives beside the files.
const LEFT_BEHIND: [&str; 2] = [".DS_Store", "Thumbs.db"];

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
    let archive = ZipArchive::new(spool.reader());
    let mut archive = archive.map_err(|_| "is no zip file, or is damaged".to_owned())?;
    if archive.len() > MOST_FILES.saturating_mul(2) {
        return Err(too_many());
    }
    let (mut pictures, mut known, mut all) = (Vec::new(), HashSet::new(), 0_u64);
    for at in 0..archive.len() {
        let Some(picture) = entry(&mut archive, at, &mut all)? else { continue };
        if known.insert(picture.id.clone()) {
            pictures.push(picture);
        }
        if pictures.len() > MOST_FILES {
            return Err(too_many());
        }
    }
    if pictures.is_empty() { Err("holds no image".to_owned()) } else { Ok(pictures) }
}

fn too_many() -> String {
    format!("holds more than {MOST_FILES} files")
}

/// The image that an entry is; none for a folder, and for what systems leave behind.
fn entry<R: Read + std::io::Seek>(
    archive: &mut ZipArchive<R>,
    at: usize,
    all: &mut u64,
) -> Result<Option<Picture>, String> {
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
    let mut hash = Sha224::new();
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
        hash.update(part);
        let room = wanted.saturating_sub(u64::try_from(head.len()).unwrap_or(u64::MAX));
        head.extend(part.iter().take(usize::try_from(room).unwrap_or(usize::MAX)));
    }
    let (format, sides) = judged(&head, length)
        .map_err(|_| "holds a file that is no JPEG or PNG picture, or is damaged".to_owned())?;
    let id = image_id(&hex::encode(hash.finalize()));
    Ok(Some(Picture { id, title: harmless(&name), format, sides, length, source: Source::Entry(at) }))
}
