//! `hygeia import ndjson`: resources, one a line. <https://github.com/ndjson/ndjson-spec>

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::progress::{Progress, told};
use crate::app::App;
use crate::identity::Caller;
use crate::records::import::{Fault, Line, Lines, NotReadable, SLICE};

/// So much is read at a time.
const AT_A_TIME: usize = 64 * 1024;
/// So many lines are stored at a time, or so many bytes of them.
const LINES: usize = 500;
const BYTES: usize = 4 * 1024 * 1024;

/// Stores what is in the files.
///
/// # Errors
/// When a file cannot be read or the database fails; or, at the end, when lines were refused.
pub(super) async fn import(app: &App, caller: &Caller, files: &[PathBuf]) -> anyhow::Result<()> {
    let mut progress = Progress::of(files)?;
    for file in files {
        let done = of_file(app, caller, file, &mut progress).await;
        done.with_context(|| format!("{} cannot be imported", file.display()))?;
    }
    progress.end("lines")
}

async fn of_file(app: &App, caller: &Caller, path: &Path, progress: &mut Progress) -> anyhow::Result<()> {
    let mut file = File::open(path)?;
    let mut lines = Lines::after(0);
    let mut buffer = vec![0; AT_A_TIME];
    let (mut waiting, mut bytes) = (Vec::new(), 0_usize);
    loop {
        let length = file.read(&mut buffer)?;
        progress.read(length);
        let read = buffer.get(..length).unwrap_or_default();
        if read.is_empty() || lines.is_broken() {
            break;
        }
        for line in read.chunks(SLICE).flat_map(|slice| lines.push(slice)) {
            bytes = bytes.saturating_add(line.text.as_ref().map_or(0, Vec::len));
            waiting.push(line);
            if waiting.len() >= LINES || bytes >= BYTES {
                bytes = 0;
                store(app, caller, path, (std::mem::take(&mut waiting), progress)).await?;
            }
        }
    }
    let last = lines.end();
    let is_whole = last.is_ok();
    waiting.extend(last.into_iter().flatten());
    store(app, caller, path, (waiting, &mut *progress)).await?;
    if !is_whole {
        progress.refused(path, &NotReadable.to_string());
    }
    Ok(())
}

async fn store(
    app: &App,
    caller: &Caller,
    path: &Path,
    (lines, progress): (Vec<Line>, &mut Progress),
) -> anyhow::Result<()> {
    let done = app.records.import_lines(caller, None, lines).await?;
    for Fault { line, issues } in &done.faults {
        progress.refused(path, &format!("line {line}: {}", told(issues)));
    }
    progress.stored(u64::try_from(done.stored).unwrap_or(0));
    Ok(())
}
