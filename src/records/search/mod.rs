//! Searching one resource type, several, or what belongs to one resource. <https://hl7.org/fhir/R4/search.html>
//!
//! Several values of one parameter are alternatives, several parameters must all hold. Results come in the order that is
//! asked for, else in that of the time that they are about; the order of their making decides between equals, so that no row is
//! repeated or lost between pages unless what it is sorted by changes.

mod also;
mod audit_events;
mod audit_narrow;
mod chains;
mod composite;
mod contained;
mod context;
pub mod cursor;
mod escaped;
mod filter;
mod include;
mod modifiers;
mod of_patient;
mod parameters;
mod query;
mod sort;
mod special;
mod terminology;
mod told;
mod values;
mod within;

use super::one_moment::OVERTAKEN;
use super::parameters::Parameters;
use super::{Error, Records, Stored, operations};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::storage::search::{self as rows, Condition, SortKey};
pub use also::Also;
pub use contained::Contained;
pub(super) use context::{Context, Terminology};
use cursor::Place;
pub use escaped::escaped;
pub(super) use parameters::conditions;
pub use special::SPECIAL;
pub(super) use special::check_words;
pub(super) use told::told;
pub(super) use values::alternatives;
pub use within::Within;

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
    pub total: Total,
    /// The cursor that the page before gave.
    pub after: Option<String>,
    /// So many results are passed over, for those who number their pages; then there is no cursor.
    pub skip: u32,
    /// What must hold besides, which no parameter can say.
    pub also: Vec<Also>,
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
            total: Total::Exact,
            after: None,
            skip: 0,
            also: Vec::new(),
            strict: false,
            base_url: String::new(),
        }
    }
}

/// Whether the number of all matches is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// No.
    Unwanted,
    /// Where all are on one page: then it costs nothing.
    IfKnown,
    /// Yes, whatever it costs.
    Exact,
}

/// A page of results.
#[derive(Debug)]
pub struct Page {
    /// The resources.
    pub resources: Vec<Stored>,
    /// Those that match and stand in others; what one container has comes on one page.
    pub contained: Vec<Contained>,
    /// Those that `_include` and `_revinclude` add.
    pub included: Vec<Stored>,
    /// Whether these would have been more than a page takes.
    pub is_cut: bool,
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
    types: Vec<&'a str>,
    conditions: Vec<Condition>,
    sort: Vec<SortKey>,
    after: Option<Place>,
    query: &'a Query,
}

#[derive(Default)]
struct Found {
    matches: Vec<(Stored, Place)>,
    /// What matches in containers, by these.
    contained: Vec<(Vec<Contained>, Place)>,
    total: Option<i64>,
    /// Where a search that looks at so many rows at most was broken off.
    broken_off_at: Option<Place>,
}

impl Records {
    /// One page of the resources of one type that match.
    ///
    /// # Errors
    /// As for [`Records::search_within`].
    #[tracing::instrument(target = "hygeia_trace", name = "records.search", skip_all)]
    pub async fn search(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        query: &Query,
    ) -> Result<Page, Error> {
        let within = Within { resource_type: Some(resource_type), compartment: None };
        self.search_within(caller, &within, query).await
    }

