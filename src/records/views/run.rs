//! Making a table, piece by piece, beside the threads that answer requests.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::reading::Reading;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::view::table::{Format, Table, TableFault};
use crate::fhir::view::{Row, View};
use crate::records::export::ExportFile;
use crate::records::{Error, Stored};

/// So many bytes are made before any are given: what is wrong with a table of fewer is told before it begins.
const BEGINNING_BYTES: usize = 4 * 1024 * 1024;
/// A piece has about so many bytes.
const PIECE_BYTES: usize = 256 * 1024;
/// A turn is over after so long: others wait for theirs.
const SLICE: Duration = Duration::from_millis(200);
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
    Stored(Box<Reading>),
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
    /// What is left of the rows of a resource.
    rows: VecDeque<Row>,
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
        let table = Table::begin(format, &view.columns).map_err(unwritten)?;
        let waiting = waiting.into();
        let rows = VecDeque::new();
        let work = Work { view, now, table, waiting, rows, left, resources: 0, spent: Duration::ZERO };
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
            if work.waiting.is_empty() && work.rows.is_empty() && work.left != Some(0) {
                let more = match &mut self.source {
                    Some(source) => source.next().await?,
                    None => None,
                };
                match more {
                    Some(more) => work.waiting = more.into_iter().map(Sheet::stored).collect(),
                    None => return Ok(Some(work.table.end().map_err(unwritten)?)),
                }
            }
            let turn = WORKING.acquire().await.map_err(Error::internal)?;
            let piece = move || {
                // The work goes on where nobody waits for it any more, and so does its turn.
                let _turn = turn;
                work.piece()
            };
            let mut work = tokio::task::spawn_blocking(piece).await.map_err(Error::internal)??;
            if work.left == Some(0) {
                let rest = work.table.end().map_err(unwritten)?;
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
    /// Makes rows until there is a piece of them, the turn is over, or no resource is left.
    fn piece(mut self) -> Result<Self, Error> {
        let begun = Instant::now();
        let mut is_over = false;
        while self.left != Some(0) && self.table.waiting_bytes() < PIECE_BYTES && !is_over {
            if let Some(row) = self.rows.pop_front() {
                self.table.push(row).map_err(unwritten)?;
                self.left = self.left.map(|left| left.saturating_sub(1));
            } else if let Some(sheet) = self.waiting.pop_front() {
                self.resource(&sheet, begun.elapsed())?;
            } else {
                break;
            }
            is_over = begun.elapsed() >= SLICE;
        }
        self.spent = self.spent.saturating_add(begun.elapsed());
        Ok(self)
    }

    /// Makes the rows of a resource, so long after the turn began.
    fn resource(&mut self, sheet: &Sheet, turn: Duration) -> Result<(), Error> {
        let begun = Instant::now();
        self.resources = self.resources.saturating_add(1);
        let allowed = ALL.saturating_add(MORE.saturating_mul(self.resources));
        let allowed = allowed.saturating_sub(self.spent).saturating_sub(turn);
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
        self.rows = rows.into();
        Ok(())
    }
}

/// What is told where a table could not be written.
fn unwritten(fault: TableFault) -> Error {
    match fault {
        TableFault::Parquet(_) => Error::internal(fault),
        TableFault::TooLarge => {
            let issue = Issue::error(IssueType::TooCostly, fault.to_string()).at("ViewDefinition.select");
            Error::Unprocessable(vec![issue])
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn the_rows_of_one_resource_come_piece_by_piece() {
        let each = |name: &str| {
            json!({ "forEach": format!("'{}'.toChars()", "x".repeat(60)),
                "column": [{ "name": name, "path": format!("'{}'", "y".repeat(1_000)) }] })
        };
        let definition = json!({ "resource": "Patient", "select": [each("a"), each("b")] });
        let view = View::read(&definition).unwrap();
        let body = Body::Read(json!({ "resourceType": "Patient" }));
        let sheet = Sheet { name: "resource[0]".to_owned(), body };
        let run = Run::begin(view, DateTime::default(), (Format::NdJson, None), (None, vec![sheet]));
        let (mut run, mut pieces, mut lines) = (run.unwrap(), 0, 0);
        while let Some(piece) = run.next().await.unwrap() {
            assert!(piece.len() < PIECE_BYTES + 4_096, "{} bytes", piece.len());
            pieces += 1;
            lines += piece.iter().filter(|letter| **letter == b'\n').count();
        }
        assert_eq!(lines, 3_600);
        assert!(pieces > 20, "{pieces} pieces");
    }
}
