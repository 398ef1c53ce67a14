//! Searching and writing, as the operations of this surface need it.

use serde_json::Value;

use super::errors::Refusal;
use super::query::Page;
use crate::fhir::ResourceType;
use crate::identity::Caller;
pub use crate::records::search::escaped;
use crate::records::search::{MOST, Query, Total};
use crate::records::{Error, Precondition, Records, Stored, Write, Written};

/// So often work is tried of which another request changed something first.
pub const ATTEMPTS: u8 = 16;

/// A type that R4 has.
///
/// # Errors
/// When there is none with that name.
pub fn resource_type(name: &'static str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or(Error::UnknownType)
}

/// A search whose parameters are all known.
#[must_use]
pub fn query(parameters: &[(&str, String)]) -> Query {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Query { parameters, count: MOST, total: Total::Unwanted, strict: true, ..Query::default() }
}

/// All resources that match.
///
/// # Errors
/// When they cannot be searched.
pub async fn all(
    records: &Records,
    caller: &Caller,
    name: &'static str,
    parameters: &[(&str, String)],
) -> Result<Vec<Stored>, Error> {
    let caller = caller.quietly();
    let mut query = query(parameters);
    let mut found = Vec::new();
    loop {
        let page = records.search(&caller, resource_type(name)?, &query).await?;
        found.extend(page.resources);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(found);
        }
    }
}

/// The bodies of those on a page with a number, and how many match in all.
///
/// # Errors
/// When they cannot be searched.
pub async fn numbered(
    records: &Records,
    caller: &Caller,
    name: &'static str,
    mut query: Query,
    page: Page,
) -> Result<(Vec<Value>, i64), Refusal> {
    let (resource_type, size) = (resource_type(name)?, u16::try_from(page.size).unwrap_or(u16::MAX));
    (query.total, query.skip, query.count) = (Total::Exact, page.skipped(), size);
    let found = records.search(caller, resource_type, &query).await?;
    let total = found.total.unwrap_or_default();
    Ok((found.resources.iter().map(Stored::json).collect::<Result<_, _>>()?, total))
}

/// The current version of a resource, if there is one.
///
/// # Errors
/// When it cannot be read.
pub async fn current(
    records: &Records,
    caller: &Caller,
    name: &'static str,
    id: &str,
) -> Result<Option<Stored>, Error> {
    match records.read(&caller.quietly(), resource_type(name)?, id).await {
        Ok(stored) => Ok(Some(stored)),
        // What cannot be an id is nobody's.
        Err(Error::NotFound | Error::Gone | Error::BadRequest(..)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Makes a resource with that id, which nothing has.
#[must_use]
pub fn create(resource: Value, id: &str) -> Write {
    Write::Update { resource, id: id.to_owned(), precondition: Some(Precondition::Absent) }
}

/// Changes a resource that is in the version that was read.
#[must_use]
pub fn update(stored: &Stored, resource: Value) -> Write {
    Write::Update { resource, id: stored.id.clone(), precondition: Some(stored.version.into()) }
}

/// Deletes a resource that is in the version that was read.
///
/// # Errors
/// When there is no such type.
pub fn delete(name: &'static str, stored: &Stored) -> Result<Write, Error> {
    let resource_type = resource_type(name)?;
    Ok(Write::Delete { resource_type, id: stored.id.clone(), precondition: Some(stored.version.into()) })
}

/// The first of what was stored.
///
/// # Errors
/// When nothing was.
pub fn first(written: Vec<Written>) -> Result<Value, Error> {
    let stored = written.into_iter().next().and_then(|written| written.stored);
    stored.ok_or_else(|| Error::internal("a write without a result"))?.json()
}

/// None where another request was faster, so that the same work may go through when it begins anew.
///
/// # Errors
/// When it failed for another reason.
pub fn unless_late<T>(done: Result<T, Error>) -> Result<Option<T>, Refusal> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(
            Error::Conflict | Error::PreconditionFailed { .. } | Error::NothingThere | Error::IsThere { .. },
        ) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Does work again while another request comes first.
///
/// # Errors
/// That of the work, or [`Refusal::Unavailable`] when that goes on.
pub async fn repeated<T>(work: impl AsyncFn() -> Result<Option<T>, Refusal>) -> Result<T, Refusal> {
    for _ in 0..ATTEMPTS {
        if let Some(done) = work().await? {
            return Ok(done);
        }
    }
    Err(Refusal::Unavailable)
}
