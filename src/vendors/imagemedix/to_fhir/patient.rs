//! A patient's master data as a Patient. What is not the vendor's there stays as it is.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{list, set, set_list};
use crate::fhir::codes::clinical::MEDICAL_RECORD_NUMBER;
use crate::vendors::imagemedix::codes::{ARCHIVED, PATIENT, PATIENT_ID};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::status::Status;
use crate::vendors::imagemedix::{text, time, wire};

/// The codes of R4's AdministrativeGender.
const GENDERS: [&str; 4] = ["male", "female", "other", "unknown"];

/// A checked change: what is absent stays, `Some(None)` takes away.
#[derive(Clone, Debug, Default)]
pub struct Change {
    name: Option<String>,
    birth: Option<NaiveDate>,
    gender: Option<&'static str>,
    email: Option<Option<String>>,
    phone: Option<Option<String>>,
    address: Option<Option<String>>,
    status: Option<Status>,
}

/// A checked new patient.
#[derive(Clone, Debug)]
pub struct New {
    /// The id that the hospital gave.
    pub patient_id: String,
    change: Change,
}

impl New {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewPatient, today: NaiveDate) -> Result<Self, Refusal> {
        let mut change = Change {
            name: Some(text::required("name", &sent.name, text::NAME)?),
            birth: Some(time::day("dateOfBirth", sent.date_of_birth.expose(), today)?),
            gender: Some(gender(sent.gender.expose())?),
            status: Some(Status::Active),
            ..Change::default()
        };
        change.contact(sent.contact.as_ref())?;
        // Whoever is added is active, and a word that means nothing is a mistake all the same.
        sent.status.as_deref().map(Status::parse).transpose()?;
        Ok(Self { patient_id: text::required("patientId", &sent.patient_id, text::NAME)?, change })
    }

    /// The Patient with this id.
    #[must_use]
    pub fn patient(&self, id: &str) -> Value {
        let resource = json!({
            "resourceType": "Patient",
            "id": id,
            "identifier": [
                { "system": PATIENT, "value": id },
                { "type": MEDICAL_RECORD_NUMBER.concept(), "system": PATIENT_ID, "value": self.patient_id },
            ],
        });
        self.change.applied(resource)
    }
}

impl Change {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::PatientChange, today: NaiveDate) -> Result<Self, Refusal> {
        let name = sent.name.as_ref().map(|name| text::required("name", name, text::NAME));
        let birth = sent.date_of_birth.as_ref().map(|day| time::day("dateOfBirth", day.expose(), today));
        let mut change = Self {
            name: name.transpose()?,
            birth: birth.transpose()?,
            gender: sent.gender.as_ref().map(|word| gender(word.expose())).transpose()?,
            status: sent.status.as_deref().map(Status::parse).transpose()?,
            ..Self::default()
        };
        change.contact(sent.contact.as_ref())?;
        Ok(change)
    }

    fn contact(&mut self, sent: Option<&wire::ContactChange>) -> Result<(), Refusal> {
        let Some(sent) = sent else { return Ok(()) };
        let email =
            sent.email.as_ref().map(|sent| sent.as_ref().map(|one| text::email("contact.email", one)));
        self.email = email.map(|one| one.transpose().map(Option::flatten)).transpose()?;
        let phone = sent
            .phone
            .as_ref()
            .map(|sent| sent.as_ref().map(|one| text::optional("contact.phone", one, text::PHONE)));
        self.phone = phone.map(|one| one.transpose().map(Option::flatten)).transpose()?;
        let address = sent
            .address
            .as_ref()
            .map(|sent| sent.as_ref().map(|one| text::optional_lines("contact.address", one, text::LINE)));
        self.address = address.map(|one| one.transpose().map(Option::flatten)).transpose()?;
        Ok(())
    }

    /// The Patient with the change.
    #[must_use]
    pub fn applied(&self, mut patient: Value) -> Value {
        if let Some(name) = &self.name {
            // The parts of the old name would say something else.
            set_first(&mut patient, "name", Some(json!({ "text": name })));
        }
        if let Some(birth) = self.birth {
            set(&mut patient, "birthDate", Some(birth.to_string().into()));
        }
        if let Some(gender) = self.gender {
            set(&mut patient, "gender", Some(gender.into()));
        }
        if let Some(email) = &self.email {
            set_telecom(&mut patient, "email", email.as_deref());
        }
        if let Some(phone) = &self.phone {
            set_telecom(&mut patient, "phone", phone.as_deref());
        }
        if let Some(address) = &self.address {
            set_first(&mut patient, "address", address.as_ref().map(|text| json!({ "text": text })));
        }
        if let Some(status) = self.status {
            set_status(&mut patient, status);
        }
        patient
    }
}

