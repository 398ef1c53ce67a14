//! Labels as they stand on the paper, made whole before the page is read: a colon in the column of the values, a label on several
//! lines, and the cells of a table whose text goes on in the line below.

use super::labels;
use super::segments;
use crate::inference::device::DeviceKind;
use crate::inference::device::rows::Cell;

/// Cells stand below each other where they begin within so many heights of each other.
const ALIGNED: f32 = 0.6;
/// Lines of one label are no farther from each other than so many heights, ...
const TIGHT: f32 = 1.5;
/// ... those of one cell of a table no farther than so many, ...
const ONE_CELL: f32 = 1.25;
/// ... and a value no farther from its caption than so many.
const CAPTION: f32 = 1.15;
/// The most lines of a label.
const MOST_LINES: usize = 4;
/// A row of a table has so many cells at least.
const LEAST_CELLS: usize = 3;
/// Captions are in smaller type than what stands below them, by so much at least.
const SMALLER: f32 = 1.1;
/// A line that ends so goes on.
const CONNECTIVES: &[&str] = &["and", "or", "of", "for", "the", "&"];

/// The rows with whole labels and whole cells.
pub fn whole(rows: Vec<Vec<Cell>>, kind: DeviceKind) -> Vec<Vec<Cell>> {
    let rows = rows.into_iter().map(with_colons).collect();
    unwrapped(stacked(rows, kind), kind)
}

/// A row whose colons stand with their labels: of `Name` and `: Jane Smith` the second cell begins the first one's value.
fn with_colons(row: Vec<Cell>) -> Vec<Cell> {
    let mut kept: Vec<Cell> = Vec::new();
    for mut cell in row {
        let marks = cell.characters.iter().take_while(|one| matches!(one.0, ':' | '：' | ' ')).count();
        let has_colon = cell.characters.iter().take(marks).any(|one| matches!(one.0, ':' | '：'));
        let label = kept.last_mut().filter(|last| has_colon && may_be_label(last));
        if let Some(label) = label {
            label.characters.push((':', 1.0));
            cell.characters.drain(..marks);
        }
        if !(has_colon && cell.characters.is_empty()) {
            kept.push(cell);
        }
    }
    kept
}

fn may_be_label(cell: &Cell) -> bool {
    let text = cell.text();
    text.starts_with(char::is_alphabetic)
        && !text.contains([':', '：'])
        && text.split_whitespace().count() <= 7
}

