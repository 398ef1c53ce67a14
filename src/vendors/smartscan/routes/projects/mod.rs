//! Projects (contract SS-44): Organizations within the tenant's own, known by the vendor's identifier.

pub mod create;
pub mod list;
pub mod read;

use serde_json::Value;

use crate::identity::Caller;
use crate::records::Records;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir;

/// The project with this id in the caller's tenant.
///
/// # Errors
/// [`Refusal::NotFound`] for another tenant's, for what is no project, and for what does not exist alike.
pub(super) async fn find(records: &Records, caller: &Caller, id: &str) -> Result<Value, Refusal> {
    let organization = records.read(caller, super::resource_type("Organization")?, id).await?.json()?;
    if from_fhir::project::is_project(&organization) { Ok(organization) } else { Err(Refusal::NotFound) }
}
