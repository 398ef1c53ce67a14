//! Asking for an import, how far it is, what was refused, and taking it back. Who did not ask for an import is told that there is none.

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::{Imports, KIND};
use crate::core::Secret;
use crate::fhir::ResourceType;
use crate::fhir::definitions::resource_types;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::platform::queue::MOST;
use crate::records::access::may;
use crate::records::program::{AskedBy, owner, program};
use crate::records::{Error, is_id};
use crate::storage::imports::{self as rows, New};
use crate::storage::{audit, jobs};

/// So many imports of one client may be under way.
const MOST_OPEN: i64 = 10;
/// So many of one client are kept.
const MOST_KEPT: i64 = 500;
/// A client that has more is asked to come again after so many seconds.
const AGAIN_S: u32 = 10;
/// What has expired is removed so many hours later: who reads it then may end.
const GRACE_H: i64 = 1;
/// So many refused lines are read at a time.
const AT_A_TIME: i64 = 500;

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The whole URL of the request.
    pub request: String,
    /// The files, in the order in which they are imported.
    pub files: Vec<AskedFile>,
}

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct AskedFile {
    /// The type of all that is in it, where that is said.
    pub type_: Option<ResourceType>,
    /// Where it is: whoever has the address may fetch it.
    pub url: Secret<Url>,
}

/// An import, as who asked for it is told.
#[derive(Clone, Debug)]
pub struct Import {
    /// The whole URL of the request.
    pub request: String,
    /// When it was asked for.
    pub asked: DateTime<Utc>,
    /// How far it is.
    pub state: State,
    /// Its files.
    pub files: Vec<ImportedFile>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is worked on, or waits for that.
    Running,
    /// All files were looked at; it is kept until this time.
    Ended(DateTime<Utc>),
}

/// How far a file is.
#[derive(Clone, Debug)]
pub struct ImportedFile {
    /// Its place among them.
    pub number: i64,
    /// The type of what is in it, where that was said.
    pub type_: Option<String>,
    /// Where it is.
    pub url: Secret<String>,
    /// Resources that were stored.
    pub stored: i64,
    /// Lines that were refused.
    pub refused: i64,
    /// Lines that were looked at, blank ones among them.
    pub lines: i64,
    /// Whether nothing of it is left to be looked at.
    pub has_ended: bool,
    /// Why the rest of it could not be had.
    pub failure: Option<String>,
}

impl Imports {
    /// Asks for an import, and gives its id.
    ///
    /// # Errors
    /// When the caller may not write what is to be imported, a file's address may not be fetched, or the caller has too many imports.
    pub async fn ask(&self, caller: &Caller, asked: Asked) -> Result<String, Error> {
        let program = program(caller)?;
        let owner = owner(&program)?;
        self.check(&program, &asked)?;
        let asked_by = serde_json::to_string(&AskedBy::of(&program)?).map_err(Error::internal)?;
        let name = |type_: ResourceType| type_.as_str().to_owned();
        let files: Vec<_> = asked
            .files
            .into_iter()
            .map(|file| (file.type_.map(name), Secret::new(file.url.into_inner().into())))
            .collect();
        let (id, now) = (self.records.new_id(), self.records.now());
        let row = self.records.audit_row(caller, KIND, None);
        let new = New {
            id: &id,
            owner: &owner,
            asked: now,
            request: &asked.request,
            asked_by: &asked_by,
            files: &files,
        };
        let mut transaction = self.records.store.begin(caller.tenant).await?;
        let added = async {
            let counts = rows::counts(&mut transaction, caller.tenant, &owner).await?;
            if counts.open >= MOST_OPEN || counts.all >= MOST_KEPT {
                return Err(Error::Busy(AGAIN_S));
            }
            if !jobs::add(&mut transaction, caller.tenant, (KIND, &id), now, MOST).await? {
                return Err(Error::Busy(AGAIN_S));
            }
            audit::insert(&mut transaction, &row).await?;
            Ok(rows::add(&mut transaction, caller.tenant, new).await?)
        }
        .await;
        transaction.finish(added).await?;
        self.queue.wake();
        Ok(id)
    }

