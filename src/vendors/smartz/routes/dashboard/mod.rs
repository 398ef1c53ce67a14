//! The dashboard of organisations.

pub mod alerts;
pub mod care;
pub mod catalogue;
pub mod devices;
pub mod history;
pub mod link_code;
pub mod links;
pub mod lists;
pub mod me;
pub mod node_key;
pub mod organisations;
pub mod pairing;
pub mod settings;
pub mod ward;

use crate::identity::Caller;
use crate::records::{Records, Stored};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{from_fhir, store};

/// The organisation of the caller's tenant with this id.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub(super) async fn organisation(records: &Records, caller: &Caller, id: &str) -> Result<Stored, Refusal> {
    let found = store::current(records, caller, "Organization", id).await?.ok_or(Refusal::NotFound)?;
    if from_fhir::organisation::is_one(&found.json()?) { Ok(found) } else { Err(Refusal::NotFound) }
}
