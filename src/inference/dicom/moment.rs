//! Dates and times as DICOM writes them: `20261122`, `101530.25`, `+0130`
//! ([PS3.5 table 6.2-1](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html)).

use chrono::{FixedOffset, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// When a study began, as precisely as its file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StudyTime {
    /// The day.
    pub date: NaiveDate,
    /// The time of that day, where it is told.
    pub time: Option<NaiveTime>,
    /// The offset from UTC of both, where it is told.
    pub offset: Option<FixedOffset>,
}

/// How it goes through the pipe.
#[derive(Serialize, Deserialize)]
struct Told {
    date: NaiveDate,
    time: Option<NaiveTime>,
    offset_s: Option<i32>,
}

impl Serialize for StudyTime {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let offset_s = self.offset.map(|offset| offset.local_minus_utc());
        Told { date: self.date, time: self.time, offset_s }.serialize(out)
    }
}

impl<'de> Deserialize<'de> for StudyTime {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Told { date, time, offset_s } = Told::deserialize(from)?;
        Ok(Self { date, time, offset: offset_s.and_then(FixedOffset::east_opt) })
    }
}

/// A day, also in the old form with dots.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let digits: String = text.trim().chars().filter(|c| *c != '.').collect();
    let all = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| NaiveDate::parse_from_str(&digits, "%Y%m%d").ok())?
}

/// A time of day, of which minutes, seconds and their fraction may be left out; also in the old form with colons.
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let text: String = text.trim().chars().filter(|c| *c != ':').collect();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 6 || !matches!(whole.len(), 2 | 4 | 6) {
        return None;
    }
    let two = |from: usize| whole.get(from..from + 2).map_or(Some(0), |part| part.parse::<u32>().ok());
    let micros: u32 = format!("{fraction:0<6}").parse().ok()?;
    // A leap second is written as 60, and kept as chrono does: in the second before.
    let (seconds, micros) = match two(4)? {
        60 => (59, 1_000_000 + micros),
        seconds => (seconds, micros),
    };
    NaiveTime::from_hms_micro_opt(two(0)?, two(2)?, seconds, micros)
}

/// An offset from UTC.
pub(super) fn offset(text: &str) -> Option<FixedOffset> {
    let text = text.trim();
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..)?.parse().ok()?;
    let minutes = (hours <= 14 && minutes < 60).then_some(hours * 60 + minutes)?;
    FixedOffset::east_opt(sign * minutes * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "2026", "20261322", "20260230", "2026112a", "+2026112"] {
            assert_eq!(date(text), None, "{text}");
        }
        for text in ["", "1", "24", "1060", "101575", "10.1234567", "10:1", "1a"] {
            assert_eq!(time(text), None, "{text}");
        }
        for text in ["", "0100", "+1", "+1500", "+0160", "é100", "+01:0"] {
            assert_eq!(offset(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_in_all_their_forms() {
        assert_eq!(date("20261122"), NaiveDate::from_ymd_opt(2026, 11, 22));
        assert_eq!(date("2026.11.22 "), NaiveDate::from_ymd_opt(2026, 11, 22));
        assert_eq!(time("10"), NaiveTime::from_hms_opt(10, 0, 0));
        assert_eq!(time("101530.25"), NaiveTime::from_hms_milli_opt(10, 15, 30, 250));
        assert_eq!(time("10:15:30"), NaiveTime::from_hms_opt(10, 15, 30));
        assert_eq!(time("235960"), NaiveTime::from_hms_milli_opt(23, 59, 59, 1_000));
        assert_eq!(offset("-0330"), FixedOffset::west_opt(12_600));
    }

    #[test]
    fn a_moment_goes_through_the_pipe() {
        let moment =
            StudyTime { date: date("20261122").unwrap(), time: time("1015"), offset: offset("+0130") };
        let told = serde_json::to_string(&moment).unwrap();
        assert_eq!(serde_json::from_str::<StudyTime>(&told).unwrap(), moment);
    }
}
