//! What a scan gives (contract SS-65 to SS-68).

pub mod delete;
pub mod pdf;
pub mod read;
pub mod submit;

use serde_json::Value;

use crate::records::{Records, Stored};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::result;
use crate::vendors::smartscan::scans::{self, person};

/// Somebody's own result.
pub(super) struct Kept {
    pub stored: Stored,
    pub report: Value,
    pub observations: Vec<Value>,
}

/// The caller's result with this id, with the Observations that are left of it.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not the caller's, or no result.
pub(super) async fn find(records: &Records, signed_in: &SessionCaller, id: &str) -> Result<Kept, Refusal> {
    let caller = signed_in.caller.quietly();
    let stored = records.read(&caller, scans::resource_type("DiagnosticReport")?, id).await?;
    let report = stored.json()?;
    let person = person::find(records, signed_in).await?.ok_or(Refusal::NotFound)?;
    if !result::is_of(&report, &person.id) {
        return Err(Refusal::NotFound);
    }
    let observations = scans::observations(records, signed_in, &result::observations(&report)).await?;
    Ok(Kept { stored, report, observations })
}
