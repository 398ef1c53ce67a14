//! Values over time (contract SS-71 to SS-75).

pub mod anomalies;
pub mod delta;
pub mod tag;
pub mod tags;
pub mod vital;

use crate::vendors::smartscan::from_fhir::face_scan::reading::Reading;

/// A value of a session, with those of the same kind before it.
pub(super) struct WithEarlier<'a> {
    pub current: &'a Reading,
    /// Newest first; none is of the session itself.
    pub earlier: Vec<&'a Reading>,
}

/// The latest value of each kind in a session, in the vendor's order. `of_session` and `all` are newest first.
pub(super) fn with_earlier<'a>(
    of_session: &'a [Reading],
    all: &'a [Reading],
    session: &str,
) -> Vec<WithEarlier<'a>> {
    let vitals = crate::vendors::smartscan::vitals::ALL.into_iter();
    vitals
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
