//! Quiet hours, by the clocks of the organisation.

use chrono::{Days, MappedLocalTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::alert::Kind;
use super::moments::{Moment, after};

/// When it is quiet, and what waits for the end of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// It begins at this time of day.
    pub from: NaiveTime,
    /// It is over at this time of day, the next day where that is earlier.
    pub to: NaiveTime,
    /// Alerts of these kinds wait.
    #[serde(default = "waiting")]
    pub holds: Vec<Kind>,
}

fn waiting() -> Vec<Kind> {
    vec![Kind::ChangeDue]
}

impl Quiet {
    /// Whether it is quiet at `moment`.
    pub(super) fn covers(&self, moment: Moment, timezone: Tz) -> bool {
        let time = moment.with_timezone(&timezone).time();
        if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }

    /// When the quiet hours that cover `moment` are over.
    pub(super) fn end(&self, moment: Moment, timezone: Tz) -> Option<Moment> {
        let today = moment.with_timezone(&timezone).date_naive();
        // Where clocks are set, a time of day may come twice, or not at all.
        (0..3)
            .filter_map(|days| today.checked_add_days(Days::new(days)))
            .flat_map(|day| moments(day.and_time(self.to), timezone))
            .filter(|end| *end > moment && !self.covers(*end, timezone))
            .min()
    }

    pub(super) fn makes_sense(&self) -> bool {
        self.from != self.to && self.holds.iter().all(|kind| kind.can_wait())
    }
}

/// The moments at which clocks show this time; where they skip it, the one at which they do.
fn moments(shown: NaiveDateTime, timezone: Tz) -> Vec<Moment> {
    match timezone.from_local_datetime(&shown) {
        MappedLocalTime::Single(moment) => vec![moment.to_utc()],
        MappedLocalTime::Ambiguous(first, second) => vec![first.to_utc(), second.to_utc()],
        MappedLocalTime::None => skipped(shown, timezone).into_iter().collect(),
    }
}

/// The first whole minute that clocks show after a time that they skip.
fn skipped(shown: NaiveDateTime, timezone: Tz) -> Option<Moment> {
    let before =
        timezone.from_local_datetime(&shown.checked_sub_signed(TimeDelta::hours(3))?).earliest()?.to_utc();
    (1..=360)
        .map(|minutes| after(before, TimeDelta::minutes(minutes)))
        .find(|moment| moment.with_timezone(&timezone).naive_local() >= shown)
}
