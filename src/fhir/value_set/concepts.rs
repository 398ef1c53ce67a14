//! The concepts of a code system and what stands above and below each. <https://hl7.org/fhir/R4/codesystem.html#hierarchy>

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::{items, text};
use crate::fhir::search_fault::SearchFault;

/// So many concepts a code system may have.
const MOST_CONCEPTS: usize = 50_000;

/// The concepts of a code system.
pub struct Concepts<'v> {
    /// Each code's concept, with the codes right above and right below it.
    by_code: HashMap<&'v str, Concept<'v>>,
}

#[derive(Default)]
struct Concept<'v> {
    value: Option<&'v Value>,
    above: Vec<&'v str>,
    below: Vec<&'v str>,
}

/// Which relatives of a code are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kin {
    /// The code and all above it.
    Above,
    /// The code and all below it.
    Below,
}

impl<'v> Concepts<'v> {
    /// Reads a code system: concepts in one another, and the properties `parent`, `child` and `subsumedBy`.
    ///
    /// # Errors
    /// When it has too many concepts.
    pub fn of(resource: &'v Value) -> Result<Self, SearchFault> {
        let mut concepts = Self { by_code: HashMap::new() };
        let mut rest: Vec<(Option<&str>, &Value)> =
            items(resource, "concept").map(|concept| (None, concept)).collect();
        while let Some((parent, value)) = rest.pop() {
            let Some(code) = text(value, "code") else { continue };
            concepts.by_code.entry(code).or_default().value = Some(value);
            if concepts.by_code.len() > MOST_CONCEPTS {
                let text = format!("the code system has more than {MOST_CONCEPTS} concepts");
                return Err(SearchFault::too_costly(text));
            }
            if let Some(parent) = parent {
                concepts.link(parent, code);
            }
            for property in items(value, "property") {
                match (text(property, "code"), text(property, "valueCode")) {
                    (Some("parent" | "subsumedBy"), Some(parent)) => concepts.link(parent, code),
                    (Some("child"), Some(child)) => concepts.link(code, child),
                    _ => {}
                }
            }
            rest.extend(items(value, "concept").map(|concept| (Some(code), concept)));
        }
        Ok(concepts)
    }

    fn link(&mut self, above: &'v str, below: &'v str) {
        self.by_code.entry(above).or_default().below.push(below);
        self.by_code.entry(below).or_default().above.push(above);
    }

    /// All codes that are defined.
    pub fn codes(&self) -> impl Iterator<Item = &'v str> {
        self.by_code.iter().filter(|(_, concept)| concept.value.is_some()).map(|(code, _)| *code)
    }

    /// The concept of a code.
    pub(super) fn concept(&self, code: &str) -> Option<&'v Value> {
        self.by_code.get(code)?.value
    }

    /// The code and its relatives; none, not even itself, where the code is not defined.
    #[must_use]
    pub fn kin(&self, code: &str, kin: Kin) -> BTreeSet<&'v str> {
        let mut found = BTreeSet::new();
        let mut rest: Vec<&str> =
            self.by_code.get_key_value(code).map(|(code, _)| *code).into_iter().collect();
        // A code that was met is not looked at again, so a circle ends.
        while let Some(code) = rest.pop() {
            if found.insert(code)
                && let Some(concept) = self.by_code.get(code)
            {
                rest.extend(match kin {
                    Kin::Above => &concept.above,
                    Kin::Below => &concept.below,
                });
            }
        }
        found
    }
}
