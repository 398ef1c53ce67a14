//! What the values of a display are called by the vendor, and where in FHIR they are: a table a kind of device.
//!
//! Each table says of every documented field whether it is an Observation's value, a component, a property of the Device, or an
//! element of one of them. Both translations go by the same table, so that what one writes the other finds.

mod blood_pressure;
mod dialysis_machine;
mod ecg_monitor;
mod glucose_meter;
mod patient_monitor;
mod peak_flow_meter;
mod pulse_oximeter;
mod scale;
mod test_strips;
mod thermometer;
mod units;

pub use units::ucum;

use serde_json::Value;

use crate::fhir::codes::hl7::observation_category::VITAL_SIGNS;
use crate::fhir::codes::{Code, device as devices, loinc};
use crate::inference::device::{DeviceKind, Field, FieldName, Unit, Value as Read};
use crate::vendors::smartscan::device_types;
use crate::vendors::smartscan::sections::{self, Layout};

/// What a kind of device shows.
#[derive(Debug)]
pub struct Display {
    /// Its Observations, in the vendor's order.
    pub groups: &'static [Group],
    /// What is a property of the Device, and of which type.
    pub properties: &'static [(Code, Entry)],
    /// What has an element of its own in the Device or in all Observations.
    pub elements: &'static [(&'static str, FieldName, Element)],
    /// Whether a DiagnosticReport says what the Observations found.
    pub reported: bool,
}

/// One Observation.
#[derive(Debug)]
pub struct Group {
    /// What it is in FHIR; several codes for the same thing.
    pub codes: &'static [Code],
    /// Its category.
    pub category: Code,
    /// Its value; a panel has none.
    pub value: Option<Entry>,
    /// Its components with their codes.
    pub components: &'static [(Code, Entry)],
    /// Whether it is there for the other Observations, which are its members.
    pub has_members: bool,
}

/// A documented field that is a value.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What the vendor calls it; a point parts an object's name from its member's.
    pub name: &'static str,
    /// What it is to the reader of pictures.
    pub field: FieldName,
    /// The units that it may come in; none for what has no unit.
    pub units: &'static [Unit],
    /// Where the vendor puts the unit.
    pub unit_name: Option<&'static str>,
    /// Whether the Observation's profile wants it, so that it is said to be absent where it was not read.
    pub wanted: bool,
}

/// An element of a Device or an Observation that holds a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `Observation.effective[x]`.
    Effective,
    /// `Observation.bodySite`.
    BodySite,
    /// `Observation.referenceRange`.
    ReferenceRange,
    /// `Observation.specimen`.
    Specimen,
    /// `Device.deviceName`.
    DeviceName,
    /// `Device.manufacturer`.
    Manufacturer,
    /// `Device.lotNumber`.
    LotNumber,
    /// `Device.serialNumber`.
    SerialNumber,
    /// `Device.expirationDate`.
    ExpirationDate,
}

/// How what a kind says is kept.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// As Observations and a Device.
    Display(&'static Display),
    /// As an Immunization.
    VaccineCertificate,
    /// As a MedicationRequest.
    Prescription,
    /// As a Composition of sections.
    Prose(&'static Layout),
}

/// How what that kind says is kept.
#[must_use]
pub fn shape(kind: DeviceKind) -> Shape {
    match kind {
        DeviceKind::BloodPressure => Shape::Display(&blood_pressure::DISPLAY),
        DeviceKind::Scale => Shape::Display(&scale::DISPLAY),
        DeviceKind::GlucoseMeter => Shape::Display(&glucose_meter::DISPLAY),
        DeviceKind::PulseOximeter => Shape::Display(&pulse_oximeter::DISPLAY),
        DeviceKind::Thermometer => Shape::Display(&thermometer::DISPLAY),
        DeviceKind::PeakFlowMeter => Shape::Display(&peak_flow_meter::DISPLAY),
        DeviceKind::EcgMonitor => Shape::Display(&ecg_monitor::DISPLAY),
        DeviceKind::DialysisMachine => Shape::Display(&dialysis_machine::DISPLAY),
        DeviceKind::PregnancyTest => Shape::Display(&test_strips::PREGNANCY),
        DeviceKind::FiveParameterMonitor => Shape::Display(&patient_monitor::DISPLAY),
        DeviceKind::TestStrip => Shape::Display(&test_strips::COVID),
        DeviceKind::VaccineCertificate => Shape::VaccineCertificate,
        DeviceKind::Prescription => Shape::Prescription,
        DeviceKind::DischargeSummary => Shape::Prose(&sections::DISCHARGE_SUMMARY),
        DeviceKind::ClinicalNotes => Shape::Prose(&sections::CLINICAL_NOTES),
    }
}

impl Display {
    /// The group that an Observation's code means.
    #[must_use]
    pub fn coded(&self, concept: &Value) -> Option<&'static Group> {
        self.groups.iter().find(|group| group.codes.iter().any(|code| code.is_in(concept)))
    }
}

