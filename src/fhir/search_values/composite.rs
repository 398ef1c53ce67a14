//! Composite parameters: values that must stand in one and the same occurrence of an element.
//! <https://hl7.org/fhir/R4/search.html#composite>
//!
//! Where the element is the resource itself, its parts are parameters that a resource has anyway, and nothing more need be
//! kept. Two composites over the same element and parts share what is kept.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use serde_json::Value;

use super::read::Reader;
use super::{Compiled, Indexed, table};
use crate::fhir::ResourceType;
use crate::fhir::definitions::{
    TypeDefinition, TypeRef, all_search_parameters, definition, resource_types, search_parameters,
};
use crate::fhir::path::{Expression, Lane};
use crate::fhir::search_parameter::{Component, SearchKind, SearchParameter};

/// So many values of one part of one occurrence count. Real ones have a handful; the pairs of many would fill the index.
const MOST_VALUES: usize = 32;
/// What an expression begins with that starts at the resource and not at the composite's own element.
const AT_RESOURCE: &str = "%resource.";

/// A composite parameter of a resource type.
#[derive(Debug)]
pub struct Composite {
    /// How each part is compared.
    pub kinds: Vec<SearchKind>,
    /// The elements in which its parts may stand together.
    pub ways: Vec<Way>,
    kept: Vec<Group>,
}

/// Where the parts of a composite stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// In the resource: these are its parameters.
    Resource(Vec<&'static SearchParameter>),
    /// In an element, whose values are kept together under this name, which is that of a parameter.
    Kept(Cow<'static, str>),
}

/// The occurrences of an element, with the parts in each.
#[derive(Debug)]
struct Group {
    occurrences: Lane,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    kind: SearchKind,
    at_resource: bool,
    lanes: Vec<Lane>,
}

/// A parameter of the specification with how it is asked.
type Published = (&'static SearchParameter, Composite);

static COMPOSITES: LazyLock<HashMap<&'static str, OnceLock<Vec<Published>>>> =
    LazyLock::new(|| resource_types().map(|name| (name.as_str(), OnceLock::new())).collect());

/// Finds a composite parameter that the specification gives a resource type.
#[must_use]
pub fn composite(resource_type: ResourceType, parameter: &SearchParameter) -> Option<&'static Composite> {
    let found = of_type(resource_type).iter().find(|(published, _)| *published == parameter);
    found.map(|(_, composite)| composite)
}

/// A composite parameter beside those of the specification; none where its parts are of no use for the type, or cannot be kept.
pub(super) fn other(parameter: &SearchParameter, resource_type: ResourceType) -> Option<Composite> {
    let root = definition(resource_type)?;
    let composite = one(parameter, root, table(resource_type), &[])?;
    let is_kept = composite.ways.iter().any(|way| matches!(way, Way::Kept(_)));
    // What `records::index` keeps together.
    let can_be_kept = matches!(
        composite.kinds.as_slice(),
        [SearchKind::Token, SearchKind::Token | SearchKind::Quantity]
            | [SearchKind::Token, SearchKind::Number, SearchKind::Number]
    );
    (composite.kinds.len() > 1 && (can_be_kept || !is_kept)).then_some(composite)
}

/// All composite parameters that the specification gives a resource type.
pub(super) fn of_type(resource_type: ResourceType) -> &'static [Published] {
    let composites = COMPOSITES.get(resource_type.as_str());
    composites.map_or(&[], |composites| composites.get_or_init(|| compile(resource_type)))
}

fn compile(resource_type: ResourceType) -> Vec<Published> {
    let Some(root) = definition(resource_type) else { return Vec::new() };
    let plain = table(resource_type);
    let mut composites: Vec<Published> = Vec::new();
    let all = search_parameters(resource_type).iter();
    for parameter in all.filter(|parameter| parameter.kind == SearchKind::Composite) {
        // A test compiles every composite of the specification, so that none is passed over here.
        if let Some(composite) = one(parameter, root, plain, &composites) {
            composites.push((parameter, composite));
        }
    }
    composites
}

