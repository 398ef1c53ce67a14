//! The values by which a resource is found. <https://hl7.org/fhir/R4/search.html>
//!
//! Each parameter's expression is compiled once for each resource type that has it.

mod composite;
mod other;
mod read;
mod sources;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use serde_json::Value;

use super::date::Interval;
use super::definitions::{definition, resource_types, search_parameters};
use super::path::Expression;
use super::resource_type::ResourceType;
use super::search_parameter::{SearchKind, SearchParameter};
use read::Reader;

pub use composite::{Composite, Way, composite};
pub use other::{Other, OtherFault, is_of_r4};
pub use sources::{Source, has_canonicals, sources};

/// A value under the parameter that finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchValue<'a> {
    /// The parameter.
    pub parameter: &'static SearchParameter,
    /// The value.
    pub value: Indexed<'a>,
}

/// A value in the form in which it is compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Indexed<'a> {
    /// A code or identifier.
    Token(Token<'a>),
    /// A link to another resource.
    Reference(Reference<'a>),
    /// The time that a date covers.
    Date(Interval),
    /// A text, as it is written.
    Text(&'a str),
    /// A number, with the digits that it is written with.
    Number(&'a str),
    /// A measured amount.
    Quantity(Quantity<'a>),
    /// A URI.
    Uri(&'a str),
    /// An identifier of a type, beside its token.
    TypedIdentifier(TypedIdentifier<'a>),
    /// The values of each part of a composite, all in one occurrence of its element.
    Together(Vec<Vec<Indexed<'a>>>),
    /// A place on the earth, in degrees.
    Position {
        /// To the north.
        latitude: &'a str,
        /// To the east.
        longitude: &'a str,
    },
}

/// An identifier's value under one of its types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedIdentifier<'a> {
    /// The code system of the type.
    pub type_system: &'a str,
    /// The type.
    pub type_code: &'a str,
    /// The identifier's value.
    pub value: &'a str,
}

/// A code or identifier. At least one of its parts is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Token<'a> {
    /// The code system or the identifier's namespace; where the element implies one, that.
    pub system: Option<&'a str>,
    /// The code or the identifier's value.
    pub code: Option<&'a str>,
    /// What a reader sees: the coding's display, or the text of the concept, which then has no code here.
    pub text: Option<&'a str>,
}

/// A link to another resource. At least one of its parts is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reference<'a> {
    /// Type and id of the target: of this server if there is no `url`, else as the URL's end names them.
    pub target: Option<(ResourceType, &'a str)>,
    /// The version that is pointed at.
    pub version: Option<&'a str>,
    /// An absolute URL, a canonical one with its `|version`, or another URI.
    pub url: Option<&'a str>,
    /// The type of the target, where the reference says it beside the rest.
    pub kind: Option<&'a str>,
    /// The business identifier of the target.
    pub identifier: Option<Token<'a>>,
}

/// An amount with its unit, or a range of amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quantity<'a> {
    /// The lower end as written; none where it is open.
    pub low: Option<&'a str>,
    /// The upper end as written, the same as `low` for a single value; none where it is open.
    pub high: Option<&'a str>,
    /// The system of the unit's code.
    pub system: Option<&'a str>,
    /// The unit's code.
    pub code: Option<&'a str>,
    /// The unit as a reader sees it.
    pub unit: Option<&'a str>,
}

struct Compiled {
    parameter: &'static SearchParameter,
    expression: Expression,
    /// The parameters that have its values; none where it has its own.
    sources: Vec<Source<'static>>,
}

static TABLES: LazyLock<HashMap<&'static str, OnceLock<Vec<Compiled>>>> =
    LazyLock::new(|| resource_types().map(|name| (name.as_str(), OnceLock::new())).collect());

/// Reads all search values of a resource, in the order of the parameters' codes. Values that several parameters share come under
/// the one that [`sources()`] names.
pub fn search_values(resource_type: ResourceType, resource: &Value) -> Vec<SearchValue<'_>> {
    let mut values = Vec::new();
    for Compiled { parameter, expression, .. } in table(resource_type).iter().filter(|c| c.sources.is_empty())
    {
        values_of(parameter.kind, expression, resource, &mut |value| {
            values.push(SearchValue { parameter, value })
        });
    }
    for (parameter, composite) in composite::of_type(resource_type) {
        composite.read(resource, &mut |value| values.push(SearchValue { parameter, value }));
    }
    values
}

/// Hands over the values of one parameter.
fn values_of<'v>(
    kind: SearchKind,
    expression: &Expression,
    resource: &'v Value,
    push: &mut dyn FnMut(Indexed<'v>),
) {
    match expression {
        Expression::Values(lanes) => {
            for lane in lanes {
                let Some(reader) = Reader::of(kind, &lane.leaf) else { continue };
                lane.visit(resource, &mut |value| reader.read(kind, &lane.leaf, value, push));
            }
        }
        Expression::Holds(lanes) => {
            let mut holds = false;
            for lane in lanes {
                lane.visit(resource, &mut |value| holds |= *value != Value::Bool(false));
            }
            push(read::boolean(holds));
        }
    }
}

/// Compiles the expressions of all resource types now, so that no request need wait for it.
pub fn warm_up() {
    resource_types().for_each(|resource_type| {
        table(resource_type);
        composite::of_type(resource_type);
    });
}

/// Whether a parameter's values are those of the one that tells the time of a resource.
pub fn is_moment(resource_type: ResourceType, code: &str) -> bool {
    let of = moment(resource_type);
    of.is_some() && sources(resource_type, code).iter().any(|source| Some(source.code) == of)
}

/// The parameter that tells the time that a resource of this type is about, which is one at most.
pub fn moment(resource_type: ResourceType) -> Option<&'static str> {
    /// Names that such a parameter has, the most telling first.
    const NAMES: [&str; 14] = [
        "date",
        "authoredon",
        "authored",
        "authored-on",
        "recorded-date",
        "effective",
        "effective-time",
        "whenhandedover",
        "started",
        "created",
        "sent",
        "recorded",
        "collected",
        "issued",
    ];
    let is_one = |compiled: &&Compiled| compiled.expression.lanes().iter().all(|lane| !lane.repeats);
    let parameters = table(resource_type);
    NAMES.into_iter().find(|name| {
        let mut found = parameters.iter().filter(|c| c.parameter.code == *name);
        found
            .next()
            .filter(is_one)
            .is_some_and(|c| c.parameter.kind == SearchKind::Date && c.sources.is_empty())
    })
}

fn table(resource_type: ResourceType) -> &'static [Compiled] {
    TABLES.get(resource_type.as_str()).map_or(&[], |table| table.get_or_init(|| compile(resource_type)))
}

fn compile(resource_type: ResourceType) -> Vec<Compiled> {
    let Some(root) = definition(resource_type) else { return Vec::new() };
    let compiled = search_parameters(resource_type).iter().filter_map(|parameter| {
        // A test compiles every expression of the specification, so that none is passed over here.
        let expression = Expression::compile(&parameter.expression, root)
            .ok()?
            .keep(|leaf| Reader::of(parameter.kind, leaf).is_some());
        (!expression.lanes().is_empty()).then_some(Compiled { parameter, expression, sources: Vec::new() })
    });
    let mut compiled: Vec<_> = compiled.collect();
    sources::find(&mut compiled);
    compiled
}

#[cfg(test)]
mod tests;
