//! Whether a patient's record is in use (contract IM-40, IM-43): `Patient.active`, and a tag on what is put away. Pure.

use serde_json::Value;

use super::codes::ARCHIVED;
use super::errors::Refusal;

/// The state of a patient's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// In use; also where nobody said otherwise.
    Active,
    /// Not in use.
    Inactive,
    /// Put away.
    Archived,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
        }
    }

    /// The state with that word.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let found =
            [Self::Active, Self::Inactive, Self::Archived].into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| Refusal::field("status", "must be active, inactive or archived"))
    }

    /// The state of a Patient.
    #[must_use]
    pub fn of(patient: &Value) -> Self {
        let tags = patient.pointer("/meta/tag").and_then(Value::as_array);
        let is_archived = tags.is_some_and(|tags| tags.iter().any(|tag| ARCHIVED.is_coded_by(tag)));
        match (patient.get("active"), is_archived) {
            (Some(Value::Bool(false)), true) => Self::Archived,
            (Some(Value::Bool(false)), false) => Self::Inactive,
            _ => Self::Active,
        }
    }

    /// What searches for Patients in this state, as names and values of search parameters.
    #[must_use]
    pub fn parameters(self) -> Vec<(String, String)> {
        let tag = format!("{}|{}", ARCHIVED.system, ARCHIVED.code);
        let pairs = match self {
            Self::Active => vec![("active:not", "false".to_owned())],
            Self::Inactive => vec![("active", "false".to_owned()), ("_tag:not", tag)],
            Self::Archived => vec![("active", "false".to_owned()), ("_tag", tag)],
        };
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
