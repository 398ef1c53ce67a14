//! A patient as a Patient. What is not this surface's there stays as it is.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{list, reference, set, set_element, set_list};
use crate::vendors::smartz::codes::{EXTERNAL_ID, PATIENT, ROOM};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{text, time, wire};

/// The codes of R4's AdministrativeGender.
const GENDERS: [&str; 4] = ["male", "female", "other", "unknown"];

/// A checked change: what is absent stays, `Some(None)` takes away.
#[derive(Clone, Default)]
pub struct Change {
    /// The organisation's own id.
    pub external_id: Option<Option<String>>,
    first_name: Option<String>,
    last_name: Option<String>,
    birth: Option<Option<NaiveDate>>,
    gender: Option<Option<&'static str>>,
    room: Option<Option<String>>,
    active: Option<bool>,
}

impl Change {
    /// Checks a new patient.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn of_new(sent: wire::NewPatient, today: NaiveDate) -> Result<Self, Refusal> {
        let all = wire::PatientChange {
            external_id: Some(sent.external_id),
            first_name: Some(Some(sent.first_name)),
            last_name: Some(Some(sent.last_name)),
            date_of_birth: Some(sent.date_of_birth),
            gender: Some(sent.gender),
            room: Some(sent.room),
            status: sent.status.map(Some),
        };
        let change = Self::checked(&all, today)?;
        Ok(Self { active: change.active.or(Some(true)), ..change })
    }

    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::PatientChange, today: NaiveDate) -> Result<Self, Refusal> {
        let name = |field, sent: Option<&Option<String>>| {
            sent.map(|one| text::required(field, one.as_deref().unwrap_or_default(), text::NAME)).transpose()
        };
        let line = |field, sent: Option<&Option<String>>| {
            sent.map(|one| text::given(field, one.as_ref(), text::NAME)).transpose()
        };
        let birth = sent
            .date_of_birth
            .as_ref()
            .map(|one| one.as_ref().map(|day| time::day("dateOfBirth", day, today)));
        let gender = sent.gender.as_ref().map(|one| one.as_ref().map(|word| gender(word)));
        Ok(Self {
            external_id: line("externalId", sent.external_id.as_ref())?,
            first_name: name("firstName", sent.first_name.as_ref())?,
            last_name: name("lastName", sent.last_name.as_ref())?,
            birth: birth.map(Option::transpose).transpose()?,
            gender: gender.map(Option::transpose).transpose()?,
            room: line("room", sent.room.as_ref())?,
            active: sent
                .status
                .as_ref()
                .map(|word| is_active(word.as_deref().unwrap_or_default()))
                .transpose()?,
        })
    }

    /// The new Patient with this id.
    #[must_use]
    pub fn patient(&self, id: &str, organisation: &str) -> Value {
        let resource = json!({
            "resourceType": "Patient",
            "id": id,
            "identifier": [{ "system": PATIENT, "value": id }],
            "managingOrganization": reference("Organization", organisation),
        });
        self.applied(resource)
    }

    /// The Patient with the change.
    #[must_use]
    pub fn applied(&self, mut patient: Value) -> Value {
        self.named(&mut patient);
        if let Some(external_id) = &self.external_id {
            let identifier =
                external_id.as_ref().map(|value| json!({ "system": EXTERNAL_ID, "value": value }));
            set_element(&mut patient, "identifier", ("system", EXTERNAL_ID), identifier);
        }
        if let Some(birth) = self.birth {
            set(&mut patient, "birthDate", birth.map(|day| day.to_string().into()));
        }
        if let Some(gender) = self.gender {
            set(&mut patient, "gender", gender.map(Value::from));
        }
        if let Some(room) = &self.room {
            let extension = room.as_ref().map(|room| json!({ "url": ROOM, "valueString": room }));
            set_element(&mut patient, "extension", ("url", ROOM), extension);
        }
        if let Some(active) = self.active {
            set(&mut patient, "active", Some(active.into()));
        }
        patient
    }

    /// Only the first of several names changes.
    fn named(&self, patient: &mut Value) {
        if self.first_name.is_none() && self.last_name.is_none() {
            return;
        }
        let mut names = list(patient, "name").into_iter();
        let mut name = names.next().unwrap_or_else(|| json!({}));
        if let Some(first) = &self.first_name {
            set(&mut name, "given", Some(json!([first])));
        }
        if let Some(last) = &self.last_name {
            set(&mut name, "family", Some(last.as_str().into()));
        }
        // It would go on saying the old name.
        set(&mut name, "text", None);
        set_list(patient, "name", std::iter::once(name).chain(names).collect());
    }
}

fn gender(word: &str) -> Result<&'static str, Refusal> {
    let found = GENDERS.into_iter().find(|gender| *gender == word);
    found.ok_or_else(|| Refusal::field("gender", "must be male, female, other or unknown"))
}

fn is_active(word: &str) -> Result<bool, Refusal> {
    match word {
        "active" => Ok(true),
        "inactive" => Ok(false),
        _ => Err(Refusal::field("status", "must be active or inactive")),
    }
}
