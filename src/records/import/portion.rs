//! Storing some lines: all that can be, in as few transactions as that takes.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::KIND;
use super::lines::{LONGEST, Line};
use crate::fhir::outcome::{Issue, IssueType, operation_outcome};
use crate::fhir::{ResourceType, json};
use crate::identity::Caller;
use crate::platform::queue::{Claim, Queue};
use crate::records::aside::{Load, aside};
use crate::records::audit::of_several;
use crate::records::transact::{Done as DoneWrite, Prepared};
use crate::records::{Error, Records, Write};
use crate::storage::imports::{self as rows, Done};
use crate::storage::{Connection, audit};

/// So often a portion is tried that meets other writers.
const ATTEMPTS: u8 = 5;
/// So many lines of a file are told one by one; of the others, how many there are.
const MOST_TOLD: i64 = 1_000;

/// So many issues of a line are told.
const MOST_ISSUES: usize = 20;

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its number, from 1.
    pub line: i64,
    /// Why.
    pub issues: Vec<Issue>,
}

impl Fault {
    /// As an OperationOutcome that names the line.
    #[must_use]
    pub fn outcome(&self) -> Value {
        let named = |issue: &Issue| Issue {
            diagnostics: format!("line {}: {}", self.line, issue.diagnostics),
            ..issue.clone()
        };
        operation_outcome(&self.issues.iter().take(MOST_ISSUES).map(named).collect::<Vec<_>>())
    }
}

/// What became of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Resources that were stored.
    pub stored: i64,
    /// Lines that were refused.
    pub faults: Vec<Fault>,
}

/// The file of an import that lines are of.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The job, and what it is of: lines are stored by who has it.
    pub job: (&'a Queue, &'a Claim),
    /// The file.
    pub file: i64,
    /// Lines of it that were refused before.
    pub refused: i64,
}

/// Lines to be stored, by a caller, of a file in which there is but one type, where that is said.
#[derive(Clone)]
struct Portion<'a> {
    caller: &'a Caller,
    type_: Option<ResourceType>,
    lines: Arc<[Line]>,
    place: Option<Place<'a>>,
}

impl Records {
    /// Stores what is in the lines. A resource that has an id is stored under it, over what is there; one without is new. Of two lines with one
    /// resource the later is its newer version. A line that is refused keeps none of the others out.
    ///
    /// # Errors
    /// When the database fails or others write the same; what was stored by then stays.
    pub async fn import_lines(
        &self,
        caller: &Caller,
        type_: Option<ResourceType>,
        lines: Vec<Line>,
    ) -> Result<Imported, Error> {
        self.import_portion(Portion { caller, type_, lines: lines.into(), place: None }).await
    }

