//! Fetching the files of imports, and storing what is in them.
//!
//! Who has a job does one file of it and gives it back, so that other imports have their turns. Whatever is written is written within a
//! transaction that holds the job: who lost it writes nothing.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{sleep, timeout};
use url::Url;

use super::lines::{Line, Lines, NotReadable, SLICE};
use super::portion::Place;
use super::{Imports, KIND};
use tracing::Instrument as _;

use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::platform::egress::{Download, NotFetched};
use crate::platform::queue::Claim;
use crate::records::Error;
use crate::records::program::AskedBy;
use crate::storage::imports::{self as rows, File};

/// Other processes' imports, and those that are due again, are looked for so often.
const EVERY: Duration = Duration::from_secs(5);
/// So often a file is tried that does not come, before it is given up; what came of it between does not count.
const TRIES: i64 = 5;
/// So long before it is tried again.
const WAIT: TimeDelta = TimeDelta::seconds(10);
/// So long the next part of a file may take to come.
const PATIENCE: Duration = Duration::from_secs(60);
/// So often a job is held on.
const HOLD_EVERY: Duration = Duration::from_secs(5);
/// So many redirects are followed.
const REDIRECTS: u8 = 3;
/// The largest file, as it is sent.
const LARGEST: u64 = 64 * 1024 * 1024 * 1024;
/// A file of which more lines are refused is not what it was taken for.
const MOST_REFUSED: i64 = 100_000;
/// So many lines are stored at a time, or so many bytes of them.
const LINES: usize = 250;
const BYTES: usize = 4 * 1024 * 1024;

/// Why a file was not imported to its end.
enum Stop {
    /// The import was taken back, or somebody else works on it.
    Lost,
    /// It may come through a while later.
    Later(String),
    /// It never will.
    Never(String),
    /// The database failed, or we did.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        if matches!(error, Error::Gone) { Self::Lost } else { Self::Failed(error) }
    }
}

/// What became of a job.
enum Worked {
    /// A file was done; there are more.
    OneFile,
    /// There are no more.
    All,
    /// A file is to be tried again; where some of it was stored, that was no try in vain.
    Again { was_vain: bool },
}

impl Imports {
    /// Works on the imports of all tenants until the task is dropped.
    pub async fn work(&self) {
        loop {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                // It is tried again.
                Err(error) => error.log(),
            }
            self.queue.asked(EVERY).await;
        }
    }

    /// Works on one file for each tenant that has imports waiting; says whether there was any.
    ///
    /// # Errors
    /// When the database fails; what was taken is tried again.
    pub async fn step(&self) -> Result<bool, Error> {
        let mut stepped = false;
        for tenant in self.queue.tenants().await? {
            let Some(claim) = self.queue.take(tenant).await? else { continue };
            stepped = true;
            let worked = tokio::select! {
                worked = Box::pin(self.import(&claim)).instrument(claim.span()) => worked,
                () = self.lost(&claim) => continue,
            };
            match worked {
                Ok(Worked::OneFile) => self.queue.rest(&claim).await?,
                Ok(Worked::All) => self.queue.done(&claim).await?,
                Ok(Worked::Again { was_vain: true }) => self.queue.put_off(&claim, WAIT).await?,
                Ok(Worked::Again { was_vain: false }) => self.queue.put_off_untried(&claim, WAIT).await?,
                Err(error @ (Error::Unavailable | Error::Conflict)) => {
                    error.log();
                    self.queue.put_off_untried(&claim, WAIT).await?;
                }
                Err(error) => {
                    error.log();
                    self.queue.put_off(&claim, WAIT).await?;
                }
            }
        }
        Ok(stepped)
    }

    /// Keeps a job from others; ends when another one has it.
    async fn lost(&self, claim: &Claim) {
        loop {
            sleep(HOLD_EVERY).await;
            match self.queue.hold(claim).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "an import that is worked on could not be held"),
            }
        }
    }

    async fn import(&self, claim: &Claim) -> Result<Worked, Error> {
        let (tenant, id) = (claim.tenant, claim.subject());
        let mut transaction = self.records.store.begin(tenant).await?;
        let found = async {
            let import = rows::find(&mut transaction, tenant, None, id).await?;
            Ok::<_, Error>((import, rows::files(&mut transaction, tenant, id).await?))
        }
        .await;
        let (import, files) = transaction.finish(found).await?;
        let Some(import) = import.filter(|import| import.ended.is_none()) else { return Ok(Worked::All) };
        let mut left = files.iter().filter(|file| !file.has_ended);
        let Some(file) = left.next() else {
            self.end(claim).await?;
            return Ok(Worked::All);
        };
        let asked_by: AskedBy = serde_json::from_str(&import.asked_by).map_err(Error::internal)?;
        let caller = Caller { quiet: false, ..asked_by.caller(tenant)? }.doing(KIND);
        let mut storing = Storing::of(self, claim, &caller, file);
        let failure = match storing.file().await {
            Ok(()) => None,
            Err(Stop::Lost) => return Ok(Worked::All),
            Err(Stop::Never(why)) => Some(why),
            Err(Stop::Later(why)) if claim.tries() >= TRIES && !storing.has_stored => Some(why),
            Err(Stop::Later(_)) => return Ok(Worked::Again { was_vain: !storing.has_stored }),
            Err(Stop::Failed(error @ (Error::Unavailable | Error::Conflict))) => return Err(error),
            Err(Stop::Failed(error)) if claim.tries() >= TRIES => {
                error.log();
                Some("the server failed at what comes next".to_owned())
            }
            Err(Stop::Failed(error)) => return Err(error),
        };
        let failure = failure.map(|why| format!("after line {}: {why}", storing.line));
        self.end_file(claim, file, failure.as_deref()).await?;
        if left.next().is_some() {
            return Ok(Worked::OneFile);
        }
        self.end(claim).await?;
        Ok(Worked::All)
    }

    /// Notes that nothing of a file is left to be looked at.
    async fn end_file(&self, claim: &Claim, file: &File, failure: Option<&str>) -> Result<(), Error> {
        let place = (claim.subject(), file.number);
        let mut transaction = self.records.store.begin(claim.tenant).await?;
        let ended = async {
            if self.queue.hold_within(claim, &mut transaction).await? {
                rows::end_file(&mut transaction, claim.tenant, place, failure).await?;
            }
            Ok(())
        }
        .await;
        transaction.finish(ended).await
    }

    async fn end(&self, claim: &Claim) -> Result<(), Error> {
        let (now, id) = (self.records.now(), claim.subject());
        let kept = TimeDelta::hours(i64::from(self.records.exports.settings.kept_h.get()));
        let mut transaction = self.records.store.begin(claim.tenant).await?;
        let ended = async {
            if self.queue.hold_within(claim, &mut transaction).await? {
                rows::end(&mut transaction, claim.tenant, id, (now, now + kept)).await?;
            }
            Ok::<_, Error>(())
        }
        .await;
        transaction.finish(ended).await?;
        tracing::info!(tenant = claim.tenant.number(), import.id = id, "an import has ended");
        Ok(())
    }
}

