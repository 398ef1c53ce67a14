//! What stands on a monitor without a label that could be read: the large numbers, by what they can be and by their order.
//!
//! Labels of a screen are small, and in a photograph of the whole monitor they are gone. Pressures are known by their form alone. Of the
//! other large numbers, only one assignment to rate, saturation and breaths may be left: by range, and by the order that makers keep, the
//! heart rate before the saturation. A label that stands elsewhere says what a number is not. Such a value is never sure.

use super::{Cell, Finding, PARAMETERS, Value, cost, framed, number, plain, squeezed};
use crate::inference::device::{FieldName, Unit};

/// Only place and range say what it is.
const BY_ORDER: f32 = 0.85;
/// And a stroke beside it was taken for a digit.
const FRAMED: f32 = 0.5;
/// The upper of two temperatures is the first one.
const FIRST_OF_TWO: f32 = 0.6;
/// What a body's temperature is, in degrees Celsius.
const WARMTH: std::ops::RangeInclusive<f64> = 34.0..=42.0;
/// A temperature has this share of the largest value's height.
const AS_WARM: f32 = 0.3;
/// A value has this share of the largest number's height.
const AS_LARGE: f32 = 0.45;
/// A number farther from all labels of a quantity than this, in its heights, is another one.
const ELSEWHERE: f32 = 2.5;
/// A number of which this share lies in what was read is a part of that.
const COVERED: f32 = 0.3;
/// More large numbers than this are other quantities too.
const MOST: usize = 4;

/// A quantity that a large number may be, with what it is in nearly all patients.
struct Quantity {
    field: FieldName,
    unit: Unit,
    least: f64,
    most: f64,
}

const QUANTITIES: [Quantity; 3] = [
    Quantity { field: FieldName::HeartRate, unit: Unit::BeatsPerMinute, least: 40.0, most: 220.0 },
    Quantity { field: FieldName::OxygenSaturation, unit: Unit::Percent, least: 70.0, most: 100.0 },
    Quantity { field: FieldName::RespiratoryRate, unit: Unit::BreathsPerMinute, least: 4.0, most: 40.0 },
];

/// The values that `found` does not have, where there is one way only to read them.
pub fn missing(cells: &[&Cell], found: &[Finding]) -> Vec<Finding> {
    let wanted: Vec<&Quantity> =
        QUANTITIES.iter().filter(|one| found.iter().all(|finding| finding.name != one.field)).collect();
    // What OCR alone reads, alike twice, counts beside what the digit detector sees: that shows how large values are.
    // Pressures that were told by their form show that as well, on a screen whose labels are too small to be read.
    let is_unlabelled = !cells.iter().any(|cell| is_label(&squeezed(&cell.text())));
    let seen = |cell: &&&Cell| cell.judged.is_some() && cell.text().bytes().any(|byte| byte.is_ascii_digit());
    let pressures = found
        .iter()
        .filter(|one| is_unlabelled && one.name == FieldName::Systolic)
        .map(|one| one.quad.height());
    let tallest = cells.iter().filter(seen).map(|cell| cell.height()).chain(pressures).fold(0.0, f32::max);
    if tallest <= 0.0 {
        return Vec::new();
    }
    // Upright boxes round what leans reach into each other.
    let covered =
        |cell: &Cell, finding: &Finding| finding.quad.shared(&cell.quad) / cell.quad.area().max(1.0);
    let free = |cell: &&&Cell| found.iter().all(|finding| covered(cell, finding) < COVERED);
    let mut large: Vec<Large<'_>> = cells
        .iter()
        .filter(free)
        .filter(|cell| cell.height() >= AS_LARGE * tallest && !cell.text().contains('.'))
        .filter_map(|cell| Large::of(cell))
        .collect();
    if large.len() > MOST {
        return Vec::new();
    }
    large.sort_by(|a, b| a.cell.middle().total_cmp(&b.cell.middle()));
    let mut ways = ways(&wanted, &large);
    let is_off =
        |way: &Way<'_>| way.iter().any(|(quantity, large)| is_elsewhere(cells, quantity, large.cell));
    if ways.len() > 1 && !ways.iter().all(is_off) {
        ways.retain(|way| !is_off(way));
    }
    // Out of that order, a pressure would be the rate.
    ways.retain(|way| is_in_order(way));
    let [way] = ways.as_slice() else { return Vec::new() };
    way.iter().map(|(quantity, large)| finding(quantity, large)).collect()
}

