//! Searching one resource type. <https://hl7.org/fhir/R4/search.html>
//!
//! Token, reference and date parameters of the specification, `_id` and `_lastUpdated`; several values of one parameter are
//! alternatives, several parameters must all hold. Results come in the order of their ids, which never change, so that no
//! row is repeated or lost between pages.

use super::index::Term;
use super::{Error, Records, Stored, permit};
use crate::fhir::ResourceType;
use crate::fhir::date::DateQuery;
use crate::fhir::definitions;
use crate::fhir::outcome::IssueType;
use crate::fhir::prefix::Prefix;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::identity::{Caller, Right};
use crate::storage::search::{self as rows, Condition, DateTest, Relation};

/// So many results a page, unless the caller asks for another number.
pub const DEFAULT_COUNT: u16 = 50;
/// So many results a page at most.
pub const MOST: u16 = 1000;
/// So many alternatives a parameter may have.
const MOST_VALUES: usize = 500;

/// What to look for.
#[derive(Clone, Debug)]
pub struct Query {
    /// Name and value of each search parameter, decoded, in their order. Result parameters (`_count` ...) are not among them.
    pub parameters: Vec<(String, String)>,
    /// Results a page.
    pub count: u16,
    /// The id of the last result of the page before.
    pub after: Option<String>,
    /// Whether an unknown parameter is refused or passed over.
    pub strict: bool,
    /// The base of this server's own URLs, by which an absolute reference is known as one of ours.
    pub base_url: String,
}

/// A page of results.
#[derive(Debug)]
pub struct Page {
    /// The resources.
    pub resources: Vec<Stored>,
    /// How many match in all.
    pub total: Option<i64>,
    /// Pass it as `after` for the next page; none on the last.
    pub next: Option<String>,
    /// The parameters that were used.
    pub used: Vec<(String, String)>,
}

impl Records {
    /// One page of the resources that match.
    ///
    /// # Errors
    /// When a parameter is not supported or its value malformed, or the caller may not search this type.
    pub async fn search(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        query: &Query,
    ) -> Result<Page, Error> {
        permit(caller, Right::Search, resource_type)?;
        let (conditions, used) = conditions(resource_type, query, self.clock.now().timestamp_micros())?;
        let count = i64::from(query.count);
        let after = query.after.as_deref();
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = async {
            let page = rows::Page { after, limit: count.saturating_add(1) };
            let versions =
                rows::page(&mut transaction, caller.tenant, resource_type.as_str(), &conditions, &page)
                    .await?;
            let whole = after.is_none() && i64::try_from(versions.len()).is_ok_and(|n| n <= count);
            let total = if whole {
                i64::try_from(versions.len()).ok()
            } else {
                Some(rows::count(&mut transaction, caller.tenant, resource_type.as_str(), &conditions).await?)
            };
            Ok::<_, Error>((versions, total))
        }
        .await;
        let (versions, mut total) = transaction.finish(found).await?;
        let mut resources: Vec<_> = versions.into_iter().filter_map(Stored::from_version).collect();
        let mut broken_off_at = None;
        if resource_type.as_str() == "AuditEvent" {
            let limit = usize::from(query.count).saturating_add(1);
            let own = self.search_audit_events(caller, resource_type, &conditions, after, limit).await?;
            resources.extend(own.events);
            resources.sort_by(|a, b| a.id.cmp(&b.id));
            // What was not looked at yet might stand between what was found.
            broken_off_at = own.broken_off_at;
            resources.retain(|found| broken_off_at.as_ref().is_none_or(|at| found.id <= *at));
            total = None;
        }
        let more = resources.len() > usize::from(query.count);
        resources.truncate(usize::from(query.count));
        let next = resources.last().filter(|_| more).map(|last| last.id.clone()).or(broken_off_at);
        let row = self.audit_row(caller, "search-type", None);
        let row = crate::storage::audit::AuditRow { type_: Some(resource_type.to_string()), ..row };
        self.record_read(caller, row).await?;
        Ok(Page { resources, total, next, used })
    }
}

