//! Patients (contract IM-40 to IM-47).

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::core::Secret;

/// What a list of patients may be narrowed by.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PatientsQuery {
    /// Number of the page.
    #[param(minimum = 1, default = 1)]
    pub page: Option<u32>,
    /// Patients on a page; more than 100 are 100.
    #[param(minimum = 1, default = 10)]
    pub limit: Option<u32>,
    /// `active`, `inactive` or `archived`.
    #[param(pattern = "^(active|inactive|archived)$")]
    pub status: Option<String>,
    /// A part of the name or of the patient's id, in whatever case.
    #[param(max_length = 200)]
    pub search: Option<String>,
}

/// A person by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// The user's id.
    #[serde(rename = "_id")]
    #[schema(example = "67f46037df638f437b934206")]
    pub id: String,
    /// The person's name.
    pub name: String,
}

/// A page of patients.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Patients {
    /// In the order of their making.
    pub patients: Vec<PatientInList>,
    /// Number of the page.
    pub current_page: u32,
    /// How many pages there are.
    pub total_pages: i64,
    /// How many patients there are.
    pub total_patients: i64,
}

/// A patient in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatientInList {
    /// The patient's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The id that the hospital gave.
    pub patient_id: String,
    /// Name.
    pub name: String,
    /// Date of birth, as its midnight in UTC; null where the day is not known.
    pub date_of_birth: Option<String>,
    /// `male`, `female`, `other` or `unknown`.
    pub gender: String,
    /// `active`, `inactive` or `archived`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// The doctors whom the patient is assigned to.
    pub assigned_doctors: Vec<Person>,
}

/// How a patient can be reached.
#[derive(Serialize, ToSchema)]
pub struct Contact {
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// An entry in a medical history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Entry {
    /// What the patient has.
    pub condition: String,
    /// The diagnosis in full; null where nobody told it.
    pub diagnosis: Option<String>,
    /// What is done about it; null where nobody told it.
    pub treatment: Option<String>,
    /// When it was entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// A scan of a patient.
#[derive(Serialize, ToSchema)]
pub struct PatientScan {
    /// The scan's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// When it was taken.
    #[serde(rename = "scanDate")]
    pub scan_date: String,
    /// `pending`, `processing`, `completed` or `failed`.
    #[schema(value_type = String)]
    pub status: &'static str,
}

/// A note; `A` is how its author is told of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteOf<A> {
    /// What it says.
    pub content: String,
    /// Who wrote it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<A>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
}

/// A note with its author's id.
pub type Note = NoteOf<String>;

/// All that is known of a patient.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatientRecord {
    /// The patient.
    #[serde(flatten)]
    pub patient: PatientInList,
    /// How the patient can be reached.
    pub contact: Contact,
    /// What the patient has or had, by its date.
    pub medical_history: Vec<Entry>,
    /// Scans.
    pub scans: Vec<PatientScan>,
    /// Notes, the oldest first.
    pub notes: Vec<NoteOf<Person>>,
    /// When the patient was here last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_visit: Option<String>,
    /// When the patient is to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_appointment: Option<String>,
}

/// A patient who is to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPatient {
    /// The id that the hospital gave; no other patient has it.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "PT-20250505-002")]
    pub patient_id: Secret<String>,
    /// Name.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Raj Sharma")]
    pub name: Secret<String>,
    /// Date of birth.
    #[schema(value_type = String, example = "1992-08-22")]
    pub date_of_birth: Secret<String>,
    /// `male`, `female`, `other` or `unknown`.
    #[schema(value_type = String, pattern = "^(male|female|other|unknown)$", example = "male")]
    pub gender: Secret<String>,
    /// How the patient can be reached.
    #[serde(default, deserialize_with = "super::object")]
    pub contact: Option<ContactChange>,
    /// `active`, `inactive` or `archived`: a patient who is added is active, whichever it is.
    #[serde(default)]
    #[schema(pattern = "^(active|inactive|archived)$", example = "active")]
    pub status: Option<String>,
}

