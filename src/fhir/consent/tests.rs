use serde_json::{Value, json};

use super::*;
use crate::fhir::date::period;

const BASE: &str = "https://a.example/fhir";

fn consent(provision: Value) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "text": "any" }],
        "patient": { "reference": "Patient/a" },
        "provision": provision,
    })
}

fn provisions(provision: Value) -> Vec<Provision> {
    Consent::read(&consent(provision), BASE).unwrap().provisions
}

#[test]
fn what_is_no_rule_about_data_is_passed_over() {
    let with = |name: &str, value: Value| {
        let mut consent = consent(json!({ "type": "deny" }));
        consent[name] = value;
        Consent::read(&consent, BASE)
    };
    for status in ["draft", "proposed", "rejected", "inactive", "entered-in-error"] {
        assert_eq!(with("status", status.into()), None, "{status}");
    }
    for scope in ["adr", "treatment"] {
        assert_eq!(with("scope", json!({ "coding": [{ "code": scope }] })), None, "{scope}");
    }
    assert_eq!(with("patient", Value::Null), None);
    assert_eq!(with("patient", json!({ "reference": "#contained" })), None);
    assert!(with("scope", json!({ "coding": [{ "code": "research" }] })).is_some());
    let both = json!({ "coding": [{ "code": "treatment" }, { "code": "patient-privacy" }] });
    assert!(with("scope", both).is_some());
    let of = |base: &str| with("patient", json!({ "reference": format!("{base}/Patient/a") }));
    assert_eq!(of(BASE).unwrap().patient, "a");
    assert_eq!(of("https://b.example/fhir"), None, "of another server");
}

#[test]
fn without_a_provision_the_policy_speaks() {
    let with = |rule: Value| {
        let mut consent = consent(Value::Null);
        consent.as_object_mut().unwrap().remove("provision");
        consent["policyRule"] = rule;
        Consent::read(&consent, BASE).map(|consent| consent.provisions[0].verdict)
    };
    assert_eq!(with(json!({ "coding": [{ "code": "OPTOUT" }] })), Some(Some(Verdict::Deny)));
    assert_eq!(with(json!({ "coding": [{ "code": "OPTIN" }] })), Some(Some(Verdict::Permit)));
    assert_eq!(with(json!({ "coding": [{ "code": "cric" }] })), None);
}

#[test]
fn every_element_is_read() {
    let act_reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    let read = provisions(json!({
        "type": "permit",
        "period": { "start": "2026" },
        "provision": [{
            "type": "deny",
            "actor": [{ "role": { "text": "doctor" }, "reference": { "reference": "Practitioner/p" } }],
            "action": [{ "coding": [{ "code": "disclose" }] }, { "coding": [{ "code": "correct" }] }],
            "purpose": [{ "system": act_reason, "code": "HRESCH" }],
            "class": [{ "system": "http://hl7.org/fhir/resource-types", "code": "Observation" }],
            "code": [{ "coding": [{ "system": "http://loinc.org", "code": "1" }, { "code": "2" }] }],
            "securityLabel": [{ "system": "s", "code": "R" }],
            "dataPeriod": { "end": "2020" },
            "data": [{ "meaning": "instance", "reference": { "reference": "Observation/o" } }],
        }],
    }));
    let observation = ResourceType::parse("Observation").unwrap();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        read,
        [
            Provision {
                depth: 0,
                verdict: Some(Verdict::Permit),
                period: period(Some("2026"), None),
                actors: vec![],
                actions: vec![],
                purposes: vec![],
                matter: Matter::default(),
            },
            Provision {
                depth: 1,
                verdict: Some(Verdict::Deny),
                period: None,
                actors: vec!["Practitioner/p".to_owned()],
                actions: vec![Action::Access, Action::Correct],
                purposes: vec!["HRESCH".to_owned()],
                matter: Matter {
                    types: vec![observation],
                    codes: vec![pair("http://loinc.org", "1"), pair("", "2")],
                    labels: vec![pair("s", "R")],
                    resources: vec![(observation, "o".to_owned())],
                    period: period(None, Some("2020")),
                },
            },
        ]
    );
}

#[test]
fn what_is_not_understood_narrows_nothing_and_denies() {
    for (name, value) in [
        ("actor", json!([{ "role": {}, "reference": { "reference": "CareTeam/c" } }])),
        ("actor", json!([{ "role": {}, "reference": { "display": "my doctor" } }])),
        (
            "actor",
            json!([{ "role": {}, "reference": { "reference": "https://b.example/fhir/Practitioner/p" } }]),
        ),
        ("action", json!([{ "coding": [{ "code": "shred" }] }])),
        ("action", json!([{ "text": "look" }])),
        ("purpose", json!([{ "system": "http://other.example", "code": "X" }])),
        ("class", json!([{ "system": "http://hl7.org/fhir/consentcontentclass", "code": "X" }])),
        ("class", json!([{ "system": "http://hl7.org/fhir/resource-types", "code": "Nothing" }])),
        ("code", json!([{ "text": "HIV" }])),
        ("data", json!([{ "meaning": "instance", "reference": { "reference": "urn:uuid:1" } }])),
        ("modifierExtension", json!([{ "url": "http://a.example" }])),
    ] {
        let read = provisions(json!({ "type": "permit", name: value }));
        assert_eq!(read, [Provision::all_denied(0)], "{name}");
    }
    let related = json!([{ "meaning": "related", "reference": { "reference": "Observation/o" } }]);
    assert_eq!(provisions(json!({ "type": "deny", "data": related })), [Provision::all_denied(0)]);
    let permitted = provisions(json!({ "type": "permit", "data": related }));
    assert_eq!(
        (permitted[0].verdict, permitted[0].matter.resources.len()),
        (Some(Verdict::Permit), 1),
        "itself alone"
    );
    let nested = provisions(json!({ "type": "permit", "provision": [{}] }));
    assert_eq!(nested[1], Provision::all_denied(1), "an exception of no kind");
    let mut modified = consent(json!({ "type": "permit" }));
    modified["modifierExtension"] = json!([{ "url": "http://a.example" }]);
    let last = Consent::read(&modified, BASE).unwrap().provisions.pop().unwrap();
    assert_eq!((last.verdict, last.matter), (Some(Verdict::Deny), Matter::default()));
}

#[test]
fn there_is_an_end_to_provisions() {
    let inner: Vec<_> = (0..1_000).map(|_| json!({ "type": "permit" })).collect();
    let read = provisions(json!({ "type": "permit", "provision": inner }));
    assert_eq!((read.len(), read.last().unwrap().verdict), (101, Some(Verdict::Deny)));
}

impl Provision {
    fn all_denied(depth: usize) -> Self {
        Self {
            depth,
            verdict: Some(Verdict::Deny),
            period: None,
            actors: vec![],
            actions: vec![],
            purposes: vec![],
            matter: Matter::default(),
        }
    }
}
