//! SMART scopes, version 2 (`system/Patient.cruds`) and version 1 (`system/Patient.read`).
//!
//! Specification: SMART App Launch 2.2, "Scopes for requesting FHIR resources". Of the contexts only `system` is granted
//! here; `patient` and `user` need a launch.

/// What may be done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Create.
    Create,
    /// Read one, with its history.
    Read,
    /// Update.
    Update,
    /// Delete.
    Delete,
    /// Search a type, with its history.
    Search,
}

const RIGHTS: [(char, Right); 5] = [
    ('c', Right::Create),
    ('r', Right::Read),
    ('u', Right::Update),
    ('d', Right::Delete),
    ('s', Right::Search),
];

/// A set of granted scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Scope {
    /// `None` stands for every type.
    resource_type: Option<String>,
    rights: Vec<Right>,
}

/// A scope that is not one, by its text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope such as system/*.cruds or system/Patient.rs")]
pub struct NotAScope(String);

impl Scopes {
    /// No right at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Every right to every type.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![Scope { resource_type: None, rights: RIGHTS.map(|(_, right)| right).to_vec() }])
    }

    /// Reads scopes that are separated by spaces. `known` tells whether a resource type exists.
    ///
    /// # Errors
    /// The first word that is not a scope.
    pub fn parse(text: &str, known: impl Fn(&str) -> bool) -> Result<Self, NotAScope> {
        text.split_whitespace()
            .map(|word| Scope::parse(word, &known).ok_or_else(|| NotAScope(word.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a scope grants `right` to resources of this type.
    #[must_use]
    pub fn permit(&self, right: Right, resource_type: &str) -> bool {
        self.0.iter().any(|scope| {
            scope.rights.contains(&right)
                && scope.resource_type.as_deref().is_none_or(|granted| granted == resource_type)
        })
    }
}

impl Scope {
    fn parse(word: &str, known: impl Fn(&str) -> bool) -> Option<Self> {
        let (resource_type, letters) = word.strip_prefix("system/")?.split_once('.')?;
        let resource_type = match resource_type {
            "*" => None,
            name if known(name) => Some(name.to_owned()),
            _ => return None,
        };
        let letters = match letters {
            "read" => "rs",
            "write" => "cud",
            "*" => "cruds",
            "" => return None,
            letters => letters,
        };
        // The letters stand in the order of `cruds`; any other order is not a scope.
        let mut rest = RIGHTS.iter();
        let rights = letters
            .chars()
            .map(|letter| rest.by_ref().find(|(l, _)| *l == letter).map(|(_, right)| *right))
            .collect::<Option<_>>()?;
        Some(Self { resource_type, rights })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Scopes, NotAScope> {
        Scopes::parse(text, |name| name == "Patient")
    }

    #[test]
    fn what_is_not_a_scope_is_named() {
        for word in [
            "system/Patient",
            "patient/Patient.rs",
            "system/Patient.sr",
            "system/Patient.x",
            "system/patient.r",
            "system/Patient.",
            "*",
            "system/*.rr",
        ] {
            assert_eq!(parse(word), Err(NotAScope(word.to_owned())), "{word}");
        }
    }

    #[test]
    fn a_scope_grants_its_letters_on_its_type_alone() {
        let scopes = parse("system/Patient.rs").unwrap();
        assert!(scopes.permit(Right::Read, "Patient") && scopes.permit(Right::Search, "Patient"));
        assert!(!scopes.permit(Right::Create, "Patient") && !scopes.permit(Right::Read, "Observation"));
    }

    #[test]
    fn version_1_words_stand_for_letters() {
        assert_eq!(parse("system/Patient.write"), parse("system/Patient.cud"));
        assert_eq!(parse("system/*.*"), Ok(Scopes::all()));
        assert_eq!(parse(""), Ok(Scopes::none()));
    }
}
