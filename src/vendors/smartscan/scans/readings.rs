//! A person's values over time, whoever stored them: a scan, a device's photo, a client of the FHIR API.

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::future::try_join_all;

use super::known::any;
use super::{query, resource_type};
use crate::records::Records;
use crate::records::search::MOST;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::reading::{Reading, newest_first, readings};
use crate::vendors::smartscan::vitals::{self, Vital};

/// So many Observations are looked at at most, the latest ones.
const MOST_LOOKED_AT: usize = 20_000;
/// So many values a session is looked at with at most.
const FEW: usize = 2_000;
/// Observations of a page, where the latest values of a kind are enough.
const PAGE: u16 = 100;
/// So many kinds are searched at the same time: each takes a connection.
const AT_ONCE: usize = 3;

/// The kind of value that the vendor calls so.
///
/// # Errors
/// [`Refusal::Validation`] when there is none.
pub fn vital(name: &str) -> Result<&'static Vital, Refusal> {
    vitals::named(name).ok_or_else(|| {
        let names: Vec<_> = vitals::ALL.into_iter().map(|vital| vital.name).collect();
        Refusal::Validation("vital", format!("must be one of {}", names.join(", ")))
    })
}

/// The values of one kind since a time, newest first.
///
/// # Errors
/// When they cannot be searched.
pub async fn since(
    records: &Records,
    signed_in: &SessionCaller,
    patient: &str,
    vital: &'static Vital,
    since: DateTime<Utc>,
) -> Result<Vec<Reading>, Refusal> {
    let since = since.to_rfc3339_opts(SecondsFormat::Micros, true);
    let parameters = [of(patient), ("combo-code", any(vital.codes)), ("date", format!("ge{since}"))];
    let mut found = search(records, signed_in, &parameters, MOST, |_| false).await?;
    found.retain(|reading| reading.vital == vital);
    Ok(found)
}

/// Which values of a kind are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// The kind.
    pub vital: &'static Vital,
    /// The latest moment, in microseconds since 1970.
    pub until_us: Option<i64>,
    /// A session whose own values come in addition.
    pub beside: Option<&'a str>,
}

/// The latest values of some kinds up to their moments, so many of each; each kind newest first. Each is looked for by itself, because
/// a kind that is measured every minute would leave no place for another.
///
/// # Errors
/// When they cannot be searched.
pub async fn before(
    records: &Records,
    signed_in: &SessionCaller,
    patient: &str,
    wanted: &[Before<'_>],
    most: usize,
) -> Result<Vec<Reading>, Refusal> {
    let mut found = Vec::new();
    for some in wanted.chunks(AT_ONCE) {
        let searches = some.iter().map(|one| of_kind(records, signed_in, patient, one, most));
        found.extend(try_join_all(searches).await?.into_iter().flatten());
    }
    Ok(found)
}

async fn of_kind(
    records: &Records,
    signed_in: &SessionCaller,
    patient: &str,
    wanted: &Before<'_>,
    most: usize,
) -> Result<Vec<Reading>, Refusal> {
    let Before { vital, until_us, beside } = *wanted;
    let until = until_us.and_then(DateTime::from_timestamp_micros);
    let until =
        until.map(|until| ("date", format!("le{}", until.to_rfc3339_opts(SecondsFormat::Micros, true))));
    let parameters: Vec<_> =
        [of(patient), ("combo-code", any(vital.codes))].into_iter().chain(until).collect();
    let is_wanted = |one: &Reading| one.vital == vital && until_us.is_none_or(|until| one.at_us <= until);
    let is_enough = |found: &[Reading]| {
        let own = |one: &&Reading| beside.is_some() && one.session.as_deref() == beside;
        found.iter().filter(|one| is_wanted(one) && !own(one)).count() >= most
    };
    let mut found = search(records, signed_in, &parameters, PAGE, is_enough).await?;
    found.retain(is_wanted);
    Ok(found)
}

/// The values of one session, newest first.
///
/// # Errors
/// When they cannot be searched.
pub async fn of_session(
    records: &Records,
    signed_in: &SessionCaller,
    patient: &str,
    session: &str,
) -> Result<Vec<Reading>, Refusal> {
    let parameters = [of(patient), ("encounter", format!("Encounter/{session}"))];
    search(records, signed_in, &parameters, MOST, |found| found.len() >= FEW).await
}

fn of(patient: &str) -> (&'static str, String) {
    ("patient", format!("Patient/{patient}"))
}

/// The values of Observations, newest first, page by page until there are enough.
async fn search(
    records: &Records,
    signed_in: &SessionCaller,
    parameters: &[(&str, String)],
    page: u16,
    is_enough: impl Fn(&[Reading]) -> bool,
) -> Result<Vec<Reading>, Refusal> {
    let caller = signed_in.caller.quietly();
    let mut query = query(parameters, Some("-date"), page);
    let mut found = Vec::new();
    let mut seen = 0_usize;
    loop {
        let page = records.search(&caller, resource_type("Observation")?, &query).await?;
        seen = seen.saturating_add(page.resources.len());
        for stored in &page.resources {
            found.extend(readings(&stored.json()?));
        }
        query.after = page.next;
        if query.after.is_none() || seen >= MOST_LOOKED_AT || is_enough(&found) {
            newest_first(&mut found);
            return Ok(found);
        }
    }
}
