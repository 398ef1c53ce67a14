//! The Patient that a person with an account is: the one with the account's identifier, whoever made it.

use super::{query, resource_type};
use crate::records::{Precondition, Records, Stored, Write};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::codes::face_scan::USER_ID;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::to_fhir::face_scan::person;

/// The caller's Patient, if there is one.
///
/// # Errors
/// When it cannot be searched.
pub async fn find(records: &Records, signed_in: &SessionCaller) -> Result<Option<Stored>, Refusal> {
    let query = query(&[("identifier", format!("{USER_ID}|{}", signed_in.account.id))], None, 1);
    let page = records.search(&signed_in.caller.quietly(), resource_type("Patient")?, &query).await?;
    Ok(page.resources.into_iter().next())
}

/// Id of the caller's Patient, and what makes it where there is none.
///
/// # Errors
/// When it cannot be searched.
pub async fn found_or_made(
    records: &Records,
    signed_in: &SessionCaller,
) -> Result<(String, Option<Write>), Refusal> {
    if let Some(stored) = find(records, signed_in).await? {
        return Ok((stored.id, None));
    }
    let id = signed_in.account.id.to_string();
    let resource = person::patient(&id);
    // Of two requests that both find none, one makes it; the other finds it when it tries again.
    let made = Write::Update { resource, id: id.clone(), precondition: Some(Precondition::Absent) };
    Ok((id, Some(made)))
}
