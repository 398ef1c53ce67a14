//! Keeping the images that came in: each as a Media with a Binary, all of them or none, and none twice.

use std::collections::HashSet;
use std::io::{self, Read};
use std::time::Duration;

use sha2::{Digest, Sha224};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

use super::Received;
use super::archive::open;
use super::look::{Picture, Source};
use super::spool::Spool;
use crate::identity::Caller;
use crate::records::along::{Along, Part};
use crate::records::contents::PART_BYTES;
use crate::records::{Beside, Error, Precondition, Records, Write};
use crate::vendors::hemato::store::hold;
use crate::vendors::hemato::studies::{Study, files};
use crate::vendors::hemato::to_fhir::Context;
use crate::vendors::hemato::to_fhir::file::File;

/// So many requests copy files at the same time, in the whole process: each has a connection to the database as long.
static COPIES: Semaphore = Semaphore::const_new(4);
/// Who finds no turn waits so long.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many parts wait to be written.
const AHEAD: usize = 4;

/// Keeps the images that the study does not have yet, while it takes files; whether there were any. Another request may have been faster:
/// then it is to be tried anew.
///
/// # Errors
/// When they cannot be kept.
pub async fn keep(
    records: &Records,
    caller: &Caller,
    study: &Study,
    received: &Received,
    context: &Context,
) -> Result<bool, Error> {
    let known: HashSet<_> =
        files::of(records, caller, &study.id).await?.into_iter().map(|file| file.id).collect();
    let new: Vec<_> = received.pictures.iter().filter(|picture| !known.contains(&picture.id)).collect();
    if new.is_empty() {
        return Ok(false);
    }
    let files: Vec<_> = new.iter().map(|picture| file(&study.id, picture)).collect();
    let put = |resource: serde_json::Value, id: &str| Write::Update {
        resource,
        id: id.to_owned(),
        precondition: Some(Precondition::Absent),
    };
    let mut writes = Vec::new();
    for file in &files {
        writes.push(put(file.media(&study.id, &study.request, context), &file.media));
        writes.push(put(file.binary(), &file.media));
    }
    // Whoever requests the review meanwhile changes it, and no file is added after that.
    writes.push(hold("Task", &study.task)?);
    let wanted: Vec<_> =
        files.iter().zip(&new).map(|(file, picture)| (file.media.clone(), picture.source)).collect();
    let spool = received.spool.clone();
    let turn = timeout(PATIENCE, COPIES.acquire()).await;
    let _turn = turn.ok().and_then(Result::ok).ok_or(Error::Unavailable)?;
    let along = Along { parts: Some(parts(spool, wanted)), ..Along::default() };
    records.transact_along(caller, writes, &Beside::default(), along).await?;
    Ok(true)
}

fn file(study: &str, picture: &Picture) -> File {
    let (width, height) = picture.sides;
    // The same image of the same study has the same id: of two that come at once, one is kept.
    let media = hex::encode(Sha224::digest(format!("{study}\0{}", picture.id)));
    File {
        id: picture.id.clone(),
        media,
        title: picture.title.clone(),
        media_type: picture.format.media_type(),
        width,
        height,
        size_bytes: picture.length,
        sha1: picture.sha1.clone(),
    }
}

/// Reads images part by part on a thread of its own. It ends when nobody takes parts any more.
fn parts(spool: Spool, wanted: Vec<(String, Source)>) -> Receiver<io::Result<Part>> {
    let (sender, receiver) = channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let has_entries = wanted.iter().any(|(_, source)| matches!(source, Source::Entry(_)));
        let mut archive = if has_entries { open(&spool).ok() } else { None };
        for (binary, source) in wanted {
            let mut send = |part: io::Result<Part>| sender.blocking_send(part).is_ok();
            let goes_on = match (source, archive.as_mut()) {
                (Source::Whole, _) => read(&mut spool.reader(), &binary, &mut send),
                (Source::Entry(at), Some(archive)) => match archive.by_index(at) {
                    Ok(mut entry) => read(&mut entry, &binary, &mut send),
                    Err(_) => send(Err(io::Error::from(io::ErrorKind::InvalidData))),
                },
                (Source::Entry(_), None) => send(Err(io::Error::from(io::ErrorKind::InvalidData))),
            };
            if !goes_on {
                return;
            }
        }
    });
    receiver
}

fn read(from: &mut impl Read, binary: &str, send: &mut impl FnMut(io::Result<Part>) -> bool) -> bool {
    let most = u64::try_from(PART_BYTES).unwrap_or(u64::MAX);
    for at in 0.. {
        let mut bytes = Vec::new();
        match from.by_ref().take(most).read_to_end(&mut bytes) {
            Ok(0) => return true,
            Ok(_) => {
                if !send(Ok(Part { binary: binary.to_owned(), at, bytes })) {
                    return false;
                }
            }
            Err(fault) => return send(Err(fault)),
        }
    }
    true
}