/// A patient of whom nothing but the id that the hospital gave and the name is known.
#[must_use]
pub fn unknown(id: &str, patient_id: &str, name: &str) -> Value {
    let (name, status) = (Some(name.to_owned()), Some(Status::Active));
    New { patient_id: patient_id.to_owned(), change: Change { name, status, ..Change::default() } }
        .patient(id)
}

fn gender(word: &str) -> Result<&'static str, Refusal> {
    let found = GENDERS.into_iter().find(|gender| *gender == word);
    found.ok_or_else(|| Refusal::field("gender", "must be male, female, other or unknown"))
}

/// The first element of a list, which is the one that the vendor shows.
fn set_first(patient: &mut Value, name: &str, first: Option<Value>) {
    let rest = list(patient, name).into_iter().skip(1);
    set_list(patient, name, first.into_iter().chain(rest).collect());
}

/// The first telecom of this system, which is the one that the vendor shows.
fn set_telecom(patient: &mut Value, system: &str, value: Option<&str>) {
    let mut telecom = list(patient, "telecom");
    let at = telecom.iter().position(|one| one.get("system").and_then(Value::as_str) == Some(system));
    let wanted = value.map(|value| json!({ "system": system, "value": value }));
    match (at, wanted) {
        (Some(at), Some(wanted)) => {
            if let Some(one) = telecom.get_mut(at) {
                *one = wanted;
            }
        }
        (Some(at), None) => drop(telecom.remove(at)),
        (None, wanted) => telecom.extend(wanted),
    }
    set_list(patient, "telecom", telecom);
}