    /// The same of a file of an import, with how far that is.
    pub(super) async fn import_lines_of(
        &self,
        (caller, place): (&Caller, Place<'_>),
        type_: Option<ResourceType>,
        lines: Vec<Line>,
    ) -> Result<Imported, Error> {
        self.import_portion(Portion { caller, type_, lines: lines.into(), place: Some(place) }).await
    }

    async fn import_portion(&self, portion: Portion<'_>) -> Result<Imported, Error> {
        let mut all = Imported::default();
        let mut waiting = Vec::from([Range { start: 0, end: portion.lines.len() }]);
        while let Some(range) = waiting.pop().filter(|range| !range.is_empty()) {
            let before = i64::try_from(all.faults.len()).map_err(Error::internal)?;
            let split = match self.import_some(&portion, range.clone(), before).await {
                Ok((end, Imported { stored, faults })) => {
                    all.stored = all.stored.saturating_add(stored);
                    all.faults.extend(faults);
                    waiting.extend((end < range.end).then_some(end..range.end));
                    continue;
                }
                Err(error) if !is_refusal(&error) => return Err(error),
                Err(error) if range.len() == 1 => {
                    let number = portion.lines.get(range.start).map(|line| line.number).unwrap_or_default();
                    let fault = Fault { line: number, issues: error.issues() };
                    self.import_none(&portion, &fault, before).await?;
                    all.faults.push(fault);
                    continue;
                }
                Err(_) => range.start + range.len() / 2,
            };
            // One of them cannot be stored. It is found by halves, and the others are stored without it.
            waiting.extend([split..range.end, range.start..split]);
        }
        Ok(all)
    }

    /// Stores some of the lines in one transaction, up to where a resource comes again; says where that was.
    async fn import_some(
        &self,
        portion: &Portion<'_>,
        range: Range<usize>,
        before: i64,
    ) -> Result<(usize, Imported), Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            let (end, prepared, faults) = self.import_prepared(portion, range.clone()).await?;
            let stored = i64::try_from(prepared.len()).map_err(Error::internal)?;
            let last = portion.lines.get(end.saturating_sub(1)).map(|line| line.number).unwrap_or_default();
            let done = Imported { stored, faults };
            match self.import_written(portion, prepared, (last, &done), before).await {
                Err(error) if error.is_conflict() && tries < ATTEMPTS => {}
                written => return written.map(|()| (end, done)),
            }
        }
    }

    async fn import_prepared(
        &self,
        portion: &Portion<'_>,
        range: Range<usize>,
    ) -> Result<(usize, Vec<Prepared>, Vec<Fault>), Error> {
        let (records, caller) = (self.clone(), portion.caller.clone());
        let (lines, type_) = (Arc::clone(&portion.lines), portion.type_);
        let of_range = lines.get(range.clone()).unwrap_or_default();
        let load = Load::of(of_range.iter().map(|line| line.text.as_ref().map_or(0, Vec::len)));
        let work = move || {
            let (mut prepared, mut faults, mut known) = (Vec::new(), Vec::new(), HashSet::new());
            for (at, line) in lines.iter().enumerate().take(range.end).skip(range.start) {
                let write = read(line, type_).and_then(|write| records.prepare(&caller, write));
                match write {
                    Ok(write) => {
                        let (of_type, id) = write.address();
                        if !known.insert((of_type, id.to_owned())) {
                            return (at, prepared, faults);
                        }
                        prepared.push(write);
                    }
                    Err(error) => faults.push(Fault { line: line.number, issues: error.issues() }),
                }
            }
            (range.end, prepared, faults)
        };
        aside(load, work).await
    }

    async fn import_written(
        &self,
        portion: &Portion<'_>,
        prepared: Vec<Prepared>,
        (last, done): (i64, &Imported),
        before: i64,
    ) -> Result<(), Error> {
        let types: Vec<_> = prepared.iter().map(|write| write.address().0).collect();
        let mut transaction = self.store.begin(portion.caller.tenant).await?;
        let written = async {
            if let Some(Place { job: (queue, claim), .. }) = portion.place
                && !queue.hold_within(claim, &mut transaction).await?
            {
                return Err(Error::Gone);
            }
            if !prepared.is_empty() {
                self.import_audited(portion.caller, prepared, &mut transaction).await?;
            }
            let Some(place) = portion.place else { return Ok(()) };
            let refused = i64::try_from(done.faults.len()).map_err(Error::internal)?;
            let room = MOST_TOLD.saturating_sub(place.refused).saturating_sub(before);
            let told = done.faults.iter().take(usize::try_from(room).unwrap_or(0));
            let faults: Vec<_> = told.map(|fault| (fault.line, fault.outcome().to_string())).collect();
            let done = Done { line: last, stored: done.stored, refused, faults: &faults };
            let tenant = portion.caller.tenant;
            let is_ours =
                rows::advance(&mut transaction, tenant, (place.job.1.subject(), place.file), done).await?;
            if is_ours { Ok(()) } else { Err(Error::Gone) }
        }
        .await;
        transaction.finish(written).await?;
        self.wake_for(types.into_iter());
        Ok(())
    }

    /// Writes, and adds one audit row that names all of it.
    async fn import_audited(
        &self,
        caller: &Caller,
        prepared: Vec<Prepared>,
        connection: &mut Connection,
    ) -> Result<(), Error> {
        let parameters = self.known.for_writing(connection, caller.tenant).await?;
        let done: Vec<_> = prepared.iter().map(DoneWrite::of).collect();
        let written = self.write_unaudited(caller, parameters, prepared, connection).await;
        let written = written.map_err(|(_, error)| error)?;
        let row = of_several(self.rows_of_writes(caller, &done, &written), Some(KIND));
        if let Some(row) = row {
            audit::insert(connection, &row).await?;
        }
        Ok(())
    }

    /// Notes that one line was refused by the database.
    async fn import_none(&self, portion: &Portion<'_>, fault: &Fault, before: i64) -> Result<(), Error> {
        let done = Imported { stored: 0, faults: vec![fault.clone()] };
        self.import_written(portion, Vec::new(), (fault.line, &done), before).await
    }
}

/// What a line asks for.
fn read(line: &Line, type_: Option<ResourceType>) -> Result<Write, Error> {
    let too_long = || Error::BadRequest(IssueType::TooLong, format!("it is longer than {LONGEST} bytes"));
    let text = line.text.as_ref().ok_or_else(too_long)?;
    let resource = json::parse_resource(text).map_err(|fault| Error::Invalid(vec![fault.issue()]))?;
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    if let Some(wanted) =
        type_.filter(|wanted| wanted.as_str() != name && ResourceType::parse(name).is_some())
    {
        let text = format!("it is a {name}, and the file was said to be of type {wanted}");
        return Err(Error::BadRequest(IssueType::Invalid, text));
    }
    let id = resource.get("id").and_then(Value::as_str).map(str::to_owned);
    Ok(match id {
        Some(id) => Write::Update { resource, id, precondition: None },
        None => Write::Create { resource, id: None },
    })
}

/// Whether it is for what is in the lines that they are not stored.
fn is_refusal(error: &Error) -> bool {
    !matches!(error, Error::Conflict | Error::Unavailable | Error::Internal(_) | Error::Busy(_) | Error::Gone)
}
