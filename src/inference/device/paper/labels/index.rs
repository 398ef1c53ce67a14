//! The spellings of a kind's labels, to be found at once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::common::COMMON;
use super::grammar::is_misread;
use super::{Label, labels};
use crate::inference::device::DeviceKind;

/// A label with a letter misread has so many at least.
const LEAST_NEAR: usize = 9;

/// Which label each spelling is, and the long spellings by their length.
struct Index {
    spelled: HashMap<&'static str, &'static Label>,
    long: HashMap<usize, Vec<(&'static str, &'static Label)>>,
}

impl Index {
    fn of(kind: DeviceKind) -> Self {
        let mut index = Self { spelled: HashMap::new(), long: HashMap::new() };
        for label in labels(kind).iter().chain(COMMON) {
            for spelling in label.spellings.split(' ').filter(|spelling| !spelling.is_empty()) {
                index.spelled.entry(spelling).or_insert(label);
                index.long.entry(spelling.len()).or_default().push((spelling, label));
            }
        }
        index
    }
}

static PRESCRIPTION: LazyLock<Index> = LazyLock::new(|| Index::of(DeviceKind::Prescription));
static DISCHARGE: LazyLock<Index> = LazyLock::new(|| Index::of(DeviceKind::DischargeSummary));
static NOTES: LazyLock<Index> = LazyLock::new(|| Index::of(DeviceKind::ClinicalNotes));
static VACCINE: LazyLock<Index> = LazyLock::new(|| Index::of(DeviceKind::VaccineCertificate));

fn index(kind: DeviceKind) -> Option<&'static Index> {
    let known: [(DeviceKind, &'static LazyLock<Index>); 4] = [
        (DeviceKind::Prescription, &PRESCRIPTION),
        (DeviceKind::DischargeSummary, &DISCHARGE),
        (DeviceKind::ClinicalNotes, &NOTES),
        (DeviceKind::VaccineCertificate, &VACCINE),
    ];
    known.into_iter().find(|(of, _)| *of == kind).map(|(_, index)| &**index)
}

/// The label with this spelling.
pub fn spelled(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    index(kind)?.spelled.get(squeezed).copied()
}

/// A long label of which one letter was misread, lost or doubled, where that makes it one field's only.
pub fn nearly(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    let count = squeezed.len();
    if count + 1 < LEAST_NEAR {
        return None;
    }
    let long = &index(kind)?.long;
    let alike = (count.saturating_sub(1)..=count + 1).filter_map(|length| long.get(&length)).flatten();
    let mut found = alike.filter(|(spelling, _)| differs_once(spelling, squeezed)).map(|(_, label)| *label);
    let first = found.next()?;
    found.all(|other| other.field == first.field).then_some(first)
}

/// A label of its own of which one letter was misread, where that makes it one field's only.
pub fn nearly_alone(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    let count = squeezed.len();
    let long = &index(kind)?.long;
    let alike = (count.saturating_sub(1)..=count + 1).filter_map(|length| long.get(&length)).flatten();
    let mut found = alike.filter(|(spelling, _)| is_misread(squeezed, spelling)).map(|(_, label)| *label);
    let first = found.next()?;
    found.all(|other| other.field == first.field).then_some(first)
}

/// A blurred label has so many letters at least, ...
const LEAST_BLURRED: usize = 10;
/// ... of which one in so many may be wrong, ...
const WRONG: usize = 5;
/// ... and any other field's label differs from it in so many more.
const CLEARER: usize = 2;

/// A label of its own of which several letters were misread, where no other field's is nearly as like it.
pub fn blurred(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    let text: Vec<char> = squeezed.chars().collect();
    let most = text.len() / WRONG;
    if text.len() < LEAST_BLURRED {
        return None;
    }
    let lengths = text.len().saturating_sub(most)..=text.len() + most + CLEARER;
    let index = index(kind)?;
    let alike = lengths.filter_map(|length| index.long.get(&length)).flatten();
    let mut near: Vec<(usize, &'static Label)> = alike
        .map(|(spelling, label)| (distance(&text, spelling), *label))
        .filter(|(far, _)| *far <= most + CLEARER)
        .collect();
    near.sort_by_key(|(far, _)| *far);
    let (far, first) = *near.first()?;
    let is_clear = near.iter().all(|(other, label)| label.field == first.field || *other >= far + CLEARER);
    (far <= most && is_clear && first.field.is_some()).then_some(first)
}

/// In how many letters two texts differ.
fn distance(text: &[char], other: &str) -> usize {
    let mut row: Vec<usize> = (0..=text.len()).collect();
    for (line, letter) in other.chars().enumerate() {
        let mut next = vec![line + 1];
        for (place, own) in text.iter().enumerate() {
            let at = |place: usize| row.get(place).copied().unwrap_or(usize::MAX);
            let before = next.last().copied().unwrap_or(usize::MAX);
            let cheapest = (at(place) + usize::from(*own != letter)).min(at(place + 1) + 1).min(before + 1);
            next.push(cheapest);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// Whether two long words differ in one letter, and not in the last, which often makes another word of them.
fn differs_once(one: &str, other: &str) -> bool {
    let (longer, shorter) = if one.len() >= other.len() { (one, other) } else { (other, one) };
    let (longer, shorter) = (longer.as_bytes(), shorter.as_bytes());
    if longer.len() < LEAST_NEAR || longer == shorter || longer.last() != shorter.last() {
        return false;
    }
    let alike = longer.iter().zip(shorter).take_while(|(a, b)| a == b).count();
    let skipped = alike + usize::from(longer.len() == shorter.len());
    longer.get(alike + 1..) == shorter.get(skipped..)
}
