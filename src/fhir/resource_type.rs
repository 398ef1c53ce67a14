//! The names of the 146 concrete R4 resource types, <https://hl7.org/fhir/R4/resourcelist.html>, and of ViewDefinition, which SQL on
//! FHIR adds to them.

use std::fmt;

use super::definitions::{self, TypeKind};

/// The name of a concrete resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceType(pub(super) &'static str);

/// The type that SQL on FHIR adds. <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html>
const VIEW_DEFINITION: &str = "ViewDefinition";

impl ResourceType {
    /// Reads a name, exactly as the specification writes it.
    pub fn parse(name: &str) -> Option<Self> {
        let definition = definitions::type_named(name)?;
        (definition.kind == TypeKind::Resource).then_some(Self(definition.name))
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether R4 itself has the type. Where R4 binds a code to its types, others must not be named.
    pub fn is_of_r4(self) -> bool {
        self.0 != VIEW_DEFINITION
    }

    /// Reads the type that a resource says it is.
    pub fn of(resource: &serde_json::Value) -> Option<Self> {
        Self::parse(resource.get("resourceType")?.as_str()?)
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl serde::Serialize for ResourceType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceType;

    #[test]
    fn only_concrete_resource_types_are_resource_types() {
        for name in ["", "patient", "Patient ", "Resource", "DomainResource", "HumanName", "Patient.contact"]
        {
            assert_eq!(ResourceType::parse(name), None, "{name}");
        }
        assert_eq!(ResourceType::parse("Patient").map(ResourceType::as_str), Some("Patient"));
        let added = ResourceType::parse(super::VIEW_DEFINITION).map(ResourceType::is_of_r4);
        assert_eq!(
            (ResourceType::parse("Patient").map(ResourceType::is_of_r4), added),
            (Some(true), Some(false))
        );
    }
}
