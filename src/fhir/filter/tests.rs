use super::{Filter, Step, Test};

fn refused(text: &str) -> String {
    let fault = Filter::parse(text).unwrap_err();
    format!("{}: {}", fault.code.as_str(), fault.text)
}

/// The tree, with parentheses around every pair.
fn read(text: &str) -> String {
    written(&Filter::parse(text).unwrap())
}

fn written(filter: &Filter) -> String {
    match filter {
        Filter::And(a, b) => format!("({} and {})", written(a), written(b)),
        Filter::Or(a, b) => format!("({} or {})", written(a), written(b)),
        Filter::Not(inner) => format!("not({})", written(inner)),
        Filter::Test(Test { path, operator, value, .. }) => {
            let step = |Step { name, filter }: &Step| match filter {
                Some(filter) => format!("{name}[{}]", written(filter)),
                None => name.clone(),
            };
            let path: Vec<_> = path.iter().map(step).collect();
            format!("{} {} {value}", path.join("."), operator.as_str())
        }
    }
}

#[test]
fn what_is_not_in_the_grammar_is_refused_with_its_place() {
    for (text, refusal) in [
        ("", "the name of a search parameter was expected at character 1"),
        ("gender", "a blank was expected at character 7"),
        ("gender eq", "a blank was expected at character 10"),
        ("gender eq ", "a value was expected at character 11"),
        ("gender is male", "an operator such as eq was expected at character 8"),
        ("gender eq male and", "the name of a search parameter was expected at character 19"),
        ("gender eq male gender eq female", "and, or or the end was expected at character 16"),
        ("(gender eq male", "')' was expected at character 16"),
        ("gender eq male)", "and, or or the end was expected at character 15"),
        ("subject[type eq Patient] eq x", "'.' was expected at character 25"),
        ("subject[type eq Patient.name eq x", "']' was expected at character 30"),
        ("subject. eq x", "the name of a search parameter was expected at character 9"),
        (r#"name eq "Pet"#, "a JSON string with its end was expected at character 9"),
        (r#"name eq "a\qb""#, "a JSON string was expected at character 9"),
        ("name\0 eq x", "a blank was expected at character 5"),
    ] {
        assert_eq!(refused(text), format!("value: _filter: {refusal}"), "{text}");
    }
}

#[test]
fn size_and_depth_are_bounded() {
    let deep = format!("{}a eq b{}", "(".repeat(1000), ")".repeat(1000));
    assert_eq!(refused(&deep), "too-costly: _filter is nested more than 16 deep");
    assert_eq!(refused(&"not(".repeat(1000)), "too-costly: _filter is nested more than 16 deep");
    assert_eq!(refused(&"a[".repeat(1000)), "too-costly: _filter is nested more than 16 deep");
    let wide = vec!["a eq b"; 65].join(" and ");
    assert_eq!(refused(&wide), "too-costly: _filter has more than 64 comparisons");
    let side_by_side = vec!["(a eq b)"; 64].join(" or ");
    assert!(Filter::parse(&side_by_side).is_ok());
    assert_eq!(refused(&"x".repeat(8193)), "too-costly: _filter is longer than 8192 characters");
}

#[test]
fn the_examples_of_the_specification_are_read() {
    for (text, tree) in [
        (r#"name co "pet""#, "name co pet"),
        (r#"given eq "peter" and birthdate ge 2014-10-10"#, "(given eq peter and birthdate ge 2014-10-10)"),
        ("code eq http://loinc.org|1234-5", "code eq http://loinc.org|1234-5"),
        (r#"subject.name co "pet""#, "subject.name co pet"),
        (
            r#"related[type eq "has-component"].target pr true"#,
            "related[type eq has-component].target pr true",
        ),
        (
            "related[type eq has-component].target re Observation/4",
            "related[type eq has-component].target re Observation/4",
        ),
        ("a eq 1 and b eq 2 or c eq 3 and d eq 4", "(((a eq 1 and b eq 2) or c eq 3) and d eq 4)"),
        ("a eq 1 or (b eq 2 and not (c eq 3))", "(a eq 1 or (b eq 2 and not(c eq 3)))"),
        ("not(a eq 1) or not eq 2", "(not(a eq 1) or not eq 2)"),
        (
            "_has:Observation:patient:code eq http://loinc.org|1234-5",
            "_has:Observation:patient:code eq http://loinc.org|1234-5",
        ),
        (r#"subject:Patient.name eq "a \"b\") and c""#, r#"subject:Patient.name eq a "b") and c"#),
        (" (a  ne\t1 ) ", "a ne 1"),
        ("and-x eq 1 and or eq 2", "(and-x eq 1 and or eq 2)"),
    ] {
        assert_eq!(read(text), tree, "{text}");
    }
}
