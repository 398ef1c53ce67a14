//! `_contained` and `_containedType`: resources that stand in others. <https://hl7.org/fhir/R4/search.html#contained>
//!
//! A container has a search row for the types that it contains, and none for their values: nothing is kept for what contains
//! nothing, and little for the rest. A search reads the containers of its type one after another, and puts its conditions to each
//! contained resource. What would need the database for that, a chain or a list, is refused.

use serde_json::Value;

use super::cursor::Place;
use super::special::{CONTAINED, CONTAINED_TYPE};
use super::{Found, Query, Search, Within};
use crate::fhir::ResourceType;
use crate::fhir::date::Interval;
use crate::fhir::definitions::resource_types;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::records::access::may;
use crate::records::meets::Candidate;
use crate::records::parameters::Parameters;
use crate::records::{Error, Records, Stored, index};
use crate::storage::address::address;
use crate::storage::search::{self as rows, Condition, TermTest};

/// So many containers are read for one page at most; a page may then be short, and the next goes on from there.
const LOOKED_AT: usize = 2_000;
/// So many bytes of them are read before a page is broken off.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// So many are read at a time.
const BATCH: i64 = 200;
/// Types of which the server has resources of its own that are in no table.
const APART: [&str; 2] = ["AuditEvent", "OperationDefinition"];

/// A resource that stands in another, and matches.
#[derive(Clone, Debug)]
pub struct Contained {
    /// Type and id of the container.
    pub container: String,
    /// The resource, with its own type and the id that it has there, which may be empty; the rest is the container's.
    pub resource: Stored,
}

/// What is asked about contained resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// Whether only they are looked for, and not other resources too.
    pub alone: bool,
    /// Whether they are shown, and not what contains them.
    shows_contained: bool,
}

/// What a search asks about contained resources, where it does.
pub(super) fn wish(within: &Within, query: &Query) -> Result<Option<Wish>, Error> {
    let value =
        |wanted| query.parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let alone = match value(CONTAINED) {
        Some("true") => true,
        Some("both") => false,
        // What is malformed is refused where the parameters are read.
        _ => return Ok(None),
    };
    let refused =
        |text: &str| Err(Error::BadRequest(IssueType::NotSupported, format!("{CONTAINED}: {text}")));
    let of_type = within.resource_type.filter(|_| within.compartment.is_none());
    if of_type.is_none_or(|of_type| APART.contains(&of_type.as_str())) {
        return refused(
            "contained resources of one type are searched, of any but AuditEvent and OperationDefinition",
        );
    }
    if query.sort.is_some() {
        return refused(
            "contained resources come in the order in which their containers were made, so _sort has no place",
        );
    }
    Ok(Some(Wish { alone, shows_contained: value(CONTAINED_TYPE) == Some("contained") }))
}

/// What is looked for in containers.
struct Sought<'a> {
    of_type: ResourceType,
    wish: Wish,
    parameters: &'a Parameters,
    conditions: &'a [Condition],
}

impl Sought<'_> {
    /// Adds what matches in a container, or the container, to what is found.
    fn take(&self, container: rows::Match, found: &mut Found) -> Result<(), Error> {
        let rows::Match { version, ordinal, .. } = container;
        let Some(stored) = Stored::from_version(version) else { return Ok(()) };
        let container = stored.json()?;
        let contained = self.within(&container, &stored);
        if contained.is_empty() {
            return Ok(());
        }
        let mut more = 1;
        if self.wish.shows_contained {
            more = i64::try_from(contained.len()).unwrap_or(i64::MAX);
            found.contained.push((contained, place(ordinal)));
        } else if self.wish.alone || !self.is_met_by(&container, &stored) {
            found.matches.push((stored, place(ordinal)));
        } else {
            more = 0;
        }
        found.total = found.total.map(|total| total.saturating_add(more));
        Ok(())
    }

    /// The contained resources that match.
    fn within(&self, container: &Value, stored: &Stored) -> Vec<Contained> {
        let contained = container.get("contained").and_then(Value::as_array).into_iter().flatten();
        let of_type = contained.filter(|one| ResourceType::of(one) == Some(self.of_type));
        let matching = of_type.filter(|one| self.is_met(one, stored));
        let of_container = |one: &Value| Contained {
            container: format!("{}/{}", stored.resource_type, stored.id),
            resource: Stored {
                resource_type: self.of_type.to_string(),
                id: id(one).to_owned(),
                body: one.to_string(),
                // The container's body may be large, and is not wanted for each.
                version: stored.version,
                updated: stored.updated,
            },
        };
        matching.map(of_container).collect()
    }

    /// Whether a container matches by itself, and so is found anyway.
    fn is_met_by(&self, container: &Value, stored: &Stored) -> bool {
        stored.resource_type == self.of_type.as_str() && self.is_met(container, stored)
    }

    /// Whether a resource, contained or not, meets all conditions.
    fn is_met(&self, resource: &Value, stored: &Stored) -> bool {
        let point = stored.updated.timestamp_micros();
        let candidate = Candidate {
            resource_type: self.of_type.as_str(),
            address: address(self.of_type.as_str(), id(resource)),
            updated: Interval { low: point, high: point.saturating_add(1) },
            entries: &index::entries(self.parameters, self.of_type, resource),
        };
        self.conditions.iter().all(|condition| candidate.meets(condition))
    }
}

