//! Dates and times as this surface writes them: UTC with milliseconds; times of the day as `07:00`. Pure.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};

use super::errors::Refusal;

/// A moment as it is answered.
#[must_use]
pub fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A moment as it is stored.
#[must_use]
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A FHIR `instant` or `dateTime` with a time.
#[must_use]
pub fn of_fhir(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}

/// A moment with its offset (RFC 3339), of the years that FHIR can write.
///
/// # Errors
/// When it is none.
pub fn read(field: &str, text: &str) -> Result<DateTime<Utc>, Refusal> {
    let time = of_fhir(text.trim()).filter(|time| (1..=9999).contains(&time.year()));
    time.ok_or_else(|| Refusal::field(field, "must be a time with an offset, such as 2026-11-21T12:00:00Z"))
}

/// A moment with its offset, or the beginning of a day, UTC.
///
/// # Errors
/// When it is neither.
pub fn begin(field: &str, text: &str) -> Result<DateTime<Utc>, Refusal> {
    let text = text.trim();
    if text.len() == 10 { read(field, &format!("{text}T00:00:00Z")) } else { read(field, text) }
}

/// A day such as `1940-02-03`, not after today.
///
/// # Errors
/// When it is none.
pub fn day(field: &str, text: &str, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let text = text.trim();
    // chrono takes `+12345-1-1` too.
    let day = Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse::<NaiveDate>().ok());
    let day = day.filter(|day| (1..=9999).contains(&day.year()));
    let day = day.ok_or_else(|| Refusal::field(field, "must be a date such as 1940-02-03"))?;
    if day > today { Err(Refusal::field(field, "must not be in the future")) } else { Ok(day) }
}

/// The minute of the day that `07:00` names; `24:00` is the end of it.
#[must_use]
pub fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let all = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && all <= 24 * 60).then_some(all)
}

/// The time of the day of a minute.
#[must_use]
pub fn of_minute(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "now", "2026-11-21", "2026-11-21T12:00:00", "2026-13-01T00:00:00Z", "+12026-01-01T00:00:00Z"]
        {
            assert!(read("at", text).is_err(), "{text}");
        }
        let today = "2026-11-21".parse().unwrap();
        for text in ["", "1940-2-3", "1940-02-30", "03.02.1940", "+12345-1-1", "2026-11-22", "0000-01-01"] {
            assert!(day("dateOfBirth", text, today).is_err(), "{text}");
        }
        for text in ["", "7:00", "07:60", "24:01", "-1:00", "07:00:00", "0700", "ab:cd", "07:0٣"] {
            assert_eq!(minute(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_of_the_day_is_a_minute_and_back() {
        for (text, minutes) in [("00:00", 0), ("07:00", 420), ("23:59", 1439), ("24:00", 1440)] {
            assert_eq!((minute(text), of_minute(minutes).as_str()), (Some(minutes), text));
        }
        assert_eq!(moment(read("at", "2026-11-21T13:00:00+01:00").unwrap()), "2026-11-21T12:00:00.000Z");
    }
}
