//! Looking things up in the R4 definitions: types, their elements, value sets, search parameters.
//!
//! Everything comes from the compact index in `fhir-profiles/r4`, which is unpacked once, at first use.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::index;
use super::invariant::Invariant;
use super::primitive::Primitive;
use super::resource_type::ResourceType;
use super::search_parameter::SearchParameter;

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| match index::load() {
    Ok(definitions) => definitions,
    #[expect(clippy::panic, reason = "the index is part of the binary, and a test reads all of it")]
    Err(fault) => panic!("the embedded FHIR index is broken: {fault}"),
});

/// All definitions of the index.
#[derive(Debug)]
pub(super) struct Definitions {
    pub(super) types: Vec<TypeDefinition>,
    pub(super) by_name: HashMap<&'static str, usize>,
    pub(super) resource_types: Vec<ResourceType>,
    pub(super) parameters: &'static [SearchParameter],
    pub(super) parameters_by_type: HashMap<&'static str, Vec<&'static SearchParameter>>,
    pub(super) compartments: Vec<Compartment>,
    pub(super) units: Vec<&'static str>,
}

/// The resources that belong to one patient, encounter and so on. <https://hl7.org/fhir/R4/compartmentdefinition.html>
#[derive(Debug)]
pub struct Compartment {
    /// The type that it belongs to.
    pub code: &'static str,
    /// Each type in it, with the parameters that name whom it belongs to; `{def}` is the resource itself.
    pub members: Vec<(&'static str, Vec<&'static str>)>,
}

/// A resource type, a complex datatype, or a group of elements nested in one.
#[derive(Debug)]
pub struct TypeDefinition {
    /// Its name; a nested group has a path, such as `Patient.contact`.
    pub name: &'static str,
    /// What it is.
    pub kind: TypeKind,
    /// Its elements, inherited ones first, in the order of the specification.
    pub elements: Vec<Element>,
    /// The rules that all of this type keep, inherited ones first.
    pub rules: Vec<&'static Invariant>,
    /// JSON name, position of the element, position of the type; sorted by name.
    pub(super) properties: Vec<(&'static str, usize, usize)>,
}

/// The sorts of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeKind {
    /// A resource that can be stored.
    Resource,
    /// `Resource` or `DomainResource`.
    AbstractResource,
    /// A datatype with elements.
    Datatype,
    /// Elements nested in a resource or datatype.
    Group,
}

/// An element of a type.
#[derive(Debug)]
pub struct Element {
    /// Its name, without `[x]`.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it is an array in JSON.
    pub many: bool,
    /// Whether it is one of several types, with the type in its JSON name.
    pub choice: bool,
    /// Whether it is part of a summary.
    pub summary: bool,
    /// Whether it can change the meaning of what is around it.
    pub modifier: bool,
    /// The types that it may have.
    pub types: Vec<ElementType>,
    /// The codes that it must be taken from.
    pub value_set: Option<&'static ValueSet>,
    /// The rules that it keeps beside those of its type.
    pub rules: Vec<&'static Invariant>,
}

/// One type that an element may have.
#[derive(Debug)]
pub struct ElementType {
    /// The JSON name of the element when it has this type.
    pub key: &'static str,
    /// The name of the type.
    pub name: &'static str,
    /// The type.
    pub type_ref: TypeRef,
    /// The resource types that a reference may point at; empty means any.
    pub targets: Vec<&'static str>,
}

/// What kind of value stands in an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeRef {
    /// A single value.
    Primitive(Primitive),
    /// A datatype or a nested group.
    Complex(TypeId),
    /// Any resource.
    Resource,
}

/// The position of a type in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeId(pub(super) usize);

/// A value set whose codes are all known.
#[derive(Debug)]
pub struct ValueSet {
    pub(super) id: &'static str,
    /// Each code system with the codes taken from it.
    pub systems: Vec<(&'static str, Vec<&'static str>)>,
}

