//! What somebody tells of themself: sex in the Patient, age, height, weight and pressure as Observations, the rest as the components
//! of one Observation.

use chrono::{DateTime, Utc};
use serde_json::{Number, Value, json};

use crate::fhir::codes::hl7::data_absent_reason;
use crate::fhir::codes::hl7::observation_category::{SURVEY, VITAL_SIGNS};
use crate::fhir::codes::ucum::{self, Unit};
use crate::fhir::codes::{Code, face_scan, loinc};
use crate::vendors::smartscan::to_fhir::{instant, reference, set};

/// A change: nothing leaves what is there, `Some(None)` takes it back.
pub type Changed<T> = Option<Option<T>>;

/// A systolic and a diastolic pressure, each if it was told.
pub type Pressures = (Option<Number>, Option<Number>);

/// A checked change of a profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// FHIR's word for the sex.
    pub sex: Changed<&'static str>,
    /// The numbers, each with what it is.
    pub numbers: Vec<(Quantity, Option<Number>)>,
    /// The pressures that a cuff measured, systolic and diastolic; one that was not told stays as it is on record.
    pub pressure: Changed<Pressures>,
    /// The components that were told or taken back.
    pub factors: Vec<(Code, Option<Factor>)>,
}

/// A number of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Age in years.
    Age,
    /// Height in cm.
    Height,
    /// Weight in kg.
    Weight,
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Yes or no.
    Is(bool),
    /// One of several words.
    Word(&'static str),
}

impl Factor {
    /// As it stands in the component, and the name of the element.
    #[must_use]
    pub fn element(&self) -> (&'static str, Value) {
        match self {
            Self::Is(is) => ("valueBoolean", Value::Bool(*is)),
            Self::Word(word) => ("valueString", Value::from(*word)),
        }
    }
}

impl Quantity {
    /// What it is in FHIR.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Age => loinc::AGE,
            Self::Height => loinc::BODY_HEIGHT,
            Self::Weight => loinc::BODY_WEIGHT,
        }
    }

    /// The unit that it is told in.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::Age => ucum::YEAR,
            Self::Height => ucum::CENTIMETRE,
            Self::Weight => ucum::KILOGRAM,
        }
    }

    fn category(self) -> Code {
        match self {
            Self::Age => SURVEY,
            Self::Height | Self::Weight => VITAL_SIGNS,
        }
    }
}

/// The Patient with the sex that was told.
#[must_use]
pub fn patient(mut patient: Value, sex: Option<&'static str>) -> Value {
    if let Some(object) = patient.as_object_mut() {
        object.shift_remove("gender");
    }
    set(&mut patient, "gender", sex.map(Value::from));
    patient
}

/// A number that was told; one that was taken back says that it is not known.
#[must_use]
pub fn number(quantity: Quantity, value: Option<&Number>, patient: &str, now: DateTime<Utc>) -> Value {
    let mut resource = common(quantity.category(), quantity.code(), patient, now);
    match value {
        Some(value) => set(&mut resource, "valueQuantity", Some(quantity.unit().quantity(value.clone()))),
        None => set(&mut resource, "dataAbsentReason", Some(data_absent_reason::UNKNOWN.concept())),
    }
    resource
}

/// A pressure that somebody measured with a cuff and typed in.
#[must_use]
pub fn pressure(value: Option<&(Number, Number)>, patient: &str, now: DateTime<Utc>) -> Value {
    let mut resource = common(VITAL_SIGNS, loinc::BLOOD_PRESSURE_PANEL, patient, now);
    set(&mut resource, "method", Some(face_scan::CUFF.concept()));
    let component = |code: Code, value: Option<&Number>| match value {
        Some(value) => {
            let quantity = ucum::MILLIMETRE_OF_MERCURY.quantity(value.clone());
            json!({ "code": code.concept(), "valueQuantity": quantity })
        }
        None => json!({ "code": code.concept(), "dataAbsentReason": data_absent_reason::UNKNOWN.concept() }),
    };
    let components = json!([
        component(loinc::SYSTOLIC_BLOOD_PRESSURE, value.map(|(systolic, _)| systolic)),
        component(loinc::DIASTOLIC_BLOOD_PRESSURE, value.map(|(_, diastolic)| diastolic)),
    ]);
    set(&mut resource, "component", Some(components));
    resource
}

/// What was told before, with what is told now. None where nothing is told at all.
#[must_use]
pub fn factors(
    before: Option<&Value>,
    change: &[(Code, Option<Factor>)],
    patient: &str,
    now: DateTime<Utc>,
) -> Value {
    let kept = before.and_then(|before| before.get("component")).and_then(Value::as_array);
    let is_changed = |component: &&Value| {
        let code = component.get("code");
        change.iter().any(|(changed, _)| code.is_some_and(|code| changed.is_in(code)))
    };
    let kept = kept.into_iter().flatten().filter(|component| !is_changed(component)).cloned();
    let told = change.iter().filter_map(|(code, factor)| {
        let (name, value) = factor.as_ref()?.element();
        Some(json!({ "code": code.concept(), name: value }))
    });
    let components: Vec<_> = kept.chain(told).collect();
    let mut resource = common(SURVEY, face_scan::RISK_FACTORS, patient, now);
    match components.is_empty() {
        true => set(&mut resource, "dataAbsentReason", Some(data_absent_reason::NOT_ASKED.concept())),
        false => set(&mut resource, "component", Some(components.into())),
    }
    resource
}

/// What is common to what somebody tells of themself.
fn common(category: Code, code: Code, patient: &str, now: DateTime<Utc>) -> Value {
    json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [category.concept()],
        "code": code.concept(),
        "subject": reference("Patient", patient),
        "effectiveDateTime": instant(now),
        "issued": instant(now),
        "performer": [reference("Patient", patient)],
    })
}