/// A patient who was added.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedPatient {
    /// The patient's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The id that the hospital gave.
    pub patient_id: String,
    /// Name.
    pub name: String,
    /// Date of birth, as its midnight in UTC.
    pub date_of_birth: Option<String>,
    /// `male`, `female`, `other` or `unknown`.
    pub gender: String,
    /// How the patient can be reached.
    pub contact: Contact,
    /// `active`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// Id of who added the patient.
    pub assigned_doctors: Vec<String>,
    /// Nothing yet.
    pub medical_history: Vec<Entry>,
    /// None yet.
    pub scans: Vec<PatientScan>,
    /// None yet.
    pub notes: Vec<Note>,
}

/// What is to change of how a patient can be reached. What is absent stays; null or nothing takes it away.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ContactChange {
    /// E-mail address.
    #[serde(default, deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, max_length = 254, example = "raj.sharma@example.com")]
    pub email: Option<Option<Secret<String>>>,
    /// Telephone number.
    #[serde(default, deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, max_length = 40, example = "555-987-6543")]
    pub phone: Option<Option<Secret<String>>>,
    /// Postal address.
    #[serde(default, deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, max_length = 1000, example = "456 Oak Ave, Delhi")]
    pub address: Option<Option<Secret<String>>>,
}

/// What is to change of a patient. What is absent stays; other members, such as `patientId`, are not looked at, so that a record can
/// be sent back as it was read.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatientChange {
    /// Name.
    #[serde(default, deserialize_with = "super::given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Secret<String>>,
    /// Date of birth.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "1992-08-22")]
    pub date_of_birth: Option<Secret<String>>,
    /// `male`, `female`, `other` or `unknown`.
    #[serde(default, deserialize_with = "super::given")]
    #[schema(value_type = Option<String>, pattern = "^(male|female|other|unknown)$")]
    pub gender: Option<Secret<String>>,
    /// How the patient can be reached.
    #[serde(default, deserialize_with = "super::given_object")]
    pub contact: Option<ContactChange>,
    /// `active`, `inactive` or `archived`.
    #[serde(default, deserialize_with = "super::given")]
    #[schema(pattern = "^(active|inactive|archived)$", example = "active")]
    pub status: Option<String>,
}

/// A patient who was changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedPatient {
    /// The patient's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The id that the hospital gave.
    pub patient_id: String,
    /// Name.
    pub name: String,
    /// How the patient can be reached.
    pub contact: Contact,
    /// `active`, `inactive` or `archived`.
    #[schema(value_type = String)]
    pub status: &'static str,
}

/// An entry that is to be added to a medical history.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewEntry {
    /// What the patient has.
    #[schema(value_type = String, min_length = 1, max_length = 1000, example = "Migraine")]
    pub condition: Secret<String>,
    /// The diagnosis in full.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1000, example = "Migraine without aura")]
    pub diagnosis: Option<Secret<String>>,
    /// What is done about it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1000, example = "Sumatriptan as needed")]
    pub treatment: Option<Secret<String>>,
}

/// A patient's medical history.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The patient's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// All entries, by their date.
    pub medical_history: Vec<Entry>,
}

/// A note that is to be added.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewNote {
    /// What it says.
    #[schema(value_type = String, min_length = 1, max_length = 10_000, example = "Patient reports improved symptom control.")]
    pub content: Secret<String>,
}

/// The notes on a patient.
#[derive(Serialize, ToSchema)]
pub struct Notes {
    /// The patient's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// All notes, the oldest first.
    pub notes: Vec<Note>,
}

/// Who is to be assigned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// Id of the user.
    #[schema(example = "67f46037df638f437b934215")]
    pub doctor_id: String,
}

/// Whom a patient is assigned to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assigned {
    /// The patient's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Ids of the doctors.
    pub assigned_doctors: Vec<String>,
}
