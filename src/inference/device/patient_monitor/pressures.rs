//! The pressures of a monitor: one over the other, with their mean in brackets.
//!
//! No other value has that form, so it needs no label. Where the stroke between the two was not seen, or where they stand below each
//! other, a mean in brackets beside them tells them, if it is between two numbers only; such values are never sure.

use super::{
    Cell, FieldName, Finding, Unit, Value, is_confirmed, is_digits, is_sure, number, trust, value_of,
};

/// The labels of pressures.
const LABELS: &[&str] = &["nibp", "nbp", "bp"];
/// Only the mean says what they are.
const BY_MEAN: f32 = 0.8;
/// The next number's digits came into what was read with the surroundings.
const RUN_TOGETHER: f32 = 0.5;
/// A mean without brackets.
const BARE_MEAN: f32 = 0.6;
/// A mean is so near to what two pressures let expect, as a share of that, ...
const EXPECTED: f64 = 0.12;
/// ... and has this share of their height at least: limits are smaller.
const MEAN_HEIGHT: std::ops::RangeInclusive<f32> = 0.45..=1.1;
/// The mean is no farther from them than this, in heights of theirs.
const BESIDE: f32 = 2.5;
/// Two pressures are so alike in height, ...
const ALIKE: std::ops::RangeInclusive<f32> = 0.75..=1.34;
/// ... and no farther apart than this in a row, ...
const APART: f32 = 1.6;
/// ... or in a column, in heights.
const BELOW: f32 = 0.8;

/// Digits of a pressure, where a frame before it is told by them.
const FRAMED_DIGITS: usize = 3;

/// Systolic, diastolic and mean, as digits.
type Pressures = (String, String, Option<String>);

/// The pressures, each with the place of the cell that has it.
pub fn shown(cells: &[&Cell]) -> Vec<(usize, Finding)> {
    let labelled = value_of(cells, LABELS, |cell| shown_in(cell).is_some()).or_else(|| only(cells));
    let found = labelled.map(|(place, cell)| (place, findings(cells, cell)));
    match found {
        Some((place, found)) if !found.is_empty() => {
            found.into_iter().map(|finding| (place, finding)).collect()
        }
        Some(_) | None => by_mean(cells),
    }
}

/// The only text in the form of two pressures.
fn only<'a>(cells: &[&'a Cell]) -> Option<(usize, &'a Cell)> {
    let mut seen = cells.iter().enumerate().filter(|(_, cell)| shown_in(cell).is_some());
    let (place, cell) = seen.next()?;
    seen.next().is_none().then_some((place, *cell))
}

/// Systolic and diastolic, and the mean where it stands behind them.
fn pressures(text: &str) -> Option<Pressures> {
    let stroke = |c: char| c.is_whitespace() || matches!(c, '~' | '-' | '_' | '\u{b7}');
    let text: String = text.chars().filter(|c| !stroke(*c)).collect();
    let (systolic, rest) = text.split_once('/')?;
    let (diastolic, mean) = match rest.split_once('(') {
        Some((diastolic, mean)) => (diastolic, Some(mean)),
        None => (rest, None),
    };
    // The last bracket is cut off more often than a digit of a mean that is what the two let expect.
    let (closed, open) = (mean.and_then(|mean| mean.strip_suffix(')')), mean);
    let mean = closed.or(open);
    let is_cut = closed.is_none() && mean.is_some_and(|mean| !is_expected(systolic, diastolic, mean));
    let clean = is_digits(systolic) && is_digits(diastolic) && mean.is_none_or(is_digits) && !is_cut;
    clean.then(|| (systolic.to_owned(), diastolic.to_owned(), mean.map(str::to_owned)))
}

/// Whether a mean is about what two pressures let expect.
fn is_expected(systolic: &str, diastolic: &str, mean: &str) -> bool {
    let expected = (value(systolic) + 2.0 * value(diastolic)) / 3.0;
    (value(mean) - expected).abs() <= EXPECTED * expected
}

/// The pressures that a cell is: as read by itself, or with its surroundings, where the other reading has the same numbers.
fn shown_in(cell: &Cell) -> Option<Pressures> {
    let has = |text: &str, digits: &str| text.split(|c: char| !c.is_ascii_digit()).any(|run| run == digits);
    pressures(&cell.text()).or_else(|| {
        let (systolic, diastolic, mean) = pressures(cell.second.as_deref()?)?;
        let text = cell.text();
        (has(&text, &systolic) && has(&text, &diastolic)).then_some((systolic, diastolic, mean))
    })
}