/// The rows with labels of several lines in the first of them: `Manufacturer and` above `batch no.`
fn stacked(mut rows: Vec<Vec<Cell>>, kind: DeviceKind) -> Vec<Vec<Cell>> {
    for place in 0..rows.len() {
        let count = rows.get(place).map_or(0, Vec::len);
        let mut bottom = f32::NEG_INFINITY;
        for column in 0..count {
            let Some(lines) = lines_below(&rows, place, column, kind) else { continue };
            for (row, line) in lines {
                let Some(cell) = rows.get_mut(row).map(|cells| cells.remove(line)) else { continue };
                bottom = bottom.max(cell.frame[3]);
                if let Some(label) = rows.get_mut(place).and_then(|cells| cells.get_mut(column)) {
                    put_behind(label, &cell);
                    label.frame[3] = cell.frame[3];
                }
            }
        }
        stretch(&mut rows, place, bottom, kind);
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// Where the further lines of a label stand; none where the cell is no label of several lines.
fn lines_below(
    rows: &[Vec<Cell>],
    place: usize,
    column: usize,
    kind: DeviceKind,
) -> Option<Vec<(usize, usize)>> {
    let first = rows.get(place)?.get(column)?;
    let mut text = first.text();
    let (mut last, mut lines, mut found) = (first, Vec::new(), 0);
    while lines.len() + 1 < MOST_LINES && !text.contains([':', '：']) {
        let Some((row, line, next)) = below(rows, place, last) else { break };
        let said = next.text();
        let ends_open = text.split_whitespace().next_back().is_some_and(is_connective) || text.ends_with('/');
        let is_label = labels::find_alone(kind, &said).is_some() && said.starts_with(char::is_uppercase);
        let goes_on = (ends_open && !is_label) || said.starts_with(char::is_lowercase);
        if !goes_on || said.contains(|c: char| c.is_ascii_digit()) {
            break;
        }
        text = format!("{text} {said}");
        lines.push((row, line));
        last = next;
        if labels::find_alone(kind, &text).is_some_and(|label| label.field.is_some()) {
            found = lines.len();
        }
    }
    lines.truncate(found);
    if lines.is_empty() { None } else { Some(lines) }
}

fn is_connective(word: &str) -> bool {
    CONNECTIVES.contains(&word.to_lowercase().as_str())
}

/// The cell right below another, in the next rows.
fn below<'a>(rows: &'a [Vec<Cell>], place: usize, cell: &Cell) -> Option<(usize, usize, &'a Cell)> {
    let near = |other: &Cell| {
        let distance = other.middle() - cell.middle();
        distance > 0.5 * cell.height()
            && distance < TIGHT * cell.height().max(other.height())
            && is_aligned(cell, other)
    };
    rows.iter().enumerate().skip(place + 1).take(2 * MOST_LINES).find_map(|(row, cells)| {
        let line = cells.iter().position(near)?;
        Some((row, line, cells.get(line)?))
    })
}

fn is_aligned(one: &Cell, other: &Cell) -> bool {
    (one.frame[0] - other.frame[0]).abs() <= ALIGNED * one.height().min(other.height())
}

/// Joins a text to the one that it goes on with.
fn put_behind(first: &mut Cell, more: &Cell) {
    first.characters.push((' ', 1.0));
    first.characters.extend(more.characters.iter().copied());
    let both = first.second.take().zip(more.second.as_ref());
    first.second = both.map(|(one, other)| format!("{one} {other}"));
    first.clear &= more.clear;
    first.frame[0] = first.frame[0].min(more.frame[0]);
    first.frame[2] = first.frame[2].max(more.frame[2]);
}

/// Heads of one row end at one height: what stands below the highest of them is as near to the others.
fn stretch(rows: &mut [Vec<Cell>], place: usize, bottom: f32, kind: DeviceKind) {
    let is_free = |cell: &Cell| {
        let between = |other: &Cell| {
            is_aligned(cell, other) && other.middle() > cell.frame[3] && other.middle() < bottom
        };
        !rows.iter().skip(place + 1).take(2 * MOST_LINES).flatten().any(between)
    };
    let heads: Vec<usize> = rows
        .get(place)
        .into_iter()
        .flatten()
        .enumerate()
        .filter(|(_, cell)| {
            cell.frame[3] < bottom && labels::find_alone(kind, &cell.text()).is_some() && is_free(cell)
        })
        .map(|(column, _)| column)
        .collect();
    for (column, cell) in rows.get_mut(place).into_iter().flatten().enumerate() {
        if heads.contains(&column) {
            cell.frame[3] = bottom;
        }
    }
}

/// The rows of tables with whole cells: what goes on below in a row that has less cells, and none of a new item, is joined to them.
fn unwrapped(mut rows: Vec<Vec<Cell>>, kind: DeviceKind) -> Vec<Vec<Cell>> {
    let mut place = 0;
    while place + 2 < rows.len() {
        let is_table = rows.get(place).is_some_and(|row| {
            row.len() >= LEAST_CELLS && is_of_labels(row, kind) && segments::of_row(row, kind).1
        });
        if is_table {
            let left =
                rows.get(place).and_then(|row| row.first()).map_or(0.0, |cell| cell.frame[0] - cell.height());
            unwrap_below(&mut rows, place, left, kind);
        }
        place += 1;
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// Whether several cells of a row ask for fields, as the heads of vital signs do not.
fn is_of_labels(row: &[Cell], kind: DeviceKind) -> bool {
    let asks =
        |cell: &&Cell| labels::find_alone(kind, &cell.text()).is_some_and(|label| label.field.is_some());
    row.iter().filter(asks).count() >= 2
}

/// Joins the further lines of a table's items, the first of which stands below its heads, right of a place.
fn unwrap_below(rows: &mut [Vec<Cell>], heads: usize, left: f32, kind: DeviceKind) {
    let mut item: Option<(usize, f32)> = None;
    for place in heads + 1..rows.len() {
        let own: Vec<Cell> =
            rows.get(place).into_iter().flatten().filter(|cell| cell.frame[0] >= left).cloned().collect();
        let Some(middle) = own.first().map(Cell::middle) else { continue };
        let height = own.iter().map(Cell::height).fold(0.0, f32::max);
        let above: Vec<Cell> = item
            .and_then(|(above, _)| rows.get(above))
            .into_iter()
            .flatten()
            .filter(|cell| cell.frame[0] >= left)
            .cloned()
            .collect();
        let is_near = item.is_some_and(|(_, last)| middle - last < ONE_CELL * height);
        if is_near && own.len() < above.len() && own.iter().all(|cell| is_more(cell, &above, kind)) {
            if let Some((above, last)) = item.as_mut() {
                *last = middle;
                let more: Vec<Cell> = rows
                    .get_mut(place)
                    .map(|row| row.extract_if(.., |cell| cell.frame[0] >= left).collect())
                    .unwrap_or_default();
                rows.get_mut(*above).into_iter().for_each(|row| join(row, &more));
            }
        } else if own.len() >= LEAST_CELLS {
            item = Some((place, middle));
        } else {
            return;
        }
    }
}

/// Joins texts to the cells that they stand below.
fn join(row: &mut [Cell], more: &[Cell]) {
    for text in more {
        if let Some(cell) = row.iter_mut().find(|cell| is_aligned(cell, text)) {
            put_behind(cell, text);
        }
    }
}

/// Whether a text may go on with a cell of the item above it: words, with no number that begins another item.
fn is_more(cell: &Cell, above: &[Cell], kind: DeviceKind) -> bool {
    let text = cell.text();
    text.starts_with(|c: char| c.is_alphabetic() || c == '(')
        && !text.contains(':')
        && labels::find_alone(kind, &text).is_none()
        && above.iter().any(|other| is_aligned(other, cell))
}

/// Whether a row's cells are captions, each in smaller type than what stands right below it.
pub fn are_captions(row: &[Cell], (over, below): (&[Cell], &[Cell]), kind: DeviceKind) -> bool {
    if below.iter().any(|cell| labels::find_alone(kind, &cell.text()).is_some()) {
        return false;
    }
    let is_value = |cell: &Cell, other: &Cell| {
        is_aligned(cell, other) && other.middle() - cell.middle() < CAPTION * other.height()
    };
    let value = |cell: &Cell| below.iter().find(|other| is_value(cell, other)).map(Cell::height);
    let goes_on = |cell: &Cell| {
        over.iter()
            .any(|other| is_aligned(cell, other) && cell.middle() - other.middle() < ONE_CELL * cell.height())
    };
    let is_caption = |cell: &Cell| {
        let text = cell.text();
        text.starts_with(char::is_alphabetic)
            && !text.contains(|c: char| c.is_ascii_digit() || c == ':')
            && !goes_on(cell)
    };
    let heights: f32 = row.iter().map(Cell::height).sum();
    let Some(values) = row.iter().map(value).collect::<Option<Vec<f32>>>() else { return false };
    row.len() >= 2 && row.iter().all(is_caption) && values.iter().sum::<f32>() > SMALLER * heights
}
