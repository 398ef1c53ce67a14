//! Making a table, piece by piece, beside the threads that answer requests.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::reading::Reading;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::view::View;
use crate::fhir::view::table::{Format, Table};
use crate::records::export::ExportFile;
use crate::records::{Error, Stored};

/// So many bytes are made before any are given: what is wrong with a table of fewer is told before it begins.
const BEGINNING_BYTES: usize = 4 * 1024 * 1024;
/// A piece has about so many bytes.
const PIECE_BYTES: usize = 256 * 1024;
/// A resource may take so long.
const RESOURCE: Duration = Duration::from_secs(10);
/// All together may take so long,
const ALL: Duration = Duration::from_secs(60);
/// and so much more for each resource.
const MORE: Duration = Duration::from_millis(2);
/// So many tables are worked on at the same time; the others wait in between.
static WORKING: Semaphore = Semaphore::const_new(4);

/// A resource, and what it is called where something is wrong with it.
pub(super) struct Sheet {
    pub name: String,
    pub body: Body,
}

/// A resource, read or as it is stored.
pub(super) enum Body {
    Read(Value),
    Written(Stored),
}

/// Where resources come from.
pub(super) enum Source {
    /// What is stored.
    Stored(Reading),
    /// What an export lists.
    Exported(Box<ExportFile>),
}

/// A table that is being made.
pub struct Run {
    source: Option<Source>,
    /// None at the end.
    work: Option<Work>,
}

/// What can be done without the database.
struct Work {
    view: View,
    now: DateTime<Utc>,
    table: Table,
    waiting: VecDeque<Sheet>,
    /// So many rows more.
    left: Option<usize>,
    resources: u32,
    spent: Duration,
}

impl Run {
    pub(super) fn begin(
        view: View,
        now: DateTime<Utc>,
        (format, left): (Format, Option<usize>),
        (source, waiting): (Option<Source>, Vec<Sheet>),
    ) -> Result<Self, Error> {
        let table = Table::begin(format, &view.columns).map_err(Error::internal)?;
        let waiting = waiting.into();
        let work = Work { view, now, table, waiting, left, resources: 0, spent: Duration::ZERO };
        Ok(Self { source, work: Some(work) })
    }

    /// Makes the beginning.
    ///
    /// # Errors
    /// When the view fails on one of the first resources, or the database fails.
    pub(super) async fn begun(mut self) -> Result<super::Table, Error> {
        let mut beginning = Vec::new();
        while beginning.len() < BEGINNING_BYTES {
            match self.next().await? {
                Some(mut more) => beginning.append(&mut more),
                None => return Ok(super::Table { beginning, rest: None }),
            }
        }
        Ok(super::Table { beginning, rest: Some(self) })
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// When the view fails on a resource, or the database fails.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            let Some(mut work) = self.work.take() else { return Ok(None) };
            if work.waiting.is_empty() && work.left != Some(0) {
                let more = match &mut self.source {
                    Some(source) => source.next().await?,
                    None => None,
                };
                match more {
                    Some(more) => work.waiting = more.into_iter().map(Sheet::stored).collect(),
                    None => return Ok(Some(work.table.end().map_err(Error::internal)?)),
                }
            }
            let _turn = WORKING.acquire().await.map_err(Error::internal)?;
            let done = tokio::task::spawn_blocking(move || work.piece()).await.map_err(Error::internal)?;
            let mut work = done?;
            if work.left == Some(0) {
                let rest = work.table.end().map_err(Error::internal)?;
                return Ok(Some(rest));
            }
            let piece = work.table.take();
            self.work = Some(work);
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
    }
}

impl Source {
    /// The next resources, of which there may be none in a portion; none at the end.
    async fn next(&mut self) -> Result<Option<Vec<Stored>>, Error> {
        match self {
            Self::Stored(reading) => reading.next().await,
            Self::Exported(file) => file.next().await,
        }
    }
}

impl Sheet {
    fn stored(stored: Stored) -> Self {
        let name = format!("{}/{}", stored.resource_type, stored.id);
        Self { name, body: Body::Written(stored) }
    }
}

impl Work {
    /// Makes rows until there is a piece of them, or no resource is left.
    fn piece(mut self) -> Result<Self, Error> {
        while self.left != Some(0) && self.table.waiting_bytes() < PIECE_BYTES {
            let Some(sheet) = self.waiting.pop_front() else { break };
            self.resource(&sheet)?;
        }
        Ok(self)
    }

    fn resource(&mut self, sheet: &Sheet) -> Result<(), Error> {
        let begun = Instant::now();
        self.resources = self.resources.saturating_add(1);
        let allowed = ALL.saturating_add(MORE.saturating_mul(self.resources)).saturating_sub(self.spent);
        if allowed.is_zero() {
            let issue =
                Issue::error(IssueType::TooCostly, "the view takes too long").at("ViewDefinition.select");
            return Err(Error::Unprocessable(vec![issue]));
        }
        let end = begun.checked_add(allowed.min(RESOURCE)).unwrap_or(begun);
        let rows = match &sheet.body {
            Body::Read(resource) => self.view.rows(resource, self.now, end),
            Body::Written(stored) => self.view.rows(&stored.json()?, self.now, end),
        };
        let rows = rows.map_err(|issue| {
            let diagnostics = format!("{}: {}", sheet.name, issue.diagnostics);
            Error::Unprocessable(vec![Issue { diagnostics, ..issue }])
        })?;
        for row in rows.into_iter().take(self.left.unwrap_or(usize::MAX)) {
            self.table.push(row).map_err(Error::internal)?;
            self.left = self.left.map(|left| left.saturating_sub(1));
        }
        self.spent = self.spent.saturating_add(begun.elapsed());
        Ok(())
    }
}
