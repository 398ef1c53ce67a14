//! Changes with the resources as they then were and before, and what those meet by themselves.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::task::spawn_blocking;
use tokio::time::timeout_at;

use super::wanted::Change as Happened;
use crate::fhir::date::Interval;
use crate::fhir::fhirpath::{Context, Expression, Fault, Item};
use crate::identity::TenantId;
use crate::records::meets::Candidate;
use crate::records::parameters::Parameters;
use crate::records::{Error, Version, index};
use crate::storage::address::address;
use crate::storage::index_entries::IndexEntries;
use crate::storage::search::Condition;
use crate::storage::subscriptions::changes::Change;
use crate::storage::{Connection, resources};

/// So much longer than it may take it is waited for an evaluation.
const GRACE: Duration = Duration::from_millis(100);

/// A change with the resource as it then was, and before.
pub(super) struct Changed {
    /// The change.
    pub change: Change,
    /// What it was.
    pub happened: Happened,
    /// The resource as it then was.
    pub now: Seen,
    /// None where there was none, or nothing is left of it.
    pub before: Option<Seen>,
}

/// A version, and what it was found by.
pub(super) struct Seen {
    resource: Value,
    entries: IndexEntries,
    updated: Interval,
}

/// Those of the changes at these places of which an expression holds; none where that is not told by `end`. Whoever evaluates keeps no
/// other work waiting.
pub(super) async fn evaluated(
    path: &Arc<Expression>,
    changed: &Arc<[Changed]>,
    places: Vec<usize>,
    (now, end): (DateTime<Utc>, Instant),
) -> Result<Option<Vec<usize>>, Error> {
    if places.is_empty() {
        return Ok(Some(places));
    }
    let (path, changed) = (Arc::clone(path), Arc::clone(changed));
    let work = spawn_blocking(move || {
        let mut told = Vec::new();
        for at in places {
            let Some(one) = changed.get(at) else { continue };
            let is = Some(&one.now).filter(|_| one.happened != Happened::Delete);
            match holds(&path, (is, one.before.as_ref()), (now, end)) {
                Ok(true) => told.push(at),
                Ok(false) => {}
                Err(TooLate) => return None,
            }
        }
        Some(told)
    });
    // What one step of it takes is seen only when it is over.
    match timeout_at((end + GRACE).into(), work).await {
        Ok(told) => told.map_err(Error::internal),
        Err(_) => Ok(None),
    }
}

/// The time is over.
struct TooLate;

/// Whether an expression holds of a resource as it is and was. What was not there is a resource without elements; where the expression
/// cannot be evaluated, it does not hold.
fn holds(
    path: &Expression,
    (is, was): (Option<&Seen>, Option<&Seen>),
    (now, end): (DateTime<Utc>, Instant),
) -> Result<bool, TooLate> {
    let of_type = is.or(was).and_then(|seen| seen.resource.get("resourceType").cloned());
    let nothing = serde_json::json!({ "resourceType": of_type });
    let current = is.map_or(&nothing, |seen| &seen.resource);
    let previous = was.map_or(&nothing, |seen| &seen.resource);
    let (Some(current), Some(previous)) = (Item::resource(current), Item::resource(previous)) else {
        return Ok(false);
    };
    let mut context = Context::of(current.clone(), current.clone(), now).until(end);
    context.variables.insert("current".to_owned(), current.clone());
    context.variables.insert("previous".to_owned(), previous);
    let told = path.holds(&context, current);
    if told == Err(Fault::TooLate) || Instant::now() > end {
        return Err(TooLate);
    }
    Ok(told.unwrap_or(false))
}

impl Seen {
    fn of(parameters: &Parameters, version: &Version) -> Result<Self, Error> {
        let resource: Value = match version.body.as_deref() {
            Some(body) => serde_json::from_str(body).map_err(Error::internal)?,
            None => Value::Null,
        };
        let low = version.updated.timestamp_micros();
        let updated = Interval { low, high: low.saturating_add(1) };
        Ok(Self { resource, entries: index::entries_of(parameters, version)?, updated })
    }

    /// Whether it meets a condition, as far as it tells by itself.
    pub(super) fn meets(&self, change: &Change, condition: &Condition) -> bool {
        let Change { type_, id, .. } = change;
        let candidate = Candidate {
            resource_type: type_,
            address: address(type_, id),
            updated: self.updated,
            entries: &self.entries,
        };
        candidate.meets(condition)
    }
}

