//! A profile as a tree of elements.

use serde_json::Value;

use crate::fhir::fhirpath::Expression;
use crate::fhir::outcome::Severity;

/// A profile.
#[derive(Debug)]
pub struct Profile {
    /// Its canonical URL.
    pub url: String,
    /// Its version.
    pub version: Option<String>,
    /// The type that it is of.
    pub of: String,
    /// What it demands of the resource or element itself.
    pub(super) root: Node,
}

/// What is demanded of an element.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its name without `[x]`; empty for the root.
    pub(super) name: String,
    pub(super) min: usize,
    /// None where there may be any number.
    pub(super) max: Option<usize>,
    pub(super) types: Vec<TypeRule>,
    /// The value that it must have exactly.
    pub(super) fixed: Option<Value>,
    /// What its value must have at least.
    pub(super) pattern: Option<Value>,
    pub(super) binding: Option<Binding>,
    pub(super) rules: Vec<Rule>,
    pub(super) slicing: Option<Slicing>,
    pub(super) slices: Vec<(String, Self)>,
    pub(super) children: Vec<Self>,
}

/// A type that an element may have.
#[derive(Debug)]
pub(super) struct TypeRule {
    pub(super) code: String,
    /// Profiles of which it keeps one; none where any will do.
    pub(super) profiles: Vec<String>,
    /// Profiles of which one is kept by what it points at.
    pub(super) targets: Vec<String>,
}

/// The codes that an element is taken from.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) value_set: String,
    /// An error if it is required, a warning if it is extensible.
    pub(super) severity: Severity,
}

/// A rule that the profile adds.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) key: String,
    pub(super) severity: Severity,
    pub(super) text: String,
    /// None where it cannot be read.
    pub(super) expression: Option<Expression>,
}

/// How an element is divided into slices.
#[derive(Debug)]
pub(super) struct Slicing {
    pub(super) by: Vec<Discriminator>,
    /// Whether each item must be in a slice.
    pub(super) closed: bool,
}

/// What tells slices apart.
#[derive(Debug)]
pub(super) struct Discriminator {
    pub(super) kind: DiscriminatorKind,
    /// Where to look, from the item.
    pub(super) path: String,
    /// The path, read.
    pub(super) expression: Option<Expression>,
}

/// The sorts of discriminators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DiscriminatorKind {
    /// A fixed value, a pattern or a binding.
    Value,
    /// Whether it is there.
    Exists,
    /// Its type.
    Type,
    /// The profile that it keeps.
    Profile,
}

impl Node {
    /// The child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

impl Profile {
    /// The canonical URLs of all profiles that it names.
    #[must_use]
    pub fn leads_to(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.root.name_all(&mut found);
        found
    }
}

impl Node {
    fn name_all(&self, found: &mut Vec<String>) {
        for of in &self.types {
            found.extend(of.profiles.iter().chain(&of.targets).cloned());
        }
        for node in self.children.iter().chain(self.slices.iter().map(|(_, slice)| slice)) {
            node.name_all(found);
        }
    }
}
