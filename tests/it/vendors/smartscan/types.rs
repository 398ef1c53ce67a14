//! Types that need a model: whatever detector is put in, its readings become valid R4 that `/fhir` finds, or are refused.

use fhir_sdk::r4b::resources as r4b;
use hygeia::inference::device::{
    Detector, DeviceKind, DeviceReading, Field, FieldName, Numbers, ReadError, Reading, Unit, Value as Read,
};
use hygeia::inference::picture::Picture;
use hygeia::inference::registry::ModelRef;
use serde_json::{Value, json};

use super::{Customer, Fhir, pictures, refused};
use crate::harness::Server;
use crate::vendors::r4b::parsed;

/// Reads the same from every picture of a kind.
#[derive(Debug)]
struct Scripted {
    script: fn(DeviceKind) -> Vec<Field>,
    models: [ModelRef; 1],
}

impl Scripted {
    fn by(script: fn(DeviceKind) -> Vec<Field>) -> Self {
        let text = |text: &str| text.to_owned();
        let model = ModelRef { name: text("script"), version: text("1"), sha256: "0a".repeat(32) };
        Self { script, models: [model] }
    }
}

impl Detector for Scripted {
    fn read(&self, _: Picture, hint: Option<DeviceKind>) -> Reading<'_> {
        let reading = |kind| DeviceReading {
            kind,
            confidence: 0.9,
            fields: (self.script)(kind),
            brand: None,
            model: None,
            models_used: self.models.to_vec(),
        };
        let reading = hint.map(reading).ok_or(ReadError::NoDevice);
        Box::pin(async move { reading })
    }

    fn numbers(&self, _: Picture) -> Numbers<'_> {
        Box::pin(async { Err(ReadError::NoDevice) })
    }

    fn models(&self) -> &[ModelRef] {
        &self.models
    }
}

fn field(name: FieldName, value: Read) -> Field {
    Field { name, value, confidence: 0.9, quad: [(0.0, 0.0); 4] }
}

fn text(name: FieldName, text: &str) -> Field {
    field(name, Read::Text(text.to_owned()))
}

fn number(name: FieldName, digits: &str, unit: Option<Unit>) -> Field {
    field(name, Read::Number { digits: digits.to_owned(), unit })
}