/// Whether this server can search by a parameter.
#[must_use]
pub fn is_supported(parameter: &SearchParameter) -> bool {
    match parameter.kind {
        SearchKind::Token | SearchKind::Reference | SearchKind::Date => true,
        SearchKind::Number
        | SearchKind::String
        | SearchKind::Composite
        | SearchKind::Quantity
        | SearchKind::Uri
        | SearchKind::Special => false,
    }
}

/// Names with values.
type Pairs = Vec<(String, String)>;

/// What the parameters ask for, and those of them that are used.
pub(super) fn conditions(
    resource_type: ResourceType,
    query: &Query,
    now_us: i64,
) -> Result<(Vec<Condition>, Pairs), Error> {
    let mut conditions = Vec::new();
    let mut used = Vec::new();
    for (name, value) in &query.parameters {
        let (code, modifier) =
            name.split_once(':').map_or((name.as_str(), None), |(code, m)| (code, Some(m)));
        let values = alternatives(name, value)?;
        let condition = match (code, modifier, definitions::search_parameter(resource_type, code)) {
            ("_id", None, _) => Condition::Id(values.iter().map(|id| unescaped(id)).collect()),
            ("_lastUpdated", None, _) => Condition::Updated(tests(name, &values, now_us)?),
            (_, _, Some(parameter)) => {
                of_parameter(resource_type, parameter, modifier, &values, query, now_us)?
            }
            _ if query.strict => {
                let text = format!("{name:?} is not a search parameter of {resource_type}");
                return Err(Error::BadRequest(IssueType::NotSupported, text));
            }
            _ => continue,
        };
        conditions.push(condition);
        used.push((name.clone(), value.clone()));
    }
    Ok((conditions, used))
}

fn of_parameter(
    resource_type: ResourceType,
    parameter: &SearchParameter,
    modifier: Option<&str>,
    values: &[String],
    query: &Query,
    now_us: i64,
) -> Result<Condition, Error> {
    let code = parameter.code;
    let unsupported = |what: &str| {
        Err(Error::BadRequest(IssueType::NotSupported, format!("{what} is not supported for {code}")))
    };
    let hashes =
        |terms: &dyn Fn(&str) -> i64| Condition::Term(values.iter().map(|value| terms(value)).collect());
    match (parameter.kind, modifier) {
        (SearchKind::Token, None) => Ok(hashes(&|value| token(value, resource_type, code))),
        (SearchKind::Reference, None) => {
            Ok(hashes(&|value| reference(&unescaped(value), &query.base_url, None).hash(resource_type, code)))
        }
        (SearchKind::Reference, Some(target)) if definitions::is_resource_type(target) => {
            Ok(hashes(&|value| {
                reference(&unescaped(value), &query.base_url, Some(target)).hash(resource_type, code)
            }))
        }
        (SearchKind::Date, None) => Ok(Condition::Date(code.to_owned(), tests(code, values, now_us)?)),
        (SearchKind::Token | SearchKind::Reference | SearchKind::Date, Some(modifier)) => {
            unsupported(&format!("the modifier {modifier:?}"))
        }
        (
            SearchKind::Number
            | SearchKind::String
            | SearchKind::Composite
            | SearchKind::Quantity
            | SearchKind::Uri
            | SearchKind::Special,
            _,
        ) => unsupported(&format!("searching by {}", parameter.kind.as_str())),
    }
}

/// `[code]`, `[system]|[code]`, `|[code]` or `[system]|`, hashed.
fn token(value: &str, resource_type: ResourceType, parameter: &str) -> i64 {
    let parts: Vec<_> = split(value, '|').into_iter().map(unescaped).collect();
    let term = match parts.as_slice() {
        [system, code] if code.is_empty() => Term::System(system),
        [system, code] => Term::SystemCode(system, code),
        [code] => Term::Code(code),
        // More than one bar: the value cannot be in any index.
        _ => Term::Code(value),
    };
    term.hash(resource_type, parameter)
}

