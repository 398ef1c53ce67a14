//! What the resources of documents and tests say.

use super::*;

fn of_type<'a>(stored: &'a [Value], name: &str) -> Vec<&'a Value> {
    stored.iter().filter(|resource| resource["resourceType"] == name).collect()
}

fn types(stored: &[Value]) -> Vec<&str> {
    stored.iter().skip(3).map(|resource| resource["resourceType"].as_str().unwrap()).collect()
}

#[test]
fn a_document_that_says_nothing_is_no_reading() {
    for kind in [
        DeviceKind::Prescription,
        DeviceKind::VaccineCertificate,
        DeviceKind::DischargeSummary,
        DeviceKind::ClinicalNotes,
    ] {
        let foreign = words(FieldName::TestResult, "positive");
        let blank = read(FieldName::Procedures, Read::List(vec![" ".to_owned()]));
        for fields in [vec![], vec![foreign], vec![blank, words(FieldName::Plan, " ")]] {
            let reading = reading(kind, fields);
            assert!(resources(&reading, image(), &Asked::default(), &context()).is_none(), "{kind:?}");
        }
    }
}

#[test]
fn a_test_that_is_neither_positive_nor_negative_has_no_coded_result() {
    for (text, coded) in [("invalid", None), ("inconclusive", None), ("Positive", Some("260373001"))] {
        let fields = vec![words(FieldName::TestResult, text)];
        let stored = stored(&reading(DeviceKind::TestStrip, fields), &context());
        assert_eq!(types(&stored), ["Device", "Observation", "DiagnosticReport"]);
        let observation = of_type(&stored, "Observation")[0];
        assert_eq!(observation["valueCodeableConcept"]["text"], text);
        assert_eq!(observation["valueCodeableConcept"]["coding"][0]["code"].as_str(), coded);
        assert_eq!(observation["interpretation"].is_null(), coded.is_none());
        let report = of_type(&stored, "DiagnosticReport")[0];
        assert_eq!(report["code"], observation["code"]);
        assert_eq!(
            report["result"][0]["reference"],
            json!(format!("Observation/{}", observation["id"].as_str().unwrap()))
        );
        assert_eq!(report["status"], "preliminary");
    }
}

#[test]
fn a_prescription_is_an_order_whose_status_is_unknown() {
    let fields = vec![
        words(FieldName::Medication, "Lisinopril"),
        words(FieldName::DatePrescribed, "01/15/2024"),
        words(FieldName::PrescriberNpi, "1234567890"),
        words(FieldName::PatientName, "Jane Smith"),
        read(FieldName::Refills, Read::Number { digits: "5".to_owned(), unit: None }),
    ];
    let stored = stored(&reading(DeviceKind::Prescription, fields), &context());
    assert_eq!(types(&stored), ["MedicationRequest", "DocumentReference"]);
    let request = of_type(&stored, "MedicationRequest")[0];
    assert_eq!((&request["status"], &request["intent"]), (&json!("unknown"), &json!("order")));
    assert_eq!(request["subject"], json!({ "type": "Patient", "display": "Jane Smith" }));
    assert!(request["authoredOn"].is_null(), "nothing says which of the numbers is the month");
    assert_eq!(request["contained"][0]["identifier"][0]["system"], "http://hl7.org/fhir/sid/us-npi");
    assert_eq!(request["dispenseRequest"], json!({ "numberOfRepeatsAllowed": 5 }));
    let document = of_type(&stored, "DocumentReference")[0];
    assert_eq!(document["context"]["sourcePatientInfo"]["reference"], "#patient");
    assert_eq!(document["contained"][0]["name"][0]["text"], "Jane Smith");
}

#[test]
fn a_vaccination_without_its_vaccine_or_date_says_so() {
    let fields = vec![words(FieldName::LotNumber, "ABC123")];
    let stored = stored(&reading(DeviceKind::VaccineCertificate, fields), &context());
    let immunization = of_type(&stored, "Immunization")[0];
    let unknown = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }]);
    for element in ["vaccineCode", "patient", "_occurrenceDateTime"] {
        assert_eq!(immunization[element]["extension"], unknown, "{element}");
    }
    assert_eq!(immunization["primarySource"], false);
    let words = vec![words(FieldName::VaccinationDate, "spring 2024")];
    let stored = super::stored(&reading(DeviceKind::VaccineCertificate, words), &context());
    assert_eq!(of_type(&stored, "Immunization")[0]["occurrenceString"], "spring 2024");
}

