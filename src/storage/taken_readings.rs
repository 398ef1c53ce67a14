//! Which readings of pods were taken, so that none is taken twice.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

/// What tells a reading from all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The pod: id of the Device.
    pub device: String,
    /// The channel, by its place in the list of all.
    pub channel: i32,
    /// Whether it has a number.
    pub numbered: bool,
    /// The number, or the time in microseconds since 1970.
    pub key: i64,
}

/// Takes readings, each by its key and with its time; tells which were not taken before.
///
/// # Errors
/// When the database fails.
pub async fn take(
    connection: &mut Connection,
    tenant: TenantId,
    keys: &[(Key, DateTime<Utc>)],
) -> Result<Vec<Key>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        device: String,
        #[diesel(sql_type = Integer)]
        channel: i32,
        #[diesel(sql_type = Bool)]
        numbered: bool,
        #[diesel(sql_type = BigInt)]
        key: i64,
    }
    const SQL: &str = "
        INSERT INTO taken_reading (tenant, device, channel, numbered, key, at)
        SELECT $1, device, channel, numbered = 1, key, at
        FROM unnest($2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::timestamptz[]) AS n (device, channel, numbered, key, at)
        ON CONFLICT DO NOTHING
        RETURNING device, channel::integer AS channel, numbered, key";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(keys.iter().map(|(key, _)| key.device.as_str()).collect()),
        Parameter::Integers(keys.iter().map(|(key, _)| key.channel).collect()),
        Parameter::Integers(keys.iter().map(|(key, _)| i32::from(key.numbered)).collect()),
        Parameter::Numbers(keys.iter().map(|(key, _)| key.key).collect()),
        Parameter::Times(keys.iter().map(|(_, at)| *at).collect()),
    ];
    let taken: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    let key =
        |row: Row| Key { device: row.device, channel: row.channel, numbered: row.numbered, key: row.key };
    Ok(taken.into_iter().map(key).collect())
}

/// Removes what is from before then, of all tenants, so many rows at most; says how many those were.
///
/// # Errors
/// When the database fails.
pub async fn remove_before(store: &Store, before: DateTime<Utc>, most: usize) -> Result<usize, StorageError> {
    const SQL: &str = "DELETE FROM taken_reading WHERE ctid = ANY (ARRAY(SELECT ctid FROM taken_reading WHERE at < $1 LIMIT $2))";
    let parameters =
        vec![Parameter::Time(before), Parameter::Number(i64::try_from(most).unwrap_or(i64::MAX))];
    let mut connection = store.begin(TenantId::PLATFORM).await?;
    let removed = Statement::fixed(SQL, parameters).execute(&mut *connection).await;
    connection.finish(removed.map_err(StorageError::from)).await
}
