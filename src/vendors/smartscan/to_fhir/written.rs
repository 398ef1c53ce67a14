//! What is written as text, where FHIR wants a date, a concept or a number: its own form where the text has it, and the text where it
//! has not. Nothing is interpreted beyond that.

use serde_json::{Number, Value, json};

use super::set;
use crate::fhir::codes::hl7::data_absent_reason;
use crate::fhir::primitive::Primitive;
use crate::vendors::smartscan::codes::SHOWN_AS;

/// The extension that holds a text as it is shown.
#[must_use]
pub fn shown_as(text: &str) -> Value {
    json!([{ "url": SHOWN_AS, "valueString": text }])
}

/// The extension that says that a value is not known.
#[must_use]
pub fn absent() -> Value {
    json!([{ "url": data_absent_reason::EXTENSION, "valueCode": data_absent_reason::UNKNOWN.code }])
}

/// Sets a date or time: where the text is none, the element has no value and the text as an extension.
pub fn set_date(resource: &mut Value, name: &str, text: Option<&str>, form: Primitive) {
    let Some(text) = text else { return };
    if form.check(&json!(text)).is_ok() {
        set(resource, name, Some(text.into()));
    } else {
        set(resource, &format!("_{name}"), Some(json!({ "extension": shown_as(text) })));
    }
}

/// A concept in words.
#[must_use]
pub fn concept(text: &str) -> Value {
    json!({ "text": text })
}

/// A concept in words; where nothing was read it says so.
#[must_use]
pub fn concept_or_absent(text: Option<&str>) -> Value {
    text.map_or_else(|| json!({ "extension": absent() }), concept)
}

/// The number with the digits that are displayed; leading zeros are none in JSON.
#[must_use]
pub fn decimal(text: &str) -> Option<Number> {
    let (sign, magnitude) = match text.strip_prefix(['-', '−']) {
        Some(magnitude) => ("-", magnitude),
        None => ("", text),
    };
    let first_is_digit = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    if !first_is_digit(magnitude) {
        return None;
    }
    let digits = magnitude.trim_start_matches('0');
    let zero = if first_is_digit(digits) { "" } else { "0" };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    format!("{sign}{zero}{digits}").parse().ok().filter(|_| plain)
}

/// A whole number of at least that much, as `positiveInt` and `unsignedInt` take it.
#[must_use]
pub fn whole(text: &str, least: i32) -> Option<i32> {
    text.parse().ok().filter(|whole| *whole >= least)
}

/// The minutes of a duration that is written `4:00`.
#[must_use]
pub fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok());
    let (hours, minutes) = (number(hours)??, number(minutes)??);
    if minutes < 60 { hours.checked_mul(60)?.checked_add(minutes) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_gives_none() {
        for text in ["", "HI", "12.", "1.2.3", "-", "1e", "1e3", "0x1", "--1", "- 1"] {
            assert_eq!(decimal(text), None, "{text:?}");
        }
        for text in ["", "4", "4:", ":30", "4:60", "4:00:00", "-4:00", "+4:00", "4294967295:00"] {
            assert_eq!(minutes(text), None, "{text:?}");
        }
        assert_eq!((whole("0", 1), whole("2.5", 1), whole("99999999999", 1)), (None, None, None));
    }

    #[test]
    fn digits_stay_as_they_are_displayed() {
        let cases =
            [("098", "98"), ("36.80", "36.80"), ("0.5", "0.5"), ("00", "0"), ("120", "120"), ("-80", "-80")];
        for (text, number) in cases {
            assert_eq!(decimal(text).unwrap().to_string(), number);
        }
        assert_eq!((minutes("4:00"), minutes("0:45")), (Some(240), Some(45)));
    }

    #[test]
    fn a_date_that_is_none_stays_a_text() {
        let mut resource = json!({});
        set_date(&mut resource, "start", Some("2024-01-10"), Primitive::DateTime);
        set_date(&mut resource, "end", Some("01/15/2024"), Primitive::DateTime);
        set_date(&mut resource, "time", Some("2024-01-10T08:00"), Primitive::DateTime);
        set_date(&mut resource, "none", None, Primitive::DateTime);
        let text = |text| json!({ "extension": [{ "url": SHOWN_AS, "valueString": text }] });
        assert_eq!(
            resource,
            json!({ "start": "2024-01-10", "_end": text("01/15/2024"), "_time": text("2024-01-10T08:00") })
        );
    }
}