fn value(text: &str) -> f64 {
    text.parse::<f64>().unwrap_or_default()
}

/// Both within what is measured, and apart.
fn plausible(upper: f64, lower: f64) -> bool {
    (60.0..=270.0).contains(&upper) && (20.0..=170.0).contains(&lower) && upper > lower + 10.0
}

fn finding(name: FieldName, digits: String, confidence: f32, cell: &Cell) -> Finding {
    let value = Value::Number { digits, unit: Some(Unit::MillimetresOfMercury) };
    Finding { name, value, confidence, quad: cell.quad }
}

fn findings(cells: &[&Cell], cell: &Cell) -> Vec<Finding> {
    let Some((systolic, diastolic, mean)) = shown_in(cell) else { return Vec::new() };
    let (upper, lower) = (value(&systolic), value(&diastolic));
    let confirmed = [&systolic, &diastolic].iter().all(|digits| is_confirmed(digits, cell));
    if !plausible(upper, lower) || !is_sure(cell) || !(confirmed || runs_on(cell)) {
        return Vec::new();
    }
    let most = if confirmed { 1.0 } else { RUN_TOGETHER };
    let of = |name, digits: String, cell: &Cell| finding(name, digits, trust(cell).min(most), cell);
    let mut found = vec![of(FieldName::Systolic, systolic, cell), of(FieldName::Diastolic, diastolic, cell)];
    let between = |digits: &str| (lower..=upper).contains(&value(digits));
    match mean {
        Some(mean) if between(&mean) && is_confirmed(&mean, cell) => {
            found.push(of(FieldName::MeanPressure, mean, cell));
        }
        Some(_) => {}
        None => {
            let brackets =
                |other: &&&Cell| bracketed(other).is_some_and(|digits| between(&digits)) && is_sure(other);
            let mut means = cells.iter().filter(brackets);
            if let (Some(other), None) = (means.next(), means.next())
                && let Some(digits) = bracketed(other).filter(|digits| is_confirmed(digits, other))
            {
                found.push(of(FieldName::MeanPressure, digits, other));
            } else if let Some((digits, other)) = bare_mean(cells, cell, upper, lower) {
                found.push(finding(FieldName::MeanPressure, digits, trust(other).min(BARE_MEAN), other));
            }
        }
    }
    found
}

/// Whether what was read with the surroundings begins or ends with all that the cell says, and has other digits beside it.
///
/// No other digit touches it: what would be `98` of `198` is another number.
fn runs_on(cell: &Cell) -> bool {
    let (text, second) = (cell.text(), cell.second.as_deref().unwrap_or_default().trim());
    let text = text.trim();
    let is_apart = |next: Option<char>| next.is_none_or(|next| !next.is_ascii_digit() && next != '.');
    let goes_on = |rest: &str| is_apart(rest.chars().next());
    let came_before = |rest: &str| is_apart(rest.chars().next_back());
    !text.is_empty()
        && (second.strip_prefix(text).is_some_and(goes_on)
            || second.strip_suffix(text).is_some_and(came_before))
}

/// The only number beside or below two pressures that is about the mean which they let expect.
fn bare_mean<'a>(cells: &[&'a Cell], cell: &Cell, upper: f64, lower: f64) -> Option<(String, &'a Cell)> {
    let expected = (upper + 2.0 * lower) / 3.0;
    let ([left, top, right, bottom], height) = (cell.frame, cell.height());
    let fits = |other: &&&'a Cell| {
        let [other_left, other_top, other_right, _] = other.frame;
        let is_beside = cell.shares_row(other) && (0.0..=BESIDE * height).contains(&(other_left - right));
        let is_below = other_left < right
            && other_right > left
            && other_top > f32::midpoint(top, bottom)
            && other_top - bottom <= height;
        let value = number(other).filter(|value| value.fract() == 0.0);
        value.is_some_and(|value| {
            value > lower && value < upper && (value - expected).abs() <= EXPECTED * expected
        }) && MEAN_HEIGHT.contains(&(other.height() / height))
            && (is_beside || is_below)
    };
    let mut means = cells.iter().filter(fits);
    let (Some(mean), None) = (means.next(), means.next()) else { return None };
    Some((mean.text().trim().to_owned(), mean))
}

/// The digits of a cell that are in brackets.
fn bracketed(cell: &Cell) -> Option<String> {
    let text = cell.text();
    let inner = text.trim().strip_prefix('(')?.trim();
    // Where the detector sees the digits, a bracket behind them that OCR misses hides none.
    let open = cell.judged.map(|_| inner);
    let inner = inner.strip_suffix(')').or(open)?.trim();
    is_digits(inner).then(|| inner.to_owned())
}

