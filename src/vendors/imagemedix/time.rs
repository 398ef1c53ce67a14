//! Dates and times as the vendor writes them: UTC with milliseconds, days as their midnight (contract IM-06). Pure.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc,
};

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

/// The day that `2025-05-01`, or a moment of it such as `2025-05-01T00:00:00.000Z`, names: a moment names the day that is written there,
/// whatever its offset.
///
/// # Errors
/// When it is neither, or after `today`.
pub fn day(field: &'static str, text: &str, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let text = text.trim();
    let day = plain(text).or_else(|| written(text).map(|time| time.date_naive()));
    let day = day.ok_or_else(|| Refusal::field(field, "must be an ISO 8601 date"))?;
    if day > today {
        return Err(Refusal::field(field, "must not be in the future"));
    }
    Ok(day)
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

/// A day, `2025-05-01` or `20250501`; chrono takes `+12345-1-1` too, and FHIR's years have four digits.
fn plain(text: &str) -> Option<NaiveDate> {
    let form = match text.len() {
        10 if is_of(text, "0000-00-00") => "%Y-%m-%d",
        8 if is_of(text, "00000000") => "%Y%m%d",
        _ => return None,
    };
    let day = NaiveDate::parse_from_str(text, form).ok()?;
    (day.year() >= 1).then_some(day)
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let time = written(text)?.to_utc();
    (1..=9999).contains(&time.year()).then_some(time)
}

/// A time of a day, as ISO 8601 and RFC 3339 write it: seconds may be left out, and an offset, which is that of UTC then.
fn written(text: &str) -> Option<DateTime<FixedOffset>> {
    let (day, rest) = text.split_once(['T', 't', ' '])?;
    let (time, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()));
    let (whole, fraction) = time.split_once('.').map_or((time, None), |(whole, rest)| (whole, Some(rest)));
    let form = match whole.len() {
        8 if is_of(whole, "00:00:00") => "%H:%M:%S%.f",
        6 if is_of(whole, "000000") => "%H%M%S%.f",
        5 if is_of(whole, "00:00") && fraction.is_none() => "%H:%M",
        4 if is_of(whole, "0000") && fraction.is_none() => "%H%M",
        _ => return None,
    };
    let at = plain(day)?.and_time(NaiveTime::parse_from_str(time, form).ok()?);
    self::offset(offset)?.from_local_datetime(&at).single()
}

/// `Z`, `+02:00`, `+0200`, `+02`, or nothing.
fn offset(text: &str) -> Option<FixedOffset> {
    let Some((sign, rest)) = text.split_at_checked(1).filter(|(sign, _)| !matches!(*sign, "Z" | "z")) else {
        return if text.len() <= 1 { FixedOffset::east_opt(0) } else { None };
    };
    if !["00:00", "0000", "00"].iter().any(|form| is_of(rest, form)) {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse::<i32>().ok()? };
    let seconds = (hours.parse::<i32>().ok()? * 60 + minutes) * 60;
    if minutes > 59 {
        return None;
    }
    if sign == "-" { FixedOffset::west_opt(seconds) } else { FixedOffset::east_opt(seconds) }
}

/// Whether a text has a digit where the form has one, and else what the form has.
fn is_of(text: &str, form: &str) -> bool {
    let is_same =
        |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is_same)
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
        for text in ["2026-11-22", "2026-11-22T00:30:00+14:00", "9999-12-31"] {
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
        for text in [
            "1992-08-22",
            "19920822",
            "1992-08-22T00:00:00.000Z",
            "1992-08-22T00:00",
            " 1992-08-22T23:30:00-05:00 ",
            "1992-08-22T00:30:00+05:30",
        ] {
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
            "2025-5-01T15:30",
            "2025-05-01T5:30",
            "2025-05-01T15:30.5",
            "2025-05-01T15:30:00+2",
            "2025-05-01T15:30:00+02:60",
            "2025-05-01T15:30:00+99:00",
            "2025-05-01T15:30:00Zulu",
            "2025-05-01T15:30:00ZZ",
            "2025-05-01T",
            "2025-05-01T15",
            "+2025-05-01T15:30",
            "２０２５０５０１",
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
            ("2025-05-01T15:30", "2025-05-01T15:30:00.000Z"),
            ("2025-05-01T15:30Z", "2025-05-01T15:30:00.000Z"),
            ("2025-05-01T17:30+0200", "2025-05-01T15:30:00.000Z"),
            ("2025-05-01T10:30:00.25-05", "2025-05-01T15:30:00.250Z"),
            ("20250501T153000Z", "2025-05-01T15:30:00.000Z"),
            ("20250501", "2025-05-01T00:00:00.000Z"),
            ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00.000Z"),
        ] {
            assert_eq!(moment(taken("scanDate", text, now).unwrap()), moment_of);
        }
        assert_eq!(bound("endDate", "2025-05-01").unwrap(), "2025-05-01");
        assert_eq!(bound("endDate", "20250501").unwrap(), "2025-05-01");
        assert_eq!(bound("endDate", "2025-05-01T15:30").unwrap(), "2025-05-01T15:30:00.000Z");
        assert_eq!(bound("endDate", "2025-05-01T17:30:00+02:00").unwrap(), "2025-05-01T15:30:00.000Z");
    }
}
