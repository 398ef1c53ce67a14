use serde_json::json;

use super::*;

fn asked(level: Level, pairs: Pairs, lenient: bool) -> Result<Asked, String> {
    let base = BaseUrl("https://example.org/fhir".to_owned());
    read(level, "request".to_owned(), &base, pairs, lenient).map_err(|error| {
        let issue = &error.issues()[0];
        format!("{:?}: {}", issue.code, issue.diagnostics)
    })
}

fn of(query: &str) -> Result<Asked, String> {
    asked(Level::System, of_query(query), false)
}

fn named(name: &str) -> ResourceType {
    ResourceType::parse(name).unwrap()
}

#[test]
fn what_is_malformed_is_refused_also_where_much_is_passed_over() {
    let instant = "must be an instant such as 2026-01-31T12:00:00Z";
    for (query, expected) in [
        ("_since=2026-01-01", format!("Value: _since {instant}")),
        ("_since=", format!("Value: _since {instant}")),
        ("_until=2026-01-01T12:00:00", format!("Value: _until {instant}")),
        (
            "_since=2026-01-01T00:00:00Z&_since=2026-01-01T00:00:00Z",
            "Value: _since is given twice".to_owned(),
        ),
        ("_type=", "Value: _type must be names with commas between".to_owned()),
        ("_type=Patient,,Group", "Value: _type must be names with commas between".to_owned()),
        (
            "_elements=Patient.name.family",
            "Value: _elements: \"Patient.name.family\" is no element such as id or Patient.name".to_owned(),
        ),
        (
            "_elements=Nope.id",
            "Value: _elements: \"Nope.id\" is no element such as id or Patient.name".to_owned(),
        ),
        ("_typeFilter=Patient", "Value: _typeFilter must be searches such as Patient?gender=male".to_owned()),
        (
            "_typeFilter=Patient%3F",
            "Value: _typeFilter must be searches such as Patient?gender=male".to_owned(),
        ),
        (
            "_outputFormat=text/csv",
            format!("NotSupported: _outputFormat must be one of: {}", FORMATS.join(", ")),
        ),
    ] {
        for lenient in [false, true] {
            assert_eq!(asked(Level::System, of_query(query), lenient), Err(expected.clone()), "{query}");
        }
    }
}

#[test]
fn what_is_not_supported_is_refused_or_noted() {
    for (query, expected) in [
        ("_type=Nope", "_type: \"Nope\" is not a resource type of R4"),
        ("_typeFilter=Nope%3Fa=b", "_typeFilter: \"Nope\" is not a resource type of R4"),
        (
            "includeAssociatedData=LatestProvenanceResources",
            "\"includeAssociatedData\" is not supported by $export",
        ),
        ("organizeOutputBy=Patient", "\"organizeOutputBy\" is not supported by $export"),
        ("patient=Patient/1", "patient: an export of the whole system is not of some patients"),
    ] {
        assert_eq!(of(query), Err(format!("NotSupported: {expected}")), "{query}");
        assert_eq!(asked(Level::System, of_query(query), true).unwrap().notes, [expected], "{query}");
    }
    let named = asked(Level::Patients, of_query("patient=Patient/1"), false);
    assert_eq!(named, Err("NotSupported: patient: patients are named by references, in a POST".to_owned()));
}

#[test]
fn of_types_that_are_all_unknown_nothing_is_exported() {
    assert_eq!(asked(Level::System, of_query("_type=Nope"), true).unwrap().types, Some(Vec::new()));
    assert_eq!(of("").unwrap().types, None);
}

#[test]
fn values_with_commas_are_those_of_one_parameter() {
    let once = of("_type=Patient,Group&_elements=id,Patient.name").unwrap();
    let twice = of("_type=Patient&_type=Group&_elements=id&_elements=Patient.name").unwrap();
    assert_eq!(once, twice);
    assert_eq!(once.types, Some(vec![named("Patient"), named("Group")]));
    assert_eq!(once.elements, ["id", "Patient.name"]);
}

#[test]
fn queries_are_parted_where_a_type_follows() {
    let query = "_typeFilter=MedicationRequest%3Fstatus%3Dactive,MedicationRequest%3Fstatus%3Dcompleted,stopped%26date%3Dgt2018-07-01T00%3A00%3A00%2B01:00";
    let expected = [
        (named("MedicationRequest"), "status=active".to_owned()),
        (named("MedicationRequest"), "status=completed,stopped&date=gt2018-07-01T00:00:00+01:00".to_owned()),
    ];
    assert_eq!(of(query).unwrap().filters, expected);
}

#[test]
fn a_plus_sign_that_became_a_blank_is_one() {
    let asked = of("_since=2026-01-01T01:00:00+01:00&_outputFormat=application/fhir+ndjson").unwrap();
    assert_eq!(asked.since, Some("2026-01-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn patients_come_in_a_parameters_resource() {
    let reference = |text: &str| json!({ "name": "patient", "valueReference": { "reference": text } });
    let body = |parameter: Value| json!({ "resourceType": "Parameters", "parameter": parameter });
    let sent = body(
        json!([reference("Patient/1"), reference("https://example.org/fhir/Patient/2"), { "name": "_type", "valueString": "Patient" }]),
    );
    let found = asked(Level::Patients, of_body(&sent).unwrap(), false).unwrap();
    assert_eq!(found.patients, Some(vec!["1".to_owned(), "2".to_owned()]));
    assert_eq!(found.types, Some(vec![named("Patient")]));
    for wrong in ["Group/1", "Patient", "https://other.example/fhir/Patient/1", ""] {
        let refused = asked(Level::Patients, of_body(&body(json!([reference(wrong)]))).unwrap(), true);
        assert_eq!(
            refused,
            Err("Value: patient must be a reference such as Patient/1".to_owned()),
            "{wrong}"
        );
    }
    for broken in [
        json!({ "resourceType": "Patient" }),
        body(json!({})),
        body(json!(["x"])),
        body(json!([{ "valueString": "x" }])),
        body(json!([{ "name": "_type" }])),
        body(json!([{ "name": "_type", "valueInteger": 1 }])),
        body(json!([{ "name": "_type", "part": [] }])),
        body(json!([{ "name": "_type", "valueString": "Patient", "valueCode": "Group" }])),
        body(json!([{ "name": "patient", "valueReference": {} }])),
    ] {
        assert!(of_body(&broken).is_err(), "{broken}");
    }
}
