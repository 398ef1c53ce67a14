//! Conditional interactions: what a search finds decides what is written.
//! <https://hl7.org/fhir/R4/http.html#ccreate>, `#cond-update`, `#3.1.0.7.1`
//!
//! Each is a transaction of one entry: it first takes an advisory lock of its criteria. Whoever comes with the same criteria
//! waits until it ends, and then finds what it made. `docs/decisions/0006-conditional-guard.md` has the limits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::access::{Access, permit};
use super::bundle::{Entry, Target, Wanted};
use super::parameters::Parameters;
use super::search::{Context, Terminology, alternatives, check_words, conditions};
use super::transact::{Written, validated};
use super::{Error, Precondition, Records};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::fhir::patch::Patch;
use crate::identity::{Caller, Right};
use crate::storage::locks::Lock;
use crate::storage::search::{Condition, Head, heads};
use crate::storage::{Connection, TenantId};

/// The search of a conditional interaction.
#[derive(Clone)]
pub struct Criteria {
    /// Name and value of each search parameter, decoded.
    pub parameters: Vec<(String, String)>,
    /// The base of this server's own URLs, by which an absolute reference is known as one of ours.
    pub base_url: String,
}

impl Criteria {
    /// The criteria that a query string names.
    #[must_use]
    pub fn of_query(query: &str, base_url: &str) -> Self {
        let parameters = form_urlencoded::parse(query.as_bytes());
        let parameters = parameters.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Self { parameters, base_url: base_url.to_owned() }
    }
}

impl Records {
    /// Keeps a new resource, unless one matches the criteria: then that is the answer, and nothing is written.
    ///
    /// # Errors
    /// As for [`Records::create`]; [`Error::MultipleMatches`].
    pub async fn create_unless(
        &self,
        caller: &Caller,
        resource: Value,
        criteria: &Criteria,
    ) -> Result<Written, Error> {
        let resource_type = type_of(&resource)?;
        let wanted = Wanted::Create { resource, unless: Some(criteria.clone()) };
        self.one(caller, resource_type, wanted, criteria).await
    }

    /// Changes the resource that matches the criteria, or makes one where none does.
    ///
    /// # Errors
    /// As for [`Records::update`]; [`Error::MultipleMatches`].
    pub async fn update_where(
        &self,
        caller: &Caller,
        resource: Value,
        criteria: &Criteria,
        precondition: Option<Precondition>,
    ) -> Result<Written, Error> {
        let resource_type = type_of(&resource)?;
        let wanted = Wanted::Update { resource, target: Target::Where(criteria.clone()), precondition };
        self.one(caller, resource_type, wanted, criteria).await
    }

    /// Changes the resource that matches the criteria by a patch.
    ///
    /// # Errors
    /// As for [`Records::patch`]; [`Error::NotFound`] where none matches, [`Error::MultipleMatches`].
    pub async fn patch_where(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        patch: Patch,
        criteria: &Criteria,
        precondition: Option<Precondition>,
    ) -> Result<Written, Error> {
        let wanted = Wanted::Patch { patch, target: Target::Where(criteria.clone()), precondition };
        self.one(caller, resource_type, wanted, criteria).await
    }

    /// Deletes all resources that match the criteria. None is no error.
    ///
    /// # Errors
    /// As for [`Records::delete`]; [`Error::TooMany`].
    pub async fn delete_where(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        criteria: &Criteria,
        precondition: Option<Precondition>,
    ) -> Result<Written, Error> {
        let wanted = Wanted::Delete { target: Target::Where(criteria.clone()), precondition };
        self.one(caller, resource_type, wanted, criteria).await
    }

    /// A transaction of one entry.
    async fn one(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        wanted: Wanted,
        criteria: &Criteria,
    ) -> Result<Written, Error> {
        let entry = Entry { at: 0, full_url: None, resource_type, wanted };
        let nothing = async |_: &Self, _: &[Written]| Ok(());
        let written = self.transaction(caller, vec![entry], (&criteria.base_url, 1), nothing).await;
        let (written, ()) = written.map_err(Error::of_entry)?;
        written.into_iter().next().ok_or_else(|| Error::internal("a write without a result"))
    }

