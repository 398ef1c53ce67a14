//! The current versions of several resources, locked in one order.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::address::address;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

/// A resource that is to be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted<'a> {
    /// Resource type.
    pub resource_type: &'a str,
    /// Logical id.
    pub id: &'a str,
    /// Whether its body is needed too.
    pub body: bool,
}

/// What a writer must know of the version that it goes on from.
#[derive(Clone, QueryableByName)]
pub struct Head {
    /// Resource type.
    #[diesel(sql_type = Text)]
    pub type_: String,
    /// Logical id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// Its number.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// When it was written.
    #[diesel(sql_type = Timestamptz)]
    pub updated: DateTime<Utc>,
    /// Whether it is a deletion.
    #[diesel(sql_type = Bool)]
    pub deleted: bool,
    /// The JSON text, where it was wanted and there is one.
    #[diesel(sql_type = Nullable<Text>)]
    pub body: Option<String>,
    /// Id of the Patient that it is about.
    #[diesel(sql_type = Nullable<Text>)]
    pub patient: Option<String>,
}

/// The heads of those resources that are there, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_all(
    connection: &mut Connection,
    tenant: TenantId,
    wanted: &[Wanted<'_>],
) -> Result<Vec<Head>, StorageError> {
    // Rows are locked as they come out of the sort: two writers of the same resources meet at the first of them.
    const SQL: &str = "
        SELECT r.type AS type_, r.id, r.version AS number, r.updated, r.body IS NULL AS deleted,
               CASE WHEN w.body = 1 THEN r.body END AS body, r.patient
        FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS w (type, id, body, address)
        JOIN resource r ON r.tenant = $1 AND r.address = w.address AND r.type = w.type AND r.id = w.id
        ORDER BY r.type, r.id FOR UPDATE OF r";
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(wanted.iter().map(|wanted| wanted.resource_type).collect()),
        Parameter::Texts(wanted.iter().map(|wanted| wanted.id).collect()),
        Parameter::Numbers(wanted.iter().map(|wanted| i64::from(wanted.body)).collect()),
        Parameter::Numbers(wanted.iter().map(|wanted| address(wanted.resource_type, wanted.id)).collect()),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}
