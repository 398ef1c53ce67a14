//! A reading as the resources of one transaction: Task, Media, Provenance, the Device of a display, and what was found.
//!
//! | type | what was found |
//! |---|---|
//! | displays | Observations by the tables of [`measures`]; the Device has the rest as properties |
//! | test strips | the same, and a DiagnosticReport |
//! | vaccine certificate | Immunization, ImmunizationRecommendation, DocumentReference |
//! | prescription | MedicationRequest of unknown status, DocumentReference |
//! | discharge summary, clinical notes | Composition, Encounter, Condition, Procedure, MedicationStatement, AllergyIntolerance, DocumentReference |
//!
//! Each is labelled AIAST, and none is `final` or confirmed until a human says so. What a document says of the person is a Patient
//! within its DocumentReference: no Patient is made of a printed name.

use super::media::{Image, media};
use super::paper::Paper;
use super::task::{Asked, task};
use super::{
    Context, New, binary, composition, device, immunization, observation, prescription, provenance, report,
};
use crate::inference::device::DeviceReading;
use crate::vendors::smartscan::measures::{self, Display, Shape};

/// The resources, the Task first. None when no value of the reading can be kept.
#[must_use]
pub fn resources(
    reading: &DeviceReading,
    mut image: Image,
    asked: &Asked,
    context: &Context<'_>,
) -> Option<Vec<New>> {
    let shape = measures::shape(reading.kind);
    let kept = image.kept.take();
    let image = &image;
    let paper = Paper { reading, image, context };
    let (device, results) = match shape {
        Shape::Display(display) => {
            let device = device::photographed(display, reading, context);
            (Some(device), of_display(display, reading, context))
        }
        Shape::VaccineCertificate => (None, immunization::resources(&paper)),
        Shape::Prescription => (None, prescription::resources(&paper)),
        Shape::Prose(layout) => (None, composition::resources(layout, &paper)),
    };
    if results.is_empty() {
        return None;
    }
    let binary = kept.map(|data| binary::binary(data, image.media_type, context));
    let mut resources = vec![
        task(reading, &results, asked, context),
        media(image, device.as_ref(), binary.as_ref(), context),
        provenance::provenance(&results, &reading.models_used, context),
    ];
    resources.extend(device);
    resources.extend(results);
    resources.extend(binary);
    Some(resources)
}

fn of_display(display: &'static Display, reading: &DeviceReading, context: &Context<'_>) -> Vec<New> {
    let mut results = observation::observations(display, reading, context);
    let report = display.reported.then(|| report::report(&results, context)).flatten();
    results.extend(report);
    results
}

#[cfg(test)]
mod tests;
