use serde_json::{Value, json};

use super::Patch;
use crate::fhir::validate::validate;

fn json_patch(operations: &Value) -> Patch {
    Patch::json(operations.to_string().as_bytes()).unwrap()
}

/// The refusal of an operation on a small Patient.
fn refused(operation: Value) -> String {
    let issue = json_patch(&json!([operation])).apply(patient()).unwrap_err();
    issue.diagnostics
}

fn malformed(patch: &str) -> String {
    Patch::json(patch.as_bytes()).unwrap_err().remove(0).diagnostics
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p", "active": true,
        "name": [{ "family": "A", "given": ["B", "C"] }, { "text": "D" }], "gender": "female",
    })
}

#[test]
fn what_is_no_json_patch_is_refused() {
    for (patch, wanted) in [
        ("{}", "a JSON Patch is an array of operations"),
        ("[1]", "operation 1: it must be an object"),
        ("[{}]", "operation 1: op must be a string"),
        (
            r#"[{"op":"add","path":"name","value":1}]"#,
            "operation 1: path must be a JSON Pointer such as /name/0/family",
        ),
        (
            r#"[{"op":"add","path":"/a~2","value":1}]"#,
            "operation 1: path must be a JSON Pointer such as /name/0/family",
        ),
        (r#"[{"op":"add","path":"/a"}]"#, "operation 1: value is missing"),
        (r#"[{"op":"move","path":"/a"}]"#, "operation 1: from must be a JSON Pointer such as /name/0/family"),
        (r#"[{"op":"move","from":"/a","path":"/a/b"}]"#, "operation 1: a value cannot be moved into itself"),
        (
            r#"[{"op":"remove","path":""},{"op":"delete","path":"/a"}]"#,
            "operation 2: op must be add, remove, replace, move, copy or test",
        ),
        (
            r#"[{"op":"remove","op":"add","path":""}]"#,
            "The element op occurs twice in one object, at line 1, column 20.",
        ),
    ] {
        assert_eq!(malformed(patch), wanted, "{patch}");
    }
    let many = format!("[{}]", vec![r#"{"op":"remove","path":"/a"}"#; 2_001].join(","));
    assert_eq!(malformed(&many), "a patch has at most 2000 operations");
}

#[test]
fn what_cannot_be_applied_is_refused() {
    for operation in [
        json!({ "op": "remove", "path": "/birthDate" }),
        json!({ "op": "replace", "path": "/birthDate", "value": "2020" }),
        json!({ "op": "add", "path": "/contact/0", "value": {} }),
        json!({ "op": "add", "path": "/gender/x", "value": {} }),
        json!({ "op": "remove", "path": "/name/2" }),
        json!({ "op": "remove", "path": "/name/-" }),
        json!({ "op": "copy", "from": "/name/01", "path": "/name/-" }),
        json!({ "op": "move", "from": "/nothing", "path": "/nothing" }),
        json!({ "op": "test", "path": "/birthDate", "value": null }),
    ] {
        assert_eq!(refused(operation.clone()), "operation 1: there is nothing at the path", "{operation}");
    }
    for (operation, wanted) in [
        (json!({ "op": "add", "path": "/name/3", "value": {} }), "path is no place in the array"),
        (json!({ "op": "add", "path": "/name/01", "value": {} }), "path is no place in the array"),
        (json!({ "op": "remove", "path": "" }), "the whole resource cannot be removed or moved"),
        (
            json!({ "op": "test", "path": "/gender", "value": "male" }),
            "the test failed: the value is another",
        ),
    ] {
        assert_eq!(refused(operation.clone()), format!("operation 1: {wanted}"), "{operation}");
    }
}

#[test]
fn copies_of_copies_do_not_fill_the_memory() {
    let nested = vec![json!({ "op": "copy", "from": "", "path": "/contained" }); 200];
    let deep = json_patch(&nested.into()).apply(patient()).unwrap_err();
    assert!(deep.diagnostics.ends_with("nested too deeply"), "{deep}");
    let doubled = vec![json!({ "op": "copy", "from": "/name", "path": "/name/-" }); 10];
    assert!(json_patch(&doubled.into()).apply(patient()).is_ok());
    let mut long = patient();
    long["name"][0]["family"] = "x".repeat(1024 * 1024).into();
    let many = vec![json!({ "op": "copy", "from": "/name/0", "path": "/name/-" }); 40];
    let much = json_patch(&many.into()).apply(long).unwrap_err();
    assert_eq!(much.diagnostics, "operation 32: the patch copies too much");
}

#[test]
fn operations_apply_in_order_and_keep_order_and_digits() {
    let resource: Value = serde_json::from_str(
        r#"{"resourceType":"Observation","status":"final","valueQuantity":{"value":1.50,"unit":"mg"},"note":[{"text":"a"},{"text":"b"}]}"#,
    )
    .unwrap();
    let patch = br#"[
        {"op":"test","path":"/valueQuantity/value","value":15e-1},
        {"op":"test","path":"/valueQuantity","value":{"unit":"mg","value":1.5}},
        {"op":"replace","path":"/status","value":"amended"},
        {"op":"move","from":"/note/1","path":"/note/0"},
        {"op":"add","path":"/note/1","value":{"text":"c"}},
        {"op":"copy","from":"/note/0","path":"/note/-"},
        {"op":"add","path":"/extension","value":[]},
        {"op":"add","path":"/extension/-","value":{"url":"u","valueDecimal":0.10}},
        {"op":"remove","path":"/valueQuantity/unit"}
    ]"#;
    assert_eq!(
        Patch::json(patch).unwrap().apply(resource).unwrap().to_string(),
        r#"{"resourceType":"Observation","status":"amended","valueQuantity":{"value":1.50},"note":[{"text":"b"},{"text":"c"},{"text":"a"},{"text":"b"}],"extension":[{"url":"u","valueDecimal":0.10}]}"#
    );
}

#[test]
fn what_removals_leave_empty_goes_too() {
    let removed = json_patch(&json!([
        { "op": "remove", "path": "/name/1/text" },
        { "op": "remove", "path": "/name/0/given/1" },
        { "op": "remove", "path": "/name/0/given/0" },
        { "op": "remove", "path": "/name/0/family" },
    ]));
    assert_eq!(
        removed.apply(patient()).unwrap(),
        json!({ "resourceType": "Patient", "id": "p", "active": true, "gender": "female" })
    );
    let given_back = json_patch(&json!([
        { "op": "remove", "path": "/name/1" },
        { "op": "remove", "path": "/name/0" },
        { "op": "add", "path": "/name/-", "value": { "text": "E" } },
    ]));
    assert_eq!(given_back.apply(patient()).unwrap()["name"], json!([{ "text": "E" }]));
}

/// A FHIRPath Patch of operations, each given as its parts by name.
fn fhirpath(operations: &[Value]) -> Result<Patch, String> {
    let part = |(name, value): (&String, &Value)| match value {
        Value::Object(_) => {
            let mut part = value.clone();
            part["name"] = name.as_str().into();
            part
        }
        Value::Number(_) => json!({ "name": name, "valueInteger": value }),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) => {
            json!({ "name": name, "valueString": value })
        }
    };
    let operation = |o: &Value| json!({ "name": "operation", "part": o.as_object().unwrap().iter().map(part).collect::<Vec<_>>() });
    let parameters: Vec<_> = operations.iter().map(operation).collect();
    let document = json!({ "resourceType": "Parameters", "parameter": parameters });
    Patch::fhirpath(&document).map_err(|mut issues| issues.remove(0).diagnostics)
}

#[test]
fn what_is_no_fhirpath_patch_is_refused() {
    let of = |document: Value| Patch::fhirpath(&document).unwrap_err().remove(0).diagnostics;
    assert_eq!(of(json!({ "resourceType": "Patient" })), "a FHIRPath Patch is a Parameters resource");
    assert_eq!(of(json!({ "resourceType": "Parameters", "colour": 1 })), "Parameters has no element colour.");
    let other = json!({ "resourceType": "Parameters", "parameter": [{ "name": "op", "valueString": "x" }] });
    assert_eq!(of(other), "operation 1: the parameter's name must be operation");
    for (operation, wanted) in [
        (json!({ "type": "add" }), "path is missing"),
        (json!({ "type": "remove", "path": "Patient" }), "type must be add, insert, delete, replace or move"),
        (json!({ "type": "add", "path": "Patient" }), "name is missing"),
        (json!({ "type": "replace", "path": "Patient" }), "value is missing"),
        (json!({ "type": "insert", "path": "Patient.name", "value": "x" }), "index is missing"),
        (
            json!({ "type": "move", "path": "Patient.name", "source": -1 }),
            "source must be an integer from 0 on",
        ),
        (
            json!({ "type": "delete", "path": "Patient.name", "colour": "x" }),
            "its parts may be type, path, name, value, index, source, destination",
        ),
        (
            json!({ "type": "delete", "path": "Patient.name.count()" }),
            "the path is not understood at character 14: one of where(), first(), last(), single(), ofType(), as(), extension() and, in where(), exists(), is expected",
        ),
    ] {
        assert_eq!(fhirpath(&[operation]).unwrap_err(), format!("operation 1: {wanted}"));
    }
}

#[test]
fn what_fhirpath_selects_wrongly_is_refused() {
    let text = |text: &str| json!({ "valueString": text });
    for (operation, wanted) in [
        (
            json!({ "type": "replace", "path": "Patient.birthDate", "value": "2020" }),
            "the path selects no element",
        ),
        (
            json!({ "type": "replace", "path": "Patient.name.given", "value": "x" }),
            "the path selects several elements",
        ),
        (json!({ "type": "delete", "path": "Patient.name" }), "the path selects several elements"),
        (json!({ "type": "delete", "path": "Patient" }), "the whole resource cannot be deleted"),
        (
            json!({ "type": "replace", "path": "Patient", "value": "x" }),
            "the whole resource cannot be replaced",
        ),
        (
            json!({ "type": "delete", "path": "Observation.status" }),
            "the path starts at another type than Patient",
        ),
        (json!({ "type": "delete", "path": "Patient.colour" }), "Patient has no element colour"),
        (
            json!({ "type": "add", "path": "Patient", "name": "colour", "value": "x" }),
            "Patient has no element colour",
        ),
        (
            json!({ "type": "add", "path": "Patient", "name": "gender", "value": text("male") }),
            "gender has a value already and takes one only",
        ),
        (
            json!({ "type": "add", "path": "Patient", "name": "deceased", "value": text("yes") }),
            "deceased[x] cannot have a value of this type",
        ),
        (
            json!({ "type": "insert", "path": "Patient.gender", "index": 0, "value": "x" }),
            "gender is not a list",
        ),
        (
            json!({ "type": "insert", "path": "Patient.name", "index": 3, "value": { "valueHumanName": { "text": "x" } } }),
            "index is beyond the end of the list",
        ),
        (
            json!({ "type": "move", "path": "Patient.name", "source": 0, "destination": 2 }),
            "source or destination is beyond the end of the list",
        ),
        (
            json!({ "type": "move", "path": "Patient.name[0]", "source": 0, "destination": 0 }),
            "the path must end in the name of a list",
        ),
        (json!({ "type": "delete", "path": "Patient.name.single()" }), "single() meets several elements"),
    ] {
        let patch = fhirpath(std::slice::from_ref(&operation)).unwrap();
        assert_eq!(
            patch.apply(patient()).unwrap_err().diagnostics,
            format!("operation 1: {wanted}"),
            "{operation}"
        );
    }
}

#[test]
fn a_patch_does_not_take_unbounded_time() {
    let mut wide = patient();
    wide["name"] = vec![json!({ "use": "usual", "family": "F" }); 20_000].into();
    let name = json!({ "valueHumanName": { "text": "x" } });
    for operation in [
        json!({ "type": "delete", "path": "Patient.name.where(family = 'none')" }),
        json!({ "type": "insert", "path": "Patient.name", "index": 0, "value": name }),
        json!({ "type": "move", "path": "Patient.name", "source": 0, "destination": 9 }),
        json!({ "type": "delete", "path": "Patient.name[0]" }),
    ] {
        let patch = fhirpath(&vec![operation.clone(); 2_000]).unwrap();
        let refusal = patch.apply(wide.clone()).unwrap_err().diagnostics;
        assert!(refusal.ends_with("the patch looks at too many elements"), "{operation}: {refusal}");
    }
}

#[test]
fn paths_select_by_conditions_types_and_extensions() {
    let resource: Value = serde_json::from_str(
        r#"{"resourceType":"Patient","birthDate":"2020-01-01","_birthDate":{"extension":[{"url":"t","valueDateTime":"2020-01-01"}]},
            "name":[{"use":"official","given":["A","B"],"_given":[null,{"id":"b"}]},{"use":"usual","period":{"start":"2020"}}],
            "contact":[{"name":{"family":"F"},"gender":"male"}],"multipleBirthInteger":2,
            "contained":[{"resourceType":"Organization","id":"o","name":"O"}]}"#,
    )
    .unwrap();
    let patch = fhirpath(&[
        json!({ "type": "delete", "path": "Patient.name.where(use = 'official').given.where($this = 'A')" }),
        json!({ "type": "replace", "path": "Patient.name.where(period.start = @2020 and period.exists()).use", "value": "old" }),
        json!({ "type": "delete", "path": "Patient.birthDate.extension('t')" }),
        json!({ "type": "delete", "path": "Patient.contact.where(gender != 'female' or name.family = 'X').name.family" }),
        json!({ "type": "replace", "path": "Patient.multipleBirth.ofType(integer)", "value": { "valueBoolean": true } }),
        json!({ "type": "replace", "path": "Patient.contained.where(id = 'o').name", "value": "P" }),
        json!({ "type": "insert", "path": "Patient.telecom", "index": 0, "value": { "valueContactPoint": { "value": "1" } } }),
        json!({
            "type": "add", "path": "Patient.telecom[0].value", "name": "extension",
            "value": { "part": [{ "name": "url", "valueUri": "u" }, { "name": "value", "valueDecimal": 1 }] },
        }),
    ]);
    let patched = patch.unwrap().apply(resource).unwrap();
    assert_eq!(
        patched.to_string(),
        r#"{"resourceType":"Patient","birthDate":"2020-01-01","name":[{"use":"official","given":["B"],"_given":[{"id":"b"}]},{"use":"old","period":{"start":"2020"}}],"contact":[{"gender":"male"}],"contained":[{"resourceType":"Organization","id":"o","name":"P"}],"multipleBirthBoolean":true,"telecom":[{"value":"1","_value":{"extension":[{"url":"u","valueDecimal":1}]}}]}"#
    );
    validate(&patched).unwrap();
}

/// HL7's own cases. <https://github.com/FHIR/fhir-test-cases>
#[test]
fn the_cases_of_hl7_come_out_as_they_say() {
    let cases: Value =
        serde_json::from_str(include_str!("../../../tests/it/fixtures/fhir/fhirpath-patch-cases.json"))
            .unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 33);
    for case in cases {
        let patch = Patch::fhirpath(&case["diff"]).unwrap();
        let output = patch.apply(case["input"].clone()).ok().unwrap_or_default();
        assert_eq!(output, case["output"], "{}", case["name"]);
    }
}
