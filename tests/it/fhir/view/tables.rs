//! Tables in every format, beside what plain SQL makes of the same resources.

use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::{Value, json};

use super::{of, run, running, view};
use crate::fhir::access::put;
use crate::fhir::patient;
use crate::harness::{Fhir, Server};

const LOINC: &str = "http://loinc.org";

/// People with what was measured and found, whole and not.
async fn people(fhir: &Fhir<'_>) {
    for (id, family, gender, born) in [
        ("p1", "O'Hara, \"Kate\"", "female", "1980-05-04"),
        ("p2", "Müller", "male", "1975"),
        ("p3", "Doe", "other", "2001-12"),
    ] {
        let address = |city: &str| json!({ "city": city, "line": ["1 Road", "Flat 2"], "use": "home" });
        let resource = json!({ "name": [{ "use": "official", "family": family, "given": ["A", "B"] }], "gender": gender, "birthDate": born,
            "active": id != "p2", "address": if id == "p3" { json!([]) } else { json!([address("Rome"), address("Oslo")]) } });
        let mut resource = resource;
        if id == "p3" {
            resource.as_object_mut().unwrap().remove("address");
        }
        put(fhir, "Patient", id, resource).await;
        let coded = |code: &str| json!({ "coding": [{ "system": LOINC, "code": code }] });
        let component = |code: &str, value: &str| {
            let quantity = format!(
                r#"{{"value":{value},"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}"#
            );
            let quantity: Value = serde_json::from_str(&quantity).unwrap();
            json!({ "code": coded(code), "valueQuantity": quantity })
        };
        let subject = json!({ "reference": format!("Patient/{id}") });
        put(fhir, "Observation", &format!("{id}-pressure"), json!({ "status": "final", "code": coded("85354-9"), "subject": subject,
            "effectiveDateTime": "2026-01-02T03:04:05+01:00", "component": [component("8480-6", "120.50"), component("8462-4", "80")] })).await;
        put(fhir, "Observation", &format!("{id}-weight"), json!({ "status": "final", "code": coded("29463-7"), "subject": subject, "valueQuantity": { "value": 70 } })).await;
        put(fhir, "Condition", &format!("{id}-condition"), json!({ "subject": subject, "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "38341003" }], "text": "High" },
            "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active" }] }, "onsetDateTime": "2020-02" })).await;
        put(fhir, "Encounter", &format!("{id}-encounter"), json!({ "status": "finished", "subject": subject,
            "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" }, "period": { "start": "2026-01-01", "end": "2026-01-02" } })).await;
    }
}

fn columns(columns: &[(&str, &str, &str)]) -> Value {
    view("Patient", columns)["select"][0]["column"].clone()
}

