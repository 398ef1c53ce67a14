//! A reading as the resources of one transaction: Task, Media, Device, Observations, Provenance.

use super::media::{Image, media};
use super::task::{Asked, task};
use super::{Context, New, device, observation, provenance};
use crate::inference::device::DeviceReading;

/// The resources, the Task first. None when no value of the reading can be kept.
#[must_use]
pub fn resources(
    reading: &DeviceReading,
    image: &Image,
    asked: &Asked,
    context: &Context,
) -> Option<Vec<New>> {
    let observations = observation::observations(reading, context);
    if observations.is_empty() {
        return None;
    }
    let mut resources = vec![
        task(reading, &observations, asked, context),
        media(image, context),
        device::photographed(reading, context),
        provenance::provenance(&observations, &reading.models_used, context),
    ];
    resources.extend(observations);
    Some(resources)
}

#[cfg(test)]
mod tests;