#[test]
fn what_a_summary_states_nobody_has_confirmed() {
    let list = |texts: &[&str]| Read::List(texts.iter().map(|text| (*text).to_owned()).collect());
    let fields = vec![
        words(FieldName::PrimaryDiagnosis, "Acute Myocardial Infarction"),
        read(FieldName::SecondaryDiagnoses, list(&["Diabetes Type 2", "Hypertension"])),
        read(FieldName::Procedures, list(&["Stent placement"])),
        words(FieldName::Medications, "Aspirin 81mg daily, Metoprolol 50mg BID"),
        words(FieldName::ActivityRestrictions, "No lifting >10lbs"),
        words(FieldName::RecordNumber, "MRN123456"),
    ];
    let stored = stored(&reading(DeviceKind::DischargeSummary, fields), &context());
    let conditions = of_type(&stored, "Condition");
    let names: Vec<_> = conditions.iter().map(|condition| &condition["code"]["text"]).collect();
    assert_eq!(names, ["Acute Myocardial Infarction", "Diabetes Type 2", "Hypertension"]);
    for condition in &conditions {
        assert_eq!(condition["verificationStatus"]["coding"][0]["code"], "unconfirmed");
        assert_eq!(condition["subject"]["identifier"]["value"], "MRN123456");
    }
    assert_eq!(of_type(&stored, "MedicationStatement").len(), 2);
    let [encounter] = of_type(&stored, "Encounter")[..] else { panic!() };
    assert_eq!((&encounter["status"], &encounter["class"]["code"]), (&json!("unknown"), &json!("IMP")));
    assert_eq!(encounter["diagnosis"].as_array().unwrap().len(), 3);
    let composition = of_type(&stored, "Composition")[0];
    let section = &composition["section"][4];
    assert_eq!(
        section["text"]["div"],
        r#"<div xmlns="http://www.w3.org/1999/xhtml">No lifting &gt;10lbs</div>"#
    );
    let reference = format!("Encounter/{}", encounter["id"].as_str().unwrap());
    assert_eq!(composition["encounter"]["reference"], json!(reference));
}

#[test]
fn what_a_document_denies_is_its_text_and_no_resource() {
    let list = |texts: &[&str]| Read::List(texts.iter().map(|text| (*text).to_owned()).collect());
    let fields = vec![
        read(FieldName::SecondaryDiagnoses, list(&["None"])),
        read(FieldName::Procedures, list(&["N/A", "Stent placement"])),
        words(FieldName::Medications, "No medications"),
    ];
    let summary = reading(DeviceKind::DischargeSummary, fields);
    let resources = stored(&summary, &context());
    assert_eq!(types(&resources), ["Composition", "Encounter", "Procedure", "DocumentReference"]);
    let answer = extracted(&summary);
    assert_eq!(answer["secondaryDiagnoses"], json!(["None"]));
    assert_eq!(answer["procedures"], json!(["N/A", "Stent placement"]));
    assert_eq!(answer["dischargeMedications"], "No medications");
    let fields = vec![
        words(FieldName::Allergies, "Denies allergies"),
        words(FieldName::Assessment, "No acute distress"),
    ];
    let note = reading(DeviceKind::ClinicalNotes, fields);
    assert_eq!(types(&stored(&note, &context())), ["Composition", "Encounter", "DocumentReference"]);
    assert_eq!(
        extracted(&note),
        json!({ "assessment": "No acute distress", "allergies": "Denies allergies" })
    );
}

#[test]
fn no_known_allergy_is_coded_and_an_allergy_is_words() {
    for (text, code) in [("NKDA", Some("409137002")), ("Penicillin", None)] {
        let stored =
            stored(&reading(DeviceKind::ClinicalNotes, vec![words(FieldName::Allergies, text)]), &context());
        let allergy = of_type(&stored, "AllergyIntolerance")[0];
        assert_eq!(allergy["verificationStatus"]["coding"][0]["code"], "unconfirmed");
        assert_eq!(allergy["code"]["coding"][0]["code"].as_str(), code);
        assert_eq!(allergy["code"]["text"], text);
    }
}

#[test]
fn hostile_text_stays_text() {
    let long = "x, ".repeat(20_000);
    for text in ["</div><script>alert(1)</script>", "{\"resourceType\":\"Patient\"}", "🦠 & <", long.trim()]
    {
        let fields = vec![
            words(FieldName::Plan, text),
            words(FieldName::Medications, text),
            words(FieldName::VisitDate, text),
        ];
        let answer = extracted(&reading(DeviceKind::ClinicalNotes, fields));
        assert_eq!(answer["plan"], json!(text));
        assert_eq!(answer["medications"], json!(text));
        assert_eq!(answer["visitDate"], json!(text));
    }
}

#[test]
fn a_time_without_a_zone_is_not_a_time() {
    let at = |time: &str| {
        let fields =
            vec![field(FieldName::Weight, "75.2", Unit::Kilograms), words(FieldName::Timestamp, time)];
        stored(&reading(DeviceKind::Scale, fields), &context()).pop().unwrap()
    };
    assert_eq!(at("2024-01-15T07:00:00Z")["effectiveDateTime"], "2024-01-15T07:00:00Z");
    let local = at("01/15 07:00");
    assert!(local["effectiveDateTime"].is_null());
    assert_eq!(local["effectivePeriod"]["extension"][0]["valueString"], "01/15 07:00");
}
