//! Which text of a page belongs to which label.

use super::ends;
use super::parts::{Claim, Part};
use super::piece::Piece;
use super::segments::{self, Heading, Segment};
use super::value;
use super::whose;
use crate::inference::device::DeviceKind;
use crate::inference::device::rows::Cell;

/// Heads of a table of medicines.
const LEAST_HEADS: usize = 4;
/// So many short texts behind a label are the options of a form, of which nobody can tell which was chosen.
const LEAST_OPTIONS: usize = 3;
/// So much of a text stands in the column that it belongs to.
const WITHIN: f32 = 0.6;
/// So much of it in a column says nothing.
const BESIDE: f32 = 0.1;

/// The labels of a page with what follows them.
pub fn parts(rows: &[Vec<Cell>], kind: DeviceKind) -> Vec<Part> {
    let mut layout = Layout::default();
    for (number, row) in rows.iter().enumerate() {
        let beside =
            |place: Option<usize>| place.and_then(|place| rows.get(place)).map_or(&[][..], Vec::as_slice);
        let around = (beside(number.checked_sub(1)), beside(Some(number + 1)));
        layout.add(number, (row, around), kind);
    }
    let mut parts = layout.parts;
    let pitch = pitch(rows);
    let rights: Vec<f32> = parts.iter().map(Part::right).collect();
    for part in &mut parts {
        let (left, right) = part.reach;
        let within = rights.iter().copied().filter(|other| *other > left && *other <= right);
        part.set_edge(within.fold(0.0, f32::max), pitch);
    }
    whose::without_anothers(&mut parts);
    parts.retain(Part::has_value);
    parts
}

/// How far the rows of a paragraph are from each other: as the nearest quarter of texts that stand below each other.
fn pitch(rows: &[Vec<Cell>]) -> f32 {
    let cells: Vec<&Cell> = rows.iter().flatten().collect();
    let below = |cell: &&Cell| {
        let [left, _, right, _] = cell.frame;
        let distances = cells.iter().filter(|other| {
            let [from, _, to, _] = other.frame;
            other.middle() - cell.middle() > 0.5 * cell.height() && from < right && left < to
        });
        distances.map(|other| other.middle() - cell.middle()).reduce(f32::min)
    };
    let mut distances: Vec<f32> = cells.iter().filter_map(below).collect();
    distances.sort_by(f32::total_cmp);
    distances.get(distances.len() / 4).copied().unwrap_or(f32::INFINITY)
}

/// The parts so far, in reading order.
#[derive(Default)]
struct Layout {
    parts: Vec<Part>,
}

impl Layout {
    fn add(&mut self, row: usize, (cells, around): (&[Cell], (&[Cell], &[Cell])), kind: DeviceKind) {
        let (segments, is_head) = segments::between(cells, around, kind);
        let lefts: Vec<Option<f32>> = segments.iter().map(left_of_label).collect();
        let heads = segments.iter().filter(|segment| matches!(segment, Segment::Label(_))).count();
        let is_table = is_head && kind == DeviceKind::Prescription && heads >= LEAST_HEADS;
        let options = options(&segments);
        // The label that stands before the next text of the row.
        let mut label: Option<usize> = None;
        for (place, segment) in segments.into_iter().enumerate() {
            match segment {
                Segment::Label(heading) => {
                    let next = lefts.get(place + 1..).unwrap_or_default().iter().flatten().next().copied();
                    let opened = self.open(heading, row, is_head, next);
                    if let Some(part) = self.parts.get_mut(opened) {
                        if is_table {
                            part.set_table();
                        }
                        if options.get(place).is_some_and(|count| part.is_choice() && *count >= LEAST_OPTIONS)
                        {
                            part.dispute();
                        }
                    }
                    label = Some(opened);
                }
                Segment::Text(piece) => self.text(piece, row, &mut label),
                Segment::Unread(frame) => self.unread(frame, row, label),
            }
        }
    }