impl Group {
    const fn of(codes: &'static [Code], category: Code, value: Entry) -> Self {
        Self { codes, category, value: Some(value), components: &[], has_members: false }
    }

    const fn vital(codes: &'static [Code], value: Entry) -> Self {
        Self::of(codes, VITAL_SIGNS, value)
    }

    const fn parts(codes: &'static [Code], category: Code, components: &'static [(Code, Entry)]) -> Self {
        Self { codes, category, value: None, components, has_members: false }
    }

    const fn panel(codes: &'static [Code], category: Code, components: &'static [(Code, Entry)]) -> Self {
        Self { codes, category, value: None, components, has_members: true }
    }

    const fn with(self, components: &'static [(Code, Entry)]) -> Self {
        Self { components, ..self }
    }
}

impl Entry {
    const fn unit_in(self, unit_name: &'static str) -> Self {
        Self { unit_name: Some(unit_name), ..self }
    }

    const fn wanted(self) -> Self {
        Self { wanted: true, ..self }
    }

    /// Whether a field is this one, in a form and unit in which it can be kept.
    #[must_use]
    pub fn takes(&self, field: &Field) -> bool {
        let fits = match &field.value {
            Read::Number { unit: Some(unit), .. } => self.units.contains(unit),
            Read::Number { unit: None, .. } => self.units.is_empty(),
            Read::Text(text) => !text.trim().is_empty(),
            Read::Flag(_) => true,
            Read::List(_) => false,
        };
        field.name == self.field && field.value.form() == self.field.form() && fits
    }
}

/// A value that has a unit.
const fn quantity(name: &'static str, field: FieldName, units: &'static [Unit]) -> Entry {
    Entry { name, field, units, unit_name: None, wanted: false }
}

/// A text, a mark or a bare number.
const fn plain(name: &'static str, field: FieldName) -> Entry {
    quantity(name, field, &[])
}

/// A pressure, of the circulation or of a machine.
const fn pressure(name: &'static str, field: FieldName) -> Entry {
    quantity(name, field, &[Unit::MillimetresOfMercury])
}

/// Pulse or heart rate.
const fn heart_rate(name: &'static str, field: FieldName) -> Group {
    Group::vital(&[loinc::HEART_RATE], quantity(name, field, &[Unit::BeatsPerMinute]))
}

/// A kind of device as a code of ours; the codes are the vendor's own ids.
#[must_use]
pub fn device(kind: DeviceKind) -> Code {
    match kind {
        DeviceKind::BloodPressure => devices::BLOOD_PRESSURE_METER,
        DeviceKind::GlucoseMeter => devices::GLUCOSE_METER,
        DeviceKind::PulseOximeter => devices::PULSE_OXIMETER,
        DeviceKind::Thermometer => devices::THERMOMETER,
        DeviceKind::Scale => devices::SCALE,
        DeviceKind::PeakFlowMeter
        | DeviceKind::EcgMonitor
        | DeviceKind::FiveParameterMonitor
        | DeviceKind::DialysisMachine
        | DeviceKind::PregnancyTest
        | DeviceKind::TestStrip
        | DeviceKind::Prescription
        | DeviceKind::DischargeSummary
        | DeviceKind::ClinicalNotes
        | DeviceKind::VaccineCertificate => {
            let (code, display) = (device_types::id(kind), device_types::name(kind));
            Code { system: devices::SYSTEM, code, display }
        }
    }
}

#[cfg(test)]
mod tests;
