//! From the parameters of a query to conditions. <https://hl7.org/fhir/R4/search.html#ptypes>

use super::values::{alternatives, dates, numbers, quantities, reference, token, unescaped};
use super::{Query, modifiers, of_patient};
use crate::fhir::ResourceType;
use crate::fhir::definitions;
use crate::fhir::folding::fold;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::fhir::search_values::{self, Source};
use crate::records::Error;
use crate::records::index::{self, IDENTIFIER};
use crate::records::parameters::Parameters;
use crate::storage::address::address;
use crate::storage::search::{Condition, TermTest, TextTest};

/// Whether this server can search by a parameter.
#[must_use]
pub fn is_supported(parameter: &SearchParameter) -> bool {
    match parameter.kind {
        SearchKind::Token
        | SearchKind::Reference
        | SearchKind::Date
        | SearchKind::String
        | SearchKind::Uri
        | SearchKind::Number
        | SearchKind::Quantity => true,
        SearchKind::Composite | SearchKind::Special => false,
    }
}

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
    pub base_url: &'a str,
    pub now_us: i64,
}

type Pairs = Vec<(String, String)>;

/// What must hold, and the parameters that say so.
pub(in crate::records) fn conditions(
    parameters: &Parameters,
    resource_type: ResourceType,
    query: &Query,
    now_us: i64,
) -> Result<(Vec<Condition>, Pairs), Error> {
    let mut conditions = Vec::new();
    let mut used = Vec::new();
    for (name, value) in &query.parameters {
        let (code, modifier) =
            name.split_once(':').map_or((name.as_str(), None), |(code, m)| (code, Some(m)));
        let Some(parameter) = parameters.find(resource_type, code)? else {
            if query.strict {
                let text = format!("{name:?} is not a search parameter of {resource_type}");
                return Err(Error::BadRequest(IssueType::NotSupported, text));
            }
            continue;
        };
        let values = alternatives(name, value)?;
        let base_url = query.base_url.as_str();
        let asked = Asked { resource_type, name, code, modifier, values, base_url, now_us };
        conditions.push(asked.condition(parameter)?);
        used.push((name.clone(), value.clone()));
    }
    Ok((of_patient::joined(resource_type, conditions), used))
}

impl Asked<'_> {
    fn condition(&self, parameter: &SearchParameter) -> Result<Condition, Error> {
        if self.modifier == Some("missing") && is_supported(parameter) {
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
            SearchKind::Date if search_values::moment(self.resource_type) == Some(self.code) => {
                self.plain(|| Ok(Condition::Moment(dates(self)?)))
            }
            SearchKind::Date => self.plain(|| Ok(Condition::Date(self.slots(""), dates(self)?))),
            SearchKind::Number => self.plain(|| Ok(Condition::Number(self.slots(""), numbers(self)?))),
            SearchKind::Quantity => self.plain(|| Ok(Condition::Number(self.slots(""), quantities(self)?))),
            SearchKind::String => self.string(),
            SearchKind::Uri => self.uri(),
            SearchKind::Composite | SearchKind::Special => {
                self.unsupported(&format!("searching by {}", parameter.kind.as_str()))
            }
        }
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
            Some(_) => self.unsupported_modifier(),
        }
    }

    fn reference(&self, parameter: &SearchParameter) -> Result<Condition, Error> {
        match self.modifier {
            None => Ok(self.references(parameter, None)),
            Some("identifier") => Ok(self.by_identifier()),
            Some(target) if definitions::is_resource_type(target) => {
                Ok(self.references(parameter, Some(target)))
            }
            Some(_) => self.unsupported_modifier(),
        }
    }

    fn references(&self, parameter: &SearchParameter, asked: Option<&str>) -> Condition {
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
                tests.extend(reference(&unescaped(value), self.base_url, targets, target.or(asked), slot));
            }
        }
        Condition::Term(tests)
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
        self.unsupported(&format!("the modifier {:?}", self.modifier.unwrap_or_default()))
    }

    fn unsupported(&self, what: &str) -> Result<Condition, Error> {
        let text = format!("{what} is not supported for {}", self.code);
        Err(Error::BadRequest(IssueType::NotSupported, text))
    }

    /// Refuses a value that does not have the form of its kind.
    pub(super) fn malformed<T>(&self, form: &str) -> Result<T, Error> {
        Err(Error::BadRequest(IssueType::Value, format!("{} must be {form}", self.name)))
    }
}
