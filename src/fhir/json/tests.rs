use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ParseFault, parse_resource};
use crate::fhir::outcome::IssueType;

fn refusal(body: &str) -> String {
    parse_resource(body.as_bytes()).unwrap_err().to_string()
}

#[test]
fn what_is_no_json_object_is_refused() {
    assert_eq!(parse_resource(b"").unwrap_err(), ParseFault::Empty);
    assert_eq!(parse_resource(b" \n").unwrap_err(), ParseFault::Empty);
    assert_eq!(parse_resource(b"{\"a\":\"\xff\"}").unwrap_err(), ParseFault::Encoding { offset: 6 });
    for body in ["[]", "null", "1", "\"Patient\"", "true"] {
        assert_eq!(parse_resource(body.as_bytes()).unwrap_err(), ParseFault::NotAnObject, "{body}");
    }
    assert_eq!(
        refusal("{\"resourceType\":\n  Patient}"),
        "The body is not JSON: expected value at line 2 column 3."
    );
    for body in [
        "{",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{} {}",
        "{\"a\":\"\\ud800\"}",
        "\u{feff}{}",
    ] {
        assert!(refusal(body).starts_with("The body is not JSON: "), "{body}");
    }
}

#[test]
fn the_name_under_which_numbers_are_handed_over_is_refused() {
    for member in [
        r#""$serde_json::private::Number":"12""#,
        r#""$serde_json::private::Number":12"#,
        r#""$serde_json::private::Number":"1\u0032""#,
        r#""\u0024serde_json::private::Number":"12""#,
        r#""$serde_json::private::Number":{}"#,
        r#""$serde_json::private::Number":"12","a":1"#,
    ] {
        let body = format!("{{\"valueInteger\":{{{member}}}}}");
        let refusal = refusal(&body);
        let start = "There is a name that no element of FHIR has, at line 1, column ";
        assert!(refusal.starts_with(start), "{member}: {refusal}");
    }
    let later = parse_resource(br#"{"a":{"b":1,"$serde_json::private::Number":"12"}}"#).unwrap();
    assert_eq!(
        later["a"]["$serde_json::private::Number"], "12",
        "validation refuses it as it does any unknown name"
    );
    let numbers = parse_resource(br#"{"a":1.50,"b":-1,"c":123456789012345678901234567890}"#).unwrap();
    assert_eq!(numbers.to_string(), r#"{"a":1.50,"b":-1,"c":123456789012345678901234567890}"#);
}

#[test]
fn a_name_that_occurs_twice_is_refused_and_named() {
    let body = "{\"resourceType\":\"Patient\",\n\"name\":[{\"family\":\"A\",\"family\":\"B\"}]}";
    assert_eq!(refusal(body), "The element family occurs twice in one object, at line 2, column 30.");
    let hidden = "{\"555-12 34\":1,\"555-12 34\":2}";
    assert_eq!(
        refusal(hidden),
        "The element (not a FHIR name) occurs twice in one object, at line 1, column 26."
    );
    let escaped = r#"{"id":"1","i\u0064":"2"}"#;
    assert!(matches!(parse_resource(escaped.as_bytes()), Err(ParseFault::DuplicateName { .. })));
}

#[test]
fn refusals_never_quote_a_value() {
    for body in [
        "{\"family\":\"Smith\",\"family\":\"Smith\"}",
        "{\"family\":\"Smith\" x}",
        "{\"family\":\"Smith\\x\"}",
    ] {
        assert!(!refusal(body).contains("Smith"), "{body}");
    }
}

#[test]
fn nesting_is_bounded_and_arrays_in_arrays_are_refused_at_once() {
    let arrays = format!("{{\"a\":{}", "[".repeat(5_000_000));
    assert_eq!(
        parse_resource(arrays.as_bytes()).unwrap_err(),
        ParseFault::NestedArray { line: 1, column: 7 }
    );
    let objects = "{\"a\":".repeat(1_000_000);
    let fault = parse_resource(objects.as_bytes()).unwrap_err();
    assert!(matches!(fault, ParseFault::TooDeep { line: 1, .. }));
    assert_eq!(fault.issue().code, IssueType::TooCostly);
    let deep = format!("{}{}", "{\"a\":".repeat(63), "{}") + &"}".repeat(63);
    assert!(parse_resource(deep.as_bytes()).is_ok());
    // A number with decimals in the deepest object is no deeper level.
    let deep = format!("{}{}", "{\"a\":".repeat(64), "1.50") + &"}".repeat(64);
    assert!(parse_resource(deep.as_bytes()).is_ok());
    let deep = format!("{}{}", "{\"a\":".repeat(64), "{}") + &"}".repeat(64);
    assert!(matches!(parse_resource(deep.as_bytes()), Err(ParseFault::TooDeep { .. })));
}

#[test]
fn a_body_of_tiny_values_is_refused() {
    let body = format!("{{\"a\":[{}1]}}", "1,".repeat(2_500_000));
    assert_eq!(parse_resource(body.as_bytes()).unwrap_err(), ParseFault::TooManyValues);
    let body = format!("{{\"a\":[{}{{}}]}}", "{},".repeat(10_000));
    assert_eq!(parse_resource(body.as_bytes()).unwrap_err(), ParseFault::TooManyValues);
}

#[test]
fn numbers_keep_their_digits_and_names_their_order() {
    let body = r#"{"z":1.00,"a":[0.10,-0,-0.0,1.5e-3,185000000000000000000000000001,0,-7],"m":true}"#;
    assert_eq!(parse_resource(body.as_bytes()).unwrap().to_string(), body);
    // Only the exponent's letter and sign take one form.
    let body = parse_resource(br#"{"a":[1.20E3,1.20e+3,1e-05]}"#).unwrap();
    assert_eq!(body.to_string(), r#"{"a":[1.20e+3,1.20e+3,1e-05]}"#);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "-?(0|[1-9][0-9]{0,20})\\.[0-9]{1,20}".prop_map(|digits| serde_json::from_str(&digits).unwrap()),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(("[a-z]{1,8}", inner.clone()), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            prop::collection::vec(inner, 0..6).prop_map(|items| {
                Value::Array(items.into_iter().filter(|item| !item.is_array()).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\",:a0-9.eE\\\\ -]{0,80}") {
        let _ = (parse_resource(&bytes), parse_resource(text.as_bytes()));
    }

    #[test]
    fn what_is_written_is_read_back(value in any_json()) {
        let resource = json!({"resourceType": "Basic", "value": value});
        let body = resource.to_string();
        let read = parse_resource(body.as_bytes()).unwrap();
        prop_assert_eq!(read.to_string(), body);
    }
}
