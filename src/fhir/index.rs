//! Reads the compact index of R4 definitions; `fhir-profiles/r4/README.md` describes its lines.

use std::collections::HashMap;
use std::io::Read;

use super::definitions::{
    Compartment, Definitions, Element, ElementType, TypeDefinition, TypeId, TypeKind, TypeRef, ValueSet,
};
use super::invariant::Invariant;
use super::outcome::Severity;
use super::primitive::Primitive;
use super::resource_type::ResourceType;
use super::search_parameter::{Component, SearchKind, SearchParameter};

static PACKED: &[u8] = include_bytes!("../../fhir-profiles/r4/index.txt.gz");
/// The one type that R4 does not have: views of SQL on FHIR.
static ADDED: &str = include_str!("../../fhir-profiles/view-definition.txt");

/// Why the index could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexFault {
    /// The gzip stream or its encoding.
    #[error("it cannot be unpacked: {0}")]
    Unpack(#[from] std::io::Error),
    /// A line with a missing or unknown field.
    #[error("this line is malformed: {0}")]
    Line(&'static str),
    /// A type that is used and not defined.
    #[error("there is no type {0}")]
    Type(&'static str),
}

/// A type's lines before they are resolved.
struct Block {
    kind: TypeKind,
    name: &'static str,
    base: &'static str,
    lines: Vec<&'static str>,
    /// Each with the name of its element; none for the type itself.
    rules: Vec<(&'static str, &'static Invariant)>,
}

#[derive(Default)]
struct Sections {
    blocks: Vec<Block>,
    by_name: HashMap<&'static str, usize>,
    value_sets: HashMap<&'static str, &'static ValueSet>,
    parameters: Vec<SearchParameter>,
    compartments: Vec<Compartment>,
    units: Vec<&'static str>,
}

/// Unpacks and links the index. The text is kept for the life of the process: all names point into it.
pub(super) fn load() -> Result<Definitions, IndexFault> {
    let mut text = String::with_capacity(600_000);
    flate2::read::GzDecoder::new(PACKED).read_to_string(&mut text)?;
    text.push_str(ADDED);
    let mut sections = split(text.leak())?;
    let types = (0..sections.blocks.len()).map(|at| link(&sections, at)).collect::<Result<Vec<_>, _>>()?;
    let mut resource_types: Vec<_> = types
        .iter()
        .filter(|definition| definition.kind == TypeKind::Resource)
        .map(|definition| ResourceType(definition.name))
        .collect();
    resource_types.sort_unstable();
    let parameters = std::mem::take(&mut sections.parameters).leak();
    let parameters_by_type =
        resource_types.iter().map(|name| (name.0, parameters_of(name.0, &sections, parameters))).collect();
    let Sections { by_name, compartments, units, .. } = sections;
    Ok(Definitions { types, by_name, resource_types, parameters, parameters_by_type, compartments, units })
}

fn split(text: &'static str) -> Result<Sections, IndexFault> {
    let mut sections = Sections::default();
    for line in text.lines() {
        let malformed = || IndexFault::Line(line);
        let (mark, rest) = line.split_once('\t').unwrap_or((line, ""));
        let kind = match mark {
            "V" => {
                let (id, groups) = rest.split_once('\t').ok_or_else(malformed)?;
                sections.value_sets.insert(id, Box::leak(Box::new(value_set(id, groups))));
                continue;
            }
            "S" => {
                sections.parameters.push(parameter(rest).ok_or_else(malformed)?);
                continue;
            }
            "K" => {
                sections.compartments.push(compartment(rest).ok_or_else(malformed)?);
                continue;
            }
            "U" => {
                sections.units.extend(rest.split('\t'));
                continue;
            }
            "I" => {
                let rule = rule(rest).ok_or_else(malformed)?;
                sections.blocks.last_mut().ok_or_else(malformed)?.rules.push(rule);
                continue;
            }
            "P" => continue,
            "R" => TypeKind::Resource,
            "A" => TypeKind::AbstractResource,
            "C" => TypeKind::Datatype,
            "B" => TypeKind::Group,
            comment if comment.starts_with('#') => continue,
            _ => {
                sections.blocks.last_mut().ok_or_else(malformed)?.lines.push(line);
                continue;
            }
        };
        let (name, base) = rest.split_once('\t').ok_or_else(malformed)?;
        sections.by_name.insert(name, sections.blocks.len());
        sections.blocks.push(Block { kind, name, base, lines: Vec::new(), rules: Vec::new() });
    }
    Ok(sections)
}

fn value_set(id: &'static str, groups: &'static str) -> ValueSet {
    let system = |group: &'static str| {
        let mut words = group.split(' ');
        (words.next().unwrap_or_default(), words.collect())
    };
    ValueSet { id, systems: groups.split('\t').map(system).collect() }
}

fn parameter(fields: &'static str) -> Option<SearchParameter> {
    let list = |field: &'static str| field.split(',').filter(|name| !name.is_empty()).collect();
    let mut fields = fields.split('\t');
    let (code, kind, id) = (fields.next()?, SearchKind::parse(fields.next()?)?, fields.next()?);
    let (bases, targets, expression) = (list(fields.next()?), list(fields.next()?), fields.next()?);
    let components = fields
        .map(|field| {
            field.split_once('=').map(|(definition, expression)| Component {
                expression: expression.into(),
                definition: definition.into(),
            })
        })
        .collect::<Option<_>>()?;
    let (code, expression, id) = (code.into(), expression.into(), id.into());
    Some(SearchParameter { code, kind, expression, bases, targets, components, id })
}

/// The rules of a type stand before its elements, those of an element after it.
fn rule(fields: &'static str) -> Option<(&'static str, &'static Invariant)> {
    let mut fields = fields.split('\t');
    let (element, key, severity) = (fields.next()?, fields.next()?, fields.next()?);
    let severity = if severity == "e" { Severity::Error } else { Severity::Warning };
    let rule = Invariant::of(key, severity, fields.next()?, fields.next()?);
    Some((element, Box::leak(Box::new(rule))))
}

fn compartment(fields: &'static str) -> Option<Compartment> {
    let mut fields = fields.split('\t');
    let code = fields.next()?;
    let member = |field: &'static str| {
        field.split_once('=').map(|(name, parameters)| (name, parameters.split(',').collect()))
    };
    Some(Compartment { code, members: fields.map(member).collect::<Option<_>>()? })
}

