//! A patient from the Patient.

use serde_json::Value;

use crate::vendors::smartz::codes::{EXTERNAL_ID, ROOM};
use crate::vendors::smartz::text::{identifier, list, of, referenced};
use crate::vendors::smartz::wire;

/// Whether a Patient is cared for by an organisation.
#[must_use]
pub fn is_of(patient: &Value, organisation: &str) -> bool {
    referenced(patient, "managingOrganization", "Organization") == Some(organisation)
}

/// The patient that a Patient is, whoever recorded it.
#[must_use]
pub fn patient(patient: &Value) -> wire::Patient {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let name = list(patient, "name").next();
    let given: Vec<_> =
        name.into_iter().flat_map(|name| list(name, "given")).filter_map(Value::as_str).collect();
    let family = name.and_then(|name| of(name, "family").or_else(|| of(name, "text")));
    let room = list(patient, "extension").find(|one| of(one, "url") == Some(ROOM));
    wire::Patient {
        id: of(patient, "id").unwrap_or_default().to_owned(),
        external_id: owned(identifier(patient, EXTERNAL_ID)),
        first_name: Some(given.join(" ")).filter(|text| !text.is_empty()),
        last_name: owned(family),
        date_of_birth: owned(of(patient, "birthDate")),
        gender: owned(of(patient, "gender")),
        room: owned(room.and_then(|one| of(one, "valueString"))),
        status: if patient.get("active") == Some(&Value::Bool(false)) { "inactive" } else { "active" },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::smartz::to_fhir::patient::Change;

    fn today() -> chrono::NaiveDate {
        "2026-11-21".parse().unwrap()
    }

    fn changed(stored: Value, sent: Value) -> Value {
        let change = Change::checked(&serde_json::from_value(sent).unwrap(), today()).unwrap();
        change.applied(stored)
    }

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        let problem = |sent: Value| {
            Change::checked(&serde_json::from_value(sent).unwrap(), today()).err().unwrap().to_string()
        };
        assert_eq!(problem(json!({ "firstName": " " })), "firstName is required.");
        assert_eq!(problem(json!({ "gender": "f" })), "gender must be male, female, other or unknown.");
        assert_eq!(problem(json!({ "status": "gone" })), "status must be active or inactive.");
        assert_eq!(problem(json!({ "dateOfBirth": "2030-01-01" })), "dateOfBirth must not be in the future.");
        assert!(serde_json::from_value::<wire::PatientChange>(json!({ "room": 5 })).is_err());
    }

    #[test]
    fn a_patient_comes_back_as_it_was_sent() {
        let sent = json!({ "externalId": "E-1", "firstName": "Ada", "lastName": "Test", "dateOfBirth": "1940-02-03",
            "gender": "female", "room": "12A" });
        let new = Change::of_new(serde_json::from_value(sent.clone()).unwrap(), today()).unwrap();
        let stored = new.patient("p1", "o1");
        assert_eq!(validate(&stored).map_err(|issues| format!("{issues:?}")).err(), None);
        assert!(is_of(&stored, "o1") && !is_of(&stored, "o2"));
        let mut wanted = sent;
        (wanted["id"], wanted["status"]) = ("p1".into(), "active".into());
        assert_eq!(serde_json::to_value(patient(&stored)).unwrap(), wanted);
    }

    #[test]
    fn a_change_leaves_what_it_does_not_name_and_null_takes_away() {
        let stored = json!({ "resourceType": "Patient", "id": "p1", "name": [{ "text": "Ada Test", "family": "Test", "given": ["Ada"] }],
            "birthDate": "1940-02-03", "telecom": [{ "system": "phone", "value": "1" }],
            "extension": [{ "url": "http://a.example", "valueString": "x" }, { "url": ROOM, "valueString": "12A" }] });
        let moved = changed(stored.clone(), json!({ "room": "14", "dateOfBirth": null }));
        assert_eq!(validate(&moved).map_err(|issues| format!("{issues:?}")).err(), None);
        assert_eq!((&moved["name"], &moved["telecom"]), (&stored["name"], &stored["telecom"]));
        assert_eq!((patient(&moved).room.as_deref(), moved.get("birthDate")), (Some("14"), None));
        let left = changed(moved, json!({ "room": null, "lastName": "Byron", "status": "inactive" }));
        assert_eq!(left["extension"], json!([{ "url": "http://a.example", "valueString": "x" }]));
        assert_eq!(left["name"], json!([{ "family": "Byron", "given": ["Ada"] }]));
        assert_eq!(patient(&left).status, "inactive");
    }
}
