//! One's own profile (contract SS-43): name and telephone number of the Practitioner, employer of its role.

pub mod read;
pub mod update;

use serde_json::Value;

use crate::records::{Error, Records, Stored};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::search;

/// The PractitionerRole of an account, unless it was deleted. It is read quietly, as part of an operation.
pub(super) async fn role(records: &Records, signed_in: &SessionCaller) -> Result<Option<Stored>, Error> {
    let practitioner = format!("Practitioner/{}", signed_in.account.practitioner);
    let query = search::by("practitioner", practitioner, 1);
    let caller = signed_in.caller.quietly();
    let page = records.search(&caller, super::resource_type("PractitionerRole")?, &query).await?;
    Ok(page.resources.into_iter().next())
}

/// The reference to the Organization that is the tenant, as the role has it.
pub(super) fn organization(role: &Value) -> Option<&str> {
    role.get("organization")?.get("reference")?.as_str()
}
