//! The labels within a row's pieces of text, and what stands between them.

mod cuts;

use super::captions;
use super::labels::{self, Label, Share};
use super::piece::{Piece, place};
use super::ticked;
use super::vitals;
use crate::inference::device::DeviceKind;
use crate::inference::device::rows::Cell;
use crate::inference::number::real;
use cuts::cuts;

/// A label that was read well has letters that are more probable than this on average.
const DOUBTFUL_LABEL: f32 = 0.9;
/// The most words that a label has.
pub const LONGEST_LABEL: usize = 5;

/// A piece of a row.
#[derive(Debug)]
pub enum Segment {
    /// A label, with what stands behind it in the same run.
    Label(Heading),
    /// Text.
    Text(Piece),
    /// Something that was not read stands there.
    Unread([f32; 4]),
}

/// A label where it stands.
#[derive(Debug)]
pub struct Heading {
    /// The label; none for what looks like one and is none of the kind's.
    pub label: Option<&'static Label>,
    /// Its frame.
    pub frame: [f32; 4],
    /// Whether a colon follows it, which the heads of a table have not.
    pub has_colon: bool,
    /// What stands behind it.
    pub piece: Option<Piece>,
    /// Whether it is a title, which has no value and only ends what stands above it.
    pub is_title: bool,
    /// The labels that it says besides: `Lot no. / Expiry`.
    pub others: Vec<&'static Label>,
    /// Whether it says so little that another label of the same field says more: `Date`.
    pub is_plain: bool,
}

impl Heading {
    /// The head of a column that nothing is known of.
    fn unknown(frame: [f32; 4]) -> Self {
        Self {
            label: None,
            frame,
            has_colon: false,
            piece: None,
            is_title: false,
            others: Vec::new(),
            is_plain: false,
        }
    }

    fn is_bare(&self) -> bool {
        !self.has_colon && !self.is_title && self.piece.is_none()
    }
}

/// The segments of a row from left to right, and whether they are the heads of a table.
pub fn of_row(row: &[Cell], kind: DeviceKind) -> (Vec<Segment>, bool) {
    let mut of_cells: Vec<Vec<Segment>> = row.iter().map(|cell| segments(cell, kind)).collect();
    for (place, cell) in row.iter().enumerate().skip(1) {
        let before =
            place.checked_sub(1).and_then(|before| row.get(before)).map(Cell::text).unwrap_or_default();
        let (name, said) = (labels::squeezed(&before), labels::squeezed(&cell.text()));
        let repeats = said.len() > name.len() && said.contains(&name);
        if repeats
            && is_of_label_before(of_cells.get(place - 1), of_cells.get(place))
            && let Some(said) = of_cells.get_mut(place)
        {
            *said = vec![Segment::Text(Piece::of(cell, 0, cell.characters.len()))];
        }
    }
    let among_heads = of_cells.iter().flatten().any(is_bare);
    let cells = row.iter().zip(of_cells);
    let mut segments: Vec<_> = cells
        .flat_map(|(cell, segments)| match segments.as_slice() {
            [Segment::Text(_)] if among_heads => heads(cell, kind).unwrap_or(segments),
            _ => segments,
        })
        .collect();
    let is_head = is_head(&segments) || are_vitals(&segments);
    if is_head {
        // What stands among the heads of a table is the head of another column, not the value of the one before it.
        for segment in &mut segments {
            if let Segment::Text(piece) = segment {
                *segment = Segment::Label(Heading::unknown(piece.frame));
            }
        }
    }
    (segments, is_head)
}

/// The segments of a row that stands between two others: captions in smaller type than their values are heads, known or not.
pub fn between(row: &[Cell], (over, below): (&[Cell], &[Cell]), kind: DeviceKind) -> (Vec<Segment>, bool) {
    let (mut segments, is_head) = of_row(row, kind);
    if is_head || !segments.iter().any(is_bare) || !captions::are_captions(row, (over, below), kind) {
        return (segments, is_head);
    }
    for segment in &mut segments {
        if let Segment::Text(piece) = segment {
            *segment = Segment::Label(Heading::unknown(piece.frame));
        }
    }
    (segments, true)
}

