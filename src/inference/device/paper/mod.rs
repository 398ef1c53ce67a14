//! Documents that are written in labels and what follows them: forms, letters, certificates.
//!
//! A document says by its title or by its labels of which kind it is. What has no label is not read, but for the vaccine of a certificate
//! (`vaccine`) and the date behind a note's title; a label has a colon, or is one by what follows it (`bare`). Nor is read what has another
//! form than its label asks for, stands under two labels of one kind, or was not read alike twice where one character decides.

mod bare;
mod both;
mod captions;
mod coded;
mod ends;
#[cfg(test)]
mod fixtures;
mod items;
mod joined;
mod known;
mod labels;
mod layout;
mod legible;
mod letters;
mod medicine;
mod medicines;
mod mended;
mod misread_codes;
mod options;
mod order;
mod parts;
mod patient;
mod physicians;
mod piece;
mod places;
mod postal;
mod prose;
mod segments;
mod sentences;
mod several;
#[cfg(test)]
mod tests;
mod ticked;
mod told;
mod told_times;
mod unlabelled;
mod vaccine;
mod value;
mod vitals;
mod whose;

use super::finding::Finding;
use super::rows::Cell;
use super::{DeviceKind, FieldName, ReadError};
use labels::{Label, Share};
use layout::parts;
use parts::Part;

/// The title says what the document is.
const TITLED: f32 = 0.9;
/// Only its labels do.
const BY_LABELS: f32 = 0.75;
/// So many labels of a kind make a document without a title one of that kind.
const LABELS: usize = 3;
/// So many fields are worth an answer without the one that makes a document one of its kind.
const MANY: usize = 4;
/// A character less probable than this makes a date, number or code doubtful.
const LEAST_PROBABLE: f32 = 0.5;
/// The same, where all of it was read alike twice.
const LEAST_AGREED: f32 = 0.4;
/// Prose whose characters are less probable than this on average is not read.
const LEAST_LEGIBLE: f32 = 0.8;
/// What the first of several rows of a table is worth.
const OF_SEVERAL: f32 = 0.6;
/// What a date, number or code is worth beside which a character may be hidden.
const PERHAPS_CUT: f32 = 0.8;
/// Prose with digits that were not read alike twice, or that may go on where nothing was read.
const DOUBTFUL: f32 = 0.5;

/// The kind of document that a page's titles show, where they show one only.
pub fn titled(rows: &[Vec<Cell>]) -> Option<DeviceKind> {
    let mut kinds = rows.iter().flatten().filter_map(|cell| Some(labels::title(&cell.text())?.0));
    let first = kinds.next()?;
    kinds.all(|kind| kind == first).then_some(first)
}

/// Whether the rules here read a kind.
pub fn reads(kind: DeviceKind) -> bool {
    !labels::key(kind).is_empty()
}

/// The values of a document of that kind, or why there are none.
pub fn read(rows: &[Vec<Cell>], kind: DeviceKind) -> Result<Vec<Finding>, ReadError> {
    let rows = letters::beside_first(places::once(&legible::without_dust(rows)), kind);
    let rows = captions::whole(rows, kind);
    let rows = items::first_only(items::without_earlier(rows, kind), kind);
    let parts = parts(&rows, kind);
    let ceiling = if titled(&rows) == Some(kind) {
        TITLED
    } else if parts.len() >= LABELS {
        BY_LABELS
    } else {
        return Err(ReadError::Unreadable);
    };
    let (mut found, twice) = labelled(&parts, ceiling);
    let was_named =
        |name: FieldName| parts.iter().any(|part| part.label.is_some_and(|one| one.field == Some(name)));
    if kind == DeviceKind::VaccineCertificate && !was_named(FieldName::VaccineName) {
        let unlabelled = vaccine::named(&rows, ceiling.min(BY_LABELS));
        found.extend(unlabelled.into_iter().filter(|finding| !was_named(finding.name)));
    }
    found.retain(|finding| !twice.contains(&finding.name));
    let named: Vec<FieldName> = parts.iter().filter_map(|part| part.label?.field).collect();
    without_labels(&rows, &parts, kind, ceiling.min(BY_LABELS), &named, &mut found);
    items::below_name(&rows, &mut found);
    let mut found = mended::mended(&rows, found);
    let has_key = labels::key(kind).iter().any(|key| found.iter().any(|finding| finding.name == *key));
    if !has_key {
        // Much of the page was read, if not what makes it one of its kind.
        found.iter_mut().for_each(|finding| finding.confidence = finding.confidence.min(DOUBTFUL));
    }
    if has_key || found.len() >= MANY { Ok(found) } else { Err(ReadError::Unreadable) }
}