/// The temperature that no label told: the only number of a body's warmth with its point, or the upper of two, where a monitor's other
/// values are known.
pub fn temperature(cells: &[&Cell], found: &[Finding]) -> Option<Finding> {
    let is_told = found.iter().any(|one| one.name == FieldName::Temperature);
    let tallest = found.iter().map(|one| one.quad.height()).fold(0.0, f32::max);
    if is_told || found.len() < 2 {
        return None;
    }
    let warm = |cell: &&&Cell| {
        let is_warm = number(cell).is_some_and(|value| WARMTH.contains(&value));
        is_warm && cell.text().contains('.') && cell.height() >= AS_WARM * tallest
    };
    let mut warm: Vec<&Cell> = cells.iter().filter(warm).copied().collect();
    warm.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let (first, most) = match warm.as_slice() {
        [one] => (*one, BY_ORDER),
        [one, other] if !one.shares_row(other) => (*one, FIRST_OF_TWO),
        _ => return None,
    };
    let value = Value::Number { digits: plain(&first.text()), unit: Some(Unit::Celsius) };
    let confidence = first.judged.map_or(BY_ORDER, |judged| judged.sure).min(most);
    Some(Finding { name: FieldName::Temperature, value, confidence, quad: first.quad })
}

fn is_label(text: &str) -> bool {
    PARAMETERS.iter().any(|parameter| parameter.labels.contains(&text))
}

/// A large number.
struct Large<'a> {
    cell: &'a Cell,
    digits: String,
    value: f64,
    /// The most that it is worth.
    worth: f32,
}

impl<'a> Large<'a> {
    /// The number of a cell; where it is none that a monitor shows, without a stroke beside it that looks like a 1.
    fn of(cell: &'a Cell) -> Option<Self> {
        let digits = plain(&cell.text());
        let fits = |value: f64| QUANTITIES.iter().any(|one| (one.least..=one.most).contains(&value));
        let value = number(cell);
        if value.is_none_or(|value| !fits(value))
            && let Some(left) = cell.judged.and_then(|_| framed::without_frame(&digits, fits))
        {
            return Some(Self { cell, value: left.parse().ok()?, digits: left, worth: FRAMED });
        }
        Some(Self { cell, digits, value: value?, worth: BY_ORDER })
    }
}

/// Whether labels of a quantity are in sight, and none of them near a number.
fn is_elsewhere(cells: &[&Cell], quantity: &Quantity, number: &Cell) -> bool {
    let names = PARAMETERS.iter().find(|one| one.field == quantity.field).map_or(&[][..], |one| one.labels);
    let is_label = |cell: &&&Cell| names.contains(&squeezed(&cell.text()).as_str());
    let mut labels = cells.iter().filter(is_label).peekable();
    labels.peek().is_some() && labels.all(|label| cost(label, number) > ELSEWHERE)
}

type Way<'a> = Vec<(&'a Quantity, &'a Large<'a>)>;

/// All ways to give quantities a number of their own that use as many numbers as can be. Any quantity may be one that is not shown.
fn ways<'a>(wanted: &[&'a Quantity], large: &'a [Large<'a>]) -> Vec<Way<'a>> {
    let mut ways: Vec<Way<'a>> = vec![Vec::new()];
    for quantity in wanted {
        let fits = |one: &&'a Large<'a>| (quantity.least..=quantity.most).contains(&one.value);
        let fitting: Vec<&'a Large<'a>> = large.iter().filter(fits).collect();
        let more: Vec<Way<'a>> = ways
            .iter()
            .flat_map(|way| {
                let is_free = |one: &Large<'_>| way.iter().all(|(_, taken)| !std::ptr::eq(*taken, one));
                let next = fitting.iter().filter(move |one| is_free(one));
                next.map(|one| way.iter().copied().chain([(*quantity, *one)]).collect())
            })
            .collect();
        ways.extend(more);
    }
    let most = ways.iter().map(Vec::len).max().unwrap_or_default().max(1);
    ways.retain(|way| way.len() == most);
    ways
}

/// Whether the rate stands above the saturation, or before it in its row.
fn is_in_order(way: &Way<'_>) -> bool {
    let place =
        |field: FieldName| way.iter().find(|(one, _)| one.field == field).map(|(_, large)| large.cell);
    let (Some(rate), Some(saturation)) = (place(FieldName::HeartRate), place(FieldName::OxygenSaturation))
    else {
        return true;
    };
    if rate.shares_row(saturation) {
        rate.frame[0] < saturation.frame[0]
    } else {
        rate.middle() < saturation.middle()
    }
}

