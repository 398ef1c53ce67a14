//! `:in`, `:not-in`, `:above` and `:below` on tokens. <https://hl7.org/fhir/R4/search.html#modifiers>

use std::collections::BTreeSet;

use serde_json::Value;

use super::context::Terminology;
use super::parameters::Asked;
use super::values::split;
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_values;
use crate::fhir::value_set::{Codes, Concepts, Kin, Known, Missing, published};
use crate::identity::{Caller, Right};
use crate::records::access::Limit;
use crate::records::index::{code_value, slot, system_qualifier};
use crate::records::{Error, Records};
use crate::storage::address::address;
use crate::storage::search::{self as rows, Condition, SortBy, SortKey, TermTest, TextTest};

/// So many value sets and code systems one search may need.
const MOST_LOOKED_UP: usize = 32;

/// So many bytes they may come to: read, they take many times as much memory.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// `:in`: the token is in the value set.
pub(super) fn within(asked: &Asked<'_>) -> Result<Condition, Error> {
    let mut tests = Vec::new();
    for url in asked.plain_values() {
        asked.context.require(named("ValueSet")?)?;
        let url = relative(&url, asked.context.base_url).to_owned();
        if let Some(codes) = asked.context.terminology.ask(|known| known.codes(&url))? {
            let more = of_codes(asked, &codes);
            asked.context.count_tests(more.len())?;
            tests.extend(more);
        }
    }
    Ok(Condition::Term(tests))
}

/// `:above` and `:below`: the token is an ancestor, or a descendant, of the one that is given, or that itself.
pub(super) fn of_kin(asked: &Asked<'_>, kin: Kin) -> Result<Condition, Error> {
    let mut tests = Vec::new();
    for value in &asked.values {
        asked.context.require(named("CodeSystem")?)?;
        let parts: Vec<_> = split(value, '|').into_iter().map(super::values::unescaped).collect();
        let [system, code] = parts.as_slice() else { return asked.malformed("[system]|[code]") };
        let Some(concepts) = asked.context.terminology.ask(|known| known.concepts(system))? else { continue };
        let kin = concepts.kin(code, kin);
        if kin.is_empty() {
            let text = format!("{}: {} has no code {}", asked.name, shown(system), shown(code));
            return Err(Error::BadRequest(IssueType::CodeInvalid, text));
        }
        let codes = kin.into_iter().map(|code| (system.clone(), code.to_owned())).collect();
        let more = of_codes(asked, &Codes { codes, systems: BTreeSet::new() });
        asked.context.count_tests(more.len())?;
        tests.extend(more);
    }
    Ok(Condition::Term(tests))
}

fn of_codes(asked: &Asked<'_>, codes: &Codes) -> Vec<TermTest> {
    let mut tests = Vec::new();
    for slot in asked.slots("") {
        let whole = codes.systems.iter().map(|system| (system, None));
        let single = codes.codes.iter().map(|(system, code)| (system, Some(code_value(code))));
        tests.extend(whole.chain(single).map(|(system, value)| {
            let qualifier = Some(system_qualifier(system));
            TermTest { slot, value, qualifier }
        }));
    }
    tests
}

/// An address of this server by its end.
fn relative<'a>(url: &'a str, base_url: &str) -> &'a str {
    url.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(url)
}

fn named(name: &str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or_else(|| Error::internal("a resource type that R4 has"))
}

/// A value set or code system, unless what was looked up comes to too many bytes with it.
fn definition(body: &str, bytes: usize) -> Result<Value, Error> {
    if bytes > MOST_BYTES {
        let text = format!("the value sets and code systems come to more than {MOST_BYTES} bytes");
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    serde_json::from_str(body).map_err(Error::internal)
}

impl Records {
    /// Reads a search; where it asks for terminology, looks that up and reads it again.
    pub(super) async fn with_terminology<T>(
        &self,
        caller: &Caller,
        read: impl Fn(&Terminology) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.with_known(caller, Known::default(), read).await
    }

    /// The same, where something is known before.
    pub(in crate::records) async fn with_known<T>(
        &self,
        caller: &Caller,
        mut known: Known,
        read: impl Fn(&Terminology) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut bytes = 0_usize;
        let parameters = self.known.last(caller.tenant);
        loop {
            let terminology = Terminology::new(known);
            let answer = read(&terminology);
            let (mut at_hand, missing) = terminology.into_parts();
            if missing.is_empty() {
                return answer;
            }
            let in_all = at_hand.value_sets.len().saturating_add(at_hand.code_systems.len());
            if in_all.saturating_add(missing.len()) > MOST_LOOKED_UP {
                let text = format!("this needs more than {MOST_LOOKED_UP} value sets and code systems");
                return Err(Error::BadRequest(IssueType::TooCostly, text));
            }
            for one in missing {
                let (kind, url) = match &one {
                    Missing::ValueSet(url) => ("ValueSet", url),
                    Missing::CodeSystem(url) => ("CodeSystem", url),
                };
                // What a value set takes from a code system tells of that too. What HL7 publishes is no secret.
                let may_search =
                    self.access(caller, &parameters).limit(Right::Search, named(kind)?) == Limit::All;
                let stored = match (may_search, &one) {
                    (true, _) => self.definition(caller, kind, url).await?,
                    (false, Missing::CodeSystem(url)) if published::has_code_system(url) => None,
                    (false, _) => return Err(Error::Forbidden),
                };
                bytes = stored.iter().fold(bytes, |sum, body| sum.saturating_add(body.len()));
                let stored = stored.map(|body| definition(&body, bytes)).transpose()?;
                match one {
                    Missing::ValueSet(url) => {
                        let found = stored.or_else(|| published::value_set(&url));
                        at_hand.value_sets.insert(url, found);
                    }
                    Missing::CodeSystem(url) => {
                        let stored = stored.map(Concepts::of).transpose()?;
                        let found = stored.or_else(|| published::code_system(&url));
                        at_hand.code_systems.insert(url, found);
                    }
                }
            }
            known = at_hand;
        }
    }

    /// The value set or code system with this canonical URL or address, the last changed where there are several.
    async fn definition(&self, caller: &Caller, kind: &str, url: &str) -> Result<Option<String>, Error> {
        let resource_type = named(kind)?;
        let condition = match url.split_once('/') {
            Some((name, id)) if name == kind => Condition::Address(vec![address(kind, id)]),
            _ => {
                let is = TextTest::Is { compared: url.to_owned(), written: url.to_owned() };
                let sources = search_values::sources(resource_type, "url");
                let slots = sources.iter().map(|source| slot(resource_type, source.code)).collect();
                Condition::Text(slots, vec![is])
            }
        };
        let (types, conditions) = ([kind], [condition]);
        let wanted = rows::Wanted { tenant: caller.tenant, types: &types, conditions: &conditions };
        let sort = [SortKey { by: SortBy::Updated, descending: true }];
        let page = rows::Page { sort: &sort, after: None, limit: 1, skip: 0 };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::page(&mut transaction, &wanted, &page).await;
        Ok(transaction.finish(found).await?.matches.pop().and_then(|found| found.version.body))
    }
}
