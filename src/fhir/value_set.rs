//! Which codes a value set has, and how the codes of a code system stand to one another.
//! <https://hl7.org/fhir/R4/valueset.html#compositions>
//!
//! Value sets and code systems are JSON resources. What one refers to is asked of the caller, who may not have it at hand yet:
//! then the answer is what is missing, and the caller asks again with it.
//!
//! Anyone who may store value sets decides how they refer to one another. So each is composed once, and all of one search
//! together may take a number of steps only.

mod concepts;
mod filters;
pub mod published;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::chain::shown;
use super::search_fault::SearchFault;
pub use concepts::{Concepts, Kin};

/// So many codes a value set may come to.
const MOST_CODES: usize = 10_000;
/// So many steps composing may take: one for each part, and one more for each so many codes that it touches.
const MOST_STEPS: usize = 2_000;
/// So many codes are another step.
const CODES_A_STEP: usize = 1_000;
/// So deep value sets may refer to one another.
const DEEPEST: usize = 8;

/// The value sets and code systems at hand for one search, by their canonical URLs without version; none where it is known that
/// there is none.
#[derive(Debug, Default)]
pub struct Known {
    /// Value sets.
    pub value_sets: HashMap<String, Option<Value>>,
    /// Code systems.
    pub code_systems: HashMap<String, Option<Concepts>>,
    /// What value sets came to. More that is known changes nothing of it.
    composed: RefCell<HashMap<String, Arc<Codes>>>,
    steps: Cell<usize>,
}

/// What an answer waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The value set of this URL.
    ValueSet(String),
    /// The code system of this URL.
    CodeSystem(String),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Something is not at hand.
    Missing(Missing),
    /// There can be none.
    Refused(SearchFault),
}

/// The codes of a value set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// Code systems that are in it with all their codes.
    pub systems: BTreeSet<String>,
    /// System and code of each other member.
    pub codes: BTreeSet<(String, String)>,
}

impl Known {
    /// The codes of the value set with this URL.
    ///
    /// # Errors
    /// When something is missing, unknown, too large, or cannot be told from what is known.
    pub fn codes(&self, url: &str) -> Result<Arc<Codes>, Fault> {
        self.codes_of_url(url, 0)
    }

    /// Counts a step, and more for so many codes.
    fn step(&self, codes: usize) -> Result<(), Fault> {
        let more = codes.checked_div(CODES_A_STEP).unwrap_or_default();
        self.steps.set(self.steps.get().saturating_add(1).saturating_add(more));
        if self.steps.get() <= MOST_STEPS {
            return Ok(());
        }
        let text = format!("the value sets take more than {MOST_STEPS} steps to compose");
        Err(Fault::Refused(SearchFault::too_costly(text)))
    }

    fn codes_of_url(&self, url: &str, depth: usize) -> Result<Arc<Codes>, Fault> {
        if depth > DEEPEST {
            let text = format!("value sets refer to one another more than {DEEPEST} deep");
            return Err(Fault::Refused(SearchFault::too_costly(text)));
        }
        let url = url.split_once('|').map_or(url, |(url, _)| url);
        if let Some(codes) = self.composed.borrow().get(url) {
            return Ok(Arc::clone(codes));
        }
        let codes = match self.value_sets.get(url) {
            Some(Some(value_set)) => self.compose(value_set, depth),
            None => Err(Fault::Missing(Missing::ValueSet(url.to_owned()))),
            Some(None) => Err(Fault::Refused(SearchFault {
                code: super::outcome::IssueType::NotFound,
                text: format!("the value set {} is not known", shown(url)),
            })),
        };
        let codes = Arc::new(codes?);
        self.composed.borrow_mut().insert(url.to_owned(), Arc::clone(&codes));
        Ok(codes)
    }

    fn compose(&self, value_set: &Value, depth: usize) -> Result<Codes, Fault> {
        let Some(compose) = value_set.get("compose") else { return expansion(value_set) };
        let mut codes = Codes::default();
        for include in items(compose, "include") {
            let part = self.part(include, depth, items(compose, "exclude").next().is_some())?;
            codes.systems.extend(part.systems);
            codes.codes.extend(part.codes);
            bounded(&codes)?;
        }
        for exclude in items(compose, "exclude") {
            let part = self.part(exclude, depth, false)?;
            self.step(codes.codes.len())?;
            let spared =
                |pair: &(String, String)| !part.systems.contains(&pair.0) && !part.codes.contains(pair);
            codes.codes.retain(spared);
            codes.systems.retain(|system| !part.systems.contains(system));
            if let Some((system, _)) = part.codes.iter().find(|(system, _)| codes.systems.contains(system)) {
                let text = format!("all codes of {} but some: that cannot be searched for", shown(system));
                return Err(Fault::Refused(SearchFault::unsupported(text)));
            }
        }
        Ok(codes)
    }

