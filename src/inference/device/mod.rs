//! Readings of medical devices and documents: pictures in, typed values of a closed vocabulary with confidences out.
//!
//! [`Detector`] is where models come in; what they give is a [`DeviceReading`], whichever they are.
//!
//! The rules look at geometry (the largest digits, their order, which label stands beside which number),
//! at physiological ranges and at how values relate. Where they do not agree, nothing is read: a wrong
//! value given with confidence is worse than none. A confidence of 0.9 or more is given only where labels
//! or units, layout and ranges agree, and where the pixels beside a number show that no digit of it is hidden.

mod blood_pressure;
mod detector;
mod finding;
mod flaw;
mod framed;
mod glucose_meter;
mod lexicon;
mod numerals;
mod paper;
mod patient_monitor;
mod peak_flow_meter;
mod pulse_oximeter;
mod reader;
mod reading;
mod rows;
mod scale;
mod scene;
mod screens;
mod second_reading;
mod sight;
mod sole_value;
mod straightened;
mod stretched;
mod strips;
mod thermometer;
mod unit;
mod units_beside;
mod unlit;
mod vocabulary;
mod word;

pub use detector::{Detector, Numbers, Reading};
pub use flaw::Flaw;
pub use reader::{DeviceReader, Settings};
pub use reading::{DeviceReading, Field, Value};
pub use sight::Shown;
pub use unit::Unit;
pub use vocabulary::{FieldName, Form};

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
    /// Peak flow meter.
    PeakFlowMeter,
    /// ECG monitor or print.
    EcgMonitor,
    /// Patient monitor with several parameters.
    FiveParameterMonitor,
    /// Dialysis machine.
    DialysisMachine,
    /// Pregnancy test.
    PregnancyTest,
    /// Test strip or cassette.
    TestStrip,
    /// Prescription.
    Prescription,
    /// Discharge summary.
    DischargeSummary,
    /// Clinical notes.
    ClinicalNotes,
    /// Vaccine certificate.
    VaccineCertificate,
}

/// Why a picture gave no reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing in the picture looks like the device asked for, or like any that can be read.
    #[error("no device was found in the picture")]
    NoDevice,
    /// There is another device in the picture than the one asked for.
    #[error("the picture shows another device than was asked for")]
    Another(DeviceKind),
    /// There is a display, but its values cannot be told with certainty.
    #[error("the display cannot be read with certainty")]
    Unreadable,
    /// The same, and the picture itself is why.
    #[error("the display cannot be read: {0}")]
    Flawed(Flaw),
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