fn set_status(patient: &mut Value, status: Status) {
    set(patient, "active", Some((status == Status::Active).into()));
    let mut meta = patient.get("meta").cloned().unwrap_or_else(|| json!({}));
    let mut tags = list(&meta, "tag");
    tags.retain(|tag| !ARCHIVED.is_coded_by(tag));
    if status == Status::Archived {
        tags.push(ARCHIVED.coding());
    }
    set_list(&mut meta, "tag", tags);
    let is_empty = meta.as_object().is_some_and(serde_json::Map::is_empty);
    set(patient, "meta", Some(meta).filter(|_| !is_empty));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::imagemedix::from_fhir;

    const TODAY: &str = "2026-11-21";

    fn change(sent: &str) -> Result<Change, Refusal> {
        Change::checked(&serde_json::from_str(sent).unwrap(), TODAY.parse().unwrap())
    }

    fn new(sent: &str) -> Result<New, Refusal> {
        New::checked(&serde_json::from_str(sent).unwrap(), TODAY.parse().unwrap())
    }

    #[test]
    fn what_cannot_be_kept_is_refused_by_name() {
        for (sent, problem) in [
            (r#"{"name":" "}"#, "name is required"),
            (r#"{"dateOfBirth":"2027-01-01"}"#, "dateOfBirth must not be in the future"),
            (r#"{"gender":"Male"}"#, "gender must be male, female, other or unknown"),
            (r#"{"status":"dead"}"#, "status must be active, inactive or archived"),
            (r#"{"contact":{"email":"x"}}"#, "contact.email must be an e-mail address"),
            (r#"{"contact":{"phone":"\u0000"}}"#, "contact.phone must not have control characters"),
            (r#"{"contact":{"phone":"1\n2"}}"#, "contact.phone must not have control characters"),
            (r#"{"name":"a\r\nSet-Cookie: x"}"#, "name must not have control characters"),
        ] {
            assert_eq!(change(sent).unwrap_err().to_string(), problem);
        }
        let nameless = r#"{"patientId":"","name":"A","dateOfBirth":"1992-08-22","gender":"male"}"#;
        assert_eq!(new(nameless).unwrap_err().to_string(), "patientId is required");
        let dead =
            r#"{"patientId":"1","name":"A","dateOfBirth":"1992-08-22","gender":"male","status":"dead"}"#;
        assert_eq!(new(dead).unwrap_err().to_string(), "status must be active, inactive or archived");
    }

    #[test]
    fn a_list_in_place_of_an_object_is_refused() {
        for contact in [r#"["x@y.z","555","Street"]"#, "[]", r#""x""#, "7", "true", "null"] {
            let sent = format!(r#"{{"contact":{contact}}}"#);
            assert!(serde_json::from_str::<wire::PatientChange>(&sent).is_err(), "{contact}");
        }
        for contact in ["{}", r#"{"address":"1 Main St\nDelhi"}"#] {
            assert!(change(&format!(r#"{{"contact":{contact}}}"#)).is_ok(), "{contact}");
        }
    }

    #[test]
    fn what_is_absent_stays_and_null_takes_away() {
        let before = json!({
            "resourceType": "Patient", "active": true, "meta": { "tag": [{ "code": "x" }] },
            "name": [{ "text": "A", "family": "A" }, { "text": "maiden" }], "birthDate": "1980-05-15",
            "telecom": [{ "system": "phone", "value": "1" }, { "system": "email", "value": "a@b.c" }, { "system": "phone", "value": "2" }],
            "address": [{ "text": "here" }, { "text": "there" }],
        });
        assert_eq!(change("{}").unwrap().applied(before.clone()), before);
        let sent = r#"{"name":"B","contact":{"phone":"9","email":null,"address":""},"status":"archived"}"#;
        let after = change(sent).unwrap().applied(before);
        assert!(validate(&after).is_ok());
        assert_eq!(after["name"], json!([{ "text": "B" }, { "text": "maiden" }]));
        let telecom = json!([{ "system": "phone", "value": "9" }, { "system": "phone", "value": "2" }]);
        assert_eq!((&after["telecom"], &after["address"]), (&telecom, &json!([{ "text": "there" }])));
        assert_eq!(after["active"], false);
        assert_eq!(after["meta"]["tag"], json!([{ "code": "x" }, ARCHIVED.coding()]));
        let back = change(r#"{"status":"active"}"#).unwrap().applied(after);
        assert_eq!((&back["active"], &back["meta"]["tag"]), (&json!(true), &json!([{ "code": "x" }])));
    }

    #[test]
    fn a_new_patient_comes_back_as_it_was_sent() {
        let sent = r#"{"patientId":"PT-1","name":"Raj Sharma","dateOfBirth":"1992-08-22","gender":"male",
            "contact":{"email":"raj@example.com","phone":"555","address":"1 Main St"}}"#;
        let patient = new(sent).unwrap().patient("67f46037df638f437b934206");
        assert!(validate(&patient).is_ok());
        assert_eq!(
            serde_json::to_value(from_fhir::patient::in_list(&patient, Vec::new())).unwrap(),
            json!({ "_id": "67f46037df638f437b934206", "patientId": "PT-1", "name": "Raj Sharma", "gender": "male",
                "dateOfBirth": "1992-08-22T00:00:00.000Z", "status": "active", "assignedDoctors": [] })
        );
        assert_eq!(
            serde_json::to_value(from_fhir::patient::contact(&patient)).unwrap(),
            json!({ "email": "raj@example.com", "phone": "555", "address": "1 Main St" })
        );
    }
}
