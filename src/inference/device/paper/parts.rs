//! What follows each label of a document: behind it in its row, or below it in its column.
//!
//! A label's column runs from its own left to the left of the next label in its row. Text of a lower row belongs to a label only where
//! it stands in that one's column and in no other's; where it may belong to two, neither goes on.

mod end;
mod said;

use super::known;
use super::labels::Label;
use super::piece::{Piece, are_apart, are_parted, is_above, is_alike, is_below, is_next, share};
use super::postal;
use super::segments::Heading;
use super::value::{self, Shape};
use crate::inference::device::FieldName;

/// The same of a value, whose left is estimated where it stands behind its label in one box.
const ALIGNED_VALUE: f32 = 0.9;
/// Texts begin below each other where they begin within so many heights of each other.
const ALIGNED: f32 = 0.5;

/// A label with what follows it.
#[derive(Debug)]
pub struct Part {
    /// The label; none for what looks like one and is none of the kind's.
    pub label: Option<&'static Label>,
    /// The labels that are said beside it.
    pub others: Vec<&'static Label>,
    /// Whether another label of the same field says more.
    pub is_plain: bool,
    /// Where the label stands.
    pub frame: [f32; 4],
    /// The row that it stands in.
    pub row: usize,
    /// From its left to where the next label of its row begins.
    pub reach: (f32, f32),
    /// Whether it is the head of a table's column.
    is_head: bool,
    /// Whether each row of that table is an item of its own.
    is_table: bool,
    has_colon: bool,
    pieces: Vec<Piece>,
    /// Where its text may go on.
    column: (f32, f32),
    /// Where the value begins that stands in a column beside the label.
    beside: Option<f32>,
    is_open: bool,
    /// Whether something that may belong to it was not taken.
    is_cut: bool,
    /// Whether nobody can tell which of several texts is its value.
    is_disputed: bool,
    /// Whether another row of its table has a value, too.
    is_first: bool,
    /// How far the text of the page goes to the right within its column.
    edge: f32,
    pitch: f32,
}

/// What becomes of a text in the row below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is the value, or goes on with it.
    Mine,
    /// It may be a second value, which leaves open which of them is meant.
    Another,
    /// The value ends before it.
    TooFar,
    /// It is of another column that begins there.
    NextColumn,
    /// It says nothing of this part.
    None,
}

impl Part {
    /// A label of a row, whose column ends there.
    pub fn new(heading: Heading, row: usize, is_head: bool, right: f32) -> Self {
        let Heading { label, frame, has_colon, piece, is_title, others, is_plain } = heading;
        let [left, ..] = frame;
        Self {
            label,
            others,
            is_plain,
            frame,
            row,
            reach: (left, right),
            is_head,
            is_table: false,
            has_colon,
            pieces: piece.into_iter().collect(),
            column: (left, right),
            beside: None,
            is_open: !is_title,
            is_cut: false,
            is_disputed: false,
            is_first: false,
            edge: 0.0,
            pitch: f32::INFINITY,
        }
    }

    /// Whether what comes next can belong to it.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Where its text may go on.
    pub fn column(&self) -> (f32, f32) {
        self.column
    }

    /// Nothing that comes belongs to it.
    pub fn close(&mut self) {
        self.is_open = false;
    }

    /// As [`Self::close`], where something may have belonged to it.
    pub fn cut(&mut self) {
        self.is_cut = true;
        self.close();
    }

    /// Another column begins there.
    pub fn narrow(&mut self, left: f32) {
        self.column.1 = self.column.1.min(left);
    }

    /// Whether anything that stands so high belongs to it.
    pub fn has_text_beside(&self, frame: [f32; 4]) -> bool {
        self.pieces.last().is_some_and(|last| !is_above(last.frame, frame))
    }

