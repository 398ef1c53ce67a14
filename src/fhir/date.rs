//! Dates of any precision as intervals of time, and how a search compares them.
//!
//! A stored or searched date stands for all the time that its digits leave open: `2013-01` is the whole of
//! January. Intervals are half open, in microseconds since 1970 UTC. A date without a zone counts as UTC,
//! which is the time zone of this server. <https://hl7.org/fhir/R4/search.html#date>

use chrono::{Days, Months, NaiveDate};

use super::prefix::Prefix;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// The time from `low` to just before `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// The first microsecond; `i64::MIN` where there is no beginning.
    pub low: i64,
    /// The microsecond after the last; `i64::MAX` where there is no end.
    pub high: i64,
}

/// A date as it is written, down to the precision that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) precision: Precision,
    pub(super) zoned: bool,
    pub(super) interval: Interval,
}

/// How much of a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    Year,
    Month,
    Day,
    Minute,
    Second,
}

/// A searched date with its comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateQuery {
    /// How it is compared.
    pub prefix: Prefix,
    /// The time that it covers; for `ap` already widened.
    pub interval: Interval,
}

/// Why a searched date cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a date is written YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]][Z|+hh:mm], after a prefix or none"
)]
pub struct DateFault;

impl Interval {
    /// Whether all of the other interval lies in this one.
    pub fn contains(self, other: Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// Whether the two have any time in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.low < other.high && other.low < self.high
    }

    /// The shortest interval that covers both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
}

impl DateQuery {
    /// Reads a search value. The present time is needed for `ap`, which widens by a tenth of the distance to
    /// it.
    pub fn parse(text: &str, now_us: i64) -> Result<Self, DateFault> {
        let (prefix, date) = Prefix::split(text);
        let mut interval = read(date).ok_or(DateFault)?.interval;
        if prefix == Prefix::Approximate {
            let gap = interval.low.saturating_sub(now_us).max(now_us.saturating_sub(interval.high)).max(0);
            interval.low = interval.low.saturating_sub(gap / 10);
            interval.high = interval.high.saturating_add(gap / 10);
        }
        Ok(Self { prefix, interval })
    }

    /// Whether a stored interval is found by this query.
    pub fn matches(self, stored: Interval) -> bool {
        let within = self.interval.contains(stored);
        match self.prefix {
            Prefix::Equal => within,
            Prefix::NotEqual => !within,
            Prefix::Greater => stored.high > self.interval.high,
            Prefix::Less => stored.low < self.interval.low,
            Prefix::GreaterOrEqual => within || stored.high > self.interval.high,
            Prefix::LessOrEqual => within || stored.low < self.interval.low,
            Prefix::StartsAfter => stored.low >= self.interval.high,
            Prefix::EndsBefore => stored.high <= self.interval.low,
            Prefix::Approximate => self.interval.overlaps(stored),
        }
    }
}

/// The time that a stored date, dateTime or instant covers.
pub fn interval(text: &str) -> Option<Interval> {
    Some(read(text)?.interval)
}

/// The time that a Period covers; a missing end is open. An end before the start counts as the time between
/// them.
pub fn period(start: Option<&str>, end: Option<&str>) -> Option<Interval> {
    let of = |text: Option<&str>| match text {
        Some(text) => interval(text).map(Some),
        None => Some(None),
    };
    match (of(start)?, of(end)?) {
        (None, None) => None,
        (Some(start), None) => Some(Interval { low: start.low, high: i64::MAX }),
        (None, Some(end)) => Some(Interval { low: i64::MIN, high: end.high }),
        (Some(start), Some(end)) if end.high <= start.low => Some(start.hull(end)),
        (Some(start), Some(end)) => Some(Interval { low: start.low, high: end.high }),
    }
}

