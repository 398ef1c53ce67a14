//! Whom a reading is of: an additional field of ours, so that consent, compartment and timeline apply.

use super::errors::Refusal;
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::records::search::Query;
use crate::records::{Error, Records};

/// The id of the Patient that `Patient/<id>` or `<system>|<value>` names in the caller's tenant.
///
/// # Errors
/// When there is none, or more than one; another tenant's is none.
pub async fn find(records: &Records, caller: &Caller, named: &str) -> Result<String, Refusal> {
    let resource_type = ResourceType::parse("Patient").ok_or(Error::UnknownType)?;
    if let Some(id) = named.strip_prefix("Patient/") {
        return match records.read(caller, resource_type, id).await {
            Ok(stored) => Ok(stored.id),
            Err(Error::NotFound | Error::Gone) => Err(unknown()),
            Err(other) => Err(other.into()),
        };
    }
    if !named.contains('|') {
        return Err(refused("must be Patient/<id> or <system>|<value>"));
    }
    // A comma would part the value into alternatives.
    let identifier = named.replace('\\', "\\\\").replace(',', "\\,");
    let query = Query {
        parameters: vec![("identifier".to_owned(), identifier)],
        count: 2,
        after: None,
        strict: true,
        base_url: String::new(),
    };
    let page = records.search(caller, resource_type, &query).await?;
    match page.resources.as_slice() {
        [] => Err(unknown()),
        [patient] => Ok(patient.id.clone()),
        _ => Err(refused("names more than one patient")),
    }
}

fn unknown() -> Refusal {
    refused("names no patient")
}

fn refused(problem: &str) -> Refusal {
    Refusal::Validation("patient", problem.to_owned())
}
