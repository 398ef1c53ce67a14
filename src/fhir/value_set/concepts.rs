//! The concepts of a code system and what stands above and below each. <https://hl7.org/fhir/R4/codesystem.html#hierarchy>

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::{items, text};
use crate::fhir::search_fault::SearchFault;

/// So many concepts a code system may have.
const MOST_CONCEPTS: usize = 50_000;

/// The concepts of a code system.
#[derive(Debug, Default)]
pub struct Concepts {
    /// Each code's concept, with the codes right above and right below it.
    by_code: HashMap<String, Concept>,
    /// The code system's URL, what it is called, and its version.
    url: Option<String>,
    name: Option<String>,
    version: Option<String>,
    /// Whether the code system has no codes but these.
    are_all: bool,
    /// Whether properties and texts are not known.
    are_bare: bool,
}

#[derive(Debug, Default)]
struct Concept {
    /// The concept without those in it; none where its code is only referred to.
    value: Option<Value>,
    above: Vec<String>,
    below: Vec<String>,
}

/// Which relatives of a code are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kin {
    /// The code and all above it.
    Above,
    /// The code and all below it.
    Below,
}

impl Concepts {
    /// Reads a code system: concepts in one another, and the properties `parent`, `child` and `subsumedBy`.
    ///
    /// # Errors
    /// When it has too many concepts.
    pub fn of(mut resource: Value) -> Result<Self, SearchFault> {
        let are_all = text(&resource, "content") == Some("complete");
        let [url, name, version] =
            ["url", "name", "version"].map(|part| text(&resource, part).map(str::to_owned));
        let mut concepts = Self { url, name, version, are_all, ..Self::default() };
        let mut rest: Vec<(Option<String>, Value)> =
            taken(&mut resource).into_iter().map(|concept| (None, concept)).collect();
        while let Some((parent, mut value)) = rest.pop() {
            let inner = taken(&mut value);
            let Some(code) = text(&value, "code").map(str::to_owned) else { continue };
            if let Some(parent) = &parent {
                concepts.link(parent, &code);
            }
            for property in items(&value, "property") {
                match (text(property, "code"), text(property, "valueCode")) {
                    (Some("parent" | "subsumedBy"), Some(parent)) => concepts.link(parent, &code),
                    (Some("child"), Some(child)) => concepts.link(&code, child),
                    _ => {}
                }
            }
            rest.extend(inner.into_iter().map(|concept| (Some(code.clone()), concept)));
            concepts.by_code.entry(code).or_default().value = Some(value);
            if concepts.by_code.len() > MOST_CONCEPTS {
                let text = format!("the code system has more than {MOST_CONCEPTS} concepts");
                return Err(SearchFault::too_costly(text));
            }
        }
        Ok(concepts)
    }

    /// Codes without anything about them. Those below a code stand in parentheses after it.
    pub(super) fn bare<'c>(are_all: bool, fields: impl Iterator<Item = &'c str>) -> Self {
        let mut concepts = Self { are_all, are_bare: true, ..Self::default() };
        let (mut above, mut last) = (Vec::new(), "");
        for field in fields {
            match field {
                "(" => above.push(last),
                ")" => drop(above.pop()),
                code => {
                    if let Some(parent) = above.last() {
                        concepts.link(parent, code);
                    }
                    concepts.by_code.entry(code.to_owned()).or_default().value = Some(Value::Null);
                    last = code;
                }
            }
        }
        concepts
    }

    fn link(&mut self, above: &str, below: &str) {
        self.by_code.entry(above.to_owned()).or_default().below.push(below.to_owned());
        self.by_code.entry(below.to_owned()).or_default().above.push(above.to_owned());
    }

    /// How many codes there are.
    pub(super) fn len(&self) -> usize {
        self.by_code.len()
    }

    /// The code system's URL, where its resource says one.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// What the code system is called, where that is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its version, where it has one.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Whether the code system has no codes but these.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.are_all
    }

    /// Whether properties and texts are not known.
    #[must_use]
    pub fn are_bare(&self) -> bool {
        self.are_bare
    }

    /// The text of a code, where it has one that is known.
    #[must_use]
    pub fn display(&self, code: &str) -> Option<&str> {
        text(self.concept(code)?, "display")
    }

    /// All texts of a code that are known: its display and its designations.
    pub fn texts(&self, code: &str) -> impl Iterator<Item = &str> {
        let concept = self.concept(code);
        let designations = concept.into_iter().flat_map(|concept| items(concept, "designation"));
        self.display(code).into_iter().chain(designations.filter_map(|one| text(one, "value")))
    }

    /// Whether a code is not to be used any more, as far as its properties say so.
    #[must_use]
    pub fn is_inactive(&self, code: &str) -> bool {
        let Some(concept) = self.concept(code) else { return false };
        items(concept, "property").any(|property| match text(property, "code") {
            Some("inactive") => property.get("valueBoolean") == Some(&Value::Bool(true)),
            Some("status") => {
                matches!(text(property, "valueCode"), Some("retired" | "deprecated" | "inactive"))
            }
            _ => false,
        })
    }

    /// All codes that are defined.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.by_code.iter().filter(|(_, concept)| concept.value.is_some()).map(|(code, _)| code.as_str())
    }

    /// The concept of a code, without those below it; null of a code whose properties and texts are not known.
    #[must_use]
    pub fn concept(&self, code: &str) -> Option<&Value> {
        self.by_code.get(code)?.value.as_ref()
    }

    /// The code and its relatives; none, not even itself, where the code is not defined.
    #[must_use]
    pub fn kin(&self, code: &str, kin: Kin) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut rest: Vec<&str> =
            self.by_code.get_key_value(code).map(|(code, _)| code.as_str()).into_iter().collect();
        // A code that was met is not looked at again, so a circle ends.
        while let Some(code) = rest.pop() {
            if found.insert(code)
                && let Some(concept) = self.by_code.get(code)
            {
                let next = match kin {
                    Kin::Above => &concept.above,
                    Kin::Below => &concept.below,
                };
                rest.extend(next.iter().map(String::as_str));
            }
        }
        found
    }
}

/// The concepts in a concept or code system, taken out of it.
fn taken(of: &mut Value) -> Vec<Value> {
    match of.get_mut("concept").map(Value::take) {
        Some(Value::Array(concepts)) => concepts,
        Some(_) | None => Vec::new(),
    }
}
