//! The way to read DICOM files: each in a child process that a hostile file may take down without harm.

use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::Semaphore;

use super::conversation::{heard, spooled, talk};
use super::deidentify::{BurnedIn, Rules};
use super::exchange::{self, Answer, Ask, FrameType};
use super::{DecodeError, DicomError, MAX_FILE_BYTES, Metadata, Raster, Syntax, Window};
use crate::core::Content;
use crate::core::spool::Spool;

/// How long a file may take, on a machine with other things to do. The child's own limit is of time at the processor.
const DEADLINE: Duration = Duration::from_secs(60);
/// For so many bytes of a file it gets a second more.
const BYTES_A_SECOND: u64 = 4 * 1024 * 1024;
/// How long a child that was killed may take to be gone before the next one has its turn.
const GONE_WITHIN: Duration = Duration::from_secs(5);
/// Files that are longer than this are read one at a time: each takes some times its length.
const LONG_BYTES: u64 = 64 * 1024 * 1024;

/// Reads files in children, so many at once. Cheap to clone; clones share the number.
#[derive(Debug, Clone)]
pub struct DicomReader {
    command: Arc<Vec<String>>,
    at_once: Arc<Semaphore>,
    /// Held by who reads a long file.
    long: Arc<Semaphore>,
    deadline: Duration,
}

/// A copy of a file that names nobody.
#[derive(Debug, Clone)]
pub struct Deidentified {
    /// The file.
    pub file: Spool,
    /// Whether its pixels may name somebody.
    pub burned_in: BurnedIn,
}

/// The samples of a frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// What the bytes are.
    pub media_type: FrameType,
    /// How they are encoded.
    pub syntax: Syntax,
    /// The samples, or their compressed stream.
    pub bytes: Bytes,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Frame({:?}, {} bytes)", self.media_type, self.bytes.len())
    }
}

impl DicomReader {
    /// A reader whose children are `program decode-dicom`, `at_once` of them.
    pub fn new(program: &Path, at_once: usize) -> Self {
        let program = program.to_string_lossy().into_owned();
        Self::with(vec![program, "decode-dicom".to_owned()], at_once, DEADLINE)
    }

    pub(super) fn with(command: Vec<String>, at_once: usize, deadline: Duration) -> Self {
        let (at_once, long) = (Arc::new(Semaphore::new(at_once.max(1))), Arc::new(Semaphore::new(1)));
        Self { command: Arc::new(command), at_once, long, deadline }
    }

    /// What a file says about itself.
    ///
    /// # Errors
    /// When it is not a sound DICOM file, or takes too much time or memory.
    pub async fn describe(&self, file: impl Into<Content>) -> Result<Metadata, DecodeError> {
        let answer = self.ask(&Ask::Describe, file.into()).await?;
        match exchange::part(&answer) {
            Some((Answer::Described(metadata), [])) => Ok(*metadata),
            other => Err(other_than_asked(other)),
        }
    }

    /// What a file says about itself, and one of its frames, counted from 1.
    ///
    /// # Errors
    /// As of [`Self::describe`], and when the frame is not there or its pixels cannot be read.
    pub async fn render(
        &self,
        file: impl Into<Content>,
        frame: u32,
        window: Option<Window>,
    ) -> Result<(Metadata, Raster), DecodeError> {
        let answer = self.ask(&Ask::Render { frame, window }, file.into()).await?;
        match exchange::part(&answer) {
            Some((Answer::Rendered { metadata, width, height, colours }, bytes)) => {
                let raster = exchange::raster(&metadata, (width, height, colours), bytes);
                Ok((*metadata, raster.ok_or(DecodeError::Failed)?))
            }
            other => Err(other_than_asked(other)),
        }
    }

    /// All attributes of a file but its pixels, in DICOM's JSON.
    ///
    /// # Errors
    /// As of [`Self::describe`].
    pub async fn dataset(&self, file: impl Into<Content>) -> Result<serde_json::Value, DecodeError> {
        let answer = self.ask(&Ask::Dataset, file.into()).await?;
        match exchange::part(&answer) {
            Some((Answer::Dataset, json)) => serde_json::from_slice(json).map_err(|_| DecodeError::Failed),
            other => Err(other_than_asked(other)),
        }
    }