/// `[id]`, `[type]/[id]` or a URL, which may be one of this server's own.
fn reference<'a>(value: &'a str, base_url: &str, target: Option<&'a str>) -> Term<'a> {
    let local = value.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(value);
    match (local.split_once('/'), target) {
        (None, Some(target)) => Term::Resource(target, local),
        (None, None) if !local.contains(':') => Term::Id(local),
        (Some((resource_type, id)), _)
            if definitions::is_resource_type(resource_type) && super::is_id(id) =>
        {
            Term::Resource(resource_type, id)
        }
        _ => Term::Url(value),
    }
}

fn tests(name: &str, values: &[String], now_us: i64) -> Result<Vec<DateTest>, Error> {
    values
        .iter()
        .map(|value| {
            let query = DateQuery::parse(value, now_us).map_err(|_| {
                Error::BadRequest(
                    IssueType::Value,
                    format!("{name} must be a date, with or without a prefix"),
                )
            })?;
            let (low, high) = (query.interval.low, query.interval.high);
            Ok(DateTest { relation: relation(query.prefix), low, high })
        })
        .collect()
}

fn relation(prefix: Prefix) -> Relation {
    match prefix {
        Prefix::Equal => Relation::Within,
        Prefix::NotEqual => Relation::NotWithin,
        Prefix::Greater => Relation::After,
        Prefix::Less => Relation::Before,
        Prefix::GreaterOrEqual => Relation::AfterOrWithin,
        Prefix::LessOrEqual => Relation::BeforeOrWithin,
        Prefix::StartsAfter => Relation::StartsAfter,
        Prefix::EndsBefore => Relation::EndsBefore,
        Prefix::Approximate => Relation::Overlaps,
    }
}

/// The values between commas, still with their escapes.
pub(super) fn alternatives(name: &str, value: &str) -> Result<Vec<String>, Error> {
    let values: Vec<String> = split(value, ',').into_iter().map(str::to_owned).collect();
    if values.iter().any(|value| value.is_empty()) {
        return Err(Error::BadRequest(IssueType::Value, format!("{name} has an empty value")));
    }
    if values.len() > MOST_VALUES {
        let text = format!("{name} has more than {MOST_VALUES} values");
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    Ok(values)
}

/// The parts between unescaped separators. <https://hl7.org/fhir/R4/search.html#escaping>
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut escaped = false;
    text.split(|character| {
        let parts = character == separator && !escaped;
        escaped = character == '\\' && !escaped;
        parts
    })
    .collect()
}

/// The text with `\,` `\|` `\$` and `\\` as the plain characters.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(if character == '\\' { characters.next().unwrap_or(character) } else { character });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_parts_values_unless_it_is_escaped() {
        assert_eq!(alternatives("code", r"a,b\,c,d\\").unwrap(), ["a", r"b\,c", r"d\\"]);
        assert_eq!(unescaped(r"b\,c\\"), r"b,c\");
        assert_eq!(alternatives("code", "a,,b").unwrap_err().to_string(), "code has an empty value");
    }

    #[test]
    fn a_reference_to_this_server_is_a_local_one() {
        let term = |value| format!("{:?}", reference(value, "http://h/fhir", None));
        assert_eq!(term("http://h/fhir/Patient/1"), r#"Resource("Patient", "1")"#);
        assert_eq!(term("Patient/1"), r#"Resource("Patient", "1")"#);
        assert_eq!(term("1"), r#"Id("1")"#);
        assert_eq!(term("http://other/fhir/Patient/1"), r#"Url("http://other/fhir/Patient/1")"#);
        assert_eq!(term("urn:uuid:1"), r#"Url("urn:uuid:1")"#);
    }
}
