//! From a value of some datatype to what is compared, as the tables of the search page say.

use serde_json::Value;

use super::{Indexed, Quantity, Reference, Token, TypedIdentifier};
use crate::fhir::ResourceType;
use crate::fhir::date::{self, Interval};
use crate::fhir::definitions::{TypeRef, type_named};
use crate::fhir::path::Leaf;
use crate::fhir::primitive::Primitive;
use crate::fhir::reference::Literal;
use crate::fhir::search_parameter::SearchKind;

/// The code system that boolean tokens belong to. <https://hl7.org/fhir/R4/codesystem-special-values.html>
const SPECIAL_VALUES: &str = "http://terminology.hl7.org/CodeSystem/special-values";

/// How values of one datatype are read for one kind of search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Address,
    Boolean,
    Code,
    Coding,
    Concept,
    ContactPoint,
    Date,
    Extension,
    HumanName,
    Identifier,
    Money,
    Number,
    Period,
    PlainToken,
    Position,
    Quantity,
    Range,
    Reference,
    Resource,
    Text,
    Timing,
    Uri,
    UriReference,
}

impl Reader {
    /// The reader for values of this type; `None` where this kind of search does not look at them.
    pub(super) fn of(kind: SearchKind, leaf: &Leaf) -> Option<Self> {
        match leaf.type_ref {
            TypeRef::Primitive(primitive) => Self::of_primitive(kind, primitive),
            TypeRef::Resource => (kind == SearchKind::Reference).then_some(Self::Resource),
            TypeRef::Complex(_) if leaf.type_name == "Extension" => Some(Self::Extension),
            TypeRef::Complex(_) => Self::of_datatype(kind, leaf.type_name),
        }
    }

    fn of_primitive(kind: SearchKind, primitive: Primitive) -> Option<Self> {
        match kind {
            SearchKind::Token => Some(match primitive {
                Primitive::Boolean => Self::Boolean,
                Primitive::Code => Self::Code,
                Primitive::Id | Primitive::String | Primitive::Markdown | Primitive::Oid => Self::PlainToken,
                Primitive::Uri | Primitive::Url | Primitive::Uuid | Primitive::Canonical => Self::PlainToken,
                Primitive::Base64Binary | Primitive::Date | Primitive::DateTime | Primitive::Decimal => {
                    return None;
                }
                Primitive::Instant | Primitive::Integer | Primitive::PositiveInt | Primitive::Time => {
                    return None;
                }
                Primitive::UnsignedInt | Primitive::Xhtml => return None,
            }),
            SearchKind::Date => {
                matches!(primitive, Primitive::Date | Primitive::DateTime | Primitive::Instant)
                    .then_some(Self::Date)
            }
            SearchKind::String => is_text(primitive).then_some(Self::Text),
            SearchKind::Number => matches!(
                primitive,
                Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt
            )
            .then_some(Self::Number),
            SearchKind::Uri => is_uri(primitive).then_some(Self::Uri),
            SearchKind::Reference => is_uri(primitive).then_some(Self::UriReference),
            SearchKind::Composite | SearchKind::Quantity | SearchKind::Special => None,
        }
    }

    fn of_datatype(kind: SearchKind, type_name: &str) -> Option<Self> {
        Some(match (kind, type_name) {
            (SearchKind::Token, "Coding") => Self::Coding,
            (SearchKind::Token, "CodeableConcept") => Self::Concept,
            (SearchKind::Token, "Identifier") => Self::Identifier,
            (SearchKind::Token, "ContactPoint") => Self::ContactPoint,
            (SearchKind::Date, "Period") => Self::Period,
            (SearchKind::Date, "Timing") => Self::Timing,
            (SearchKind::String, "HumanName") => Self::HumanName,
            (SearchKind::String, "Address") => Self::Address,
            (SearchKind::Reference, "Reference") => Self::Reference,
            (SearchKind::Quantity, "Quantity" | "Age" | "Count" | "Distance" | "Duration") => Self::Quantity,
            (SearchKind::Quantity, "Money") => Self::Money,
            (SearchKind::Quantity, "Range") => Self::Range,
            (SearchKind::Special, "Location.position") => Self::Position,
            _ => return None,
        })
    }

