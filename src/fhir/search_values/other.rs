//! Parameters beside those of the specification: compiled for each type that has them, read as the others are.

use serde_json::Value;

use super::read::Reader;
use super::{Indexed, values_of};
use crate::fhir::definitions::{TypeKind, definition, resource_types, type_named};
use crate::fhir::path::{Expression, PathFault};
use crate::fhir::resource_type::ResourceType;
use crate::fhir::search_parameter::SearchParameter;

/// A parameter that is not of the specification, with its expression compiled for each of its types.
#[derive(Debug)]
pub struct Other {
    /// The parameter.
    pub parameter: SearchParameter,
    /// In the order of the types.
    expressions: Vec<(ResourceType, Expression)>,
}

/// Why a parameter cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OtherFault {
    /// A base is not a type of resources.
    #[error("{0:?} is not a resource type of R4")]
    Base(String),
    /// The expression cannot be compiled for one of the types.
    #[error("for {0}: {1}")]
    Path(ResourceType, PathFault),
    /// The expression gives a type no value of the parameter's kind.
    #[error("for {0} it gives no values that a parameter of type {1} compares")]
    Nothing(ResourceType, &'static str),
}

impl Other {
    /// Compiles the expression for all types that the bases stand for.
    ///
    /// # Errors
    /// When a base is no type, or the expression is of no use for one of them.
    pub fn compile(parameter: SearchParameter) -> Result<Self, OtherFault> {
        let mut types = Vec::new();
        for base in &parameter.bases {
            types.extend(types_of(base).ok_or_else(|| OtherFault::Base((*base).to_owned()))?);
        }
        types.sort_unstable();
        types.dedup();
        let mut expressions = Vec::with_capacity(types.len());
        for of_type in types {
            let Some(root) = definition(of_type) else { continue };
            let expression = Expression::compile(&parameter.expression, root)
                .map_err(|fault| OtherFault::Path(of_type, fault))?
                .keep(|leaf| Reader::of(parameter.kind, leaf).is_some());
            if expression.lanes().is_empty() {
                return Err(OtherFault::Nothing(of_type, parameter.kind.as_str()));
            }
            expressions.push((of_type, expression));
        }
        Ok(Self { parameter, expressions })
    }

    /// The types that have it.
    pub fn types(&self) -> impl ExactSizeIterator<Item = ResourceType> {
        self.expressions.iter().map(|(of_type, _)| *of_type)
    }

    /// Whether resources of this type have it.
    pub fn is_of(&self, resource_type: ResourceType) -> bool {
        self.expression(resource_type).is_some()
    }

    /// Hands over the values that a resource has.
    pub fn values<'v>(
        &self,
        resource_type: ResourceType,
        resource: &'v Value,
        push: &mut dyn FnMut(Indexed<'v>),
    ) {
        if let Some(expression) = self.expression(resource_type) {
            values_of(self.parameter.kind, expression, resource, push);
        }
    }

    fn expression(&self, resource_type: ResourceType) -> Option<&Expression> {
        let at = self.expressions.binary_search_by_key(&resource_type, |(of_type, _)| *of_type).ok()?;
        self.expressions.get(at).map(|(_, expression)| expression)
    }
}

/// The types that a base stands for: itself, or all that are derived from it.
fn types_of(base: &str) -> Option<Vec<ResourceType>> {
    match type_named(base)?.kind {
        TypeKind::Resource => Some(vec![ResourceType::parse(base)?]),
        // Of `Resource`, three types have no narrative and are no `DomainResource`.
        TypeKind::AbstractResource => {
            Some(resource_types().filter(|of_type| base == "Resource" || has_narrative(*of_type)).collect())
        }
        TypeKind::Datatype | TypeKind::Group => None,
    }
}

fn has_narrative(resource_type: ResourceType) -> bool {
    definition(resource_type).is_some_and(|definition| definition.element("text").is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::search_parameter::SearchKind;
    use crate::fhir::search_values::Token;

    fn compile(kind: SearchKind, expression: &str, bases: Vec<&'static str>) -> Result<Other, String> {
        let (url, code) = ("http://a.example/x".to_owned(), "x".to_owned());
        let parameter = SearchParameter::other(url, code, kind, expression.to_owned(), bases, Vec::new());
        Other::compile(parameter).map_err(|fault| fault.to_string())
    }

    #[test]
    fn what_is_of_no_use_to_a_type_is_refused() {
        let refusal = |kind, expression, bases| compile(kind, expression, bases).unwrap_err();
        let token = SearchKind::Token;
        assert_eq!(refusal(token, "Dog.name", vec!["Dog"]), "\"Dog\" is not a resource type of R4");
        assert_eq!(refusal(token, "x", vec!["HumanName"]), "\"HumanName\" is not a resource type of R4");
        assert_eq!(
            refusal(token, "Patient.shoe", vec!["Patient"]),
            "for Patient: there is no element \"shoe\""
        );
        assert_eq!(
            refusal(SearchKind::Date, "Patient.gender", vec!["Patient"]),
            "for Patient it gives no values that a parameter of type date compares"
        );
        assert_eq!(
            refusal(token, "Patient.gender", vec!["Patient", "Person"]),
            "for Person it gives no values that a parameter of type token compares"
        );
    }

    #[test]
    fn values_are_read_as_those_of_the_specification_are() {
        let other = compile(SearchKind::Token, "Patient.name.use | Person.gender", vec!["Person", "Patient"]);
        let other = other.unwrap();
        assert_eq!(other.types().map(ResourceType::as_str).collect::<Vec<_>>(), ["Patient", "Person"]);
        let patient = json!({ "resourceType": "Patient", "name": [{ "use": "nickname" }] });
        let mut found = Vec::new();
        let of_type = ResourceType::of(&patient).unwrap();
        other.values(of_type, &patient, &mut |value| found.push(value));
        let system = Some("http://hl7.org/fhir/name-use");
        assert_eq!(found, [Indexed::Token(Token { system, code: Some("nickname"), text: None })]);
        assert!(!other.is_of(ResourceType::parse("Group").unwrap()));
    }

    #[test]
    fn an_abstract_base_stands_for_all_its_types() {
        let all = compile(SearchKind::Uri, "Resource.meta.source", vec!["Resource"]).unwrap();
        assert_eq!(all.types().len(), 146);
        let with_text = compile(SearchKind::Token, "DomainResource.text.status", vec!["DomainResource"]);
        assert_eq!(with_text.unwrap().types().len(), 143);
    }
}
