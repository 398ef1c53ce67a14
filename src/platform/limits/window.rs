//! Windows of time that come one after another, by UTC. Pure.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

/// How long a window is. Windows stand still: an hour begins when the clock strikes, a month on its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// So many seconds, counted from 1970 on.
    Seconds(u32),
    /// A month of the calendar.
    Month,
}

impl Span {
    /// An hour.
    pub const HOUR: Self = Self::Seconds(60 * 60);
    /// A day.
    pub const DAY: Self = Self::Seconds(24 * 60 * 60);

    /// When the window began that this moment is in.
    #[must_use]
    pub fn begin(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Seconds(seconds) => {
                let since = now.timestamp().checked_rem_euclid(i64::from(seconds)).unwrap_or_default();
                DateTime::from_timestamp(now.timestamp().saturating_sub(since), 0).unwrap_or(now)
            }
            Self::Month => {
                let first = NaiveDate::from_ymd_opt(now.year(), now.month(), 1);
                first.map_or(now, |first| first.and_time(NaiveTime::MIN).and_utc())
            }
        }
    }

    /// When the window ends that began then.
    #[must_use]
    pub fn end(self, begin: DateTime<Utc>) -> DateTime<Utc> {
        let end = match self {
            Self::Seconds(seconds) => begin.checked_add_signed(TimeDelta::seconds(i64::from(seconds))),
            Self::Month => begin.checked_add_months(Months::new(1)),
        };
        end.unwrap_or(begin)
    }
}

/// How much may be taken within a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The span.
    pub span: Span,
    /// How much.
    pub most: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_and_ends_by_the_clock_and_the_calendar() {
        for (span, now, begin, end) in [
            (Span::HOUR, "2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z"),
            (Span::HOUR, "2026-11-21T12:59:59.999999Z", "2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z"),
            (Span::DAY, "2028-02-29T23:59:59Z", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"),
            (Span::Month, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            (Span::Month, "2028-02-01T00:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
            (Span::Seconds(900), "2026-11-21T12:44:59Z", "2026-11-21T12:30:00Z", "2026-11-21T12:45:00Z"),
            (Span::Seconds(1), "1969-12-31T23:59:58.5Z", "1969-12-31T23:59:58Z", "1969-12-31T23:59:59Z"),
        ] {
            let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
            assert_eq!((span.begin(at(now)), span.end(at(begin))), (at(begin), at(end)), "{span:?} {now}");
        }
    }
}
