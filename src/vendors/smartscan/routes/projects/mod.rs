//! Projects (contract SS-44): Organizations within the tenant's own, known by the vendor's identifier.

pub mod create;
pub mod list;
pub mod read;

use serde_json::Value;

use crate::identity::Caller;
use crate::records::{Records, Stored};
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir;

/// The project with this id in the caller's tenant. It is read quietly: the operation has to be audited by itself.
///
/// # Errors
/// [`Refusal::NotFound`] for another tenant's, for what is no project, and for what does not exist alike.
pub(super) async fn find(records: &Records, caller: &Caller, id: &str) -> Result<(Stored, Value), Refusal> {
    let stored = records.read(&caller.quietly(), super::resource_type("Organization")?, id).await?;
    let organization = stored.json()?;
    if from_fhir::project::is_project(&organization) {
        Ok((stored, organization))
    } else {
        Err(Refusal::NotFound)
    }
}

/// Whether the pictures are kept that this project sends.
///
/// # Errors
/// When that cannot be told.
pub async fn keeps_images(records: &Records, caller: &Caller, id: &str) -> Result<bool, Refusal> {
    let (_, organization) = find(records, caller, id).await?;
    Ok(from_fhir::project::keeps_images(&organization))
}

/// Whether the caller's tenant has this project, and it is not out of use.
///
/// # Errors
/// When that cannot be told.
pub async fn is_active(records: &Records, caller: &Caller, id: &str) -> Result<bool, Refusal> {
    match find(records, caller, id).await {
        Ok((_, organization)) => Ok(organization.get("active") != Some(&Value::Bool(false))),
        Err(Refusal::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}
