//! Finding manufacturers and products of an organisation's catalogue.

use serde_json::Value;

use super::codes::{MANUFACTURER, PRODUCT};
use super::errors::Refusal;
use super::text::referenced;
use super::{from_fhir, store};
use crate::identity::Caller;
use crate::records::{Error, Records, Stored};

/// The parameters of a search for the manufacturers that an organisation works with.
#[must_use]
pub fn manufacturers(organisation: &str) -> Vec<(&'static str, String)> {
    let joined = "_has:OrganizationAffiliation:participating-organization:primary-organization";
    vec![(joined, format!("Organization/{organisation}")), ("identifier", format!("{MANUFACTURER}|"))]
}

/// The manufacturer with this id that an organisation works with.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn manufacturer(
    records: &Records,
    caller: &Caller,
    organisation: &str,
    id: &str,
) -> Result<Stored, Refusal> {
    if id.contains([',', '|', '$', '\\']) {
        return Err(Refusal::NotFound);
    }
    let mut parameters = manufacturers(organisation);
    parameters.push(("_id", id.to_owned()));
    let found = store::all(records, caller, "Organization", &parameters).await?;
    found.into_iter().next().ok_or(Refusal::NotFound)
}

/// The products of an organisation's catalogue, in the order in which they were made; those of one manufacturer where that is named. What
/// a resource says of its owner and its maker counts, which R4 cannot search by; a tenant has few products.
///
/// # Errors
/// When they cannot be searched.
pub async fn products(
    records: &Records,
    caller: &Caller,
    organisation: &str,
    manufacturer: Option<&str>,
) -> Result<Vec<Value>, Error> {
    let found =
        store::all(records, caller, "DeviceDefinition", &[("identifier", format!("{PRODUCT}|"))]).await?;
    let mut found = found.iter().map(Stored::json).collect::<Result<Vec<_>, _>>()?;
    found.retain(|one| {
        let by = referenced(one, "manufacturerReference", "Organization");
        from_fhir::catalogue::is_in(one, organisation) && manufacturer.is_none_or(|id| by == Some(id))
    });
    Ok(found)
}

/// The product with this id of an organisation's catalogue.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn product(
    records: &Records,
    caller: &Caller,
    organisation: &str,
    id: &str,
) -> Result<Stored, Refusal> {
    let found = store::current(records, caller, "DeviceDefinition", id).await?.ok_or(Refusal::NotFound)?;
    if from_fhir::catalogue::is_in(&found.json()?, organisation) { Ok(found) } else { Err(Refusal::NotFound) }
}
