//! `$reindex`: asking for a job, and for how far it is. <https://hl7.org/fhir/R4/async.html>

use chrono::{DateTime, Utc};

use crate::fhir::ResourceType;
use crate::fhir::definitions::resource_types;
use crate::fhir::outcome::{Issue, IssueType};
use crate::identity::{Caller, Right};
use crate::records::access::permit_whole;
use crate::records::parameters::SEARCH_PARAMETER;
use crate::records::{Error, Records, check_id, is_id};
use crate::storage::audit::{self, AuditRow};
use crate::storage::reindex_jobs::{self as rows, New};
use crate::storage::resources::{self, Key};
use crate::storage::{Connection, TenantId};

/// A job, as who asked for it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The id of the SearchParameter that it is for; none for all.
    pub parameter: Option<String>,
    /// When it was asked for.
    pub asked: DateTime<Utc>,
    /// How far it is.
    pub state: State,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No process works on it yet.
    Waiting,
    /// It is being worked on.
    Running {
        /// Resources that are done.
        done: i64,
        /// Resources in all.
        total: i64,
    },
    /// It is done.
    Done {
        /// Resources that were indexed.
        done: i64,
        /// When it ended.
        at: DateTime<Utc>,
    },
    /// Its SearchParameter was changed or taken away before it was done.
    Superseded {
        /// When that was.
        at: DateTime<Utc>,
    },
}

impl From<rows::Job> for Job {
    fn from(row: rows::Job) -> Self {
        let state = match (row.finished, row.superseded, row.run) {
            (Some(at), true, _) => State::Superseded { at },
            (Some(at), false, _) => State::Done { done: row.done, at },
            (None, _, None) => State::Waiting,
            (None, _, Some(_)) => State::Running { done: row.done, total: row.total },
        };
        Self { id: row.id, parameter: row.parameter, asked: row.asked, state }
    }
}

impl Records {
    /// Asks for a job that writes the search rows anew: of all resources, or of those that the parameter with this id is for. Where
    /// such a job waits already, it is that one. Gives the job's id.
    ///
    /// # Errors
    /// When the caller may not change search parameters, or there is no such parameter.
    pub async fn reindex(&self, caller: &Caller, parameter: Option<&str>) -> Result<String, Error> {
        let of_type = search_parameter()?;
        permit_whole(caller, Right::Update, of_type)?;
        if let Some(id) = parameter {
            check_id(id)?;
        }
        let subject = parameter.map(|id| ((of_type, id), 0));
        let row = self.audit_row(caller, "reindex", subject);
        let mut transaction = self.store.begin(caller.tenant).await?;
        let asked = self.ask(&mut transaction, caller.tenant, parameter, &row).await;
        let id = transaction.finish(asked).await?;
        self.jobs.notify_one();
        Ok(id)
    }

    async fn ask(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        parameter: Option<&str>,
        row: &AuditRow,
    ) -> Result<String, Error> {
        let types = match parameter {
            None => resource_types().map(|of_type| of_type.to_string()).collect(),
            Some(id) => self.types_of(connection, tenant, id).await?,
        };
        audit::insert(connection, row).await?;
        if let Some(waiting) = rows::waiting(connection, tenant, parameter).await? {
            return Ok(waiting.id);
        }
        let id = self.new_id();
        rows::add(connection, tenant, New { id: &id, asked: self.clock.now(), parameter, types: &types })
            .await?;
        Ok(id)
    }

    /// The types that a parameter is for.
    async fn types_of(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        id: &str,
    ) -> Result<Vec<String>, Error> {
        if let Some(types) = self.known.current(connection, tenant).await?.types(id) {
            return Ok(types);
        }
        let key = Key { tenant, resource_type: SEARCH_PARAMETER, id };
        let found = resources::current(connection, key).await?.ok_or(Error::NotFound)?;
        if found.body.is_none() {
            return Err(Error::Gone);
        }
        let text = "this SearchParameter adds nothing to the search: it is not active, or R4 has it anyway";
        Err(Error::Unprocessable(vec![
            Issue::error(IssueType::BusinessRule, text).at("SearchParameter.status"),
        ]))
    }

    /// A job by its id.
    ///
    /// # Errors
    /// When the caller may not change search parameters, or the tenant has no such job.
    pub async fn reindex_job(&self, caller: &Caller, id: &str) -> Result<Job, Error> {
        permit_whole(caller, Right::Update, search_parameter()?)?;
        if !is_id(id) {
            return Err(Error::NotFound);
        }
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::find(&mut transaction, caller.tenant, id).await;
        let job = transaction.finish(found).await?.ok_or(Error::NotFound)?;
        self.audit_success(caller, "reindex-status").await?;
        Ok(job.into())
    }
}

fn search_parameter() -> Result<ResourceType, Error> {
    ResourceType::parse(SEARCH_PARAMETER).ok_or_else(|| Error::internal("R4 has SearchParameter"))
}