    /// The samples of a frame, counted from 1; as they are stored where that is wanted, else decompressed.
    ///
    /// # Errors
    /// As of [`Self::render`].
    pub async fn frame(
        &self,
        file: impl Into<Content>,
        frame: u32,
        as_stored: bool,
    ) -> Result<Frame, DecodeError> {
        let answer = self.ask(&Ask::Frame { frame, as_stored }, file.into()).await?;
        match exchange::part(&answer) {
            Some((Answer::Frame(media_type, syntax), bytes)) => {
                Ok(Frame { media_type, syntax, bytes: Bytes::copy_from_slice(bytes) })
            }
            other => Err(other_than_asked(other)),
        }
    }

    /// A copy of the file that names nobody.
    ///
    /// # Errors
    /// As of [`Self::describe`].
    pub async fn deidentify(
        &self,
        file: impl Into<Content>,
        rules: &Rules,
    ) -> Result<Deidentified, DecodeError> {
        let ask = Ask::Deidentify(rules.clone());
        let most = ask.most_bytes();
        let hear = async |output| spooled(output, most).await;
        let (head, copy) = self.converse(&ask, file.into(), hear).await?;
        match exchange::part(&head) {
            Some((Answer::Deidentified(burned_in), [])) if is_dicom(&copy) => {
                Ok(Deidentified { file: copy, burned_in })
            }
            other => Err(other_than_asked(other)),
        }
    }

    /// Asks a new child, whose answer fits the memory.
    async fn ask(&self, ask: &Ask, file: Content) -> Result<Vec<u8>, DecodeError> {
        let most = ask.most_bytes();
        self.converse(ask, file, async |output| heard(output, most).await).await
    }

    /// Asks a new child, and hears what it answers. The child is killed when it is late, and when the caller hangs up.
    async fn converse<T>(
        &self,
        ask: &Ask,
        file: Content,
        hear: impl AsyncFnOnce(ChildStdout) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        if file.length() > u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX) {
            return Err(DicomError::TooLarge { limit: MAX_FILE_BYTES }.into());
        }
        let head = exchange::head(ask).ok_or(DecodeError::Unavailable)?;
        // Whoever waits for the long ones keeps no turn of the short ones.
        let _alone = match file.length() {
            ..=LONG_BYTES => None,
            _ => Some(self.long.acquire().await.map_err(|_| DecodeError::Unavailable)?),
        };
        let _turn = self.at_once.acquire().await.map_err(|_| DecodeError::Unavailable)?;
        let more = Duration::from_secs(file.length().checked_div(BYTES_A_SECOND).unwrap_or_default());
        let mut child = self.start(file.length())?;
        let answer =
            tokio::time::timeout(self.deadline.saturating_add(more), talk(&mut child, &head, &file, hear));
        let answer = answer.await.unwrap_or(Err(DecodeError::TooSlow));
        if answer.is_err() {
            // It has its turn until it is gone: so many children there are, and no more.
            drop(child.start_kill());
            drop(tokio::time::timeout(GONE_WITHIN, child.wait()).await);
        }
        answer
    }

    fn start(&self, length: u64) -> Result<Child, DecodeError> {
        let (program, arguments) = self.command.split_first().ok_or(DecodeError::Unavailable)?;
        // Nothing of our environment: it holds secrets. Nothing of what it says of itself: that may be health data.
        Command::new(program)
            .args(arguments)
            .arg(length.to_string())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|_| DecodeError::Unavailable)
    }
}

/// Whether a file has DICOM's mark.
fn is_dicom(file: &Spool) -> bool {
    let mut opening = [0; 132];
    let is_whole = file.reader().read_exact(&mut opening).is_ok();
    is_whole && opening.ends_with(b"DICM")
}