    /// Hands over what is compared; a value with nothing to compare gives nothing.
    pub(super) fn read<'a>(
        self,
        kind: SearchKind,
        leaf: &Leaf,
        value: &'a Value,
        push: &mut dyn FnMut(Indexed<'a>),
    ) {
        let text = value.as_str();
        match self {
            Self::Boolean => value.as_bool().into_iter().for_each(|value| push(boolean(value))),
            Self::Code => push_token(push, leaf.value_set.and_then(|set| set.system_of(text?)), text, None),
            Self::PlainToken => push_token(push, None, text, None),
            Self::Coding => coding(value, push),
            Self::Concept => {
                items(value, "coding").for_each(|value| coding(value, push));
                push_token(push, None, None, string(value, "text"));
            }
            Self::Identifier => identifier(value, push),
            Self::ContactPoint => push_token(push, None, string(value, "value"), None),
            Self::Date => push_date(push, text.and_then(date::interval)),
            Self::Period => push_date(push, period(value)),
            Self::Timing => push_date(push, timing(value)),
            Self::Reference => push_reference(push, reference(value)),
            Self::UriReference => {
                push_reference(push, Reference { url: text, ..Reference::default() });
            }
            Self::Resource => {
                push_reference(push, Reference { target: inline(value), ..Reference::default() })
            }
            Self::Text => text.into_iter().for_each(|text| push(Indexed::Text(text))),
            Self::HumanName => texts(value, &["family", "given", "prefix", "suffix", "text"], push),
            Self::Address => {
                texts(value, &["line", "city", "district", "state", "postalCode", "country", "text"], push);
            }
            Self::Number => number(Some(value)).into_iter().for_each(|digits| push(Indexed::Number(digits))),
            Self::Position => position(value).into_iter().for_each(push),
            Self::Quantity => push_quantity(push, quantity(value)),
            Self::Money => push_quantity(push, money(value)),
            Self::Range => push_quantity(push, range(value)),
            Self::Uri => text.into_iter().for_each(|text| push(Indexed::Uri(text))),
            Self::Extension => extension(kind, value, push),
        }
    }
}

/// A boolean as a token.
pub(super) fn boolean(value: bool) -> Indexed<'static> {
    let code = Some(if value { "true" } else { "false" });
    Indexed::Token(Token { system: Some(SPECIAL_VALUES), code, text: None })
}

fn is_text(primitive: Primitive) -> bool {
    matches!(primitive, Primitive::String | Primitive::Markdown | Primitive::Code | Primitive::Id)
}

fn is_uri(primitive: Primitive) -> bool {
    matches!(
        primitive,
        Primitive::Uri | Primitive::Url | Primitive::Canonical | Primitive::Oid | Primitive::Uuid
    )
}

fn string<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn number(value: Option<&Value>) -> Option<&str> {
    Some(value?.as_number()?.as_str())
}

fn push_token<'a>(
    push: &mut dyn FnMut(Indexed<'a>),
    system: Option<&'a str>,
    code: Option<&'a str>,
    text: Option<&'a str>,
) {
    if system.is_some() || code.is_some() || text.is_some() {
        push(Indexed::Token(Token { system, code, text }));
    }
}

fn push_date<'a>(push: &mut dyn FnMut(Indexed<'a>), interval: Option<Interval>) {
    if let Some(interval) = interval {
        push(Indexed::Date(interval));
    }
}

fn push_reference<'a>(push: &mut dyn FnMut(Indexed<'a>), reference: Reference<'a>) {
    if (Reference { kind: None, ..reference }) != Reference::default() {
        push(Indexed::Reference(reference));
    }
}

fn push_quantity<'a>(push: &mut dyn FnMut(Indexed<'a>), quantity: Quantity<'a>) {
    if quantity.low.is_some() || quantity.high.is_some() {
        push(Indexed::Quantity(quantity));
    }
}

fn coding<'a>(value: &'a Value, push: &mut dyn FnMut(Indexed<'a>)) {
    push_token(push, string(value, "system"), string(value, "code"), string(value, "display"));
}