fn link(sections: &Sections, at: usize) -> Result<TypeDefinition, IndexFault> {
    let mut lines = Vec::new();
    let mut next = sections.blocks.get(at);
    while let Some(block) = next {
        lines.push(block);
        next = sections.by_name.get(block.base).and_then(|base| sections.blocks.get(*base));
    }
    lines.reverse();
    let elements = lines
        .iter()
        .flat_map(|block| block.lines.iter().map(|line| element(sections, line, &block.rules)))
        .collect::<Result<Vec<_>, _>>()?;
    let rules = lines.iter().flat_map(|block| block.rules.iter());
    let rules = rules.filter(|(element, _)| element.is_empty()).map(|(_, rule)| *rule).collect();
    let mut properties = Vec::with_capacity(elements.len());
    for (position, element) in elements.iter().enumerate() {
        properties.extend(element.types.iter().enumerate().map(|(of, type_)| (type_.key, position, of)));
    }
    properties.sort_unstable();
    let block = sections.blocks.get(at).ok_or(IndexFault::Line(""))?;
    Ok(TypeDefinition { name: block.name, kind: block.kind, elements, rules, properties })
}

fn element(
    sections: &Sections,
    line: &'static str,
    rules: &[(&'static str, &'static Invariant)],
) -> Result<Element, IndexFault> {
    let malformed = || IndexFault::Line(line);
    let mut fields = line.split('\t');
    let mut field = || fields.next().ok_or_else(malformed);
    let (written, cardinality, flags, types) = (field()?, field()?, field()?, field()?);
    let value_set = match fields.next() {
        None => None,
        Some(id) => Some(*sections.value_sets.get(id).ok_or_else(malformed)?),
    };
    let (name, choice) = written.strip_suffix("[x]").map_or((written, false), |name| (name, true));
    let (min, max) = cardinality.split_once("..").ok_or_else(malformed)?;
    let types = types.split('|').map(|type_| element_type(sections, name, choice, type_));
    Ok(Element {
        name,
        required: min != "0",
        many: max != "1",
        choice,
        summary: flags.contains('s'),
        modifier: flags.contains('m'),
        types: types.collect::<Result<_, _>>()?,
        value_set,
        rules: rules.iter().filter(|(of, _)| *of == name).map(|(_, rule)| *rule).collect(),
    })
}

fn element_type(
    sections: &Sections,
    element: &'static str,
    choice: bool,
    written: &'static str,
) -> Result<ElementType, IndexFault> {
    let (name, targets) = match written.split_once('(') {
        Some((name, targets)) => (name, targets.trim_end_matches(')').split(',').collect()),
        None => (written, Vec::new()),
    };
    let type_ref = match (Primitive::parse(name), sections.by_name.get(name)) {
        (Some(primitive), _) => TypeRef::Primitive(primitive),
        (None, _) if name == "Resource" => TypeRef::Resource,
        (None, Some(at)) => TypeRef::Complex(TypeId(*at)),
        (None, None) => return Err(IndexFault::Type(name)),
    };
    let key = if choice { choice_key(element, name).leak() } else { element };
    Ok(ElementType { key, name, type_ref, targets })
}

fn choice_key(element: &str, type_name: &str) -> String {
    let mut key = String::with_capacity(element.len().saturating_add(type_name.len()));
    key.push_str(element);
    let mut letters = type_name.chars();
    key.extend(letters.next().map(|first| first.to_ascii_uppercase()));
    key.push_str(letters.as_str());
    key
}

fn parameters_of(
    type_name: &str,
    sections: &Sections,
    all: &'static [SearchParameter],
) -> Vec<&'static SearchParameter> {
    let block = sections.by_name.get(type_name).and_then(|at| sections.blocks.get(*at));
    let base = block.map_or("", |block| block.base);
    all.iter()
        .filter(|parameter| {
            parameter.bases.iter().any(|name| *name == type_name || *name == base || *name == "Resource")
        })
        .collect()
}
