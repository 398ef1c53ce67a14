//! Patient monitors: each value beside or below its label, the pressures as one over the other with their mean in brackets.
//!
//! A label takes the nearest text of the form that its value has, where no other is about as near, and where no other label takes the
//! same. What is out of the range of the quantity is not read.

mod by_order;
mod pressures;
mod spelling;

use super::finding::{Finding, PERHAPS_CUT};
use super::rows::Cell;
use super::{FieldName, ReadError, Unit, Value, framed};

/// Labelled and read alike twice.
const LABELLED: f32 = 0.93;
/// A character less probable than this makes its number doubtful.
const LEAST_PROBABLE: f32 = 0.75;
/// A stroke or a speck at a number was taken for a part of it.
const FRAMED: f32 = 0.5;
/// More of a digit's place than this is strange where a digit is hidden.
const HIDDEN: f32 = 0.5;
/// A label's value is no farther than so many heights of the value.
const NEAR: f32 = 1.2;
/// A value does not end farther left of its label than this, in its heights.
const ASIDE: f32 = 0.4;
/// What is no part of a value's row, at its lower edge, in its heights.
const LOWER_EDGE: f32 = 0.15;
/// The next text of that form is farther by so many heights.
const CLEARLY_NEARER: f32 = 0.4;
/// Parameters without which a screen is no patient monitor's where one has its label; the form of pressures alone is one's, too.
const LEAST: usize = 2;
/// And where none has: cells of blood look like digits, too.
const LEAST_UNLABELLED: usize = 3;

/// A parameter.
struct Parameter {
    field: FieldName,
    labels: &'static [&'static str],
    unit: Unit,
    least: f64,
    most: f64,
}

const PARAMETERS: &[Parameter] = &[
    Parameter {
        field: FieldName::HeartRate,
        labels: &["hr", "ecg", "ecghr", "hrecg", "hrbpm", "ecgbpm", "ecghrbpm"],
        unit: Unit::BeatsPerMinute,
        least: 20.0,
        most: 300.0,
    },
    Parameter {
        field: FieldName::OxygenSaturation,
        labels: &["spo2", "sp02", "spo₂", "spoz", "5po2", "spo2pr"],
        unit: Unit::Percent,
        least: 50.0,
        most: 100.0,
    },
    Parameter {
        field: FieldName::RespiratoryRate,
        labels: &["resp", "rr", "br", "resprate", "resprpm", "rrrpm", "resprr", "awrr", "rrbrpm", "respbrpm"],
        unit: Unit::BreathsPerMinute,
        least: 3.0,
        most: 80.0,
    },
    Parameter {
        field: FieldName::Temperature,
        labels: &["temp", "t1", "temperature", "tempt1", "tskin"],
        unit: Unit::Celsius,
        least: 30.0,
        most: 43.0,
    },
];

impl Parameter {
    fn fits(&self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }

    /// What a number is worth that would be this quantity with one more digit before it, where something may hide that.
    fn whole(&self, cell: &Cell, digits: &str) -> f32 {
        let longer = format!("1{digits}");
        let could_be = !digits.contains('.') && longer.parse().is_ok_and(|value| self.fits(value));
        let is_hidden = cell.judged.is_some_and(|judged| judged.evidence.strange.left > HIDDEN);
        if could_be && is_hidden { PERHAPS_CUT } else { 1.0 }
    }

    /// The digits of a labelled number, and the most that they are worth; without a stroke beside them, or a speck between them, where
    /// they are this quantity in one way only then.
    fn shown_in(&self, cell: &Cell) -> Option<(String, f32)> {
        let (text, value) = (plain(&cell.text()), number(cell)?);
        // Without its point a temperature is another one.
        if self.unit == Unit::Celsius {
            return (text.contains('.') && self.fits(value)).then_some((text, 1.0));
        }
        if !text.contains('.') && self.fits(value) {
            return Some((text, 1.0));
        }
        cell.judged?;
        let speckless = text.replace('.', "");
        if speckless.len() < text.len() && speckless.parse().is_ok_and(|value| self.fits(value)) {
            return Some((speckless, FRAMED));
        }
        Some((framed::without_frame(&text, |value| self.fits(value))?, FRAMED))
    }
}

/// The values, or why there are none.
pub fn read(rows: &[Vec<Cell>]) -> Result<Vec<Finding>, ReadError> {
    let cells: Vec<&Cell> = rows.iter().flatten().collect();
    let mut taken: Vec<(usize, Finding)> = Vec::new();
    for parameter in PARAMETERS {
        let is_number = |cell: &Cell| number(cell).is_some();
        let labelled = value_of(&cells, parameter.labels, is_number);
        let Some((place, cell)) = labelled else { continue };
        let Some((digits, most)) = parameter.shown_in(cell) else { continue };
        let confidence = trust(cell).min(most).min(parameter.whole(cell, &digits));
        let value = Value::Number { digits, unit: Some(parameter.unit) };
        taken.push((place, Finding { name: parameter.field, value, confidence, quad: cell.quad }));
    }
    taken.extend(pressures::shown(&cells));
    let mut found = without_shared(taken);
    let least = if found.is_empty() { LEAST_UNLABELLED } else { LEAST };
    found.extend(by_order::missing(&cells, &found));
    found.extend(by_order::temperature(&cells, &found));
    let has_pressures = found.iter().any(|finding| finding.name == FieldName::Systolic);
    if has_pressures || parameters(&found) >= least { Ok(found) } else { Err(ReadError::Unreadable) }
}