/// Each view, with the SQL whose rows are one text each, columns parted by `|` and nothing empty.
fn views() -> Vec<(Value, &'static str)> {
    let addresses = json!({ "resourceType": "ViewDefinition", "resource": "Patient", "select": [
        { "column": columns(&[("id", "getResourceKey()", "id")]) },
        { "forEachOrNull": "address", "column": columns(&[("city", "city", "string"), ("lines", "line.join(', ')", "string"), ("at", "%rowIndex", "integer")]) },
    ] });
    let part = |code: &str| {
        format!(
            "component.where(code.coding.exists(system = %loinc and code = '{code}')).value.ofType(Quantity).value"
        )
    };
    let mut pressures = view(
        "Observation",
        &[
            ("id", "getResourceKey()", "id"),
            ("patient", "subject.getReferenceKey(Patient)", "id"),
            ("at", "effective.ofType(dateTime)", "dateTime"),
            ("systolic", &part("8480-6"), "decimal"),
            ("diastolic", &part("8462-4"), "decimal"),
        ],
    );
    pressures["constant"] = json!([{ "name": "pressure", "valueCode": "85354-9" }]);
    pressures["where"] = json!([{ "path": "code.coding.exists(system = %loinc and code = %pressure)" }]);
    vec![
        (
            view("Patient", &[("id", "getResourceKey()", "id"), ("family", "name.where(use = 'official').family", "string"), ("gender", "gender", "code"),
                ("born", "birthDate", "date"), ("active", "active", "boolean")]),
            "SELECT concat_ws('|', id, b->'name'->0->>'family', b->>'gender', b->>'birthDate', b->>'active') FROM r WHERE type = 'Patient'",
        ),
        (
            addresses,
            "SELECT concat_ws('|', id, coalesce(a.value->>'city', ''), coalesce((SELECT string_agg(l, ', ') FROM jsonb_array_elements_text(a.value->'line') l), ''),
             coalesce(a.ordinality - 1, 0)) FROM r LEFT JOIN LATERAL jsonb_array_elements(b->'address') WITH ORDINALITY a ON true WHERE type = 'Patient'",
        ),
        (
            pressures,
            "SELECT concat_ws('|', id, substr(b->'subject'->>'reference', 9), b->>'effectiveDateTime', b->'component'->0->'valueQuantity'->>'value',
             b->'component'->1->'valueQuantity'->>'value') FROM r WHERE type = 'Observation' AND b->'code'->'coding'->0->>'code' = '85354-9'",
        ),
        (
            view("Condition", &[("id", "getResourceKey()", "id"), ("patient", "subject.getReferenceKey()", "id"), ("code", "code.coding.where(system = 'http://snomed.info/sct').code.first()", "code"),
                ("text", "code.text", "string"), ("status", "clinicalStatus.coding.code.first()", "code"), ("onset", "onset.ofType(dateTime)", "dateTime")]),
            "SELECT concat_ws('|', id, substr(b->'subject'->>'reference', 9), b->'code'->'coding'->0->>'code', b->'code'->>'text',
             b->'clinicalStatus'->'coding'->0->>'code', b->>'onsetDateTime') FROM r WHERE type = 'Condition'",
        ),
        (
            view("Encounter", &[("id", "getResourceKey()", "id"), ("class", "class.code", "code"), ("status", "status", "code"), ("start", "period.start", "dateTime"), ("end", "period.end", "dateTime")]),
            "SELECT concat_ws('|', id, b->'class'->>'code', b->>'status', b->'period'->>'start', b->'period'->>'end') FROM r WHERE type = 'Encounter'",
        ),
    ]
}

/// The bytes of a table.
async fn bytes(fhir: &Fhir<'_>, view: &Value, format: &str) -> Bytes {
    let request = running(fhir, &format!("/ViewDefinition/$run?_format={format}"), &[of(view)]);
    let response = request.send().await.unwrap();
    let media = match format {
        "json" => "application/json",
        "ndjson" => "application/x-ndjson",
        "csv" => "text/csv",
        _ => "application/vnd.apache.parquet",
    };
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()),
        (200, media)
    );
    response.bytes().await.unwrap()
}

fn of_json(row: &Value) -> String {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
    };
    row.as_object().unwrap().values().map(text).collect::<Vec<_>>().join("|")
}

fn of_field(field: &Field) -> String {
    if let Field::Str(text) = field {
        return text.clone();
    }
    if *field == Field::Null { String::new() } else { field.to_string() }
}

/// The records of CSV, the header among them.
fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let (mut reader, mut rest) = (csv_core::Reader::new(), bytes);
    let mut records = Vec::new();
    loop {
        let (mut output, mut ends) = ([0; 4096], [0; 64]);
        let (result, read, _, fields) = reader.read_record(rest, &mut output, &mut ends);
        rest = &rest[read..];
        match result {
            csv_core::ReadRecordResult::Record => {
                let begins = [0].into_iter().chain(ends);
                let parts = begins.zip(ends).take(fields);
                records.push(
                    parts
                        .map(|(from, to)| std::str::from_utf8(&output[from..to]).unwrap().to_owned())
                        .collect(),
                );
            }
            csv_core::ReadRecordResult::End => return records,
            // The end of the input ends the last record.
            csv_core::ReadRecordResult::InputEmpty => {}
            result
            @ (csv_core::ReadRecordResult::OutputFull | csv_core::ReadRecordResult::OutputEndsFull) => {
                panic!("{result:?}")
            }
        }
    }
}

