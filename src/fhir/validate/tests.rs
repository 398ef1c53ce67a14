use serde_json::{Value, json};

use super::{MAX_ISSUES, Scope, validate, validate_as};
use crate::fhir::outcome::{IssueType, Severity};

fn patient(members: Value) -> Value {
    let mut resource = json!({"resourceType": "Patient"});
    resource.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    resource
}

fn observation(members: Value) -> Value {
    let mut resource = json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}});
    resource.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    resource
}

/// All issues, each as `code expression: diagnostics`.
fn issues(resource: &Value) -> Vec<String> {
    let issues = validate_as(resource, Scope::Full).unwrap_err();
    assert!(issues.iter().all(|issue| issue.severity == Severity::Error));
    issues.iter().map(|issue| format!("{} {issue}", issue.code.as_str())).collect()
}

#[track_caller]
fn refused(resource: &Value, wanted: &[&str]) {
    assert_eq!(issues(resource), wanted);
}

#[test]
fn what_is_no_resource_is_refused() {
    refused(&json!([]), &["structure A resource is a JSON object."]);
    refused(&json!({}), &["required resourceType is missing; it says what the resource is."]);
    refused(&json!({"resourceType": 1}), &["structure resourceType must be a JSON string."]);
    for name in ["Pacient", "DomainResource", "HumanName", "patient"] {
        let unknown = "structure resourceType is not the name of an R4 resource type.";
        refused(&json!({"resourceType": name}), &[unknown]);
    }
}

#[test]
fn unknown_elements_are_refused_and_only_names_are_shown() {
    refused(
        &patient(json!({"Gender": "male", "name": [{"first": "Ann"}], "Ann Smith 1980": 1, "_contact": {}})),
        &[
            "structure Patient: Patient has no element Gender.",
            "structure Patient.name[0]: HumanName has no element first.",
            "structure Patient: Patient has no element (not a FHIR name).",
            "structure Patient: Patient has no element _contact.",
        ],
    );
    refused(
        &observation(json!({"value": 1, "component": [{"code": {}, "resourceType": "x"}]})),
        &[
            "structure Observation: Observation has no element value.",
            "structure Observation.component[0].code: An object must not be empty; leave the element out.",
            "structure Observation.component[0]: Observation.component has no element resourceType.",
        ],
    );
}

#[test]
fn wrong_json_types_are_refused() {
    refused(
        &patient(
            json!({"name": {"family": "x"}, "active": "true", "maritalStatus": [{"text": "x"}], "gender": ["male"],
            "birthDate": null, "contact": ["x"], "address": [{"line": "x"}], "photo": [null]}),
        ),
        &[
            "structure Patient.name: name must be an array.",
            "structure Patient.active: active must be true or false, without quotes.",
            "structure Patient.maritalStatus: maritalStatus must not be an array.",
            "structure Patient.gender: gender must not be an array.",
            "structure Patient.birthDate: birthDate must not be null; leave it out.",
            "structure Patient.contact[0]: contact must be a JSON object.",
            "structure Patient.address[0].line: line must be an array.",
            "structure Patient.photo[0]: photo must be a JSON object.",
        ],
    );
}

#[test]
fn empty_values_are_refused() {
    refused(
        &patient(
            json!({"name": [], "maritalStatus": {}, "address": [{"city": "", "line": []}], "contact": [{}]}),
        ),
        &[
            "structure Patient.name: name must not be an empty array; leave it out.",
            "structure Patient.maritalStatus: An object must not be empty; leave the element out.",
            "value Patient.address[0].city: city must not be an empty string; leave the element out instead.",
            "structure Patient.address[0].line: line must not be an empty array; leave it out.",
            "structure Patient.contact[0]: An object must not be empty; leave the element out.",
        ],
    );
}

#[test]
fn missing_elements_are_refused() {
    refused(
        &json!({"resourceType": "Encounter", "status": "planned"}),
        &["required Encounter.class: class is missing."],
    );
    refused(
        &json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "subject": {"reference": "Patient/1"}}),
        &["required MedicationRequest.medication: medication[x] is missing."],
    );
    refused(
        &patient(json!({"communication": [{"preferred": true}], "text": {"status": "empty"}})),
        &[
            "required Patient.communication[0].language: language is missing.",
            "required Patient.text.div: div is missing.",
        ],
    );
}

#[test]
fn a_choice_has_one_type() {
    refused(
        &patient(json!({"deceasedBoolean": true, "deceasedDateTime": "2020"})),
        &["structure Patient.deceased: deceased[x] must have only one of its types."],
    );
    refused(
        &observation(json!({"valueInteger": "5", "valuePatient": 1})),
        &[
            "structure Observation.value.ofType(integer): valueInteger must be a JSON number, without quotes.",
            "structure Observation: Observation has no element valuePatient.",
        ],
    );
}