    /// What one include or exclude comes to: the codes that all of its parts have. `single` asks for codes one by one.
    fn part(&self, part: &Value, depth: usize, single: bool) -> Result<Codes, Fault> {
        self.step(0)?;
        let mut common = None;
        if let Some(system) = text(part, "system") {
            common = Some(self.of_system(part, system, single)?);
        }
        for url in items(part, "valueSet").filter_map(Value::as_str) {
            let codes = self.codes_of_url(url, depth.saturating_add(1))?;
            self.step(codes.codes.len())?;
            common = Some(match common {
                Some(before) => both(&before, &codes),
                None => Codes::clone(&codes),
            });
        }
        Ok(common.unwrap_or_default())
    }

    fn of_system(&self, part: &Value, system: &str, single: bool) -> Result<Codes, Fault> {
        let pair = |code: &str| (system.to_owned(), code.to_owned());
        let listed: BTreeSet<&str> =
            items(part, "concept").filter_map(|concept| text(concept, "code")).collect();
        if !listed.is_empty() {
            self.step(items(part, "concept").count())?;
            return Ok(Codes { codes: listed.into_iter().map(pair).collect(), ..Codes::default() });
        }
        let filters: Vec<_> = items(part, "filter").collect();
        let whole = Codes { systems: BTreeSet::from([system.to_owned()]), ..Codes::default() };
        let is_whole = filters.is_empty() && !single;
        let concepts = match self.code_systems.get(system) {
            // That all codes are meant can be said without knowing them.
            _ if is_whole && !published::has_code_system(system) => return Ok(whole),
            Some(Some(concepts)) if is_whole && !concepts.are_all() => return Ok(whole),
            None => return Err(Fault::Missing(Missing::CodeSystem(system.to_owned()))),
            Some(None) if filters.is_empty() => return Ok(whole),
            Some(None) => return Err(Fault::Refused(unknown_system(system))),
            Some(Some(concepts)) => concepts,
        };
        self.step(concepts.len())?;
        let mut codes: BTreeSet<&str> = concepts.codes().collect();
        for filter in filters {
            self.step(concepts.len())?;
            let kept = filters::select(concepts, filter).map_err(Fault::Refused)?;
            codes.retain(|code| kept.contains(code));
        }
        let codes = Codes { codes: codes.into_iter().map(pair).collect(), ..Codes::default() };
        bounded(&codes)?;
        Ok(codes)
    }

    /// The hierarchy of a code system.
    ///
    /// # Errors
    /// When it is not at hand or unknown.
    pub fn concepts(&self, system: &str) -> Result<&Concepts, Fault> {
        match self.code_systems.get(system) {
            None => Err(Fault::Missing(Missing::CodeSystem(system.to_owned()))),
            Some(None) => Err(Fault::Refused(unknown_system(system))),
            Some(Some(concepts)) => Ok(concepts),
        }
    }
}

fn unknown_system(system: &str) -> SearchFault {
    SearchFault {
        code: super::outcome::IssueType::NotFound,
        text: format!("the code system {} is not known, so nothing can be told of its codes", shown(system)),
    }
}

fn bounded(codes: &Codes) -> Result<(), Fault> {
    if codes.codes.len() <= MOST_CODES {
        return Ok(());
    }
    let text = format!("the value set has more than {MOST_CODES} codes");
    Err(Fault::Refused(SearchFault::too_costly(text)))
}

/// What two sets have in common.
fn both(a: &Codes, b: &Codes) -> Codes {
    let mut codes = BTreeSet::new();
    for (these, those) in [(a, b), (b, a)] {
        let common = these.codes.iter();
        codes.extend(
            common.filter(|pair| those.codes.contains(*pair) || those.systems.contains(&pair.0)).cloned(),
        );
    }
    Codes { systems: a.systems.intersection(&b.systems).cloned().collect(), codes }
}

/// A value set that says no more than its codes.
fn expansion(value_set: &Value) -> Result<Codes, Fault> {
    let mut codes = Codes::default();
    let mut rest: Vec<&Value> =
        value_set.get("expansion").map(|found| items(found, "contains").collect()).unwrap_or_default();
    while let Some(member) = rest.pop() {
        if let (Some(system), Some(code)) = (text(member, "system"), text(member, "code"))
            && member.get("abstract").and_then(Value::as_bool) != Some(true)
        {
            codes.codes.insert((system.to_owned(), code.to_owned()));
        }
        rest.extend(items(member, "contains"));
    }
    bounded(&codes)?;
    Ok(codes)
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn items<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests;