/// An identifier is found by itself, by the text of its type, and by value and type together.
fn identifier<'a>(value: &'a Value, push: &mut dyn FnMut(Indexed<'a>)) {
    let code = string(value, "value");
    push_token(push, string(value, "system"), code, None);
    let Some(kind) = value.get("type") else { return };
    push_token(push, None, None, string(kind, "text"));
    for coding in items(kind, "coding") {
        push_token(push, None, None, string(coding, "display"));
        if let (Some(type_code), Some(value)) = (string(coding, "code"), code) {
            let type_system = string(coding, "system").unwrap_or_default();
            push(Indexed::TypedIdentifier(TypedIdentifier { type_system, type_code, value }));
        }
    }
}

fn texts<'a>(value: &'a Value, names: &[&str], push: &mut dyn FnMut(Indexed<'a>)) {
    for part in names.iter().filter_map(|name| value.get(*name)) {
        match part {
            Value::String(text) => push(Indexed::Text(text)),
            Value::Array(parts) => {
                parts.iter().filter_map(Value::as_str).for_each(|text| push(Indexed::Text(text)))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
        }
    }
}

fn period(value: &Value) -> Option<Interval> {
    date::period(string(value, "start"), string(value, "end"))
}

/// Only the outer limits of a schedule count.
fn timing(value: &Value) -> Option<Interval> {
    let events = items(value, "event").filter_map(|event| date::interval(event.as_str()?));
    let bounds = value.get("repeat").and_then(|repeat| period(repeat.get("boundsPeriod")?));
    events.chain(bounds).reduce(Interval::hull)
}

/// A reference by what it says; one to a contained resource points nowhere outside.
fn reference(value: &Value) -> Reference<'_> {
    let identifier = value.get("identifier").map(|identifier| Token {
        system: string(identifier, "system"),
        code: string(identifier, "value"),
        text: None,
    });
    let identifier = identifier.filter(|identifier| *identifier != Token::default());
    let kind = string(value, "type");
    let found = Reference { identifier, kind, ..Reference::default() };
    match string(value, "reference").and_then(Literal::parse) {
        Some(Literal::Relative { resource_type, id, version }) => {
            Reference { target: Some((resource_type, id)), version, ..found }
        }
        Some(Literal::Absolute { url, named }) => Reference { target: named, url: Some(url), ..found },
        Some(Literal::Uri(uri)) => Reference { url: Some(uri), ..found },
        Some(Literal::Contained(_) | Literal::Conditional { .. }) | None => found,
    }
}

fn inline(value: &Value) -> Option<(ResourceType, &str)> {
    Some((ResourceType::of(value)?, string(value, "id")?))
}

/// A comparator leaves one end open.
fn quantity(value: &Value) -> Quantity<'_> {
    let amount = number(value.get("value"));
    let (low, high) = match string(value, "comparator") {
        Some("<" | "<=") => (None, amount),
        Some(">" | ">=") => (amount, None),
        _ => (amount, amount),
    };
    let (system, code, unit) = (string(value, "system"), string(value, "code"), string(value, "unit"));
    Quantity { low, high, system, code, unit }
}

fn money(value: &Value) -> Quantity<'_> {
    let (amount, code) = (number(value.get("value")), string(value, "currency"));
    Quantity { low: amount, high: amount, system: Some("urn:iso:std:iso:4217"), code, unit: None }
}

fn position(value: &Value) -> Option<Indexed<'_>> {
    let (latitude, longitude) = (number(value.get("latitude"))?, number(value.get("longitude"))?);
    Some(Indexed::Position { latitude, longitude })
}

fn range(value: &Value) -> Quantity<'_> {
    let end = |name| value.get(name).map(quantity).unwrap_or_default();
    let (low, high) = (end("low"), end("high"));
    let unit_of = if low == Quantity::default() { high } else { low };
    Quantity { low: low.low, high: high.high, ..unit_of }
}

/// The parameter's values are in the extension's own value.
fn extension<'a>(kind: SearchKind, value: &'a Value, push: &mut dyn FnMut(Indexed<'a>)) {
    let (Some(definition), Some(object)) = (type_named("Extension"), value.as_object()) else { return };
    let value = object.iter().find(|(key, _)| key.starts_with("value"));
    let Some((property, value)) = value.and_then(|(key, value)| Some((definition.property(key)?, value)))
    else {
        return;
    };
    let leaf = Leaf::of(property.element, property.element_type);
    if let Some(reader) = Reader::of(kind, &leaf) {
        reader.read(kind, &leaf, value, push);
    }
}
