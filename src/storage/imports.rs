//! Imports: who asked for what, how far each of its files is, and which lines were refused.
//!
//! How far a file is, is written in the transaction that stores what was in its lines: whoever goes on after a process ended begins with
//! the first line that nobody looked at.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};
use crate::core::Secret;

/// An import that somebody asks for.
#[derive(Clone, Copy)]
pub struct New<'a> {
    /// Its id.
    pub id: &'a str,
    /// Who asks.
    pub owner: &'a str,
    /// When.
    pub asked: DateTime<Utc>,
    /// The whole URL of the request.
    pub request: &'a str,
    /// With which rights, as JSON.
    pub asked_by: &'a str,
    /// Its files: the type of what is in each, where that is said, and where it is.
    pub files: &'a [(Option<String>, Secret<String>)],
}

/// An import.
#[derive(Clone, QueryableByName)]
pub struct Import {
    /// Its id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// When it was asked for.
    #[diesel(sql_type = Timestamptz)]
    pub asked: DateTime<Utc>,
    /// The whole URL of the request.
    #[diesel(sql_type = Text)]
    pub request: String,
    /// The rights of who asked, as JSON.
    #[diesel(sql_type = Text)]
    pub asked_by: String,
    /// When all of its files had been looked at.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended: Option<DateTime<Utc>>,
    /// Until when it is kept, once it has ended.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub expires: Option<DateTime<Utc>>,
}

/// A file of an import.
#[derive(Clone)]
pub struct File {
    /// Its place among them, from 0.
    pub number: i64,
    /// The type of what is in it, where that was said.
    pub type_: Option<String>,
    /// Where it is: whoever has the address may fetch it.
    pub url: Secret<String>,
    /// Lines that were looked at.
    pub lines: i64,
    /// Resources that were stored.
    pub stored: i64,
    /// Lines that were refused.
    pub refused: i64,
    /// Whether nothing of it is left to be looked at.
    pub has_ended: bool,
    /// Why the rest of it could not be had.
    pub failure: Option<String>,
}

impl From<FileRow> for File {
    fn from(row: FileRow) -> Self {
        let FileRow { number, type_, url, lines, stored, refused, has_ended, failure } = row;
        Self { number, type_, url: Secret::new(url), lines, stored, refused, has_ended, failure }
    }
}

#[derive(QueryableByName)]
struct FileRow {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Nullable<Text>)]
    type_: Option<String>,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = BigInt)]
    lines: i64,
    #[diesel(sql_type = BigInt)]
    stored: i64,
    #[diesel(sql_type = BigInt)]
    refused: i64,
    #[diesel(sql_type = Bool)]
    has_ended: bool,
    #[diesel(sql_type = Nullable<Text>)]
    failure: Option<String>,
}

/// What was done of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done<'a> {
    /// The last line that was looked at.
    pub line: i64,
    /// Resources that were stored.
    pub stored: i64,
    /// Lines that were refused.
    pub refused: i64,
    /// Those of them that are told one by one, each with its OperationOutcome.
    pub faults: &'a [(i64, String)],
}

/// A line that was refused.
#[derive(Clone, QueryableByName)]
pub struct Fault {
    /// Its number, from 1.
    #[diesel(sql_type = BigInt)]
    pub line: i64,
    /// Why, as an OperationOutcome.
    #[diesel(sql_type = Text)]
    pub outcome: String,
}

/// How many imports somebody has.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Counts {
    /// Those that are under way.
    #[diesel(sql_type = BigInt)]
    pub open: i64,
    /// All.
    #[diesel(sql_type = BigInt)]
    pub all: i64,
}

/// How many imports the owner has. Nobody adds one of the owner's before this transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn counts(
    connection: &mut Connection,
    tenant: TenantId,
    owner: &str,
) -> Result<Counts, StorageError> {
    const SQL: &str = "
        SELECT count(*) FILTER (WHERE ended IS NULL) AS open, count(*) AS all
        FROM import WHERE tenant = $1 AND owner = $2";
    const ALONE: &str =
        "SELECT pg_advisory_xact_lock('import'::regclass::oid::integer, hashtext($1::text || ' ' || $2))";
    let parameters = || vec![Parameter::Number(tenant.number()), Parameter::Text(owner)];
    Statement::fixed(ALONE, parameters()).execute(connection).await?;
    Ok(Statement::fixed(SQL, parameters()).get_result(connection).await?)
}

/// Adds an import with its files.
///
/// # Errors
/// When the database fails.
pub async fn add(connection: &mut Connection, tenant: TenantId, new: New<'_>) -> Result<(), StorageError> {
    const SQL: &str =
        "INSERT INTO import (tenant, id, owner, asked, request, asked_by) VALUES ($1, $2, $3, $4, $5, $6)";
    const FILES: &str = "
        INSERT INTO import_file (tenant, import, number, type, url)
        SELECT $1, $2, f.number - 1, f.type, f.url FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS f (type, url, number)";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(new.id),
        Parameter::Text(new.owner),
        Parameter::Time(new.asked),
        Parameter::Text(new.request),
        Parameter::Text(new.asked_by),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(new.id),
        Parameter::OptionalTexts(new.files.iter().map(|(type_, _)| type_.as_deref()).collect()),
        Parameter::Texts(new.files.iter().map(|(_, url)| url.expose().as_str()).collect()),
    ];
    Statement::fixed(FILES, parameters).execute(connection).await?;
    Ok(())
}