/// Whether a cell that might be a label is the value of the one before it, which asks for the same: `Substitution`, `Substitution allowed`.
fn is_of_label_before(before: Option<&Vec<Segment>>, own: Option<&Vec<Segment>>) -> bool {
    let (Some(before), Some(own)) = (before, own) else { return false };
    match (before.last(), own.as_slice()) {
        (Some(Segment::Label(label)), [Segment::Label(value)]) => {
            let field = |heading: &Heading| heading.label.and_then(|label| label.field);
            let is_whole = |heading: &Heading| heading.label.is_some_and(|label| label.share == Share::Whole);
            label.piece.is_none()
                && value.is_bare()
                && field(label).is_some()
                && field(label) == field(value)
                && is_whole(label)
                && is_whole(value)
        }
        _ => false,
    }
}

/// Whether there are several vital signs without a number, which are the heads of a table of them.
fn are_vitals(segments: &[Segment]) -> bool {
    let is_vital = |segment: &&Segment| match segment {
        Segment::Text(piece) => vitals::is_name(&piece.text()),
        Segment::Label(_) | Segment::Unread(_) => false,
    };
    segments.iter().filter(is_vital).count() >= 2
}

fn is_bare(segment: &Segment) -> bool {
    matches!(segment, Segment::Label(heading) if heading.is_bare())
}

/// Whether there are several labels without colons, and not each has text behind it.
fn is_head(segments: &[Segment]) -> bool {
    let bare = segments.iter().filter(|segment| is_bare(segment)).count();
    let is_empty = |place: usize| !matches!(segments.get(place + 1), Some(Segment::Text(_)));
    bare >= 2 && segments.iter().enumerate().any(|(place, segment)| is_bare(segment) && is_empty(place))
}

/// The parts of a cell: `Label: value`, perhaps several of them, or text alone.
fn segments(cell: &Cell, kind: DeviceKind) -> Vec<Segment> {
    let count = cell.characters.len();
    let text = cell.text();
    if count == 0 {
        return vec![Segment::Unread(cell.frame)];
    }
    if let Some((_, rest)) = labels::title(&text) {
        return titled(cell, rest, kind);
    }
    let has_colon = text.contains([':', '：']);
    // A word of its own in a small letter goes on with the line above it.
    let may_be_label =
        has_colon || !text.trim_start().starts_with(char::is_lowercase) || labels::is_known(kind, &text);
    if let Some(label) = labels::find_alone(kind, &text).filter(|_| may_be_label) {
        let is_plain = labels::is_plain(&text);
        let heading = Heading { label: Some(label), has_colon, is_plain, ..Heading::unknown(cell.frame) };
        return vec![Segment::Label(heading)];
    }
    if let Some(label) = is_doubtful(cell).then(|| labels::blurred(kind, &text)).flatten() {
        return vec![Segment::Label(Heading {
            label: Some(label),
            has_colon,
            ..Heading::unknown(cell.frame)
        })];
    }
    if let Some((first, others)) = labels::several(kind, &text).filter(|_| may_be_label) {
        let heading = Heading { label: Some(first), has_colon, others, ..Heading::unknown(cell.frame) };
        return vec![Segment::Label(heading)];
    }
    if let Some(boxes) = before_boxes(cell, kind) {
        return vec![Segment::Label(boxes)];
    }
    let cuts = cuts(cell, kind);
    let mut segments = Vec::new();
    let first = cuts.first().map_or(count, |(start, ..)| *start);
    if first > 0 {
        segments.push(Segment::Text(Piece::of(cell, 0, first)));
    }
    for (number, (start, value, label)) in cuts.iter().enumerate() {
        let end = cuts.get(number + 1).map_or(count, |(start, ..)| *start);
        let piece = Some(Piece::of(cell, *value, end)).filter(|piece| !piece.is_blank());
        let frame = place(cell, *start, *value);
        let said: String =
            cell.characters.get(*start..*value).unwrap_or_default().iter().map(|one| one.0).collect();
        let is_plain = labels::is_plain(&said);
        let others = if label.is_none() { labels::several(kind, &said) } else { None };
        let (label, others) = others.map_or((*label, Vec::new()), |(first, others)| (Some(first), others));
        let heading = Heading { label, has_colon: true, piece, others, is_plain, ..Heading::unknown(frame) };
        segments.push(Segment::Label(heading));
    }
    segments
}