/// The rows of a table in some format, as one text each.
fn rows(format: &str, bytes: &Bytes) -> Vec<String> {
    let mut rows: Vec<String> = match format {
        "json" => serde_json::from_slice::<Vec<Value>>(bytes).unwrap().iter().map(of_json).collect(),
        "ndjson" => {
            let lines = std::str::from_utf8(bytes).unwrap().lines();
            lines.map(|line| of_json(&serde_json::from_str(line).unwrap())).collect()
        }
        "csv" => {
            let rows = records(bytes);
            rows.into_iter().skip(1).map(|row| row.join("|")).collect()
        }
        _ => {
            let reader = SerializedFileReader::new(bytes.clone()).unwrap();
            let row = |row: parquet::record::Row| {
                row.get_column_iter().map(|(_, field)| of_field(field)).collect::<Vec<_>>().join("|")
            };
            reader.get_row_iter(None).unwrap().map(|one| row(one.unwrap())).collect()
        }
    };
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn each_view_in_each_format_is_what_sql_says() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    people(&fhir).await;
    for (view, sql) in views() {
        let stored = "WITH r AS (SELECT type, id, body::jsonb AS b FROM resource WHERE tenant = 1 AND body IS NOT NULL)";
        let mut expected = server.texts(&format!("{stored} {sql}")).await;
        expected.sort();
        assert!(expected.len() >= 3, "{sql}");
        for format in ["json", "ndjson", "csv", "parquet"] {
            assert_eq!(rows(format, &bytes(&fhir, &view, format).await), expected, "{format}: {view}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accept_and_parameters_decide_on_the_format() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let view = view("Patient", &[("family", "name.family", "string"), ("born", "birthDate", "date")]);
    let given = [of(&view), json!({ "name": "resource", "resource": patient() })];
    for (accept, media, body) in [
        ("*/*", "application/x-ndjson", "{\"family\":\"Liddell\",\"born\":\"1852-05-04\"}\n"),
        ("text/csv", "text/csv", "family,born\nLiddell,1852-05-04\n"),
        ("application/json", "application/json", "[{\"family\":\"Liddell\",\"born\":\"1852-05-04\"}]"),
    ] {
        let answer = crate::harness::Answer::of(
            running(&fhir, "/ViewDefinition/$run", &given).header("Accept", accept),
        )
        .await;
        assert_eq!((answer.status, answer.header("content-type"), answer.text.as_str()), (200, media, body));
    }
    let mut without = given.to_vec();
    without.push(json!({ "name": "_format", "valueCode": "csv" }));
    without.push(json!({ "name": "header", "valueBoolean": false }));
    assert_eq!(run(&fhir, "/ViewDefinition/$run", &without).await.text, "Liddell,1852-05-04\n");
    // A request in XML says the same.
    let xml = r#"<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="viewResource"/><resource><ViewDefinition><status value="active"/><resource value="Patient"/>
        <select><column><path value="birthDate"/><name value="born"/></column></select></ViewDefinition></resource></parameter>
        <parameter><name value="resource"/><resource><Patient><birthDate value="1852-05-04"/></Patient></resource></parameter></Parameters>"#;
    let request = fhir
        .request(reqwest::Method::POST, "/ViewDefinition/$run?_format=csv")
        .header("Content-Type", "application/fhir+xml");
    assert_eq!(crate::harness::Answer::of(request.body(xml)).await.text, "born\n1852-05-04\n");
}