fn one(
    parameter: &SearchParameter,
    root: &'static TypeDefinition,
    plain: &[Compiled],
    before: &[Published],
) -> Option<Composite> {
    let kinds = parameter.components.iter().map(kind).collect::<Option<Vec<_>>>()?;
    let (mut ways, mut kept) = (Vec::new(), Vec::new());
    let Expression::Values(elements) = Expression::compile(&parameter.expression, root).ok()? else {
        return None;
    };
    for occurrences in elements {
        let element = match occurrences.leaf.type_ref {
            TypeRef::Complex(id) => id.definition(),
            TypeRef::Resource if occurrences.is_start() => root,
            TypeRef::Resource | TypeRef::Primitive(_) => return None,
        };
        let parts = parameter.components.iter().zip(&kinds);
        let parts = parts.map(|(component, kind)| part(component, *kind, element, root));
        let group = Group { parts: parts.collect::<Option<Vec<_>>>()?, occurrences };
        let is_start = group.occurrences.is_start();
        let covering = group.parts.iter().map(|part| covering(part, plain)).collect::<Option<Vec<_>>>();
        let is_owner = |(_, other): &&Published| other.kept.iter().any(|kept| kept.is_same(&group));
        ways.push(match (covering.filter(|_| is_start), before.iter().find(is_owner)) {
            (Some(parts), _) => Way::Resource(parts),
            (None, Some((owner, _))) => Way::Kept(owner.code.clone()),
            (None, None) => {
                kept.push(group);
                Way::Kept(parameter.code.clone())
            }
        });
    }
    (!ways.is_empty()).then_some(Composite { kinds, ways, kept })
}

/// How a part is compared, by the parameter that defines it.
fn kind(component: &Component) -> Option<SearchKind> {
    let definition = component.definition();
    let all = all_search_parameters().iter();
    Some(all.into_iter().find(|parameter| parameter.url() == definition)?.kind)
}

fn part(
    component: &Component,
    kind: SearchKind,
    element: &'static TypeDefinition,
    root: &'static TypeDefinition,
) -> Option<Part> {
    let (text, start, at_resource) = match component.expression.strip_prefix(AT_RESOURCE) {
        Some(text) => (text, root, true),
        None => (&*component.expression, element, false),
    };
    let wanted = |leaf: &_| Reader::of(kind, leaf).is_some();
    let Expression::Values(lanes) = Expression::compile(text, start).ok()?.keep(wanted) else { return None };
    (!lanes.is_empty()).then_some(Part { kind, at_resource, lanes })
}

/// The parameter of the resource that looks where the part does, and elsewhere least.
fn covering(part: &Part, plain: &[Compiled]) -> Option<&'static SearchParameter> {
    let covers = |compiled: &&Compiled| {
        let lanes = compiled.expression.lanes();
        compiled.parameter.kind == part.kind && part.lanes.iter().all(|wanted| lanes.contains(wanted))
    };
    let found = plain.iter().filter(covers).min_by_key(|compiled| compiled.expression.lanes().len())?;
    Some(found.parameter)
}

impl Group {
    fn is_same(&self, other: &Self) -> bool {
        let same =
            |(a, b): (&Part, &Part)| a.kind == b.kind && a.at_resource == b.at_resource && a.lanes == b.lanes;
        self.occurrences == other.occurrences
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(same)
    }
}

impl Composite {
    /// Hands over the values of each occurrence that has all parts.
    pub(super) fn read<'v>(&self, resource: &'v Value, push: &mut dyn FnMut(Indexed<'v>)) {
        for group in &self.kept {
            group.occurrences.visit(resource, &mut |occurrence| {
                let parts = group.parts.iter();
                let parts = parts.map(|part| part.read(if part.at_resource { resource } else { occurrence }));
                let parts: Vec<_> = parts.collect();
                if parts.iter().all(|values| !values.is_empty()) {
                    push(Indexed::Together(parts));
                }
            });
        }
    }
}

