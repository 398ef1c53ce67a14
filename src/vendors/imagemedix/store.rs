//! Searching and writing, as the operations of this surface need it.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Mutex;

use super::caller::SignedIn;
use super::errors::Refusal;
use super::object_id;
use super::query::Page;
use super::to_fhir::{self, Context};
use crate::fhir::ResourceType;
use crate::identity::Caller;
pub use crate::records::search::escaped;
use crate::records::search::{MOST, Query, Total};
use crate::records::{Beside, Error, Records, Stored, Write, Written};

/// So often work is tried of which another request changed something first. Of those who change one thing at the same time, one comes
/// through each time.
pub const ATTEMPTS: u8 = 16;
/// So often it is tried before whoever does it waits for others who were late as often. Then only who has just come, or is at another
/// replica, can be faster.
const AT_RANDOM: u8 = 3;
/// So many resources are asked for at the same time by what names them.
pub const AT_ONCE: usize = 200;

/// A type that R4 has.
///
/// # Errors
/// When there is none with that name.
pub fn resource_type(name: &'static str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or(Error::UnknownType)
}

/// A search whose parameters are all known.
#[must_use]
pub fn query(parameters: &[(&str, String)], sort: Option<&str>, count: u16) -> Query {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let sort = sort.map(str::to_owned);
    Query { parameters, sort, count, total: Total::Unwanted, strict: true, ..Query::default() }
}

/// The first resource that matches, in an order.
///
/// # Errors
/// When it cannot be searched.
pub async fn first(
    records: &Records,
    caller: &Caller,
    name: &'static str,
    parameters: &[(&str, String)],
    sort: &str,
) -> Result<Option<Value>, Error> {
    let query = query(parameters, Some(sort), 1);
    let page = records.search(&caller.quietly(), resource_type(name)?, &query).await?;
    page.resources.first().map(Stored::json).transpose()
}

/// All resources that match, in the order of their time.
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
    let mut query = query(parameters, None, MOST);
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

/// The bodies of all resources that match, in the order of their time.
///
/// # Errors
/// When they cannot be searched.
pub async fn bodies(
    records: &Records,
    caller: &Caller,
    name: &'static str,
    parameters: &[(&str, String)],
) -> Result<Vec<Value>, Error> {
    all(records, caller, name, parameters).await?.iter().map(Stored::json).collect()
}

/// The bodies of those on a page with a number, and how many match in all.
///
/// # Errors
/// When they cannot be searched.
pub async fn numbered(
    records: &Records,
    signed_in: &SignedIn,
    name: &'static str,
    mut query: Query,
    page: Page,
) -> Result<(Vec<Value>, i64), Refusal> {
    let resource_type = resource_type(name)?;
    let limit = u16::try_from(page.limit).unwrap_or(u16::MAX);
    (query.total, query.skip, query.count) = (Total::Exact, page.skipped(), limit);
    let found = records.search(&signed_in.caller, resource_type, &query).await?;
    let total = found.total.unwrap_or_default();
    let mut resources = found.resources;
    // A page of very large resources comes in parts.
    let there = total.saturating_sub(i64::from(query.skip)).clamp(0, i64::from(limit));
    query.total = Total::Unwanted;
    while i64::try_from(resources.len()).unwrap_or(i64::MAX) < there {
        let got = u32::try_from(resources.len()).unwrap_or(u32::MAX);
        query.skip = page.skipped().saturating_add(got);
        query.count = limit.saturating_sub(u16::try_from(got).unwrap_or(u16::MAX));
        let rest = records.search(&signed_in.caller.quietly(), resource_type, &query).await?;
        if rest.resources.is_empty() {
            break;
        }
        resources.extend(rest.resources);
    }
    Ok((resources.iter().map(Stored::json).collect::<Result<_, _>>()?, total))
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

/// A new id in the vendor's form.
#[must_use]
pub fn new_id(records: &Records) -> String {
    object_id::of(&records.new_id())
}

/// What a translation needs to know.
#[must_use]
pub fn context(records: &Records, signed_in: &SignedIn) -> Context {
    Context { now: records.now(), author: signed_in.reference() }
}

/// The caller as the author of what is written: a Provenance in the same transaction says so.
#[must_use]
pub fn author(records: &Records, signed_in: &SignedIn) -> Caller {
    let provenance = to_fhir::authorship(&context(records, signed_in));
    Caller { provenance: Some(Arc::new(provenance)), ..signed_in.caller.clone() }
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

/// Does the writes, and tells what was stored; none, where another request changed first what they go on from.
///
/// # Errors
/// When they cannot be done for another reason.
pub async fn written(
    records: &Records,
    caller: &Caller,
    writes: Vec<Write>,
) -> Result<Option<Vec<Value>>, Refusal> {
    written_beside(records, caller, writes, &Beside::default()).await
}

/// The same, with what the writes make necessary beside them.
///
/// # Errors
/// When they cannot be done for another reason.
pub async fn written_beside(
    records: &Records,
    caller: &Caller,
    writes: Vec<Write>,
    beside: &Beside,
) -> Result<Option<Vec<Value>>, Refusal> {
    late(records.transact_beside(caller, writes, beside).await)
}

fn late(written: Result<Vec<Written>, Error>) -> Result<Option<Vec<Value>>, Refusal> {
    match written {
        Ok(written) => {
            let stored = written.iter().filter_map(|written| written.stored.as_ref()).map(Stored::json);
            Ok(Some(stored.collect::<Result<_, _>>()?))
        }
        Err(error) if is_late(&error) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Does writes that are chosen while a resource is held, so that nobody who holds it too adds anything in between; none, where another
/// request changed it first.
///
/// # Errors
/// When they cannot be done for another reason.
pub async fn written_holding(
    records: &Records,
    caller: &Caller,
    held: &Stored,
    choose: impl AsyncFn(&Records) -> Result<Vec<Write>, Error>,
) -> Result<Option<Vec<Value>>, Refusal> {
    late(records.transact_holding(caller, held, choose).await)
}

/// Whether another request was faster, so that the same work may go through when it begins anew.
#[must_use]
pub fn is_late(error: &Error) -> bool {
    matches!(
        error,
        Error::Duplicate(_)
            | Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. }
    )
}

/// Does work on something again while another request comes first; those who are late again and again do it one after another.
///
/// # Errors
/// That of the work, or [`Refusal::Unavailable`] when that goes on.
pub async fn repeated<T>(of: &str, work: impl AsyncFn() -> Result<Option<T>, Refusal>) -> Result<T, Refusal> {
    for _ in 0..AT_RANDOM {
        if let Some(done) = work().await? {
            return Ok(done);
        }
    }
    let line = line(of);
    let _turn = match line {
        Some(line) => Some(line.lock().await),
        None => None,
    };
    for _ in 0..ATTEMPTS {
        if let Some(done) = work().await? {
            return Ok(done);
        }
    }
    Err(Refusal::Unavailable)
}

/// Where those wait in turn who change the same thing, and few others.
fn line(of: &str) -> Option<&'static Mutex<()>> {
    static LINES: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];
    let sum = of.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    LINES.get(sum.checked_rem(LINES.len())?)
}
