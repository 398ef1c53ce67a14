//! Dates and times as the vendor writes them: UTC with milliseconds, days as their midnight (contract IM-06). Pure.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};

use super::errors::Refusal;

/// A moment in the vendor's form.
#[must_use]
pub fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A FHIR `instant`, `dateTime` or `date` in the vendor's form; none for a month or a year alone, whose day nobody knows.
#[must_use]
pub fn of_fhir(text: &str) -> Option<String> {
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc());
    let time = || Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
    time().or_else(day).map(moment)
}

/// The day that `2025-05-01`, or a moment of it such as `2025-05-01T00:00:00.000Z`, names: a moment names the day that it is in UTC.
///
/// # Errors
/// When it is neither, or after `today`.
pub fn day(field: &'static str, text: &str, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let text = text.trim();
    let of_time = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc().date_naive());
    // chrono takes `+12345-1-1` too.
    let plain = Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
    let day = plain.or_else(of_time).ok_or_else(|| Refusal::field(field, "must be an ISO 8601 date"))?;
    if day > today {
        return Err(Refusal::field(field, "must not be in the future"));
    }
    // FHIR writes four digits, the first year is 1.
    let is_written = NaiveDate::from_ymd_opt(1, 1, 1).is_some_and(|first| day >= first);
    is_written.then_some(day).ok_or_else(|| Refusal::field(field, "must be an ISO 8601 date"))
}

/// The moment that a scan was taken at: a time, or a day by its midnight in UTC. One without an offset is in UTC.
///
/// # Errors
/// When it is neither, or more than a day after `now`.
pub fn taken(field: &'static str, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let text = text.trim();
    let of_day = plain(text).map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let moment =
        of_day.or_else(|| instant(text)).ok_or_else(|| Refusal::field(field, "must be an ISO 8601 date"))?;
    // Clocks differ, and somewhere it is tomorrow.
    if moment > now + TimeDelta::days(1) {
        return Err(Refusal::field(field, "must not be in the future"));
    }
    Ok(moment)
}

/// The end of a range of time, as a search parameter of FHIR takes it: a day is all of the day.
///
/// # Errors
/// When it is neither a day nor a time.
pub fn bound(field: &'static str, text: &str) -> Result<String, Refusal> {
    let day = plain(text).map(|day| day.to_string());
    let time = || instant(text).map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true));
    day.or_else(time).ok_or_else(|| Refusal::field(field, "must be an ISO 8601 date"))
}

/// A day; chrono takes `+12345-1-1` too, and FHIR's years have four digits.
fn plain(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = Some(text).filter(|text| text.len() == 10)?.parse().ok()?;
    (day.year() >= 1).then_some(day)
}

/// A time with an offset, or in UTC.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let with_offset = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let without = || Some(text.parse::<NaiveDateTime>().ok()?.and_utc());
    let time = with_offset.or_else(without)?;
    (1..=9999).contains(&time.year()).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_day_is_refused() {
        let today = "2026-11-21".parse().unwrap();
        for text in [
            "",
            "yesterday",
            "1992",
            "1992-02",
            "1992-02-30",
            "22.08.1992",
            "1992-8-2",
            "-001-01-01",
            "0000-01-01",
        ] {
            let problem = day("dateOfBirth", text, today).unwrap_err().to_string();
            assert_eq!(problem, "dateOfBirth must be an ISO 8601 date", "{text:?}");
        }
        for text in ["2026-11-22", "2026-11-21T23:30:00-01:00", "9999-12-31"] {
            assert_eq!(
                day("d", text, today).unwrap_err().to_string(),
                "d must not be in the future",
                "{text}"
            );
        }
    }

    #[test]
    fn days_and_moments_have_milliseconds() {
        let today = "2026-11-21".parse().unwrap();
        for text in ["1992-08-22", "1992-08-22T00:00:00.000Z", " 1992-08-21T23:30:00-01:00 "] {
            assert_eq!(day("d", text, today).unwrap().to_string(), "1992-08-22", "{text}");
        }
        assert_eq!(of_fhir("1992-08-22").as_deref(), Some("1992-08-22T00:00:00.000Z"));
        assert_eq!(of_fhir("2025-05-01T17:30:00.1234+02:00").as_deref(), Some("2025-05-01T15:30:00.123Z"));
        assert_eq!((of_fhir("1992"), of_fhir("1992-08")), (None, None));
    }

    #[test]
    fn a_scan_is_not_taken_tomorrow() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        for text in [
            "",
            "tomorrow",
            "2025",
            "2025-05",
            "2025-02-30",
            "2025-05-01T25:00:00Z",
            "1746113400",
            "0000-01-01",
        ] {
            let problem = taken("scanDate", text, now).unwrap_err().to_string();
            assert_eq!(problem, "scanDate must be an ISO 8601 date", "{text:?}");
            assert!(bound("startDate", text).is_err(), "{text:?}");
        }
        let late = taken("scanDate", "2026-11-22T12:00:01Z", now).unwrap_err().to_string();
        assert_eq!(late, "scanDate must not be in the future");
        for (text, moment_of) in [
            ("2025-05-01", "2025-05-01T00:00:00.000Z"),
            ("2025-05-01T15:30:00.000Z", "2025-05-01T15:30:00.000Z"),
            ("2025-05-01T17:30:00+02:00", "2025-05-01T15:30:00.000Z"),
            ("2025-05-01T15:30:00", "2025-05-01T15:30:00.000Z"),
            ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00.000Z"),
        ] {
            assert_eq!(moment(taken("scanDate", text, now).unwrap()), moment_of);
        }
        assert_eq!(bound("endDate", "2025-05-01").unwrap(), "2025-05-01");
        assert_eq!(bound("endDate", "2025-05-01T17:30:00+02:00").unwrap(), "2025-05-01T15:30:00.000Z");
    }
}