impl Part {
    fn read<'v>(&self, start: &'v Value) -> Vec<Indexed<'v>> {
        let mut values = Vec::new();
        for lane in &self.lanes {
            let Some(reader) = Reader::of(self.kind, &lane.leaf) else { continue };
            lane.visit(start, &mut |value| {
                reader.read(self.kind, &lane.leaf, value, &mut |value| values.push(value));
            });
        }
        values.truncate(MOST_VALUES);
        values
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Way, composite};
    use crate::fhir::ResourceType;
    use crate::fhir::definitions::{resource_types, search_parameter, search_parameters};
    use crate::fhir::search_parameter::SearchKind;
    use crate::fhir::search_values::{Indexed, search_values};

    fn ways(resource_type: &str, code: &str) -> Vec<String> {
        let resource_type = ResourceType::parse(resource_type).unwrap();
        let composite = composite(resource_type, search_parameter(resource_type, code).unwrap()).unwrap();
        let way = |way: &Way| match way {
            Way::Resource(parts) => parts.iter().map(|part| &*part.code).collect::<Vec<_>>().join(" & "),
            Way::Kept(owner) => format!("[{owner}]"),
        };
        composite.ways.iter().map(way).collect()
    }

    #[test]
    fn every_composite_of_the_specification_is_compiled() {
        for resource_type in resource_types() {
            for parameter in search_parameters(resource_type) {
                if parameter.kind == SearchKind::Composite {
                    let composite = composite(resource_type, parameter).expect(&parameter.code);
                    assert!(!composite.ways.is_empty(), "{resource_type} {}", parameter.code);
                    let (first, rest) = composite.kinds.split_first().unwrap();
                    let is_known = match rest {
                        [SearchKind::Token] => matches!(first, SearchKind::Token | SearchKind::Reference),
                        _ if *first != SearchKind::Token => false,
                        [SearchKind::Number, SearchKind::Number] | [SearchKind::Quantity] => true,
                        [SearchKind::String | SearchKind::Date] => {
                            matches!(composite.ways.as_slice(), [Way::Resource(_)])
                        }
                        _ => false,
                    };
                    assert!(is_known, "{}: {rest:?}", parameter.code);
                }
            }
        }
    }

    #[test]
    fn parts_of_the_resource_itself_are_its_own_parameters() {
        assert_eq!(ways("Observation", "code-value-quantity"), ["code & value-quantity"]);
        assert_eq!(ways("Observation", "code-value-concept"), ["code & value-concept"]);
        assert_eq!(ways("Observation", "code-value-date"), ["code & value-date"]);
        assert_eq!(ways("Observation", "code-value-string"), ["code & value-string"]);
        let kept = "[combo-code-value-quantity]";
        assert_eq!(ways("Observation", "combo-code-value-quantity"), ["code & value-quantity", kept]);
        assert_eq!(ways("Observation", "component-code-value-quantity"), [kept]);
        assert_eq!(ways("ValueSet", "context-type-value"), ["[context-type-value]"]);
    }

    #[test]
    fn the_parts_of_each_occurrence_stay_together() {
        let observation = json!({"resourceType": "Observation", "component": [
            {"code": {"coding": [{"code": "a"}, {"code": "b"}]}, "valueQuantity": {"value": 1}},
            {"code": {"coding": [{"code": "c"}]}, "valueString": "x"},
            {"code": {"coding": [{"code": "d"}]}, "valueQuantity": {"value": 2}}]});
        let values = search_values(ResourceType::of(&observation).unwrap(), &observation);
        let together: Vec<_> = values
            .iter()
            .filter_map(|value| {
                let Indexed::Together(parts) = &value.value else { return None };
                Some(parts.iter().map(Vec::len).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(together, [[2, 1], [1, 1]], "once for both composites, and none without its value");
        let sequence = json!({"resourceType": "MolecularSequence",
            "referenceSeq": {"chromosome": {"coding": [{"code": "1"}]}, "windowStart": 5, "windowEnd": 9},
            "variant": [{"start": 1, "end": 2}, {"start": 3}]});
        let values = search_values(ResourceType::of(&sequence).unwrap(), &sequence);
        let found: Vec<_> = values
            .iter()
            .filter(|value| matches!(value.value, Indexed::Together(_)))
            .map(|value| &*value.parameter.code)
            .collect();
        assert_eq!(found, ["chromosome-variant-coordinate", "chromosome-window-coordinate"]);
    }
}
