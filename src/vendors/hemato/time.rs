//! Times that clients send. Pure.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};

/// A time with its offset (RFC 3339). One shape that the vendor's own example has is taken too, whose minutes and seconds have no
/// colon between them; then the second part is true.
#[must_use]
pub fn read(text: &str) -> Option<(DateTime<FixedOffset>, bool)> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some((time, false));
    }
    // 2021-01-02T15:0405+07:00: the colon is missing after so many letters.
    let is_plain = text.is_ascii() && text.len() > 18;
    let (begin, end) = is_plain.then(|| text.split_at_checked(16)).flatten()?;
    let mended = format!("{begin}:{end}");
    DateTime::parse_from_rfc3339(&mended).ok().map(|time| (time, true))
}

/// The same, in the way in which FHIR writes instants.
#[must_use]
pub fn instant(text: &str) -> Option<String> {
    let (time, is_mended) = read(text)?;
    (!is_mended).then(|| time.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_no_offset_is_no_time() {
        for text in [
            "",
            "yesterday",
            "2021-01-02",
            "2021-01-02T15:04:05",
            "2021-13-02T15:04:05Z",
            "2021-01-02T150405+07:00",
            "ü021-01-02T15:0405+07:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_shape_of_the_vendors_example_is_the_time_that_it_means() {
        let time = DateTime::parse_from_rfc3339("2021-01-02T15:04:05+07:00").unwrap();
        assert_eq!(read("2021-01-02T15:04:05+07:00"), Some((time, false)));
        assert_eq!(read("2021-01-02T15:0405+07:00"), Some((time, true)));
        assert_eq!(instant("2021-01-02T15:04:05+07:00").as_deref(), Some("2021-01-02T08:04:05Z"));
        assert_eq!(instant("2021-01-02T15:0405+07:00"), None);
    }
}