/// An import by its id, of this owner where one is named.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    owner: Option<&str>,
    id: &str,
) -> Result<Option<Import>, StorageError> {
    const SQL: &str = "
        SELECT id, asked, request, asked_by, ended, expires FROM import
        WHERE tenant = $1 AND id = $2 AND ($3 IS NULL OR owner = $3)";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(id), Parameter::OptionalText(owner)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The files of an import in their order.
///
/// # Errors
/// When the database fails.
pub async fn files(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
) -> Result<Vec<File>, StorageError> {
    const SQL: &str = "
        SELECT number, type AS type_, url, lines, stored, refused, has_ended, failure
        FROM import_file WHERE tenant = $1 AND import = $2 ORDER BY number";
    let rows: Vec<FileRow> = Statement::fixed(SQL, of(tenant, id)).load(connection).await?;
    Ok(rows.into_iter().map(File::from).collect())
}

/// Notes what was done of a file, in the transaction that does it; says no where the import is gone, or another is further.
///
/// # Errors
/// When the database fails.
pub async fn advance(
    connection: &mut Connection,
    tenant: TenantId,
    (id, file): (&str, i64),
    done: Done<'_>,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        UPDATE import_file SET lines = $4, stored = stored + $5, refused = refused + $6
        WHERE tenant = $1 AND import = $2 AND number = $3 AND lines < $4 AND NOT has_ended";
    const FAULTS: &str = "
        INSERT INTO import_fault (tenant, import, file, line, outcome)
        SELECT $1, $2, $3, f.line, f.outcome FROM unnest($4::bigint[], $5::text[]) AS f (line, outcome)";
    let place = || {
        let mut parameters = of(tenant, id);
        parameters.push(Parameter::Number(file));
        parameters
    };
    let mut parameters = place();
    parameters.extend([done.line, done.stored, done.refused].map(Parameter::Number));
    if Statement::fixed(SQL, parameters).execute(connection).await? == 0 {
        return Ok(false);
    }
    if !done.faults.is_empty() {
        let mut parameters = place();
        parameters.push(Parameter::Numbers(done.faults.iter().map(|(line, _)| *line).collect()));
        parameters.push(Parameter::Texts(done.faults.iter().map(|(_, outcome)| outcome.as_str()).collect()));
        Statement::fixed(FAULTS, parameters).execute(connection).await?;
    }
    Ok(true)
}

/// Notes that nothing of a file is left to be looked at, or why the rest cannot be had.
///
/// # Errors
/// When the database fails.
pub async fn end_file(
    connection: &mut Connection,
    tenant: TenantId,
    (id, file): (&str, i64),
    failure: Option<&str>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE import_file SET has_ended = true, failure = $4
        WHERE tenant = $1 AND import = $2 AND number = $3 AND NOT has_ended";
    let mut parameters = of(tenant, id);
    parameters.extend([Parameter::Number(file), Parameter::OptionalText(failure)]);
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Notes that an import has ended, and until when it is kept.
///
/// # Errors
/// When the database fails.
pub async fn end(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
    (now, expires): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StorageError> {
    const SQL: &str =
        "UPDATE import SET ended = $3, expires = $4 WHERE tenant = $1 AND id = $2 AND ended IS NULL";
    let mut parameters = of(tenant, id);
    parameters.extend([Parameter::Time(now), Parameter::Time(expires)]);
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The lines of a file that were refused, after this line, at most so many.
///
/// # Errors
/// When the database fails.
pub async fn faults(
    connection: &mut Connection,
    tenant: TenantId,
    (id, file): (&str, i64),
    (after, most): (i64, i64),
) -> Result<Vec<Fault>, StorageError> {
    const SQL: &str = "
        SELECT line, outcome FROM import_fault
        WHERE tenant = $1 AND import = $2 AND file = $3 AND line > $4 ORDER BY line LIMIT $5";
    let mut parameters = of(tenant, id);
    parameters.extend([file, after, most].map(Parameter::Number));
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Removes an import with all that is known of it; says no where there is none.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: &str) -> Result<bool, StorageError> {
    const FAULTS: &str = "DELETE FROM import_fault WHERE tenant = $1 AND import = $2";
    const FILES: &str = "DELETE FROM import_file WHERE tenant = $1 AND import = $2";
    const SQL: &str = "DELETE FROM import WHERE tenant = $1 AND id = $2";
    // Whoever works on it holds the row of a file, and finds none.
    Statement::fixed(FILES, of(tenant, id)).execute(connection).await?;
    Statement::fixed(FAULTS, of(tenant, id)).execute(connection).await?;
    Ok(Statement::fixed(SQL, of(tenant, id)).execute(connection).await? > 0)
}

#[derive(QueryableByName)]
struct Expired {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
    #[diesel(sql_type = Text)]
    id: String,
}

/// The imports of all tenants that were kept until before this time. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn expired(store: &Store, before: DateTime<Utc>) -> Result<Vec<(TenantId, String)>, StorageError> {
    const SQL: &str = "SELECT tenant, id FROM import WHERE expires < $1 ORDER BY tenant, id";
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let statement = Statement::fixed(SQL, vec![Parameter::Time(before)]);
    let rows = statement.load::<Expired>(&mut *transaction).await.map_err(StorageError::from);
    let rows = transaction.finish(rows).await?;
    Ok(rows.into_iter().map(|row| (TenantId::from_row(row.tenant), row.id)).collect())
}

fn of(tenant: TenantId, id: &str) -> Vec<Parameter<'_>> {
    vec![Parameter::Number(tenant.number()), Parameter::Text(id)]
}
