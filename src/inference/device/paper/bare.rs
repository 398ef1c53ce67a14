//! Labels that no colon follows: `DOB 1980-05-20` behind a name, `Qty 30  Refills 5`, `Rx Lisinopril 10mg`.
//!
//! A word that a form uses as a label may be any word elsewhere. So it is one without a colon only where what follows has the form that
//! it asks for, or where what it stands behind is of people or has a form of its own, and goes on no further.

use super::labels::{self, Label};
use super::segments::LONGEST_LABEL;
use super::value::{Shape, person};
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName};

/// Where a label begins, where its value does, and which it is; none for what only ends a value.
pub type Cut = (usize, usize, Option<&'static Label>);

/// The most words of a value that has a form of its own.
const LONGEST_VALUE: usize = 6;
/// Labels that are people's names, too.
const NAMES: &[&str] = &[
    "ward", "page", "born", "doctor", "bed", "given", "chart", "pharmacy", "reason", "centre", "center",
    "place", "hospital", "nurse", "practice", "route", "site", "state", "city", "country", "holder", "label",
    "food", "race", "maker", "story", "series", "dose", "send", "reg",
];
/// Labels that are in the names of clinics, medicines and visits, too.
const IN_NAMES: &[&str] = &[
    "vaccine",
    "product",
    "clinic",
    "facility",
    "provider",
    "pharmacy",
    "medicine",
    "medication",
    "medications",
    "drug",
    "hospital",
    "department",
    "ward",
    "page",
    "id",
    "name",
    "patient",
    "doctor",
    "physician",
    "rx",
    "exam",
    "physicalexam",
    "followup",
    "history",
    "visit",
    "review",
    "return",
    "state",
    "city",
    "client",
    "given",
    "center",
    "centre",
    "course",
    "nurse",
    "pharmacist",
    "practice",
    "health",
    "series",
    "dose",
    "drug",
    "drugs",
    "brand",
    "generic",
    "vaccination",
    "immunization",
    "immunisation",
    "location",
    "place",
    "disease",
    "country",
    "organisation",
    "organization",
    "department",
    "room",
    "encounter",
    "contact",
    "service",
    "consultant",
    "physical",
    "antigen",
    "healthcentre",
    "healthcenter",
    "reason",
    "treatment",
    "management",
    "label",
    "item",
    "form",
    "amount",
    "volume",
    "vol",
];
/// What follows `Rx` where it names no medicine: a number, or a rule.
const NO_MEDICINE: &[&str] =
    &["only", "no", "number", "num", "id", "date", "refills", "item", "bin", "pcn", "group"];
/// Labels that are words of any sentence, too: only with a colon, or alone.
const ONLY_ALONE: &[&str] = &["to", "for", "co", "adv", "vac", "social", "inv"];
/// The fewest letters of a label that stands among words.
const SHORTEST: usize = 3;
/// The fewest digits of a record number that is written in one piece with its label.
const JOINED_DIGITS: usize = 3;

/// A run of words of a cell, some of which are labels.
pub struct Run<'a> {
    cell: &'a Cell,
    kind: DeviceKind,
    /// Where each word begins and ends.
    words: Vec<(usize, usize)>,
    /// Whether the run begins its cell.
    opens: bool,
}

/// What a run of words stands behind.
#[derive(Clone, Copy)]
enum Behind {
    /// Somebody's name, or a value with a form of its own: neither has a label in it.
    Closed,
    /// Another name, in which the words of labels may be: `City Clinic`.
    Name,
    /// Prose, or nothing.
    Prose,
}

impl<'a> Run<'a> {
    /// The characters of a cell between two places.
    pub fn new(cell: &'a Cell, (from, to): (usize, usize), kind: DeviceKind) -> Self {
        let mut words: Vec<(usize, usize)> = Vec::new();
        let mut begin = None;
        for place in from..=to {
            let is_blank = place == to
                || cell.characters.get(place).is_none_or(|(character, _)| character.is_whitespace());
            match (begin, is_blank) {
                (None, false) => begin = Some(place),
                (Some(start), true) => {
                    words.push((start, place));
                    begin = None;
                }
                (None, true) | (Some(_), false) => {}
            }
        }
        Self { cell, kind, words, opens: from == 0 }
    }

