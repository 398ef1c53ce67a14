//! Finding pods and nodes, and showing them with what was last heard of them.

use serde_json::Value;

use super::errors::Refusal;
use super::to_fhir::device::Kind;
use super::{from_fhir, store, text, wire};
use crate::identity::Caller;
use crate::records::{Error, Records, Stored};

/// The parameters of a search for the devices of an organisation, those of one kind where that is named.
#[must_use]
pub fn of(organisation: &str, kind: Option<Kind>) -> Vec<(&'static str, String)> {
    let kinds: Vec<_> = kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    let codes = kinds.iter().map(|kind| format!("{}|{}", kind.code().system, kind.code().code));
    let kinds = codes.collect::<Vec<_>>().join(",");
    vec![("organization", format!("Organization/{organisation}")), ("type", kinds)]
}

/// The pod or node with this id of an organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn find(
    records: &Records,
    caller: &Caller,
    organisation: &str,
    id: &str,
) -> Result<(Stored, Value, Kind), Refusal> {
    let found = store::current(records, caller, "Device", id).await?.ok_or(Refusal::NotFound)?;
    let device = found.json()?;
    let kind = from_fhir::device::kind(&device).filter(|_| from_fhir::device::is_of(&device, organisation));
    Ok((found, device, kind.ok_or(Refusal::NotFound)?))
}

/// Devices as they are shown.
///
/// # Errors
/// When what was heard of them cannot be read.
pub async fn shown(
    records: &Records,
    caller: &Caller,
    devices: &[Value],
) -> Result<Vec<wire::Device>, Error> {
    let ids: Vec<_> = devices.iter().filter_map(|device| text::of(device, "id")).collect();
    let heard = records.heard_of(caller, &ids).await?;
    let now = records.now();
    let shown = devices.iter().filter_map(|device| {
        let heard = text::of(device, "id").and_then(|id| heard.get(id));
        Some(from_fhir::device::device(device, from_fhir::device::kind(device)?, heard, now))
    });
    Ok(shown.collect())
}

/// One as it is shown.
///
/// # Errors
/// When what was heard of it cannot be read.
pub async fn one_shown(records: &Records, caller: &Caller, device: Value) -> Result<wire::Device, Error> {
    let shown = shown(records, caller, &[device]).await?;
    shown.into_iter().next().ok_or_else(|| Error::internal("a device that is neither pod nor node"))
}
