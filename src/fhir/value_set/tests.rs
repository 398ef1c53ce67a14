use serde_json::{Value, json};

use super::{Codes, Concepts, Fault, Kin, Known, Missing};

const SYSTEM: &str = "http://a.example/cs";

/// a > (b > c, d), and e.
fn code_system() -> Value {
    json!({"resourceType": "CodeSystem", "url": SYSTEM, "concept": [
        {"code": "a", "display": "Alpha", "concept": [
            {"code": "b", "property": [{"code": "colour", "valueCode": "red"}], "concept": [{"code": "c"}]},
            {"code": "d", "property": [{"code": "colour", "valueString": "blue"}]}]},
        {"code": "e", "property": [{"code": "parent", "valueCode": "d"}]}]})
}

fn known() -> Known {
    let mut known = Known::default();
    known.code_systems.insert(SYSTEM.to_owned(), Some(Concepts::of(code_system()).unwrap()));
    known
}

fn codes_of(mut known: Known, value_set: Value) -> Result<Codes, Fault> {
    known.value_sets.insert("http://asked.example".to_owned(), Some(value_set));
    known.codes("http://asked.example").map(|codes| Codes::clone(&codes))
}

fn composed(compose: Value) -> Result<Codes, Fault> {
    codes_of(known(), json!({"resourceType": "ValueSet", "compose": compose}))
}

fn codes(compose: Value) -> String {
    let Codes { systems, codes } = composed(compose).unwrap();
    let systems = systems.into_iter().map(|system| format!("{system}|"));
    systems.chain(codes.into_iter().map(|(_, code)| code)).collect::<Vec<_>>().join(" ")
}

fn filtered(property: &str, op: &str, value: &str) -> String {
    codes(
        json!({"include": [{"system": SYSTEM, "filter": [{"property": property, "op": op, "value": value}]}]}),
    )
}

fn refusal(compose: Value) -> String {
    match composed(compose).unwrap_err() {
        Fault::Refused(fault) => fault.text,
        Fault::Missing(missing) => format!("{missing:?}"),
    }
}

