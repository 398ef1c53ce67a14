//! What a write of a SearchParameter does to the search, in the write's own transaction.

use serde_json::Value;

use super::{Own, Parameters, definition};
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::search_values::Other;
use crate::records::subscriptions::SUBSCRIPTION;
use crate::records::{Error, Records, Version};
use crate::storage::reindex_jobs::{self as jobs, New};
use crate::storage::search_parameters::{self as rows, Definition};
use crate::storage::{Connection, TenantId};

/// The type whose resources define search parameters.
pub(in crate::records) const SEARCH_PARAMETER: &str = "SearchParameter";

/// So many parameters of its own a tenant may have.
const MOST: usize = 200;

impl Records {
    /// Adds, changes or takes away the parameter that this version defines. One that is new or changed is searchable once the job
    /// is done that is added with it.
    ///
    /// # Errors
    /// When it is active and cannot be used.
    pub(in crate::records) async fn follow(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        version: &Version,
    ) -> Result<(), Error> {
        let read = match version.body.as_deref() {
            None => None,
            Some(body) => {
                let resource: Value = serde_json::from_str(body).map_err(Error::internal)?;
                definition::read(&version.id, &resource).map_err(Error::Unprocessable)?
            }
        };
        let (_, kept) = rows::set(connection, tenant).await?;
        let before = kept.iter().map(|kept| &kept.definition).find(|kept| kept.id == version.id);
        if before == read.as_ref().map(|(definition, _)| definition) {
            return Ok(());
        }
        // From here on, others who change the set wait.
        rows::renew(connection, tenant).await?;
        jobs::supersede(connection, tenant, &version.id, self.clock.now()).await?;
        let Some((definition, other)) = read else {
            return Ok(rows::remove(connection, tenant, &version.id).await?);
        };
        let others = Parameters::new(without(rows::set(connection, tenant).await?, &version.id))?;
        refuse_doubles(&others, &definition, &other)?;
        let job = self.new_id();
        let types: Vec<_> = other.types().map(|of_type| of_type.to_string()).collect();
        let new = New { id: &job, asked: self.clock.now(), parameter: Some(&version.id), types: &types };
        jobs::add(connection, tenant, new).await?;
        Ok(rows::put(connection, tenant, &definition, &job).await?)
    }

    /// Wakes who works on jobs, where a write may have added one.
    pub(in crate::records) fn wake_for(&self, written: impl Iterator<Item = ResourceType>) {
        for of_type in written {
            match of_type.as_str() {
                SEARCH_PARAMETER => self.jobs.notify_one(),
                SUBSCRIPTION => self.subscriptions.notify_one(),
                _ => {}
            }
        }
    }
}

fn without((version, mut kept): (i64, Vec<rows::Kept>), id: &str) -> (i64, Vec<rows::Kept>) {
    kept.retain(|kept| kept.definition.id != id);
    (version, kept)
}

/// Refuses a name that another of the tenant's own parameters has for one of the types, and more parameters than may be.
fn refuse_doubles(others: &Parameters, definition: &Definition, new: &Other) -> Result<(), Error> {
    let code = &definition.code;
    let refuse = |issue, text: String| {
        Err(Error::Unprocessable(vec![Issue::error(issue, text).at("SearchParameter.code")]))
    };
    if others.own.len() >= MOST {
        return refuse(
            IssueType::TooCostly,
            format!("there are {MOST} search parameters beside R4's already"),
        );
    }
    let has_name = |own: &&Own| own.other.parameter.code == *code;
    for own in others.own.iter().filter(has_name) {
        if let Some(of_type) = new.types().find(|of_type| own.other.is_of(*of_type)) {
            let text = format!("another SearchParameter defines {code} for {of_type} already");
            return refuse(IssueType::Duplicate, text);
        }
    }
    Ok(())
}