    fn check(&self, program: &Caller, asked: &Asked) -> Result<(), Error> {
        let may_write =
            |one: ResourceType| may(program, Right::Create, one) && may(program, Right::Update, one);
        for (at, file) in asked.files.iter().enumerate() {
            if !file.type_.map_or_else(|| resource_types().any(may_write), may_write) {
                return Err(Error::Forbidden);
            }
            self.egress
                .permits(file.url.expose())
                .map_err(|fault| Error::BadRequest(IssueType::Value, format!("input[{at}].url: {fault}")))?;
        }
        Ok(())
    }

    /// How far an import is.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such import.
    pub async fn status(&self, caller: &Caller, id: &str) -> Result<Import, Error> {
        let found = self.find(caller, id).await?;
        self.records.audit_success(caller, "import-status").await?;
        Ok(found)
    }

    /// The lines of a file that were refused, after this line: each with its OperationOutcome, some at a time; none at the end.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such import.
    pub async fn faults(
        &self,
        caller: &Caller,
        (id, file): (&str, i64),
        after: i64,
    ) -> Result<Vec<(i64, String)>, Error> {
        let mut connection = self.records.store.alone(caller.tenant).await?;
        let found = rows::faults(&mut connection, caller.tenant, (id, file), (after, AT_A_TIME)).await;
        let found = connection.finish(found).await?;
        Ok(found.into_iter().map(|fault| (fault.line, fault.outcome)).collect())
    }

    /// A file of an import of which lines were refused, or the rest could not be had, with the audit row of who reads that.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such import, or it no such file.
    pub async fn faulty_file(&self, caller: &Caller, (id, file): (&str, i64)) -> Result<ImportedFile, Error> {
        let found = self.find(caller, id).await?;
        let is_it = |one: &ImportedFile| one.number == file && (one.refused > 0 || one.failure.is_some());
        let found = found.files.into_iter().find(is_it).ok_or(Error::NotFound)?;
        self.records.audit_success(caller, "import-file").await?;
        Ok(found)
    }

    /// Takes an import back: what it has not stored yet it does not store; what it has stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller has no such import.
    pub async fn take_back(&self, caller: &Caller, id: &str) -> Result<(), Error> {
        self.find(caller, id).await?;
        let row = self.records.audit_row(caller, "import-delete", None);
        let mut transaction = self.records.store.begin(caller.tenant).await?;
        let removed = async {
            let is_there = rows::remove(&mut transaction, caller.tenant, id).await?;
            audit::insert(&mut transaction, &row).await?;
            if is_there { Ok(()) } else { Err(Error::NotFound) }
        }
        .await;
        transaction.finish(removed).await
    }

    /// Removes the imports of all tenants that have expired for an hour; says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_expired(&self) -> Result<usize, Error> {
        let before = self.records.now() - TimeDelta::hours(GRACE_H);
        let expired = rows::expired(&self.records.store, before).await?;
        let mut failed = None;
        for (tenant, id) in &expired {
            let mut transaction = self.records.store.begin(*tenant).await?;
            let removed = rows::remove(&mut transaction, *tenant, id).await;
            // The others need not wait for it.
            failed = transaction.finish(removed).await.err().or(failed);
        }
        failed.map_or(Ok(expired.len()), |failed| Err(failed.into()))
    }

    /// An import of the caller's that has not expired.
    async fn find(&self, caller: &Caller, id: &str) -> Result<Import, Error> {
        let owner = owner(&program(caller)?)?;
        if !is_id(id) {
            return Err(Error::NotFound);
        }
        let mut transaction = self.records.store.begin(caller.tenant).await?;
        let found = async {
            let import = rows::find(&mut transaction, caller.tenant, Some(&owner), id).await?;
            Ok::<_, Error>((import, rows::files(&mut transaction, caller.tenant, id).await?))
        }
        .await;
        let (import, files) = transaction.finish(found).await?;
        let now = self.records.now();
        let import = import.filter(|import| import.expires.is_none_or(|expires| now < expires));
        let import = import.ok_or(Error::NotFound)?;
        let state = match import.ended.and(import.expires) {
            Some(expires) => State::Ended(expires),
            None => State::Running,
        };
        let files = files.into_iter().map(told).collect();
        Ok(Import { request: import.request, asked: import.asked, state, files })
    }
}

fn told(file: rows::File) -> ImportedFile {
    let rows::File { number, type_, url, lines, stored, refused, has_ended, failure } = file;
    ImportedFile { number, type_, url, stored, refused, lines, has_ended, failure }
}
