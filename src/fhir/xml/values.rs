//! The values of attributes, and of primitive elements. <https://hl7.org/fhir/R4/xml.html#primitive>

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use serde_json::{Number, Value};

use super::is_char;
use crate::fhir::primitive::Primitive;

/// The text that an attribute stands for; none where a reference in it is not one that XML itself defines.
pub(super) fn text<'a>(attribute: &Attribute<'a>) -> Option<Cow<'a, str>> {
    let text = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    text.chars().all(is_char).then_some(text)
}

/// The JSON value of a primitive; the answer to a bad one says what it must be.
pub(super) fn json(primitive: Primitive, text: Cow<'_, str>) -> Result<Value, &'static str> {
    match primitive {
        Primitive::Boolean => match text.as_ref() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err("must be true or false"),
        },
        Primitive::Decimal => number(&text).ok_or("must be a decimal number"),
        Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
            // R4's integers may have a plus sign, JSON's may not.
            let digits = text.strip_prefix('+').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            number(digits.unwrap_or(&text)).ok_or("must be a whole number")
        }
        Primitive::Base64Binary
        | Primitive::Canonical
        | Primitive::Code
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Id
        | Primitive::Instant
        | Primitive::Markdown
        | Primitive::Oid
        | Primitive::String
        | Primitive::Time
        | Primitive::Uri
        | Primitive::Url
        | Primitive::Uuid
        | Primitive::Xhtml => Ok(Value::String(text.into_owned())),
    }
}

/// FHIR writes numbers as JSON does, and the digits are kept.
fn number(text: &str) -> Option<Value> {
    text.parse::<Number>().ok().map(Value::Number)
}

/// Writes a text so that it comes back as it is from an attribute's quotes. What XML cannot hold becomes U+FFFD.
pub(super) fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // As themselves they would be read as blanks.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            other if is_char(other) => out.push(other),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}
