//! Finding manufacturers and products of an organisation's catalogue.

use super::codes::{CATALOGUE, MADE_BY, MANUFACTURER};
use super::errors::Refusal;
use super::{from_fhir, store};
use crate::identity::Caller;
use crate::records::{Records, Stored};

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

/// The parameters of a search for the products of an organisation's catalogue, those of one manufacturer where that is named.
#[must_use]
pub fn products(organisation: &str, manufacturer: Option<&str>) -> Vec<(&'static str, String)> {
    let tag = |system: &str, code: &str| ("_tag", format!("{system}|{}", store::escaped(code)));
    let made_by = manufacturer.map(|manufacturer| tag(MADE_BY, manufacturer));
    std::iter::once(tag(CATALOGUE, organisation)).chain(made_by).collect()
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