/// A few fields of each type that no rule of this server reads yet.
fn script(kind: DeviceKind) -> Vec<Field> {
    match kind {
        DeviceKind::PeakFlowMeter => vec![
            number(FieldName::PeakFlow, "420", Some(Unit::LitresPerMinute)),
            number(FieldName::DailyPeakFlow, "425", Some(Unit::LitresPerMinute)),
            text(FieldName::Zone, "yellow"),
        ],
        DeviceKind::EcgMonitor => vec![
            number(FieldName::HeartRate, "68", Some(Unit::BeatsPerMinute)),
            number(FieldName::QtcInterval, "410", Some(Unit::Milliseconds)),
            text(FieldName::Leads, "lead_I"),
            text(FieldName::Battery, "75%"),
        ],
        DeviceKind::DialysisMachine => vec![
            text(FieldName::TreatmentTime, "4:00"),
            number(FieldName::BloodFlow, "350", Some(Unit::MillilitresPerMinute)),
            number(FieldName::ArterialPressure, "-80", Some(Unit::MillimetresOfMercury)),
            number(FieldName::Conductivity, "14.0", Some(Unit::MillisiemensPerCentimetre)),
        ],
        DeviceKind::FiveParameterMonitor => vec![
            number(FieldName::HeartRate, "78", Some(Unit::BeatsPerMinute)),
            number(FieldName::Systolic, "125", Some(Unit::MillimetresOfMercury)),
            number(FieldName::RespiratoryRate, "16", Some(Unit::BreathsPerMinute)),
            text(FieldName::DeviceStatus, "monitoring"),
        ],
        DeviceKind::PregnancyTest => vec![
            text(FieldName::TestResult, "negative"),
            text(FieldName::ControlLine, "visible"),
            text(FieldName::ReadTime, "3"),
        ],
        DeviceKind::TestStrip => vec![
            text(FieldName::TestResult, "positive"),
            text(FieldName::Sensitivity, "84.6%"),
            text(FieldName::LotNumber, "ABC123"),
        ],
        DeviceKind::VaccineCertificate => vec![
            text(FieldName::PatientName, "John Doe"),
            text(FieldName::VaccineName, "COVID-19 mRNA Vaccine"),
            text(FieldName::VaccinationDate, "2024-01-10"),
            text(FieldName::NextDueDate, "2024-07-10"),
            number(FieldName::DoseNumber, "2", None),
        ],
        DeviceKind::Prescription => vec![
            text(FieldName::Medication, "Lisinopril"),
            text(FieldName::DrugCode, "12345-678-90"),
            text(FieldName::Prescriber, "Dr. Johnson"),
            number(FieldName::Quantity, "30", None),
        ],
        DeviceKind::DischargeSummary => vec![
            text(FieldName::RecordNumber, "MRN123456"),
            text(FieldName::DischargeDate, "2024-01-15"),
            text(FieldName::PrimaryDiagnosis, "Acute Myocardial Infarction"),
            field(FieldName::Procedures, Read::List(vec!["Stent placement".to_owned()])),
            text(FieldName::Medications, "Aspirin 81mg daily, Metoprolol 50mg BID"),
        ],
        DeviceKind::ClinicalNotes => vec![
            text(FieldName::VisitTime, "14:30"),
            text(FieldName::Assessment, "Stable angina"),
            text(FieldName::Allergies, "NKDA"),
        ],
        DeviceKind::BloodPressure
        | DeviceKind::GlucoseMeter
        | DeviceKind::PulseOximeter
        | DeviceKind::Thermometer
        | DeviceKind::Scale => Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_detector_may_give_is_refused_and_leaves_nothing() {
    let server = Server::start_reading_by(Scripted::by(|_| {
        vec![
            text(FieldName::Plan, "bell \u{7}"),
            text(FieldName::PeakFlow, "420"),
            number(FieldName::Weight, "HI", Some(Unit::Kilograms)),
            number(FieldName::HeartRate, "68", Some(Unit::Percent)),
            text(FieldName::Medication, " "),
        ]
    }))
    .await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for hint in ["scale", "peak-flow-meter", "ecg-monitor", "prescription", "clinical-notes"] {
        let answer = alice.extract(pictures::wall(), &[("device_type", hint)]).await;
        assert_eq!(refused(&answer, 400).0, "UNREADABLE_DISPLAY", "{hint}");
    }
    assert_eq!(refused(&alice.extract(pictures::wall(), &[]).await, 400).0, "NO_DEVICE_DETECTED");
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type IN ('Task', 'Media')").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_is_answered_by_its_names_and_found_through_fhir() {
    let server = Server::start_reading_by(Scripted::by(script)).await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = fhir.create(&json!({ "resourceType": "Patient" })).await;
    for (name, values, searches) in cases() {
        let named = format!("Patient/{patient}");
        let answer = alice.extract(pictures::wall(), &[("device_type", name), ("patient", &named)]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        assert_eq!(answer.json()["data"]["extracted_data"], values);
        assert_eq!(answer.json()["data"]["device_type"], name);
        for search in searches {
            let found = fhir.get(&format!("/{search}&patient={named}")).await;
            assert_eq!(found["total"], 1, "{name}: {search}");
        }
        let task = answer.json()["data"]["task_id"].as_str().unwrap().to_owned();
        let task = fhir.get(&format!("/Task/{task}")).await;
        let outputs = task["output"].as_array().unwrap();
        let references = outputs.iter().filter_map(|output| output["valueReference"]["reference"].as_str());
        for reference in references {
            is_r4(&fhir.get(&format!("/{reference}")).await);
        }
    }
}

/// The answer to each type, and searches that find one resource of it.
fn cases() -> Vec<(&'static str, Value, &'static [&'static str])> {
    vec![
        (
            "peak-flow-meter",
            json!({ "peakFlowRate": 420, "unit": "L/min", "zone": "yellow", "averageReadings": { "daily": 425 } }),
            &["Observation?code=http://loinc.org|19935-6", "Observation?code-value-quantity=19935-6$420"],
        ),
        (
            "ecg-monitor",
            json!({ "heartRate": 68, "qtcInterval": 410, "leadConfig": "lead_I", "batteryStatus": "75%" }),
            &["Observation?code=http://loinc.org|8636-3", "Observation?code=http://loinc.org|11524-6"],
        ),
        (
            "dialysis-machine",
            json!({
                "treatmentTime": "4:00", "bloodFlowRate": 350, "arterialPressure": -80, "conductivity": 14.0,
            }),
            &[
                "Observation?code=urn:iso:std:iso:11073:10101|152348",
                "Observation?value-quantity=240|http://unitsofmeasure.org|min",
            ],
        ),
        (
            "5para-monitor",
            json!({ "heartRate": 78, "systolic": 125, "respiratoryRate": 16, "deviceStatus": "monitoring" }),
            &[
                "Observation?code=http://loinc.org|85353-1",
                "Observation?component-code=http://loinc.org|8480-6",
            ],
        ),
        (
            "pregnancy-kit",
            json!({ "testResult": "negative", "controlLine": "visible", "testTiming": "3" }),
            &["Observation?code=http://loinc.org|2106-3", "DiagnosticReport?code=http://loinc.org|2106-3"],
        ),
        (
            "covid-test-strip",
            json!({ "testResult": "positive", "lotNumber": "ABC123", "sensitivity": "84.6%" }),
            &["Observation?value-concept=http://snomed.info/sct|260373001"],
        ),
        (
            "vaccine-certificate",
            json!({
                "patientName": "John Doe", "vaccineName": "COVID-19 mRNA Vaccine", "vaccinationDate": "2024-01-10",
                "doseNumber": 2, "nextDueDate": "2024-07-10",
            }),
            &["Immunization?date=2024-01-10", "ImmunizationRecommendation?date=gt2000"],
        ),
        (
            "prescription",
            json!({ "prescriber": "Dr. Johnson", "medication": "Lisinopril", "quantity": 30, "ndcNumber": "12345-678-90" }),
            &[
                "MedicationRequest?code=http://hl7.org/fhir/sid/ndc|12345-678-90",
                "MedicationRequest?status=unknown",
            ],
        ),
        (
            "discharge-summary",
            json!({
                "medicalRecordNumber": "MRN123456", "dischargeDate": "2024-01-15",
                "primaryDiagnosis": "Acute Myocardial Infarction", "procedures": ["Stent placement"],
                "dischargeMedications": "Aspirin 81mg daily, Metoprolol 50mg BID",
            }),
            &[
                "Composition?type=http://loinc.org|18842-5",
                "Encounter?class=IMP",
                "Condition?verification-status=unconfirmed",
                "Procedure?status=unknown",
                "DocumentReference?type=http://loinc.org|18842-5",
            ],
        ),
        (
            "clinical-notes",
            json!({ "visitTime": "14:30", "assessment": "Stable angina", "allergies": "NKDA" }),
            &["AllergyIntolerance?code=http://snomed.info/sct|409137002", "Composition?type=11506-3"],
        ),
    ]
}

/// Holds a resource against another implementation's types.
fn is_r4(resource: &Value) {
    match resource["resourceType"].as_str().unwrap() {
        "Observation" => drop(parsed::<r4b::Observation>(resource)),
        "DiagnosticReport" => drop(parsed::<r4b::DiagnosticReport>(resource)),
        "Immunization" => drop(parsed::<r4b::Immunization>(resource)),
        "ImmunizationRecommendation" => drop(parsed::<r4b::ImmunizationRecommendation>(resource)),
        "MedicationRequest" => drop(parsed::<r4b::MedicationRequest>(resource)),
        "MedicationStatement" => drop(parsed::<r4b::MedicationStatement>(resource)),
        "DocumentReference" => drop(parsed::<r4b::DocumentReference>(resource)),
        "Composition" => drop(parsed::<r4b::Composition>(resource)),
        "Encounter" => drop(parsed::<r4b::Encounter>(resource)),
        "Condition" => drop(parsed::<r4b::Condition>(resource)),
        "Procedure" => drop(parsed::<r4b::Procedure>(resource)),
        "AllergyIntolerance" => drop(parsed::<r4b::AllergyIntolerance>(resource)),
        other => panic!("{other}"),
    }
}