    /// The criteria as conditions. Who may not search learns nothing by a conditional interaction either.
    pub(super) fn compile(
        &self,
        known: &Parameters,
        caller: &Caller,
        resource_type: ResourceType,
        criteria: &Criteria,
    ) -> Result<Search, Error> {
        permit(caller, Right::Search, resource_type)?;
        let parameters = normalised(&criteria.parameters)?;
        if parameters.is_empty() {
            let text = "a conditional interaction needs search parameters";
            return Err(Error::BadRequest(IssueType::Required, text.to_owned()));
        }
        let read = |caller: &Caller, now_us| {
            let (base_url, terminology) = (criteria.base_url.as_str(), Terminology::default());
            // A criterion that was passed over would let the write meet the wrong resource.
            let terminology = &terminology;
            let context = Context {
                caller,
                parameters: known,
                base_url,
                now_us,
                strict: true,
                takes_contained: false,
                terminology,
            };
            let (conditions, _) = conditions(&context, resource_type, &parameters)?;
            check_words(&conditions)?;
            // What a stored value set says may change between the search and the lock.
            if terminology.is_missing() {
                let text = "the criteria of a conditional interaction cannot ask for value sets";
                return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
            }
            Ok(conditions)
        };
        let now_us = self.clock.now().timestamp_micros();
        let mut conditions = read(caller, now_us)?;
        // What the caller cannot find is not met.
        let access = Access { caller, parameters: known, now_us };
        conditions.extend(access.among(Right::Search, &[resource_type]));
        // An approximate date depends on the time, a chain on what the caller may search; the key must not.
        let meant = match read(&Caller::system(caller.tenant, caller.surface), 0) {
            Ok(meant) => meant.iter().map(|condition| format!("{condition:?}")).collect(),
            // A chain may have no meaning where only others may go; then the text stands for it.
            Err(_) => parameters.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        };
        Ok(Search { resource_type, key: key(caller.tenant, resource_type, meant), conditions })
    }
}

/// A compiled search of a conditional interaction.
#[derive(Clone)]
pub(super) struct Search {
    pub resource_type: ResourceType,
    /// The number of its lock; equal for searches that mean the same.
    pub key: i64,
    pub conditions: Vec<Condition>,
}

impl Search {
    /// Up to `limit` resources that match, all of them whatever their size.
    pub(super) async fn find(
        &self,
        tenant: TenantId,
        connection: &mut Connection,
        limit: i64,
    ) -> Result<Vec<Head>, Error> {
        let meant = (self.resource_type.as_str(), self.conditions.as_slice());
        Ok(heads(connection, tenant, meant, limit).await?)
    }
}

/// With more searches of one type than this, the type is locked instead of each search: Postgres has room for so many locks only.
const MOST_LOCKS: usize = 64;

/// The locks of these searches, in the order in which every transaction takes them: first each type's, which is shared unless
/// it stands for all of its searches, then each search's own.
pub(super) fn locks_of(tenant: TenantId, searches: &[&Search]) -> Vec<Lock> {
    let mut by_type: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for search in searches {
        by_type.entry(key(tenant, search.resource_type, Vec::new())).or_default().insert(search.key);
    }
    let is_shared = |own: &BTreeSet<i64>| own.len() <= MOST_LOCKS;
    let types = by_type.iter().map(|(number, own)| Lock { number: *number, shared: is_shared(own) });
    let mut locks: Vec<_> = types.collect();
    let own: BTreeSet<_> = by_type.values().filter(|own| is_shared(own)).flatten().collect();
    locks.extend(own.into_iter().map(|number| Lock { number: *number, shared: false }));
    locks
}

/// The type that the resource says it is.
fn type_of(resource: &Value) -> Result<ResourceType, Error> {
    ResourceType::of(resource).map_or_else(|| validated(resource), Ok)
}

/// The parameters in one order, each with its alternatives in one order, and nothing twice.
fn normalised(parameters: &[(String, String)]) -> Result<Vec<(String, String)>, Error> {
    let mut normalised = parameters
        .iter()
        .map(|(name, value)| {
            if name.contains('\0') || value.contains('\0') {
                let text = "a search parameter holds a NUL character";
                return Err(Error::BadRequest(IssueType::Value, text.to_owned()));
            }
            let mut values = alternatives(name, value)?;
            values.sort_unstable();
            values.dedup();
            Ok((name.clone(), values.join(",")))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    normalised.sort_unstable();
    normalised.dedup();
    Ok(normalised)
}

/// The number of the lock. It is made from what the criteria mean, so that `Patient/1` and this server's own URL of it agree.
fn key(tenant: TenantId, resource_type: ResourceType, mut meant: Vec<String>) -> i64 {
    meant.sort_unstable();
    let text = format!("{}/{resource_type}?{}", tenant.number(), meant.join("&"));
    i64::from_ne_bytes(xxh3_64(text.as_bytes()).to_ne_bytes())
}