    /// Whether all of it stands to the left of a frame, and some at that height.
    pub fn is_left_of(&self, frame: [f32; 4]) -> bool {
        let [left, top, ..] = frame;
        let last = self.pieces.last().map_or(self.frame, |piece| piece.frame);
        let [_, _, _, bottom] = last;
        self.has_text_beside(frame) || (self.right() <= left && top < bottom && is_above(last, frame))
    }

    /// Whether a text of its own row, with no label between, is its value or goes on with it.
    pub fn takes_beside(&self, frame: [f32; 4]) -> bool {
        match self.pieces.last() {
            None => true,
            Some(last) => !is_above(last.frame, frame) && !are_apart(last.frame, frame),
        }
    }

    /// Whether a text of its own row is in another column.
    pub fn is_apart(&self, frame: [f32; 4]) -> bool {
        self.pieces.is_empty() && are_apart(self.frame, frame)
    }

    /// Adds a text of the label's own row.
    pub fn add_beside(&mut self, piece: Piece) {
        let [left, ..] = piece.frame;
        if self.pieces.is_empty() && are_apart(self.frame, piece.frame) {
            self.beside = Some(left);
        }
        self.pieces.push(piece);
    }

    /// Whether a text begins where the label does, or its value so far.
    pub fn is_aligned(&self, frame: [f32; 4]) -> bool {
        let ([left, top, _, bottom], [own, ..]) = (frame, self.frame);
        let first = self.pieces.first().map(|piece| piece.frame);
        let value = first.map_or(own, |[left, ..]| left);
        let near = |other: f32, most: f32| (left - other).abs() <= most * (bottom - top);
        near(value, ALIGNED_VALUE) || (self.beside.is_none() && near(own, ALIGNED))
    }

