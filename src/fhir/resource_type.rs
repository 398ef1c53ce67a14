//! The names of the 146 concrete R4 resource types. <https://hl7.org/fhir/R4/resourcelist.html>

use std::fmt;

use super::definitions::{self, TypeKind};

/// The name of a concrete R4 resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceType(pub(super) &'static str);

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
    }
}