#[test]
fn what_cannot_be_told_is_refused() {
    let filter = |system: &str, op: &str| json!({"include": [{"system": system, "filter": [{"property": "concept", "op": op, "value": "("}]}]});
    assert_eq!(refusal(filter("http://b.example", "is-a")), r#"CodeSystem("http://b.example")"#);
    assert_eq!(refusal(filter(SYSTEM, "like")), r#"the value set's filter operator "like" is not supported"#);
    assert_eq!(refusal(filter(SYSTEM, "regex")), r#"the value set's pattern "(" cannot be read"#);
    assert_eq!(
        refusal(json!({"include": [{"valueSet": ["http://v.example|1"]}]})),
        r#"ValueSet("http://v.example")"#
    );
    let mut known = known();
    known.code_systems.insert("http://b.example".to_owned(), None);
    known.value_sets.insert("http://v.example".to_owned(), None);
    let Err(Fault::Refused(fault)) = known.codes("http://v.example") else { panic!("refused") };
    assert_eq!(fault.text, r#"the value set "http://v.example" is not known"#);
    let Err(Fault::Refused(fault)) = known.concepts("http://b.example") else { panic!("refused") };
    assert_eq!(
        fault.text,
        r#"the code system "http://b.example" is not known, so nothing can be told of its codes"#
    );
    let but_one = json!({"compose": {"include": [{"system": "http://b.example"}],
        "exclude": [{"system": "http://b.example", "concept": [{"code": "x"}]}]}});
    let Err(Fault::Refused(fault)) = codes_of(known, but_one) else { panic!("refused") };
    assert_eq!(fault.text, r#"all codes of "http://b.example" but some: that cannot be searched for"#);
}

#[test]
fn circles_and_crowds_end() {
    let mut known = Known::default();
    let circle = json!({"compose": {"include": [{"valueSet": ["http://v.example"]}]}});
    known.value_sets.insert("http://v.example".to_owned(), Some(circle));
    let Err(Fault::Refused(fault)) = known.codes("http://v.example") else { panic!("refused") };
    assert_eq!(fault.text, "value sets refer to one another more than 8 deep");
    let many: Vec<_> = (0..10_001).map(|n| json!({"code": n.to_string()})).collect();
    assert_eq!(
        refusal(json!({"include": [{"system": "s", "concept": many}]})),
        "the value set has more than 10000 codes"
    );
    let round = json!({"concept": [{"code": "x", "property": [{"code": "parent", "valueCode": "y"}]},
        {"code": "y", "property": [{"code": "parent", "valueCode": "x"}]}]});
    known.code_systems.insert("r".to_owned(), Some(Concepts::of(round).unwrap()));
    let concepts = known.concepts("r").unwrap_or_else(|_| panic!("known"));
    assert_eq!(concepts.kin("x", Kin::Above).into_iter().collect::<Vec<_>>(), ["x", "y"]);
    assert!(concepts.kin("z", Kin::Above).is_empty());
}

#[test]
fn breadth_ends_at_once() {
    // Each of eight value sets names the next a hundred times.
    let mut known = known();
    for at in 0..8 {
        let next = json!({"valueSet": [format!("v{}", at + 1)]});
        known.value_sets.insert(format!("v{at}"), Some(json!({"compose": {"include": vec![next; 100]}})));
    }
    let last = json!({"compose": {"include": [{"system": SYSTEM, "concept": [{"code": "a"}]}]}});
    known.value_sets.insert("v8".to_owned(), Some(last));
    assert_eq!(known.codes("v0").unwrap().codes.len(), 1);
    let part = json!({"system": SYSTEM, "filter": [{"property": "x", "op": "regex", "value": "y"}]});
    assert_eq!(
        refusal(json!({"include": vec![part; 1_000]})),
        "the value sets take more than 2000 steps to compose",
        "what selects nothing counts too"
    );
}

#[test]
fn includes_and_excludes_are_added_and_taken_away() {
    assert_eq!(codes(json!({"include": [{"system": "http://b.example"}]})), "http://b.example|");
    assert_eq!(codes(json!({"include": [{"system": SYSTEM}]})), "http://a.example/cs|");
    assert_eq!(
        codes(
            json!({"include": [{"system": SYSTEM}], "exclude": [{"system": SYSTEM, "concept": [{"code": "a"}]}]})
        ),
        "b c d e"
    );
    assert_eq!(
        codes(json!({"include": [{"system": "x", "concept": [{"code": "1"}, {"code": "2"}]}],
            "exclude": [{"system": "x", "concept": [{"code": "2"}]}]})),
        "1"
    );
    let mut known = known();
    known.value_sets.insert(
        "http://v.example".to_owned(),
        Some(
            json!({"compose": {"include": [{"system": SYSTEM, "concept": [{"code": "a"}, {"code": "b"}]}]}}),
        ),
    );
    let common = json!({"compose": {"include": [{"system": SYSTEM, "valueSet": ["http://v.example"],
        "filter": [{"property": "concept", "op": "descendent-of", "value": "a"}]}]}});
    let found = codes_of(known, common).unwrap();
    assert_eq!(
        found.codes.into_iter().map(|(_, code)| code).collect::<Vec<_>>(),
        ["b"],
        "what all parts have"
    );
}

#[test]
fn filters_select_by_place_and_property() {
    for (property, op, value, wanted) in [
        ("concept", "is-a", "a", "a b c d e"),
        ("concept", "is-a", "b", "b c"),
        ("concept", "is-a", "x", ""),
        ("concept", "descendent-of", "a", "b c d e"),
        ("concept", "is-not-a", "b", "a d e"),
        ("concept", "generalizes", "c", "a b c"),
        ("concept", "in", "a,c", "a c"),
        ("concept", "not-in", "a, c", "b d e"),
        ("code", "regex", "[a-c]", "a b c"),
        ("display", "=", "Alpha", "a"),
        ("colour", "=", "red", "b"),
        ("colour", "exists", "true", "b d"),
        ("colour", "exists", "false", "a c e"),
    ] {
        assert_eq!(filtered(property, op, value), wanted, "{property} {op} {value}");
    }
}

#[test]
fn expansions_are_read_and_what_is_not_at_hand_is_asked_for() {
    let expanded = json!({"expansion": {"contains": [{"system": "x", "code": "1", "abstract": true,
        "contains": [{"system": "x", "code": "2"}]}]}});
    let codes = codes_of(Known::default(), expanded).unwrap().codes;
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), [("x".to_owned(), "2".to_owned())]);
    let url = "http://hl7.org/fhir/ValueSet/administrative-gender";
    assert_eq!(Known::default().codes(url), Err(Fault::Missing(Missing::ValueSet(url.to_owned()))));
}