impl TypeDefinition {
    /// Finds the element, and its type, that a JSON name stands for.
    pub fn property(&self, key: &str) -> Option<Property<'_>> {
        let at = self.properties.binary_search_by(|(name, ..)| (*name).cmp(key)).ok()?;
        let (_, position, type_position) = *self.properties.get(at)?;
        let element = self.elements.get(position)?;
        Some(Property { position, element, element_type: element.types.get(type_position)? })
    }

    /// Whether the element of this name is an attribute in XML. It has no id or extensions in any format.
    ///
    /// A resource's own id is an element like others. <https://hl7.org/fhir/R4/xml.html>
    pub fn is_attribute(&self, name: &str) -> bool {
        match self.kind {
            TypeKind::Resource | TypeKind::AbstractResource => false,
            TypeKind::Datatype | TypeKind::Group => {
                name == "id" || (name == "url" && self.name == "Extension")
            }
        }
    }

    /// Finds an element by its name, without `[x]`.
    pub fn element(&self, name: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.name == name)
    }
}

/// What a JSON name stands for.
#[derive(Debug, Clone, Copy)]
pub struct Property<'a> {
    /// The position of the element in its type.
    pub position: usize,
    /// The element.
    pub element: &'a Element,
    /// The type that the JSON name says.
    pub element_type: &'a ElementType,
}

impl TypeId {
    /// The type.
    pub fn definition(self) -> &'static TypeDefinition {
        #[expect(
            clippy::indexing_slicing,
            reason = "only the loader makes ids, from positions in this vector"
        )]
        &DEFINITIONS.types[self.0]
    }
}

impl ValueSet {
    /// The canonical URL.
    pub fn url(&self) -> String {
        if self.id.contains("://") {
            self.id.to_owned()
        } else {
            format!("http://hl7.org/fhir/ValueSet/{}", self.id)
        }
    }

    /// Whether the code is in it, and in which code system.
    pub fn system_of(&self, code: &str) -> Option<&'static str> {
        self.systems.iter().find(|(_, codes)| codes.contains(&code)).map(|(system, _)| *system)
    }

    /// Whether the code of this code system is in it.
    pub fn contains(&self, system: &str, code: &str) -> bool {
        self.systems.iter().any(|(name, codes)| *name == system && codes.contains(&code))
    }
}

/// Unpacks the index now, so that the first request need not wait for it.
pub fn warm_up() {
    LazyLock::force(&DEFINITIONS);
}

/// The names of all concrete resource types, in alphabetical order.
pub fn resource_types() -> impl ExactSizeIterator<Item = ResourceType> {
    DEFINITIONS.resource_types.iter().copied()
}

/// Whether this is the name of a concrete resource type.
pub fn is_resource_type(name: &str) -> bool {
    ResourceType::parse(name).is_some()
}

/// Finds a resource type, datatype or nested group.
pub fn type_named(name: &str) -> Option<&'static TypeDefinition> {
    type_id(name).map(TypeId::definition)
}

/// Finds the position of a resource type, datatype or nested group.
pub fn type_id(name: &str) -> Option<TypeId> {
    DEFINITIONS.by_name.get(name).copied().map(TypeId)
}

/// The elements of a resource type.
pub fn definition(resource_type: ResourceType) -> Option<&'static TypeDefinition> {
    type_named(resource_type.as_str())
}

/// All search parameters that the specification gives a resource type, sorted by code.
pub fn search_parameters(resource_type: ResourceType) -> &'static [&'static SearchParameter] {
    DEFINITIONS.parameters_by_type.get(resource_type.as_str()).map_or(&[], Vec::as_slice)
}

/// All search parameters of the specification, sorted by code.
pub fn all_search_parameters() -> &'static [SearchParameter] {
    DEFINITIONS.parameters
}

/// Finds one search parameter of a resource type.
pub fn search_parameter(resource_type: ResourceType, code: &str) -> Option<&'static SearchParameter> {
    search_parameters(resource_type).iter().copied().find(|parameter| parameter.code == code)
}

/// The compartment of a resource type.
pub fn compartment(resource_type: ResourceType) -> Option<&'static Compartment> {
    DEFINITIONS.compartments.iter().find(|compartment| compartment.code == resource_type.as_str())
}

/// UCUM codes that quantities are often given in.
pub fn common_units() -> &'static [&'static str] {
    &DEFINITIONS.units
}

#[cfg(test)]
mod tests;