#[test]
fn formats_and_codes_are_checked_where_they_stand() {
    refused(
        &patient(json!({"id": "a_b", "gender": "Male", "birthDate": "1980-02-30",
            "telecom": [{"system": "phone"}, {"system": "pager", "rank": 0}]})),
        &[
            "value Patient.id: id must be 1 to 64 letters, digits, dots and hyphens.",
            "code-invalid Patient.gender: gender must be a code of http://hl7.org/fhir/ValueSet/administrative-gender.",
            "value Patient.birthDate: birthDate must be a date that exists, written YYYY, YYYY-MM or YYYY-MM-DD.",
            "value Patient.telecom[1].rank: rank must be a whole number from 1 to 2147483647.",
        ],
    );
    refused(
        &json!({"resourceType": "Condition", "subject": {"reference": "Patient/1"},
            "clinicalStatus": {"coding": [{"system": "http://a.example", "code": "active"}]}}),
        &["code-invalid Condition.clinicalStatus: clinicalStatus must have a coding of \
           http://hl7.org/fhir/ValueSet/condition-clinical."],
    );
}

#[test]
fn companions_carry_ids_and_extensions_and_line_up() {
    refused(
        &patient(json!({"_birthDate": {"value": "x"}, "_gender": {}, "_active": [],
            "name": [
                {"given": ["a"], "_given": [null, null, {"id": "x"}]},
                {"given": [null]},
                {"given": "a", "_given": {"id": "x"}},
                {"_given": [null, {"id": "x"}]}]})),
        &[
            "structure Patient.birthDate: Element has no element value.",
            "structure Patient.gender: An object must not be empty; leave the element out.",
            "structure Patient.active: _active must be an object with an id or extensions.",
            "structure Patient.name[0].given: given and _given must be equally long; null fills the gaps.",
            "structure Patient.name[0].given[1]: An item of given has neither a value nor an extension.",
            "structure Patient.name[1].given[0]: An item of given has neither a value nor an extension.",
            "structure Patient.name[2].given: given must be an array.",
            "structure Patient.name[3].given[0]: An item of given has neither a value nor an extension.",
        ],
    );
}

#[test]
fn an_extension_has_a_url_and_either_a_value_or_extensions() {
    refused(
        &patient(json!({"extension": [
            {"valueString": "x"},
            {"url": "http://a.example/1"},
            {"url": "http://a.example/2", "valueCode": "x", "extension": [{"url": "a", "valueBoolean": true}]},
            {"url": "http://a.example/3", "valueString": "x", "valueCode": "x"}]})),
        &[
            "required Patient.extension[0].url: url is missing.",
            "invariant Patient.extension[1]: An extension must have a value or extensions.",
            "invariant Patient.extension[2]: An extension must not have both a value and extensions.",
            "structure Patient.extension[3].value: value[x] must have only one of its types.",
        ],
    );
}

#[test]
fn references_are_well_formed_and_point_at_what_the_element_allows() {
    let resource = observation(json!({
        "subject": {"reference": "Practitioner/1"},
        "encounter": {"reference": "Encounter/1/2"},
        "device": {"reference": "https://a.example/fhir/Patient/1"},
        "specimen": {"reference": "Specimen?identifier=1"},
        "performer": [{"reference": "#p"}, {"reference": "urn:uuid:9d5b1f9c-3b5e-4b0a-8f3d-0c7b6f1d2a3e"}],
    }));
    refused(
        &resource,
        &[
            "value Observation.subject.reference: reference must point at Device, Group, Location, Patient.",
            "value Observation.encounter.reference: reference must be a URL, Type/id, Type/id/_history/version or #id.",
            "value Observation.device.reference: reference must point at Device, DeviceMetric.",
            "value Observation.specimen.reference: reference must not be a search; that is possible only inside a \
             transaction.",
        ],
    );
    // The specification's own examples point at other types, so a write takes what is well formed.
    assert_eq!(validate(&resource).unwrap_err().len(), 1);
}

#[test]
fn contained_resources_are_checked_and_contain_none() {
    refused(
        &patient(json!({"contained": [
            {"resourceType": "Organization", "id": "o", "name": 1,
             "contained": [{"resourceType": "Organization", "id": "q", "name": "x"}]},
            {"resourceType": "Nothing"}, 5]})),
        &[
            "structure Patient.contained[0].name: name must be a JSON string.",
            "invariant Patient.contained[0].contained[0]: A contained resource must not contain others.",
            "structure Patient.contained[1]: resourceType is not the name of an R4 resource type.",
            "structure Patient.contained[2]: A resource is a JSON object.",
        ],
    );
}

