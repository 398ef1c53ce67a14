//! Readings of medical devices: lines of text in, named values with units and confidences out.
//!
//! The rules look at geometry (the largest digits, their order, which label stands beside which number),
//! at physiological ranges and at how values relate. Where they do not agree, nothing is read: a wrong
//! value given with confidence is worse than none. A confidence of 0.9 or more is given only where labels
//! or units, layout and ranges agree, and where the pixels beside a number show that no digit of it is hidden.

mod blood_pressure;
mod finding;
mod glucose_meter;
mod lexicon;
mod pulse_oximeter;
mod reader;
mod scale;
mod scene;
mod sole_value;
mod thermometer;
mod word;

pub use reader::{DeviceReader, Settings};

use super::registry::ModelRef;

/// A kind of device or document that a picture may be said to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceKind {
    /// Blood pressure monitor.
    BloodPressure,
    /// Blood glucose meter.
    GlucoseMeter,
    /// Pulse oximeter.
    PulseOximeter,
    /// Clinical thermometer.
    Thermometer,
    /// Body scale.
    Scale,
    /// Peak flow meter; no reader yet.
    PeakFlowMeter,
    /// ECG monitor or print; no reader yet.
    EcgMonitor,
    /// Patient monitor with several parameters; no reader yet.
    FiveParameterMonitor,
    /// Dialysis machine; no reader yet.
    DialysisMachine,
    /// Pregnancy test; no reader yet.
    PregnancyTest,
    /// Test strip or cassette; no reader yet.
    TestStrip,
    /// Prescription; no reader yet.
    Prescription,
    /// Discharge summary; no reader yet.
    DischargeSummary,
    /// Clinical notes; no reader yet.
    ClinicalNotes,
    /// Vaccine certificate; no reader yet.
    VaccineCertificate,
}

/// A kind of device that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Instrument {
    /// Blood pressure monitor.
    BloodPressure,
    /// Blood glucose meter.
    GlucoseMeter,
    /// Pulse oximeter.
    PulseOximeter,
    /// Clinical thermometer.
    Thermometer,
    /// Body scale.
    Scale,
}

impl DeviceKind {
    /// The instrument that a kind is; `None` where there is no reader yet.
    pub fn instrument(self) -> Option<Instrument> {
        match self {
            Self::BloodPressure => Some(Instrument::BloodPressure),
            Self::GlucoseMeter => Some(Instrument::GlucoseMeter),
            Self::PulseOximeter => Some(Instrument::PulseOximeter),
            Self::Thermometer => Some(Instrument::Thermometer),
            Self::Scale => Some(Instrument::Scale),
            Self::PeakFlowMeter
            | Self::EcgMonitor
            | Self::FiveParameterMonitor
            | Self::DialysisMachine
            | Self::PregnancyTest
            | Self::TestStrip
            | Self::Prescription
            | Self::DischargeSummary
            | Self::ClinicalNotes
            | Self::VaccineCertificate => None,
        }
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldName {
    /// Systolic blood pressure.
    Systolic,
    /// Diastolic blood pressure.
    Diastolic,
    /// Pulse rate.
    Pulse,
    /// Blood glucose.
    Glucose,
    /// Peripheral oxygen saturation.
    OxygenSaturation,
    /// Body temperature.
    Temperature,
    /// Body weight.
    Weight,
}

/// A unit as displays show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// mmHg.
    MillimetresOfMercury,
    /// kPa; recognised so that it is not taken for mmHg.
    Kilopascals,
    /// bpm or /min.
    BeatsPerMinute,
    /// mg/dL.
    MilligramsPerDecilitre,
    /// mmol/L.
    MillimolesPerLitre,
    /// %.
    Percent,
    /// °C.
    Celsius,
    /// °F.
    Fahrenheit,
    /// kg.
    Kilograms,
    /// lb.
    Pounds,
    /// st.
    Stones,
}

impl Unit {
    /// The unit's usual spelling on displays.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::MillimetresOfMercury => "mmHg",
            Self::Kilopascals => "kPa",
            Self::BeatsPerMinute => "bpm",
            Self::MilligramsPerDecilitre => "mg/dL",
            Self::MillimolesPerLitre => "mmol/L",
            Self::Percent => "%",
            Self::Celsius => "°C",
            Self::Fahrenheit => "°F",
            Self::Kilograms => "kg",
            Self::Pounds => "lb",
            Self::Stones => "st",
        }
    }
}

/// One value on the display.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What the value is.
    pub name: FieldName,
    /// The digits as displayed, decimals kept; a decimal comma is given as a point.
    pub text: String,
    /// The unit: read, or the only one that the kind of device or the value's range leaves possible.
    pub unit: Option<Unit>,
    /// Probability that the value is right, 0 to 1.
    pub confidence: f32,
    /// Where it stands in the upright picture, in its own pixels: top left, then clockwise.
    pub quad: [(f32, f32); 4],
}

/// What a device shows.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceReading {
    /// The kind of device.
    pub kind: DeviceKind,
    /// Probability that all values are right: the least of the fields' confidences.
    pub confidence: f32,
    /// The values that were read; one that was not read is absent.
    pub fields: Vec<Field>,
    /// The maker's name, where it is written in the picture.
    pub brand: Option<String>,
    /// The model's name, where it is written beside the maker's.
    pub model: Option<String>,
    /// The models that took part.
    pub models_used: Vec<ModelRef>,
}

/// Why a picture gave no reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing in the picture looks like the device asked for, or like any that can be read.
    #[error("no device was found in the picture")]
    NoDevice,
    /// There is a display, but its values cannot be told with certainty.
    #[error("the display cannot be read with certainty")]
    Unreadable,
    /// Inference is not available on this server; the text says why, for operators.
    #[error("inference is not available: {0}")]
    Unavailable(String),
    /// Too many pictures are waiting.
    #[error("too many pictures are waiting")]
    Overloaded,
    /// The picture was not read in time.
    #[error("the picture was not read in time")]
    Timeout,
}
