//! The part of FHIRPath that search parameters use, compiled to chains of JSON names.
//!
//! An expression is a union of branches. A branch is a path with filters: `where(x='y')`, `where(resolve() is
//! T)`, `where(hasExtension('url'))`, `extension('url')`, `ofType(T)` or `as`, an index. A choice element
//! makes one chain for each of its types, so that nothing is looked up in the definitions while values are
//! read. One parameter asks for more, `X.exists() and X != false`, and gets it. What is not of this part is
//! refused and never passed over: expressions also come from clients.
//! <https://hl7.org/fhir/R4/fhirpath.html>

use serde_json::Value;

use super::definitions::{Element, ElementType, TypeDefinition, TypeRef, ValueSet};
use super::reference::Literal;
use super::resource_type::ResourceType;

/// So many chains an expression may stand for. A path through several choice elements multiplies them.
const MOST_LANES: usize = 500;

/// An expression, compiled for one type.
#[derive(Debug)]
pub enum Expression {
    /// All values at the ends of these chains.
    Values(Vec<Lane>),
    /// Whether any of these chains ends in a value other than `false`.
    Holds(Vec<Lane>),
}

/// A chain of steps to values of one type.
#[derive(Debug)]
pub struct Lane {
    steps: Vec<Step>,
    /// Whether a resource may have several such values.
    pub repeats: bool,
    /// What stands at the end.
    pub leaf: Leaf,
}

/// Two chains to the same values.
impl PartialEq for Lane {
    fn eq(&self, other: &Self) -> bool {
        self.steps == other.steps && self.leaf.type_name == other.leaf.type_name
    }
}

/// The type of the values that a chain ends in.
#[derive(Debug, Clone, Copy)]
pub struct Leaf {
    /// The name of the type.
    pub type_name: &'static str,
    /// The type.
    pub type_ref: TypeRef,
    /// The codes that a value must be taken from.
    pub value_set: Option<&'static ValueSet>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(&'static str),
    Item(usize),
    Equals(Box<str>, Box<str>),
    PointsAt(ResourceType),
    Extension(Box<str>),
    HasExtension(Box<str>),
}

/// Why an expression cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// This piece of it is not understood.
    #[error("{0:?} is not understood")]
    Piece(String),
    /// The type has no such element.
    #[error("there is no element {0:?}")]
    Element(String),
    /// It goes through too many choice elements.
    #[error("it stands for more than {MOST_LANES} paths")]
    Wide,
}

fn not_understood(piece: &str) -> PathFault {
    PathFault::Piece(piece.to_owned())
}

impl Expression {
    /// Compiles the branches that apply to a type; a branch that starts at another type is left out.
    ///
    /// # Errors
    /// When a part of it is not understood, or there is no such element.
    pub fn compile(text: &str, root: &'static TypeDefinition) -> Result<Self, PathFault> {
        if let Some((path, rest)) = text.split_once(".exists() and ") {
            if rest.strip_suffix(" != false") != Some(path) {
                return Err(not_understood(rest));
            }
            return Ok(Self::Holds(branch(path, root)?));
        }
        let mut lanes = Vec::new();
        for text in split_outside(text, '|') {
            lanes.extend(branch(text.trim(), root)?);
        }
        if lanes.len() > MOST_LANES {
            return Err(PathFault::Wide);
        }
        Ok(Self::Values(lanes))
    }

    /// The chains.
    pub fn lanes(&self) -> &[Lane] {
        match self {
            Self::Values(lanes) | Self::Holds(lanes) => lanes,
        }
    }

    /// The same expression without the chains to values that are of no use to the caller.
    #[must_use]
    pub fn keep(self, wanted: impl Fn(&Leaf) -> bool) -> Self {
        match self {
            Self::Values(lanes) => {
                Self::Values(lanes.into_iter().filter(|lane| wanted(&lane.leaf)).collect())
            }
            Self::Holds(lanes) => Self::Holds(lanes),
        }
    }
}

impl Lane {
    /// Whether the chain has no step: what it ends in is where it starts.
    pub fn is_start(&self) -> bool {
        self.steps.is_empty()
    }

    /// The type that this chain's references must point at, where it goes on from another one by that alone.
    pub fn narrowed_from(&self, other: &Self) -> Option<&'static str> {
        let [start @ .., Step::PointsAt(target)] = self.steps.as_slice() else { return None };
        (start == other.steps.as_slice()).then_some(target.as_str())
    }

    /// Calls `found` with every value at the end of the chain.
    pub fn visit<'v>(&self, resource: &'v Value, found: &mut dyn FnMut(&'v Value)) {
        walk(&self.steps, resource, found);
    }
}

