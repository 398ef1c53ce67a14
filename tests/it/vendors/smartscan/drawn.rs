//! Drawn screens and documents of the types that are read by their labels: each comes back by name, or is refused.

use serde_json::{Value, json};

use super::{Customer, pictures, refused};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_the_hint_says_is_refused() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for (picture, hint, code) in [
        (pictures::drawn("prescription"), "discharge-summary", "NO_DEVICE_DETECTED"),
        (pictures::drawn("prescription"), "scale", "NO_DEVICE_DETECTED"),
        (pictures::drawn("ecg-monitor"), "dialysis-machine", "NO_DEVICE_DETECTED"),
        (pictures::drawn("peak-flow-meter"), "vaccine-certificate", "UNREADABLE_DISPLAY"),
        (pictures::drawn("peak-flow-meter"), "covid-test-strip", "NO_DEVICE_DETECTED"),
        (pictures::wall(), "covid-test-strip", "NO_DEVICE_DETECTED"),
        (pictures::wall(), "pregnancy-kit", "NO_DEVICE_DETECTED"),
    ] {
        let answer = patiently(&alice, &picture, &[("device_type", hint)]).await;
        assert_eq!(refused(&answer, 400).0, code, "{hint}");
    }
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Task'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_drawn_type_is_seen_and_read() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for (name, values) in drawings() {
        let device_type = if name == "scale-composition" { "scale" } else { name };
        let answer = patiently(&alice, &pictures::drawn(name), &[]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let data = &answer.json()["data"];
        assert_eq!(data["extracted_data"], values, "{name}");
        assert_eq!(data["device_type"], device_type);
        let confidence = data["confidence"].as_f64().unwrap();
        assert!((0.5..=0.9).contains(&confidence), "{name}: {confidence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_glucose_meter_remembers_has_its_own_fields() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for (name, values) in [
        ("glucose-memory", json!({ "glucoseLevel": 112, "unit": "mg/dL", "memorySlot": 12 })),
        ("glucose-average", json!({ "averages": { "14day": 142 } })),
    ] {
        let answer = patiently(&alice, &pictures::display(name), &[("device_type", "glucose-meter")]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let data = &answer.json()["data"];
        assert_eq!(data["extracted_data"], values, "{name}");
        assert_eq!(data["confidence"], json!(0.5), "{name}");
    }
}

/// Asks again where the server says so: a page of print takes seconds in a debug build, and other tests read pictures too.
async fn patiently(alice: &Customer<'_>, picture: &[u8], fields: &[(&str, &str)]) -> Answer {
    for _ in 0..10 {
        let answer = alice.extract(picture.to_vec(), fields).await;
        if answer.status != 500 || answer.json()["error_code"] != "SERVICE_UNAVAILABLE" {
            return answer;
        }
    }
    panic!("no picture was read in time");
}

fn drawings() -> Vec<(&'static str, Value)> {
    let mut drawings = documents();
    drawings.extend([
        ("peak-flow-meter", json!({ "peakFlowRate": 420, "unit": "L/min" })),
        ("ecg-monitor", json!({ "heartRate": 68, "qtInterval": 380, "qtcInterval": 410, "qrsDuration": 95 })),
        (
            "dialysis-machine",
            json!({
                "treatmentTime": "4:00", "bloodFlowRate": 350, "dialysateFlowRate": 500, "ultrafiltrationRate": 800,
                "transmembranePressure": 150, "venousPressure": 120, "arterialPressure": -80, "conductivity": 14.0,
                "temperature": 37.0,
            }),
        ),
        (
            "5para-monitor",
            json!({
                "heartRate": 78, "systolic": 125, "diastolic": 82, "oxygenSaturation": 97, "respiratoryRate": 16,
                "temperature": 37.1, "meanArterialPressure": 96,
            }),
        ),
        (
            "scale-composition",
            json!({
                "weight": 75.2, "unit": "kg", "bmi": 22.1, "bodyFatPercentage": 15.2, "muscleMass": 32.5,
                "waterPercentage": 58.7,
            }),
        ),
    ]);
    drawings
}

fn documents() -> Vec<(&'static str, Value)> {
    vec![
        (
            "prescription",
            json!({
                "patientName": "Jane Smith", "patientDOB": "1980-05-20", "patientAddress": "123 Main St",
                "prescriber": "Dr. Johnson", "prescriberNPI": "1234567890", "prescriberDEA": "BJ1234567",
                "datePrescribed": "2024-01-15", "medication": "Lisinopril", "strength": "10mg", "quantity": 30,
                "directions": "Take 1 tablet daily by mouth", "refills": 5, "diagnosis": "Hypertension",
            }),
        ),
        (
            "discharge-summary",
            json!({
                "patientName": "Robert Brown", "patientDOB": "1965-08-12", "medicalRecordNumber": "MRN123456",
                "admissionDate": "2024-01-10", "dischargeDate": "2024-01-15",
                "primaryDiagnosis": "Acute Myocardial Infarction",
                "secondaryDiagnoses": ["Diabetes Type 2", "Hypertension"],
                "procedures": ["Cardiac catheterization", "Stent placement"], "attendingPhysician": "Dr. Williams",
                "dischargeMedications": "Aspirin 81mg daily, Metoprolol 50mg BID",
                "followUp": "Cardiology clinic in 1 week", "dietInstructions": "Low sodium, cardiac diet",
                "disposition": "Home with family", "condition": "Stable",
            }),
        ),
        (
            "clinical-notes",
            json!({
                "patientName": "Mary Johnson", "patientDOB": "1975-11-03", "medicalRecordNumber": "MRN789012",
                "visitDate": "2024-01-15", "provider": "Dr. Davis", "visitType": "office visit",
                "chiefComplaint": "Chest pain", "historyOfPresentIllness": "3-day history of chest discomfort",
                "physicalExam": "Heart regular rate and rhythm", "assessment": "Stable angina",
                "plan": "Continue current medications, stress test in 2 weeks", "allergies": "NKDA",
                "followUp": "Return in 2 weeks",
            }),
        ),
        (
            "vaccine-certificate",
            json!({
                "patientName": "John Doe", "dateOfBirth": "1985-03-15", "vaccineName": "COVID-19 mRNA Vaccine",
                "manufacturer": "Pfizer-BioNTech", "vaccinationDate": "2024-01-10", "lotNumber": "ABC123",
                "administrator": "Dr. Smith", "healthcareProvider": "City Medical Center", "doseNumber": 2,
                "routeOfAdministration": "intramuscular", "injectionSite": "left deltoid",
                "nextDueDate": "2024-07-10",
            }),
        ),
    ]
}
