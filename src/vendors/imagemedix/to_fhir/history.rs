//! An entry of a medical history as a Condition, and its treatment as a CarePlan for that.

use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::fhir::codes::clinical::{CONDITION_ACTIVE, CONDITION_CONFIRMED, PROBLEM_LIST_ITEM};
use crate::vendors::imagemedix::codes::HISTORY;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{text, wire};

/// A checked entry.
#[derive(Clone, Debug)]
pub struct New {
    condition: String,
    diagnosis: Option<String>,
    treatment: Option<String>,
}

impl New {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewEntry) -> Result<Self, Refusal> {
        let optional = |field, sent: &Option<_>| {
            sent.as_ref().map_or(Ok(None), |one| text::optional_lines(field, one, text::LINE))
        };
        Ok(Self {
            condition: text::required_lines("condition", &sent.condition, text::LINE)?,
            diagnosis: optional("diagnosis", &sent.diagnosis)?,
            treatment: optional("treatment", &sent.treatment)?,
        })
    }

    /// The Condition.
    #[must_use]
    pub fn condition(&self, id: &str, patient: &str, context: &Context) -> Value {
        let mut resource = json!({
            "resourceType": "Condition",
            "identifier": [{ "system": HISTORY, "value": id }],
            "clinicalStatus": CONDITION_ACTIVE.concept(),
            "verificationStatus": CONDITION_CONFIRMED.concept(),
            "category": [PROBLEM_LIST_ITEM.concept()],
            "code": { "text": self.condition },
            "subject": reference(patient),
            "recordedDate": instant(context.now),
            "recorder": reference(&context.author),
        });
        let note = self.diagnosis.as_ref().map(|text| json!([{ "text": text }]));
        if note.is_some() {
            set(&mut resource, "note", note);
        }
        resource
    }

    /// The CarePlan of the treatment for the Condition with this id, where there is one.
    #[must_use]
    pub fn care_plan(&self, id: &str, patient: &str, context: &Context) -> Option<Value> {
        let treatment = self.treatment.as_ref()?;
        Some(json!({
            "resourceType": "CarePlan",
            "identifier": [{ "system": HISTORY, "value": id }],
            "status": "active",
            "intent": "plan",
            "description": treatment,
            "subject": reference(patient),
            "created": instant(context.now),
            "author": reference(&context.author),
            "addresses": [reference(&format!("Condition/{id}"))],
        }))
    }
}
