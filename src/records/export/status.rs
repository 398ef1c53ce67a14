//! How far an export is, and taking it back. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-status-request>
//!
//! Who did not ask for an export is told that there is none.

use chrono::{DateTime, Utc};

use super::rights::may_export;
use super::wanted::{Tables, Wanted};
use crate::identity::Caller;
use crate::records::program::{owner, program};
use crate::records::{Error, Records, is_id};
use crate::storage::audit;
use crate::storage::exports::{self as rows, Job, files};

/// An export, as who asked for it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The whole URL of the request.
    pub request: String,
    /// When it was asked for.
    pub asked: DateTime<Utc>,
    /// How far it is.
    pub state: State,
    /// The tables that are made of it, if any are.
    pub(in crate::records) tables: Option<Tables>,
}

/// How far an export is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody works on it yet.
    Waiting,
    /// It is being made.
    Running {
        /// Types that are listed.
        done: i64,
        /// Types in all.
        total: i64,
    },
    /// It can be fetched.
    Done(Listed),
    /// It cannot be made; the text says why.
    Failed(String),
}

/// A finished export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The moment that it shows.
    pub moment: DateTime<Utc>,
    /// Until when it can be fetched.
    pub expires: DateTime<Utc>,
    /// Its files of resources.
    pub output: Vec<ListedFile>,
    /// Its files of what was deleted; none where no time was given since when.
    pub deleted: Option<Vec<String>>,
    /// Its file of notes, with how many there are.
    pub notes: Option<(String, usize)>,
}

/// A file of resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name.
    pub name: String,
    /// The type of the resources.
    pub resource_type: String,
    /// How many there are.
    pub count: i64,
}

/// The name of the file of notes.
pub(super) const NOTES: &str = "notes.ndjson";

impl Records {
    /// How far an export is.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such export; or when its rights do not go to all that is exported.
    pub async fn export_status(&self, caller: &Caller, id: &str) -> Result<Export, Error> {
        let exporter = program(caller)?;
        let (job, wanted) = self.export_job(&exporter, id).await?;
        for resource_type in wanted.resource_types()? {
            if !may_export(&exporter, resource_type) {
                return Err(Error::Forbidden);
            }
        }
        let state = self.state(&exporter, &job, &wanted).await?;
        self.audit_success(caller, "export-status").await?;
        Ok(Export { request: wanted.request, asked: job.asked, state, tables: wanted.tables })
    }

    async fn state(&self, exporter: &Caller, job: &Job, wanted: &Wanted) -> Result<State, Error> {
        let (moment, expires) = match (&job.failure, job.listed.zip(job.expires), job.done.zip(job.total)) {
            (Some(failure), _, _) => return Ok(State::Failed(failure.clone())),
            (None, Some(ended), _) => ended,
            (None, None, Some((done, total))) => return Ok(State::Running { done, total }),
            (None, None, None) => return Ok(State::Waiting),
        };
        let mut transaction = self.store.begin(exporter.tenant).await?;
        let found = files::all(&mut transaction, exporter.tenant, &job.id).await;
        let (mut output, mut deleted) = (Vec::new(), Vec::new());
        for file in transaction.finish(found).await? {
            match file.type_ {
                Some(resource_type) => {
                    output.push(ListedFile { name: file.name, resource_type, count: file.resources });
                }
                None => deleted.push(file.name),
            }
        }
        let deleted = wanted.since.map(|_| deleted);
        let notes = (!wanted.notes.is_empty()).then(|| (NOTES.to_owned(), wanted.notes.len()));
        Ok(State::Done(Listed { moment, expires, output, deleted, notes }))
    }

    /// An export of the exporter that has not expired.
    pub(in crate::records) async fn export_job(
        &self,
        exporter: &Caller,
        id: &str,
    ) -> Result<(Job, Wanted), Error> {
        if !is_id(id) {
            return Err(Error::NotFound);
        }
        let owner = owner(exporter)?;
        let mut transaction = self.store.begin(exporter.tenant).await?;
        let found = rows::find(&mut transaction, exporter.tenant, &owner, id).await;
        let now = self.clock.now();
        let job = transaction.finish(found).await?;
        let job = job.filter(|job| job.expires.is_none_or(|expires| now < expires)).ok_or(Error::NotFound)?;
        let wanted = Wanted::read(&job.wanted)?;
        Ok((job, wanted))
    }

    /// Takes an export back, whether it was made or not.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such export.
    pub async fn take_export_back(&self, caller: &Caller, id: &str) -> Result<(), Error> {
        let exporter = program(caller)?;
        self.export_job(&exporter, id).await?;
        let (owner, row) = (owner(&exporter)?, self.audit_row(caller, "export-delete", None));
        let mut transaction = self.store.begin(caller.tenant).await?;
        let removed = async {
            if !rows::remove(&mut transaction, caller.tenant, &owner, id).await? {
                return Err(Error::NotFound);
            }
            Ok(audit::insert(&mut transaction, &row).await?)
        }
        .await;
        transaction.finish(removed).await
    }
}
