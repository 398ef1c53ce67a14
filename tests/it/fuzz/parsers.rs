//! Parsers, asked as the server asks them.

use std::time::{Duration, Instant};

use bolero::check;
use chrono::DateTime;
use hygeia::fhir::fhirpath::{Context, Expression, Item};
use hygeia::fhir::filter::Filter;
use hygeia::fhir::patch::Patch;
use hygeia::fhir::{json, validate, xml};
use hygeia::inference::dicom;
use hygeia::inference::picture::{Limits, decode};
use serde_json::{Value, json as value};

use super::{PATIENCE, TIME, made};
use crate::harness::dicom as pictures;
use crate::harness::drawn::stripes;

/// Some resource with elements of many kinds.
fn example() -> Value {
    value!({
        "resourceType": "Patient", "id": "a", "meta": { "versionId": "1", "tag": [{ "system": "urn:x", "code": "y" }] },
        "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Jane &amp; co</p></div>" },
        "extension": [{ "url": "http://example.org/e", "valueQuantity": { "value": 1.50, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg" } }],
        "identifier": [{ "system": "urn:a", "value": "1" }], "active": true, "_gender": { "extension": [{ "url": "urn:b", "valueCode": "c" }] },
        "name": [{ "use": "official", "family": "Chalmers", "given": ["Peter", null], "_given": [null, { "id": "g" }] }],
        "birthDate": "1974-12-25", "deceasedDateTime": "2015-02-14T13:42:00+10:00", "multipleBirthInteger": 2,
        "contained": [{ "resourceType": "Organization", "id": "o", "name": "Acme" }], "managingOrganization": { "reference": "#o" },
        "contact": [{ "telecom": [{ "system": "phone", "value": "+33 1", "rank": 1 }], "period": { "start": "2012" } }]
    })
}

fn in_time(read: impl FnOnce()) {
    let begun = Instant::now();
    read();
    assert!(begun.elapsed() < PATIENCE, "it takes {:?}", begun.elapsed());
}

#[test]
fn fhir_json() {
    let (patient, pretty) = (example().to_string(), serde_json::to_string_pretty(&example()).unwrap());
    check!().with_test_time(TIME).for_each(|input: &[u8]| {
        let file = made(input, &[patient.as_bytes(), pretty.as_bytes()]);
        in_time(|| {
            let Ok(read) = json::parse_resource(&file) else { return };
            assert_eq!(
                json::parse_resource(read.to_string().as_bytes()).as_ref().ok(),
                Some(&read),
                "what is read is what is written"
            );
            if validate::validate(&read).is_ok() {
                let Ok(text) = xml::write(&read, false) else { return };
                assert_eq!(
                    xml::parse_resource(text.as_bytes()).as_ref().ok(),
                    Some(&read),
                    "XML says the same"
                );
            }
        });
    });
}

#[test]
fn fhir_xml() {
    let patient = xml::write(&example(), true).unwrap();
    check!().with_test_time(TIME).for_each(|input: &[u8]| {
        let file = made(input, &[patient.as_bytes()]);
        in_time(|| {
            let Ok(read) = xml::parse_resource(&file) else { return };
            if validate::validate(&read).is_ok() {
                let text = xml::write(&read, false).unwrap();
                assert_eq!(
                    xml::parse_resource(text.as_bytes()).as_ref().ok(),
                    Some(&read),
                    "what is read is what is written"
                );
            }
        });
    });
}

#[test]
fn fhirpath() {
    let examples: [&[u8]; 6] = [
        b"Patient.name.where(use = 'official').given.first() | contact.telecom.value",
        b"birthDate + 3 years > today() and (1.5 'mg' * 2 div 3 mod 2 ~ 4)",
        b"repeat(children()).ofType(Quantity).value.aggregate($this + $total, 0)",
        b"name.all(exists(family.matches('^[A-Z](a+)+$')) implies given.count() >= 1)",
        b"iif(active, name.select(family & ', ' & given.join(' ')), {}).combine(identifier.value.toInteger())",
        b"extension('http://example.org/e').value.as(Quantity).code.replaceMatches('(m)(g)', '$2$1').trace('a') in ('mg' | @2015-02-04T14:34:28Z)",
    ];
    let patient = example();
    let focus = Item::resource(&patient).unwrap();
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    check!().with_test_time(TIME).for_each(|input: &[u8]| {
        let file = made(input, &examples);
        let text = String::from_utf8_lossy(&file);
        in_time(|| {
            let Ok(expression) = Expression::parse(&text) else { return };
            let end = Instant::now() + Duration::from_secs(2);
            drop(
                expression
                    .evaluate(&Context::of(focus.clone(), focus.clone(), now).until(end), focus.clone()),
            );
        });
    });
}

#[test]
fn patches() {
    let examples: [&[u8]; 3] = [
        br#"[{"op":"test","path":"/active","value":true},{"op":"move","from":"/name/0/given","path":"/name/0/suffix"},{"op":"add","path":"/name/-","value":{"text":"a"}}]"#,
        br#"[{"op":"copy","from":"","path":"/contained/0"},{"op":"remove","path":"/contained/0/name"},{"op":"replace","path":"/birthDate","value":"2000"}]"#,
        br#"{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient.name.where(use = 'official')"},{"name":"name","valueString":"suffix"},{"name":"value","valueString":"x"}]},{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.contact[0].period"}]}]}"#,
    ];
    check!().with_test_time(TIME).for_each(|input: &[u8]| {
        let file = made(input, &examples);
        in_time(|| {
            if let Ok(patch) = Patch::json(&file) {
                drop(patch.apply(example()));
            }
            if let Ok(patch) =
                json::parse(&file).map_err(drop).and_then(|read| Patch::fhirpath(&read).map_err(drop))
            {
                drop(patch.apply(example()));
            }
        });
    });
}

#[test]
fn filters() {
    let examples: [&[u8]; 3] = [
        b"name co \"pet\" and (birthdate ge 2014-10-10 or not (active eq true))",
        b"identifier eq urn:a|1 and contact.telecom[system eq phone].value sw \"+33\"",
        b"((((a eq 1))))",
    ];
    check!().with_test_time(TIME).for_each(|input: &[u8]| {
        let file = made(input, &examples);
        in_time(|| drop(Filter::parse(&String::from_utf8_lossy(&file))));
    });
}

#[test]
fn pictures_that_anybody_takes() {
    let png = stripes();
    let gif = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x02\x05\0;"
        .to_vec();
    let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb\0\x43\0".to_vec();
    let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0".to_vec();
    let limits =
        Limits { max_pixels: 4_000_000, max_side: 4_000, max_alloc_bytes: 64 << 20, working_side: 500 };
    check!().with_test_time(TIME).for_each(|input: &[u8]| {
        let file = made(input, &[&png, &gif, &jpeg, &webp]);
        in_time(|| drop(decode(&file, &limits)));
    });
}

#[test]
fn dicom_files() {
    let asks = [
        r#""Describe""#,
        r#"{"Render":{"frame":1,"window":null}}"#,
        r#""Dataset""#,
        r#"{"Frame":{"frame":1,"as_stored":true}}"#,
    ];
    let head = |ask: &str| [&u32::try_from(ask.len()).unwrap().to_be_bytes()[..], ask.as_bytes()].concat();
    let file = pictures::SAID.file();
    check!().with_test_time(TIME).for_each(|input: &[u8]| {
        let (first, rest) = input.split_first().unwrap_or((&0, &[]));
        let asked = head(asks[usize::from(*first) % asks.len()]);
        let asked = [asked, made(rest, &[&file])].concat();
        in_time(|| {
            let mut answer = Vec::new();
            drop(dicom::work(asked.as_slice(), &mut answer));
        });
    });
}
