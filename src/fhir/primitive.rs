//! The primitive datatypes and what may be written in them.
//! <https://hl7.org/fhir/R4/datatypes.html#primitive>

use serde_json::{Number, Value};

use super::date::{self, Precision};

/// More characters than this make a string too long, by the specification.
const MAX_STRING: usize = 1024 * 1024;
/// More characters than this in a number serve nobody and slow down everything that computes with it.
const MAX_NUMBER: usize = 64;

/// A primitive datatype.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the specification's type of the same name")]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

impl Primitive {
    /// Reads the name of a primitive datatype.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "base64Binary" => Self::Base64Binary,
            "boolean" => Self::Boolean,
            "canonical" => Self::Canonical,
            "code" => Self::Code,
            "date" => Self::Date,
            "dateTime" => Self::DateTime,
            "decimal" => Self::Decimal,
            "id" => Self::Id,
            "instant" => Self::Instant,
            "integer" => Self::Integer,
            "markdown" => Self::Markdown,
            "oid" => Self::Oid,
            "positiveInt" => Self::PositiveInt,
            "string" => Self::String,
            "time" => Self::Time,
            "unsignedInt" => Self::UnsignedInt,
            "uri" => Self::Uri,
            "url" => Self::Url,
            "uuid" => Self::Uuid,
            "xhtml" => Self::Xhtml,
            _ => return None,
        })
    }

    /// Checks one value. The answer to a bad one says what it must be.
    pub fn check(self, value: &Value) -> Result<(), Refusal> {
        match (self.json(), value) {
            (Json::Boolean, Value::Bool(_)) => Ok(()),
            (Json::Number, Value::Number(number)) => self.number(number),
            (Json::String, Value::String(text)) => self.text(text),
            (Json::Boolean, _) => Err(Refusal::Shape("must be true or false, without quotes")),
            (Json::Number, _) => Err(Refusal::Shape("must be a JSON number, without quotes")),
            (Json::String, _) => Err(Refusal::Shape("must be a JSON string")),
        }
    }

    fn json(self) -> Json {
        match self {
            Self::Boolean => Json::Boolean,
            Self::Decimal | Self::Integer | Self::PositiveInt | Self::UnsignedInt => Json::Number,
            Self::Base64Binary | Self::Canonical | Self::Code | Self::Date | Self::DateTime | Self::Id => {
                Json::String
            }
            Self::Instant | Self::Markdown | Self::Oid | Self::String | Self::Time | Self::Uri => {
                Json::String
            }
            Self::Url | Self::Uuid | Self::Xhtml => Json::String,
        }
    }

    fn number(self, number: &Number) -> Result<(), Refusal> {
        let text = number.as_str();
        if self == Self::Decimal {
            return refuse_unless(text.len() <= MAX_NUMBER, "must have at most 64 characters");
        }
        let (lowest, must) = if self == Self::PositiveInt {
            (1, "must be a whole number from 1 to 2147483647")
        } else if self == Self::UnsignedInt {
            (0, "must be a whole number from 0 to 2147483647")
        } else {
            (i32::MIN, "must be a whole number from -2147483648 to 2147483647")
        };
        // `-0` and `1e3` are JSON numbers and no FHIR integers.
        refuse_unless(text.parse::<i32>().is_ok_and(|whole| whole >= lowest) && text != "-0", must)
    }

    fn text(self, text: &str) -> Result<(), Refusal> {
        if text.is_empty() {
            return Err(Refusal::Value("must not be an empty string; leave the element out instead"));
        }
        match self {
            Self::Base64Binary => refuse_unless(is_base64(text), "must be base64"),
            Self::Code => refuse_unless(
                is_code(text),
                "must be a code: no blanks at its ends, and only single ones inside",
            ),
            Self::Date => refuse_unless(
                date::read(text).is_some_and(|date| date.precision <= Precision::Day),
                "must be a date that exists, written YYYY, YYYY-MM or YYYY-MM-DD",
            ),
            Self::DateTime => refuse_unless(
                date::read(text).is_some_and(|date| date.precision <= Precision::Day || is_full(date)),
                "must be a date that exists, written YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a time zone",
            ),
            Self::Instant => refuse_unless(
                date::read(text).is_some_and(is_full),
                "must be an instant that exists, written YYYY-MM-DDThh:mm:ss with a time zone",
            ),
            Self::Time => refuse_unless(date::is_time(text), "must be a time of day, written hh:mm:ss"),
            Self::Id => refuse_unless(is_id(text), "must be 1 to 64 letters, digits, dots and hyphens"),
            Self::Oid => refuse_unless(is_oid(text), "must be an OID, written urn:oid:1.2.3"),
            Self::Uuid => refuse_unless(
                is_uuid(text),
                "must be a UUID, written urn:uuid: and 32 hexadecimal digits in lower case",
            ),
            Self::Canonical | Self::Uri | Self::Url => refuse_unless(
                !text.bytes().any(is_blank) && is_plain(text),
                "must be a URI, which has no blanks",
            ),
            Self::Boolean | Self::Decimal | Self::Integer | Self::PositiveInt | Self::UnsignedInt => Ok(()),
            Self::Xhtml => refuse_unless(is_plain(text), "must not have control characters"),
            Self::String | Self::Markdown => {
                refuse_unless(text.len() <= MAX_STRING, "must be at most 1 MB long")?;
                refuse_unless(is_plain(text), "must not have control characters")
            }
        }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is the wrong sort of JSON value.
    Shape(&'static str),
    /// It is not in the type's format or range.
    Value(&'static str),
}

enum Json {
    Boolean,
    Number,
    String,
}

fn refuse_unless(holds: bool, must: &'static str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::Value(must)) }
}

/// Whether this can be the id of a resource.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

fn is_full(date: date::Written) -> bool {
    date.precision == Precision::Second && date.zoned
}

/// Other control characters cannot be written in XML at all, nor two that are none, and Postgres has no place for NUL.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b >= b' ' || matches!(b, b'\t' | b'\n' | b'\r'))
        && (text.is_ascii() || !text.contains(['\u{FFFE}', '\u{FFFF}']))
}

/// The specification's `\s` means ASCII only: its own code systems have codes with no-break spaces.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

fn is_code(text: &str) -> bool {
    is_plain(text)
        && text.len() <= MAX_STRING
        && text.as_bytes().split(|b| is_blank(*b)).all(|word| !word.is_empty())
}

fn is_base64(text: &str) -> bool {
    let mut count = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes().filter(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
        count = count.saturating_add(1);
        match byte {
            b'=' => padding = padding.saturating_add(1),
            _ if padding > 0 => return false,
            b'+' | b'/' => {}
            _ if byte.is_ascii_alphanumeric() => {}
            _ => return false,
        }
    }
    count > 0 && count.is_multiple_of(4) && padding <= 2
}

fn is_oid(text: &str) -> bool {
    let Some((first, rest)) = text.strip_prefix("urn:oid:").and_then(|oid| oid.split_once('.')) else {
        return false;
    };
    let is_arc = |arc: &str| {
        arc == "0" || (!arc.starts_with('0') && !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(first, "0" | "1" | "2") && rest.split('.').all(is_arc)
}

fn is_uuid(text: &str) -> bool {
    let Some(uuid) = text.strip_prefix("urn:uuid:") else { return false };
    uuid.len() == 36
        && uuid.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

#[cfg(test)]
mod tests;
