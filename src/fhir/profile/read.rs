//! Reading a profile's snapshot. <https://hl7.org/fhir/R4/elementdefinition.html>

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::node::{Binding, Discriminator, DiscriminatorKind, Node, Profile, Rule, Slicing, TypeRule};
use crate::fhir::definitions::{resource_types, type_named};
use crate::fhir::fhirpath::Expression;
use crate::fhir::outcome::Severity;

/// So many elements a profile may have.
const MOST_ELEMENTS: usize = 5_000;
/// So deep may its elements stand in one another.
const DEEPEST: usize = 30;

/// Keys of the rules that every resource is checked for anyway: snapshots repeat them.
static KNOWN_RULES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let checked = ["ele-1", "ext-1", "dom-2", "dom-3", "txt-1", "txt-2"];
    let types = resource_types().filter_map(|of| type_named(of.as_str()));
    let datatypes = [
        "Reference",
        "Quantity",
        "Period",
        "Identifier",
        "ContactPoint",
        "Attachment",
        "Range",
        "Ratio",
        "Timing.repeat",
    ];
    let all = types.chain(datatypes.iter().filter_map(|name| type_named(name)));
    all.flat_map(|definition| definition.rules.iter().map(|rule| rule.key)).chain(checked).collect()
});

/// Why a StructureDefinition is no profile that can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAProfile {
    /// It has no url, no type, or is no profile of a type that R4 has.
    #[error("it has no url or no type of R4")]
    Nameless,
    /// There is no snapshot.
    #[error("it has no snapshot")]
    NoSnapshot,
    /// There is too much.
    #[error("it is too large")]
    TooLarge,
}

impl Profile {
    /// Reads a StructureDefinition with a snapshot.
    ///
    /// # Errors
    /// Where it has none, or is of no type of R4.
    pub fn read(definition: &Value) -> Result<Self, NotAProfile> {
        let text = |name: &str| definition.get(name).and_then(Value::as_str).map(str::to_owned);
        let (url, of) = text("url").zip(text("type")).ok_or(NotAProfile::Nameless)?;
        type_named(&of).ok_or(NotAProfile::Nameless)?;
        let elements = definition
            .pointer("/snapshot/element")
            .and_then(Value::as_array)
            .ok_or(NotAProfile::NoSnapshot)?;
        if elements.len() > MOST_ELEMENTS {
            return Err(NotAProfile::TooLarge);
        }
        let mut root = Node::default();
        for element in elements {
            let id =
                element.get("id").or_else(|| element.get("path")).and_then(Value::as_str).unwrap_or_default();
            let segments: Vec<&str> = id.split('.').skip(1).collect();
            if segments.len() > DEEPEST {
                return Err(NotAProfile::TooLarge);
            }
            fill(place(&mut root, &segments), element);
        }
        Ok(Self { url, version: text("version"), of, root })
    }
}

/// The node that an id names, made where it is not there.
fn place<'n>(mut node: &'n mut Node, segments: &[&str]) -> &'n mut Node {
    for segment in segments {
        let (name, slice) =
            segment.split_once(':').map_or((*segment, None), |(name, slice)| (name, Some(slice)));
        let name = name.trim_end_matches("[x]");
        let at = node.children.iter().position(|child| child.name == name).unwrap_or_else(|| {
            node.children.push(Node { name: name.to_owned(), ..Node::default() });
            node.children.len().saturating_sub(1)
        });
        #[expect(clippy::indexing_slicing, reason = "the position was found or made just now")]
        let child = &mut node.children[at];
        let Some(slice) = slice else {
            node = child;
            continue;
        };
        let at = child.slices.iter().position(|(known, _)| known == slice).unwrap_or_else(|| {
            child.slices.push((slice.to_owned(), Node { name: name.to_owned(), ..Node::default() }));
            child.slices.len().saturating_sub(1)
        });
        #[expect(clippy::indexing_slicing, reason = "the position was found or made just now")]
        let slice = &mut child.slices[at].1;
        node = slice;
    }
    node
}

fn fill(node: &mut Node, element: &Value) {
    let text = |name: &str| element.get(name).and_then(Value::as_str);
    node.min = element
        .get("min")
        .and_then(Value::as_u64)
        .and_then(|min| usize::try_from(min).ok())
        .unwrap_or_default();
    node.max = text("max").and_then(|max| max.parse().ok());
    node.types = items(element, "type").map(type_rule).collect();
    node.fixed = valued(element, "fixed");
    node.pattern = valued(element, "pattern");
    node.binding = element.get("binding").and_then(binding);
    node.rules = items(element, "constraint").filter_map(rule).collect();
    node.slicing = element.get("slicing").map(slicing);
}

fn items<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    items(value, name).filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The value of an element whose name ends with its type.
fn valued(element: &Value, prefix: &str) -> Option<Value> {
    let members = element.as_object()?.iter();
    let is_it =
        |name: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(char::is_uppercase));
    members.into_iter().find(|(name, _)| is_it(name)).map(|(_, value)| value.clone())
}

fn type_rule(of: &Value) -> TypeRule {
    let code = of.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
    TypeRule { code, profiles: texts(of, "profile"), targets: texts(of, "targetProfile") }
}

fn binding(binding: &Value) -> Option<Binding> {
    let value_set = binding.get("valueSet")?.as_str()?.to_owned();
    let severity = match binding.get("strength")?.as_str()? {
        "required" => Severity::Error,
        "extensible" => Severity::Warning,
        _ => return None,
    };
    Some(Binding { value_set, severity })
}

fn rule(rule: &Value) -> Option<Rule> {
    let text = |name: &str| rule.get(name).and_then(Value::as_str).map(str::to_owned);
    let key = text("key")?;
    if KNOWN_RULES.contains(key.as_str()) {
        return None;
    }
    let severity = if text("severity")? == "error" { Severity::Error } else { Severity::Warning };
    let expression = Expression::parse(&text("expression")?).ok();
    Some(Rule { key, severity, text: text("human").unwrap_or_default(), expression })
}

fn slicing(slicing: &Value) -> Slicing {
    let by = items(slicing, "discriminator").filter_map(|discriminator| {
        let text = |name: &str| discriminator.get(name).and_then(Value::as_str);
        let kind = match text("type")? {
            "value" | "pattern" => DiscriminatorKind::Value,
            "exists" => DiscriminatorKind::Exists,
            "type" => DiscriminatorKind::Type,
            "profile" => DiscriminatorKind::Profile,
            _ => return None,
        };
        let path = text("path")?;
        Some(Discriminator { kind, path: path.to_owned(), expression: Expression::parse(path).ok() })
    });
    let closed = slicing.get("rules").and_then(Value::as_str) == Some("closed");
    Slicing { by: by.collect(), closed }
}