fn finding(quantity: &Quantity, large: &Large<'_>) -> Finding {
    Finding {
        name: quantity.field,
        value: Value::Number { digits: large.digits.clone(), unit: Some(quantity.unit) },
        confidence: large.cell.judged.map_or(BY_ORDER, |judged| judged.sure).min(large.worth),
        quad: large.cell.quad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::ocr::{Judged, Quad};

    fn cell(text: &str, left: f32, top: f32, height: f32, judged: Option<f32>) -> Cell {
        let frame = [left, top, left + 100.0, top + height];
        let quad = Quad::upright(left, top, left + 100.0, top + height);
        let characters = text.chars().map(|character| (character, 0.99)).collect();
        Cell {
            characters,
            second: Some(text.to_owned()),
            clear: true,
            judged: judged.map(Judged::of),
            quad,
            frame,
        }
    }

    fn told(cells: &[Cell]) -> Vec<(FieldName, String)> {
        let cells: Vec<&Cell> = cells.iter().collect();
        let digits = |finding: Finding| match finding.value {
            Value::Number { digits, .. } => (finding.name, digits),
            Value::Text(_) | Value::Flag(_) | Value::List(_) => panic!("a number"),
        };
        missing(&cells, &[]).into_iter().map(digits).collect()
    }

    fn seen(text: &str, left: f32, top: f32) -> Cell {
        cell(text, left, top, 60.0, Some(0.9))
    }

    #[test]
    fn what_the_detector_did_not_see_and_too_many_numbers_are_left() {
        assert_eq!(told(&[cell("80", 0.0, 0.0, 60.0, None)]), []);
        let many: Vec<Cell> =
            ["80", "98", "16", "20", "30"].iter().map(|text| seen(text, 0.0, 0.0)).collect();
        assert_eq!(told(&many), []);
        assert_eq!(told(&[]), []);
    }

    #[test]
    fn several_ways_are_none() {
        assert_eq!(told(&[seen("12", 0.0, 0.0), seen("98", 0.0, 100.0), seen("16", 0.0, 200.0)]), []);
    }

    #[test]
    fn a_pressure_without_labels_is_no_rate() {
        // The rate would stand below the saturation.
        let own = [seen("98", 0.0, 0.0), seen("16", 0.0, 100.0), seen("120", 0.0, 200.0)];
        assert_eq!(told(&own), []);
        let labelled = [seen("98", 0.0, 0.0), seen("16", 0.0, 100.0), seen("120/80", 0.0, 200.0)];
        assert_eq!(told(&labelled), [], "98 may be the rate or the saturation");
    }

    #[test]
    fn a_label_elsewhere_says_what_a_number_is_not() {
        let label = cell("SpO2", 0.0, 300.0, 20.0, None);
        let own = [seen("98", 0.0, 0.0), seen("16", 0.0, 100.0), label];
        let told = told(&own);
        assert_eq!(
            told,
            [(FieldName::HeartRate, "98".to_owned()), (FieldName::RespiratoryRate, "16".to_owned())]
        );
    }

    #[test]
    fn a_stroke_beside_a_number_is_no_digit() {
        let own = [seen("88", 0.0, 0.0), seen("941", 0.0, 100.0), seen("15", 0.0, 200.0)];
        let told: Vec<String> = told(&own).into_iter().map(|(_, digits)| digits).collect();
        assert_eq!(told, ["88", "94", "15"]);
    }

    #[test]
    fn ranges_and_order_tell_them() {
        let own = |rate: &str, saturation: &str, breaths: &str| {
            vec![
                (FieldName::HeartRate, rate.to_owned()),
                (FieldName::OxygenSaturation, saturation.to_owned()),
                (FieldName::RespiratoryRate, breaths.to_owned()),
            ]
        };
        let column = [seen("81", 0.0, 0.0), seen("96", 0.0, 100.0), seen("19", 0.0, 200.0)];
        assert_eq!(told(&column), own("81", "96", "19"));
        let row = [seen("80", 0.0, 0.0), seen("99", 300.0, 5.0), seen("20", 100.0, 200.0)];
        assert_eq!(told(&row), own("80", "99", "20"));
        let fast = [seen("96", 0.0, 100.0), seen("130", 0.0, 0.0), seen("19", 0.0, 200.0)];
        assert_eq!(told(&fast), own("130", "96", "19"));
    }
}
