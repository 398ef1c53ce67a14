//! What may follow a label: texts that have the form that the label asks for. What has another form is not read.

mod counted;
mod dates;
mod items;
mod lenient;
mod people;

use super::ticked;
use crate::inference::device::{FieldName, Value};
use counted::{count, ordinal};
use dates::{date, time};
pub use dates::{in_order, is_open, month_first};
pub use items::unmarked;
use items::{item, items, taken};
use lenient::within;
pub use people::person;

/// The form of a field in print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The name of a person: no digit is in it.
    Person,
    /// The name of something else, on one line.
    Name,
    /// Prose, on one line or several.
    Prose,
    /// Prose that enumerates.
    List,
    /// The same, as one text.
    Items,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A count, perhaps with the word behind it for what is counted.
    Whole,
    /// Which of several it is.
    Ordinal,
    /// A number with a unit.
    Amount,
    /// Letters and digits in one piece.
    Code,
    /// Ten digits.
    Npi,
    /// Two letters and seven digits.
    Dea,
    /// Digits in three groups.
    Ndc,
}

/// The longest name.
const LONGEST_NAME: usize = 100;

impl Shape {
    /// Whether it may go on in the next line.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Prose | Self::List | Self::Items)
    }

    /// Whether a single wrong character makes it another one.
    pub fn is_exact(self) -> bool {
        match self {
            Self::Date | Self::Time | Self::Whole | Self::Ordinal | Self::Amount => true,
            Self::Code | Self::Npi | Self::Dea | Self::Ndc => true,
            Self::Person | Self::Name | Self::Prose | Self::List | Self::Items => false,
        }
    }

    /// The value that a text is, in which a new line begins a new item.
    pub fn value(self, text: &str) -> Option<Value> {
        let text = match self {
            Self::List => text.to_owned(),
            Self::Items => taken(text)
                .into_iter()
                .map(item)
                .filter(|item| !item.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            Self::Person | Self::Name | Self::Prose | Self::Date | Self::Time => one_line(text),
            Self::Whole | Self::Ordinal => one_line(text),
            Self::Amount | Self::Code | Self::Npi | Self::Dea | Self::Ndc => one_line(text),
        };
        let text = text.trim().trim_end_matches(['.', ',', ';']).trim();
        let kept = |fits: bool| fits.then(|| Value::Text(text.to_owned()));
        let number = |digits: String| Value::Number { digits, unit: None };
        let letters = text.chars().filter(|character| character.is_alphabetic()).count();
        match self {
            Self::Person if text.contains(|character: char| character.is_numeric()) => None,
            Self::Person | Self::Name => kept(letters >= 2 && text.chars().count() <= LONGEST_NAME),
            Self::Prose | Self::Items => kept(letters >= 2),
            Self::List => (letters >= 2).then(|| Value::List(items(text))),
            Self::Date => date(text).map(Value::Text),
            Self::Time => time(text).map(Value::Text),
            Self::Whole => count(text).map(number),
            Self::Ordinal => ordinal(text).map(number),
            Self::Amount => kept(text.starts_with(|c: char| c.is_ascii_digit()) && letters >= 1),
            Self::Code => {
                let text = ["no.", "No.", "#"]
                    .iter()
                    .find_map(|mark| text.strip_prefix(mark))
                    .unwrap_or(text)
                    .trim();
                is_code(text).then(|| Value::Text(text.to_owned()))
            }
            Self::Npi => kept(text.len() == 10 && is_digits(text)),
            Self::Dea => kept(is_dea(text)),
            Self::Ndc => kept(is_ndc(text)),
        }
    }
}

