//! A person's values over time, whoever stored them: a scan, a device's photo, a client of the FHIR API.

use chrono::{DateTime, SecondsFormat, Utc};

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
/// So many, where only the latest values count.
const FEW: usize = 2_000;

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
    let mut found = search(records, signed_in, &parameters, MOST_LOOKED_AT).await?;
    found.retain(|reading| reading.vital == vital);
    Ok(found)
}

/// The latest values of all kinds, newest first.
///
/// # Errors
/// When they cannot be searched.
pub async fn latest(
    records: &Records,
    signed_in: &SessionCaller,
    patient: &str,
) -> Result<Vec<Reading>, Refusal> {
    let codes: Vec<_> = vitals::ALL.into_iter().flat_map(|vital| vital.codes).copied().collect();
    search(records, signed_in, &[of(patient), ("combo-code", any(&codes))], FEW).await
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
    search(records, signed_in, &parameters, FEW).await
}

fn of(patient: &str) -> (&'static str, String) {
    ("patient", format!("Patient/{patient}"))
}

async fn search(
    records: &Records,
    signed_in: &SessionCaller,
    parameters: &[(&str, String)],
    most: usize,
) -> Result<Vec<Reading>, Refusal> {
    let caller = signed_in.caller.quietly();
    let mut query = query(parameters, Some("-date"), MOST);
    let mut found = Vec::new();
    let mut seen = 0_usize;
    loop {
        let page = records.search(&caller, resource_type("Observation")?, &query).await?;
        seen = seen.saturating_add(page.resources.len());
        for stored in &page.resources {
            found.extend(readings(&stored.json()?));
        }
        query.after = page.next;
        if query.after.is_none() || seen >= most {
            newest_first(&mut found);
            return Ok(found);
        }
    }
}
