//! How a bucket stands after a request was counted. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use super::Window;
use crate::storage::request_counts::Taken;

/// One window of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The window.
    pub window: Window,
    /// When it began.
    pub begins: DateTime<Utc>,
    /// When it ends.
    pub ends: DateTime<Utc>,
    /// How much was taken of it.
    pub taken: i64,
}

impl Level {
    /// How much may still be taken.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.window.most.saturating_sub(self.taken).max(0)
    }

    /// How long it is, in seconds.
    #[must_use]
    pub fn length_s(&self) -> i64 {
        (self.ends - self.begins).num_seconds()
    }

    /// In how many seconds it ends: whole ones, so that whoever waits for so long does not come too early.
    #[must_use]
    pub fn ends_in_s(&self, now: DateTime<Utc>) -> i64 {
        let left = (self.ends - now).max(TimeDelta::zero());
        let begun = i64::from(left.subsec_nanos() > 0);
        left.num_seconds().saturating_add(begun).max(1)
    }
}

/// How all windows of a bucket stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The windows, in the order in which they were given.
    pub levels: Vec<Level>,
    /// The window without room for the request that ends last; none where the request was admitted.
    pub full: Option<Level>,
}

impl Standing {
    /// How the windows stand, by what was taken of them in all.
    pub(super) fn new(windows: &[Window], taken: Option<&Taken>, cost: i64, now: DateTime<Utc>) -> Self {
        let level = |(place, window): (usize, &Window)| {
            let begins = window.span.begin(now);
            let noted = taken.and_then(|row| Some((*row.since.get(place)?, *row.taken.get(place)?)));
            let noted = noted.and_then(|(since, taken)| Some((DateTime::from_timestamp(since, 0)?, taken)));
            // A replica whose clock is ahead may have begun the next one.
            let (begins, taken) = noted.filter(|(since, _)| *since >= begins).unwrap_or((begins, 0));
            Level { window: *window, begins, ends: window.span.end(begins), taken }
        };
        let levels: Vec<_> = windows.iter().enumerate().map(level).collect();
        let is_admitted = taken.is_none_or(|row| row.admitted) || cost == 0;
        let has_none = |level: &&Level| level.taken.saturating_add(cost) > level.window.most;
        let full = levels.iter().filter(has_none).max_by_key(|level| level.ends).copied();
        Self { full: full.filter(|_| !is_admitted), levels }
    }

    /// How much may still be taken before a window is full.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.levels.iter().map(Level::left).min().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::limits::Span;

    const NOW: &str = "2026-11-21T12:30:00.5Z";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn standing(taken: [i64; 3], admitted: bool) -> Standing {
        let windows = [(Span::HOUR, 100), (Span::DAY, 1_000), (Span::Month, 10_000)];
        let windows = windows.map(|(span, most)| Window { span, most });
        let since = windows.map(|window| window.span.begin(at(NOW)).timestamp()).to_vec();
        Standing::new(&windows, Some(&Taken { since, taken: taken.to_vec(), admitted }), 1, at(NOW))
    }

    #[test]
    fn who_is_kept_out_waits_for_the_window_that_ends_last() {
        let full = |taken| standing(taken, false).full.map(|level| level.window.most);
        assert_eq!(full([100, 500, 5_000]), Some(100));
        assert_eq!(full([100, 1_000, 5_000]), Some(1_000));
        assert_eq!(full([50, 500, 10_000]), Some(10_000));
        assert_eq!(standing([100, 500, 5_000], true).full, None, "the last one that was admitted");
    }

    #[test]
    fn what_is_left_is_what_the_fullest_window_has() {
        assert_eq!(standing([1, 1, 1], true).left(), 99);
        assert_eq!(standing([1, 995, 995], true).left(), 5);
        assert_eq!(standing([200, 200, 200], false).left(), 0, "of a plan that was made smaller");
    }

    #[test]
    fn a_window_says_when_it_ends() {
        let levels = standing([1, 1, 1], true).levels;
        let [hour, day, month] = levels.as_slice() else { panic!("three") };
        assert_eq!((hour.length_s(), day.length_s(), month.length_s()), (3600, 86_400, 30 * 86_400));
        assert_eq!((hour.ends, hour.ends_in_s(at(NOW))), (at("2026-11-21T13:00:00Z"), 1800));
        assert_eq!(hour.ends_in_s(at("2026-11-21T13:00:00Z")), 1);
    }

    #[test]
    fn windows_that_ended_count_nothing_and_those_to_come_count() {
        let window = [Window { span: Span::HOUR, most: 100 }];
        let level = |since: &str| {
            let taken = Taken { since: vec![at(since).timestamp()], taken: vec![7], admitted: true };
            let level = Standing::new(&window, Some(&taken), 0, at(NOW)).levels[0];
            (level.taken, level.ends)
        };
        assert_eq!(level("2026-11-21T11:00:00Z"), (0, at("2026-11-21T13:00:00Z")));
        assert_eq!(level("2026-11-21T12:00:00Z"), (7, at("2026-11-21T13:00:00Z")));
        assert_eq!(level("2026-11-21T13:00:00Z"), (7, at("2026-11-21T14:00:00Z")));
    }
}