fn walk<'v>(steps: &[Step], value: &'v Value, found: &mut dyn FnMut(&'v Value)) {
    let next = steps.split_first();
    if let Value::Array(items) = value {
        match next {
            Some((Step::Item(at), rest)) => {
                items.iter().skip(*at).take(1).for_each(|item| walk(rest, item, found))
            }
            _ => items.iter().for_each(|item| walk(steps, item, found)),
        }
        return;
    }
    let Some((step, rest)) = next else { return found(value) };
    let goes_on = match step {
        Step::Member(name) => {
            if let Some(member) = value.get(name) {
                walk(rest, member, found);
            }
            return;
        }
        Step::Extension(url) => {
            return extensions(value, url).for_each(|extension| walk(rest, extension, found));
        }
        Step::Item(at) => *at == 0,
        Step::Equals(name, wanted) => value.get(&**name).and_then(Value::as_str) == Some(wanted),
        Step::PointsAt(target) => points_at(value, *target),
        Step::HasExtension(url) => extensions(value, url).next().is_some(),
    };
    if goes_on {
        walk(rest, value, found);
    }
}

fn extensions<'v>(value: &'v Value, url: &str) -> impl Iterator<Item = &'v Value> {
    let all = value.get("extension").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    all.iter().filter(move |extension| extension.get("url").and_then(Value::as_str) == Some(url))
}

/// What `resolve() is T` can tell from the reference alone.
fn points_at(reference: &Value, target: ResourceType) -> bool {
    let text = |name| reference.get(name).and_then(Value::as_str);
    let literal = text("reference").and_then(Literal::parse).and_then(Literal::type_name);
    literal.map_or_else(|| text("type") == Some(target.as_str()), |literal| literal == target)
}

/// Compiles one branch of a union; none of it, if it starts at another type.
fn branch(text: &str, root: &'static TypeDefinition) -> Result<Vec<Lane>, PathFault> {
    if let Some(inner) = text.strip_prefix('(') {
        let (cast, rest) = closed(inner).ok_or_else(|| not_understood(text))?;
        let (path, type_name) = cast.rsplit_once(" as ").ok_or_else(|| not_understood(text))?;
        let cast = of_type(branch(path.trim(), root)?, type_name.trim());
        return match rest.strip_prefix('.') {
            Some(rest) => split_outside(rest, '.').try_fold(cast, |lanes, piece| apply(piece, lanes)),
            None if rest.is_empty() => Ok(cast),
            None => Err(not_understood(rest)),
        };
    }
    let (start, rest) = text.split_once('.').map_or((text, None), |(start, rest)| (start, Some(rest)));
    let start_lane = Lane {
        steps: Vec::new(),
        repeats: false,
        leaf: Leaf { type_name: root.name, type_ref: TypeRef::Resource, value_set: None },
    };
    match start {
        "" => Err(not_understood(text)),
        "Resource" | "DomainResource" => members_of(root, rest, start_lane),
        _ if start == root.name => members_of(root, rest, start_lane),
        _ if start.starts_with(|first: char| first.is_ascii_uppercase()) => Ok(Vec::new()),
        _ => members_of(root, Some(text), start_lane),
    }
}

/// The text up to the bracket that closes what was opened before it, and what follows.
fn closed(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut in_quotes) = (0_u32, false);
    let closes = |(_, c): &(usize, char)| {
        match c {
            '\'' => in_quotes = !in_quotes,
            '(' if !in_quotes => depth = depth.saturating_add(1),
            ')' if !in_quotes && depth == 0 => return true,
            ')' if !in_quotes => depth = depth.saturating_sub(1),
            _ => {}
        }
        false
    };
    let (at, _) = text.char_indices().find(closes)?;
    let (inner, rest) = text.split_at_checked(at)?;
    Some((inner, rest.strip_prefix(')')?))
}

/// Takes the first step from the root, which is known by its definition and not by a type of an element.
fn members_of(root: &'static TypeDefinition, text: Option<&str>, lane: Lane) -> Result<Vec<Lane>, PathFault> {
    let Some(text) = text else { return Ok(vec![lane]) };
    let mut all = split_outside(text, '.');
    let first = all.next().unwrap_or_default();
    all.try_fold(step_from(root, first, &lane)?, |lanes, piece| apply(piece, lanes))
}