/// The child's refusal, or no answer to what was asked.
fn other_than_asked(answer: Option<(Answer, &[u8])>) -> DecodeError {
    match answer {
        Some((Answer::Refused(error), [])) => error.into(),
        Some((
            Answer::Refused(_)
            | Answer::Described(_)
            | Answer::Rendered { .. }
            | Answer::Dataset
            | Answer::Frame(..)
            | Answer::Deidentified(_),
            _,
        ))
        | None => DecodeError::Failed,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::deidentify::Dates;
    use super::super::exchange::head;
    use super::super::fixture::{grey, plain};
    use super::super::{metadata, open};
    use super::*;

    /// A reader whose child is a shell with this script.
    fn script(script: &str, deadline: Duration) -> DicomReader {
        let command = ["/bin/sh", "-c", script].map(str::to_owned);
        DicomReader::with(command.to_vec(), 1, deadline)
    }

    fn sample() -> Bytes {
        plain(grey(&[0; 4])).into()
    }

    /// A shell script that answers these bytes.
    fn answering(bytes: &[u8]) -> DicomReader {
        let octal: String = bytes.iter().map(|byte| format!("\\{byte:03o}")).collect();
        script(&format!("printf '{octal}'"), Duration::from_secs(60))
    }

    #[tokio::test]
    async fn a_child_that_cannot_be_started_is_our_fault() {
        let reader = DicomReader::new(Path::new("/nowhere/hygeia"), 1);
        assert_eq!(reader.describe(sample()).await.unwrap_err(), DecodeError::Unavailable);
    }

    #[tokio::test]
    async fn a_child_that_takes_for_ever_is_ended_and_the_next_one_has_its_turn() {
        let reader = script("while :; do :; done", Duration::from_millis(300));
        let begun = Instant::now();
        for _ in 0..2 {
            assert_eq!(reader.describe(sample()).await.unwrap_err(), DecodeError::TooSlow);
        }
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[tokio::test]
    async fn a_child_that_answers_without_end_or_nonsense_or_dies_has_failed() {
        let long = Duration::from_secs(60);
        let cases = ["cat /dev/zero", "echo nonsense", "printf ''", "kill -9 $$", "exit 1", "cat"];
        for case in cases {
            let answer = script(case, long).describe(sample()).await;
            assert_eq!(answer.unwrap_err(), DecodeError::Failed, "{case}");
        }
    }

    #[tokio::test]
    async fn answers_that_do_not_fit_are_not_believed() {
        let metadata = Box::new(metadata::describe(&open::open(&sample()).unwrap()).unwrap());
        let rendered = |width, height, bytes: &[u8]| {
            let answer = Answer::Rendered { metadata: metadata.clone(), width, height, colours: false };
            [head(&answer).unwrap(), bytes.to_vec()].concat()
        };
        let described = head(&Answer::Described(metadata.clone())).unwrap();
        let wrong = [
            rendered(2, 2, b"abc"),
            rendered(2, 2, b"abcde"),
            rendered(4, 1, b"abcd"),
            rendered(u32::MAX, u32::MAX, b"abcd"),
            described.clone(),
        ];
        for answer in wrong {
            let read = answering(&answer).render(sample(), 1, None).await;
            assert_eq!(read.unwrap_err(), DecodeError::Failed);
        }
        let rules = Rules { key: Vec::new(), dates: Dates::Remove };
        let copied = head(&Answer::Deidentified(BurnedIn::No)).unwrap();
        let copied = answering(&copied).deidentify(sample(), &rules).await;
        assert_eq!(copied.unwrap_err(), DecodeError::Failed);
        let lying = String::from_utf8(described[4..].to_vec()).unwrap().replace("1.2.826", "../../..");
        let lying = [&u32::try_from(lying.len()).unwrap().to_be_bytes(), lying.as_bytes()].concat();
        assert_eq!(answering(&lying).describe(sample()).await.unwrap_err(), DecodeError::Failed);
        assert_eq!(answering(&described).describe(sample()).await.unwrap(), *metadata);
        let (_, raster) = answering(&rendered(2, 2, b"abcd")).render(sample(), 1, None).await.unwrap();
        assert_eq!(raster.bytes, b"abcd");
    }

    #[tokio::test]
    async fn a_file_that_is_too_long_starts_no_child() {
        let file = Bytes::from(vec![0; MAX_FILE_BYTES + 1]);
        let refusal = DicomReader::new(Path::new("/nowhere"), 1).describe(file).await.unwrap_err();
        assert_eq!(refusal, DecodeError::File(DicomError::TooLarge { limit: MAX_FILE_BYTES }));
    }

    #[tokio::test]
    async fn of_a_file_that_ends_early_nothing_is_said() {
        let described =
            head(&Answer::Described(Box::new(metadata::describe(&open::open(&sample()).unwrap()).unwrap())));
        let broken = || {
            let parts = [Ok(sample()), Err(std::io::Error::other("the database is gone"))];
            let parts: crate::core::content::Parts = Box::pin(futures_util::stream::iter(parts));
            parts
        };
        // One that does not look at what it is given might have answered before.
        let octal: String = described.unwrap().iter().map(|byte| format!("\\{byte:03o}")).collect();
        let reader = script(&format!("/bin/cat > /dev/null; printf '{octal}'"), Duration::from_secs(60));
        let read = reader.describe(Content::new(100, broken)).await;
        assert_eq!(read.unwrap_err(), DecodeError::Unavailable);
    }
}