/// The value of a field that a text behind its label is, or has in it.
pub fn read(name: FieldName, shape: Shape, text: &str) -> Option<Value> {
    let option = if ticked::has_boxes(text) { Some(ticked::ticked(text)) } else { None };
    let text = match &option {
        // Of boxes nobody can tell which is ticked, what stands beside them says nothing.
        Some(None) if !shape.goes_on() => return None,
        Some(Some(option)) if !shape.goes_on() => option,
        _ => text,
    };
    // A strength without its form, and a person without a role.
    if shape == Shape::Person {
        within(name, shape, text)
    } else if shape == Shape::Amount {
        within(name, shape, text).or_else(|| shape.value(text))
    } else {
        shape.value(text).or_else(|| within(name, shape, text))
    }
}

/// Whether a value says anything.
pub fn is_exact_text(value: &Value) -> bool {
    matches!(value, Value::Text(text) if !text.is_empty())
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_code(text: &str) -> bool {
    let plain = text
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '/' | '.'));
    // Three numbers are a date.
    let numbers = text.split(['/', '.', '-']).filter(|part| is_digits(part)).count();
    let is_date = numbers == 3 && text.len() <= 10;
    plain && !is_date && text.len() <= 30 && text.contains(|character: char| character.is_ascii_digit())
}

fn is_dea(text: &str) -> bool {
    text.split_at_checked(2).is_some_and(|(letters, digits)| {
        letters.bytes().all(|byte| byte.is_ascii_uppercase()) && digits.len() == 7 && is_digits(digits)
    })
}

