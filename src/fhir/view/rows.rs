//! Making rows of a resource. <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html#process-a-resource-entry-point>

use std::time::Instant;

use super::cell::{Cell, Row};
use super::column::Column;
use super::constants::ROW_INDEX;
use super::select::{Over, Select};
use super::{Path, View};
use crate::fhir::fhirpath::{Context, Fault, Item};
use crate::fhir::outcome::{Issue, IssueType};

/// So many rows may be made of a resource, those that are parts of others among them.
const MOST_ROWS: usize = 200_000;
/// So many bytes they may take.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// So many items one select may go through again and again.
const MOST_REPEATED: usize = 100_000;
/// After so many rows it is looked whether there is time left.
const ROWS_A_LOOK: usize = 256;

/// The rows of a resource of the view's type.
pub(super) fn of<'a>(
    view: &View,
    mut context: Context<'a>,
    resource: &Item<'a>,
    end: Instant,
) -> Result<Vec<Row>, Issue> {
    context.variables.insert(ROW_INDEX.to_owned(), Item::Integer(0));
    let mut walk = Walk { context, made: 0, bytes: 0, end };
    for path in &view.wheres {
        if !walk.holds(path, resource)? {
            return Ok(Vec::new());
        }
    }
    let mut rows = vec![Row::new()];
    for select in &view.selects {
        let part = walk.select(select, resource, 0)?;
        rows = walk.each_with_each(&rows, part)?;
    }
    Ok(rows)
}

struct Walk<'a> {
    context: Context<'a>,
    made: usize,
    bytes: usize,
    end: Instant,
}

fn fault(code: IssueType, text: impl Into<String>, path: &Path) -> Issue {
    Issue::error(code, text).at(path.place.clone())
}

fn too_many(text: impl Into<String>) -> Issue {
    Issue::error(IssueType::TooCostly, text).at("ViewDefinition.select")
}

