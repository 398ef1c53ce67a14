use serde_json::{Value, json};

use super::{Primitive, Refusal};

fn accepts(name: &str, value: &Value) -> bool {
    Primitive::parse(name).unwrap().check(value).is_ok()
}

fn texts(name: &str, bad: &[&str], good: &[&str]) {
    for text in bad {
        assert!(!accepts(name, &json!(text)), "{name} must refuse {text:?}");
    }
    for text in good {
        assert!(accepts(name, &json!(text)), "{name} must take {text:?}");
    }
}

#[test]
fn a_value_of_the_wrong_json_type_is_refused_as_such() {
    let shape = |name, value: Value| Primitive::parse(name).unwrap().check(&value);
    assert_eq!(shape("boolean", json!("true")), Err(Refusal::Shape("must be true or false, without quotes")));
    assert_eq!(shape("integer", json!("5")), Err(Refusal::Shape("must be a JSON number, without quotes")));
    assert_eq!(shape("decimal", json!(null)), Err(Refusal::Shape("must be a JSON number, without quotes")));
    assert_eq!(shape("string", json!(5)), Err(Refusal::Shape("must be a JSON string")));
    assert_eq!(shape("date", json!(2013)), Err(Refusal::Shape("must be a JSON string")));
    assert_eq!(Primitive::parse("Patient"), None);
}

#[test]
fn numbers_are_within_their_range() {
    let numbers = |name, bad: &[&str], good: &[&str]| {
        let number = |text: &&str| serde_json::from_str::<Value>(text).unwrap();
        assert!(bad.iter().all(|text| !accepts(name, &number(text))), "{name} must refuse all of {bad:?}");
        assert!(good.iter().all(|text| accepts(name, &number(text))), "{name} must take all of {good:?}");
    };
    numbers(
        "integer",
        &["1.0", "1e3", "2147483648", "-2147483649", "-0"],
        &["0", "-2147483648", "2147483647"],
    );
    numbers("positiveInt", &["0", "-1", "2147483648", "1.5"], &["1", "2147483647"]);
    numbers("unsignedInt", &["-1", "2147483648"], &["0", "2147483647"]);
    let long = format!("0.{}", "1".repeat(63));
    numbers("decimal", &[&long], &["1.00", "-0.5", "1e-7", "12345678901234567890.123"]);
}

#[test]
fn dates_exist_and_have_the_precision_of_their_type() {
    texts(
        "date",
        &["2013-02-30", "2013-1-1", "2013-01-01T10:00:00Z", "13"],
        &["2013", "2013-02", "2012-02-29"],
    );
    texts(
        "dateTime",
        &["2013-01-01T10:00:00", "2013-01-01T10:00Z", "2013-02-30T10:00:00Z", "01/02/2013"],
        &["2013", "2013-01-01T10:00:00Z", "2013-01-01T10:00:00.123+02:00"],
    );
    texts("instant", &["2013", "2013-01-01", "2013-01-01T10:00:00"], &["2013-01-01T10:00:00.123456Z"]);
    texts("time", &["10:00", "24:00:00", "10:00:00Z"], &["10:00:00", "23:59:59.999"]);
}

#[test]
fn texts_are_not_empty_and_have_no_control_characters() {
    texts("string", &["", "a\u{0}", "a\u{7}"], &[" ", "a\tb\r\n", "名前"]);
    texts("markdown", &["", "\u{1}"], &["# a\n"]);
    assert!(!accepts("string", &json!("x".repeat(1024 * 1024 + 1))));
    texts("code", &["", " a", "a ", "a  b", "a\tb\t"], &["a", "a b", "a\u{a0}"]);
    texts("id", &["", "a_b", "a/b", "ä", &"a".repeat(65)], &["a", "A-1.b", &"a".repeat(64)]);
}

#[test]
fn identifiers_and_bytes_have_their_format() {
    texts("uri", &["", "a b", "http://a\n"], &["urn:x:1", "http://a.example/b?c#d", "relative"]);
    texts(
        "oid",
        &["1.2.3", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.02", "urn:oid:1..2"],
        &["urn:oid:2.16.840.0"],
    );
    let uuid = "urn:uuid:c757873d-ec9a-4326-a141-556f43239520";
    texts(
        "uuid",
        &["c757873d-ec9a-4326-a141-556f43239520", &uuid.to_uppercase(), uuid.trim_end_matches('0')],
        &[uuid],
    );
    texts(
        "base64Binary",
        &["", "%%%", "abc", "ab=c", "====", "YQ=="].map(|t| if t == "YQ==" { "YQ=" } else { t }),
        &["YQ==", "YWJj", "YW\nJj"],
    );
}
