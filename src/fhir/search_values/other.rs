//! Parameters beside those of the specification: compiled for each type that has them, read as the others are.

use serde_json::Value;

use super::composite::{self, Composite};
use super::read::Reader;
use super::{Indexed, table, values_of};
use crate::fhir::definitions::{TypeKind, definition, resource_types, type_named};
use crate::fhir::path::{Expression, PathFault};
use crate::fhir::resource_type::ResourceType;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};

/// A parameter that is not of the specification, with its expression compiled for each of its types.
#[derive(Debug)]
pub struct Other {
    /// The parameter.
    pub parameter: SearchParameter,
    /// In the order of the types.
    readings: Vec<(ResourceType, Reading)>,
}

/// How its values are found in resources of one type.
#[derive(Debug)]
enum Reading {
    Values(Expression),
    Together(Composite),
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
    /// The parts of a composite are of no use for the type, or not of kinds that can be found together.
    #[error(
        "for {0} its parts cannot be found together: they must be of R4's parameters, a token first, and then a token, a quantity or two numbers, or all be the type's own parameters"
    )]
    Apart(ResourceType),
}

impl Other {
    /// Compiles the expression for all types that the bases stand for.
    ///
    /// # Errors
    /// When a base is no type, or the expression is of no use for one of them.
    pub fn compile(parameter: SearchParameter) -> Result<Self, OtherFault> {
        let types = all_types(&parameter)?;
        let mut readings = Vec::with_capacity(types.len());
        for of_type in types {
            let Some(root) = definition(of_type) else { continue };
            if parameter.kind == SearchKind::Composite {
                let composite = composite::other(&parameter, of_type).ok_or(OtherFault::Apart(of_type))?;
                readings.push((of_type, Reading::Together(composite)));
                continue;
            }
            let expression = Expression::compile(&parameter.expression, root)
                .map_err(|fault| OtherFault::Path(of_type, fault))?
                .keep(|leaf| Reader::of(parameter.kind, leaf).is_some());
            if expression.lanes().is_empty() {
                return Err(OtherFault::Nothing(of_type, parameter.kind.as_str()));
            }
            readings.push((of_type, Reading::Values(expression)));
        }
        Ok(Self { parameter, readings })
    }

    /// The types that have it.
    pub fn types(&self) -> impl ExactSizeIterator<Item = ResourceType> {
        self.readings.iter().map(|(of_type, _)| *of_type)
    }

    /// Whether resources of this type have it.
    pub fn is_of(&self, resource_type: ResourceType) -> bool {
        self.reading(resource_type).is_some()
    }

    /// Hands over the values that a resource has.
    pub fn values<'v>(
        &self,
        resource_type: ResourceType,
        resource: &'v Value,
        push: &mut dyn FnMut(Indexed<'v>),
    ) {
        match self.reading(resource_type) {
            Some(Reading::Values(expression)) => values_of(self.parameter.kind, expression, resource, push),
            Some(Reading::Together(composite)) => composite.read(resource, push),
            None => {}
        }
    }

    /// How it is asked of a type, where it is a composite.
    pub fn composite(&self, resource_type: ResourceType) -> Option<&Composite> {
        match self.reading(resource_type)? {
            Reading::Together(composite) => Some(composite),
            Reading::Values(_) => None,
        }
    }

    fn reading(&self, resource_type: ResourceType) -> Option<&Reading> {
        let at = self.readings.binary_search_by_key(&resource_type, |(of_type, _)| *of_type).ok()?;
        self.readings.get(at).map(|(_, reading)| reading)
    }
}

/// Whether R4 has a parameter of the same name and kind for all the types, with all values that this one looks at: then it says
/// nothing new. Implementation guides publish R4's parameters again under their own URLs.
#[must_use]
pub fn is_of_r4(parameter: &SearchParameter) -> bool {
    let is_covered = |of_type: &ResourceType| {
        let published = table(*of_type).iter().find(|compiled| compiled.parameter.code == parameter.code);
        let Some(published) = published.filter(|found| found.parameter.kind == parameter.kind) else {
            return false;
        };
        let compiled = definition(*of_type).map(|root| Expression::compile(&parameter.expression, root));
        let Some(Ok(compiled @ Expression::Values(_))) = compiled else { return false };
        let compared = compiled.keep(|leaf| Reader::of(parameter.kind, leaf).is_some());
        let lanes = compared.lanes();
        !lanes.is_empty() && lanes.iter().all(|lane| published.expression.lanes().contains(lane))
    };
    all_types(parameter).is_ok_and(|types| !types.is_empty() && types.iter().all(is_covered))
}

