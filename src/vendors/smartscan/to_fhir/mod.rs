//! Requests of this surface as FHIR resources. Pure: time, ids and the caller's project come in a [`Context`].

pub mod account;
pub mod binary;
pub mod composition;
pub mod device;
pub mod document;
pub mod encounter;
pub mod face_scan;
pub mod immunization;
pub mod media;
pub mod observation;
pub mod paper;
pub mod prescription;
pub mod project;
pub mod provenance;
pub mod reading;
pub mod report;
pub mod statements;
pub mod task;
pub mod written;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Number, Value, json};

/// What a translation needs to know beside what is translated.
#[derive(Clone)]
pub struct Context<'a> {
    /// When the request came in.
    pub started: DateTime<Utc>,
    /// When its work was done.
    pub now: DateTime<Utc>,
    /// Ids for the resources that every extraction has.
    pub ids: Ids,
    /// Ids for the others.
    pub new_id: &'a dyn Fn() -> String,
    /// Id of the Organization that is the caller's project.
    pub project: String,
    /// Id of the Patient whom the reading is of.
    pub patient: Option<String>,
}

/// Ids for the resources that every extraction has, or may have.
#[derive(Clone, Debug)]
pub struct Ids {
    /// The Task.
    pub task: String,
    /// The Media.
    pub media: String,
    /// The photographed Device.
    pub device: String,
    /// The Provenance.
    pub provenance: String,
}

/// A resource with the id that it is to have.
#[derive(Clone, Debug)]
pub struct New {
    /// The id.
    pub id: String,
    /// The resource.
    pub resource: Value,
}

impl New {
    /// A resource with a new id.
    fn of(resource: Value, context: &Context<'_>) -> Self {
        Self { id: (context.new_id)(), resource }
    }

    /// A reference to the resource.
    fn reference(&self) -> Value {
        let resource_type = self.resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        reference(resource_type, &self.id)
    }
}

impl Context<'_> {
    fn project(&self) -> Value {
        reference("Organization", &self.project)
    }

    fn patient(&self) -> Option<Value> {
        self.patient.as_deref().map(|id| reference("Patient", id))
    }

    fn period(&self) -> Value {
        json!({ "start": instant(self.started), "end": instant(self.now) })
    }
}

pub(super) fn reference(resource_type: &str, id: &str) -> Value {
    json!({ "reference": format!("{resource_type}/{id}") })
}

pub(super) fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A probability with three decimals at most, and one at least.
pub fn probability(value: f32) -> Option<Number> {
    let text = format!("{:.3}", value.clamp(0.0, 1.0));
    let short = text.trim_end_matches('0');
    let text = if short.ends_with('.') { format!("{short}0") } else { short.to_owned() };
    text.parse().ok()
}

/// Adds a member where there is something to add.
pub fn set(resource: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(object), Some(value)) = (resource.as_object_mut(), value) {
        object.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::probability;

    #[test]
    fn a_probability_is_between_0_and_1_with_up_to_three_decimals() {
        let text = |value| probability(value).map(|number| number.to_string());
        assert_eq!(text(f32::NAN), None);
        assert_eq!(text(-1.0).as_deref(), Some("0.0"));
        assert_eq!(text(2.0).as_deref(), Some("1.0"));
        assert_eq!(text(0.95).as_deref(), Some("0.95"));
        assert_eq!(text(0.12345).as_deref(), Some("0.123"));
    }
}