    /// Adds a text of a lower row.
    pub fn add(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    /// How much of a frame stands in the column.
    pub fn share(&self, frame: [f32; 4]) -> f32 {
        share(frame, self.column)
    }

    /// Whether its text may go on in the row of that frame.
    pub fn may_go_on(&self, frame: [f32; 4]) -> bool {
        match self.pieces.last() {
            None => is_below(self.frame, frame),
            Some(last) => self.goes_on() && is_next(last.frame, frame),
        }
    }

    /// Leaves each of its rows to an item of its own.
    pub fn set_table(&mut self) {
        self.is_table = true;
    }

    fn goes_on(&self) -> bool {
        if self.is_table {
            return false;
        }
        self.label.is_none_or(|label| label.shape.goes_on())
            || self.others.iter().any(|label| label.shape.goes_on())
            || self.is_unfinished()
    }

    /// Whether what it says has an open bracket, or ends as no name does.
    fn is_unfinished(&self) -> bool {
        let Some(last) = self.pieces.last() else { return false };
        let text = last.text();
        let said: String = self.pieces.iter().map(Piece::text).collect();
        let is_name = self.label.is_some_and(|label| label.shape == Shape::Name);
        is_name
            && (said.matches('(').count() > said.matches(')').count() || text.ends_with(['&', ',', '-', '/']))
    }

    /// What a text of a lower row, in the column, is to it.
    pub fn claim(&self, frame: [f32; 4]) -> Claim {
        let [left, _, right, _] = frame;
        let Some(last) = self.pieces.last() else {
            return if is_below(self.frame, frame) { Claim::Mine } else { Claim::TooFar };
        };
        let is_near = is_next(last.frame, frame) && is_alike(last.frame, frame);
        if self.beside.is_some_and(|left| right <= left) {
            // Below the label, not below its value: the label's second line, or the value of a head.
            let is_value = is_near && !self.goes_on() && !self.has_colon;
            return if is_value { Claim::Another } else { Claim::None };
        }
        if !is_above(last.frame, frame) {
            return if are_apart(last.frame, frame) { Claim::NextColumn } else { Claim::Mine };
        }
        match (is_near, self.goes_on()) {
            // What begins to the right of all of it goes on with nothing of it.
            (true, true) if left > self.right() => Claim::None,
            (true, true) => Claim::Mine,
            (true, false) if self.is_head => Claim::Another,
            (true | false, false) => Claim::None,
            (false, true) => Claim::TooFar,
        }
    }

    /// Whether a text of its own row is another of several options, of which nobody can tell which was chosen: `0  1  2  3`, `IM  SC`.
    pub fn has_options(&self, text: &Piece) -> bool {
        let (Some(label), Some(last)) = (self.label, self.pieces.last()) else { return false };
        let beside = self.pieces.iter().filter(|piece| !is_above(piece.frame, text.frame)).count();
        let is_short = |piece: &Piece| {
            let said = piece.text();
            said.split_whitespace().count() <= 3 && !said.contains([':', ',', '.'])
        };
        if beside == 0 || !is_short(text) || !is_short(last) || !are_parted(last.frame, text.frame) {
            return false;
        }
        let number = |piece: &Piece| value::read(FieldName::Refills, Shape::Whole, &piece.text()).is_some();
        match label.field {
            Some(FieldName::Refills | FieldName::DoseNumber) => number(last) && number(text),
            Some(FieldName::Substitution | FieldName::Route) => true,
            Some(FieldName::InjectionSite) => known::is_site(&text.text()) && known::is_site(&last.text()),
            Some(
                FieldName::ConditionAtDischarge
                | FieldName::Disposition
                | FieldName::VisitType
                | FieldName::VaccineName,
            ) => beside >= 2,
            _ => false,
        }
    }

    /// Leaves open which of several texts is the value.
    pub fn dispute(&mut self) {
        self.is_disputed = true;
        self.close();
    }

    /// Whether a text has the form that its label asks for.
    pub fn may_be(&self, text: &str) -> bool {
        self.label.is_none_or(|label| {
            !label.shape.is_exact()
                || label.field.is_none_or(|field| value::read(field, label.shape, text).is_some())
        })
    }

    /// Leaves the other rows of a table unread.
    pub fn first_only(&mut self) {
        self.is_first = true;
        self.close();
    }

    /// Whether it is the head of a column.
    pub fn is_head(&self) -> bool {
        self.is_head
    }

    /// Whether it is of the first of several rows.
    pub fn is_of_several(&self) -> bool {
        self.is_first
    }

    /// Whether a value of it stands a whole line above a frame.
    pub fn has_well_above(&self, frame: [f32; 4]) -> bool {
        self.pieces.first().is_some_and(|piece| {
            let ([_, top, _, bottom], [_, below, ..]) = (piece.frame, frame);
            below - top > 0.8 * (bottom - top)
        })
    }

    /// Whether it is an address that ends with its postal code above a frame: nothing of it follows.
    pub fn is_whole_address(&self, frame: [f32; 4]) -> bool {
        let text = self.pieces.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
        self.is_open
            && self.is_address()
            && self.pieces.last().is_some_and(|last| is_above(last.frame, frame))
            && postal::ends_with_code(&text)
    }

    /// Whether its label asks for one of a few.
    pub fn is_choice(&self) -> bool {
        matches!(
            self.label.and_then(|label| label.field),
            Some(
                FieldName::ConditionAtDischarge
                    | FieldName::Disposition
                    | FieldName::VisitType
                    | FieldName::VaccineName
                    | FieldName::Route
                    | FieldName::InjectionSite
                    | FieldName::DoseNumber
                    | FieldName::Refills
            )
        )
    }

    /// How far it goes to the right.
    pub fn right(&self) -> f32 {
        let [_, _, right, _] = self.frame;
        self.pieces.iter().map(|piece| piece.frame).map(|[_, _, right, _]| right).fold(right, f32::max)
    }

    /// Whether an address is its value, which goes on in no list and no vital signs.
    pub fn is_address(&self) -> bool {
        self.label.is_some_and(|label| label.field == Some(FieldName::PatientAddress))
    }
}