/// Two numbers, or one that both were taken for, with the only mean in brackets beside them.
fn by_mean(cells: &[&Cell]) -> Vec<(usize, Finding)> {
    let mut means = cells.iter().enumerate().filter_map(|(place, cell)| {
        let digits = bracketed(cell).filter(|digits| is_sure(cell) && is_confirmed(digits, cell))?;
        Some((place, *cell, digits))
    });
    let (Some(mean), None) = (means.next(), means.next()) else { return Vec::new() };
    let mut ways = pairs(cells, &mean).into_iter().chain(parted(cells, &mean));
    let (Some([upper, lower]), None) = (ways.next(), ways.next()) else { return Vec::new() };
    let names = [FieldName::Systolic, FieldName::Diastolic, FieldName::MeanPressure];
    let (place, cell, digits) = mean;
    let parts = [upper, lower, (place, cell, digits)];
    let of = |(name, (place, cell, digits)): (FieldName, Part<'_>)| {
        (place, finding(name, digits, trust(cell).min(BY_MEAN), cell))
    };
    names.into_iter().zip(parts).map(of).collect()
}

/// A number: the place of its cell, the cell, and its digits.
type Part<'a> = (usize, &'a Cell, String);

/// Two numbers beside or below each other, the first of which is the larger one.
fn pairs<'a>(cells: &[&'a Cell], mean: &Part<'a>) -> Vec<[Part<'a>; 2]> {
    let whole = |(place, cell): (usize, &&'a Cell)| -> Option<Part<'a>> {
        let text = cell.text();
        let all = text.trim().trim_start_matches('/').to_owned();
        // The frame of a display with a speck behind it: no pressure has three decimals.
        let framed =
            all.strip_prefix("1.").filter(|rest| rest.len() == FRAMED_DIGITS && cell.judged.is_some());
        let digits = framed.unwrap_or(&all).to_owned();
        (is_digits(&digits) && is_sure(cell) && is_confirmed(&all, cell)).then_some((place, *cell, digits))
    };
    let numbers: Vec<Part<'a>> = cells.iter().enumerate().filter_map(whole).collect();
    let mut found = Vec::new();
    for upper in &numbers {
        for lower in numbers.iter().filter(|lower| lower.0 != upper.0) {
            if follows(upper.1, lower.1) && has_mean(upper, lower, mean) {
                found.push([upper.clone(), lower.clone()]);
            }
        }
    }
    found
}

/// One number that is two: four to six digits of which one way to part them has the mean between.
fn parted<'a>(cells: &[&'a Cell], mean: &Part<'a>) -> Vec<[Part<'a>; 2]> {
    let mut found = Vec::new();
    for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| number(cell).is_none() && is_sure(cell))
    {
        let text = cell.text();
        let text = text.trim();
        if !(4..=6).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        for at in 2..=3 {
            let Some((upper, lower)) = text.split_at_checked(at) else { continue };
            let [upper, lower] = [upper, lower].map(|part| (place, *cell, part.to_owned()));
            if is_digits(&upper.2) && is_digits(&lower.2) && has_mean(&upper, &lower, mean) {
                found.push([upper, lower]);
            }
        }
    }
    found
}

/// Whether a number stands right of another in its row, or right below it.
fn follows(upper: &Cell, lower: &Cell) -> bool {
    let ([left, top, right, bottom], [lower_left, lower_top, lower_right, lower_bottom]) =
        (upper.frame, lower.frame);
    let height = upper.height();
    let is_beside = upper.shares_row(lower) && (0.0..=APART * height).contains(&(lower_left - right));
    let is_below = left.max(lower_left) < right.min(lower_right)
        && lower_bottom > bottom
        && (-0.3 * height..=BELOW * height).contains(&(lower_top - bottom))
        && lower_top > top;
    ALIKE.contains(&(lower.height() / height)) && (is_beside || is_below)
}

