//! Finding an organisation's patients.

use serde_json::Value;

use super::codes::EXTERNAL_ID;
use super::errors::Refusal;
use super::{from_fhir, store};
use crate::identity::Caller;
use crate::records::{Error, Records, Stored};

/// The parameters of a search for the patients of an organisation, with the organisation's own id where that is named.
#[must_use]
pub fn of(organisation: &str, external_id: Option<&str>) -> Vec<(&'static str, String)> {
    let known_as = external_id.map(|id| ("identifier", format!("{EXTERNAL_ID}|{}", store::escaped(id))));
    let own = ("organization", format!("Organization/{organisation}"));
    std::iter::once(own).chain(known_as).collect()
}

/// The patient with this id of an organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn find(
    records: &Records,
    caller: &Caller,
    organisation: &str,
    id: &str,
) -> Result<(Stored, Value), Refusal> {
    let found = store::current(records, caller, "Patient", id).await?.ok_or(Refusal::NotFound)?;
    let patient = found.json()?;
    if from_fhir::patient::is_of(&patient, organisation) {
        Ok((found, patient))
    } else {
        Err(Refusal::NotFound)
    }
}

/// Refuses the organisation's own id of another patient.
///
/// # Errors
/// [`Error::Duplicate`] when one has it.
pub async fn refuse_another(
    records: &Records,
    caller: &Caller,
    organisation: &str,
    (id, external_id): (&str, Option<&str>),
) -> Result<(), Error> {
    let Some(external_id) = external_id else { return Ok(()) };
    let found = store::all(records, caller, "Patient", &of(organisation, Some(external_id))).await?;
    if found.iter().all(|one| one.id == id) { Ok(()) } else { Err(Error::Duplicate(TAKEN)) }
}

/// What is taken.
const TAKEN: &str = "externalId";

/// The refusal of a write that was chosen while the organisation was held.
#[must_use]
pub fn refusal(error: Error) -> Refusal {
    if let Error::Duplicate(_) = error {
        return Refusal::Conflict("Another patient has this externalId.");
    }
    error.into()
}