    /// The labels in it, behind the value of a label or of none.
    pub fn cuts(&self, before: Option<&'static Label>) -> Vec<Cut> {
        let mut cuts = Vec::new();
        let (mut label, mut first, mut place) = (before, 0, 0);
        while place < self.words.len() {
            let Some(found) = self.label_at(place, label, first) else {
                place += 1;
                continue;
            };
            cuts.push((self.start(place), self.start(found.value), Some(found.label)));
            (label, first) = (Some(found.label), found.value);
            place = found.end.unwrap_or(found.value).max(place + 1);
            // What stands behind a value that is over belongs to nobody, unless it is a label itself.
            if let Some(end) = found.end.filter(|end| *end < self.words.len() && self.longest(*end).is_none())
            {
                cuts.push((self.start(end), self.start(end), None));
                (label, first, place) = (None, end, end);
            }
        }
        cuts
    }

    fn label_at(&self, place: usize, before: Option<&'static Label>, first: usize) -> Option<Found> {
        let (label, count) = self.longest(place)?;
        let is_last = place + count >= self.words.len();
        let behind = behind(before);
        let found = |end: Option<usize>| Found { label, value: place + count, end };
        let fitting =
            |is_last: bool| label.shape.is_exact().then(|| self.end(label.shape, place + count, is_last))?;
        match behind {
            Behind::Closed if place == first => None,
            Behind::Closed if count == 1 && NAMES.contains(&self.squeezed(place, 1).as_str()) => {
                fitting(false).map(|end| found(Some(end)))
            }
            // `Mercy Hospital` is whoever it is.
            Behind::Closed if !label.shape.is_exact() && is_last => None,
            Behind::Closed => Some(found(fitting(false))),
            Behind::Name if place == first => None,
            Behind::Name if label.shape.is_exact() => fitting(false).map(|end| found(Some(end))),
            Behind::Name => {
                let is_another = before.is_some_and(|one| one.field != label.field);
                let is_word = IN_NAMES.contains(&self.squeezed(place, count).as_str());
                let ends = is_another && !is_word && !is_last && self.is_capital(place);
                ends.then(|| found(None))
            }
            Behind::Prose if !self.is_capital(place) => None,
            // Nobody begins a line with a label of several words for another reason.
            Behind::Prose
                if self.opens && place == 0 && count >= 2 && !is_last && self.begins(place + count) =>
            {
                Some(found(None))
            }
            Behind::Prose if self.names_a_medicine(place, label, count) => Some(found(None)),
            Behind::Prose
                if self.opens && place == 0 && count == 1 && !is_last && self.is_plain_label(label) =>
            {
                Some(found(None))
            }
            Behind::Prose => fitting(true).map(|end| found(Some(end))),
        }
    }

    /// The label of the most words that begins with a word, and how many words before its value it has.
    fn longest(&self, place: usize) -> Option<(&'static Label, usize)> {
        let most = LONGEST_LABEL.min(self.words.len().saturating_sub(place));
        let whole = (1..=most).rev().find_map(|count| {
            let text = self.text(place, place + count);
            // A box behind a label is of its value.
            if !text.ends_with(|last: char| {
                last.is_alphanumeric() || matches!(last, '.' | ')' | ']' | ':' | '#' | '/')
            }) {
                return None;
            }
            if ONLY_ALONE.contains(&labels::squeezed(&text).as_str()) && !text.ends_with(':') {
                return None;
            }
            // A letter or two may be anybody's initials.
            let is_long = labels::squeezed(&text).len() >= SHORTEST || (place == 0 && self.opens);
            let label = labels::find(self.kind, &text).filter(|_| is_long)?;
            Some((label, count))
        });
        whole.or_else(|| Some((self.joined(place)?, 0)))
    }

