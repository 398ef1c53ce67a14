//! Keeping an extraction, with the Devices of the models that its Provenance names.

use actix_web::web;
use serde_json::Value;

use super::errors::Refusal;
use super::search;
use super::to_fhir::{New, device};
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::inference::registry::ModelRef;
use crate::records::{Error, Records, Stored, Write, Written};
use crate::vendors::models;

/// So often a transaction is tried in which another request wrote the same model's Device first.
const ATTEMPTS: u8 = 3;

/// Stores the resources in one transaction, and with them the models' Devices that the tenant does not have as they must be.
/// These are resources like any others: somebody may have deleted one, or written another model's name into it.
///
/// # Errors
/// When they cannot be stored; then none is.
pub async fn extraction(
    records: &Records,
    caller: &Caller,
    mut resources: Vec<New>,
    models: &[ModelRef],
) -> Result<Vec<Value>, Refusal> {
    for attempt in 1..=ATTEMPTS {
        let devices = wrong(records, caller, models).await?;
        // Only over those can two requests meet; without, the resources, of which one may be a whole picture, are not kept for another
        // attempt.
        let is_last = devices.is_empty() || attempt == ATTEMPTS;
        let these = if is_last {
            std::mem::take(&mut resources)
        } else {
            let copied = web::block(move || (resources.clone(), resources)).await.map_err(Error::internal)?;
            resources = copied.1;
            copied.0
        };
        let create = |New { id, resource }| Write::Create { resource, id: Some(id) };
        let mut writes: Vec<_> = these.into_iter().map(create).collect();
        for (New { id, resource }, stored) in devices {
            writes.push(match (stored, attempt) {
                (None, 1) => Write::Create { resource, id: Some(id) },
                // Somebody made it meanwhile, or deleted it once: an update takes both.
                (None, _) => Write::Update { resource, id, precondition: None },
                (Some(version), _) => Write::Update { resource, id, precondition: Some(version.into()) },
            });
        }
        match records.transact(caller, writes).await {
            Ok(written) => return told(&written),
            Err(Error::Duplicate(_) | Error::Conflict | Error::PreconditionFailed { .. }) if !is_last => {}
            Err(Error::Duplicate(_) | Error::Conflict | Error::PreconditionFailed { .. }) => break,
            Err(other) => return Err(other.into()),
        }
    }
    Err(Refusal::Unavailable)
}

/// What was stored, without the picture, of which no answer tells.
fn told(written: &[Written]) -> Result<Vec<Value>, Refusal> {
    let stored = written.iter().filter_map(|written| written.stored.as_ref());
    let told = stored.filter(|stored| stored.resource_type != "Binary");
    Ok(told.map(Stored::json).collect::<Result<_, _>>()?)
}

/// The Devices of those models that the tenant has none for, or one that says something else, with its version.
async fn wrong(
    records: &Records,
    caller: &Caller,
    models: &[ModelRef],
) -> Result<Vec<(New, Option<i64>)>, Error> {
    let devices: Vec<_> = models.iter().map(device::model).collect();
    let Ok(count @ 1..) = u16::try_from(devices.len()) else { return Ok(Vec::new()) };
    let ids: Vec<_> = devices.iter().map(|device| device.id.as_str()).collect();
    let resource_type = ResourceType::parse("Device").ok_or(Error::UnknownType)?;
    let query = search::by("_id", ids.join(","), count);
    let page = records.search(&caller.quietly(), resource_type, &query).await?;
    let mut wrong = Vec::new();
    for new in devices {
        match page.resources.iter().find(|stored| stored.id == new.id) {
            None => wrong.push((new, None)),
            Some(stored) if !models::is_same(&stored.json()?, &new.resource) => {
                wrong.push((new, Some(stored.version)))
            }
            Some(_) => {}
        }
    }
    Ok(wrong)
}
