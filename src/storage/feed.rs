//! What streams tell of an organisation's patients, in the order in which it came to be.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

/// Something that is told.
#[derive(Clone, QueryableByName)]
pub struct FeedEvent {
    /// Its place; the events of an organisation have no two in one.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// Whom it is about: id of the Patient.
    #[diesel(sql_type = Text)]
    pub patient: String,
    /// What it is, in a word.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// What is told: JSON.
    #[diesel(sql_type = Text)]
    pub body: String,
}

impl fmt::Debug for FeedEvent {
    /// Its place, never what it tells.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FeedEvent({})", self.number)
    }
}

/// Adds events of an organisation in their order; their numbers are given here. Whoever adds some at the same time waits for the end of this
/// transaction: it should be near.
///
/// # Errors
/// When the database fails.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
    events: &[FeedEvent],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        WITH place AS (
            INSERT INTO feed AS f (tenant, organization, last) VALUES ($1, $2, $3)
            ON CONFLICT (tenant, organization) DO UPDATE SET last = f.last + $3
            RETURNING last - $3 AS before
        )
        INSERT INTO feed_event (tenant, organization, number, patient, kind, body, made_at)
        SELECT $1, $2, before + n.place, n.patient, n.kind, n.body, $7
        FROM place, unnest($4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS n (patient, kind, body, place)";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(organization),
        Parameter::Number(i64::try_from(events.len()).unwrap_or(i64::MAX)),
        Parameter::Texts(events.iter().map(|event| event.patient.as_str()).collect()),
        Parameter::Texts(events.iter().map(|event| event.kind.as_str()).collect()),
        Parameter::Texts(events.iter().map(|event| event.body.as_str()).collect()),
        Parameter::Time(now),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The events of an organisation after a place, in their order; those about one patient alone where one is named.
///
/// # Errors
/// When the database fails.
pub async fn after(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
    patient: Option<&str>,
    (place, most): (i64, i64),
) -> Result<Vec<FeedEvent>, StorageError> {
    const SQL: &str = "
        SELECT number, patient, kind, body FROM feed_event
        WHERE tenant = $1 AND organization = $2 AND number > $3 AND ($4 IS NULL OR patient = $4)
        ORDER BY number LIMIT $5";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(organization),
        Parameter::Number(place),
        Parameter::OptionalText(patient),
        Parameter::Number(most),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// The last place that was given out in an organisation; 0 where none was.
///
/// # Errors
/// When the database fails.
pub async fn last(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
) -> Result<i64, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        last: i64,
    }
    const SQL: &str = "SELECT last FROM feed WHERE tenant = $1 AND organization = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(organization)];
    let found: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(found.into_iter().next().map_or(0, |row| row.last))
}

/// The last places of these organisations.
///
/// # Errors
/// When the database fails.
pub async fn lasts(
    store: &Store,
    places: &[(TenantId, String)],
) -> Result<HashMap<(TenantId, String), i64>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        tenant: i64,
        #[diesel(sql_type = Text)]
        organization: String,
        #[diesel(sql_type = BigInt)]
        last: i64,
    }
    const SQL: &str = "
        SELECT f.tenant, f.organization, f.last
        FROM unnest($1::bigint[], $2::text[]) AS w (tenant, organization) JOIN feed AS f USING (tenant, organization)";
    let parameters = vec![
        Parameter::Numbers(places.iter().map(|(tenant, _)| tenant.number()).collect()),
        Parameter::Texts(places.iter().map(|(_, organization)| organization.as_str()).collect()),
    ];
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, parameters).load::<Row>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    let place = |row: Row| ((TenantId::from_row(row.tenant), row.organization), row.last);
    Ok(found.into_iter().map(place).collect())
}

/// Removes what was told about a patient.
///
/// # Errors
/// When the database fails.
pub async fn remove_of(
    connection: &mut Connection,
    tenant: TenantId,
    patient: &str,
) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM feed_event WHERE tenant = $1 AND patient = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(patient)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Removes what is from before then, of all tenants, so many rows at most; says how many those were.
///
/// # Errors
/// When the database fails.
pub async fn remove_before(store: &Store, before: DateTime<Utc>, most: usize) -> Result<usize, StorageError> {
    const SQL: &str = "DELETE FROM feed_event WHERE ctid = ANY (ARRAY(SELECT ctid FROM feed_event WHERE made_at < $1 LIMIT $2))";
    let parameters =
        vec![Parameter::Time(before), Parameter::Number(i64::try_from(most).unwrap_or(i64::MAX))];
    let mut connection = store.begin(TenantId::PLATFORM).await?;
    let removed = Statement::fixed(SQL, parameters).execute(&mut *connection).await;
    connection.finish(removed.map_err(StorageError::from)).await
}