/// The place of a container: no stored resource's place is without a key.
fn place(ordinal: i64) -> Place {
    Place { keys: Vec::new(), ordinal }
}

fn id(resource: &Value) -> &str {
    resource.get("id").and_then(Value::as_str).unwrap_or_default()
}

impl Records {
    /// Adds what matches in containers, behind all that matches by itself.
    pub(super) async fn add_contained(
        &self,
        caller: &Caller,
        of_type: ResourceType,
        wish: Wish,
        search: &Search<'_>,
        found: &mut Found,
    ) -> Result<(), Error> {
        if !search.conditions.iter().all(Condition::is_told_alone) {
            let text = format!(
                "{CONTAINED}: chains, _has, _list, _text and _content are not put to contained resources"
            );
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        let room = usize::from(search.query.count).saturating_add(1).saturating_sub(found.matches.len());
        // Where a page was broken off, what matches by itself is not all shown yet.
        if found.broken_off_at.is_some() || (room == 0 && search.query.count > 0) {
            found.total = None;
            return Ok(());
        }
        let mut at = None;
        if search.is_past_stored() {
            at = search.after.as_ref().map(|place| place.ordinal);
            found.total = None;
        }
        let sought = Sought { of_type, wish, parameters: search.parameters, conditions: &search.conditions };
        let (mut looked_at, mut bytes) = (0_usize, 0_usize);
        loop {
            let containers = self.containers(caller, &sought, at).await?;
            let Some(last) = containers.last() else { return Ok(()) };
            at = Some(last.ordinal);
            looked_at = looked_at.saturating_add(containers.len());
            for container in containers {
                bytes = bytes.saturating_add(container.version.body.as_ref().map_or(0, String::len));
                sought.take(container, found)?;
            }
            let taken = found.matches.len().saturating_add(found.contained.len());
            if search.query.count > 0 && taken > usize::from(search.query.count) {
                found.total = None;
                return Ok(());
            }
            if looked_at >= LOOKED_AT || bytes >= MOST_BYTES {
                found.total = None;
                found.broken_off_at = at.map(place);
                return Ok(());
            }
        }
    }

    /// Some resources that contain one of this type, in the order of their making, as far as the caller may search them.
    async fn containers(
        &self,
        caller: &Caller,
        sought: &Sought<'_>,
        after: Option<i64>,
    ) -> Result<Vec<rows::Match>, Error> {
        let may_search = |one: &ResourceType| may(caller, Right::Search, *one);
        let types: Vec<_> = resource_types().filter(may_search).collect();
        let value = Some(index::code_value(sought.of_type.as_str()));
        let test = |container: &ResourceType| TermTest {
            slot: index::slot(*container, index::CONTAINED),
            value,
            qualifier: Some(0),
        };
        let mut conditions = vec![Condition::Term(types.iter().map(test).collect())];
        conditions.extend(self.access(caller, sought.parameters).among(Right::Search, &types));
        let names: Vec<_> = types.iter().map(|one| one.as_str()).collect();
        let wanted = rows::Wanted { tenant: caller.tenant, types: &names, conditions: &conditions };
        let after = after.map(|ordinal| rows::Place { keys: &[], ordinal });
        let page = rows::Page { sort: &[], after, limit: BATCH, skip: 0 };
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::page(&mut connection, &wanted, &page).await;
        let found = connection.finish(found).await?;
        // What was found by another set than the query was read by is not shown.
        if sought.parameters.is_version(found.parameters) { Ok(found.matches) } else { Err(Error::Conflict) }
    }
}
