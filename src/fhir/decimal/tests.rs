use proptest::prelude::*;

use super::{NumberFault, NumberQuery, sortable};
use crate::fhir::prefix::Prefix;

fn key(text: &str) -> String {
    sortable(text).unwrap()
}

#[test]
fn what_is_no_number_is_refused() {
    for text in ["", "-", ".5", "5.", "1e", "1e+", "0x1", "1,5", "five", "1 ", "٣", "--1", "1e1.5", "gt"] {
        assert_eq!(NumberQuery::parse(text), Err(NumberFault), "{text:?}");
    }
    assert_eq!(NumberQuery::parse(&"1".repeat(65)), Err(NumberFault));
}

#[test]
fn the_order_of_the_texts_is_the_order_of_the_numbers() {
    let ordered = [
        "-1e999999999999999999999",
        "-1e100",
        "-101",
        "-100.5",
        "-100",
        "-99",
        "-9.5",
        "-1",
        "-0.11",
        "-0.1",
        "-1e-100",
        "0",
        "1e-100",
        "0.1",
        "0.11",
        "0.9",
        "1",
        "1.05",
        "1.5",
        "5.35",
        "5.4",
        "9",
        "10",
        "99.99",
        "100",
        "100.5",
        "101",
        "1e100",
        "123456789012345678901234567890123456789012345678901234567890",
    ];
    let mut keys: Vec<_> = ordered.iter().map(|text| key(text)).collect();
    let last = keys.pop().unwrap();
    assert!(keys.is_sorted() && keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
    assert!(key("1e59") < last && last < key("1e60"));
}

#[test]
fn one_number_has_one_text() {
    for same in [
        &["5.4", "5.40", "+5.4", "54e-1", "0.54e1", "005.4"][..],
        &["0", "-0", "0.00", "0e9"],
        &["100", "1e2", "1E+2"],
    ] {
        assert!(same.iter().all(|text| key(text) == key(same[0])), "{same:?}");
    }
}

#[test]
fn an_equal_number_is_one_within_half_of_the_last_digit() {
    for (text, low, high) in [
        ("5.4", "5.35", "5.45"),
        ("5.40", "5.395", "5.405"),
        ("100", "99.5", "100.5"),
        ("1e2", "95", "105"),
        ("1.0e2", "95", "105"),
        ("-5.4", "-5.45", "-5.35"),
        ("0", "-0.5", "0.5"),
        ("0.0", "-0.05", "0.05"),
        ("10", "9.5", "10.5"),
        ("ne5.4", "5.35", "5.45"),
        ("ap100", "90", "110"),
        ("ap-5.4", "-5.94", "-4.86"),
        ("gt5.4", "5.4", "5.4"),
        ("sa5.40", "5.4", "5.4"),
    ] {
        let query = NumberQuery::parse(text).unwrap();
        assert_eq!((query.low, query.high), (key(low), key(high)), "{text}");
    }
    assert_eq!(NumberQuery::parse("eb-1").unwrap().prefix, Prefix::EndsBefore);
}

proptest! {
    #[test]
    fn texts_are_ordered_as_scaled_integers_are(a in -10_000_000_i64..10_000_000, b in -10_000_000_i64..10_000_000, places in 0_usize..9) {
        let written = |number: i64| format!("{number}e-{places}");
        prop_assert_eq!(key(&written(a)).cmp(&key(&written(b))), a.cmp(&b));
    }
}
