//! Searching one resource type. <https://hl7.org/fhir/R4/search.html>
//!
//! Several values of one parameter are alternatives, several parameters must all hold. Results come in the order that is
//! asked for, else in that of the time that they are about; the order of their making decides between equals, so that no row is
//! repeated or lost between pages unless what it is sorted by changes.

pub mod cursor;
mod modifiers;
mod of_patient;
mod parameters;
mod sort;
mod values;

use super::parameters::Parameters;
use super::{Error, Records, Stored, operations, permit};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::storage::audit::AuditRow;
use crate::storage::search::{self as rows, Condition, SortBy, SortKey};
use cursor::Place;
pub(super) use parameters::conditions;
pub use parameters::is_supported;
pub(super) use values::alternatives;

/// So many results a page, unless the caller asks for another number.
pub const DEFAULT_COUNT: u16 = 50;
/// So many results a page at most.
pub const MOST: u16 = 1000;

/// What to look for.
#[derive(Clone, Debug)]
pub struct Query {
    /// Name and value of each search parameter, decoded, in their order. Result parameters (`_count` ...) are not among them.
    pub parameters: Vec<(String, String)>,
    /// `_sort`: the order of the results.
    pub sort: Option<String>,
    /// Results a page; with 0 there are none, but a total.
    pub count: u16,
    /// Whether the total is wanted.
    pub total: bool,
    /// The cursor that the page before gave.
    pub after: Option<String>,
    /// Whether an unknown parameter is refused or passed over.
    pub strict: bool,
    /// The base of this server's own URLs, by which an absolute reference is known as one of ours.
    pub base_url: String,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            parameters: Vec::new(),
            sort: None,
            count: DEFAULT_COUNT,
            total: true,
            after: None,
            strict: false,
            base_url: String::new(),
        }
    }
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

/// A query, read.
struct Search<'a> {
    /// What the conditions and the order are made by.
    parameters: &'a Parameters,
    resource_type: ResourceType,
    conditions: Vec<Condition>,
    sort: Vec<SortKey>,
    after: Option<Place>,
    query: &'a Query,
}

