//! Fetching the files of imports, and storing what is in them.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio::time::timeout;
use url::Url;

use super::lines::{Line, Lines, NotReadable};
use super::portion::Place;
use super::{Imports, KIND};
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
/// So long the next part of a file may take to come: somebody else takes the job later than that.
const PATIENCE: Duration = Duration::from_secs(15);
/// So often a job is held on.
const HOLD_EVERY: Duration = Duration::from_secs(5);
/// So many redirects are followed.
const REDIRECTS: u8 = 3;
/// The largest file, as it is sent.
const LARGEST: u64 = 64 * 1024 * 1024 * 1024;
/// So many lines are stored at a time, or so many bytes of them.
const LINES: usize = 250;
const BYTES: usize = 4 * 1024 * 1024;

/// Why a file was not imported to its end.
enum Stop {
    /// The import was taken back, or somebody else works on it.
    Lost,
    /// It may come through a while later.
    Later(String),
    /// The same, after some of it was stored: that was no try in vain.
    Again,
    /// It never will.
    Never(String),
    /// The database failed.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Gone => Self::Lost,
            error => Self::Failed(error),
        }
    }
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

    /// Works on one import for each tenant that has some waiting; says whether there was any.
    ///
    /// # Errors
    /// When the database fails; what was taken is tried again.
    pub async fn step(&self) -> Result<bool, Error> {
        let mut stepped = false;
        for tenant in self.queue.tenants().await? {
            let Some(claim) = self.queue.take(tenant).await? else { continue };
            stepped = true;
            match self.import(&claim).await {
                Ok(()) => self.queue.done(&claim).await?,
                Err(Stop::Lost) => {
                    tracing::info!(tenant = tenant.number(), "an import was taken back or over")
                }
                Err(Stop::Failed(error)) => {
                    error.log();
                    self.queue.put_off_untried(&claim, WAIT).await?;
                }
                Err(Stop::Again) => self.queue.put_off_untried(&claim, WAIT).await?,
                Err(Stop::Later(_) | Stop::Never(_)) => self.queue.put_off(&claim, WAIT).await?,
            }
        }
        Ok(stepped)
    }

    async fn import(&self, claim: &Claim) -> Result<(), Stop> {
        let (tenant, id) = (claim.tenant, claim.subject());
        let mut transaction = self.records.store.begin(tenant).await?;
        let found = async {
            let import = rows::find(&mut transaction, tenant, None, id).await?;
            Ok::<_, Error>((import, rows::files(&mut transaction, tenant, id).await?))
        }
        .await;
        let (import, files) = transaction.finish(found).await?;
        let Some(import) = import.filter(|import| import.ended.is_none()) else { return Ok(()) };
        let asked_by: AskedBy = serde_json::from_str(&import.asked_by).map_err(Error::internal)?;
        let caller = Caller { quiet: false, ..asked_by.caller(tenant)? }.doing(KIND);
        for file in files.iter().filter(|file| !file.has_ended) {
            match self.file(claim, &caller, file).await {
                Ok(()) => self.end_file(claim, file, None).await?,
                Err(Stop::Never(why)) => self.end_file(claim, file, Some(&why)).await?,
                Err(Stop::Later(why)) if claim.tries() >= TRIES => {
                    self.end_file(claim, file, Some(&why)).await?;
                }
                Err(other) => return Err(other),
            }
        }
        let now = self.records.now();
        let kept = TimeDelta::hours(i64::from(self.records.exports.settings.kept_h.get()));
        let mut transaction = self.records.store.begin(tenant).await?;
        let ended = rows::end(&mut transaction, tenant, id, (now, now + kept)).await;
        transaction.finish(ended).await?;
        tracing::info!(tenant = tenant.number(), import.id = id, "an import has ended");
        Ok(())
    }

    async fn end_file(&self, claim: &Claim, file: &File, failure: Option<&str>) -> Result<(), Error> {
        let place = (claim.subject(), file.number);
        let mut transaction = self.records.store.begin(claim.tenant).await?;
        let ended = rows::end_file(&mut transaction, claim.tenant, place, failure).await;
        Ok(transaction.finish(ended).await?)
    }

    /// Stores what is in a file, from the first line that nobody looked at.
    async fn file(&self, claim: &Claim, caller: &Caller, file: &File) -> Result<(), Stop> {
        let url = Url::parse(&file.url).map_err(Error::internal)?;
        let mut download = self.egress.open(url, REDIRECTS).await.map_err(not_fetched)?;
        let mut storing = Storing {
            imports: self,
            claim,
            caller,
            type_: file.type_.as_deref().and_then(ResourceType::parse),
            file: file.number,
            refused: file.refused,
            waiting: Vec::new(),
            bytes: 0,
            has_stored: false,
            held: Instant::now(),
        };
        let stored = storing.all(&mut download, Lines::after(file.lines)).await;
        match stored {
            Err(Stop::Later(_)) if storing.has_stored => Err(Stop::Again),
            stored => stored,
        }
    }
}

/// A file that is being stored.
struct Storing<'a> {
    imports: &'a Imports,
    claim: &'a Claim,
    caller: &'a Caller,
    type_: Option<ResourceType>,
    file: i64,
    /// Lines of it that were refused.
    refused: i64,
    waiting: Vec<Line>,
    /// How long those are.
    bytes: usize,
    has_stored: bool,
    /// When the job was held on last.
    held: Instant,
}

impl Storing<'_> {
    async fn all(&mut self, download: &mut Download, mut lines: Lines) -> Result<(), Stop> {
        let damaged = |fault: NotReadable| Stop::Never(fault.to_string());
        loop {
            let part = timeout(PATIENCE, download.next(LARGEST)).await;
            let part = part.map_err(|_| Stop::Later("the file does not come on".to_owned()))?;
            let Some(part) = part.map_err(not_fetched)? else { break };
            // Lines that are passed over take time too.
            self.hold().await?;
            let mut found = lines.push(&part).map_err(damaged)?;
            for line in found.drain(..) {
                self.take(line).await?;
            }
        }
        for line in lines.end().map_err(damaged)? {
            self.take(line).await?;
        }
        self.store().await
    }

    async fn take(&mut self, line: Line) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(line.text.as_ref().map_or(0, Vec::len));
        self.waiting.push(line);
        if self.waiting.len() >= LINES || self.bytes >= BYTES { self.store().await } else { Ok(()) }
    }

    async fn hold(&mut self) -> Result<(), Stop> {
        if self.held.elapsed() < HOLD_EVERY {
            return Ok(());
        }
        self.held = Instant::now();
        if self.imports.queue.hold(self.claim).await? { Ok(()) } else { Err(Stop::Lost) }
    }

    async fn store(&mut self) -> Result<(), Stop> {
        self.hold().await?;
        let lines = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let place = Place { import: self.claim.subject(), file: self.file, refused: self.refused };
        let done = self.imports.records.import_lines_of((self.caller, place), self.type_, lines).await?;
        self.refused =
            self.refused.saturating_add(i64::try_from(done.faults.len()).map_err(Error::internal)?);
        self.has_stored = true;
        Ok(())
    }
}

fn not_fetched(fault: NotFetched) -> Stop {
    let text = format!("the file cannot be fetched: {fault}");
    if fault.may_pass() { Stop::Later(text) } else { Stop::Never(text) }
}