/// A file that is being stored.
struct Storing<'a> {
    imports: &'a Imports,
    claim: &'a Claim,
    caller: &'a Caller,
    file: &'a File,
    /// The last line that was looked at.
    line: i64,
    /// Lines of it that were refused.
    refused: i64,
    waiting: Vec<Line>,
    /// How long those are.
    bytes: usize,
    has_stored: bool,
}

impl<'a> Storing<'a> {
    fn of(imports: &'a Imports, claim: &'a Claim, caller: &'a Caller, file: &'a File) -> Self {
        let (line, refused) = (file.lines, file.refused);
        Self { imports, claim, caller, file, line, refused, waiting: Vec::new(), bytes: 0, has_stored: false }
    }

    /// Stores what is in the file, from the first line that nobody looked at.
    async fn file(&mut self) -> Result<(), Stop> {
        let url = Url::parse(self.file.url.expose()).map_err(Error::internal)?;
        let opened = timeout(PATIENCE, self.imports.egress.open(url, REDIRECTS)).await;
        let mut download = opened.map_err(|_| late())?.map_err(not_fetched)?;
        let mut lines = Lines::after(self.file.lines);
        let came = self.all(&mut download, &mut lines).await;
        if matches!(came, Ok(()) | Err(Stop::Later(_) | Stop::Never(_))) {
            // What came before it broke off is whole.
            self.store().await?;
        }
        came?;
        for line in lines.end().map_err(|fault: NotReadable| Stop::Never(fault.to_string()))? {
            self.take(line).await?;
        }
        self.store().await
    }

    /// Takes all that comes, as far as it can be read.
    async fn all(&mut self, download: &mut Download, lines: &mut Lines) -> Result<(), Stop> {
        loop {
            let part = timeout(PATIENCE, download.next(LARGEST)).await.map_err(|_| late())?;
            let Some(part) = part.map_err(not_fetched)? else { return Ok(()) };
            for slice in part.chunks(SLICE) {
                for line in lines.push(slice) {
                    self.take(line).await?;
                }
                if lines.is_broken() {
                    return Ok(());
                }
            }
        }
    }

    async fn take(&mut self, line: Line) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(line.text.as_ref().map_or(0, Vec::len));
        self.waiting.push(line);
        if self.waiting.len() >= LINES || self.bytes >= BYTES { self.store().await } else { Ok(()) }
    }

    async fn store(&mut self) -> Result<(), Stop> {
        let lines = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let Some(last) = lines.last().map(|line| line.number) else { return Ok(()) };
        let place =
            Place { job: (&self.imports.queue, self.claim), file: self.file.number, refused: self.refused };
        let type_ = self.file.type_.as_deref().and_then(ResourceType::parse);
        let done = self.imports.records.import_lines_of((self.caller, place), type_, lines).await?;
        let refused = i64::try_from(done.faults.len()).map_err(Error::internal)?;
        (self.line, self.refused) = (last, self.refused.saturating_add(refused));
        self.has_stored = true;
        if self.refused > MOST_REFUSED {
            return Err(Stop::Never(format!("more than {MOST_REFUSED} lines were refused")));
        }
        Ok(())
    }
}

fn late() -> Stop {
    Stop::Later("the file does not come".to_owned())
}

fn not_fetched(fault: NotFetched) -> Stop {
    let text = format!("the file cannot be fetched: {fault}");
    if fault.may_pass() { Stop::Later(text) } else { Stop::Never(text) }
}
