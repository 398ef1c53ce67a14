//! What all resources have that a document is told in: the label, the confidence, and whom they are about.

use serde_json::{Map, Value, json};

use super::media::Image;
use super::written::{absent, set_date};
use super::{Context, New, probability, set};
use crate::fhir::codes::Code;
use crate::fhir::codes::clinical::MEDICAL_RECORD_NUMBER;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::primitive::Primitive;
use crate::inference::device::{DeviceReading, FieldName, Form};
use crate::vendors::smartscan::codes::{CONFIDENCE, PRINTED_FIELD};

/// The id of the contained Patient that is what the document says of the person.
pub const PRINTED_PATIENT: &str = "patient";

/// A document that was read.
#[derive(Clone, Copy)]
pub struct Paper<'a> {
    /// What was read.
    pub reading: &'a DeviceReading,
    /// Out of which picture.
    pub image: &'a Image,
    /// When, by whom, of whom.
    pub context: &'a Context<'a>,
}

impl<'a> Paper<'a> {
    /// The text of a field.
    pub fn text(&self, name: FieldName) -> Option<&'a str> {
        self.reading.text(name)
    }

    /// Whether any of these was read.
    pub fn has_any(&self, names: &[FieldName]) -> bool {
        let reading = self.reading;
        let has = |name: FieldName| match name.form() {
            Form::Text => reading.text(name).is_some(),
            Form::List => reading.list(name).next().is_some(),
            Form::Number | Form::Flag => reading.field(name).is_some(),
        };
        names.iter().any(|name| has(*name))
    }

    /// A resource that a machine asserts, with these elements. Its confidence is the document's: no field's alone.
    pub fn resource(&self, resource_type: &str, elements: Value) -> Value {
        let mut resource = json!({
            "resourceType": resource_type,
            "meta": { "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()] },
        });
        let confidence = probability(self.reading.confidence);
        let extension = confidence.map(|value| json!([{ "url": CONFIDENCE, "valueDecimal": value }]));
        set(&mut resource, "extension", extension);
        if let (Some(object), Value::Object(elements)) = (resource.as_object_mut(), elements) {
            object.extend(elements);
        }
        resource
    }

    /// The resource with a new id.
    pub fn with_id(&self, resource: Value) -> New {
        New::of(resource, self.context)
    }

    /// Whom the document is about: the patient whom the request names, else a person of that name who is no resource. Who that is
    /// nobody can tell from a name, so that no Patient is made of it.
    pub fn subject(&self) -> Value {
        if let Some(patient) = self.context.patient() {
            return patient;
        }
        let (name, number) = (self.text(FieldName::PatientName), self.text(FieldName::RecordNumber));
        if name.is_none() && number.is_none() {
            return json!({ "extension": absent() });
        }
        let mut subject = json!({ "type": "Patient" });
        set(&mut subject, "identifier", number.map(record_number));
        set(&mut subject, "display", name.map(Value::from));
        subject
    }

    /// What the document says of the person, as a contained Patient.
    pub fn printed_patient(&self) -> Option<Value> {
        let name = self.text(FieldName::PatientName).map(|text| json!([{ "text": text }]));
        let address = self.text(FieldName::PatientAddress).map(|text| json!([{ "text": text }]));
        let number = self.text(FieldName::RecordNumber).map(|text| json!([record_number(text)]));
        let mut patient = json!({ "resourceType": "Patient", "id": PRINTED_PATIENT });
        let bare = patient.as_object().map_or(0, Map::len);
        set(&mut patient, "identifier", number);
        set(&mut patient, "name", name);
        set_date(&mut patient, "birthDate", self.text(FieldName::BirthDate), Primitive::Date);
        set(&mut patient, "address", address);
        let said = patient.as_object().is_some_and(|patient| patient.len() > bare);
        said.then_some(patient)
    }

    /// Adds a field for which the resource has no element.
    pub fn add_printed(&self, resource: &mut Value, code: Code, name: FieldName) {
        let Some(text) = self.text(name) else { return };
        let field = json!({ "url": PRINTED_FIELD, "extension": [
            { "url": "field", "valueCoding": code.coding() },
            { "url": "text", "valueString": text },
        ] });
        match resource.get_mut("extension").and_then(Value::as_array_mut) {
            Some(extensions) => extensions.push(field),
            None => set(resource, "extension", Some(json!([field]))),
        }
    }
}

fn record_number(value: &str) -> Value {
    json!({ "type": MEDICAL_RECORD_NUMBER.concept(), "value": value })
}

/// A person or organisation that is only named.
#[must_use]
pub fn named(resource_type: &str, name: &str) -> Value {
    json!({ "type": resource_type, "display": name })
}
