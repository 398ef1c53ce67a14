//! Values over time (contract SS-71 to SS-75).

pub mod anomalies;
pub mod delta;
pub mod tag;
pub mod tags;
pub mod vital;

use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::reading::Reading;
use crate::vendors::smartscan::scans::Session;
use crate::vendors::smartscan::scans::readings::{self, Before};
use crate::vendors::smartscan::vitals;

/// So many values before those of a session are looked at; of some, the quality is too poor.
const MOST: usize = 100;

/// A value of a session, with those of the same kind before it.
pub(super) struct WithEarlier<'a> {
    pub current: &'a Reading,
    /// Newest first; none is of the session itself.
    pub earlier: Vec<&'a Reading>,
}

/// The latest value of each kind in a session, and the values of that kind up to then, newest first.
pub(super) async fn looked_up(
    records: &Records,
    signed_in: &SessionCaller,
    session: &Session,
) -> Result<(Vec<Reading>, Vec<Reading>), Refusal> {
    let mut current = readings::of_session(records, signed_in, &session.patient, session.id()).await?;
    let mut seen = Vec::new();
    current.retain(|reading| {
        let is_latest = !seen.contains(&reading.vital.name);
        seen.push(reading.vital.name);
        is_latest
    });
    let wanted: Vec<_> = current
        .iter()
        .map(|one| Before { vital: one.vital, until_us: Some(one.at_us), beside: Some(session.id()) })
        .collect();
    let all = readings::before(records, signed_in, &session.patient, &wanted, MOST).await?;
    Ok((current, all))
}

/// The value of each kind in a session, in the vendor's order. `all` is newest first.
pub(super) fn with_earlier<'a>(
    of_session: &'a [Reading],
    all: &'a [Reading],
    session: &str,
) -> Vec<WithEarlier<'a>> {
    vitals::ALL
        .into_iter()
        .filter_map(|vital| {
            let current = of_session.iter().find(|reading| reading.vital == vital)?;
            let elsewhere = |one: &&Reading| one.vital == vital && one.session.as_deref() != Some(session);
            let place =
                all.iter().position(|one| one.vital == vital && one.session.as_deref() == Some(session));
            let after = match place {
                // What is of the same moment stands in the order of its making.
                Some(place) => all.get(place..).unwrap_or_default(),
                None => all,
            };
            let earlier = after.iter().filter(|one| one.at_us <= current.at_us).filter(elsewhere).collect();
            Some(WithEarlier { current, earlier })
        })
        .collect()
}