/// The types that all bases stand for, each once.
fn all_types(parameter: &SearchParameter) -> Result<Vec<ResourceType>, OtherFault> {
    let mut types = Vec::new();
    for base in &parameter.bases {
        types.extend(types_of(base).ok_or_else(|| OtherFault::Base((*base).to_owned()))?);
    }
    types.sort_unstable();
    types.dedup();
    Ok(types)
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
    use crate::fhir::search_parameter::Component;
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

    /// A composite of parts, each the end of an R4 URL and an expression.
    fn composite(base: &'static str, expression: &str, parts: &[(&str, &str)]) -> Result<Other, String> {
        let url = "http://a.example/x".to_owned();
        let (kind, expression) = (SearchKind::Composite, expression.to_owned());
        let parameter = SearchParameter::other(url, "x".to_owned(), kind, expression, vec![base], Vec::new());
        let part = |(url, expression): &(&str, &str)| {
            let url = format!("http://hl7.org/fhir/SearchParameter/{url}");
            Component::other(url, (*expression).to_owned())
        };
        let parameter = SearchParameter { components: parts.iter().map(part).collect(), ..parameter };
        Other::compile(parameter).map_err(|fault| fault.to_string())
    }

    #[test]
    fn parts_that_cannot_be_found_together_are_refused() {
        let apart = "for Patient its parts cannot be found together: they must be of R4's parameters, a token first, and then a token, a quantity or two numbers, or all be the type's own parameters";
        let gender = ("individual-gender", "gender");
        for (expression, parts) in [
            ("Patient", vec![]),
            ("Patient", vec![gender]),
            ("Patient", vec![gender, ("none", "active")]),
            ("Patient", vec![gender, ("Patient-active", "shoe")]),
            ("Patient.shoe", vec![gender, ("Patient-active", "active")]),
            ("Patient.contact", vec![gender, ("individual-birthdate", "period")]),
            ("Observation.component", vec![gender, ("Patient-active", "active")]),
        ] {
            assert_eq!(
                composite("Patient", expression, &parts).unwrap_err(),
                apart,
                "{expression} {parts:?}"
            );
        }
    }

    #[test]
    fn the_parts_of_a_composite_are_found_together() {
        let own = composite(
            "Patient",
            "Patient",
            &[("individual-gender", "gender"), ("individual-birthdate", "birthDate")],
        );
        let of_type = ResourceType::parse("Patient").unwrap();
        let patient = json!({ "resourceType": "Patient", "gender": "male", "birthDate": "1990", "contact": [
            { "gender": "female", "relationship": [{ "coding": [{ "code": "N" }] }] }, { "gender": "male" }] });
        let read = |other: &Other| {
            let mut found = 0;
            other.values(of_type, &patient, &mut |_| found += 1);
            (other.composite(of_type).unwrap().ways.len(), found)
        };
        assert_eq!(read(&own.unwrap()), (1, 0), "as R4's own parameters");
        let contact = [("individual-gender", "gender"), ("clinical-code", "relationship")];
        assert_eq!(read(&composite("Patient", "Patient.contact", &contact).unwrap()), (1, 1));
    }

    #[test]
    fn what_r4_says_already_is_told_from_what_is_new() {
        let parameter = |kind, code: &str, base, expression: &str| {
            let url = "http://a.example/x".to_owned();
            SearchParameter::other(url, code.to_owned(), kind, expression.to_owned(), vec![base], Vec::new())
        };
        for (kind, code, base, expression, wanted) in [
            (SearchKind::Token, "_id", "Patient", "Patient.id", true),
            (SearchKind::Token, "_id", "Patient", "Resource.id", true),
            (SearchKind::String, "name", "Location", "Location.name", true),
            (SearchKind::Date, "date", "Immunization", "Immunization.occurrence", true),
            (SearchKind::Date, "onset-date", "Condition", "Condition.onset.as(dateTime)", true),
            (SearchKind::Token, "name", "Location", "Location.name", false),
            (SearchKind::String, "name", "Location", "Location.description", false),
            (SearchKind::String, "name", "Patient", "Location.name", false),
            (SearchKind::String, "title", "Location", "Location.name", false),
            (SearchKind::String, "name", "Dog", "Location.name", false),
        ] {
            assert_eq!(is_of_r4(&parameter(kind, code, base, expression)), wanted, "{code} {expression}");
        }
    }

    #[test]
    fn an_abstract_base_stands_for_all_its_types() {
        let all = compile(SearchKind::Uri, "Resource.meta.source", vec!["Resource"]).unwrap();
        assert_eq!(all.types().len(), 147);
        let with_text = compile(SearchKind::Token, "DomainResource.text.status", vec!["DomainResource"]);
        assert_eq!(with_text.unwrap().types().len(), 144);
    }
}