/// A label with the boxes behind it, which no colon parts from it: `Refills □ 0 □ 1 □ 2`.
fn before_boxes(cell: &Cell, kind: DeviceKind) -> Option<Heading> {
    let first = cell.characters.iter().position(|one| ticked::is_empty_box(one.0))?;
    let count = cell.characters.len();
    let several = cell.characters.iter().filter(|one| ticked::is_empty_box(one.0)).count() >= 2;
    let name: String = cell.characters.get(..first)?.iter().map(|one| one.0).collect();
    let label = labels::find_alone(kind, name.trim()).filter(|_| several && !name.contains(':'))?;
    let piece = Some(Piece::of(cell, first, count));
    let is_plain = labels::is_plain(&name);
    Some(Heading {
        label: Some(label),
        has_colon: true,
        piece,
        is_plain,
        ..Heading::unknown(place(cell, 0, first))
    })
}

/// Whether the letters of a cell are no more probable than those of small type on a bad picture.
fn is_doubtful(cell: &Cell) -> bool {
    let written = cell.characters.iter().filter(|one| one.0.is_alphabetic());
    let (sum, count) = written.fold((0.0, 0), |(sum, count), one| (sum + one.1, count + 1));
    count > 0 && sum < DOUBTFUL_LABEL * real(count)
}

/// Two heads of a table that were boxed as one: nothing but two labels, one behind the other.
fn heads(cell: &Cell, kind: DeviceKind) -> Option<Vec<Segment>> {
    let count = cell.characters.len();
    let label = |from: usize, to: usize| {
        let words: String = cell.characters.get(from..to)?.iter().map(|(character, _)| character).collect();
        labels::find(kind, &words).filter(|_| !words.contains(':'))
    };
    let blanks = cell.characters.iter().enumerate().filter(|(_, (character, _))| character.is_whitespace());
    let (middle, one, other) = blanks.map(|(blank, _)| blank).find_map(|blank| {
        let (one, other) = (label(0, blank)?, label(blank + 1, count)?);
        (one.field != other.field).then_some((blank, one, other))
    })?;
    let head = |label, from, to| {
        Segment::Label(Heading { label: Some(label), ..Heading::unknown(place(cell, from, to)) })
    };
    Some(vec![head(one, 0, middle), head(other, middle + 1, count)])
}

/// A title; of a note it may be followed by the date, and the time, of the visit.
fn titled(cell: &Cell, rest: usize, kind: DeviceKind) -> Vec<Segment> {
    let mut segments = vec![Segment::Label(Heading { is_title: true, ..Heading::unknown(cell.frame) })];
    if kind != DeviceKind::ClinicalNotes {
        return segments;
    }
    let text = cell.text();
    // A date that is written in one word, and then a time.
    let blank = text.chars().skip(rest).position(char::is_whitespace);
    let end = blank.map_or(cell.characters.len(), |blank| rest + blank);
    for (label, from, to) in [("visit date", rest, end), ("visit time", end, cell.characters.len())] {
        let piece = Some(Piece::of(cell, from, to)).filter(|piece| !piece.is_blank());
        let frame = place(cell, from, from);
        let heading = Heading {
            label: labels::find(kind, label),
            has_colon: true,
            piece: piece.clone(),
            ..Heading::unknown(frame)
        };
        segments.extend(piece.map(|_| Segment::Label(heading)));
    }
    segments
}