/// The changes with their resources, as they then were and before; those of which nothing is left, because they were erased, are left out.
pub(super) async fn changed(
    connection: &mut Connection,
    tenant: TenantId,
    parameters: &Parameters,
    taken: &[Change],
) -> Result<Vec<Changed>, Error> {
    let both = |one: &Change| [one.version, one.version.saturating_sub(1)];
    let named: Vec<_> = taken
        .iter()
        .flat_map(|one| both(one).map(|version| (one.type_.as_str(), one.id.as_str(), version)))
        .collect();
    let versions = resources::versions(connection, tenant, &named).await?;
    let by_place: HashMap<_, _> = versions
        .iter()
        .map(|version| ((version.resource_type.as_str(), version.id.as_str(), version.number), version))
        .collect();
    let mut changed = Vec::with_capacity(taken.len());
    for change in taken {
        let at = |number: i64| by_place.get(&(change.type_.as_str(), change.id.as_str(), number));
        let [now, before] = both(change).map(at);
        let (Some(now), Some(happened)) = (now, Happened::parse(&change.change)) else { continue };
        let before = before.filter(|before| before.body.is_some());
        changed.push(Changed {
            change: change.clone(),
            happened,
            now: Seen::of(parameters, now)?,
            before: before.map(|before| Seen::of(parameters, before)).transpose()?,
        });
    }
    Ok(changed)
}

/// So many of the changes, from the first on, as can be read at once: one at least, and no more than come to so many bytes.
pub(super) async fn fitting(
    connection: &mut Connection,
    tenant: TenantId,
    mut changes: Vec<Change>,
    most_bytes: i64,
) -> Result<Vec<Change>, Error> {
    let both = |one: &Change| [one.version, one.version.saturating_sub(1)];
    let named = changes
        .iter()
        .flat_map(|one| both(one).map(|version| (one.type_.as_str(), one.id.as_str(), version)));
    let named: Vec<_> = named.collect();
    let sizes = resources::sizes(connection, tenant, &named).await?;
    let mut bytes = 0_i64;
    let fits = |sizes: &&[i64]| {
        bytes = bytes.saturating_add(sizes.iter().sum());
        bytes <= most_bytes
    };
    let fitting = sizes.chunks(2).take_while(fits).count().max(1);
    changes.truncate(fitting);
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::records::Method;

    fn patients(count: i64) -> Arc<[Changed]> {
        let made_at = DateTime::UNIX_EPOCH;
        let one = |number: i64| {
            let body = json!({ "resourceType": "Patient", "id": "a", "active": number % 2 == 0 }).to_string();
            let version = Version {
                resource_type: "Patient".to_owned(),
                id: "a".to_owned(),
                number,
                updated: made_at,
                method: Method::Put,
                body: Some(body),
            };
            let (type_, id) = ("Patient".to_owned(), "a".to_owned());
            let change = Change { number, type_, id, version: number, change: "update".to_owned(), made_at };
            let now = Seen::of(&Parameters::default(), &version).unwrap();
            Changed { change, happened: Happened::Update, now, before: None }
        };
        (0..count).map(one).collect()
    }

    async fn held(path: &str, changed: &Arc<[Changed]>, within: Duration) -> Option<Vec<usize>> {
        let path = Arc::new(Expression::parse(path).unwrap());
        let by = (DateTime::UNIX_EPOCH, Instant::now() + within);
        evaluated(&path, changed, (0..changed.len()).collect(), by).await.unwrap()
    }

    #[tokio::test]
    async fn an_expression_tells_which_changes_it_holds_of() {
        let few = patients(4);
        let long = Duration::from_secs(60);
        assert_eq!(held("%current.active", &few, long).await, Some(vec![0, 2]));
    }

    #[tokio::test]
    async fn what_is_not_told_in_time_is_not_told() {
        let letters = "x".repeat(600);
        let costly = format!("'{letters}'.toChars().where($this in '{letters}'.toChars()).count() > 0");
        let many = patients(2_000);
        let started = Instant::now();
        assert_eq!(held(&costly, &many, Duration::from_millis(50)).await, None);
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }
}