#[test]
fn resources_in_bundles_and_parameters_are_checked() {
    let bad = json!({"resourceType": "Patient", "gender": "x"});
    let gender = "gender must be a code of http://hl7.org/fhir/ValueSet/administrative-gender.";
    refused(
        &json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": bad}]}),
        &[&format!("code-invalid Bundle.entry[0].resource.gender: {gender}")],
    );
    refused(
        &json!({"resourceType": "Parameters", "parameter": [{"name": "a", "part": [{"name": "b", "resource": bad}]}]}),
        &[&format!("code-invalid Parameters.parameter[0].part[0].resource.gender: {gender}")],
    );
}

#[test]
fn what_is_but_text_has_no_companion() {
    let no = |place: &str, name: &str| {
        format!("structure {place}.{name}: {name} must not have an id or extensions.")
    };
    let companion = json!({"extension": [{"url": "u", "valueString": "x"}]});
    refused(
        &patient(json!({"name": [{"id": "a", "_id": companion, "text": "x"}]})),
        &[&no("Patient.name[0]", "id")],
    );
    let extension = json!({"url": "u", "_url": companion, "valueString": "x"});
    refused(&patient(json!({"extension": [extension]})), &[&no("Patient.extension[0]", "url")]);
    let div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>";
    let text = json!({"status": "generated", "div": div, "_div": {"id": "x"}});
    refused(&patient(json!({"text": text})), &[&no("Patient.text", "div")]);
    assert!(validate(&patient(json!({"id": "a", "_id": companion}))).is_ok());
}

#[test]
fn a_narrative_is_one_div_that_does_nothing() {
    let narrative = |div: &str| patient(json!({"text": {"status": "generated", "div": div}}));
    let xhtml =
        |inner: &str| narrative(&format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>"));
    for div in ["x", "<p>x</p>", "<divx>x</divx>", "<div xmlns=\"http://www.w3.org/1999/xhtml\">x"] {
        refused(&narrative(div), &["structure Patient.text.div: div must be one XHTML div element."]);
    }
    refused(
        &narrative("<div>x</div>"),
        &["structure Patient.text.div: div must declare the XHTML namespace."],
    );
    for active in ["<SCRIPT>1</SCRIPT>", "<a href='JavaScript:1'>x</a>", "<iframe/>", "<form></form>"] {
        let text = "invariant Patient.text.div: div must be text, pictures and links: no scripts, forms, event attributes or embedded objects.";
        refused(&xhtml(active), &[text]);
    }
    assert!(validate(&xhtml("<p>a &amp; b <b>jaws</b></p>")).is_ok());
}

#[test]
fn the_list_of_issues_is_bounded_and_so_is_the_depth() {
    let names = vec![json!({"family": 1}); 500];
    assert_eq!(issues(&patient(json!({"name": names}))).len(), MAX_ISSUES);
    let mut extension = json!({"url": "a", "valueString": "x"});
    for _ in 0..200 {
        extension = json!({"url": "a", "extension": [extension]});
    }
    let found = validate(&patient(json!({"extension": [extension]}))).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, IssueType::TooCostly);
}

#[test]
fn issues_never_quote_values() {
    let resource = patient(
        json!({"id": "Smith_1", "gender": "Smith", "birthDate": "Smith", "name": [{"given": "Smith"}],
        "managingOrganization": {"reference": "Smith"}, "Smith, Ann": 1}),
    );
    let found = issues(&resource);
    assert_eq!(found.len(), 6);
    assert!(found.iter().all(|issue| !issue.contains("Smith")), "{found:?}");
}

#[test]
fn valid_resources_are_taken_whatever_their_order() {
    let resources = [
        json!({"resourceType": "Patient"}),
        json!({"id": "1", "resourceType": "Patient"}),
        patient(json!({"name": [{"given": ["A", null, "B"], "_given": [null, {"extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}, null]}],
            "birthDate": "1970-03-30", "_birthDate": {"id": "b"}, "_gender": {"extension": [
            {"url": "http://a.example", "_valueCode": {"extension": [{"url": "b", "valueBoolean": true}]}}]}})),
        observation(
            json!({"valueQuantity": {"value": 1.00, "unit": "x"}, "effectiveDateTime": "2020-01-01T10:00:00.1Z"}),
        ),
        patient(json!({"contained": [{"resourceType": "Organization", "id": "o", "name": "x"}],
            "managingOrganization": {"reference": "#o"}})),
        json!({"resourceType": "Bundle", "type": "transaction", "entry": [
            {"request": {"method": "POST", "url": "Observation"},
             "resource": observation(json!({"subject": {"reference": "Patient?identifier=a|b"}}))}]}),
        json!({"resourceType": "Binary", "contentType": "text/plain", "data": "YQ=="}),
    ];
    for resource in resources {
        let name = resource["resourceType"].as_str();
        assert_eq!(validate_as(&resource, Scope::Full).map(|of| of.as_str()).ok(), name, "{resource}");
    }
}