    /// The label of a record number that is written in one piece with it: `MRN789012`. It is a part of the number, as people say it.
    fn joined(&self, place: usize) -> Option<&'static Label> {
        let word = self.text(place, place + 1);
        let word = word.trim_end_matches([',', ';', '.']);
        let digits = word.find(|character: char| character.is_ascii_digit())?;
        let (letters, digits) = word.split_at_checked(digits)?;
        let is_number = digits.len() >= JOINED_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        let label = labels::find(self.kind, letters)?;
        (is_number && label.field == Some(FieldName::RecordNumber)).then_some(label)
    }

    /// Where the value ends that has this shape and begins with a word. Among words of other kinds it must be the last thing before a
    /// label or the end.
    fn end(&self, shape: Shape, from: usize, is_last: bool) -> Option<usize> {
        let most = self.words.len().min(from + LONGEST_VALUE);
        (from + 1..=most).rev().find(|to| {
            let fits = shape.value(&self.text(from, *to)).is_some();
            fits && (self.is_over(shape, *to) || (!is_last && self.may_be_over(shape, *to)))
        })
    }

    /// Whether nothing of a value can stand there: the end, a label, a date behind a number, a time behind a date.
    fn is_over(&self, shape: Shape, place: usize) -> bool {
        let is = |shape: Shape| shape.value(&self.text(place, place + 1)).is_some();
        let is_number = matches!(shape, Shape::Whole | Shape::Ordinal);
        place >= self.words.len()
            || self.longest(place).is_some()
            || (is_number && is(Shape::Date))
            || (shape == Shape::Date && is(Shape::Time))
    }

    /// Whether a value that says by its own form where it ends may be over: no more digits follow.
    fn may_be_over(&self, shape: Shape, place: usize) -> bool {
        match shape {
            Shape::Date | Shape::Time | Shape::Code | Shape::Npi | Shape::Dea | Shape::Ndc => {
                self.text(place, place + 1).starts_with(char::is_alphabetic)
            }
            Shape::Whole | Shape::Ordinal | Shape::Amount => false,
            Shape::Person | Shape::Name | Shape::Prose | Shape::List | Shape::Items => false,
        }
    }

    /// Whether the first word of a line is a label by what follows it: a person's name, a house number, or a capital behind a word that is
    /// in no names.
    fn is_plain_label(&self, label: &Label) -> bool {
        let rest = self.text(1, self.words.len());
        let is_house = rest.starts_with(|c: char| c.is_ascii_digit()) && rest.split_whitespace().count() >= 3;
        match (label.shape, label.field) {
            (Shape::Person, Some(_)) => person(&rest).is_some_and(|name| {
                let words = name.split_whitespace().count();
                (2..=5).contains(&words)
                    && name.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
            }),
            (_, Some(FieldName::PatientAddress)) => is_house,
            (Shape::Name | Shape::Prose | Shape::List | Shape::Items, Some(_)) => {
                let is_word = !IN_NAMES.contains(&self.squeezed(0, 1).as_str())
                    && !NAMES.contains(&self.squeezed(0, 1).as_str());
                is_word && self.begins(1)
            }
            _ => false,
        }
    }

    /// Whether the line is the one of a prescription that begins with its sign.
    fn names_a_medicine(&self, place: usize, label: &Label, count: usize) -> bool {
        let is_sign = self.opens && place == 0 && count == 1 && self.squeezed(place, 1) == "rx";
        let next = self.squeezed(place + 1, 1);
        is_sign
            && label.field == Some(FieldName::Medication)
            && next.starts_with(char::is_alphabetic)
            && !NO_MEDICINE.contains(&next.as_str())
    }

    fn start(&self, place: usize) -> usize {
        let last = self.words.last().map_or(0, |(_, end)| *end);
        self.words.get(place).map_or(last, |(start, _)| *start)
    }

    fn text(&self, from: usize, to: usize) -> String {
        let words = self.words.get(from..to.min(self.words.len())).unwrap_or_default();
        let word = |(start, end): &(usize, usize)| -> String {
            let characters = self.cell.characters.get(*start..*end).unwrap_or_default();
            characters.iter().map(|(character, _)| character).collect()
        };
        words.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    fn squeezed(&self, place: usize, count: usize) -> String {
        labels::squeezed(&self.text(place, place + count))
    }

    /// Whether a value may begin there.
    fn begins(&self, place: usize) -> bool {
        let text = self.text(place, place + 1);
        text.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit())
    }

    fn is_capital(&self, place: usize) -> bool {
        self.text(place, place + 1).starts_with(char::is_uppercase)
    }
}

/// A label without a colon.
struct Found {
    label: &'static Label,
    /// The word that its value begins with.
    value: usize,
    /// The word behind its value, where that has a form of its own.
    end: Option<usize>,
}

fn behind(label: Option<&'static Label>) -> Behind {
    match label.map(|label| label.shape) {
        Some(shape) if shape.is_exact() || shape == Shape::Person => Behind::Closed,
        Some(Shape::Name) => Behind::Name,
        Some(_) | None => Behind::Prose,
    }
}