fn apply(piece: &str, lanes: Vec<Lane>) -> Result<Vec<Lane>, PathFault> {
    if let Some(type_name) = call(piece, "ofType").or_else(|| call(piece, "as")) {
        return Ok(of_type(lanes, type_name.trim()));
    }
    if let Some(condition) = call(piece, "where") {
        let step = filter(condition).ok_or_else(|| not_understood(piece))?;
        let taken = |lane: &Lane| lane.takes(&step);
        if let (Step::Equals(name, _), false, false) = (&step, lanes.is_empty(), lanes.iter().any(taken)) {
            return Err(PathFault::Element(name.to_string()));
        }
        return Ok(lanes.into_iter().filter(taken).map(|lane| lane.then(&step)).collect());
    }
    let mut next = Vec::new();
    let mut fault = None;
    for lane in &lanes {
        if let TypeRef::Complex(id) = lane.leaf.type_ref {
            // Where an element has several types, the path goes on from those that have the next element.
            match step_from(id.definition(), piece, lane) {
                Ok(lanes) => next.extend(lanes),
                Err(error) => fault = Some(error),
            }
        }
        if next.len() > MOST_LANES {
            return Err(PathFault::Wide);
        }
    }
    if next.is_empty() && !lanes.is_empty() {
        return Err(fault.unwrap_or_else(|| PathFault::Element(piece.to_owned())));
    }
    Ok(next)
}

/// One step to a member of a type, perhaps with an index, or to its extensions.
fn step_from(from: &'static TypeDefinition, piece: &str, lane: &Lane) -> Result<Vec<Lane>, PathFault> {
    let url = call(piece, "extension").and_then(quoted);
    let (name, index) = match piece.split_once('[') {
        Some((name, index)) if url.is_none() => {
            let at = index.strip_suffix(']').and_then(|at| at.parse().ok());
            (name, Some(Step::Item(at.ok_or_else(|| not_understood(piece))?)))
        }
        Some(_) | None => (piece, None),
    };
    if url.is_none() && name.contains('(') {
        return Err(not_understood(piece));
    }
    let name = if url.is_some() { "extension" } else { name };
    let element = from.element(name).ok_or_else(|| PathFault::Element(piece.to_owned()))?;
    let extend = |type_: &'static ElementType| {
        let step = url.map_or(Step::Member(type_.key), |url| Step::Extension(url.into()));
        let steps = lane.steps.iter().cloned().chain([step]).chain(index.clone()).collect();
        Lane { steps, repeats: lane.repeats || element.many, leaf: Leaf::of(element, type_) }
    };
    Ok(element.types.iter().map(extend).collect())
}

impl Lane {
    fn then(mut self, step: &Step) -> Self {
        self.steps.push(step.clone());
        self
    }

    /// Whether values of this chain can pass the filter: a filter by an element passes only what has such an element.
    fn takes(&self, filter: &Step) -> bool {
        let Step::Equals(name, _) = filter else { return true };
        match self.leaf.type_ref {
            TypeRef::Complex(id) => id.definition().element(name).is_some(),
            TypeRef::Primitive(_) | TypeRef::Resource => false,
        }
    }
}

impl Leaf {
    /// The leaf of an element in one of its types.
    pub fn of(element: &'static Element, element_type: &'static ElementType) -> Self {
        Self { type_name: element_type.name, type_ref: element_type.type_ref, value_set: element.value_set }
    }
}

fn of_type(lanes: Vec<Lane>, type_name: &str) -> Vec<Lane> {
    // The specification itself writes both `dateTime` and `DateTime`.
    lanes.into_iter().filter(|lane| lane.leaf.type_name.eq_ignore_ascii_case(type_name)).collect()
}

fn filter(condition: &str) -> Option<Step> {
    if let Some(type_name) = condition.strip_prefix("resolve() is ") {
        return ResourceType::parse(type_name.trim()).map(Step::PointsAt);
    }
    if let Some(url) = call(condition, "hasExtension") {
        return Some(Step::HasExtension(quoted(url)?.into()));
    }
    let (name, value) = condition.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some(Step::Equals(name.into(), quoted(value.trim())?.into()))
}

/// The argument of a call of this function.
fn call<'t>(text: &'t str, function: &str) -> Option<&'t str> {
    text.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')')
}

/// A text in quotes, which holds neither quotes nor escapes itself.
fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains(['\'', '\\'])).then_some(inner)
}

/// Splits at a character that stands in no quotes and no parentheses.
fn split_outside(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut depth, mut in_quotes) = (0_u32, false);
    text.split(move |c: char| {
        match c {
            '\'' => in_quotes = !in_quotes,
            '(' if !in_quotes => depth = depth.saturating_add(1),
            ')' if !in_quotes => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == at && depth == 0 && !in_quotes
    })
}

#[cfg(test)]
mod tests;
