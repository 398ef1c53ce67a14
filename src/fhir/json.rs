//! Strict reading of a resource's JSON. <https://hl7.org/fhir/R4/json.html>
//!
//! Refused here is what a lenient parser would quietly repair or drop: a name that occurs twice in an object,
//! bytes that are not UTF-8, text after the end. Numbers keep the digits they are written with. Depth and the
//! number of values are bounded, so that a body takes memory in proportion to its own size.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::outcome::{Issue, IssueType};

/// More levels of objects and arrays than any resource needs.
pub(super) const MAX_DEPTH: u32 = 64;
/// Fewer bytes a value than this are only found in bodies made to fill memory.
const MIN_BYTES_A_VALUE: usize = 8;
/// The values that even the smallest body may have.
const FREE_VALUES: usize = 1_000;
/// The key under which serde_json hands over the digits of a number that is no 64-bit integer.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// Why a body is not the JSON of a resource. The texts name positions and elements and never quote a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseFault {
    /// There are no bytes.
    #[error("The body is empty; a resource is expected.")]
    Empty,
    /// The bytes are not UTF-8.
    #[error("The body is not UTF-8: byte {offset} starts no character.")]
    Encoding {
        /// How many bytes are well formed.
        offset: usize,
    },
    /// The text is not JSON.
    #[error("The body is not JSON: {problem}.")]
    Syntax {
        /// What was expected, and the line and column.
        problem: String,
    },
    /// The JSON is not an object.
    #[error("The body must be a JSON object.")]
    NotAnObject,
    /// A name occurs twice in one object.
    #[error("The element {name} occurs twice in one object, at line {line}, column {column}.")]
    DuplicateName {
        /// The name, where it can be an element's name.
        name: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// An array stands directly in an array.
    #[error(
        "An array stands directly in another array at line {line}, column {column}; FHIR has no such element."
    )]
    NestedArray {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// Objects and arrays are nested too deeply.
    #[error("Objects and arrays are nested more than {MAX_DEPTH} deep at line {line}, column {column}.")]
    TooDeep {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// A member has the name under which the reader hands over numbers.
    #[error("There is a name that no element of FHIR has, at line {line}, column {column}.")]
    ForeignName {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// There are more values than a body of this length has.
    #[error("The body holds more values than a resource of its length can have.")]
    TooManyValues,
}

impl ParseFault {
    /// The issue for an OperationOutcome.
    pub fn issue(&self) -> Issue {
        let code = match self {
            Self::TooDeep { .. } | Self::TooManyValues => IssueType::TooCostly,
            Self::Empty | Self::Encoding { .. } | Self::Syntax { .. } | Self::NotAnObject => {
                IssueType::Structure
            }
            Self::DuplicateName { .. } | Self::NestedArray { .. } | Self::ForeignName { .. } => {
                IssueType::Structure
            }
        };
        Issue::error(code, self.to_string())
    }
}

/// Reads a request body as a JSON object.
pub fn parse_resource(bytes: &[u8]) -> Result<Value, ParseFault> {
    let value = parse(bytes)?;
    if value.is_object() { Ok(value) } else { Err(ParseFault::NotAnObject) }
}

/// Reads a request body as any JSON value, by the same rules.
pub fn parse(bytes: &[u8]) -> Result<Value, ParseFault> {
    let text =
        std::str::from_utf8(bytes).map_err(|fault| ParseFault::Encoding { offset: fault.valid_up_to() })?;
    if text.trim_ascii().is_empty() {
        return Err(ParseFault::Empty);
    }
    let limits = Limits {
        values_left: Cell::new(bytes.len() / MIN_BYTES_A_VALUE + FREE_VALUES),
        broken: Cell::new(None),
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Strict { limits: &limits, depth: 0, in_array: false };
    seed.deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| fault(&error, limits.broken.take()))
}

/// A rule of ours that a body broke; serde_json knows where.
enum Broken {
    Duplicate(String),
    ForeignName,
    NestedArray,
    TooDeep,
    TooManyValues,
}

fn fault(error: &serde_json::Error, broken: Option<Broken>) -> ParseFault {
    let (line, column) = (error.line(), error.column());
    match broken {
        None => ParseFault::Syntax { problem: error.to_string() },
        Some(Broken::Duplicate(name)) => ParseFault::DuplicateName { name, line, column },
        Some(Broken::ForeignName) => ParseFault::ForeignName { line, column },
        Some(Broken::NestedArray) => ParseFault::NestedArray { line, column },
        Some(Broken::TooDeep) => ParseFault::TooDeep { line, column },
        Some(Broken::TooManyValues) => ParseFault::TooManyValues,
    }
}

/// A name that may be shown; what could be a misplaced value is not.
pub(super) fn shown(name: &str) -> &str {
    let is_name = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.bytes().any(|b| b.is_ascii_lowercase());
    if is_name { name } else { "(not a FHIR name)" }
}

struct Limits {
    values_left: Cell<usize>,
    broken: Cell<Option<Broken>>,
}

impl Limits {
    fn refuse<E: serde::de::Error>(&self, broken: Broken) -> E {
        self.broken.set(Some(broken));
        E::custom("refused")
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    limits: &'a Limits,
    depth: u32,
    in_array: bool,
}

impl Strict<'_> {
    fn below<E: serde::de::Error>(self, in_array: bool) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(self.limits.refuse(Broken::TooDeep));
        }
        Ok(Self { depth: self.depth.saturating_add(1), in_array, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.limits.values_left.get().checked_sub(1) {
            None => return Err(self.limits.refuse(Broken::TooManyValues)),
            Some(left) => self.limits.values_left.set(left),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        if self.in_array {
            return Err(self.limits.refuse(Broken::NestedArray));
        }
        let below = self.below(true)?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut next = members.next_key::<String>()?;
        if next.as_deref() == Some(NUMBER_KEY) {
            // Only a number's digits come as a string of their own; what a body has under this name is refused.
            let digits = members.next_value_seed(Digits);
            let digits = digits.map_err(|_| self.limits.refuse::<A::Error>(Broken::ForeignName))?;
            return digits.parse::<Number>().map(Value::Number).map_err(A::Error::custom);
        }
        let below = self.below(false)?;
        let mut object = Map::new();
        while let Some(name) = next {
            match object.entry(name) {
                Entry::Vacant(place) => {
                    place.insert(members.next_value_seed(below)?);
                }
                Entry::Occupied(twice) => {
                    return Err(self.limits.refuse(Broken::Duplicate(shown(twice.key()).to_owned())));
                }
            }
            next = members.next_key()?;
        }
        Ok(Value::Object(object))
    }
}

/// The digits of a number, as serde_json hands them over: never borrowed from a body, as a string of it would be.
struct Digits;

impl<'de> DeserializeSeed<'de> for Digits {
    type Value = String;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Digits {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number's digits")
    }

    fn visit_string<E>(self, digits: String) -> Result<String, E> {
        Ok(digits)
    }

    /// Such as a string with escapes.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<String, E> {
        Err(E::custom("refused"))
    }
}

#[cfg(test)]
mod tests;
