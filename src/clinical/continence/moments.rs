//! Moments and spans that cannot overflow, whatever a pod's clock says.

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

pub(super) type Moment = DateTime<Utc>;

/// The moment so much later, or the last one there is.
pub(super) fn after(moment: Moment, span: TimeDelta) -> Moment {
    moment.checked_add_signed(span).unwrap_or(Moment::MAX_UTC)
}

/// The moment so much earlier, or the first one there is.
pub(super) fn before(moment: Moment, span: TimeDelta) -> Moment {
    moment.checked_sub_signed(span).unwrap_or(Moment::MIN_UTC)
}

/// Cut to milliseconds, which is what a state keeps.
pub(super) fn cut(moment: Moment) -> Moment {
    moment.trunc_subsecs(3)
}

pub(super) fn minutes(count: u32) -> TimeDelta {
    TimeDelta::minutes(count.into())
}

pub(super) fn seconds(count: u32) -> TimeDelta {
    TimeDelta::seconds(count.into())
}

/// The later of what is there and `moment`.
pub(super) fn latest(known: Option<Moment>, moment: Moment) -> Option<Moment> {
    Some(known.map_or(moment, |known| known.max(moment)))
}
