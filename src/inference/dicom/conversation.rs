//! Talking with a child: what is asked and the file go in part by part, and what it answers comes out.

use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdout};

use super::DecodeError;
use super::exchange::{LENGTH_BYTES, head_length};
use crate::core::Content;
use crate::core::spool::{Filling, PART_BYTES, Spool};

/// Tells the child what is asked, and hears its answer up to its end.
pub(super) async fn talk<T>(
    child: &mut Child,
    head: &[u8],
    file: &Content,
    hear: impl AsyncFnOnce(ChildStdout) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(DecodeError::Unavailable);
    };
    let send = async {
        // A child that has its answer early may close the pipe: what it answers counts.
        if input.write_all(head).await.is_err() {
            return Ok::<_, DecodeError>(());
        }
        let mut parts = file.parts();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|_| DecodeError::Unavailable)?;
            if input.write_all(&part).await.is_err() {
                return Ok(());
            }
        }
        drop(input);
        Ok(())
    };
    let (heard, sent) = tokio::join!(hear(output), send);
    // Of half a file nothing can be said.
    sent?;
    let heard = heard?;
    let ended = child.wait().await.map_err(|_| DecodeError::Failed)?;
    if ended.success() { Ok(heard) } else { Err(DecodeError::Failed) }
}

/// An answer of so many bytes at most.
pub(super) async fn heard(output: ChildStdout, most: usize) -> Result<Vec<u8>, DecodeError> {
    // Dropped at its end: a child that goes on writing does so in vain.
    let mut output = output.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1));
    let mut answer = Vec::new();
    output.read_to_end(&mut answer).await.map_err(|_| DecodeError::Failed)?;
    if answer.len() > most { Err(DecodeError::Failed) } else { Ok(answer) }
}

/// The head of an answer of so many bytes at most, and what is behind it, on disk: that may be as long as a file.
pub(super) async fn spooled(output: ChildStdout, most: usize) -> Result<(Vec<u8>, Spool), DecodeError> {
    let mut output = output.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1));
    let head = head_of(&mut output).await.ok_or(DecodeError::Failed)?;
    let mut filling = Filling::begin().await.map_err(|_| DecodeError::Unavailable)?;
    let mut part = vec![0; PART_BYTES];
    loop {
        let read = output.read(&mut part).await.map_err(|_| DecodeError::Failed)?;
        let Some(read) = part.get(..read).filter(|read| !read.is_empty()) else { break };
        filling.add(read).await.map_err(|_| DecodeError::Unavailable)?;
    }
    if output.limit() == 0 {
        return Err(DecodeError::Failed);
    }
    Ok((head, filling.finish().await.map_err(|_| DecodeError::Unavailable)?))
}

/// The head of an answer with its length before it, as it came.
async fn head_of(output: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut head = vec![0; LENGTH_BYTES];
    output.read_exact(&mut head).await.ok()?;
    let length = head_length(&head)?;
    let mut json = vec![0; length];
    output.read_exact(&mut json).await.ok()?;
    head.append(&mut json);
    Some(head)
}