/// Reads a date of any precision, with a time and zone or without.
pub(super) fn read(text: &str) -> Option<Written> {
    let mut cursor = Cursor(text.as_bytes());
    let year = i32::try_from(cursor.digits(4)?).ok().filter(|year| *year > 0)?;
    if cursor.ended() {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        return Some(whole(Precision::Year, first, first.checked_add_months(Months::new(12))?));
    }
    cursor.byte(b'-')?;
    let month = cursor.digits(2)?;
    if cursor.ended() {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some(whole(Precision::Month, first, first.checked_add_months(Months::new(1))?));
    }
    cursor.byte(b'-')?;
    let day = NaiveDate::from_ymd_opt(year, month, cursor.digits(2)?)?;
    if cursor.ended() {
        return Some(whole(Precision::Day, day, day.checked_add_days(Days::new(1))?));
    }
    cursor.byte(b'T')?;
    let time = clock(&mut cursor)?;
    let offset_minutes = zone(&mut cursor)?;
    let offset_us = i64::from(offset_minutes.unwrap_or(0)).checked_mul(MINUTE)?;
    let low = midnight(day).checked_add(time.since_midnight_us)?.checked_sub(offset_us)?;
    let interval = Interval { low, high: low.checked_add(time.width_us)? };
    cursor.ended().then_some(Written { precision: time.precision, zoned: offset_minutes.is_some(), interval })
}

/// Whether this is a time of day with seconds.
pub(super) fn is_time(text: &str) -> bool {
    let mut cursor = Cursor(text.as_bytes());
    clock(&mut cursor).is_some_and(|time| time.precision == Precision::Second) && cursor.ended()
}

fn whole(precision: Precision, first: NaiveDate, after: NaiveDate) -> Written {
    let interval = Interval { low: midnight(first), high: midnight(after) };
    Written { precision, zoned: false, interval }
}

fn midnight(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros()
}

struct Clock {
    precision: Precision,
    since_midnight_us: i64,
    width_us: i64,
}

/// hh:mm, or hh:mm:ss with any number of decimals. Second 60 is allowed and counts as the next minute's
/// first.
fn clock(cursor: &mut Cursor<'_>) -> Option<Clock> {
    let hour = cursor.digits(2).filter(|hour| *hour < 24)?;
    cursor.byte(b':')?;
    let minute = cursor.digits(2).filter(|minute| *minute < 60)?;
    let minutes = i64::from(hour.checked_mul(60)?.checked_add(minute)?);
    let mut since_midnight_us = minutes.checked_mul(MINUTE)?;
    if cursor.byte(b':').is_none() {
        return Some(Clock { precision: Precision::Minute, since_midnight_us, width_us: MINUTE });
    }
    let second = cursor.digits(2).filter(|second| *second <= 60)?;
    since_midnight_us = since_midnight_us.checked_add(i64::from(second).checked_mul(SECOND)?)?;
    let mut width_us = SECOND;
    if cursor.byte(b'.').is_some() {
        // Digits beyond the microsecond are read and do not count.
        let mut weight = SECOND / 10;
        let mut digit = i64::from(cursor.digits(1)?);
        loop {
            since_midnight_us = since_midnight_us.checked_add(digit.checked_mul(weight)?)?;
            width_us = weight.max(1);
            weight /= 10;
            let Some(next) = cursor.digits(1) else { break };
            digit = i64::from(next);
        }
    }
    Some(Clock { precision: Precision::Second, since_midnight_us, width_us })
}

/// The minutes that a zone is ahead of UTC: `Some(None)` where there is none.
fn zone(cursor: &mut Cursor<'_>) -> Option<Option<i32>> {
    if cursor.ended() {
        return Some(None);
    }
    if cursor.byte(b'Z').is_some() {
        return Some(Some(0));
    }
    let east = cursor.byte(b'+').is_some();
    if !east {
        cursor.byte(b'-')?;
    }
    let hours = cursor.digits(2)?;
    cursor.byte(b':')?;
    let minutes = cursor.digits(2).filter(|minutes| *minutes < 60)?;
    let ahead =
        i32::try_from(hours.checked_mul(60)?.checked_add(minutes)?).ok().filter(|ahead| *ahead <= 14 * 60)?;
    Some(Some(if east { ahead } else { -ahead }))
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn ended(&self) -> bool {
        self.0.is_empty()
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == wanted).then(|| self.0 = rest)
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (head, rest) = self.0.split_at_checked(count)?;
        let mut value = 0_u32;
        for byte in head {
            let digit = char::from(*byte).to_digit(10)?;
            value = value.checked_mul(10)?.checked_add(digit)?;
        }
        self.0 = rest;
        Some(value)
    }
}

#[cfg(test)]
mod tests;
