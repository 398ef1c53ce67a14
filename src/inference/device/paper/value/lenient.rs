//! Values with something beside them: a name before an age, the only date of a text, a number in words, a strength before its form.
//!
//! Only what a label says is its value is read so, never a run of words without a colon, whose end nothing would tell.

use super::dates::only_date;
use super::people::person;
use super::{Shape, one_line};
use crate::inference::device::paper::medicine;
use crate::inference::device::{FieldName, Value};

const NUMBERS: &[(&str, u16)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("fourteen", 14),
    ("fifteen", 15),
    ("twenty", 20),
    ("twenty-one", 21),
    ("twenty one", 21),
    ("twenty-eight", 28),
    ("twenty eight", 28),
    ("thirty", 30),
    ("forty", 40),
    ("forty-two", 42),
    ("fifty", 50),
    ("fifty-six", 56),
    ("sixty", 60),
    ("eighty-four", 84),
    ("ninety", 90),
    ("hundred", 100),
];
const ORDINALS: &[&str] = &["first", "second", "third", "fourth", "fifth", "sixth"];
/// How none is said.
const NONE: &[&str] =
    &["none", "nil", "no", "zero", "no refills", "no repeats", "no repeat", "non-refillable", "no refill"];
/// The value of a field in a text that says more than it.
pub fn within(name: FieldName, shape: Shape, text: &str) -> Option<Value> {
    let text = one_line(text);
    let text = text.trim();
    let number = |digits: String| Value::Number { digits, unit: None };
    match shape {
        Shape::Person => person(text).and_then(|name| Shape::Person.value(&name)),
        Shape::Date => only_date(text, name == FieldName::BirthDate).map(Value::Text),
        Shape::Whole => count(name, text).map(number),
        Shape::Ordinal => ordinal(text).map(number),
        Shape::Amount => medicine::leading_strength(text).map(Value::Text),
        Shape::Code => code(text).map(Value::Text),
        Shape::Npi | Shape::Dea => {
            let joined: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            shape.value(&joined.to_uppercase())
        }
        Shape::Ndc => {
            text.split_whitespace().find_map(|word| shape.value(word.trim_matches(['(', ')', ',', ';'])))
        }
        Shape::Time => text.split_whitespace().next().and_then(|word| shape.value(word)),
        Shape::Name | Shape::Prose | Shape::List | Shape::Items => None,
    }
}

/// A count in words, or with its kind before it or behind it: `thirty (30)`, `x 30`, `30's`, `30 film-coated tablets`.
fn count(name: FieldName, text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    // What it is equal to says the same of something else: `90 capsules = 90 days supply`.
    let lower = lower.split('=').next().unwrap_or_default().trim_end_matches(['.', ',', ' ']).trim();
    if name == FieldName::Refills && NONE.contains(&lower) {
        return Some("0".to_owned());
    }
    if name == FieldName::DaysSupply
        && let Some(days) = days(lower)
    {
        return Some(days);
    }
    let inner = lower
        .split_once('(')
        .and_then(|(before, rest)| Some((before.trim(), rest.split_once(')')?.0.trim())));
    if let Some((before, inner)) = inner {
        if is_digits(inner) && before.chars().all(|c| c.is_alphabetic() || c == '-' || c == ' ') {
            return Some(inner.to_owned());
        }
        // What stands in brackets says the same, or of what.
        let outer = lower.split_once(')').map_or("", |(_, after)| after);
        let plain = format!("{before} {outer}");
        return counted(name, plain.trim());
    }
    counted(name, lower)
}

fn counted(name: FieldName, text: &str) -> Option<String> {
    if let Some((_, number)) =
        NUMBERS.iter().find(|(word, _)| *word == text.split(" (").next().unwrap_or(text))
    {
        return Some(number.to_string());
    }
    let text = ["x ", "x", "no. ", "nos. ", "no ", "# ", "#", "total ", "for ", "up to "]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let rest = rest.trim_start_matches(['\'', '’', '-']).trim();
    let mut words = rest.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    const KINDS: &[&str] = &[
        "s",
        "nos",
        "no",
        "tablets",
        "tablet",
        "tabs",
        "tab",
        "capsules",
        "capsule",
        "caps",
        "cap",
        "film-coated",
        "coated",
        "film",
        "oral",
        "soft",
        "gel",
        "pills",
        "days",
        "day",
        "refills",
        "refill",
        "repeats",
        "repeat",
        "times",
        "time",
        "only",
        "units",
        "pens",
        "pen",
        "inhalers",
        "inhaler",
        "bottle",
        "bottles",
        "tube",
        "tubes",
        "sachets",
        "sachet",
        "patches",
        "vials",
        "vial",
        "strips",
        "blisters",
        "ampoules",
        "supply",
        "extended-release",
        "extended",
        "release",
        "chewable",
        "doses",
        "each",
        "ea",
        "total",
        "remaining",
        "authorized",
        "authorised",
        "dispersible",
        "modified-release",
        "puffs",
        "actuations",
        "pack",
        "packs",
        "allowed",
        "more",
    ];
    let is_volume = name == FieldName::Quantity && ["ml", "g", "gm", "grams", "millilitres"].contains(&rest);
    let fits =
        is_digits(digits) && digits.len() <= 4 && (is_volume || words.all(|word| KINDS.contains(&word)));
    fits.then(|| digits.trim_start_matches('0').to_owned())
        .map(|digits| if digits.is_empty() { "0".to_owned() } else { digits })
}

