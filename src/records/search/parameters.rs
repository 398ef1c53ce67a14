//! From the parameters of a query to conditions. <https://hl7.org/fhir/R4/search.html#ptypes>

use super::context::Context;
use super::values::{alternatives, dates, numbers, quantities, reference, token, unescaped};
use super::{chains, composite, modifiers, of_patient, special, terminology};
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::definitions;
use crate::fhir::folding::fold;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::fhir::search_values::{self, Source};
use crate::fhir::value_set::Kin;
use crate::records::Error;
use crate::records::index::{self, IDENTIFIER};
use crate::storage::address::address;
use crate::storage::search::{Condition, DateTest, TermTest, TextTest};

/// So many parameters a search may have: the database plans how to join what each of them finds.
const MOST_PARAMETERS: usize = 64;

/// A parameter of a query, with all that its value may depend on.
pub(super) struct Asked<'a> {
    pub resource_type: ResourceType,
    /// The name as it is written, with its modifier.
    pub name: &'a str,
    /// The parameter's own name.
    pub code: &'a str,
    pub modifier: Option<&'a str>,
    /// The alternatives, still with their escapes.
    pub values: Vec<String>,
    pub context: &'a Context<'a>,
}

type Pairs = Vec<(String, String)>;

/// What must hold, and the parameters that say so.
pub(in crate::records) fn conditions(
    context: &Context<'_>,
    resource_type: ResourceType,
    parameters: &[(String, String)],
) -> Result<(Vec<Condition>, Pairs), Error> {
    let mut conditions = Vec::new();
    let mut used = Vec::new();
    if parameters.len() > MOST_PARAMETERS {
        let text = format!("a search has at most {MOST_PARAMETERS} parameters");
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    for (name, value) in parameters {
        let condition = match special::condition(context, resource_type, name, value)? {
            Some(special) => special,
            None if is_known(context, resource_type, name)? => {
                Some(named(context, resource_type, name, value)?)
            }
            None if context.strict => {
                let text = format!("{} is not a search parameter of {resource_type}", shown(name));
                return Err(Error::BadRequest(IssueType::NotSupported, text));
            }
            None => continue,
        };
        match condition {
            // Each stands by itself, so that the search may start from any of them.
            Some(Condition::All(all)) => conditions.extend(all),
            condition => conditions.extend(condition),
        }
        used.push((name.clone(), value.clone()));
    }
    Ok((of_patient::joined(resource_type, conditions), used))
}

/// Whether the name opens with a parameter of the type.
pub(super) fn is_known(
    context: &Context<'_>,
    resource_type: ResourceType,
    name: &str,
) -> Result<bool, Error> {
    let code = name.split([':', '.']).next().unwrap_or_default();
    Ok(code == "_has" || context.parameters.find(resource_type, code)?.is_some())
}

/// What the parameter of this name, perhaps with a modifier or at the end of a chain, must be.
fn named(
    context: &Context<'_>,
    resource_type: ResourceType,
    name: &str,
    value: &str,
) -> Result<Condition, Error> {
    let values = alternatives(name, value)?;
    chains::along(context, &context.path(resource_type, name)?, &|asked, parameter| {
        Asked { name, values: values.clone(), ..*asked }.condition(parameter)
    })
}

impl<'a> Asked<'a> {
    /// What the parameter must be.
    pub(super) fn condition(&self, parameter: &SearchParameter) -> Result<Condition, Error> {
        if self.modifier == Some("missing") {
            return modifiers::missing(self, parameter.kind);
        }
        match (self.code, self.modifier) {
            ("_id", None) => return Ok(self.ids()),
            ("_id", Some("not")) => return Ok(modifiers::not(self.ids())),
            ("_lastUpdated", None) => return Ok(Condition::Updated(dates(self)?)),
            _ => {}
        }
        match parameter.kind {
            SearchKind::Token => self.token(parameter),
            SearchKind::Reference => self.reference(parameter),
            SearchKind::Date => self.plain(|| Ok(self.date(dates(self)?))),
            SearchKind::Number => self.plain(|| Ok(Condition::Number(self.slots(""), numbers(self)?))),
            SearchKind::Quantity => self.plain(|| Ok(Condition::Number(self.slots(""), quantities(self)?))),
            SearchKind::String => self.string(),
            SearchKind::Uri => self.uri(),
            SearchKind::Composite => composite::condition(self, parameter),
            SearchKind::Special => self.plain(|| special::near(self)),
        }
    }

    /// A date that passes one of the tests.
    pub(super) fn date(&self, tests: Vec<DateTest>) -> Condition {
        if search_values::is_moment(self.resource_type, self.code) {
            return Condition::Moment(tests);
        }
        Condition::Date(self.slots(""), tests)
    }

    /// The same question of another parameter and value.
    pub(super) fn of(&self, code: &'a str, value: &str) -> Self {
        Self { code, modifier: None, values: vec![value.to_owned()], ..*self }
    }

    /// The resources with these ids.
    fn ids(&self) -> Condition {
        let of = |id: &String| address(self.resource_type.as_str(), id);
        Condition::Address(self.plain_values().iter().map(of).collect())
    }

    /// The parameters that have the values of this one.
    pub(super) fn sources(&self) -> Vec<Source<'_>> {
        search_values::sources(self.resource_type, self.code)
    }

    /// The slots of the parameter's values, or of what is kept under its name with `suffix` at the end.
    pub(super) fn slots(&self, suffix: &str) -> Vec<i32> {
        let sources = self.sources();
        sources.iter().map(|s| index::slot(self.resource_type, &format!("{}{suffix}", s.code))).collect()
    }

    /// The tokens that the values name, under the parameter's name with `suffix` at the end.
    pub(super) fn tokens(&self, suffix: &str) -> Condition {
        let slots = self.slots(suffix);
        let tests = self.values.iter().flat_map(|value| slots.iter().map(|slot| token(value, *slot)));
        Condition::Term(tests.collect())
    }

    fn token(&self, parameter: &SearchParameter) -> Result<Condition, Error> {
        match self.modifier {
            None => Ok(self.tokens("")),
            Some("not") => Ok(modifiers::not(self.tokens(""))),
            Some("text") => Ok(modifiers::text(self)),
            Some("of-type") => modifiers::of_type(self, parameter),
            Some("in") => terminology::within(self),
            Some("not-in") => Ok(modifiers::not(terminology::within(self)?)),
            Some("above") => terminology::of_kin(self, Kin::Above),
            Some("below") => terminology::of_kin(self, Kin::Below),
            Some(_) => self.unsupported_modifier(),
        }
    }

    fn reference(&self, parameter: &SearchParameter) -> Result<Condition, Error> {
        match self.modifier {
            None => self.references(parameter, None),
            Some("identifier") => Ok(self.by_identifier()),
            Some(target) if definitions::is_resource_type(target) => self.references(parameter, Some(target)),
            Some(_) => self.unsupported_modifier(),
        }
    }

    fn references(&self, parameter: &SearchParameter, asked: Option<&str>) -> Result<Condition, Error> {
        let mut tests: Vec<TermTest> = Vec::new();
        let all: Vec<&str>;
        let targets = if parameter.targets.is_empty() {
            all = definitions::resource_types().map(ResourceType::as_str).collect();
            &all
        } else {
            &parameter.targets
        };
        for Source { code, target } in self.sources() {
            let slot = index::slot(self.resource_type, code);
            // A parameter that is for one type alone finds nothing of another.
            if target.is_some_and(|target| asked.is_some_and(|asked| asked != target)) {
                continue;
            }
            for value in &self.values {
                tests.extend(reference(
                    &unescaped(value),
                    self.context.base_url,
                    targets,
                    target.or(asked),
                    slot,
                ));
            }
        }
        self.context.count_tests(tests.len())?;
        Ok(Condition::Term(tests))
    }

    /// `:identifier` on a reference: the target's business identifier as the reference itself has it.
    fn by_identifier(&self) -> Condition {
        let mut tests = Vec::new();
        for Source { code, target } in self.sources() {
            let kind = target.map(|target| format!(":{target}")).unwrap_or_default();
            let slot = index::slot(self.resource_type, &format!("{code}{IDENTIFIER}{kind}"));
            tests.extend(self.values.iter().map(|value| token(value, slot)));
        }
        Condition::Term(tests)
    }

    fn string(&self) -> Result<Condition, Error> {
        let test = |value: String| match self.modifier {
            None => Some(TextTest::StartsWith(fold(&value))),
            Some("contains") => Some(TextTest::Contains(fold(&value))),
            Some("exact") => Some(TextTest::Is { compared: fold(&value), written: value }),
            Some(_) => None,
        };
        let tests: Option<Vec<_>> = self.plain_values().into_iter().map(test).collect();
        tests.map_or_else(|| self.unsupported_modifier(), |tests| Ok(Condition::Text(self.slots(""), tests)))
    }

    fn uri(&self) -> Result<Condition, Error> {
        let tests = match self.modifier {
            None => self.plain_values().into_iter().map(modifiers::exactly).collect(),
            Some("below") => modifiers::below(self),
            Some("above") => modifiers::above(self)?,
            Some(_) => return self.unsupported_modifier(),
        };
        Ok(Condition::Text(self.slots(""), tests))
    }

    /// A condition that takes no modifier.
    fn plain(&self, condition: impl FnOnce() -> Result<Condition, Error>) -> Result<Condition, Error> {
        if self.modifier.is_some() { self.unsupported_modifier() } else { condition() }
    }

    /// The values without their escapes.
    pub(super) fn plain_values(&self) -> Vec<String> {
        self.values.iter().map(|value| unescaped(value)).collect()
    }

    pub(super) fn unsupported_modifier(&self) -> Result<Condition, Error> {
        let modifier = shown(self.modifier.unwrap_or_default());
        let text = format!("the modifier {modifier} is not supported for {}", self.code);
        Err(Error::BadRequest(IssueType::NotSupported, text))
    }

    /// Refuses a value that does not have the form of its kind.
    pub(super) fn malformed<T>(&self, form: &str) -> Result<T, Error> {
        Err(Error::BadRequest(IssueType::Value, format!("{} must be {form}", self.name)))
    }
}
