//! Searching and writing, as the operations of this surface need it.

use serde_json::Value;

use super::errors::Refusal;
use super::to_fhir::Context;
use crate::fhir::ResourceType;
use crate::identity::Caller;
pub use crate::records::search::escaped;
use crate::records::search::{MOST, Query, Total};
use crate::records::{Error, Records, Stored, Write};

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
pub fn query(parameters: &[(&str, String)], count: u16) -> Query {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Query { parameters, count, total: Total::Unwanted, strict: true, ..Query::default() }
}

/// All resources that match, in the order of their making.
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
    let mut query = query(parameters, MOST);
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
        Err(Error::NotFound | Error::Gone) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What a translation needs to know.
#[must_use]
pub fn context(records: &Records, author: Value) -> Context {
    Context { now: records.now(), author }
}

/// Holds a resource in the version that was read.
///
/// # Errors
/// When there is no such type.
pub fn hold(name: &'static str, stored: &Stored) -> Result<Write, Error> {
    let resource_type = resource_type(name)?;
    Ok(Write::Hold { resource_type, id: stored.id.clone(), precondition: stored.version.into() })
}

/// Changes a resource that is in the version that was read.
#[must_use]
pub fn update(stored: &Stored, resource: Value) -> Write {
    Write::Update { resource, id: stored.id.clone(), precondition: Some(stored.version.into()) }
}

/// None where another request was faster, so that the same work may go through when it begins anew.
///
/// # Errors
/// When it failed for another reason.
pub fn unless_late<T>(done: Result<T, Error>) -> Result<Option<T>, Refusal> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(
            Error::Duplicate(_)
            | Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. },
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