    /// Begins a part, which ends those in whose column its label stands.
    fn open(&mut self, heading: Heading, row: usize, is_head: bool, next: Option<f32>) -> usize {
        let [left, _, right, _] = heading.frame;
        let end = heading.piece.as_ref().map_or(right, |piece| {
            let [_, _, right, _] = piece.frame;
            right
        });
        let mut limit = next.unwrap_or(f32::INFINITY);
        for part in self.parts.iter_mut().filter(|part| part.is_open() && part.row < row) {
            let (from, to) = part.column();
            if from >= right {
                // A column beside it that goes on, unless this row goes through it.
                if end > from {
                    part.close();
                } else if part.may_go_on(heading.frame) {
                    limit = limit.min(from);
                }
            } else if left < to {
                // Beside text of that column the label begins another one; below, it ends it.
                if part.is_left_of(heading.frame) { part.narrow(left) } else { part.close() }
            }
        }
        self.parts.push(Part::new(heading, row, is_head, limit));
        self.parts.len() - 1
    }

    /// Gives a text to the part that it belongs to.
    fn text(&mut self, piece: Piece, row: usize, label: &mut Option<usize>) {
        let frame = piece.frame;
        let [left, ..] = frame;
        self.close_empty_heads(frame);
        let claims = self.claims(frame, row);
        if let Some(part) =
            label.and_then(|place| self.parts.get_mut(place)).filter(|part| part.has_options(&piece))
        {
            part.dispute();
            return;
        }
        if let Some(place) = self.goes_on_beside(frame, &claims, *label) {
            // It goes on with what stands above it; the label before it in its row is of another column.
            if let Some(part) = label.and_then(|label| self.parts.get_mut(label)) {
                part.narrow(left);
            }
            *label = None;
            if let Some(part) = self.parts.get_mut(place) {
                part.add(piece);
            }
            return;
        }
        if let Some(part) = label.and_then(|place| self.parts.get_mut(place)) {
            if part.takes_beside(frame) && part.is_open() {
                let is_shared = !part.has_text_beside(frame)
                    && claims.iter().any(|(_, share, claim)| *claim == Claim::Mine && *share >= WITHIN);
                if is_shared {
                    part.cut();
                    self.cut(&claims);
                } else {
                    part.add_beside(piece);
                }
                return;
            }
            part.narrow(left);
            *label = None;
        }
        let text = piece.text();
        for (place, share, claim) in &claims {
            let Some(part) = self.parts.get_mut(*place) else { continue };
            match claim {
                Claim::Another if *share >= WITHIN && part.is_head() => part.first_only(),
                Claim::Another if *share >= WITHIN && part.may_be(&text) => part.dispute(),
                Claim::TooFar if *share > BESIDE => part.close(),
                Claim::NextColumn => part.narrow(left),
                Claim::TooFar | Claim::Mine | Claim::Another | Claim::None => {}
            }
        }
        for (place, ..) in claims.iter().filter(|(_, share, claim)| *claim == Claim::Mine && *share >= WITHIN)
        {
            if let Some(part) = self.parts.get_mut(*place).filter(|part| part.ends_at(&piece)) {
                part.close();
                return;
            }
        }
        let said = piece.text();
        if value::unmarked(&said) != said.trim() || ends::is_vitals(&said) {
            self.parts.iter_mut().filter(|part| part.is_address() && part.has_text()).for_each(Part::close);
        }
        self.parts.iter_mut().filter(|part| part.is_whole_address(frame)).for_each(Part::close);
        let claims: Vec<_> = claims
            .into_iter()
            .filter(|(place, ..)| self.parts.get(*place).is_some_and(Part::is_open))
            .collect();
        let is_more = |part: &Part| part.is_head() && !part.has_text() && part.is_close_above(frame);
        if said.starts_with(char::is_lowercase)
            && !said.contains(|c: char| c.is_ascii_digit())
            && claims
                .iter()
                .any(|(place, share, _)| *share >= WITHIN && self.parts.get(*place).is_some_and(is_more))
        {
            // The second line of a head.
            return;
        }
        if ends::is_end(&piece.text()) {
            let reached = claims.iter().filter(|(_, share, _)| *share > BESIDE);
            for (place, ..) in reached {
                if let Some(part) = self.parts.get_mut(*place).filter(|part| part.has_text()) {
                    part.close();
                }
            }
            return;
        }
        // What begins below a label, or below what its value has so far, is that one's, however far it goes to the right.
        let aligned = claims.iter().filter(|(_, _, claim)| *claim == Claim::Mine).map(|(place, ..)| *place);
        let aligned =
            aligned.filter(|place| self.parts.get(*place).is_some_and(|part| part.is_aligned(frame)));
        if let Some(part) = aligned.max().and_then(|place| self.parts.get_mut(place)) {
            part.add(piece);
            return;
        }
        let mut mine = claims.iter().filter(|(_, share, claim)| *claim == Claim::Mine && *share > BESIDE);
        match (mine.next(), mine.next()) {
            (Some((place, share, _)), None) if *share >= WITHIN => {
                if let Some(part) = self.parts.get_mut(*place) {
                    part.add(piece);
                }
            }
            (Some(_), _) => self.settle(piece, &claims),
            (None, _) => {}
        }
    }