/// Days, as prescriptions abbreviate them: `5/7` is five days, `2/52` two weeks.
fn days(text: &str) -> Option<String> {
    let text = text.strip_prefix("x ").or_else(|| text.strip_prefix("for ")).unwrap_or(text);
    let number = |digits: &str| digits.trim().parse::<u16>().ok().filter(|number| (1..=60).contains(number));
    if let Some((count, of)) = text.split_once('/') {
        return match of.trim() {
            "7" => number(count).map(|days| days.to_string()),
            "52" => number(count).map(|weeks| (7 * weeks).to_string()),
            _ => None,
        };
    }
    let (count, unit) = text.split_once(char::is_whitespace)?;
    let named = NUMBERS.iter().find(|(word, _)| *word == count).map(|(_, number)| *number);
    let count = named.or_else(|| number(count))?;
    ["week", "weeks", "wk", "wks"].contains(&unit.trim()).then(|| (7 * count).to_string())
}

/// Which of a series, in words or as a share of it: `second`, `Dose 2`, `2/3`, `#2`.
fn ordinal(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let plain = ["dose", "no.", "number", "#", "shot"]
        .iter()
        .fold(lower.trim(), |text, mark| text.strip_prefix(mark).unwrap_or(text).trim());
    let first = plain.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if let Some(place) = ORDINALS.iter().position(|word| *word == first) {
        return Some((place + 1).to_string());
    }
    if let Some((one, all)) = plain.split_once('/') {
        let (one, all) = (one.trim().parse::<u8>().ok()?, all.trim().parse::<u8>().ok()?);
        return (one >= 1 && one <= all && all <= 9).then(|| one.to_string());
    }
    let without = plain.split(['(', ',', ';', '-', '–']).next().unwrap_or(plain).trim();
    super::ordinal(without)
}

/// The number of a record or lot that a text begins with, in one piece or in groups.
fn code(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_part = |word: &str| {
        let word = word.trim_end_matches([',', ';', '.']);
        let plain = word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '/' | '.'));
        plain && !word.is_empty() && (word.contains(|c: char| c.is_ascii_digit()) || word.len() <= 3)
    };
    let mut kept: Vec<&str> = words.iter().copied().take_while(|word| is_part(word)).take(4).collect();
    // Letters without digits behind it begin something else.
    while kept.last().is_some_and(|last| !last.contains(|c: char| c.is_ascii_digit())) {
        kept.pop();
    }
    let joined = kept.join(" ");
    let joined = joined.trim_end_matches([',', ';', '.']);
    let digits = joined.chars().filter(char::is_ascii_digit).count();
    // One that goes on in words is the first of them only.
    let is_date = joined.split(['-', '/']).count() == 3;
    (digits >= 2 && joined.len() <= 20 && !is_date).then(|| joined.to_owned())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: FieldName, shape: Shape, given: &str) -> Option<String> {
        match within(name, shape, given)? {
            Value::Text(text) => Some(text),
            Value::Number { digits, .. } => Some(digits),
            Value::List(_) | Value::Flag(_) => None,
        }
    }

    #[test]
    fn what_is_no_such_value_is_none() {
        for (name, shape, given) in [
            (FieldName::PatientName, Shape::Person, "X12345"),
            (FieldName::Quantity, Shape::Whole, "2 x 30"),
            (FieldName::Quantity, Shape::Whole, "none"),
            (FieldName::Quantity, Shape::Whole, "500 mg"),
            (FieldName::DoseNumber, Shape::Ordinal, "0.5 mL"),
            (FieldName::DoseNumber, Shape::Ordinal, "3/2"),
            (FieldName::LotNumber, Shape::Code, "2024-01-02"),
            (FieldName::LotNumber, Shape::Code, "Pfizer"),
            (FieldName::VisitDate, Shape::Date, "2024-01-10 or 2024-01-11"),
        ] {
            assert_eq!(text(name, shape, given), None, "{given}");
        }
    }

    #[test]
    fn a_value_is_read_with_what_stands_beside_it() {
        for (name, shape, given, read) in [
            (FieldName::PatientName, Shape::Person, "Jane Smith (F, 45 yrs)", "Jane Smith"),
            (FieldName::PatientName, Shape::Person, "Jane Smith, 45 / F", "Jane Smith"),
            (
                FieldName::Prescriber,
                Shape::Person,
                "Dr. Ann Wolf, MD, Consultant Physician",
                "Dr. Ann Wolf, MD",
            ),
            (FieldName::Quantity, Shape::Whole, "thirty (30) tablets", "30"),
            (FieldName::Quantity, Shape::Whole, "x 21", "21"),
            (FieldName::Quantity, Shape::Whole, "28 film-coated tablets (2 packs)", "28"),
            (FieldName::Refills, Shape::Whole, "Nil", "0"),
            (FieldName::DaysSupply, Shape::Whole, "5/7", "5"),
            (FieldName::DaysSupply, Shape::Whole, "2 weeks", "14"),
            (FieldName::DoseNumber, Shape::Ordinal, "Second", "2"),
            (FieldName::DoseNumber, Shape::Ordinal, "2 / 3", "2"),
            (FieldName::Strength, Shape::Amount, "10 mg film-coated tablet", "10 mg"),
            (FieldName::LotNumber, Shape::Code, "EW0182 (Pfizer)", "EW0182"),
            (FieldName::RecordNumber, Shape::Code, "485 777 3456", "485 777 3456"),
            (FieldName::BirthDate, Shape::Date, "45 yrs / 12-Jan-1980", "1980-01-12"),
            (FieldName::PrescriberNpi, Shape::Npi, "12345 67890", "1234567890"),
        ] {
            assert_eq!(text(name, shape, given).as_deref(), Some(read), "{given}");
        }
    }
}