    /// One page of the resources that match.
    ///
    /// # Errors
    /// When a parameter is not supported or its value malformed, or the caller may not search where it says.
    pub async fn search_within(
        &self,
        caller: &Caller,
        within: &Within,
        query: &Query,
    ) -> Result<Page, Error> {
        let (mut parameters, mut attempt) = (self.known.last(caller.tenant), 1);
        loop {
            match self.search_by(&parameters, caller, within, query).await {
                Ok(page) => return Ok(page),
                Err(error) if error.is_conflict() && attempt >= OVERTAKEN => {
                    let moment = self.one_moment(caller).await?;
                    let found = async {
                        let parameters = moment.records.current_parameters(caller.tenant).await?;
                        moment.records.search_by(&parameters, caller, within, query).await
                    };
                    let found = Box::pin(found).await;
                    return self.after_moment(moment, found).await;
                }
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
        within: &Within,
        query: &Query,
    ) -> Result<Page, Error> {
        let wishes = include::wishes(parameters, &query.parameters)?;
        let contained = contained::wish(within, query)?;
        let now_us = self.clock.now().timestamp_micros();
        let read = self.with_terminology(caller, |terminology| {
            let (base_url, strict) = (query.base_url.as_str(), query.strict);
            let takes_contained = contained.is_some();
            let context =
                Context { caller, parameters, base_url, now_us, strict, takes_contained, terminology };
            let mut read = within::read(&context, within, &query.parameters)?;
            read.conditions.extend(also::conditions_of(&context, within.resource_type, &query.also)?);
            Ok(read)
        });
        let within::Read { types, conditions, used } = read.await?;
        let sort = order(parameters, &types, query)?;
        let scope = scope(caller, within, query, &used);
        let after = match &query.after {
            Some(cursor) => Some(self.cursors().await?.read(&scope, cursor)?),
            None => None,
        };
        let names = types.iter().map(|one| one.as_str()).collect();
        let search = Search { parameters, types: names, conditions, sort, after, query };
        let found = self.found(caller, &types, contained, &search).await?;
        let total = found.total;
        let Cut { resources, contained, goes_on_after } = found.cut(usize::from(query.count));
        let next = match goes_on_after {
            Some(place) if query.count > 0 && query.skip == 0 => {
                Some(self.cursors().await?.write(&scope, &place)?)
            }
            _ => None,
        };
        let include::Added { resources: included, is_cut } =
            self.added(caller, parameters, &wishes, &resources).await?;
        let interaction = if within.resource_type.is_some() { "search-type" } else { "search-system" };
        if !caller.quiet {
            let row = self.audit_row(caller, interaction, None);
            self.record_read(caller, told(row, within, &used)).await?;
        }
        Ok(Page { resources, contained, included, is_cut, total, next, used })
    }

    /// One match more than the page holds, wherever it is kept.
    async fn found(
        &self,
        caller: &Caller,
        types: &[ResourceType],
        contained: Option<contained::Wish>,
        search: &Search<'_>,
    ) -> Result<Found, Error> {
        let mut found = match types {
            [] => Found { total: Some(0), ..Found::default() },
            _ if contained.is_some_and(|wish| wish.alone) => {
                Found { total: (search.query.total != Total::Unwanted).then_some(0), ..Found::default() }
            }
            _ => self.matches(caller, search).await?,
        };
        match (types, types.iter().copied().find(within::is_audit_event)) {
            ([_], Some(audit_events)) => {
                self.add_audit_events(caller, audit_events, search, &mut found).await?;
            }
            (_, Some(audit_events)) => {
                self.add_audit_events_behind(caller, audit_events, search, &mut found).await?;
            }
            (_, None) => {}
        }
        if search.types == [operations::OPERATION_DEFINITION] {
            add_operations(search, &mut found);
        }
        if let (Some(wish), [of_type]) = (contained, types) {
            self.add_contained(caller, *of_type, wish, search, &mut found).await?;
        }
        Ok(found)
    }

    /// One match more than the page holds of what is stored, and the total if it is wanted.
    async fn matches(&self, caller: &Caller, search: &Search<'_>) -> Result<Found, Error> {
        let Search { parameters, types, conditions, sort, after, query } = search;
        let wanted = rows::Wanted { tenant: caller.tenant, types, conditions };
        let count = i64::from(query.count);
        let after = after.as_ref().map(|place| rows::Place { keys: &place.keys, ordinal: place.ordinal });
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = async {
            // What was found by another set than the query was read by is not shown.
            let is_same =
                |version| if parameters.is_version(version) { Ok(()) } else { Err(Error::Conflict) };
            let (mut matches, mut is_cut, mut is_read) = (Vec::new(), false, false);
            if count > 0 && !search.is_past_stored() {
                let page =
                    rows::Page { sort, after, limit: count.saturating_add(1), skip: i64::from(query.skip) };
                let found = rows::page(&mut connection, &wanted, &page).await?;
                is_same(found.parameters)?;
                (matches, is_cut, is_read) = (found.matches, found.is_cut, true);
            }
            let all = after.is_none()
                && query.skip == 0
                && count > 0
                && !is_cut
                && matches.len() <= usize::from(query.count);
            let total = match (query.total, all) {
                (Total::Unwanted, _) | (Total::IfKnown, false) => None,
                (Total::IfKnown | Total::Exact, true) => i64::try_from(matches.len()).ok(),
                (Total::Exact, false) => {
                    let total = rows::count(&mut connection, &wanted).await?;
                    is_same(total.parameters)?;
                    is_read = true;
                    Some(total.matches)
                }
            };
            if !is_read {
                self.known.confirm(&mut connection, caller.tenant, parameters).await?;
            }
            Ok::<_, Error>((matches, is_cut, total))
        }
        .await;
        let (matches, is_cut, total) = connection.finish(found).await?;
        let matches = matches.into_iter();
        let matches = matches.filter_map(|found| {
            let place = Place { keys: found.keys, ordinal: found.ordinal };
            Some((Stored::from_version(found.version)?, place))
        });
        let matches: Vec<(Stored, Place)> = matches.collect();
        let broken_off_at = matches.last().filter(|_| is_cut).map(|(_, place)| place.clone());
        Ok(Found { matches, total, broken_off_at, ..Found::default() })
    }
}

/// What of the matches is on one page.
struct Cut {
    resources: Vec<Stored>,
    contained: Vec<Contained>,
    /// Where the next page begins, if there is one.
    goes_on_after: Option<Place>,
}

impl Found {
    /// So many of the matches, and all of the last container.
    fn cut(mut self, count: usize) -> Cut {
        let mut goes_on = self.matches.len() > count;
        self.matches.truncate(count);
        let mut last = self.matches.last().map(|(_, place)| place.clone());
        let resources: Vec<_> = self.matches.into_iter().map(|(stored, _)| stored).collect();
        let mut contained = Vec::new();
        for (of_container, place) in self.contained {
            if resources.len().saturating_add(contained.len()) >= count {
                goes_on = true;
                break;
            }
            contained.extend(of_container);
            last = Some(place);
        }
        Cut { resources, contained, goes_on_after: last.filter(|_| goes_on).or(self.broken_off_at) }
    }
}

impl Search<'_> {
    /// Whether the pages before showed all that is stored and matches by itself: then the server's own resources are left, or
    /// contained ones.
    fn is_past_stored(&self) -> bool {
        // The place of a stored resource has a key for each of the order.
        self.after.as_ref().is_some_and(|place| place.keys.len() != self.sort.len())
    }
}

/// Adds the server's own OperationDefinitions, which come after those that are stored.
fn add_operations(search: &Search<'_>, found: &mut Found) {
    let own = operations::matching(search.parameters, &search.conditions);
    let more = i64::try_from(own.len()).unwrap_or(i64::MAX);
    found.total = found.total.map(|total| total.saturating_add(more));
    // Where a page was broken off, what is stored is not all shown yet.
    if found.broken_off_at.is_some() {
        return;
    }
    // No stored resource's place is without a key.
    let place = |ordinal| Place { keys: Vec::new(), ordinal };
    let shown = search.after.as_ref().filter(|_| search.is_past_stored()).map_or(0, |place| place.ordinal);
    let room = usize::from(search.query.count).saturating_add(1).saturating_sub(found.matches.len());
    let rest = (1..).map(place).zip(own).map(|(place, stored)| (stored, place));
    found.matches.extend(rest.filter(|(_, place)| place.ordinal > shown).take(room));
}

/// The order of the results.
fn order(parameters: &Parameters, types: &[ResourceType], query: &Query) -> Result<Vec<SortKey>, Error> {
    let sort = query.sort.as_deref();
    match (types, types.iter().any(within::is_audit_event)) {
        ([_], true) => audit_events::order(parameters, types, sort),
        (_, true) if sort.is_some() => {
            let text = "_sort: AuditEvents and resources of other types have no order in common";
            Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()))
        }
        _ => sort::keys_of_all(parameters, types, sort),
    }
}

/// What a cursor belongs to. Parts are parted by NUL, which no parameter holds.
fn scope(caller: &Caller, within: &Within, query: &Query, used: &[(String, String)]) -> Vec<u8> {
    let tenant = caller.tenant.number().to_string();
    let sort = query.sort.as_deref().unwrap_or_default();
    let resource_type = within.resource_type.map_or("", ResourceType::as_str);
    let compartment = within.compartment.as_ref().map(|(of, id)| format!("{of}/{id}")).unwrap_or_default();
    let also = if query.also.is_empty() { String::new() } else { format!("{:?}", query.also) };
    let parameters = used.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let place = [tenant.as_str(), &compartment, resource_type, sort, &also];
    place.into_iter().chain(parameters).collect::<Vec<_>>().join("\0").into_bytes()
}