    /// A head whose column is empty in the first row of its table takes nothing from the next one.
    fn close_empty_heads(&mut self, frame: [f32; 4]) {
        let rows: Vec<usize> = self
            .parts
            .iter()
            .filter(|part| part.is_head() && part.has_well_above(frame))
            .map(|part| part.row)
            .collect();
        let siblings = |row: &usize| rows.iter().filter(|other| *other == row).count();
        for part in self.parts.iter_mut().filter(|part| part.is_head() && part.is_open() && !part.has_text())
        {
            if siblings(&part.row) >= 2 {
                part.close();
            }
        }
    }

    /// The part above whose prose a text goes on with, which stands apart from the label before it in its row.
    fn goes_on_beside(
        &self,
        frame: [f32; 4],
        claims: &[(usize, f32, Claim)],
        label: Option<usize>,
    ) -> Option<usize> {
        let own = self.parts.get(label?)?;
        let mine = claims.iter().filter(|(_, share, claim)| *claim == Claim::Mine && *share >= WITHIN);
        let mut above = mine.map(|(place, ..)| *place).filter(|place| {
            let fits = |part: &Part| part.is_aligned(frame) && part.frame[0] > own.frame[2];
            self.parts.get(*place).is_some_and(fits)
        });
        let found = above.next()?;
        (own.is_apart(frame) && above.next().is_none()).then_some(found)
    }

    /// Several columns have a part of the text: it is the one's that has most of it, where that is clear.
    fn settle(&mut self, piece: Piece, claims: &[(usize, f32, Claim)]) {
        let mut mine: Vec<_> = claims.iter().filter(|(_, _, claim)| *claim == Claim::Mine).collect();
        mine.sort_by(|(_, one, _), (_, other, _)| other.total_cmp(one));
        let clear = match mine.as_slice() {
            [(place, share, _), (_, next, _), ..] if *share >= WITHIN && *next <= 1.0 - WITHIN => {
                Some(*place)
            }
            _ => None,
        };
        match clear.and_then(|place| self.parts.get_mut(place)) {
            Some(part) => part.add(piece),
            None => self.cut(claims),
        }
    }

    /// Something that was not read ends what it may belong to.
    fn unread(&mut self, frame: [f32; 4], row: usize, label: Option<usize>) {
        if let Some(part) =
            label.and_then(|place| self.parts.get_mut(place)).filter(|part| part.takes_beside(frame))
        {
            part.cut();
        }
        let claims = self.claims(frame, row);
        self.cut(&claims);
    }

    fn cut(&mut self, claims: &[(usize, f32, Claim)]) {
        for (place, ..) in claims.iter().filter(|(_, share, claim)| *claim == Claim::Mine && *share > BESIDE)
        {
            if let Some(part) = self.parts.get_mut(*place) {
                part.cut();
            }
        }
    }

    /// What the open parts of the rows above say of a frame, with the share of it that stands in their columns.
    fn claims(&self, frame: [f32; 4], row: usize) -> Vec<(usize, f32, Claim)> {
        let above = self.parts.iter().enumerate().filter(|(_, part)| part.is_open() && part.row < row);
        above
            .map(|(place, part)| (place, part.share(frame), part.claim(frame)))
            .filter(|(_, share, _)| *share > 0.0)
            .collect()
    }
}

/// How many short texts stand behind each segment before the next label.
fn options(segments: &[Segment]) -> Vec<usize> {
    let is_short = |segment: &&Segment| match segment {
        Segment::Text(piece) => piece.text().split_whitespace().count() <= 3,
        Segment::Label(_) | Segment::Unread(_) => false,
    };
    let behind =
        |place: usize| segments.get(place + 1..).unwrap_or_default().iter().take_while(is_short).count();
    (0..segments.len()).map(behind).collect()
}

fn left_of_label(segment: &Segment) -> Option<f32> {
    match segment {
        Segment::Label(heading) => {
            let [left, ..] = heading.frame;
            Some(left)
        }
        Segment::Text(_) | Segment::Unread(_) => None,
    }
}