#[derive(Default)]
struct Found {
    matches: Vec<(Stored, Place)>,
    total: Option<i64>,
    /// Where a search that looks at so many rows at most was broken off.
    broken_off_at: Option<Place>,
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
        let (mut parameters, mut attempt) = (self.known.last(caller.tenant), 1);
        loop {
            match self.search_by(&parameters, caller, resource_type, query).await {
                Ok(page) => return Ok(page),
                Err(error) => {
                    let tried = parameters;
                    parameters = self.parameters_after(caller.tenant, &tried, &mut attempt, error).await?;
                }
            }
        }
    }

    async fn search_by(
        &self,
        parameters: &Parameters,
        caller: &Caller,
        resource_type: ResourceType,
        query: &Query,
    ) -> Result<Page, Error> {
        let now_us = self.clock.now().timestamp_micros();
        let (conditions, used) = conditions(parameters, resource_type, query, now_us)?;
        let sort = match resource_type.as_str() {
            "AuditEvent" => audit_order(query.sort.as_deref())?,
            _ => sort::keys(parameters, resource_type, query.sort.as_deref())?,
        };
        let scope = scope(caller, resource_type, query, &used);
        let after = match &query.after {
            Some(cursor) => Some(self.cursors().await?.read(&scope, cursor)?),
            None => None,
        };
        let search = Search { parameters, resource_type, conditions, sort, after, query };
        let mut found = self.matches(caller, &search).await?;
        if resource_type.as_str() == "AuditEvent" {
            self.add_audit_events(caller, &search, &mut found).await?;
        }
        if resource_type.as_str() == operations::OPERATION_DEFINITION {
            add_operations(&search, &mut found);
        }
        let count = usize::from(query.count);
        let more = found.matches.len() > count;
        found.matches.truncate(count);
        let last = found.matches.last().filter(|_| more);
        let next = match last.map(|(_, place)| place.clone()).or(found.broken_off_at) {
            Some(place) if count > 0 => Some(self.cursors().await?.write(&scope, &place)?),
            _ => None,
        };
        let row = self.audit_row(caller, "search-type", None);
        self.record_read(caller, AuditRow { type_: Some(resource_type.to_string()), ..row }).await?;
        let resources = found.matches.into_iter().map(|(stored, _)| stored).collect();
        Ok(Page { resources, total: found.total, next, used })
    }

    /// One match more than the page holds, and the total if it is wanted.
    async fn matches(&self, caller: &Caller, search: &Search<'_>) -> Result<Found, Error> {
        let Search { parameters, resource_type, conditions, sort, after, query } = search;
        let types = [resource_type.as_str()];
        let wanted = rows::Wanted { tenant: caller.tenant, types: &types, conditions };
        let count = i64::from(query.count);
        let after = after.as_ref().map(|place| rows::Place { keys: &place.keys, ordinal: place.ordinal });
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = async {
            self.known.confirm(&mut transaction, caller.tenant, parameters).await?;
            let mut matches = Vec::new();
            if count > 0 && !search.is_past_stored() {
                let page = rows::Page { sort, after, limit: count.saturating_add(1) };
                matches = rows::page(&mut transaction, &wanted, &page).await?;
            }
            let all = search.after.is_none() && count > 0 && matches.len() <= usize::from(query.count);
            let total = match (query.total, all) {
                (false, _) => None,
                (true, true) => i64::try_from(matches.len()).ok(),
                (true, false) => Some(rows::count(&mut transaction, &wanted).await?),
            };
            Ok::<_, Error>((matches, total))
        }
        .await;
        let (matches, total) = transaction.finish(found).await?;
        let matches = matches.into_iter();
        let matches = matches.filter_map(|found| {
            let place = Place { keys: found.keys, ordinal: found.ordinal };
            Some((Stored::from_version(found.version)?, place))
        });
        Ok(Found { matches: matches.collect(), total, broken_off_at: None })
    }

    /// Adds the server's own AuditEvents, which are in no table of resources.
    async fn add_audit_events(
        &self,
        caller: &Caller,
        search: &Search<'_>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let limit = usize::from(search.query.count).saturating_add(1);
        let after = search.after.as_ref().and_then(|place| place.keys.first()?.as_deref());
        let own = self
            .search_audit_events(
                caller,
                search.parameters,
                search.resource_type,
                &search.conditions,
                after,
                limit,
            )
            .await?;
        let place = |id: &str| Place { keys: vec![Some(id.to_owned())], ordinal: 0 };
        found.matches.extend(own.events.into_iter().map(|event| {
            let place = place(&event.id);
            (event, place)
        }));
        found.matches.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        // What was not looked at yet might stand between what was found.
        found.matches.retain(|(event, _)| own.broken_off_at.as_ref().is_none_or(|at| event.id <= *at));
        found.broken_off_at = own.broken_off_at.as_deref().map(place);
        found.total = None;
        Ok(())
    }
}

impl Search<'_> {
    /// Whether the pages before showed all that is stored: then the server's own definitions are left.
    fn is_past_stored(&self) -> bool {
        self.after.as_ref().is_some_and(|place| place.keys.is_empty())
    }
}

/// Adds the server's own OperationDefinitions, which come after those that are stored.
fn add_operations(search: &Search<'_>, found: &mut Found) {
    let own = operations::matching(search.parameters, &search.conditions);
    let more = i64::try_from(own.len()).unwrap_or(i64::MAX);
    found.total = found.total.map(|total| total.saturating_add(more));
    // No stored resource's place is without a key.
    let place = |ordinal| Place { keys: Vec::new(), ordinal };
    let shown = search.after.as_ref().filter(|_| search.is_past_stored()).map_or(0, |place| place.ordinal);
    let room = usize::from(search.query.count).saturating_add(1).saturating_sub(found.matches.len());
    let rest = (1..).map(place).zip(own).map(|(place, stored)| (stored, place));
    found.matches.extend(rest.filter(|(_, place)| place.ordinal > shown).take(room));
}

/// The order of AuditEvents: that of their ids, in which the server's own are read.
fn audit_order(sort: Option<&str>) -> Result<Vec<SortKey>, Error> {
    if sort.is_some_and(|sort| sort != "_id") {
        let text = "_sort: AuditEvents come in the order of their ids, which is that of their time";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
    }
    Ok(vec![SortKey { by: SortBy::Id, descending: false }])
}

/// What a cursor belongs to. Parts are parted by NUL, which no parameter holds.
fn scope(caller: &Caller, resource_type: ResourceType, query: &Query, used: &[(String, String)]) -> Vec<u8> {
    let tenant = caller.tenant.number().to_string();
    let sort = query.sort.as_deref().unwrap_or_default();
    let parameters = used.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let parts: Vec<_> =
        [tenant.as_str(), resource_type.as_str(), sort].into_iter().chain(parameters).collect();
    parts.join("\0").into_bytes()
}