/// What stands behind the labels, and the fields of which two labels say different things. Of a label that says little and one that
/// says more the second is believed.
fn labelled(parts: &[Part], ceiling: f32) -> (Vec<Finding>, Vec<FieldName>) {
    let mut twice: Vec<FieldName> = Vec::new();
    let mut found: Vec<(usize, Finding)> = Vec::new();
    for is_plain in [false, true] {
        let mut now: Vec<(usize, Finding)> = Vec::new();
        let of = parts.iter().enumerate().filter(|(_, part)| part.is_plain == is_plain);
        for (place, finding) in
            of.flat_map(|(place, part)| findings(part, ceiling).into_iter().map(move |found| (place, found)))
        {
            let is_known = found.iter().any(|(_, other)| other.name == finding.name);
            if is_known || (is_plain && twice.contains(&finding.name)) {
                continue;
            }
            match now.iter_mut().find(|(_, other)| other.name == finding.name) {
                // The same read again, in a footer or a copy, and one of both readings better.
                Some((_, other)) if told::is_alike(&other.value, &finding.value) => {
                    if finding.confidence > other.confidence {
                        *other = finding;
                    }
                }
                Some(_) => twice.push(finding.name),
                None => now.push((place, finding)),
            }
        }
        found.extend(now);
    }
    found.sort_by_key(|(place, _)| *place);
    let mut found: Vec<Finding> = found.into_iter().map(|(_, finding)| finding).collect();
    joined::join(parts, &mut found, ceiling);
    (found, twice)
}

/// What one part says: of several labels in one the values behind them in their order, or the only ones of their form.
fn findings(part: &Part, ceiling: f32) -> Vec<Finding> {
    let Some(label) = part.label else { return Vec::new() };
    let text = part.text();
    if part.others.is_empty() && !matches!(label.share, Share::Whole | Share::Inverse) {
        return Vec::new();
    }
    if part.others.is_empty() {
        return finding(part, label, &text, ceiling).into_iter().collect();
    }
    let labels: Vec<&Label> = std::iter::once(label).chain(part.others.iter().copied()).collect();
    let texts = several::parted(&text, &labels);
    let pairs = labels.iter().zip(texts);
    pairs.filter_map(|(label, text)| finding(part, label, &text?, ceiling)).collect()
}

/// Adds what the page says without labels, where no label asks for it.
fn without_labels(
    rows: &[Vec<Cell>],
    parts: &[Part],
    kind: DeviceKind,
    ceiling: f32,
    named: &[FieldName],
    found: &mut Vec<Finding>,
) {
    if let Some(medicines) = medicines::listed(rows, kind, ceiling).filter(|_| is_prose(kind)) {
        found.retain(|finding| finding.name != FieldName::Medications);
        found.push(medicines);
    }
    let vitals = vitals::seen(rows, ceiling).filter(|_| is_prose(kind));
    let others =
        [physicians::physician(rows, parts, kind, ceiling), unlabelled::place(rows, kind, ceiling), vitals];
    let mut others: Vec<Finding> = others.into_iter().flatten().collect();
    others.extend(unlabelled::certified(rows, ceiling));
    others.extend(items::order(rows, kind, ceiling));
    others.extend(patient::unlabelled(rows, kind, ceiling));
    others.extend(sentences::told_of(rows, kind, ceiling));
    others.extend(told_times::visit(rows, kind, ceiling));
    others.extend(items::quantity(rows, kind, ceiling));
    let in_table = coded::listed(rows, kind, ceiling);
    // A table of diagnoses says more than the heading above it.
    found.retain(|finding| !in_table.iter().any(|one| one.name == finding.name));
    found.extend(in_table);
    others.extend(items::repeats_and_days(rows, kind, ceiling));
    others.extend(known::given(rows, kind, ceiling));
    others.extend(known::of_vaccine(rows, kind, ceiling));
    others.extend(prose::told_of(rows, kind, ceiling).into_iter().filter(prose::is_sure));
    if !found.iter().any(|finding| finding.name == FieldName::VaccineName) {
        others.extend(unlabelled::vaccine(rows, kind, ceiling));
    }
    for finding in others {
        if !named.contains(&finding.name) && !found.iter().any(|other| other.name == finding.name) {
            found.push(finding);
        }
    }
}

fn is_prose(kind: DeviceKind) -> bool {
    matches!(kind, DeviceKind::DischargeSummary | DeviceKind::ClinicalNotes)
}

fn finding(part: &Part, label: &Label, text: &str, ceiling: f32) -> Option<Finding> {
    let (name, shape) = (label.field?, label.shape);
    let value = value::read(name, shape, text)?;
    // `Follow-up visit 6/17/2024 4:36 PM` says what kind of visit this one is.
    if name == FieldName::FollowUp && told_times::is_moment(text) {
        return None;
    }
    // A stamp may say a town only.
    if name == FieldName::HealthcareProvider && part.is_plain && text.split_whitespace().count() < 2 {
        return None;
    }
    let ceiling = if part.is_of_several() { ceiling.min(OF_SEVERAL) } else { ceiling };
    let confidence = if shape.is_exact() {
        let least = if part.is_same_twice() { LEAST_AGREED } else { LEAST_PROBABLE };
        if part.least_probable() < least || !part.is_confirmed() || !part.is_whole() {
            return None;
        }
        let ceiling = if part.is_clear() { ceiling } else { ceiling.min(PERHAPS_CUT) };
        ceiling.min(part.least_probable())
    } else {
        let mean = part.legibility();
        if mean < LEAST_LEGIBLE {
            return None;
        }
        if part.is_confirmed() && part.is_whole() { ceiling.min(mean) } else { DOUBTFUL }
    };
    let value = if label.share == Share::Inverse { mended::inverse(value)? } else { value };
    Some(Finding { name, value, confidence, quad: part.quad()? })
}