/// Whether two numbers can be pressures with that mean, which stands beside them and is no larger.
fn has_mean(upper: &Part<'_>, lower: &Part<'_>, mean: &Part<'_>) -> bool {
    let [high, low, middle] = [upper, lower, mean].map(|part| value(&part.2));
    let height = upper.1.height();
    let is_near = |cell: &Cell| {
        let ([a, b, c, d], [e, f, g, h]) = (cell.frame, mean.1.frame);
        let (across, down) = ((a - g).max(e - c).max(0.0), (b - h).max(f - d).max(0.0));
        across.max(down) <= BESIDE * height
    };
    plausible(high, low)
        && low < middle
        && middle < high
        && mean.1.height() <= 1.3 * height
        && (is_near(upper.1) || is_near(lower.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::ocr::{Judged, Quad};

    fn cell(text: &str, left: f32, top: f32, height: f32) -> Cell {
        let right = left + 0.6 * height * crate::inference::number::real(text.len());
        let quad = Quad::upright(left, top, right, top + height);
        let characters = text.chars().map(|character| (character, 0.99)).collect();
        let frame = quad.bounds();
        Cell {
            characters,
            second: Some(text.to_owned()),
            clear: true,
            judged: Some(Judged::of(0.97)),
            quad,
            frame,
        }
    }

    fn told(cells: &[Cell]) -> Vec<(String, f32)> {
        let cells: Vec<&Cell> = cells.iter().collect();
        let digits = |(_, finding): (usize, Finding)| match finding.value {
            Value::Number { digits, .. } => (digits, finding.confidence),
            Value::Text(_) | Value::Flag(_) | Value::List(_) => panic!("a number"),
        };
        shown(&cells).into_iter().map(digits).collect()
    }

    fn own(texts: [&str; 3], confidence: f32) -> Vec<(String, f32)> {
        texts.map(|text| (text.to_owned(), confidence)).into()
    }

    #[test]
    fn numbers_without_a_mean_or_with_several_ways_are_no_pressures() {
        assert_eq!(told(&[]), []);
        assert_eq!(told(&[cell("125", 0.0, 0.0, 60.0), cell("80", 0.0, 70.0, 60.0)]), []);
        let mean = || cell("(95)", 200.0, 40.0, 50.0);
        assert_eq!(told(&[cell("80", 0.0, 0.0, 60.0), cell("125", 0.0, 70.0, 60.0), mean()]), []);
        let far = cell("(95)", 900.0, 40.0, 50.0);
        assert_eq!(told(&[cell("125", 0.0, 0.0, 60.0), cell("80", 0.0, 70.0, 60.0), far]), []);
        let third = cell("85", 0.0, 140.0, 60.0);
        let two = [cell("125", 0.0, 0.0, 60.0), cell("80", 0.0, 70.0, 60.0), mean(), third];
        assert_eq!(told(&two), own(["125", "80", "95"], BY_MEAN), "the third stands too far below");
        let beside = cell("70", 130.0, 0.0, 60.0);
        let two = [cell("125", 0.0, 0.0, 60.0), cell("80", 0.0, 70.0, 60.0), mean(), beside];
        assert_eq!(told(&two), []);
    }

    #[test]
    fn the_form_tells_them() {
        assert_eq!(told(&[cell("143/62(76)", 0.0, 0.0, 60.0)]), own(["143", "62", "76"], 0.93));
        let apart = [cell("136~/79", 0.0, 0.0, 60.0), cell("(96)", 100.0, 80.0, 40.0)];
        assert_eq!(told(&apart), own(["136", "79", "96"], 0.93));
    }

    #[test]
    fn a_last_bracket_that_was_cut_off_closes_a_mean_that_is_expected() {
        assert_eq!(told(&[cell("137/64(88", 0.0, 0.0, 60.0)]), own(["137", "64", "88"], 0.93));
        assert_eq!(told(&[cell("137/64(8", 0.0, 0.0, 60.0)]), []);
        assert_eq!(told(&[cell("137/64(128", 0.0, 0.0, 60.0)]), []);
    }

    #[test]
    fn a_mean_in_brackets_tells_numbers_that_were_joined_or_stand_apart() {
        let mean = || cell("(95)", 200.0, 40.0, 50.0);
        let stacked = [cell("125", 0.0, 0.0, 60.0), cell("80", 0.0, 70.0, 60.0), mean()];
        assert_eq!(told(&stacked), own(["125", "80", "95"], BY_MEAN));
        let parted = [cell("125", 0.0, 0.0, 60.0), cell("/80", 130.0, 0.0, 60.0), mean()];
        assert_eq!(told(&parted), own(["125", "80", "95"], BY_MEAN));
        assert_eq!(
            told(&[cell("11773", 0.0, 0.0, 60.0), cell("(85)", 100.0, 70.0, 40.0)]),
            own(["117", "73", "85"], BY_MEAN)
        );
    }
}
