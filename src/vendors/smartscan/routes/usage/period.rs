//! A period up to now, such as `7d`: whole hours or days by UTC, of which the current one is the last. Pure.

use std::fmt;

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::platform::limits::Span;

/// So many hours, days ... of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    fn letter(self) -> char {
        match self {
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Month => 'm',
            Self::Year => 'y',
        }
    }

    /// Five years.
    fn most(self) -> u32 {
        match self {
            Self::Hour => 24 * 1826,
            Self::Day => 1826,
            Self::Week => 260,
            Self::Month => 60,
            Self::Year => 5,
        }
    }
}

impl Period {
    /// What is shown where nothing is asked for.
    pub const DEFAULT: Self = Self { count: 30, unit: Unit::Day };

    /// Reads `^\d+[hdwmy]$`, of one hour to five years.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = Unit::ALL.into_iter().find(|unit| text.ends_with(unit.letter()))?;
        let digits =
            text.strip_suffix(unit.letter()).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
        let count = digits.parse().ok().filter(|count| (1..=unit.most()).contains(count))?;
        Some(Self { count, unit })
    }

    /// When it begins.
    pub fn begin(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let before = self.count.saturating_sub(1);
        let back = |days| now.date_naive().checked_sub_days(Days::new(days));
        let after_months =
            |months| now.date_naive().checked_sub_months(Months::new(months)).and_then(|day| day.succ_opt());
        let day = match self.unit {
            Unit::Hour => return Span::HOUR.begin(now) - TimeDelta::hours(i64::from(before)),
            Unit::Day => back(u64::from(before)),
            Unit::Week => back(u64::from(self.count.saturating_mul(7).saturating_sub(1))),
            Unit::Month => after_months(self.count),
            Unit::Year => after_months(self.count.saturating_mul(12)),
        };
        let day: NaiveDate = day.unwrap_or_else(|| now.date_naive());
        day.and_time(NaiveTime::MIN).and_utc()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.letter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_number_and_a_letter_and_not_too_long() {
        for wrong in [
            "",
            "d",
            "7",
            "7 d",
            " 7d",
            "7D",
            "-7d",
            "+7d",
            "0d",
            "7d7d",
            "1.5d",
            "7s",
            "٧d",
            "1827d",
            "6y",
            "61m",
            "99999999999d",
            "7d\0",
        ] {
            assert_eq!(Period::parse(wrong), None, "{wrong:?}");
        }
        for right in ["1h", "24h", "7d", "1826d", "260w", "60m", "5y"] {
            assert_eq!(Period::parse(right).unwrap().to_string(), right);
        }
        assert_eq!(Period::parse("007d").unwrap().to_string(), "7d");
    }

    #[test]
    fn a_period_ends_with_the_current_hour_or_day() {
        let begin = |text: &str, now: &str| {
            let begin = Period::parse(text).unwrap().begin(now.parse().unwrap());
            begin.format("%Y-%m-%dT%H:%M").to_string()
        };
        let now = "2028-03-31T12:34:56Z";
        assert_eq!(begin("1h", now), "2028-03-31T12:00");
        assert_eq!(begin("24h", now), "2028-03-30T13:00");
        assert_eq!(begin("1d", now), "2028-03-31T00:00");
        assert_eq!(begin("7d", now), "2028-03-25T00:00");
        assert_eq!(begin("1w", now), "2028-03-25T00:00");
        assert_eq!(begin("1m", now), "2028-03-01T00:00", "February has no 31st");
        assert_eq!(begin("1y", now), "2027-04-01T00:00");
    }
}
