use proptest::prelude::*;

use super::{DateFault, DateQuery, Interval, interval, is_time, period};

const DAY: i64 = 86_400_000_000;
/// 2013-01-01T00:00:00Z.
const Y2013: i64 = 1_356_998_400_000_000;

fn found(query: &str, stored: &str) -> bool {
    DateQuery::parse(query, Y2013).unwrap().matches(interval(stored).unwrap())
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        "0000",
        "201",
        "20133",
        "2013-",
        "2013-1",
        "2013-13",
        "2013-00",
        "2013-02-29",
        "2013-04-31",
        "2013-01-00",
        "2013-01-01T",
        "2013-01-01T10",
        "2013-01-01T24:00:00Z",
        "2013-01-01T10:60:00Z",
        "2013-01-01T10:00:61Z",
        "2013-01-01T10:00:00.Z",
        "2013-01-01T10:00:00+2:00",
        "2013-01-01T10:00:00+14:30",
        "2013-01-01T10:00:00Zx",
        "2013-01-01 10:00:00Z",
        "01/02/2013",
        " 2013",
        "２０１３",
        "-2013",
        "+2013",
    ] {
        assert_eq!(interval(text), None, "{text}");
    }
    for text in ["24:00:00", "10:00", "10:00:00Z", "1:00:00", ""] {
        assert!(!is_time(text), "{text}");
    }
    assert!(is_time("23:59:60.5"));
}

#[test]
fn a_query_that_is_no_date_is_refused() {
    for text in ["", "ge", "xx2013", "ge2013-13", "eqeq2013", "2013,2014", "gé2013"] {
        assert_eq!(DateQuery::parse(text, 0), Err(DateFault), "{text}");
    }
}

#[test]
fn a_date_covers_what_its_digits_leave_open() {
    let length = |text| interval(text).map(|i| i.high - i.low);
    assert_eq!(length("2012"), Some(366 * DAY));
    assert_eq!(length("2013-02"), Some(28 * DAY));
    assert_eq!(length("2013-01-14"), Some(DAY));
    assert_eq!(length("2013-01-14T10:00Z"), Some(60_000_000));
    assert_eq!(length("2013-01-14T10:00:00Z"), Some(1_000_000));
    assert_eq!(length("2013-01-14T10:00:00.1Z"), Some(100_000));
    assert_eq!(length("2013-01-14T10:00:00.123Z"), Some(1_000));
    assert_eq!(length("2013-01-14T10:00:00.123456789Z"), Some(1));
    assert_eq!(interval("2013"), Some(Interval { low: Y2013, high: Y2013 + 365 * DAY }));
    assert_eq!(interval("9999").map(|i| i.high), Some(253_402_300_800_000_000));
}

#[test]
fn a_zone_moves_the_time_and_none_is_utc() {
    assert_eq!(interval("2012-12-31T19:00:00-05:00"), interval("2013-01-01T00:00:00Z"));
    assert_eq!(interval("2013-01-01T14:00:00+14:00"), interval("2013-01-01T00:00:00Z"));
    assert_eq!(interval("2013-01-01T00:00:00"), interval("2013-01-01T00:00:00Z"));
    // A leap second is the first of the next minute.
    assert_eq!(interval("2012-12-31T23:59:60Z"), interval("2013-01-01T00:00:00Z"));
}

#[test]
fn a_period_is_open_where_an_end_is_missing() {
    assert_eq!(period(None, None), None);
    assert_eq!(period(Some("soon"), Some("2013")), None);
    assert_eq!(period(Some("2013"), None), Some(Interval { low: Y2013, high: i64::MAX }));
    assert_eq!(period(None, Some("2012-12-31")), Some(Interval { low: i64::MIN, high: Y2013 }));
    let both = Interval { low: Y2013, high: Y2013 + 2 * DAY };
    assert_eq!(period(Some("2013-01-01"), Some("2013-01-02")), Some(both));
    assert_eq!(period(Some("2013-01-02"), Some("2013-01-01")), Some(both));
}

#[test]
fn each_prefix_compares_intervals() {
    let stored = "2013-01-14T10:00:00Z";
    let of = |query: &str| found(query, stored);
    assert!(of("2013-01-14") && of("eq2013-01") && of("2013") && !of("2013-01-15"));
    assert!(!of("ne2013-01-14") && of("ne2013-01-13"));
    assert!(of("gt2013-01-13") && !of("gt2013-01-14") && of("ge2013-01-14") && !of("ge2013-01-15"));
    assert!(of("lt2013-01-15") && !of("lt2013-01-14") && of("le2013-01-14") && !of("le2013-01-13"));
    assert!(of("sa2013-01-13") && !of("sa2013-01-14"));
    assert!(of("eb2013-01-15") && !of("eb2013-01-14"));
    // A wide stored date is not equal to a narrow searched one, but lies partly on both sides of it.
    assert!(
        !found("2013-01-14", "2013-01")
            && found("gt2013-01-14", "2013-01")
            && found("lt2013-01-14", "2013-01")
    );
    assert!(!found("sa2013-01-14", "2013-01") && !found("eb2013-01-14", "2013-01"));
}

#[test]
fn open_periods_are_found_on_their_open_side() {
    let open = period(Some("2013"), None).unwrap();
    let of = |query: &str| DateQuery::parse(query, Y2013).unwrap().matches(open);
    assert!(of("gt2100") && of("ge2100") && of("sa2012") && !of("eb2100") && !of("2013") && !of("lt2013"));
}

#[test]
fn approximately_is_wider_the_farther_away() {
    let near = DateQuery::parse("ap2013-01-01", Y2013).unwrap();
    assert!(near.matches(interval("2013-01-01T12:00:00Z").unwrap()));
    assert!(!near.matches(interval("2013-01-03").unwrap()));
    let far = DateQuery::parse("ap2003", Y2013).unwrap();
    assert!(far.matches(interval("2004-06").unwrap()) && !far.matches(interval("2006").unwrap()));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", date in "[0-9TZ:.+-]{0,40}", now in any::<i64>()) {
        let _ = (interval(&text), interval(&date), is_time(&date), period(Some(&date), Some(&text)));
        if let Ok(query) = DateQuery::parse(&date, now) {
            query.matches(query.interval);
        }
    }

    #[test]
    fn an_instant_written_in_any_zone_is_read_back(us in -62_000_000_000_000_000_i64..253_000_000_000_000_000, hours in -12_i32..=14) {
        let zone = chrono::FixedOffset::east_opt(hours * 3600).unwrap();
        let moment = chrono::DateTime::from_timestamp_micros(us).unwrap().with_timezone(&zone);
        let text = moment.format("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string();
        prop_assert_eq!(interval(&text), Some(Interval { low: us, high: us + 1 }));
    }

    #[test]
    fn a_date_lies_in_its_month_and_its_month_in_its_year(year in 1_i32..=9999, day in 1_u32..=365) {
        let date = chrono::NaiveDate::from_yo_opt(year, day).unwrap().format("%Y-%m-%d").to_string();
        let (day, month, year) = (interval(&date), interval(date.get(..7).unwrap()), interval(date.get(..4).unwrap()));
        prop_assert!(month.unwrap().contains(day.unwrap()) && year.unwrap().contains(month.unwrap()));
    }
}
