//! A patient's master data from the Patient.

use serde_json::Value;

use super::{list, name, text};
use crate::vendors::imagemedix::codes::{PATIENT, PATIENT_ID};
use crate::vendors::imagemedix::status::Status;
use crate::vendors::imagemedix::{object_id, time, wire};

/// The vendor's id of a Patient.
#[must_use]
pub fn id(patient: &Value) -> String {
    let of_vendor = identifier(patient, PATIENT).filter(|value| object_id::is_one(value));
    of_vendor.map_or_else(|| object_id::of(text(patient, "id").unwrap_or_default()), str::to_owned)
}

/// The id that the hospital gave.
#[must_use]
pub fn patient_id(patient: &Value) -> String {
    identifier(patient, PATIENT_ID).unwrap_or_default().to_owned()
}

/// The patient's name.
#[must_use]
pub fn full_name(patient: &Value) -> String {
    name(patient).unwrap_or_default()
}

/// The patient's gender.
#[must_use]
pub fn gender(patient: &Value) -> String {
    text(patient, "gender").unwrap_or("unknown").to_owned()
}

/// The patient's date of birth, where the day is known.
#[must_use]
pub fn date_of_birth(patient: &Value) -> Option<String> {
    text(patient, "birthDate").and_then(time::of_fhir)
}

/// The patient as lists show it.
#[must_use]
pub fn in_list(patient: &Value, assigned_doctors: Vec<wire::Person>) -> wire::PatientInList {
    wire::PatientInList {
        id: id(patient),
        patient_id: patient_id(patient),
        name: full_name(patient),
        date_of_birth: date_of_birth(patient),
        gender: gender(patient),
        status: Status::of(patient).as_str(),
        assigned_doctors,
    }
}

/// How the patient can be reached: the first of each kind.
#[must_use]
pub fn contact(patient: &Value) -> wire::Contact {
    let telecom = |system: &str| {
        let mut of_system = list(patient, "telecom").filter(|one| text(one, "system") == Some(system));
        of_system.find_map(|one| text(one, "value")).map(str::to_owned)
    };
    wire::Contact { email: telecom("email"), phone: telecom("phone"), address: address(patient) }
}

fn address(patient: &Value) -> Option<String> {
    let address = list(patient, "address").next()?;
    if let Some(text) = text(address, "text") {
        return Some(text.to_owned());
    }
    let lines = list(address, "line").filter_map(Value::as_str);
    let rest = ["city", "district", "state", "postalCode", "country"].into_iter();
    let parts: Vec<_> = lines.chain(rest.filter_map(|part| text(address, part))).collect();
    Some(parts.join(", ")).filter(|address| !address.is_empty())
}

fn identifier<'a>(patient: &'a Value, system: &str) -> Option<&'a str> {
    let mut of_system = list(patient, "identifier").filter(|one| text(one, "system") == Some(system));
    of_system.find_map(|one| text(one, "value"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_known_is_not_said() {
        let patient = in_list(&json!({ "id": "a", "birthDate": "1980", "active": "?" }), Vec::new());
        assert_eq!(
            serde_json::to_value(patient).unwrap(),
            json!({ "_id": object_id::of("a"), "patientId": "", "name": "", "gender": "unknown", "status": "active",
                "dateOfBirth": null, "assignedDoctors": [] })
        );
        assert_eq!(serde_json::to_value(contact(&json!({}))).unwrap(), json!({}));
    }

    #[test]
    fn names_and_addresses_in_parts_are_put_together() {
        let patient = json!({
            "name": [{ "family": "Liddell", "given": ["Alice", "Pleasance"] }],
            "address": [{ "line": ["Christ Church", "St Aldates"], "city": "Oxford", "postalCode": "OX1 1DP" }],
        });
        assert_eq!(full_name(&patient), "Alice Pleasance Liddell");
        assert_eq!(contact(&patient).address.as_deref(), Some("Christ Church, St Aldates, Oxford, OX1 1DP"));
    }
}
