//! Patients, and which products they use when.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Paged, said};

/// A patient who is to be added.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPatient {
    /// The organisation's own id of the patient; no other of its patients has it.
    #[serde(default)]
    #[schema(max_length = 200, example = "R-17")]
    pub external_id: Option<String>,
    /// First name.
    #[schema(min_length = 1, max_length = 200)]
    pub first_name: String,
    /// Last name.
    #[schema(min_length = 1, max_length = 200)]
    pub last_name: String,
    /// Date of birth.
    #[serde(default)]
    #[schema(example = "1940-02-03")]
    pub date_of_birth: Option<String>,
    /// `male`, `female`, `other` or `unknown`.
    #[serde(default)]
    #[schema(example = "female")]
    pub gender: Option<String>,
    /// The room.
    #[serde(default)]
    #[schema(max_length = 200, example = "12A")]
    pub room: Option<String>,
    /// `active` or `inactive`.
    #[serde(default)]
    #[schema(example = "active")]
    pub status: Option<String>,
}

/// What is to change of a patient. What is absent stays; null takes away.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatientChange {
    /// The organisation's own id of the patient.
    #[serde(default, deserialize_with = "said")]
    pub external_id: Option<Option<String>>,
    /// First name; it cannot be taken away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub first_name: Option<Option<String>>,
    /// Last name; it cannot be taken away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub last_name: Option<Option<String>>,
    /// Date of birth.
    #[serde(default, deserialize_with = "said")]
    pub date_of_birth: Option<Option<String>>,
    /// `male`, `female`, `other` or `unknown`.
    #[serde(default, deserialize_with = "said")]
    pub gender: Option<Option<String>>,
    /// The room.
    #[serde(default, deserialize_with = "said")]
    pub room: Option<Option<String>>,
    /// `active` or `inactive`; it cannot be taken away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub status: Option<Option<String>>,
}

/// A patient.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Patient {
    /// The patient's id.
    pub id: String,
    /// The organisation's own id of the patient.
    pub external_id: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<String>,
    /// `male`, `female`, `other` or `unknown`.
    pub gender: Option<String>,
    /// The room.
    pub room: Option<String>,
    /// `active` or `inactive`.
    #[schema(value_type = String)]
    pub status: &'static str,
}

/// A page of patients.
#[derive(Serialize, ToSchema)]
pub struct Patients {
    /// The patients.
    pub items: Vec<Patient>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// Which products a patient uses at which times of the day.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// The times, none of which overlaps another.
    #[schema(max_items = 24)]
    pub schedule: Vec<Entry>,
}

/// A product and its time of the day.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// A product of the organisation's catalogue.
    pub product_id: String,
    /// From then on.
    #[schema(example = "07:00")]
    pub from: String,
    /// Until then; past midnight where that is earlier than `from`.
    #[schema(example = "19:00")]
    pub to: String,
}
