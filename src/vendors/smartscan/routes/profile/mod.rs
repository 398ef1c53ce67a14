//! One's own profile (contract SS-43): name and telephone number of the Practitioner, employer of its role.

pub mod read;
pub mod update;

use serde_json::Value;

use crate::records::search::Query;
use crate::records::{Error, Records, Stored};
use crate::vendors::smartscan::caller::SessionCaller;

/// The PractitionerRole of an account, unless it was deleted.
pub(super) async fn role(records: &Records, signed_in: &SessionCaller) -> Result<Option<Stored>, Error> {
    let practitioner = format!("Practitioner/{}", signed_in.account.practitioner);
    let query = Query {
        parameters: vec![("practitioner".to_owned(), practitioner)],
        count: 1,
        after: None,
        strict: true,
        base_url: String::new(),
    };
    let page = records.search(&signed_in.caller, super::resource_type("PractitionerRole")?, &query).await?;
    Ok(page.resources.into_iter().next())
}

/// The reference to the Organization that is the tenant, as the role has it.
pub(super) fn organization(role: &Value) -> Option<&str> {
    role.get("organization")?.get("reference")?.as_str()
}
