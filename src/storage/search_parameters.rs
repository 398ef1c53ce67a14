//! The search parameters that a tenant has beside those of the specification.
//!
//! Their set has a version. It changes whenever one is added, changed or taken away, and when the index of one is complete.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

/// What an active SearchParameter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The id of the resource.
    pub id: String,
    /// Its canonical URL.
    pub url: String,
    /// The parameter's name.
    pub code: String,
    /// How values are compared.
    pub kind: String,
    /// The types that have it.
    pub base: Vec<String>,
    /// The types that a reference may point at.
    pub target: Vec<String>,
    /// Where the values are.
    pub expression: String,
    /// The parts of a composite: a URL, a blank and an expression each.
    pub component: Vec<String>,
}

/// A definition, and how far its index is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The definition.
    pub definition: Definition,
    /// How far the job is that completes the index; none where it is complete.
    pub building: Option<Progress>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Resources that are done.
    pub done: i64,
    /// Resources in all; not known before the job begins.
    pub total: Option<i64>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Nullable<Text>)]
    id: Option<String>,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    type_: String,
    #[diesel(sql_type = Array<Text>)]
    base: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    target: Vec<String>,
    #[diesel(sql_type = Text)]
    expression: String,
    #[diesel(sql_type = Array<Text>)]
    component: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    job: Option<String>,
    #[diesel(sql_type = BigInt)]
    done: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    total: Option<i64>,
}

impl Row {
    /// None for the row of a set without members.
    fn kept(self) -> Option<Kept> {
        let Self { url, code, type_: kind, base, target, expression, component, .. } = self;
        let definition = Definition { id: self.id?, url, code, kind, base, target, expression, component };
        let building = self.job.map(|_| Progress { done: self.done, total: self.total });
        Some(Kept { definition, building })
    }
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// The version of the set; 0 where the tenant never had a parameter of its own.
///
/// # Errors
/// When the database fails.
pub async fn version(connection: &mut Connection, tenant: TenantId) -> Result<i64, StorageError> {
    const SQL: &str =
        "SELECT coalesce((SELECT version FROM search_parameter_set WHERE tenant = $1), 0) AS version";
    one_version(connection, SQL, tenant).await
}

/// The version of the set by which this transaction must index what it writes. Runs of jobs do not begin before it ends.
///
/// # Errors
/// When the database fails.
pub async fn version_for_writing(connection: &mut Connection, tenant: TenantId) -> Result<i64, StorageError> {
    one_version(connection, "SELECT writing_parameters($1) AS version", tenant).await
}

async fn one_version(
    connection: &mut Connection,
    sql: &'static str,
    tenant: TenantId,
) -> Result<i64, StorageError> {
    let parameters = vec![Parameter::Number(tenant.number())];
    let found: Version = Statement::fixed(sql, parameters).get_result(connection).await?;
    Ok(found.version)
}

/// The set with its version, in the order of the ids.
///
/// # Errors
/// When the database fails.
pub async fn set(connection: &mut Connection, tenant: TenantId) -> Result<(i64, Vec<Kept>), StorageError> {
    // One statement: version and members are of the same moment.
    const SQL: &str = "
        SELECT s.version, p.id, coalesce(p.url, '') AS url, coalesce(p.code, '') AS code, coalesce(p.type, '') AS type_,
            coalesce(p.base, '{}') AS base, coalesce(p.target, '{}') AS target, coalesce(p.expression, '') AS expression,
            coalesce(p.component, '{}') AS component, p.job, coalesce(j.done, 0) AS done, CASE WHEN j.run IS NOT NULL THEN j.total END AS total
        FROM search_parameter_set s LEFT JOIN search_parameter p USING (tenant)
            LEFT JOIN reindex_job j ON j.tenant = p.tenant AND j.id = p.job
        WHERE s.tenant = $1 ORDER BY p.id";
    let parameters = vec![Parameter::Number(tenant.number())];
    let rows: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    let version = rows.as_slice().first().map_or(0, |row| row.version);
    Ok((version, rows.into_iter().filter_map(Row::kept).collect()))
}

/// Waits for all who write by the set, and keeps new ones waiting until the transaction ends.
///
/// # Errors
/// When the database fails, or a writer takes too long.
pub async fn without_writers(connection: &mut Connection, tenant: TenantId) -> Result<(), StorageError> {
    const SQL: &str =
        "SELECT pg_advisory_xact_lock('search_parameter_set'::regclass::oid::integer, hashint8($1))";
    Statement::fixed(SQL, vec![Parameter::Number(tenant.number())]).execute(connection).await?;
    Ok(())
}

/// Gives the set a new version, later than all that were given to it. Others who change it wait until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn renew(connection: &mut Connection, tenant: TenantId) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO search_parameter_set (tenant, version) VALUES ($1, nextval('search_parameter_version'))
        ON CONFLICT (tenant) DO UPDATE SET version = nextval('search_parameter_version')";
    let parameters = vec![Parameter::Number(tenant.number())];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Adds or changes a parameter, whose index this job is to complete.
///
/// # Errors
/// When the database fails.
pub async fn put(
    connection: &mut Connection,
    tenant: TenantId,
    definition: &Definition,
    job: &str,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO search_parameter (tenant, id, url, code, type, base, target, expression, job, component)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (tenant, id) DO UPDATE SET url = $3, code = $4, type = $5, base = $6, target = $7, expression = $8, job = $9,
            component = $10";
    let Definition { id, url, code, kind, base, target, expression, component } = definition;
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(id),
        Parameter::Text(url),
        Parameter::Text(code),
        Parameter::Text(kind),
        Parameter::Texts(base.iter().map(String::as_str).collect()),
        Parameter::Texts(target.iter().map(String::as_str).collect()),
        Parameter::Text(expression),
        Parameter::Text(job),
        Parameter::Texts(component.iter().map(String::as_str).collect()),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Takes a parameter away.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: &str) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM search_parameter WHERE tenant = $1 AND id = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Notes that the index of the parameters is complete which wait for the jobs of this run.
///
/// # Errors
/// When the database fails.
pub async fn complete(connection: &mut Connection, tenant: TenantId, run: &str) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE search_parameter SET job = NULL
        WHERE tenant = $1 AND job IN (SELECT id FROM reindex_job WHERE tenant = $1 AND run = $2 AND finished IS NULL)";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(run)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