impl<'a> Walk<'a> {
    fn evaluate(&self, path: &Path, focus: &Item<'a>) -> Result<Vec<Item<'a>>, Issue> {
        self.context.again();
        path.expression.evaluate(&self.context, focus.clone()).map_err(|found| {
            let code = match found {
                Fault::TooCostly | Fault::TooLate => IssueType::TooCostly,
                Fault::Several | Fault::UnknownVariable | Fault::WrongType => IssueType::Processing,
            };
            fault(code, found.to_string(), path)
        })
    }

    fn holds(&self, path: &Path, resource: &Item<'a>) -> Result<bool, Issue> {
        match self.evaluate(path, resource)?.as_slice() {
            [] => Ok(false),
            [one] => match Cell::of(one, &super::Kind::Boolean) {
                Ok(Cell::Boolean(is)) => Ok(is),
                Ok(_) => Ok(false),
                Err(_) => Err(fault(IssueType::Processing, "the condition is no truth value", path)),
            },
            _ => Err(fault(IssueType::Processing, "the condition has several values", path)),
        }
    }

    /// Says to expressions which of those that are gone through is looked at.
    fn tell_index(&mut self, index: usize) {
        if let Some(told) = self.context.variables.get_mut(ROW_INDEX) {
            *told = Item::Integer(i64::try_from(index).unwrap_or(i64::MAX));
        }
    }

    /// The rows of a select, of an item that is at this place among its like.
    fn select(&mut self, select: &Select, focus: &Item<'a>, index: usize) -> Result<Vec<Row>, Issue> {
        self.tell_index(index);
        let foci = match &select.over {
            Over::Here => return self.of_focus(select, focus, index),
            Over::Each(path) => self.evaluate(path, focus)?,
            Over::EachOrNothing(path) => {
                let found = self.evaluate(path, focus)?;
                if found.is_empty() {
                    let row = select.row_of_nothing()?;
                    self.weigh(row.iter().map(Cell::size_bytes).sum())?;
                    self.count()?;
                    return Ok(vec![row]);
                }
                found
            }
            Over::Repeat(paths) => self.repeated(paths, focus)?,
        };
        let mut rows = Vec::new();
        for (at, focus) in foci.iter().enumerate() {
            rows.append(&mut self.of_focus(select, focus, at)?);
        }
        Ok(rows)
    }

    /// All that the expressions lead to, what is within before what comes after.
    fn repeated(&self, paths: &[Path], focus: &Item<'a>) -> Result<Vec<Item<'a>>, Issue> {
        let within = |item: &Item<'a>| -> Result<Vec<Item<'a>>, Issue> {
            let mut found = Vec::new();
            for path in paths {
                found.append(&mut self.evaluate(path, item)?);
            }
            // The last is taken first.
            found.reverse();
            Ok(found)
        };
        let (mut all, mut waiting) = (Vec::new(), within(focus)?);
        while let Some(item) = waiting.pop() {
            if all.len().saturating_add(waiting.len()) >= MOST_REPEATED {
                return Err(too_many(format!(
                    "repeat leads to more than {MOST_REPEATED} items of a resource"
                )));
            }
            waiting.append(&mut within(&item)?);
            all.push(item);
            self.look(all.len())?;
        }
        Ok(all)
    }

    fn of_focus(&mut self, select: &Select, focus: &Item<'a>, index: usize) -> Result<Vec<Row>, Issue> {
        self.tell_index(index);
        let mut own = Row::with_capacity(select.columns.len());
        for (column, path) in &select.columns {
            own.push(self.cell(column, path, focus)?);
        }
        self.count()?;
        let mut rows = vec![own];
        for inner in &select.selects {
            let part = self.select(inner, focus, index)?;
            rows = self.each_with_each(&rows, part)?;
        }
        if select.union.is_empty() {
            return Ok(rows);
        }
        let mut part = Vec::new();
        for branch in &select.union {
            part.append(&mut self.select(branch, focus, index)?);
        }
        self.each_with_each(&rows, part)
    }

    /// What stands in a column. Each value is weighed when it is made, so that no more than one is made in vain.
    fn cell(&mut self, column: &Column, path: &Path, focus: &Item<'a>) -> Result<Cell, Issue> {
        let items = self.evaluate(path, focus)?;
        if !column.collection && items.len() > 1 {
            let text = "there are several values, and the column has no collection";
            return Err(fault(IssueType::Processing, text, path));
        }
        let mut cells = Vec::new();
        for item in &items {
            let cell = Cell::of(item, &column.kind);
            let cell = cell.map_err(|text| fault(IssueType::Processing, text, path))?;
            self.weigh(cell.size_bytes())?;
            cells.push(cell);
        }
        if column.collection {
            self.weigh(size_of::<Cell>())?;
            return Ok(Cell::List(cells));
        }
        match cells.pop() {
            Some(only) => Ok(only),
            None => {
                self.weigh(size_of::<Cell>())?;
                Ok(Cell::Null)
            }
        }
    }

    /// Each row of one list joined with each of the other.
    fn each_with_each(&mut self, rows: &[Row], part: Vec<Row>) -> Result<Vec<Row>, Issue> {
        // Joined with a row of no columns, rows are what they were.
        if let [only] = rows
            && only.is_empty()
        {
            return Ok(part);
        }
        let mut joined = Vec::new();
        for row in rows {
            for more in &part {
                self.weigh(row.iter().chain(more).map(Cell::size_bytes).sum())?;
                self.count()?;
                joined.push(row.iter().chain(more).cloned().collect());
            }
        }
        Ok(joined)
    }

    /// Counts a row that is made.
    fn count(&mut self) -> Result<(), Issue> {
        self.made = self.made.saturating_add(1);
        self.within()?;
        self.look(self.made)
    }

    /// Counts bytes that are made.
    fn weigh(&mut self, bytes: usize) -> Result<(), Issue> {
        self.bytes = self.bytes.saturating_add(bytes);
        self.within()
    }

    fn within(&self) -> Result<(), Issue> {
        if self.made <= MOST_ROWS && self.bytes <= MOST_BYTES {
            return Ok(());
        }
        let most_mb = MOST_BYTES / (1024 * 1024);
        Err(too_many(format!("the view makes more than {MOST_ROWS} rows or {most_mb} MB of a resource")))
    }

    /// Looks now and then whether there is time left.
    fn look(&self, count: usize) -> Result<(), Issue> {
        if count.is_multiple_of(ROWS_A_LOOK) && Instant::now() > self.end {
            return Err(too_many("the view takes too long"));
        }
        Ok(())
    }
}