fn is_ndc(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths = match groups.as_slice() {
        [labeler, product, package] => [labeler.len(), product.len(), package.len()],
        _ => return false,
    };
    let known = [[4, 4, 2], [5, 3, 2], [5, 4, 1], [5, 4, 2]];
    known.contains(&lengths) && groups.iter().all(|group| is_digits(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(shape: Shape, given: &str) -> Option<String> {
        match shape.value(given) {
            Some(Value::Text(text)) => Some(text),
            Some(Value::Number { digits, .. }) => Some(digits),
            Some(Value::List(items)) => Some(items.join("|")),
            Some(Value::Flag(_)) | None => None,
        }
    }

    #[test]
    fn what_has_another_form_is_not_read() {
        for (shape, given) in [
            (Shape::Date, "2024-02-30"),
            (Shape::Date, "yesterday"),
            (Shape::Date, "15.01."),
            (Shape::Date, "01/15/24"),
            (Shape::Date, "13/13/2024"),
            (Shape::Time, "24:00"),
            (Shape::Time, "9:5"),
            (Shape::Time, "13:00 PM"),
            (Shape::Time, "0:30 am"),
            (Shape::Time, "9:45 meters"),
            (Shape::Whole, "thirty"),
            (Shape::Whole, "2.5"),
            (Shape::Whole, "2-3"),
            (Shape::Whole, "123456"),
            (Shape::Whole, "2x30 tablets"),
            (Shape::Whole, "2 x 30"),
            (Shape::Whole, "90 mL"),
            (Shape::Whole, "1 of 2"),
            (Shape::Whole, "30mg"),
            (Shape::Ordinal, "30 mcg"),
            (Shape::Ordinal, "2 mL"),
            (Shape::Ordinal, "0.5 mL"),
            (Shape::Ordinal, "0"),
            (Shape::Ordinal, "21"),
            (Shape::Ordinal, "2ndly"),
            (Shape::Ordinal, "2 of"),
            (Shape::Ordinal, "2/3"),
            (Shape::Ordinal, "booster"),
            (Shape::Npi, "123456789O"),
            (Shape::Dea, "B11234567"),
            (Shape::Ndc, "123-45-6789"),
            (Shape::Code, "ABC DEF"),
            (Shape::Code, "unknown"),
            (Shape::Amount, "mg"),
            (Shape::Name, "-"),
            (Shape::Person, "Jane Smith 1980-05-20"),
            (Shape::Person, "Mary Johnson MRN789012"),
            (Shape::Prose, "1"),
        ] {
            assert_eq!(text(shape, given), None, "{shape:?} {given}");
        }
    }

    #[test]
    fn a_date_whose_month_is_certain_is_written_as_iso_does() {
        for given in
            ["2024-01-15", "2024/01/15", "01/15/2024", "15.01.2024", "Jan 15, 2024", "15 January 2024"]
        {
            assert_eq!(text(Shape::Date, given).as_deref(), Some("2024-01-15"), "{given}");
        }
        assert_eq!(text(Shape::Date, "05/06/2024").as_deref(), Some("05/06/2024"));
        assert_eq!(text(Shape::Date, "05/05/2024").as_deref(), Some("2024-05-05"));
    }

    #[test]
    fn a_date_may_have_a_day_a_time_or_an_age_beside_it() {
        for given in [
            "15-JAN-2024 9:44",
            "15 January 2024 at 9:44 AM",
            "Mon, 15 Jan 2024",
            "15th January 2024",
            "2024-01-15 (43 years)",
            "January 15th, 2024",
            "15-Jan-2024 / 43 Y",
        ] {
            assert_eq!(text(Shape::Date, given).as_deref(), Some("2024-01-15"), "{given}");
        }
        assert_eq!(text(Shape::Date, "15 January 2024 or so"), None);
    }

    #[test]
    fn a_time_is_told_in_24_hours() {
        for (given, told) in [
            ("9:45 AM", "09:45"),
            ("12:10 p.m.", "12:10"),
            ("12:10am", "00:10"),
            ("4:05PM", "16:05"),
            ("09:45", "09:45"),
            ("14:30 hrs", "14:30"),
            ("9.45 am", "09:45"),
        ] {
            assert_eq!(text(Shape::Time, given).as_deref(), Some(told), "{given}");
        }
    }

    #[test]
    fn a_count_stands_alone_or_before_what_is_counted() {
        for (given, digits) in [
            ("30 tablets", "30"),
            ("30 (thirty) Tab", "30"),
            ("#7 (seven)", "7"),
            ("5", "5"),
            ("0", "0"),
            ("2 patches", "2"),
            ("90 day(s)", "90"),
        ] {
            assert_eq!(text(Shape::Whole, given).as_deref(), Some(digits), "{given}");
        }
    }

    #[test]
    fn a_dose_is_one_of_a_series() {
        for (given, digits) in
            [("2", "2"), ("2nd", "2"), ("1 of 2", "1"), ("3rd dose", "3"), ("1st of 2", "1"), ("20TH", "20")]
        {
            assert_eq!(text(Shape::Ordinal, given).as_deref(), Some(digits), "{given}");
        }
    }

    #[test]
    fn an_item_loses_its_mark_and_keeps_its_numbers() {
        for (given, kept) in [
            ("1. Diabetes", "Diabetes"),
            ("12) Asthma", "Asthma"),
            ("- Stent", "Stent"),
            ("• Stent", "Stent"),
            ("0.5 mg", "0.5 mg"),
            ("-5 kg", "-5 kg"),
            ("15.01.2024", "15.01.2024"),
            ("2024. Then", "2024. Then"),
        ] {
            assert_eq!(unmarked(given), kept);
        }
        let lines = "1. Aspirin 81mg daily,\n2. Metoprolol 50mg BID";
        assert_eq!(text(Shape::Items, lines).as_deref(), Some("Aspirin 81mg daily, Metoprolol 50mg BID"));
    }

    #[test]
    fn a_list_is_parted_where_its_items_are_names() {
        assert_eq!(
            text(Shape::List, "Diabetes Type 2, Hypertension").as_deref(),
            Some("Diabetes Type 2|Hypertension")
        );
        assert_eq!(text(Shape::List, "Fracture, left femur").as_deref(), Some("Fracture, left femur"));
        assert_eq!(text(Shape::List, "- Stent\n- Angiography").as_deref(), Some("Stent|Angiography"));
        assert_eq!(text(Shape::List, "1. Diabetes\n2) Asthma").as_deref(), Some("Diabetes|Asthma"));
    }
}
