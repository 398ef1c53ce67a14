//! Looking at the files of a study, a few at a time: each is read, decoded, looked at and let go before its turn ends.
//!
//! A file that shows no smear, or that nobody can read, is left out and named; the others are reviewed. Where none is left there is no report.

use std::pin::Pin;

use futures_util::stream::{FuturesOrdered, StreamExt};
use tokio::sync::Semaphore;

use super::{Outcome, Reviewer};
use crate::clinical::smear::LeftOut;
use crate::identity::Caller;
use crate::inference::smear::{Field, LookError};
use crate::platform::queue::Claim;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::review::Tally;
use crate::vendors::hemato::studies::Study;
use crate::vendors::hemato::studies::files::{self, Kept};

/// So many files of a study are worked on at the same time: while one is looked at, the next is read.
const AT_ONCE: usize = 2;
/// Most memory that files and their pixels take in a process, in MiB; files wait for room.
const ROOM_MIB: u32 = 1_024;
static ROOM: Semaphore = Semaphore::const_new(1_024);
/// When all files are looked at, this much is done, in percent.
const LOOKED_AT: usize = 95;
/// So many files are named in the reason why there is no report.
const NAMED: usize = 3;

/// What became of a file.
enum Looked {
    Field(Box<Field>),
    LeftOut(String),
}

/// A file that is being worked on.
type Look<'a> = Pin<Box<dyn Future<Output = Result<Looked, Refusal>> + Send + 'a>>;

impl Reviewer {
    /// Reviews the files of a study. `done` percent of the work are done before.
    pub(super) async fn review(
        &self,
        caller: &Caller,
        claim: &Claim,
        study: &Study,
        done: usize,
    ) -> Result<Outcome, Refusal> {
        let reader = &self.surroundings.smears;
        if let Some(fault) = reader.fault() {
            tracing::warn!(%fault, "a study was not reviewed");
            return Ok(Outcome::Nothing("no model for blood smears is installed".to_owned()));
        }
        let files = files::of(&self.records, caller, &study.id).await?;
        let mut tally = Tally::of(files.len());
        let mut looks: FuturesOrdered<Look<'_>> = FuturesOrdered::new();
        let mut waiting = files.iter();
        for file in waiting.by_ref().take(AT_ONCE) {
            looks.push_back(Box::pin(self.look(caller, file)));
        }
        let mut told = done;
        for (at, file) in files.iter().enumerate() {
            let looked = looks.next().await.transpose()?;
            if let Some(next) = waiting.next() {
                looks.push_back(Box::pin(self.look(caller, next)));
            }
            match looked {
                Some(Looked::Field(field)) => tally.add(at, &file.id, &field),
                Some(Looked::LeftOut(reason)) => tally.leave_out(&file.id, reason),
                None => break,
            }
            let share = at.saturating_add(1).saturating_mul(LOOKED_AT.saturating_sub(done));
            let percent = done.saturating_add(share.checked_div(files.len()).unwrap_or_default());
            if percent > told {
                told = percent;
                self.surroundings.queue.advance(claim, u8::try_from(percent).unwrap_or(95)).await?;
            }
        }
        if !tally.has_fields() {
            return Ok(Outcome::Nothing(nothing(tally.left_out())));
        }
        Ok(Outcome::Found(Box::new(tally.findings(&reader.usual(), reader.models()))))
    }

    /// What a file shows. No fault of a file is one of the study's.
    async fn look(&self, caller: &Caller, file: &Kept) -> Result<Looked, Refusal> {
        let room = ROOM.acquire_many(mebibytes(file)).await.map_err(|_| Refusal::Unavailable)?;
        let bytes = self.bytes(caller, file).await?;
        if bytes.is_empty() {
            return Ok(Looked::LeftOut("its content is gone".to_owned()));
        }
        let picture = match self.surroundings.pictures.decode(bytes.into()).await {
            Ok(picture) => picture,
            Err(fault) => return Ok(Looked::LeftOut(format!("it cannot be read: {fault}"))),
        };
        let looked = self.surroundings.smears.look(picture).await;
        drop(room);
        match looked {
            Ok(field) => Ok(Looked::Field(Box::new(field))),
            Err(fault @ (LookError::NoSmear | LookError::NoCells)) => Ok(Looked::LeftOut(fault.to_string())),
            Err(LookError::Overloaded) => Err(Refusal::Unavailable),
            // Whoever tries it again meets the same file.
            Err(fault @ (LookError::Timeout | LookError::Unavailable(_))) => {
                tracing::warn!(%fault, "a file was not looked at: it is left out");
                Ok(Looked::LeftOut("it could not be looked at".to_owned()))
            }
        }
    }

    /// The bytes of a file; none where it is gone.
    async fn bytes(&self, caller: &Caller, file: &Kept) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::with_capacity(usize::try_from(file.size_bytes).unwrap_or_default());
        for at in 0.. {
            match self.records.part(caller, &file.media, at).await? {
                Some(part) => bytes.extend_from_slice(&part),
                None => break,
            }
        }
        Ok(bytes)
    }
}

/// What a file and its pixels take; no more than there is.
fn mebibytes(file: &Kept) -> u32 {
    let [width, height] = file.sides;
    let pixels = width.saturating_mul(height).saturating_mul(3);
    let all = pixels.saturating_add(file.size_bytes).div_ceil(1024 * 1024);
    u32::try_from(all).unwrap_or(ROOM_MIB).clamp(1, ROOM_MIB)
}

/// Why there is no report.
fn nothing(left_out: &[LeftOut]) -> String {
    let named: Vec<_> =
        left_out.iter().take(NAMED).map(|out| format!("{}: {}", out.file, out.reason)).collect();
    let more = if left_out.len() > NAMED { "; ..." } else { "" };
    let of = left_out.len();
    format!("None of {of} files could be reviewed. {}{more}", named.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_some_files_and_says_how_many_there_are() {
        let out = |at: u8| LeftOut { file: format!("f{at}"), reason: "it is no smear".to_owned() };
        assert_eq!(nothing(&[out(1)]), "None of 1 files could be reviewed. f1: it is no smear");
        let all: Vec<_> = (1..=5).map(out).collect();
        let told = nothing(&all);
        assert!(told.starts_with("None of 5 files") && told.ends_with("f3: it is no smear; ..."), "{told}");
    }

    #[test]
    fn no_file_waits_for_more_room_than_there_is() {
        let file = |size_bytes, side| Kept {
            id: String::new(),
            media: String::new(),
            title: None,
            media_type: String::new(),
            size_bytes,
            sides: [side; 2],
        };
        assert_eq!(mebibytes(&file(0, 0)), 1);
        assert_eq!(mebibytes(&file(1024 * 1024, 1_024)), 4);
        assert_eq!(mebibytes(&file(u64::MAX, u64::MAX)), ROOM_MIB);
    }
}