/// How many parameters; the pressures are one.
fn parameters(found: &[Finding]) -> usize {
    let more =
        found.iter().filter(|f| matches!(f.name, FieldName::Diastolic | FieldName::MeanPressure)).count();
    found.len() - more
}

/// Two labels that take one text: whose it is cannot be told.
fn without_shared(taken: Vec<(usize, Finding)>) -> Vec<Finding> {
    let pressure = |name: FieldName| {
        matches!(name, FieldName::Systolic | FieldName::Diastolic | FieldName::MeanPressure)
    };
    let shared: Vec<usize> = taken
        .iter()
        .filter(|(place, finding)| {
            let other =
                |(p, f): &&(usize, Finding)| p == place && f.name != finding.name && !pressure(f.name);
            taken.iter().find(other).is_some()
        })
        .map(|(place, _)| *place)
        .collect();
    taken.into_iter().filter(|(place, _)| !shared.contains(place)).map(|(_, finding)| finding).collect()
}

/// The text of a form that a label points at; none where there are two such labels that point at different ones.
fn value_of<'a>(
    cells: &[&'a Cell],
    labels: &[&str],
    has_form: impl Fn(&Cell) -> bool,
) -> Option<(usize, &'a Cell)> {
    let told = |is_label: &dyn Fn(&str) -> bool| {
        let its = cells.iter().filter(|cell| is_label(&squeezed(&cell.text())));
        let mut targets = its.filter_map(|label| nearest(cells, label, &has_form));
        let first = targets.next()?;
        targets.all(|target| target == first).then(|| Some((first, *cells.get(first)?))).flatten()
    };
    // Only where no label is spelled as it should be, one that is nearly so counts.
    told(&|text| labels.contains(&text)).or_else(|| told(&|text| spelling::is_nearly(text, labels)))
}

fn nearest(cells: &[&Cell], label: &Cell, has_form: &impl Fn(&Cell) -> bool) -> Option<usize> {
    let candidates =
        cells.iter().enumerate().filter(|(_, cell)| has_form(cell) && cell.height() > label.height());
    let mut costs: Vec<(f32, usize)> = candidates.map(|(place, cell)| (cost(label, cell), place)).collect();
    costs.sort_by(|a, b| a.0.total_cmp(&b.0));
    match costs.as_slice() {
        [(cost, place)] if *cost <= NEAR => Some(*place),
        [(cost, place), (next, _), ..] if *cost <= NEAR && *next >= cost + CLEARLY_NEARER => Some(*place),
        _ => None,
    }
}

/// How far a label is from a value that stands below it or to its right, in heights of the value.
fn cost(label: &Cell, value: &Cell) -> f32 {
    let ([left, top, right, bottom], [value_left, value_top, value_right, value_bottom]) =
        (label.frame, value.frame);
    let height = value.height();
    let below = (value_top - bottom).max(0.0);
    let beside = (value_left - right).max(left - value_right).max(0.0);
    let is_below = value_top >= f32::midpoint(top, bottom) && left - value_right <= ASIDE * height;
    let middle = f32::midpoint(top, bottom);
    // A label that begins at a value's lower edge is the next value's.
    let is_in_row = (value_top..=value_bottom - LOWER_EDGE * height).contains(&middle) && value_left >= left;
    if is_below || is_in_row { (below + 0.3 * beside) / height } else { f32::INFINITY }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || *c == '₂').flat_map(char::to_lowercase).collect()
}

fn plain(text: &str) -> String {
    text.trim().replace(',', ".")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 3
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
}

/// The number that a cell is, read alike twice.
fn number(cell: &Cell) -> Option<f64> {
    let text = plain(&cell.text());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "1"));
    let clean = is_digits(whole) && fraction.len() == 1 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    (clean && is_sure(cell) && is_confirmed(&text, cell)).then(|| text.parse().ok()).flatten()
}

fn is_sure(cell: &Cell) -> bool {
    // A blank or a stroke that OCR is unsure of is no digit misread.
    let mut digits = cell.characters.iter().filter(|(character, _)| character.is_ascii_digit());
    cell.judged.is_some() || digits.all(|(_, probability)| *probability >= LEAST_PROBABLE)
}

fn trust(cell: &Cell) -> f32 {
    if let Some(judged) = cell.judged {
        return judged.sure.min(LABELLED);
    }
    let digits = cell.characters.iter().filter(|(character, _)| character.is_ascii_digit());
    let least = digits.map(|(_, probability)| *probability).fold(LABELLED, f32::min);
    if cell.clear { least } else { least.min(PERHAPS_CUT) }
}

fn is_confirmed(digits: &str, cell: &Cell) -> bool {
    let second = cell.second.as_deref().unwrap_or_default().replace(',', ".");
    second.split(|c: char| !c.is_ascii_digit() && c != '.').any(|run| run.trim_matches('.') == digits)
}
